"""`scripts/defences`: takes each defence of deploy/SECURITY.md away once, in a copy of the repository, and
shows that its test then fails. Only those whose tests need no servers: some seconds each.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT_S = 120  # a test that hangs without its defence has failed, too
FAILED = 1  # pytest's exit status where tests ran, and one failed


@dataclass(frozen=True, slots=True)
class Removal:
    """`what` in `file` becomes `instead`; `test` must notice."""

    file: str
    what: str
    instead: str
    test: str


UNIT = "tests/unit"
REMOVALS = (
    Removal(
        "shared/broker/session.py",
        "except Exception as error:\n        raise SessionLost",
        "except OSError as error:\n        raise SessionLost",
        f"{UNIT}/shared/test_handshake.py",
    ),
    Removal(
        "shared/photo/opening.py",
        "        check_segments(data)\n",
        "        pass\n",
        f"{UNIT}/photo/test_segments.py",
    ),
    Removal(
        "api/sandboxes.py",
        "self._timeout_s = timeout_s\n        self._arguments = json",
        "self._timeout_s = 600\n        self._arguments = json",
        f"{UNIT}/api/test_inspection.py",
    ),
    Removal(
        "api/duties/pace.py",
        "await asyncio.sleep(time - now)",
        "pass",
        f"{UNIT}/api/test_pace.py",
    ),
    Removal(
        "api/http/schemas/base.py",
        "if not isinstance(value, dict) or",
        "if True or",
        f"{UNIT}/api/test_odd_requests.py",
    ),
    Removal(
        "api/http/binding.py",
        "asyncio.timeout(BODY_S)",
        "asyncio.timeout(None)",
        f"{UNIT}/api/test_odd_requests.py",
    ),
    Removal(
        "api/http/middlewares.py",
        "        _check_headers(request)\n",
        "",
        f"{UNIT}/api/test_odd_requests.py",
    ),
    Removal(
        "api/http/middlewares.py",
        "for name, value in _PROTECTIVE.items():",
        "for name, value in ():",
        f"{UNIT}/api/test_odd_requests.py",
    ),
    Removal(
        "api/http/receiving.py",
        "self._waited_s += loop.time() - began",
        "self._waited_s = 0.0",
        f"{UNIT}/api/test_receiving.py",
    ),
    Removal(
        "api/intake/multipart.py",
        "await asyncio.sleep(0)",
        "pass",
        f"{UNIT}/api/test_receiving.py",
    ),
    Removal("api/intake/budget.py", "OF_ONE = 0.5", "OF_ONE = 1.0", f"{UNIT}/api/test_budget.py"),
    Removal(
        "api/turns.py",
        "self._held[owner] < self._each",
        "True",
        f"{UNIT}/api/test_turns.py",
    ),
    Removal("api/turns.py", "self._waiting.move_to_end(owner)", "pass", f"{UNIT}/api/test_turns.py"),
    Removal(
        "api/intake/multipart.py",
        'encoding = "latin-1" if found[1].lower() == _LATIN else "utf-8"',
        'encoding = found[1] or "utf-8"',
        f"{UNIT}/api/test_multipart.py",
    ),
    Removal(
        "api/http/connections.py",
        "self._make_room(handler, address)",
        "pass",
        f"{UNIT}/api/test_connections.py",
    ),
    Removal(
        "api/http/connections.py",
        "self._close(handler)\n",
        "pass\n",
        f"{UNIT}/api/test_connections.py",
    ),
    Removal(
        "api/http/export/csv_format.py",
        "in _NOT_SEEN:",
        "in ():",
        f"{UNIT}/api/test_exports.py",
    ),
    Removal(
        "api/webhooks/addresses.py",
        "if not self._may_be_sent_to(str(there[0])):",
        "if False:",
        "tests/integration/test_webhook_addresses.py",
    ),
    Removal(
        "api/webhooks/addresses.py",
        "address.ipv4_mapped or",
        "",
        "tests/integration/test_webhook_addresses.py",
    ),
    Removal(
        "api/webhooks/sending.py",
        "allow_redirects=False",
        "allow_redirects=True",
        "tests/integration/test_webhook_delivery.py",
    ),
    Removal(
        "worker/inference.py",
        "asyncio.timeout(self._timeout_s)",
        "asyncio.timeout(None)",
        f"{UNIT}/worker/test_failing_passes.py",
    ),
    Removal(
        "shared/lifecycle.py",
        "            end_within(grace_s + LAST_S)\n",
        "            pass\n",
        f"{UNIT}/shared/test_lifecycle.py",
    ),
    Removal(
        "shared/lifecycle.py",
        "if loop.time() > until or stop.is_set():",
        "if True:",
        f"{UNIT}/shared/test_lifecycle.py",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/defences", description=__doc__)
    parser.add_argument("name", nargs="?", default="", help="only those in whose file this is")
    wanted = [removal for removal in REMOVALS if parser.parse_args().name in removal.file]
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        _copy_to(copy)
        if _status(copy, *sorted({removal.test for removal in wanted})) != 0:
            raise SystemExit("the tests fail with all defences in place")
        unnoticed = [removal for removal in wanted if not _is_noticed(copy, removal)]
    print(f"{len(wanted)} defences taken away, {len(wanted) - len(unnoticed)} noticed by their tests")
    raise SystemExit(bool(unnoticed))


def _copy_to(copy: Path) -> None:
    """What git tracks, as it stands here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)


def _status(copy: Path, *tests: str) -> int:
    """Of pytest."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(
        command, cwd=copy, capture_output=True, timeout=LIMIT_S * len(tests), check=False
    ).returncode


def _is_noticed(copy: Path, removal: Removal) -> bool:
    file = copy / removal.file
    whole = file.read_text()
    if removal.what not in whole:
        raise SystemExit(f"{removal.file} has no {removal.what!r} any more: mend this list")
    file.write_text(whole.replace(removal.what, removal.instead, 1))
    try:
        noticed = _status(copy, removal.test) == FAILED
    except subprocess.TimeoutExpired:
        noticed = True
    finally:
        file.write_text(whole)
    told = " ".join(removal.what.split())
    print(f"{'noticed  ' if noticed else 'UNNOTICED'}  {removal.file}: {told}", flush=True)
    return noticed


if __name__ == "__main__":
    main()
