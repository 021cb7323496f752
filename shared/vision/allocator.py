"""Tells glibc to keep the memory that a forward pass frees.

Eager torch frees and allocates the same few hundred megabytes of activations in every batch. By default
glibc maps and unmaps each of them, and the kernel clears every page anew.
"""

import ctypes
import platform

_MIB = 1024 * 1024
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4  # numbers from malloc.h
_SETTINGS = (
    (_M_MMAP_MAX, 0),  # no allocation gets a mapping of its own
    (_M_TRIM_THRESHOLD, 2**31 - 1),  # the largest mallopt takes
    (_M_TOP_PAD, 64 * _MIB),  # ask for more at once
)


def keep_freed_memory() -> bool:
    """Call once, before the first allocation that matters; False where the C library is not glibc."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return all(mallopt(parameter, value) == 1 for parameter, value in _SETTINGS)
