"""Uploads files into a batch: announced in groups, so that nothing is sent twice; sent the cheaper way.

Small photos travel together through the api, large ones each straight to object storage. Where object
storage can't be reached from here, everything travels through the api. Where it had none of the last
ones, the smallest go unannounced: to ask for one costs the server nearly as much as to take it.
"""

import asyncio
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from api.client.errors import BirdsApiError, ServerUnreachableError
from api.client.files import LocalFile, grouped
from api.client.form import PhotoForm
from api.client.outcomes import LEFT_OUT, Outcome, Watch
from api.client.previews import is_raw, with_previews
from api.client.receipts import AnnouncedFile, RejectedFile, UploadPlace, UploadPlaces, UploadReceipt
from api.client.records import Reason
from api.client.storage import Storage
from api.client.tasks import run_all
from api.client.transport import Transport

GROUPS_AT_ONCE = 3  # one is hashed while another is announced and a third one sent
NOT_FOUND = 404
TOO_LARGE = 413  # "content too large", as HTTP has it
SMALL_BYTES = 100 * 1024  # up to here passing through the api costs less than a request of its own
SMALLEST_BYTES = 24 * 1024  # up to here asking saves little even where the same owner has sent it before


class Upload:
    """One upload into one batch."""

    def __init__(self, transport: Transport, batch_id: str, watch: Watch) -> None:
        self._transport = transport
        self._storage = Storage(transport.session)
        self._path = f"v1/batches/{batch_id}"
        self._watch = watch
        self._reasons: dict[tuple[str, str], Reason] = {}
        self._raw_previews: bool | None = None  # whether they are enough; None until it was asked
        self._all_new = False  # whether the server had none of the last group
        self._too_large: float = math.inf  # bytes: the smallest request that was refused for its size

    async def run(self, files: Iterable[LocalFile]) -> None:
        """Send all; a file that can't be read or is refused harms only itself. Raises `BirdsApiError`."""
        groups = grouped(files)
        await run_all(self._take(groups) for _ in range(GROUPS_AT_ONCE))

    async def _take(self, groups: Iterator[list[LocalFile]]) -> None:
        for group in groups:
            if group[0].archive:
                await self._send_through_api(group)
            elif any(map(is_raw, group)) and await self._previews_are_enough():
                await self._send_previews(group)
            else:
                await self._send_group(group)

    async def _previews_are_enough(self) -> bool:
        """Asked once an upload; a server that does not know the question wants whole files."""
        if self._raw_previews is None:
            try:
                self._raw_previews = bool((await self._transport.json("GET", "v1/limits"))["raw_previews"])
            except BirdsApiError as error:
                if error.status != NOT_FOUND:
                    raise
                self._raw_previews = False
        return self._raw_previews

    async def _send_previews(self, group: Sequence[LocalFile]) -> None:
        with TemporaryDirectory(prefix="birds-") as folder:
            smaller = await asyncio.to_thread(with_previews, group, Path(folder))
            self._watch.bytes_sent(sum(file.size for file in group) - sum(file.size for file in smaller))
            await self._send_missing(smaller)

    async def _send_group(self, group: Sequence[LocalFile]) -> None:
        if self._all_new and max(file.size for file in group) <= SMALLEST_BYTES:
            await self._send_through_api(group, announced=False)
        else:
            await self._send_missing(group)

    async def _send_missing(self, group: Sequence[LocalFile]) -> None:
        hashed = await self._hashed(group)
        missing = await self._announce(hashed)
        self._all_new = len(missing) == len(hashed)
        large = [
            (file, place) for file, place in missing if file.size > SMALL_BYTES and self._storage.in_reach
        ]
        apart = {file for file, _ in large}
        small = [file for file, _ in missing if file not in apart]
        await run_all((self._send_through_api(small), self._send_to_storage(large)))

    async def _hashed(self, group: Sequence[LocalFile]) -> list[tuple[LocalFile, str]]:
        """Those that can be read, with their digests."""
        hashed = []
        for file, digest in await asyncio.to_thread(_digests, group):
            if isinstance(digest, OSError):
                self._give_up(file, digest)
            else:
                hashed.append((file, digest))
        return hashed

    async def _announce(self, hashed: Sequence[tuple[LocalFile, str]]) -> list[tuple[LocalFile, UploadPlace]]:
        """Those whose bytes the server does not have, each with its place."""
        if not hashed:
            return []
        files = [AnnouncedFile(name=file.name, size=file.size, sha256=digest) for file, digest in hashed]
        try:
            places: UploadPlaces = await self._transport.json(
                "POST", f"{self._path}/uploads", json={"files": files}
            )
        except BirdsApiError as error:
            if not error.divides:
                raise
            if len(hashed) == 1:
                self._refuse_file(hashed[0][0], error)
                return []
        else:
            if not places["rejected"]:
                return self._missing(hashed, places["files"])
            if len(hashed) == 1:
                self._refuse(places["rejected"])
                return []
        # Names need not be unique: which one was refused is found by asking about fewer.
        first, second = _halves(hashed)
        return [*await self._announce(first), *await self._announce(second)]

    def _missing(
        self, hashed: Sequence[tuple[LocalFile, str]], places: Sequence[UploadPlace]
    ) -> list[tuple[LocalFile, UploadPlace]]:
        missing = []
        for (file, digest), place in zip(hashed, places, strict=True):
            if place["state"] == "upload":
                missing.append((file, place))
            else:
                self._watch.bytes_sent(file.size)
                self._watch.settled(Outcome(file.name, place["photo_id"], sha256=digest))
        return missing

    async def _send_through_api(self, files: Sequence[LocalFile], *, announced: bool = True) -> None:
        """In one request, archives as well as photos; in several where the way takes no such large one."""
        if not files:
            return
        size = sum(file.size for file in files)
        if len(files) > 1 and size >= self._too_large:
            await self._send_halves(files, announced)
            return
        form = PhotoForm(files, self._watch.bytes_sent)
        try:
            receipt = await self._post(form)
        except BirdsApiError as error:
            if not error.divides:
                raise
            if error.status == TOO_LARGE:
                self._too_large = min(self._too_large, size)
            if len(files) == 1:
                self._refuse_file(files[0], error)
            else:
                await self._send_halves(files, announced)
            return
        if not announced:
            self._all_new = not any(photo["duplicate"] for photo in receipt["accepted"])
        self._settle_all(receipt, files, known=not announced or files[0].archive)
        for file, unreadable in form.unreadable.items():
            self._give_up(file, unreadable)

    async def _send_halves(self, files: Sequence[LocalFile], announced: bool) -> None:
        for half in _halves(files):
            await self._send_through_api(half, announced=announced)

    async def _post(self, form: PhotoForm) -> UploadReceipt:
        """Once more where a file that could not be read to its end broke the request off."""
        while True:
            left_out = len(form.unreadable)
            try:
                receipt: UploadReceipt = await self._transport.json(
                    "POST", f"{self._path}/photos", body=form.body, headers=form.headers
                )
                return receipt
            except ServerUnreachableError:
                if len(form.unreadable) == left_out:
                    raise

    async def _send_to_storage(self, files: Sequence[tuple[LocalFile, UploadPlace]]) -> None:
        """Each by itself, and then the group is made complete; what could not be put goes through the api."""
        if not files:
            return
        there: list[str] = []
        left: list[LocalFile] = []

        async def put(file: LocalFile, place: UploadPlace) -> None:
            try:
                if await self._storage.put(file, place):
                    self._watch.bytes_sent(file.size)
                    there.append(place["photo_id"])
                else:
                    left.append(file)
            except OSError as error:
                self._give_up(file, error)

        await run_all(put(file, place) for file, place in files)
        if there:
            body = {"photo_ids": there}
            receipt = await self._transport.json("POST", f"{self._path}/uploads/complete", json=body)
            self._settle_all(receipt, [file for file, _ in files])
        await self._send_through_api(left)

    def _settle_all(self, receipt: UploadReceipt, files: Iterable[LocalFile], *, known: bool = False) -> None:
        """`known`: photos may have been there already, since nobody asked before sending them."""
        names = {file.name: file.name for file in files}  # whoever keeps names keeps no second text of each
        for photo in receipt["accepted"]:
            sent = not (known and photo["duplicate"])
            name = names.get(photo["name"], photo["name"])
            self._watch.settled(Outcome(name, photo["photo_id"], sent, sha256=photo["sha256"]))
        self._refuse(receipt["rejected"])
        for file in receipt.get("left_out", ()):  # older servers say nothing of it
            self._watch.settled(Outcome(file["name"], reason=self._reason(LEFT_OUT, file["detail"])))

    def _refuse(self, refusals: Sequence[RejectedFile]) -> None:
        for refusal in refusals:
            reason = self._reason(refusal["code"], refusal["detail"])
            self._watch.settled(Outcome(refusal["name"], reason=reason))

    def _refuse_file(self, file: LocalFile, error: BirdsApiError) -> None:
        """One that the server, or something on the way to it, does not even take a request with."""
        self._watch.settled(Outcome(file.name, reason=self._reason(error.code, error.detail)))

    def _give_up(self, file: LocalFile, error: OSError) -> None:
        """A file of ours that is gone, changed, or not for us to read."""
        self._watch.bytes_sent(file.size)
        reason = self._reason("unreadable", error.strerror or str(error))
        self._watch.settled(Outcome(file.name, reason=reason))

    def _reason(self, code: str, detail: str) -> Reason:
        """One object for all files that were refused alike, of which there may be as many as files."""
        return self._reasons.setdefault((code, detail), Reason(code=code, detail=detail))


_T = TypeVar("_T")


def _halves(many: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    middle = len(many) // 2
    return many[:middle], many[middle:]


def _digests(group: Sequence[LocalFile]) -> list[tuple[LocalFile, str | OSError]]:
    digests: list[tuple[LocalFile, str | OSError]] = []
    for file in group:
        try:
            digests.append((file, file.sha256()))
        except OSError as error:
            digests.append((file, error))
    return digests
