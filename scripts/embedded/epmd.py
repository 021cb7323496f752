"""Erlang's port mapper, as a child of ours.

A RabbitMQ node that finds none starts one in the background, which then outlives the node for ever; and one
that it finds may belong to somebody else, who may stop it. So each stack has its own, on its own port.
"""

import shutil
from functools import partial

from scripts.embedded.child import Child, Command
from scripts.embedded.environment import plain_environment
from scripts.embedded.errors import USAGE, StackError
from scripts.embedded.home import Home
from scripts.embedded.ports import LOOPBACK, free_ports, listens

READY_S = 10.0


class Epmd:
    """A port mapper for one node."""

    def __init__(self, home: Home) -> None:
        [self.port] = free_ports(1)
        program = shutil.which("epmd")
        if program is None:
            raise StackError("Erlang's epmd is not in PATH; it is installed with RabbitMQ", USAGE)
        argv = [program, "-address", LOOPBACK, "-port", str(self.port)]
        self.child = Child(Command(name="epmd", argv=argv, env=plain_environment(), grace_s=5.0), home)

    @property
    def environment(self) -> dict[str, str]:
        """What Erlang programs need to find it."""
        return {"ERL_EPMD_ADDRESS": LOOPBACK, "ERL_EPMD_PORT": str(self.port)}

    async def start(self) -> None:
        await self.child.start()
        await self.child.wait_ready(partial(listens, self.port), READY_S)
