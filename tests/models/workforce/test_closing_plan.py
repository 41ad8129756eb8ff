"""A plan by hand: the least that stays open, then the cheapest amounts, and what it refuses to hide."""

from __future__ import annotations

import numpy as np
import pytest

from models.workforce.closing_plan import closing_plan, share_closed


def test_the_cheapest_levers_that_close_the_gap_are_taken_and_no_more_of_them() -> None:
    """100 WTE missing: the free lever gives 30, the cheaper paid one 60 at its limit, the other 10."""
    effects = np.array([[10.0], [20.0], [5.0]])
    plan = closing_plan(
        np.array([100.0]), effects, np.array([3.0, 3.0, 50.0]), np.array([0.0, 40_000.0, 60_000.0])
    )
    assert plan.amounts == pytest.approx([3.0, 3.0, 2.0], abs=1e-4)
    assert plan.closed[:, 0] == pytest.approx([30.0, 60.0, 10.0], abs=1e-3)
    assert plan.remaining == pytest.approx([0.0], abs=1e-4)


def test_what_cannot_be_closed_remains_and_is_said() -> None:
    plan = closing_plan(
        np.array([100.0, 20.0]), np.array([[10.0, 0.0], [0.0, 10.0]]), np.array([4.0, 9.0]), np.ones(2)
    )
    assert plan.amounts == pytest.approx([4.0, 2.0], abs=1e-4)
    assert plan.remaining == pytest.approx([60.0, 0.0], abs=1e-4)


def test_work_handed_over_is_missing_where_it_goes() -> None:
    """A GP's work frees 5 and takes 4 of others, whose own lever then has to close those as well."""
    effects = np.array([[5.0, -4.0], [0.0, 1.0]])
    plan = closing_plan(np.array([10.0, 3.0]), effects, np.array([2.0, 100.0]), np.array([1.0, 1.0]))
    assert plan.amounts == pytest.approx([2.0, 11.0], abs=1e-4)
    short = closing_plan(np.array([10.0, 3.0]), effects, np.array([2.0, 6.0]), np.array([1.0, 1.0]))
    assert short.remaining.sum() == pytest.approx(13.0 - 6.0 - 1.0 * short.amounts[0], abs=1e-3)


def test_a_group_with_more_staff_than_posts_needs_no_lever() -> None:
    plan = closing_plan(np.array([-50.0]), np.array([[10.0]]), np.array([3.0]), np.array([0.0]))
    assert plan.amounts == pytest.approx([0.0], abs=1e-6)
    assert plan.remaining == pytest.approx([0.0])


def test_a_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no plan"):
        closing_plan(np.array([5.0]), np.array([[1.0]]), np.array([-1.0]), np.array([0.0]))


def test_a_gap_is_closed_in_the_draws_that_leave_nothing_and_the_principal_run_is_none_of_them() -> None:
    left = np.array([[-5.0, -1.0, 0.0, 3.0, 4.0], [9.0, 1.0, 1.0, 1.0, 1.0]])
    assert share_closed(left) == pytest.approx([0.5, 0.0])
