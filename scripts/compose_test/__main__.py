"""`scripts/compose-test`: one batch, while services are scaled and each one is restarted."""

import argparse
import asyncio
import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.client import BirdsApiError, BirdsClient
from api.client.records import BatchDocument
from scripts.benchmark.photos import make_photos
from scripts.compose_test import compose as docker
from scripts.compose_test.compose import Compose
from scripts.throwaway import ROOT

FOLDER = ROOT / "var" / "compose-test"
IN_TURN = ("api", "worker", "rabbitmq", "minio", "postgres", "proxy")
HEALTHY_S = 240.0  # a worker loads its model, RabbitMQ recovers its queues
END_S = 1200.0
POLL_S = 0.5  # containers send us no event


class Proof:
    """Steps and what was seen, for the table at the end."""

    def __init__(self, compose: Compose, url: str, key: str) -> None:
        self.compose = compose
        self.url = url
        self.key = key
        self.rows: list[tuple[str, str, str]] = []
        self.failed = False

    def note(self, step: str, seen: str, seconds: float | None = None) -> None:
        self.rows.append((step, "" if seconds is None else f"{seconds:.0f} s", seen))
        print(f"-- {step}: {seen}", file=sys.stderr, flush=True)

    def check(self, what: str, holds: bool, seen: str) -> None:
        self.failed |= not holds
        self.note(what, seen if holds else f"FAILED: {seen}")

    def step(self, service: str, *command: str, count: int = 1) -> None:
        """Do something to a service while photos are being answered, and wait until it is well again."""
        began, before = time.monotonic(), self.answered()
        self.compose(*command)
        until(lambda: self.compose.is_healthy(service, count), f"{service} healthy")
        until(lambda: self.answered() is not None, "the api answers")
        name = " ".join(word for word in command if not word.startswith("-"))
        self.note(name, f"{before} → {self.answered()} answered", time.monotonic() - began)

    def answered(self) -> int | None:
        batch = self.batch()
        return batch and batch["counts"]["done"] + batch["counts"]["failed"]

    def batch(self) -> BatchDocument | None:
        """The newest one, through the published port; None while nobody answers."""

        async def ask() -> BatchDocument | None:
            async with BirdsClient(self.url, self.key) as client:
                async with asyncio.timeout(5):
                    async for batch in client.batches():
                        return batch
            return None

        try:
            return asyncio.run(ask())
        except (BirdsApiError, TimeoutError):
            return None


def main() -> None:
    options = _parse()
    compose = Compose(options.compose.split() if options.compose else docker.default_command())
    if (docker.LAB / "up").exists():
        subprocess.run([docker.LAB / "up", "--local-wheels"], check=True, stdout=sys.stderr)
        subprocess.run([docker.LAB / "tag", docker.image_of("minio"), "minio"], check=True, stdout=sys.stderr)
    page = subprocess.run([ROOT / "scripts/compose-env"], check=True, capture_output=True, text=True).stdout
    url, key = page.strip().replace("localhost", "127.0.0.1").split("/#key=")
    proof = Proof(compose, url, key)
    try:
        _bring_up(proof)
        _prove(proof, _photos(options.photos))
        _inspect(proof, trainer=not options.no_trainer)
    finally:
        if not options.keep:
            compose("down", "--volumes")
    _print(proof)
    raise SystemExit(proof.failed)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/compose-test", description=__doc__)
    parser.add_argument("--photos", type=int, default=6000, help="drawn ones, of 224 pixels")
    parser.add_argument(
        "--no-trainer", action="store_true", help="spares its image, of 6 GB and twice that to build"
    )
    parser.add_argument("--keep", action="store_true", help="leave it running at the end")
    parser.add_argument("--compose", help="default: the lab's where it is, else `docker compose`")
    return parser.parse_args()


def _bring_up(proof: Proof) -> None:
    proof.compose("down", "--volumes")
    began = time.monotonic()
    proof.compose("build")
    proof.note("build", "api, worker, proxy", time.monotonic() - began)
    began = time.monotonic()
    proof.compose("up", "-d")
    until(lambda: all(map(proof.compose.is_healthy, IN_TURN)), "every service healthy")
    proof.note("up", "every service healthy", time.monotonic() - began)


def _photos(count: int) -> Path:
    folder = FOLDER / "photos"
    shutil.rmtree(FOLDER, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in make_photos(count, None):
        (folder / name).write_bytes(data)
    return folder


def _prove(proof: Proof, folder: Path) -> None:
    table, photos = FOLDER / "out.csv", len(list(folder.iterdir()))
    environment = {**os.environ, "BIRDS_URL": proof.url, "BIRDS_KEY": proof.key}
    command = [str(Path(sys.executable).parent / "birds"), "classify", str(folder), "--csv", str(table)]
    began = time.monotonic()
    with (FOLDER / "birds.log").open("wb") as log:
        classify = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: bool(proof.answered()), "the first answer")
        for service, count in (("worker", 3), ("worker", 1), ("api", 2), ("api", 1)):
            proof.step(service, "up", "-d", "--no-recreate", "--scale", f"{service}={count}", count=count)
        for service in IN_TURN:
            proof.step(service, "restart", service)
        proof.check("still at work after all that", classify.poll() is None, "yes, with photos left")
        status = classify.wait(END_S)
    finally:
        classify.kill()
    proof.note("birds classify", f"{photos:,} photos, exit {status}", time.monotonic() - began)
    _count(proof, photos, status, table)


def _count(proof: Proof, photos: int, status: int, table: Path) -> None:
    proof.check("exit status of birds", status == 0, str(status))
    batch = proof.batch()
    counts = batch["counts"] if batch else None
    wanted = {"accepted": photos, "queued": 0, "done": photos, "failed": 0}
    proof.check("counts", counts == wanted, str(counts))
    rows = list(csv.DictReader(table.open()))
    proof.check("names in the export", len({row["name"] for row in rows}) == photos, f"{len(rows):,} rows")
    numbers = [int(row["seq"]) for row in rows]
    proof.check("seq without gap or repeat", numbers == list(range(1, photos + 1)), f"1 to {numbers[-1]:,}")


def _inspect(proof: Proof, *, trainer: bool) -> None:
    ours = [image for image in docker.OURS if trainer or image != docker.TRAINER]
    if trainer:
        proof.compose("build", "trainer")
    for image in ours:
        proof.note(f"image {image}", f"{docker.image_megabytes(image):,} MB")
        has_torch = docker.has_module(image, "torch")
        proof.check(f"torch in {image}", has_torch == (image == docker.TRAINER), "yes" if has_torch else "no")
    texts = docker.secret_texts()
    seen = str(proof.compose.containers()) + str(docker.inspect(ours))
    proof.check("secrets in docker inspect", not any(text in seen for text in texts), "none")
    layers = "".join(docker.history(image) for image in ours)
    files = "".join(docker.files_that_hold(image, texts) for image in ours)
    proof.check("secrets in layers", not files and not any(text in layers for text in texts), files or "none")
    users = {image["Config"]["User"] for image in docker.inspect(ours)}
    proof.check("users of our images", not users & {"", "0", "root"}, ", ".join(sorted(users)))


def _print(proof: Proof) -> None:
    table = Table("step", "time", "seen")
    for row in proof.rows:
        table.add_row(*row)
    Console(width=110).print(table)


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a state of other processes. Raises TimeoutError."""
    end = time.monotonic() + HEALTHY_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {HEALTHY_S:.0f} s: {what}")
        time.sleep(POLL_S)


if __name__ == "__main__":
    main()
