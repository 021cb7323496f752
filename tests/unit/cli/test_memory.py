"""What a run keeps of each file: hardly more than its name, so that a million fit beside other programs."""

import gc
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from api.cli.sending.progress import Standing
from api.cli.sending.run import ClassifyOrder, ClassifyRun, Opened
from api.cli.sending.walk import find_photos
from api.client import BirdsClient, LocalFile, Outcome, Watch
from api.client.receipts import RejectedFile
from api.client.records import BatchDocument, Result

FEW, MANY = 1000, 4000
REFUSED_EVERY = 50
POINTER = 8
BYTES = 120  # for each file more, beyond the list of names


class Server:
    """Takes and answers all files, and remembers none of them."""

    def __init__(self, files: int) -> None:
        self._files = files

    async def send(self, batch_id: str, files: Iterable[LocalFile], *, watch: Watch) -> None:
        for number, file in enumerate(files):
            name = file.name
            if number % REFUSED_EVERY:
                digest = sha256(f"{number}".encode()).hexdigest()
                watch.settled(Outcome(name, photo_id(number), sent=True, sha256=digest))
            else:
                watch.settled(
                    Outcome(name, reason={"code": "empty-file", "detail": "The file has no bytes."})
                )

    async def results(self, batch_id: str) -> AsyncIterator[Result]:
        for number in range(self._files):
            if number % REFUSED_EVERY:
                yield cast(Result, answer(number))

    async def close(self, batch_id: str) -> None:
        pass

    async def tell_unsent(self, batch_id: str, files: Iterable[RejectedFile]) -> None:
        for _ in files:
            pass


class Blind:
    every_s = 60.0

    def show(self, standing: Standing) -> None:
        pass

    def tell(self, line: str) -> None:
        pass

    def close(self) -> None:
        pass


def photo_id(number: int) -> str:
    return str(uuid5(NAMESPACE_URL, str(number)))


def answer(number: int) -> dict[str, Any]:
    name = f"Bird {number % 500}"
    final = {"name": name, "scientific_name": "Avis", "rank": "species", "by": "model", "probability": 0.5}
    return {"photo_id": photo_id(number), "final": final, "error": None}


async def peak(card: Path, files: int) -> tuple[int, int]:
    """Bytes of memory that a run over so many files takes at most, and those of the list of their names."""
    card.mkdir()
    for number in range(files):
        place = card / f"{number // 500:03}" / f"DSC_{number:06}.jpg"
        place.parent.mkdir(exist_ok=True)
        place.touch()
    batch = cast(BatchDocument, {"id": "batch", "state": "open"})
    order = ClassifyOrder([card], None, None, False, True, None, None)
    gc.collect()
    tracemalloc.start()
    try:
        findings = find_photos([card])
        names = sum(sys.getsizeof(file.name) + POINTER for file in findings.files)
        run = ClassifyRun(cast(BirdsClient, Server(files)), Opened(batch, findings.files), order, Blind())
        await run.run(findings)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    refused = files // REFUSED_EVERY
    told = f"{files:,} files given: {files - refused:,} answered, {refused} refused"
    assert run.tally.account_line == told
    return most, names


async def test_a_run_keeps_little_more_than_names(tmp_path: Path) -> None:
    few, names_of_few = await peak(tmp_path / "few", FEW)
    many, names_of_many = await peak(tmp_path / "many", MANY)
    assert (many - few - (names_of_many - names_of_few)) / (MANY - FEW) < BYTES
