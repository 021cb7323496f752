"""What identifies a picture: its bytes (digest), and how it looks (perceptual hash)."""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import imagehash
import numpy as np
from PIL import Image, UnidentifiedImageError

CHUNK = 32  # files that a process takes at once


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`dct` and `gradient` are 64-bit hashes that resized or recompressed copies share but for a few bits."""

    path: Path
    sha256: str
    dct: int
    gradient: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Broken:
    path: Path
    why: str


def fingerprints(paths: Iterable[Path], processes: int) -> Iterator[Fingerprint | Broken]:
    """One for each path, in order; photos are decoded whole, in `processes` processes."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(fingerprint, paths, chunksize=CHUNK)


def fingerprint(path: Path) -> Fingerprint | Broken:
    """Of one file; what is wrong with it is an answer, too."""
    try:
        data = path.read_bytes()
        with Image.open(path) as image:
            image.load()
            grey = image.convert("L")
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return Broken(path, str(error) or type(error).__name__)
    return Fingerprint(
        path,
        hashlib.sha256(data).hexdigest(),
        _bits(imagehash.phash(grey)),
        _bits(imagehash.dhash(grey)),
        image.width,
        image.height,
    )


def _bits(found: imagehash.ImageHash) -> int:
    return int.from_bytes(np.packbits(found.hash.flatten()).tobytes(), "big")
