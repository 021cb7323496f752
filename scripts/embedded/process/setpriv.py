"""Runs a program (exec) under terms that `setpriv` sets: what ends it (pdeathsig), and who it is (uid)."""

import os
import pwd
import shutil
import signal
from collections.abc import Sequence

from scripts.embedded.errors import USAGE, StackError

ACCOUNT = "nobody"  # every system has it; a new account would stay behind


def tethered(argv: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """The command that runs `argv` tied to its parent's life.

    When the parent dies, even of SIGKILL, the kernel signals the child (prctl's PR_SET_PDEATHSIG). Linux
    only; elsewhere the next start ends what was left over. The kernel means the *thread* that started the
    child, so children are started from the main thread.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(argv)
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--", *argv]


def without_root(argv: Sequence[str]) -> list[str]:
    """The command that runs `argv` as somebody other than root, where we are root: in containers, mostly.

    It keeps the right to pass closed folders, such as `/root`, because the checkout may lie in one.
    """
    if os.geteuid() != 0:
        return list(argv)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StackError("Postgres can't run as root: please run this as another user", USAGE)
    account, right = pwd.getpwnam(ACCOUNT), "+dac_override"
    who = ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups"]
    return [setpriv, *who, "--inh-caps", right, "--ambient-caps", right, "--", *argv]


def give_away(path: str | os.PathLike[str]) -> None:
    """Make `path` the property of whom `without_root` runs as."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(path, account.pw_uid, account.pw_gid)
