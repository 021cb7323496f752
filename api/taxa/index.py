"""Finds names as they are typed: by code, by their beginning, by that of their words, by likeness."""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz, process

from api.taxa.names import LocalNames, NameKind, TaxonName, taxon_names, written_names
from shared.vision.taxonomy import lookup_key

LIKE = 70.0  # of 100, by rapidfuzz' ratio: "chickadee" and "chikadee" have 94, two birds by chance 50 to 65
LIKE_WORDS = 8  # of the vocabulary, for one that nobody writes so
SHORTEST_LIKE = 3  # letters: of fewer, everything is alike
_LAST = "\U0010ffff"


class Nearness(IntEnum):
    """How a name was met, the best first."""

    EXACT = 0
    BEGINNING = 1
    WORDS = 2
    LIKE = 3


@dataclass(frozen=True, slots=True)
class Hit:
    taxon: TaxonName
    matched: str
    """The name that was met: a code, or in another language, say."""
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class _WrittenName:
    """One name of one taxon; `place` is the taxon's in the list of all."""

    key: str
    kind: NameKind
    place: int
    text: str


_Met = tuple[int, Nearness, float]
"""The number of an entry, how it was met, and how like it is."""


class TaxonIndex:
    """Made once; asked from any thread."""

    def __init__(self, local: LocalNames) -> None:
        self._taxa = taxon_names()
        self._entries = sorted(_entries(self._taxa, local), key=lambda entry: entry.key)
        self._keys = [entry.key for entry in self._entries]
        words = [
            (word, number)
            for number, entry in enumerate(self._entries)
            if entry.kind is not NameKind.CODE
            for word in words_of(entry.text)
        ]
        words.sort()
        self._words = [word for word, _ in words]
        self._of_word = [number for _, number in words]
        self._vocabulary = sorted(set(self._words))

    def search(self, query: str, limit: int, known: Callable[[TaxonName], bool]) -> list[Hit]:
        """The best `limit` taxa, each once; of those that are met equally well, what is `known` is first.

        What is only alike is told where nothing is written so.
        """
        found: dict[int, Hit] = {}
        key = lookup_key(query)
        for look in (self._beginning, self._with_words, self._like) if key else ():
            if len(found) >= limit or (found and look == self._like):
                break
            for entry, nearness in self._sorted(look(query, key), known):
                found.setdefault(entry.place, Hit(self._taxa[entry.place], entry.text, nearness))
        return list(found.values())[:limit]

    def exact(self, query: str) -> list[TaxonName]:
        """All that bear exactly this name or code."""
        key = lookup_key(query)
        return [
            self._taxa[place]
            for place in dict.fromkeys(
                self._entries[number].place
                for number, nearness, _ in self._beginning(query, key)
                if nearness is Nearness.EXACT
            )
        ]

    def _sorted(
        self, met: Iterable[_Met], known: Callable[[TaxonName], bool]
    ) -> Iterator[tuple[_WrittenName, Nearness]]:
        def order(one: _Met) -> tuple[float, ...]:
            number, nearness, likeness = one
            entry = self._entries[number]
            unknown = not known(self._taxa[entry.place])
            return nearness, -likeness, entry.kind, unknown, len(entry.key), entry.place

        for number, nearness, _ in sorted(met, key=order):
            yield self._entries[number], nearness

    def _beginning(self, query: str, key: str) -> Iterator[_Met]:
        for number in range(bisect_left(self._keys, key), bisect_left(self._keys, key + _LAST)):
            exact = self._keys[number] == key
            yield number, Nearness.EXACT if exact else Nearness.BEGINNING, 0.0

    def _with_words(self, query: str, key: str) -> Iterator[_Met]:
        """Every word of the query begins one of the name's."""
        met = [self._beginning_words(word) for word in words_of(query)]
        for number in set.intersection(*met) if met else ():
            yield number, Nearness.WORDS, 0.0

    def _like(self, query: str, key: str) -> Iterator[_Met]:
        if len(key) < SHORTEST_LIKE:
            return
        for _, likeness, number in process.extract(
            key, self._keys, scorer=fuzz.ratio, score_cutoff=LIKE, limit=50
        ):
            if self._entries[number].kind is not NameKind.CODE:
                yield number, Nearness.LIKE, likeness
        met = [self._like_words(word) for word in words_of(query)]
        for number in set.intersection(*map(set, met)) if met else ():
            yield number, Nearness.LIKE, sum(one[number] for one in met) / len(met)

    def _like_words(self, word: str) -> dict[int, float]:
        """Names with a word that begins so; else those with one that is like it, and how like."""
        if met := self._beginning_words(word):
            return dict.fromkeys(met, 100.0)
        like: dict[int, float] = {}
        for other, likeness, _ in process.extract(
            word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=LIKE, limit=LIKE_WORDS
        ):
            for number in self._beginning_words(other):
                like.setdefault(number, likeness)
        return like

    def _beginning_words(self, word: str) -> set[int]:
        start, end = bisect_left(self._words, word), bisect_left(self._words, word + _LAST)
        return set(self._of_word[start:end])


def _entries(taxa: Iterable[TaxonName], local: LocalNames) -> Iterator[_WrittenName]:
    for place, one in enumerate(taxa):
        for kind, text in written_names(one, local):
            if key := lookup_key(text):
                yield _WrittenName(key, kind, place, text)


def words_of(name: str) -> list[str]:
    """In small letters and without accents; an apostrophe ends no word, a hyphen does."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    plain = plain.replace("'", "").replace("’", "")
    words = "".join(one if one.isalnum() else " " for one in plain).split()
    return [key for word in words if (key := lookup_key(word))]
