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
