"""The client: every call of the interface, for scripts and for the `birds` command."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from api.client.audits import AuditCalls
from api.client.batches import BatchCalls
from api.client.downloads import Downloads
from api.client.errors import BirdsApiError
from api.client.files import LocalFile
from api.client.follow import follow, result_page
from api.client.keys import MadeKey
from api.client.labels import (
    Label,
    LabelDocument,
    LabelReceipt,
    PhotoQuery,
    TaxonDocument,
    label_photos,
    photos_like,
    undo_labels,
)
from api.client.listing import refused_files
from api.client.models import ModelList, SpeciesList
from api.client.outcomes import Kept, Outcome, Watch
from api.client.patience import Patience
from api.client.places import ClockReport, SiteDocument
from api.client.receipts import RefusedDocument, RejectedFile
from api.client.records import Result, ResultPage
from api.client.scoring import ScoringCalls
from api.client.sightings import SightingCalls
from api.client.transport import Transport
from api.client.upload import Upload
from api.client.webhooks import WebhookCalls

UNSENT_A_REQUEST = 1000  # the most that a server takes
NO_SUCH_CALL = frozenset((404, 405))  # what an older server says to a path that it does not know
CLASSIFY_WAIT_S = 25  # proxies cut what stays silent for 30 s; after that the photo is looked at
LOOK_AGAIN_S = 1.0
ANSWERED = frozenset(("done", "failed"))


class BirdsClient(BatchCalls, Downloads):
    """Talks to one server under one key:

        async with BirdsClient(url, key) as client:
            batch = await client.create_batch("card")
            await client.upload(batch["id"], Path("card").glob("*.jpg"))
            await client.close(batch["id"])
            async for result in client.results(batch["id"]):
                print(result["name"], result["predictions"])

    Every method raises `BirdsApiError`, which a restart of the server or a full backlog cause only after
    `patience` ended.
    """

    def __init__(self, url: str, key: str, *, patience: Patience | None = None) -> None:
        self._transport = Transport(url, key, patience or Patience())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._transport.close()

    async def check(self) -> None:
        """One request, tried once: is the server there, and is the key good?"""
        try:
            await self._transport.json("GET", "v1/batches", params={"limit": "1"}, repeatable=False)
        except BirdsApiError as error:
            if error.code != "missing-scope":  # a key may be good for sending alone
                raise

    async def hindrance(self, batch_id: str) -> str | None:
        """What keeps the batch's photos from being answered, in the server's own words; None: nothing, or it
        can't be asked."""
        try:
            await self._transport.json("GET", "readyz", repeatable=False)
            batch = await self._transport.json("GET", f"v1/batches/{batch_id}", repeatable=False)
        except BirdsApiError as error:
            return error.detail if error.status == 503 else None
        reason: str | None = batch.get("waiting_for")  # older servers do not say
        return reason

    @property
    def audits(self) -> AuditCalls:
        return AuditCalls(self._transport)

    @property
    def sightings(self) -> SightingCalls:
        return SightingCalls(self._transport)

    @property
    def webhooks(self) -> WebhookCalls:
        return WebhookCalls(self._transport)

    @property
    def scoring(self) -> ScoringCalls:
        return ScoringCalls(self._transport)

    async def sites(self, batch_id: str) -> list[SiteDocument]:
        """What is said of where and when photos of the batch were taken, by folder."""
        found = await self._transport.json("GET", f"v1/batches/{batch_id}/sites")
        return list(found["sites"])

    async def clock(self, batch_id: str) -> ClockReport:
        """Whether the cameras' clocks were right, as far as frames with a satellite's time tell."""
        report: ClockReport = await self._transport.json("GET", f"v1/batches/{batch_id}/clock")
        return report

    async def put_sites(self, batch_id: str, sites: Iterable[SiteDocument]) -> list[SiteDocument]:
        """In the stead of all that were said before; members that are left out take their defaults."""
        body = {"sites": list(sites)}
        found = await self._transport.json("PUT", f"v1/batches/{batch_id}/sites", json=body)
        return list(found["sites"])

    async def upload(
        self, batch_id: str, files: Iterable[LocalFile | Path | str], *, watch: Watch | None = None
    ) -> list[Outcome]:
        """Send photos and zip archives; what the server already has is not sent again.

        A file that can't be read or is refused does not stop the others: its outcome says why. Paths are
        sent under their base names; raises OSError for one that is not there.
        """
        kept = Kept(watch)
        await self.send(batch_id, files, watch=kept)
        return kept.outcomes

    async def send(self, batch_id: str, files: Iterable[LocalFile | Path | str], *, watch: Watch) -> None:
        """Like `upload`, for files without number: `watch` alone is told of the outcomes, none is kept."""
        found = (file if isinstance(file, LocalFile) else LocalFile.found(Path(file)) for file in files)
        await Upload(self._transport, batch_id, watch).run(found)

    async def tell_unsent(self, batch_id: str, files: Iterable[RejectedFile]) -> None:
        """List in the batch what was not sent, so that exports have it; `left-out` is the code of what is no
        photo. A server that keeps no such list is not told."""
        rest = iter(files)
        while some := list(islice(rest, UNSENT_A_REQUEST)):
            body = {"files": some}
            try:
                await self._transport.json("POST", f"v1/batches/{batch_id}/refused", json=body)
            except BirdsApiError as error:
                if error.status not in NO_SUCH_CALL:
                    raise
                return

    def results(self, batch_id: str, *, after: int = 0) -> AsyncIterator[Result]:
        """Each result with seq > `after` as it comes, until the batch is finished."""
        return follow(self._transport, batch_id, after)

    async def result_page(
        self, batch_id: str, *, after: int = 0, limit: int = 100, wait: float = 0
    ) -> ResultPage:
        """What is there now, or within `wait` seconds."""
        return await result_page(self._transport, batch_id, after=after, limit=limit, wait=wait)

    def refused(self, batch_id: str) -> AsyncIterator[RefusedDocument]:
        """The files that were given to a batch and became no photo of it: refused, or not sent."""
        return refused_files(self._transport, batch_id)

    async def classify(self, photo: bytes, *, name: str | None = None, top_k: int | None = None) -> Result:
        """One photo, ahead of everybody's bulk. Raises `BirdsApiError` where it is no photo."""
        wanted = {"wait": CLASSIFY_WAIT_S, "name": name, "top_k": top_k}
        result: Result = await self._transport.json(
            "POST",
            "v1/classify",
            params={parameter: str(value) for parameter, value in wanted.items() if value is not None},
            data=photo,
            headers={"Content-Type": "application/octet-stream"},
        )
        while result["state"] not in ANSWERED:
            await asyncio.sleep(LOOK_AGAIN_S)
            result = await self.photo(result["photo_id"])
        return result

    async def photo(self, photo_id: str) -> Result:
        result: Result = await self._transport.json("GET", f"v1/photos/{photo_id}")
        return result

    async def label(
        self, photo_id: str, species: str | None, *, note: str | None = None, count: int | None = None
    ) -> Label:
        """A person's word, by any name of the taxon, kept beside the prediction; None withdraws it."""
        remark = {name: said for name, said in (("note", note), ("count", count)) if said is not None}
        label: Label = await self._transport.json(
            "PUT", f"v1/photos/{photo_id}/label", json={"species": species, **remark}
        )
        return label

    async def label_many(
        self,
        batch_id: str,
        species: str | None,
        *,
        photo_ids: Sequence[str] | None = None,
        query: PhotoQuery | None = None,
        note: str | None = None,
        count: int | None = None,
    ) -> LabelReceipt:
        """One act on photos by ID, up to 10,000, or on those like `query`; `species` None accepts each one's
        own name."""
        return await label_photos(
            self._transport, batch_id, species, photo_ids=photo_ids, query=query, note=note, count=count
        )

    async def undo_labels(self, batch_id: str, act_id: str | None = None) -> LabelReceipt:
        """Take an act back, or what this key said last of the batch; what was labelled since stays."""
        return await undo_labels(self._transport, batch_id, act_id)

    async def photo_labels(self, photo_id: str) -> list[LabelDocument]:
        """All that was ever said of a photo, in the order of time."""
        page = await self._transport.json("GET", f"v1/photos/{photo_id}/labels")
        labels: list[LabelDocument] = page["labels"]
        return labels

    def photos(self, batch_id: str, query: PhotoQuery | None = None) -> AsyncIterator[Result]:
        """The answered photos of a batch that are like this, in the order of seq."""
        return photos_like(self._transport, batch_id, query or {})

    async def taxa(self, query: str, limit: int = 10) -> list[TaxonDocument]:
        """What a photo can be called, as it is typed: the best first."""
        page = await self._transport.json("GET", "v1/taxa", params={"q": query, "limit": str(limit)})
        taxa: list[TaxonDocument] = page["taxa"]
        return taxa

    async def share(
        self, batch_id: str, *, person: str | None = None, expires_in_s: int | None = None
    ) -> MadeKey:
        """A key that reads one batch and nothing else, for `person`; it is told this once."""
        wanted = {"person": person, "expires_in_s": expires_in_s}
        body = {field: value for field, value in wanted.items() if value is not None}
        made: MadeKey = await self._transport.json(
            "POST", f"v1/batches/{batch_id}/shares", json=body, repeatable=False
        )
        return made

    async def species(self) -> SpeciesList:
        """What the active model can name."""
        species: SpeciesList = await self._transport.json("GET", "v1/species")
        return species

    async def models(self, *, cards: bool = False) -> ModelList:
        """Those that were loaded or published, and which is active; `cards`: with what publishers wrote."""
        models: ModelList = await self._transport.json("GET", "v1/models" + "?cards=true" * cards)
        return models
