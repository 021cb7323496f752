"""What a photo is tagged with: its final name, flat and below its order and family, and who says so."""

from typing import Any, Final

from shared.vision.taxonomy import Taxon, find
from shared.xmp.packet import DIGIKAM, FLAT, HIERARCHICAL, NO_TAGS, Tags

ROOT: Final = "Birds"
_NO_TAXON = frozenset(("not-a-bird", "uncertain"))
_REVIEWED, _UNREVIEWED = "verified by a person", "unverified"


def tags_of(result: dict[str, Any], *, reviewed_only: bool) -> Tags:
    """Of a result as JSON Lines have it; what shows no bird has no tags."""
    final = result["final"]
    if final is None or final["rank"] in _NO_TAXON or (reviewed_only and final["by"] != "person"):
        return NO_TAGS
    name, scientific = final["name"], final["scientific_name"]
    taxon = find(scientific or name) if final["rank"] != "bird" else None
    if scientific is None and taxon is not None:
        scientific = taxon.scientific_name
    flat = [name] if scientific in (None, name) else [name, scientific]
    path = [ROOT, *_above(taxon, final["rank"]), name]
    return Tags(
        {
            FLAT: flat,
            HIERARCHICAL: ["|".join(one.replace("|", "-") for one in path)],
            DIGIKAM: ["/".join(one.replace("/", "-") for one in path)],
        },
        _taxon(name, scientific, final["rank"]),
        _identification(result),
    )


def _above(taxon: Taxon | None, rank: str) -> list[str]:
    """Order and family, as far as they are above that rank."""
    if taxon is None or rank == "order":
        return []
    family = taxon.family if rank != "family" else None
    return [one for one in (taxon.order, family) if one]


def _taxon(name: str, scientific: str | None, rank: str) -> dict[str, str]:
    taxon = {} if rank == "bird" else {"taxonRank": rank}
    if scientific:
        taxon = {"scientificName": scientific} | taxon
    if scientific != name:
        taxon |= {"vernacularName": name}
    return taxon


def _identification(result: dict[str, Any]) -> dict[str, str]:
    final = result["final"]
    if final["by"] == "person":
        return {
            "identifiedBy": result.get("label_by") or "a person",
            "identificationVerificationStatus": _REVIEWED,
        }
    probability = final["probability"]
    sure = "" if probability is None else f", {probability:.0%} sure"
    return {
        "identifiedBy": f"Birds {result['model']}",
        "identificationRemarks": f"classified by a machine{sure}",
        "identificationVerificationStatus": _UNREVIEWED,
    }
