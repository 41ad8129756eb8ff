"""Pay with on-costs and a pay bill by hand, and the first years that are still ahead."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from models.workforce.action_years import first_action_year, first_intake_year
from models.workforce.pay import affordable_wte, pay_bill, with_on_costs


def test_on_costs_are_pension_insurance_above_its_threshold_and_levy() -> None:
    """GBP 40,000: 9,512 pension, 200 levy, 13.8 % of the 30,900 above 9,100."""
    cost = with_on_costs(np.array([40_000.0, 5_000.0]), 23.78, 13.8, 9_100.0, 0.5)
    assert cost == pytest.approx([40_000 + 9_512 + 200 + 4_264.2, 5_000 + 1_189 + 25])


def test_an_agency_costs_its_premium_more() -> None:
    bill = pay_bill(np.array([90.0]), np.array([6.0]), np.array([4.0]), np.array([50_000.0]), 20.0)
    assert bill == pytest.approx([(90 + 6 + 4.8) * 50_000])


def test_a_budget_pays_posts_at_their_mean_cost_and_none_where_a_cost_is_missing() -> None:
    posts = np.array([30.0, 10.0])
    assert affordable_wte(2_000_000.0, posts, np.array([40_000.0, 80_000.0])) == pytest.approx(40.0)
    assert np.isnan(affordable_wte(2_000_000.0, posts, np.array([40_000.0, np.nan])))


@pytest.mark.parametrize(
    ("today", "intake", "action"),
    [
        (date(2026, 3, 31), 2026, 2026),
        (date(2026, 4, 1), 2026, 2027),
        (date(2026, 8, 31), 2026, 2027),
        (date(2026, 9, 1), 2027, 2027),
        (date(2026, 12, 31), 2027, 2027),
    ],
)
def test_the_next_intake_and_the_next_financial_year_are_still_ahead(
    today: date, intake: int, action: int
) -> None:
    assert (first_intake_year(today), first_action_year(today)) == (intake, action)
