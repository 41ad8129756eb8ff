"""Rounding to significant figures: relative to each value, exact in decimals, nothing else touched."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.significant_figures import to_figures


def test_values_are_rounded_by_their_own_size() -> None:
    given_values = np.array([1 / 3, -123.456789, 0.000123456789, 1234567.89, 98765432.1])
    assert to_figures(given_values, 5).tolist() == [0.33333, -123.46, 0.00012346, 1234568.0, 98765432.0]


def test_what_is_no_size_stays() -> None:
    found = to_figures(np.array([0.0, np.nan, np.inf, -np.inf]), 7)
    assert found[0] == 0
    assert np.isnan(found[1])
    assert found[2:].tolist() == [np.inf, -np.inf]


@settings(max_examples=200)
@given(st.floats(1e-8, 1e12), st.sampled_from([-1.0, 1.0]))
def test_a_value_moves_by_at_most_half_of_its_last_figure(size: float, sign: float) -> None:
    value = np.array([size * sign])
    found = to_figures(value, 7)
    assert abs(found[0] - value[0]) <= 0.5000001 * max(10.0 ** (np.floor(np.log10(size)) - 6), 1e-15)
    assert len(repr(abs(float(found[0]))).replace(".", "").lstrip("0").partition("e")[0].rstrip("0")) <= 13
