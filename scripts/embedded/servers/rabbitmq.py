"""RabbitMQ as a private node of the version that is installed (3.10 up to 4.x)."""

import shutil
from collections.abc import Sequence
from functools import partial

import aio_pika
from aiormq.exceptions import AMQPError

from scripts.embedded.errors import USAGE, StackError
from scripts.embedded.folder import Home, write_private
from scripts.embedded.ports import LOOPBACK, free_ports, listens
from scripts.embedded.process.child import Child, Command, plain_environment
from scripts.embedded.servers.programs import rabbitmq_server

USER = "birds"
NODE = (
    "birds@localhost"  # not the host's name: a notebook changes that, and a node's data belongs to its name
)
READY_S = 300.0  # 5 s alone, 20 s on a loaded machine, two minutes where ten processes want two cores
STOP_S = 30.0
EPMD_READY_S = 10.0
DISK_FREE_LIMIT = 50_000_000  # bytes below which it takes no more messages; the default is the same
# Bytes of its write-ahead log before it starts a new one. It keeps about three of them in memory: with the
# default of 512 MiB that is more than a small machine has.
WAL_BYTES = 64 * 1024 * 1024


class EmbeddedRabbitMQ:
    """A RabbitMQ node of our own on 127.0.0.1, with its management."""

    def __init__(self, home: Home, password: str, *, durable: bool = True) -> None:
        self._folder = home.folder("rabbitmq")
        self._password = password
        self._durable = durable
        self._is_ready = False
        self._port, self._management_port, self._distribution_port = free_ports(3)
        self._epmd = Epmd(home)
        self._node = Child(
            Command(name="rabbitmq", argv=[rabbitmq_server()], env=self._environment(), grace_s=STOP_S), home
        )
        self.children: Sequence[Child] = [self._epmd.child, self._node]

    @property
    def url(self) -> str:
        return f"amqp://{USER}:{self._password}@{LOOPBACK}:{self._port}/%2F"

    @property
    def management_url(self) -> str:
        """Of its HTTP interface and its pages."""
        return f"http://{USER}:{self._password}@{LOOPBACK}:{self._management_port}"

    async def start(self) -> None:
        """Start it and wait until one can log in."""
        write_private(self._folder / "rabbitmq.config", self._configuration())
        write_private(self._folder / "enabled_plugins", "[rabbitmq_management].\n")
        await self._epmd.start()
        await self._node.start()
        await self._node.wait_ready(self._answers, READY_S)
        self._is_ready = True

    async def stop(self) -> None:
        # A node that is still starting does not listen to signals, and has taken nothing that could be lost.
        if not self._durable or not self._is_ready:
            self._node.abort()
        await self._node.stop()
        await self._epmd.child.stop()  # last: a node that misses its port mapper starts another one

    def _configuration(self) -> str:
        """In Erlang's terms; the newer format is translated into them at every start, for a second."""
        return f"""[
  {{rabbit, [
    {{tcp_listeners, [{{"{LOOPBACK}", {self._port}}}]}},
    {{default_user, <<"{USER}">>}},
    {{default_pass, <<"{self._password}">>}},
    {{disk_free_limit, {DISK_FREE_LIMIT}}}
  ]}},
  {{rabbitmq_management, [{{tcp_config, [{{ip, "{LOOPBACK}"}}, {{port, {self._management_port}}}]}}]}},
  {{ra, [{{wal_max_size_bytes, {WAL_BYTES}}}]}}
].
"""

    def _environment(self) -> dict[str, str]:
        def inside(name: str) -> str:
            return str(self._folder / name)

        return plain_environment(
            **self._epmd.environment,
            HOME=str(self._folder),  # of the cookie that lets Erlang programs talk to each other
            RABBITMQ_NODENAME=NODE,
            RABBITMQ_DIST_PORT=str(self._distribution_port),
            RABBITMQ_MNESIA_BASE=inside("data"),
            RABBITMQ_LOG_BASE=inside("log"),
            RABBITMQ_LOGS="-",  # standard output, which is our log file
            RABBITMQ_CONFIG_FILE=inside("rabbitmq.config"),
            RABBITMQ_ENABLED_PLUGINS_FILE=inside("enabled_plugins"),
            # Files that are not there, so that those of the system's own RabbitMQ are not read.
            RABBITMQ_CONF_ENV_FILE=inside("none.conf"),
            RABBITMQ_CONFIG_FILES=inside("none.d"),
            RABBITMQ_ADVANCED_CONFIG_FILE=inside("none.config"),
            # The script then becomes the node, instead of a parent that keeps our signals from it.
            RUNNING_UNDER_SYSTEMD="true",
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=(
                "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
            ),
            # Waking a sleeping thread is slow on virtual machines: with RabbitMQ's default, `none`, the start
            # takes three times as long. An idle node uses no more processor time than with it.
            RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD="very_short",
        )

    async def _answers(self) -> bool:
        if not await listens(self._port):
            return False
        try:
            connection = await aio_pika.connect(self.url)
        except (AMQPError, OSError):
            return False  # it listens a moment before it lets anybody in
        await connection.close()
        return True


class Epmd:
    """Erlang's port mapper, for one node.

    A RabbitMQ node that finds none starts one in the background, which then outlives the node for ever; and
    one that it finds may belong to somebody else, who may stop it. So each stack has its own, on its own
    port.
    """

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
        await self.child.wait_ready(partial(listens, self.port), EPMD_READY_S)
