"""`birds import`: another tool's results beside a batch's, and, where they are a person's word, as labels."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from rich.table import Table

from api.cli.handover.results_file import ToolsWord, read_results
from api.cli.handover.tag_match import KnownAnswers
from api.cli.ids import find_batch
from api.cli.output import check_writable, replacing, report_console
from api.cli.running import counted, say
from api.cli.server import connected
from api.client import BirdsApiError, BirdsClient
from api.client.files import clean_name
from api.client.patience import IMPATIENT
from shared.vision.taxonomy import find, lookup_key

SAME, OTHER, NOT_READ, UNKNOWN = (
    "the same name",
    "another name",
    "not read by the tool",
    "not told in the batch",
)
_LISTED = 10_000  # photos of one request


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """`least`: certainty from which what the tool says becomes a label; None: it is compared alone."""

    file: Path
    batch_id: str
    least: float | None
    output: Path | None


@dataclass(frozen=True, slots=True)
class Matched:
    """What a tool and a batch say of one photo; `answer` None where the batch has none of that name."""

    word: ToolsWord
    answer: dict[str, Any] | None

    @property
    def verdict(self) -> str:
        if self.answer is None:
            return UNKNOWN
        if self.word.name is None:
            return NOT_READ
        return SAME if _key(self.word.name) == _key(self.answer["final"]["name"]) else OTHER


async def import_results(data: Path | None, order: ImportOrder) -> None:
    """Raises `CouldNotRunError`."""
    words = await asyncio.to_thread(read_results, order.file)
    if order.output is not None:
        check_writable(order.output)
    async with connected(data, IMPATIENT) as client:
        batch = await find_batch(client, order.batch_id)
        with TemporaryFile() as file:
            await client.save_export(batch["id"], file, "jsonl")
            file.seek(0)
            answers = await asyncio.to_thread(KnownAnswers.read, file)
        pairs = list(paired(words, answers))
        _report(pairs)
        if order.output is not None:
            _write(pairs, order.output)
        if order.least is not None:
            for name, photo_ids in labels_of(pairs, order.least).items():
                await _label(client, batch["id"], name, photo_ids, f"from {clean_name(order.file.name)}")


async def _label(client: BirdsClient, batch_id: str, name: str, photo_ids: list[str], note: str) -> None:
    try:
        for start in range(0, len(photo_ids), _LISTED):
            some = photo_ids[start : start + _LISTED]
            await client.label_many(batch_id, name, photo_ids=some, note=note)
    except BirdsApiError as error:
        if error.code != "unknown-species":
            raise
        say(f"{counted(len(photo_ids), 'photo')} not labelled {name}: {error.detail}")
    else:
        say(f"{counted(len(photo_ids), 'photo')} labelled {name}")


def paired(words: Iterable[ToolsWord], answers: KnownAnswers) -> Iterator[Matched]:
    return (Matched(word, answers.of_name(word.file, alone=True)) for word in words)


def labels_of(pairs: Iterable[Matched], least: float) -> dict[str, list[str]]:
    """By name, the photos that are to be called so: those of which the tool is sure, and that no person has
    called so already."""
    labels: defaultdict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.answer is None or pair.word.name is None or pair.word.certainty < least:
            continue
        if pair.verdict is OTHER or pair.answer["final"]["by"] != "person":
            labels[pair.word.name].append(pair.answer["photo_id"])
    return dict(labels)


def _key(name: str) -> str:
    """One for all names of a taxon."""
    taxon = find(name)
    return lookup_key(name) if taxon is None else taxon.scientific_name


def _report(pairs: list[Matched]) -> None:
    verdicts = Counter(pair.verdict for pair in pairs)
    table = Table("Photos", "of which the batch has", box=None, header_style="bold")
    table.columns[0].justify = "right"
    for verdict in (SAME, OTHER, NOT_READ, UNKNOWN):
        table.add_row(f"{verdicts[verdict]:,}", verdict)
    report_console().print(table)


def _write(pairs: Iterable[Matched], output: Path) -> None:
    """A line of JSON for each photo."""
    with replacing(output) as file:
        for pair in pairs:
            final = None if pair.answer is None else pair.answer["final"]
            said = {
                "file": pair.word.file,
                "tool": pair.word.name,
                "certainty": pair.word.certainty,
                "birds": None if final is None else final["name"],
                "by": None if final is None else final["by"],
                "verdict": pair.verdict,
            }
            file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
