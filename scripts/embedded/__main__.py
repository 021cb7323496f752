"""The commands behind `scripts/up` and `scripts/down`."""

import argparse
import sys
from pathlib import Path

from scripts.embedded.errors import StackError
from scripts.embedded.folder import Home

ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT_PORT = 5000
INTERRUPTED = 130  # as shells say it


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except StackError as error:
        print(error, file=sys.stderr)
        raise SystemExit(error.status) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _up(arguments: argparse.Namespace) -> None:
    from scripts.embedded.launcher import StackOrder
    from scripts.embedded.up import run_here, run_in_background
    from shared.logging import configure_logging

    configure_logging("error", "console")  # what matters is said by us
    home = Home(arguments.data.resolve())
    if arguments.detach:
        options = [
            "--workers",
            str(arguments.workers),
            "--port",
            str(arguments.port),
            "--data",
            str(home.data),
        ]
        run_in_background(home, [sys.executable, "-P", "-m", "scripts.embedded", "up", *options])
    else:
        run_here(StackOrder(home, arguments.port, arguments.workers))


def _down(arguments: argparse.Namespace) -> None:
    from scripts.embedded.down import stop_stack

    print("stopped" if stop_stack(Home(arguments.data.resolve())) else "nothing was running")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts")
    commands = parser.add_subparsers(required=True)
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", type=Path, default=ROOT / "var", metavar="DIR", help="folder of the stack (default: var)"
    )

    up = commands.add_parser(
        "up", prog="scripts/up", parents=[data], description="Run Birds on this machine."
    )
    up.add_argument("--workers", type=_count, default=1, metavar="N", help="worker processes (default: 1)")
    up.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help="of the page and the api (default: 5000); 0: a free one",
    )
    up.add_argument("--detach", action="store_true", help="return once it is ready, and leave it running")
    up.set_defaults(run=_up)

    down = commands.add_parser(
        "down", prog="scripts/down", parents=[data], description="Stop what scripts/up started."
    )
    down.set_defaults(run=_down)
    return parser


def _count(text: str) -> int:
    return _between(text, 0, 1000)


def _port(text: str) -> int:
    return _between(text, 0, 65535)


def _between(text: str, least: int, most: int) -> int:
    number = int(text)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
    return number


if __name__ == "__main__":
    main()
