"""The feed of a batch as a websocket."""

import asyncio
from collections.abc import Coroutine

import structlog
from aiohttp import WSCloseCode, web

from api import metrics
from api.duties.feed import Watcher
from api.duties.looks import PAGE, Look
from api.http.auth import SUBPROTOCOL
from api.http.frames import text_frames
from api.http.key_standing import KEY_STANDING
from api.http.schemas.labels import LabelMessage
from api.http.schemas.results import EventsQuery, FinishedMessage, ProgressMessage, ResultMessage
from api.services import Services
from shared.errors import BirdsError, Code
from shared.ledger.batches import get_batch
from shared.ledger.feed import Event
from shared.ledger.keys import Access
from shared.ledger.labels import LabelEvent
from shared.records import BatchId, BatchState, OwnerId

PROGRESS_S = 1.0  # the contract allows two a second: one is kept for the last, which must not wait
UNSENT_BYTES = 64 * 1024  # that may wait for a client; more, and it is waited for
LOOK_S = 60.0  # news is told; to look without any is for what nobody has thought of
CLOSE_S = 5.0  # for the client to confirm the end
GONE = 4404  # the batch was deleted; 4000 and up are for applications to define
REVOKED = 4401  # so was the key


async def watch(
    request: web.Request,
    services: Services,
    access: Access,
    owner: OwnerId,
    batch_id: BatchId,
    query: EventsQuery,
) -> web.StreamResponse:
    await get_batch(services.pool, owner, batch_id)
    socket = web.WebSocketResponse(
        heartbeat=services.settings.websocket_ping_s,
        protocols=(SUBPROTOCOL,),
        compress=False,  # messages are small, and compressing them costs more than making them
        timeout=CLOSE_S,
    )
    if not socket.can_prepare(request):
        raise BirdsError(Code.INVALID_REQUEST, "This is a websocket: send `Upgrade: websocket`.")
    async with services.limits.watching(access):
        await socket.prepare(request)
        with metrics.WEBSOCKETS.track_inprogress():
            stream = EventStream(services, owner, batch_id, request, query)
            await _serve(socket, stream.run(), _revoked(request, services))
    return socket


async def _serve(socket: web.WebSocketResponse, *works: Coroutine[None, None, int]) -> None:
    """Until one of `works` ends, with the code to close with, or the client has gone."""
    listening = asyncio.create_task(_listen(socket), name="websocket, incoming")
    working = [asyncio.create_task(work, name="websocket") for work in works]
    try:
        await asyncio.wait({listening, *working}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (listening, *working):
            task.cancel()
        await asyncio.gather(listening, *working, return_exceptions=True)
    for task in working:
        if not task.cancelled():
            await _close(socket, task.result())
            return


async def _revoked(request: web.Request, services: Services) -> int:
    await request.app[KEY_STANDING].lost(request, services.pool)
    return REVOKED


async def _listen(socket: web.WebSocketResponse) -> None:
    """Pings are answered and the client's close is noticed only while somebody reads."""
    async for _ in socket:
        pass


async def _close(socket: web.WebSocketResponse, code: int) -> None:
    """Without waiting for a client that does not take what it was sent already."""
    try:
        async with asyncio.timeout(2 * CLOSE_S):
            await socket.close(code=code, drain=False)
    except (ConnectionError, TimeoutError):
        pass  # it is gone, which is what we want


class EventStream:
    """Sends one client one batch, from a seq on.

    Clients that have come equally far share what is read for them, and the bytes that it becomes.
    """

    def __init__(
        self, services: Services, owner: OwnerId, batch_id: BatchId, request: web.Request, query: EventsQuery
    ) -> None:
        self._services = services
        self._owner = owner
        self._batch_id = batch_id
        self._request = request
        self._after = query.after
        self._stays = query.follow
        self._told: bytes | None = None
        self._told_at = float("-inf")

    async def run(self) -> int:
        """Until the batch is finished, if it is not to be followed on; returns the code to close with."""
        try:
            async with self._services.feed.watch(self._batch_id) as watcher:
                return await self._follow(watcher)
        except _TooSlowError:
            return WSCloseCode.TRY_AGAIN_LATER
        except ConnectionError:
            return WSCloseCode.GOING_AWAY
        except BirdsError as error:
            if error.code is not Code.NOT_FOUND:
                structlog.get_logger().warning("websocket closed", error=error.detail)
            return GONE if error.code is Code.NOT_FOUND else WSCloseCode.TRY_AGAIN_LATER

    async def _follow(self, watcher: Watcher) -> int:
        while not self._services.stopping.is_set():
            look = await self._services.looks.after(self._owner, self._batch_id, self._after)
            is_full = len(look.events) == PAGE
            finished = not is_full and look.batch.state is BatchState.FINISHED
            progress, next_progress_s = self._progress(look, last=finished)
            await self._send(self._events(look) + progress)
            if is_full:
                continue
            if finished and not self._stays:
                await self._send(text_frames([FinishedMessage().model_dump_json()]))
                return WSCloseCode.OK
            await watcher.changed(min(next_progress_s, LOOK_S))
        return WSCloseCode.GOING_AWAY

    def _events(self, look: Look) -> bytes:
        """Frames of what is new."""
        if not look.events:
            return b""
        if look.frames is None:
            look.frames = text_frames(_message(event).model_dump_json() for event in look.events)
        self._after = look.events[-1].seq or self._after
        return look.frames

    def _progress(self, look: Look, *, last: bool) -> tuple[bytes, float]:
        """A frame of how the batch stands if that is news, and in how many seconds it may be if not now."""
        if look.progress is None:
            look.progress = text_frames([ProgressMessage.of(look.batch).model_dump_json()])
        if look.progress == self._told:
            return b"", float("inf")
        now = asyncio.get_running_loop().time()
        if not last and now < self._told_at + PROGRESS_S:
            return b"", self._told_at + PROGRESS_S - now
        self._told, self._told_at = look.progress, now
        return look.progress, float("inf")

    async def _send(self, frames: bytes) -> None:
        """Past aiohttp's websocket, which would frame the same text anew for each client."""
        transport = self._request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        if not frames:
            return
        transport.write(frames)
        if transport.get_write_buffer_size() <= UNSENT_BYTES:
            return
        try:
            async with asyncio.timeout(self._services.settings.websocket_send_s):
                await self._request.writer.drain()
        except TimeoutError:
            raise _TooSlowError from None


def _message(event: Event) -> ResultMessage | LabelMessage:
    return LabelMessage.of(event) if isinstance(event, LabelEvent) else ResultMessage.of(event)


class _TooSlowError(Exception):
    """The client does not take what it is sent."""
