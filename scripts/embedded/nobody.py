"""Runs a program that refuses to be root as `nobody`, where we are root: in containers, mostly."""

import os
import pwd
import shutil
from collections.abc import Sequence

from scripts.embedded.errors import USAGE, StackError

ACCOUNT = "nobody"  # every system has it; a new account would stay behind


def without_root(argv: Sequence[str]) -> list[str]:
    """The command that runs `argv`, in the same process, as somebody other than root.

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
