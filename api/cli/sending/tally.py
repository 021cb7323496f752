"""Counts answers by species, and keeps what went wrong and what came twice."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from api.cli.sending.account import Account
from api.cli.sending.packed import PackedIds, packed
from api.client import Outcome, Result


@dataclass(slots=True)
class SpeciesRow:
    """The photos of one final name, which may be that of a genus, or of none."""

    species: str
    scientific_name: str
    photos: int = 0
    told: int = 0  # of them with a probability: a person's word has none
    sum: float = 0.0  # of probabilities, as the best is one
    best: float | None = None

    @property
    def mean(self) -> float | None:
        return self.sum / self.told if self.told else None

    def count(self, probability: float | None) -> None:
        self.photos += 1
        if probability is not None:
            self.told += 1
            self.sum += probability
            self.best = max(self.best or 0.0, probability)


@dataclass
class Tally:
    """One run's answers by species, failures as (name, reason), twins by bytes as (name, first name).

    Of a photo that all went well with nothing is kept but its ID and digest, so that a run of a million needs
    no more than the list of them.
    """

    failures: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: list[Outcome] = field(default_factory=list)
    left_out: list[Outcome] = field(default_factory=list)  # of what is in archives
    account: Account = field(default_factory=Account)
    sent: int = 0
    there_already: int = 0
    answered: int = 0  # photos, each once
    no_birds: int = 0
    _species: dict[tuple[str, str], SpeciesRow] = field(default_factory=dict)
    _digests: PackedIds = field(default_factory=PackedIds)
    _names: list[str] = field(default_factory=list)  # of the files with these digests

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
            self._digests.append(packed(outcome.sha256))
            self._names.append(outcome.name)

    def answer(self, result: Result) -> None:
        """A later result of the same photo takes the place of the earlier; failures alone are taken back."""
        photo_id, error = result["photo_id"], result["error"]
        if self.failures.pop(photo_id, None) is None:
            self.account.answer(photo_id)
            self.answered += 1
        if error is not None:
            self.failures[photo_id] = (result["name"], sys.intern(f"{error['code']}: {error['detail']}"))
        else:
            self._count(result)

    def _count(self, result: Result) -> None:
        if (final := result["final"]) is None:
            return
        self.no_birds += final["rank"] == "not-a-bird"
        named = (final["name"], final["scientific_name"] or "")
        self._species.setdefault(named, SpeciesRow(*named)).count(final["probability"])

    @property
    def twins(self) -> list[tuple[str, str]]:
        """Files of the same bytes as another one, each with the first of them; in the order sent."""
        found = []
        for part in self._digests.parts():
            first: dict[bytes, str] = {}
            for number, digest in part:
                name = self._names[number]
                if first.setdefault(digest, name) != name:
                    found.append((number, first[digest]))
        return [(self._names[number], name) for number, name in sorted(found)]

    @property
    def account_line(self) -> str:
        return self.account.line(self.failures)

    @property
    def refusals(self) -> list[tuple[str, str]]:
        return list(reasons(self.refused))

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [*self.refusals, *self.failures.values()]

    def by_species(self) -> list[SpeciesRow]:
        """The most frequent first."""
        return sorted(self._species.values(), key=lambda row: (-row.photos, row.species))


def reasons(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, str]]:
    """Those that were refused, as (name, reason)."""
    for outcome in outcomes:
        if outcome.reason is not None:
            yield outcome.name, f"{outcome.reason['code']}: {outcome.reason['detail']}"
