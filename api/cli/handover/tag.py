"""`birds tag`: the names of a batch as keywords beside, or in, the user's own photos."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from api.cli.handover.tag_match import KnownAnswers
from api.cli.handover.xmp.files import is_tagged, tag_file
from api.cli.ids import find_batch
from api.cli.running import EXIT_ALL_DONE, EXIT_SOME_FAILED, CouldNotRunError, counted, say
from api.cli.sending.walk import find_photos
from api.cli.server import connected
from api.client.files import LocalFile
from api.client.patience import IMPATIENT
from shared.photo.sniff import is_raw_name
from shared.xmp.keywords import tags_of
from shared.xmp.tree import UnreadableXmpError


@dataclass(frozen=True, slots=True)
class TagOrder:
    batch_id: str
    folder: Path
    embed: bool
    reviewed_only: bool
    dry_run: bool


@dataclass
class _TagTally:
    tagged: int = 0
    unchanged: int = 0
    by_name: int = 0
    no_answer: int = 0
    left_alone: Counter[str] = field(default_factory=Counter)


async def tag_photos(data: Path | None, order: TagOrder) -> int:
    """The exit status. Raises `CouldNotRunError`."""
    if not order.folder.is_dir():
        raise CouldNotRunError(f"{order.folder} is no folder")
    with TemporaryFile() as file:
        async with connected(data, IMPATIENT) as client:
            batch = await find_batch(client, order.batch_id)
            await client.save_export(batch["id"], file, "jsonl")
        file.seek(0)
        answers = await asyncio.to_thread(KnownAnswers.read, file)
    findings = await asyncio.to_thread(find_photos, [order.folder])
    tally = _TagTally()
    for one in findings.files:
        if not one.archive:
            await asyncio.to_thread(_tag, order, answers, one, tally)
    _report(order, tally)
    return EXIT_SOME_FAILED if tally.left_alone else EXIT_ALL_DONE


def _tag(order: TagOrder, answers: KnownAnswers, file: LocalFile, tally: _TagTally) -> None:
    try:
        answer = answers.of_bytes(file.sha256(), file.name)
        if answer is None:
            alone = is_raw_name(file.name) or is_tagged(Path(file.path))
            answer = answers.of_name(file.name, alone=alone)
            tally.by_name += answer is not None
        if answer is None:
            tally.no_answer += 1
            return
        tags = tags_of(answer, reviewed_only=order.reviewed_only)
        if tag_file(Path(file.path), tags, embed=order.embed, dry_run=order.dry_run):
            tally.tagged += 1
        else:
            tally.unchanged += 1
    except UnreadableXmpError as error:
        _leave_alone(file, str(error), tally)
    except OSError as error:
        _leave_alone(file, error.strerror or str(error), tally)


def _leave_alone(file: LocalFile, why: str, tally: _TagTally) -> None:
    tally.left_alone[why] += 1
    say(f"{file.path}: left alone: {why}")


def _report(order: TagOrder, tally: _TagTally) -> None:
    would = "would be tagged" if order.dry_run else "tagged"
    say(f"{counted(tally.tagged, 'photo')} {would}, {tally.unchanged:,} as they should be already")
    if tally.by_name:
        say(f"{counted(tally.by_name, 'photo')} told by name, since the bytes are others than those sent")
    if tally.no_answer:
        say(f"{counted(tally.no_answer, 'photo')} not in the batch, or without an answer")
    if tally.left_alone:
        say(f"{counted(tally.left_alone.total(), 'photo')} left alone")
