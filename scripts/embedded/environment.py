"""Environments of child processes."""

import os


def plain_environment(**own: str) -> dict[str, str]:
    """For servers: without the caller's PG*, RABBITMQ_* or RCLONE_* variables, which mean other servers."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "HOME") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **own}
