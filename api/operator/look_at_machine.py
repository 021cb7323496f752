"""Whether servers and machine can go on: schema, disk, clocks."""

import time
from collections.abc import AsyncIterator

from api.operator.findings import Finding
from api.settings import ApiSettings
from shared.disk import DataDisk
from shared.errors import Away
from shared.ledger import readiness
from shared.ledger.database import LedgerRefused, Pool
from shared.ledger.migrate import check_schema
from shared.ledger.upkeep import clock
from shared.objects import ObjectStore

SKEW_S = 5.0  # from a quarter of an hour on S3 servers refuse signatures; answers are dated wrong before


async def look_at_machine(settings: ApiSettings, pool: Pool, objects: ObjectStore) -> AsyncIterator[Finding]:
    try:
        await check_schema(pool)
    except LedgerRefused as error:
        yield Finding(f"{str(error).capitalize()}.")
    disk = DataDisk(settings.data_folder, settings.disk_free_bytes)
    for check in (readiness.check(pool), objects.check(), disk.check()):
        try:
            await check
        except Away as error:
            yield Finding(error.detail)
    for server, theirs in (("Postgres", await clock(pool)), ("Object storage", await objects.clock())):
        skew_s = theirs - time.time()
        if abs(skew_s) > SKEW_S:
            side = "ahead of" if skew_s > 0 else "behind"
            yield Finding(f"The clock of {server} is {abs(skew_s):.0f} s {side} this machine's.")
