"""How a picture looks, in 64 bits that all but equal pictures share but for a few (perceptual hash)."""

from typing import Final

from PIL import Image

_ACROSS: Final = 8
_DOWN: Final = 8
_GAP: Final = 2.0  # of the size is left by a first, quick reduction: a quarter of the time, and the same bits


def gradient(image: Image.Image) -> int:
    """Whether it gets brighter from left to right, at each of 64 places (dHash; Krawetz, 2013).

    What is scaled, recompressed or a little darker keeps it. 0: nowhere, which tells nothing. A signed
    number, as ledgers keep 64 bits.
    """
    size = (_ACROSS + 1, _DOWN)
    grey = image.resize(size, Image.Resampling.BOX, reducing_gap=_GAP).convert("L").tobytes()
    bits = 0
    for row in range(_DOWN):
        for column in range(_ACROSS):
            place = row * (_ACROSS + 1) + column
            bits = bits << 1 | (grey[place + 1] > grey[place])
    return bits - (1 << 64) if bits >> 63 else bits
