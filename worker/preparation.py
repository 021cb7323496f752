"""From a delivery to pixels: fetch, verify, decode. What is wrong with a photo becomes its conclusion."""

import asyncio
import hashlib

import structlog

from shared.errors import BirdsError, Code, StorageAway
from shared.metrics import timed
from shared.objects import ObjectStore
from shared.patience import Patience
from shared.photo.box import Box
from shared.photo.sandbox.process import SandboxDied
from shared.records import Lane
from worker.decode_pool import DecodedPhoto, DecodePool
from worker.delivery import Conclusion, Delivery, FirstLook, Prepared
from worker.metrics import STAGE
from worker.model_slot import ModelSlot, ServingModel

# Photos whose bytes are held at once: enough to hide the storage's latency, few enough for 64-MiB photos.
# Counted by lane, so that an interactive photo does not wait for a place behind bulk ones.
BYTES_IN_MEMORY = {Lane.INTERACTIVE: 4, Lane.BULK: 16}
PRIORITY = {Lane.INTERACTIVE: 0, Lane.BULK: 1}


class Preparation:
    """Makes photos ready for the engine; any number of calls may run at once."""

    def __init__(self, objects: ObjectStore, decoders: DecodePool, model: ModelSlot, max_bytes: int) -> None:
        self._objects = objects
        self._decoders = decoders
        self._model = model
        self._max_bytes = max_bytes
        self._places = {lane: asyncio.Semaphore(count) for lane, count in BYTES_IN_MEMORY.items()}
        self._log = structlog.get_logger().bind(service="preparation")

    async def prepare(self, delivery: Delivery) -> Prepared | Conclusion:
        """Pixels for the model that serves now, or the failure that this photo ends with."""
        try:
            async with self._places[delivery.lane]:
                data = await self._fetch(delivery)
                model = self._model.current
                return Prepared(delivery, await self._decode(data, delivery.lane, model), model)
        except BirdsError as error:
            return delivery.failed(error.code, error.detail)
        except SandboxDied:
            raise  # no decode process can be started any more: nothing further can be prepared
        except Exception:
            # A fault of ours that one photo brought to light: it ends that photo, not the worker.
            self._log.exception("preparing a photo failed", photo=str(delivery.job.photo_id))
            return delivery.failed(Code.INTERNAL, "Preparing this photo failed; the worker's log says why.")

    async def prepare_again(self, first: FirstLook) -> Prepared | Conclusion:
        """Pixels for a second look by the same model; where they can't be had, the first answer stands.

        The photo is fetched and decoded anew: holding its bytes would cost memory for all, this costs the few
        that are unsure some time.
        """
        delivery = first.delivery
        try:
            async with self._places[delivery.lane]:
                data = await self._fetch(delivery)
                photo = await self._decode(data, delivery.lane, first.model, first.box)
        except SandboxDied:
            raise
        except Exception as error:
            self._log.warning("no second look", photo=str(delivery.job.photo_id), error=repr(error))
            return first.conclusion()
        return Prepared(delivery, photo, first.model, first)

    async def _decode(
        self, data: bytes, lane: Lane, model: ServingModel, box: Box | None = None
    ) -> DecodedPhoto:
        with timed(STAGE.labels("decode")):
            return await self._decoders.decode(data, model.spec, PRIORITY[lane], box)

    async def _fetch(self, delivery: Delivery) -> bytes:
        with timed(STAGE.labels("fetch")):
            data = await self._get(delivery.job.key)
        _verify(data, delivery.job.sha256)
        return data

    async def _get(self, key: str) -> bytes:
        """Hold on while object storage is away: the photo is not to blame."""
        patience = Patience()
        while True:
            try:
                return await self._objects.get(key, self._max_bytes)
            except StorageAway as error:
                self._log.warning("object storage away, holding", key=key, error=error.detail)
            await patience.pause()


def _verify(data: bytes, sha256: str) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BirdsError(Code.CHECKSUM_MISMATCH, "The stored bytes are not those that were announced.")
