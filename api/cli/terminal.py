"""Tables on standard output."""

from rich.console import Console

PLAIN_WIDTH = 120  # characters where no terminal says how many: enough that no name is broken


def report_console() -> Console:
    """Standard output, as wide as the terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)
