"""Rows in the order of their keys, told from what sorting them would give."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from models.evaluation.reconciliation import in_order

KEYS = arrays(
    np.int64, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.integers(min_value=0, max_value=2)
)


@given(KEYS)
def test_rows_are_in_order_where_sorting_leaves_them_as_they_are(keys: np.ndarray) -> None:
    ordered = keys[:, np.lexsort(keys[::-1])]
    assert in_order(ordered)
    assert in_order(keys) == np.array_equal(keys, ordered)


def test_no_rows_and_one_row_are_in_order() -> None:
    assert in_order(np.empty((2, 0), dtype=np.int64))
    assert in_order(np.array([[3], [1]]))
