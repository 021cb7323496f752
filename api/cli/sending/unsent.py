"""Files that became no photo, as lines of JSON after the results: they have the members of a result."""

import json
import sys
from collections.abc import Iterable

from api.cli.sending.findings import LeftOut, unsent_entries
from api.client import Outcome
from api.client.outcomes import LEFT_OUT
from api.client.receipts import RejectedFile
from api.client.records import Result

REFUSED = "refused"


def print_unsent(unsent: Iterable[Outcome], left_out: Iterable[LeftOut]) -> None:
    for entry in unsent_entries(unsent):
        _print(entry, LEFT_OUT if entry["code"] == LEFT_OUT else REFUSED)
    for file in left_out:
        _print(file.entry, LEFT_OUT)
    sys.stdout.flush()


def _print(entry: RejectedFile, state: str) -> None:
    error = {"code": entry["code"], "detail": entry["detail"]}
    known = {"name": entry["name"], "state": state, "predictions": [], "error": error}
    print(json.dumps({member: known.get(member) for member in Result.__annotations__}, ensure_ascii=False))
