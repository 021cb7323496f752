"""`birds classify`: sends photos while their answers come in."""

import time
from itertools import chain
from pathlib import Path
from socket import gethostname

from api.cli.output import check_writable, replacing, report_console
from api.cli.places.site import put_site
from api.cli.places.site_commands import NOTHING_SAID
from api.cli.running import EXIT_SOME_FAILED, CouldNotRunError, counted, say
from api.cli.sending.again import open_batch, save_exports
from api.cli.sending.findings import Findings
from api.cli.sending.progress import open_display
from api.cli.sending.report import print_report
from api.cli.sending.run import ClassifyOrder, ClassifyRun, Opened, default_name
from api.cli.sending.tally import Tally, reasons
from api.cli.sending.unsent import print_unsent
from api.cli.sending.walk import find_photos
from api.cli.server import connected
from api.cli.waiting import explained
from api.client import BatchDocument, BirdsClient, Patience

INTERRUPTED = "interrupted; run the same command again to go on where it stopped"


def find(order: ClassifyOrder) -> Findings:
    """What is to be sent. Raises `CouldNotRunError` where there is nothing."""
    if order.csv:
        check_writable(order.csv)
    findings = find_photos(order.paths)
    if order.verbose:
        for file in findings.left_out:
            say(f"left out {file.name}: {file.detail}")
    for line in findings.skipped_lines():
        say(line)
    if not findings.files:
        for name, reason in reasons(findings.unreadable):
            say(f"failed {name}: {reason}")
        raise CouldNotRunError(f"no photos in {', '.join(str(path) for path in order.paths)}")
    return findings


async def classify(order: ClassifyOrder, findings: Findings, data: Path | None) -> int:
    """Returns the exit status: 0 all done, 1 some failed or were refused. Raises `CouldNotRunError`."""
    began = time.monotonic()
    async with connected(data, Patience()) as client:
        await client.check()
        name = order.name or default_name(order.paths, gethostname())
        opened = await open_batch(client, name, findings.files, order)
        findings.files = opened.files
        if order.site != NOTHING_SAID:
            for batch_id in opened.batches:
                await put_site(client, batch_id, "", order.site)
        if order.said:
            for batch_id in opened.batches:
                await client.change_batch(batch_id, **order.said)
        told = {*(file.name for file in findings.left_out), *(one.name for one in findings.unreadable)}
        findings.unreadable += (outcome for outcome in opened.refused if outcome.name not in told)
        tally = await _send_and_follow(client, opened, order, findings)
        if order.csv:
            with replacing(order.csv) as file:
                await save_exports(client, opened, file)
    _report(order, findings, tally, opened.batch, time.monotonic() - began)
    return EXIT_SOME_FAILED if tally.problems else 0


async def _send_and_follow(
    client: BirdsClient, opened: Opened, order: ClassifyOrder, findings: Findings
) -> Tally:
    display = open_display(results_on_stdout=order.json)
    try:
        run = ClassifyRun(client, opened, order, display)
        async with explained(client, opened.batch["id"], run.standing, display.tell):
            await run.run(findings)
    finally:
        display.close()
    tally = run.tally
    if opened.batch["state"] == "open":
        say(f"{counted(tally.sent, 'photo')} sent, {tally.there_already:,} there already")
    return tally


def _report(
    order: ClassifyOrder, findings: Findings, tally: Tally, batch: BatchDocument, seconds: float
) -> None:
    if order.wait and not order.json:
        print_report(report_console(), tally, batch["id"], seconds)
        return
    for name, first in tally.twins:
        say(f"same {name}: the same bytes as {first}")
    for name, reason in tally.problems:
        say(f"failed {name}: {reason}")
    say(tally.account_line)
    if order.json:
        print_unsent(chain(tally.refused, tally.left_out), findings.left_out)
    else:
        print(batch["id"])
