"""What photos come to: the species of a batch, the life list, a search over all batches."""

import asyncio
import csv
import io

from aiohttp import web

from api.http.export.csv_format import cell
from api.http.responses import disposition, json_response
from api.http.schemas.overview import (
    BatchSummary,
    LifeList,
    LifeListEntryDocument,
    LifeListFormat,
    LifeListQuery,
    NameInBatchDocument,
    SearchQuery,
    SearchResult,
)
from api.services import Services
from shared.final_name import NameRank
from shared.ledger import overview
from shared.ledger.batches import get_batch
from shared.ledger.check import count_sightings
from shared.ledger.keys import Access
from shared.ledger.life import life_list
from shared.ledger.sightings import how_they_stand
from shared.records import BatchId, OwnerId

LIFE_COLUMNS = (
    "name",
    "scientific_name",
    "first_local",
    "first_latitude",
    "first_longitude",
    "first_site",
    "first_batch_name",
    "photos",
    "batches",
)


async def summary(services: Services, access: Access, owner: OwnerId, batch_id: BatchId) -> web.Response:
    """What is in other batches is not for whom one batch was shared with."""
    pool = services.pool
    batch = await get_batch(pool, owner, batch_id)  # before all else, since it says how far that goes
    model, names, known, (sightings, unchecked) = await asyncio.gather(
        overview.batch_model(pool, batch_id),
        overview.names_of_batch(pool, batch_id),
        _known(services, owner, batch_id) if access.batch_id is None else _nothing(),
        _counted(services, owner, batch_id),
    )
    return json_response(
        BatchSummary(
            feed_seq=batch.feed_seq,
            model=model and model[0],
            model_species=model and model[1],
            sightings=sightings,
            unchecked=unchecked,
            names=[
                NameInBatchDocument.of(one, None if known is None else _is_new(one, known)) for one in names
            ],
        )
    )


async def life(services: Services, owner: OwnerId, query: LifeListQuery) -> web.Response:
    entries = await life_list(services.pool, owner)
    if query.format is LifeListFormat.JSON:
        return json_response(LifeList(species=[LifeListEntryDocument.of(one) for one in entries]))
    headers = {"Content-Disposition": disposition("attachment", "life-list.csv")}
    text = _table([LifeListEntryDocument.of(one) for one in entries])
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


async def search(services: Services, owner: OwnerId, query: SearchQuery) -> web.Response:
    return json_response(
        SearchResult.of(await overview.search(services.pool, owner, query.q.strip(), query.limit))
    )


async def _counted(
    services: Services, owner: OwnerId, batch_id: BatchId
) -> tuple[int, int] | tuple[None, None]:
    """Sightings, and those to be checked, once they are made."""
    standing = await how_they_stand(services.pool, owner, batch_id)
    if standing.sightings is None:
        return None, None
    return await count_sightings(services.pool, batch_id)


async def _nothing() -> None:
    return None


async def _known(services: Services, owner: OwnerId, batch_id: BatchId) -> frozenset[str]:
    """Species of the life list without this batch, under each of their names."""
    entries = await life_list(services.pool, owner, but=batch_id)
    return frozenset(name for one in entries for name in (one.name, one.scientific_name) if name)


def _is_new(one: overview.NameInBatch, known: frozenset[str]) -> bool:
    return one.rank is NameRank.SPECIES and not known & {one.name, one.scientific_name}


def _table(entries: list[LifeListEntryDocument]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(LIFE_COLUMNS)
    table.writerows([cell(getattr(one, column)) for column in LIFE_COLUMNS] for one in entries)
    return text.getvalue()
