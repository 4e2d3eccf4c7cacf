"""Lists behind each other in one array."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.ragged import order_of, positions_of, starts_of


@given(lists=st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=6), data=st.data())
def test_positions_of_some_lists(lists, data):
    """The values of the lists asked for, in that order, a list as often as it is named."""
    values, starts = np.array([*itertools.chain(*lists)], np.int64), starts_of(list(map(len, lists)))
    wanted = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=6))
    found = values[positions_of(starts, np.array(wanted, np.int64))]
    assert found.tolist() == [value for number in wanted for value in lists[number]]


@given(numbers=st.lists(st.one_of(st.integers(0, 3), st.integers(65_530, 65_540), st.integers(0, 2**31 - 1))))
def test_order_as_python_sorts(numbers):
    """Ascending, equal ones as they came, in 16 bits and in more."""
    for kept in (numbers, [number % 65_536 for number in numbers]):
        expected = sorted(range(len(kept)), key=lambda at: kept[at])
        assert order_of(np.array(kept, np.int32)).tolist() == expected
