"""`birds classify`: sends photos while their answers come in."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from socket import gethostname

from api.cli.again import open_batch, save_exports
from api.cli.output import check_writable, replacing, report_console
from api.cli.progress import open_display
from api.cli.report import print_report
from api.cli.run import ClassifyOrder, ClassifyRun, default_name
from api.cli.running import EXIT_SOME_FAILED, CouldNotRunError, counted, say
from api.cli.server import connected
from api.cli.tally import Tally
from api.cli.walk import Findings, find_photos
from api.client import BatchDocument, BirdsClient, Patience

INTERRUPTED = "interrupted; run the same command again to go on where it stopped"


def find(order: ClassifyOrder) -> Findings:
    """What is to be sent. Raises `CouldNotRunError` where there is nothing."""
    if order.csv:
        check_writable(order.csv)
    findings = find_photos(order.paths)
    if line := findings.skipped_line():
        say(line)
    if not findings.files and not findings.unreadable:
        raise CouldNotRunError(f"no photos in {', '.join(str(path) for path in order.paths)}")
    return findings


async def classify(order: ClassifyOrder, findings: Findings, data: Path | None) -> int:
    """Returns the exit status: 0 all done, 1 some failed or were refused. Raises `CouldNotRunError`."""
    began = time.monotonic()
    async with connected(data, Patience()) as client:
        await client.check()
        name = order.name or default_name(order.paths, gethostname())
        batch, findings.files, earlier = await open_batch(client, name, findings.files, order)
        tally = await _send_and_follow(client, batch, order, findings, earlier)
        if order.csv:
            with replacing(order.csv) as file:
                await save_exports(client, [*earlier, batch["id"]], file)
    _report(order, tally, batch, time.monotonic() - began)
    return EXIT_SOME_FAILED if tally.problems else 0


async def _send_and_follow(
    client: BirdsClient,
    batch: BatchDocument,
    order: ClassifyOrder,
    findings: Findings,
    earlier: Sequence[str],
) -> Tally:
    display = open_display(results_on_stdout=order.json)
    try:
        run = ClassifyRun(client, batch, order, display, earlier)
        await run.run(findings.files)
    finally:
        display.close()
    tally = run.tally
    if batch["state"] == "open":
        say(f"{counted(tally.sent, 'photo')} sent, {tally.there_already:,} there already")
    tally.refusals += findings.unreadable
    return tally


def _report(order: ClassifyOrder, tally: Tally, batch: BatchDocument, seconds: float) -> None:
    if not order.wait:
        for name, reason in tally.refusals:
            say(f"failed {name}: {reason}")
        print(batch["id"])
    elif order.json:
        for name, reason in tally.problems:
            say(f"failed {name}: {reason}")
        sys.stdout.flush()
    else:
        print_report(report_console(), tally, batch["id"], seconds)
