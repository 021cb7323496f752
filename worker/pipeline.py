"""The stages between a delivery and its acknowledgement, overlapping, so that the engine never waits.

submit → prepare (fetch, decode: one task a photo, bounded by the prefetch)
       → batcher → forward passes (a thread each) → committer (ledger, hints, acknowledgement)
                              └ unsure: → prepare again, the part of the photo that stood out → batcher → …
"""

import asyncio
from collections.abc import Coroutine

from worker.batcher import Batcher
from worker.committer import Committer
from worker.delivery import Conclusion, Delivery, FirstLook, Prepared
from worker.inference import Inference
from worker.preparation import Preparation


class Pipeline:
    """Give it deliveries; every one of them ends committed and acknowledged, unless its session is lost."""

    def __init__(
        self,
        preparation: Preparation,
        batcher: Batcher,
        inference: Inference,
        committer: Committer,
    ) -> None:
        self._preparation = preparation
        self._batcher = batcher
        self._inference = inference
        self._committer = committer
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._preparing: dict[asyncio.Task[None], Delivery] = {}

    def submit(self, delivery: Delivery) -> None:
        delivery.in_hand.enter()
        self._start(delivery, self._preparation.prepare(delivery))

    def _start(self, delivery: Delivery, preparation: Coroutine[None, None, Prepared | Conclusion]) -> None:
        task = asyncio.create_task(self._prepare(preparation))
        self._preparing[task] = delivery
        task.add_done_callback(self._prepared)

    def forget_lost(self) -> None:
        """Drop the photos of lost sessions wherever they are: they are delivered again."""
        for task, delivery in self._preparing.items():
            if delivery.in_hand.is_lost:
                task.cancel()
        self._batcher.forget_lost()
        self._committer.forget_lost()

    def _prepared(self, task: asyncio.Task[None]) -> None:
        del self._preparing[task]
        if not task.cancelled() and (error := task.exception()) and not self._broken.done():
            self._broken.set_exception(error)

    async def watch(self) -> None:
        """Ends with the error that makes every further photo fail, such as a pool without processes."""
        await self._broken

    async def _prepare(self, preparation: Coroutine[None, None, Prepared | Conclusion]) -> None:
        prepared = await preparation
        if isinstance(prepared, Prepared):
            self._batcher.put(prepared)
        else:
            self._committer.put([prepared])

    async def classify_forever(self) -> None:
        """One stream of forward passes; run as many as the engine has."""
        while True:
            batch = await self._batcher.take()
            found = await self._inference.classify(batch)
            self._committer.put([one for one in found if isinstance(one, Conclusion)])
            for one in found:
                if isinstance(one, FirstLook) and not one.delivery.in_hand.is_lost:
                    self._start(one.delivery, self._preparation.prepare_again(one))
