"""`birds-api doctor`: whether ledger, broker and object storage agree, and the machine can go on."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from api.operator.findings import Finding
from api.operator.look_at_broker import look_at_broker
from api.operator.look_at_ledger import look_at_ledger
from api.operator.look_at_machine import look_at_machine
from api.operator.look_at_storage import look_at_storage
from api.settings import ApiSettings
from shared.errors import Away
from shared.ledger.database import Pool
from shared.objects import ObjectStore

Look = Callable[[ApiSettings, Pool, ObjectStore], AsyncIterator[Finding]]
LOOKS: dict[str, Look] = {
    "machine": look_at_machine,
    "ledger": look_at_ledger,
    "broker": look_at_broker,
    "storage": look_at_storage,
}


@dataclass(slots=True)
class Report:
    """How many findings there were, and how many of them are repaired."""

    found: int = 0
    repaired: int = 0


async def examine(
    settings: ApiSettings, pool: Pool, objects: ObjectStore, tell: Callable[[str], None], *, repair: bool
) -> Report:
    """All looks, one after the other; `tell` is given a line for each finding."""
    report = Report()
    for part, look in LOOKS.items():
        try:
            async for finding in look(settings, pool, objects):
                report.found += 1
                if repair and finding.repair is not None:
                    await finding.repair()
                    report.repaired += 1
                    tell(f"{part}: {finding.what} Repaired.")
                else:
                    tell(f"{part}: {finding.what}" + (" --repair mends it." if finding.repair else ""))
        except Away as error:
            report.found += 1
            tell(f"{part}: {error.detail}")
    return report
