"""Models, and what the active one can name."""

import asyncio

from aiohttp import web

from api.http.responses import json_response
from api.http.schemas.catalogue import (
    EngineDocument,
    ModelDocument,
    ModelList,
    ModelOrder,
    ModelsQuery,
    Species,
    SpeciesList,
)
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger import models as ledger
from shared.ledger.shadow import candidate
from shared.vision import registry
from shared.vision.bundle import Bundle, recorded_bundle
from shared.vision.cards import card_of
from shared.vision.refs import FolderRef, RegistryRef, parse_ref
from shared.vision.taxa import taxa_of


async def species(services: Services) -> web.Response:
    model = await ledger.active_model(services.pool)
    if model is None:
        raise BirdsError(Code.NO_MODEL, "No model is loaded yet; a worker does that when it starts.")
    bundle = recorded_bundle(model.bundle, model.source)
    known = await asyncio.to_thread(_species, bundle)
    return json_response(SpeciesList(model=bundle.id, species=known))


def _species(bundle: Bundle) -> list[Species]:
    """Not on the event loop: the first of them reads the taxonomy."""
    scientific_names, codes = bundle.scientific_names, bundle.ebird_codes
    return [
        Species(
            species=name,
            scientific_name=scientific_names[name],
            ebird_code=codes[name],
            family=taxon and taxon.family,
            order=taxon and taxon.order,
        )
        for name, taxon in sorted(zip(bundle.species, taxa_of(bundle), strict=True), key=lambda one: one[0])
    ]


async def models(services: Services, query: ModelsQuery) -> web.Response:
    return json_response(await listed(services, with_cards=query.cards))


async def listed(services: Services, *, with_cards: bool = False) -> ModelList:
    loaded = await ledger.list_models(services.pool)
    active = await ledger.active_source(services.pool)
    shadow = await candidate(services.pool)
    seen = {(model.name, model.version) for model in loaded}
    published = [
        ref for ref in await registry.versions(services.objects) if (ref.name, ref.version) not in seen
    ]
    waiting = await asyncio.gather(*(_published(services, ref, active) for ref in published))
    notes = await ledger.all_engine_notes(services.pool)
    all_models = [*waiting, *(_loaded(model, notes.get(model.id, [])) for model in loaded)]
    if with_cards:
        all_models = await asyncio.gather(*(_with_card(services, model) for model in all_models))
    return ModelList(models=all_models, active=active, shadow=shadow and shadow.source)


async def _with_card(services: Services, model: ModelDocument) -> ModelDocument:
    return model.model_copy(update={"card": await card_of(model.source, services.objects)})


async def promote(services: Services, body: ModelOrder) -> web.Response:
    await ledger.promote(services.pool, await named(services, body.reference))
    return json_response(await listed(services))


async def named(services: Services, text: str) -> str:
    """The reference of a model that workers can be told to load. Raises `invalid-request`, `no-model`.

    Names of timm and of hubs are looked up by the worker, which alone has what reads them.
    """
    reference = parse_ref(text)
    match reference:
        case FolderRef():
            raise BirdsError(Code.NO_MODEL, "A folder is named where it can be seen: by `birds models`.")
        case RegistryRef():
            await registry.published(services.objects, reference)
    return str(reference)


async def _published(services: Services, ref: RegistryRef, active: str | None) -> ModelDocument:
    """A model that lies in the registry and that no worker has loaded yet."""
    listed = ModelDocument(name=ref.name, version=ref.version, source=str(ref), active=str(ref) == active)
    try:
        return _described(listed, await registry.published(services.objects, ref))
    except BirdsError as error:
        return _unreadable(listed, error)


def _loaded(model: ledger.Model, notes: list[ledger.EngineNote]) -> ModelDocument:
    listed = ModelDocument(
        name=model.name,
        version=model.version,
        source=model.source,
        active=model.active,
        digest=model.digest,
        registered_at=model.registered_at,
        engines=[EngineDocument.of(note) for note in notes],
    )
    try:
        return _described(listed, recorded_bundle(model.bundle, model.source))
    except BirdsError as error:
        return _unreadable(listed, error)


def _described(listed: ModelDocument, bundle: Bundle) -> ModelDocument:
    found = {
        "digest": bundle.weights_sha256,
        "species": len(bundle.species),
        "license": bundle.license,
        "metrics": bundle.metrics,
    }
    return listed.model_copy(update=found)


def _unreadable(listed: ModelDocument, error: BirdsError) -> ModelDocument:
    """One model that another version of Birds wrote must not hide the others."""
    if error.code is not Code.NO_MODEL:
        raise error
    return listed.model_copy(update={"problem": error.detail})
