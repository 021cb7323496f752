"""From what a person types to what a photo is called: one rule for all who name photos."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property

from api.taxa.index import Hit, TaxonIndex
from api.taxa.model_names import ModelNames, names_of_model
from api.taxa.names import NO_TAXA, LocalNames, TaxonName, name_of
from shared.errors import BirdsError, Code
from shared.ledger.database import Pool
from shared.ledger.models import active_model, active_model_id
from shared.records import ModelId
from shared.vision.bundle import recorded_bundle
from shared.vision.taxonomy import find, lookup_key

NEAREST = 5  # names told to who wrote one that nothing bears


@dataclass
class Taxa:
    """The index is made at the first use, in a thread."""

    pool: Pool
    local: LocalNames
    _model: tuple[ModelId | None, ModelNames] = field(default=(None, ModelNames()))

    async def search(self, query: str, limit: int) -> list[tuple[Hit, bool]]:
        """The nearest names, the best first, each with whether the active model knows it."""
        model = await self._model_names()
        hits = await asyncio.to_thread(self._search, query, limit, model)
        return [(hit, model.knows(hit.taxon)) for hit in hits]

    async def resolve(self, text: str) -> TaxonName:
        """What `text` means, case-blind: what is no taxon, a class of the active model, a taxon by any name
        or code. Raises `unknown-species`, with the nearest names, where that is nothing or several."""
        return await asyncio.to_thread(self._resolve, text, await self._model_names())

    async def meant(self, text: str | None) -> str | None:
        """The name under which photos are found that are called `text`: what nothing bears stays as it is."""
        try:
            return None if text is None else (await self.resolve(text)).name
        except BirdsError as error:
            if error.code is not Code.UNKNOWN_SPECIES:
                raise
            return text

    @cached_property
    def _index(self) -> TaxonIndex:
        return TaxonIndex(self.local)

    def _search(self, query: str, limit: int, model: ModelNames) -> list[Hit]:
        return self._index.search(query, limit, model.knows)

    def _resolve(self, text: str, model: ModelNames) -> TaxonName:
        key = lookup_key(text)
        for one in NO_TAXA:
            if key == lookup_key(one.name):
                return one
        if key in model.by_key:
            return model.by_key[key]
        if (taxon := find(text)) is not None:
            return model.own(name_of(taxon))
        exact = self._index.exact(text) if key else []
        if len(exact) == 1:
            return model.own(exact[0])
        near = exact or [hit.taxon for hit in self._search(text, NEAREST, model)]
        raise _unknown(text, [one.name for one in near[:NEAREST]], ambiguous=bool(exact))

    async def _model_names(self) -> ModelNames:
        """Read again only when another model has become active."""
        model_id = await active_model_id(self.pool)
        if model_id != self._model[0]:
            model = await active_model(self.pool)
            if model is None:
                self._model = None, ModelNames()
            else:
                bundle = recorded_bundle(model.bundle, model.source)
                self._model = model.id, await asyncio.to_thread(names_of_model, bundle)
        return self._model[1]


def _unknown(text: str, near: list[str], *, ambiguous: bool) -> BirdsError:
    names = ", ".join(near)
    if ambiguous:
        return BirdsError(Code.UNKNOWN_SPECIES, f"Several birds are called {text!r}: {names}.")
    if near:
        return BirdsError(Code.UNKNOWN_SPECIES, f"No bird is called {text!r}; near it: {names}.")
    return BirdsError(Code.UNKNOWN_SPECIES, f"No bird is called {text!r}; see /v1/taxa.")
