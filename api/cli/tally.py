"""Counts answers by species, and keeps what went wrong and what came twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from api.cli.account import Account
from api.client import Outcome, Result
from shared.vision.no_bird import NO_BIRD_BELOW


@dataclass(frozen=True, slots=True)
class Best:
    """What a photo most likely shows."""

    species: str
    scientific_name: str
    probability: float
    bird_probability: float


@dataclass(frozen=True, slots=True)
class SpeciesRow:
    species: str
    scientific_name: str
    photos: int
    mean: float
    best: float


@dataclass
class Tally:
    """One run's answers by photo, failures as (name, reason), twins by bytes as (name, first name)."""

    answers: dict[str, Best | None] = field(default_factory=dict)
    failures: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: list[Outcome] = field(default_factory=list)
    left_out: list[Outcome] = field(default_factory=list)  # of what is in archives
    twins: list[tuple[str, str]] = field(default_factory=list)
    account: Account = field(default_factory=Account)
    sent: int = 0
    there_already: int = 0
    _names: dict[bytes, str] = field(default_factory=dict)  # by the digest of the bytes

    def settle(self, outcome: Outcome) -> None:
        self.account.settle(outcome)
        if outcome.left_out:
            self.left_out.append(outcome)
        elif outcome.reason is not None:
            self.refused.append(outcome)
        elif outcome.sent:
            self.sent += 1
        else:
            self.there_already += 1
        if outcome.sha256 is not None:
            first = self._names.setdefault(bytes.fromhex(outcome.sha256), outcome.name)
            if first != outcome.name:
                self.twins.append((outcome.name, first))

    def answer(self, result: Result) -> None:
        """A later result of the same photo takes the place of the earlier."""
        photo_id, error = result["photo_id"], result["error"]
        self.failures.pop(photo_id, None)
        self.answers[photo_id] = _best(result)
        if error is not None:
            self.failures[photo_id] = (result["name"], f"{error['code']}: {error['detail']}")

    @property
    def account_line(self) -> str:
        return self.account.line(self.answers.keys(), self.failures.keys())

    @property
    def refusals(self) -> list[tuple[str, str]]:
        return list(reasons(self.refused))

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*self.refusals, *self.failures.values()]

    @property
    def no_birds(self) -> int:
        return sum(
            best is not None and best.bird_probability < NO_BIRD_BELOW for best in self.answers.values()
        )

    def by_species(self) -> list[SpeciesRow]:
        """The most frequent first."""
        groups: dict[tuple[str, str], list[float]] = {}
        for best in self.answers.values():
            if best is not None:
                groups.setdefault((best.species, best.scientific_name), []).append(best.probability)
        rows = [
            SpeciesRow(species, scientific, len(found), sum(found) / len(found), max(found))
            for (species, scientific), found in groups.items()
        ]
        return sorted(rows, key=lambda row: (-row.photos, row.species))


def reasons(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, str]]:
    """Those that were refused, as (name, reason)."""
    for outcome in outcomes:
        if outcome.reason is not None:
            yield outcome.name, f"{outcome.reason['code']}: {outcome.reason['detail']}"


def _best(result: Result) -> Best | None:
    if not result["predictions"]:
        return None
    first = result["predictions"][0]
    bird = result["bird_probability"]
    return Best(
        first["species"], first["scientific_name"] or "", first["probability"], 1.0 if bird is None else bird
    )
