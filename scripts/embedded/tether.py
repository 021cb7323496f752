"""Ties a child to its parent's life: when the parent dies, even of SIGKILL, the kernel signals the child.

Linux only. Elsewhere the next start ends what was left over. The kernel means the *thread* that started the
child, so children are started from the main thread.
"""

import os
import pwd
import shutil
import signal
from collections.abc import Sequence


def tethered(argv: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """The command that runs `argv`, in the same process, tied to its parent."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(argv)
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--", *argv]


def without_root(argv: Sequence[str]) -> list[str]:
    """The command that runs `argv` as `nobody` where we are root, which Postgres refuses to be.

    It keeps the right to pass closed folders, such as `/root`, because the checkout may lie in one.
    """
    if os.geteuid() != 0:
        return list(argv)
    account, right = pwd.getpwnam("nobody"), "+dac_override"
    who = ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups"]
    return ["setpriv", *who, "--inh-caps", right, "--ambient-caps", right, "--", *argv]


def give_away(path: str | os.PathLike[str]) -> None:
    """Make `path` the property of whom `without_root` runs as."""
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")
        os.chown(path, account.pw_uid, account.pw_gid)
