"""`birds models show`: what a model is, what it can name, and its card."""

from collections.abc import Iterator
from pathlib import Path

from shared.errors import BirdsError, Code
from shared.ledger.models import Model
from shared.objects import open_object_store
from shared.settings import SharedSettings
from shared.stack_settings import settings_or_stack
from shared.vision.bundle import Bundle, recorded_bundle
from shared.vision.cards import card_of
from shared.vision.refs import RegistryRef, parse_ref
from shared.vision.taxa import taxa_of


def facts(model: Model) -> Iterator[str]:
    """Lines: reference, terms, what it names and how well."""
    bundle = _bundle(model)
    others = sum(not one.is_bird for one in bundle.classes)
    yield f"reference {model.source}, licence of its weights: {bundle.license or 'not known'}"
    tells = bundle.knows_other_things or bundle.bird_score is not None
    yield (
        f"names {len(bundle.species):,} birds"
        + (f" and {others:,} other things" if others else "")
        + (", tells whether there is a bird" if tells else ", takes for granted that there is one")
    )
    if bundle.dataset:
        yield f"trained on {bundle.dataset}"
    for name, value in bundle.metrics.items():
        yield f"  {name:<28}{value:.4f}"


def classes(model: Model) -> Iterator[str]:
    """Each bird that it can name, with its taxon, by name."""
    bundle = _bundle(model)
    for name, taxon in sorted(zip(bundle.species, taxa_of(bundle), strict=True), key=lambda one: one[0]):
        what = "no taxon of the world list" if taxon is None else f"{taxon.scientific_name}, {taxon.rank}"
        yield f"  {name:<34}{what}"


async def card(model: Model, data: Path | None) -> str:
    """As its publisher wrote it. Raises BirdsError (not-found) where it has none, LocalStackError."""
    if isinstance(parse_ref(model.source), RegistryRef):
        async with open_object_store(settings_or_stack(SharedSettings, data)) as objects:
            text = await card_of(model.source, objects)
    else:
        text = await card_of(model.source)
    if text is None:
        raise BirdsError(Code.NOT_FOUND, f"{model.name}@{model.version} has no card that is known here.")
    return text


def _bundle(model: Model) -> Bundle:
    return recorded_bundle(model.bundle, model.source)
