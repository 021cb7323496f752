"""Which things hang together, directly or by way of others (connected components)."""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def components(count: int, left: Places, right: Places) -> Places:
    """(count,): of each of `count` things the lowest place that it hangs together with.

    `left` and `right` are the ends of each link. The number of rounds grows with the logarithm of `count`:
    in each one every root is hung below a lower one, and every path to a root is made one step long (Shiloach
    and Vishkin, 1982).
    """
    root = np.arange(count)
    while True:
        ends = root[left], root[right]
        low, high = np.minimum(*ends), np.maximum(*ends)
        if np.array_equal(low, high):
            return root
        np.minimum.at(root, high, low)
        while not np.array_equal(above := root[root], root):
            root = above
