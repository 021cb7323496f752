"""Ties a child to its parent's life: when the parent dies, even of SIGKILL, the kernel signals the child.

Linux only. Elsewhere the next start ends what was left over. The kernel means the *thread* that started the
child, so children are started from the main thread.
"""

import shutil
import signal
from collections.abc import Sequence


def tethered(argv: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """The command that runs `argv`, in the same process, tied to its parent."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(argv)
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--", *argv]
