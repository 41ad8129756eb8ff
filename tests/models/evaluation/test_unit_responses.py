"""Unit responses are differences of whole runs, and a use's fixed part reproduces a requirement."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.unit_responses import fixed_part, per_unit, with_more_each_year


def test_each_run_has_more_homes_in_one_open_year_and_the_last_year_none() -> None:
    runs = with_more_each_year(np.array([5.0, 6.0, 7.0, 8.0]), 1, 100.0)
    assert runs.tolist() == [[5, 6, 7, 8], [5, 106, 7, 8], [5, 6, 107, 8]]


def test_a_response_is_the_difference_from_the_run_as_it_is() -> None:
    runs = np.array([[1.0, 2.0], [1.0, 12.0], [6.0, 2.0]])
    assert per_unit(runs, 10.0).tolist() == [[0, 1], [0.5, 0]]


@pytest.mark.parametrize("fixed", [-0.2, 0.0, 0.7, 1.0])
def test_the_fixed_part_is_found_from_two_uses_and_holds_at_a_third(fixed: float) -> None:
    def required(use: float) -> float:
        return 40.0 * (fixed + (1 - fixed) * 2000.0 / use)

    found = fixed_part(required(2000.0), required(2500.0), 2000.0, 2500.0)
    assert found == pytest.approx(fixed)
    assert 40.0 * (found + (1 - found) * 2000.0 / 1500.0) == pytest.approx(required(1500.0))


def test_one_use_tells_nothing() -> None:
    with pytest.raises(ValueError, match="two different uses"):
        fixed_part(1.0, 1.0, 2000.0, 2000.0)
