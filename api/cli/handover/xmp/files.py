"""Where a photo's XMP lies, and how it is written: whole or not at all, what belongs to the file kept."""

import os
import shutil
from pathlib import Path

from api.cli.handover.xmp.jpeg import is_jpeg, packet_of, with_packet
from shared.photo.sniff import is_raw_name
from shared.xmp.packet import BIRDS, MAX_BYTES, Tags, merged
from shared.xmp.tree import UnreadableXmpError

_SUFFIX = ".xmp"


def tag_file(path: Path, tags: Tags, *, embed: bool, dry_run: bool) -> bool:
    """Tag a photo, in itself where it is a JPEG and `embed`, else beside it; False: it is so already.

    Raises `UnreadableXmpError`, OSError: it is left as it was.
    """
    sidecar = sidecar_of(path)
    if not (embed and _begins_as_jpeg(path)):
        return _tag_sidecar(sidecar, tags, dry_run=dry_run)
    embedded = _tag_jpeg(path, tags, dry_run=dry_run)
    # One of an earlier run without --embed says the same, lest programs believe it more than the photo.
    beside = _has_tags(sidecar) and _tag_sidecar(sidecar, tags, dry_run=dry_run)
    return embedded or beside


def is_tagged(path: Path) -> bool:
    """Whether a JPEG has tags of Birds in it: its bytes are no longer those that were sent."""
    if not _begins_as_jpeg(path):
        return False
    packet = packet_of(path.read_bytes())
    return packet is not None and BIRDS.encode() in packet


def sidecar_of(path: Path) -> Path:
    """`IMG.JPG.xmp`, as digiKam and darktable have it; of a raw file `IMG.xmp`, as Adobe has it, unless there
    is another raw file of that name. One that there is already is taken, however it is spelled."""
    beside = {name.lower(): name for name in os.listdir(path.parent)}
    long, short = path.name + _SUFFIX, path.stem + _SUFFIX
    if long.lower() in beside:
        return path.with_name(beside[long.lower()])
    if any(_is_raw_of(name, path) for name in beside.values()):  # the short one is, or may be, of that one
        return path.with_name(long)
    if short.lower() in beside:
        return path.with_name(beside[short.lower()])
    return path.with_name(short if is_raw_name(path.name) else long)


def _is_raw_of(name: str, path: Path) -> bool:
    return is_raw_name(name) and Path(name).stem == path.stem and name != path.name


def _tag_sidecar(sidecar: Path, tags: Tags, *, dry_run: bool) -> bool:
    before = os.stat(sidecar) if sidecar.exists() else None
    if before is not None and before.st_size > MAX_BYTES:
        raise UnreadableXmpError(f"{sidecar.name} has more than {MAX_BYTES:,} bytes")
    packet = merged(None if before is None else sidecar.read_bytes(), tags)
    if packet is not None and not dry_run:
        replace(sidecar, packet, before, keep_time=False)
    return packet is not None


def _has_tags(sidecar: Path) -> bool:
    return sidecar.exists() and BIRDS.encode() in sidecar.read_bytes()


def _tag_jpeg(path: Path, tags: Tags, *, dry_run: bool) -> bool:
    path = path.resolve()  # a link stays one
    before = os.stat(path)
    data = path.read_bytes()
    packet = merged(packet_of(data), tags)
    if packet is None:
        return False
    tagged = with_packet(data, packet)
    if not dry_run:
        replace(path, tagged, before, keep_time=True)
    return True


def replace(path: Path, data: bytes, before: os.stat_result | None, *, keep_time: bool) -> None:
    """The file with other bytes: mode, owner and attributes stay, and its time where that is the photo's.

    `before`: as it was when it was read, None where it was not there. Raises OSError where that has changed.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before is not None:
            _take_after(path, part, before, keep_time=keep_time)
        if _changed(path, before):
            raise OSError("it was changed while it was read")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _take_after(path: Path, part: Path, before: os.stat_result, *, keep_time: bool) -> None:
    now = os.stat(part)
    shutil.copystat(path, part)
    if not keep_time:
        os.utime(part, ns=(now.st_atime_ns, now.st_mtime_ns))
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.chown(part, before.st_uid, before.st_gid)
        except PermissionError:
            pass  # only root gives files away


def _changed(path: Path, before: os.stat_result | None) -> bool:
    try:
        now = os.stat(path)
    except FileNotFoundError:
        return before is not None
    return before is None or (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size)


def _sync_folder(folder: Path) -> None:
    """So that the new name outlasts a power cut; where folders can't be opened they need no such thing."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network drives have none
    finally:
        os.close(handle)


def _begins_as_jpeg(path: Path) -> bool:
    with path.open("rb") as file:
        return is_jpeg(file.read(3))
