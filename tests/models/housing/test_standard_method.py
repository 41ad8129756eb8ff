"""Local housing need by the standard method of December 2024."""

from __future__ import annotations

import pytest

from models.housing.standard_method import affordability_step, local_housing_need


@pytest.mark.parametrize(("ratio", "expected"), [(3.0, 1.0), (5.0, 1.0), (7.5, 1.475), (10.0, 1.95)])
def test_need_rises_by_095_percent_for_each_percent_above_a_ratio_of_five(
    ratio: float, expected: float
) -> None:
    assert affordability_step(ratio, 5.0, 0.95) == pytest.approx(expected)


def test_need_is_a_share_of_the_stock_times_the_step() -> None:
    assert local_housing_need(100_000, 0.008) == pytest.approx(800)
    assert local_housing_need(100_000, 0.008, 1.95) == pytest.approx(1_560)
