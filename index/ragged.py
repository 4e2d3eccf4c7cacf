"""Lists of different lengths lying behind each other in one array: list `n` is `values[starts[n] : starts[n + 1]]`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def starts_of(lengths: Sequence[int] | NDArray[np.integer]) -> Numbers:
    """Where each list begins, and where the last ends, shape (lists + 1,)."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def positions_of(starts: Numbers, lists: NDArray[np.integer]) -> Numbers:
    """The positions of all values of some lists, list by list in the order given."""
    lengths = starts[lists + 1] - starts[lists]
    shifts = starts[lists] - starts_of(lengths)[:-1]
    positions: Numbers = np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(shifts, lengths)
    return positions


def order_of(numbers: NDArray[np.integer]) -> Numbers:
    """The positions of numbers from 0 to 2**32 - 1 in ascending order, of equal ones the first first."""
    # NumPy sorts 16 bits by counting, ten times as fast as more of them.
    order: Numbers = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    if numbers.max(initial=0) > 0xFFFF:
        order = order[np.argsort((numbers >> 16).astype(np.uint16)[order], kind="stable")]
    return order
