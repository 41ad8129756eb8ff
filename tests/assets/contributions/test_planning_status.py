"""One phrase of permission, homes built and years: whatever is combined, its words agree."""

from __future__ import annotations

from itertools import product

import pytest

from assets.contributions.planning_status import planning_words, status_phrase
from housing_trajectories.schema import PLANNING_STATUSES

COMBINATIONS = list(product(PLANNING_STATUSES, (float("nan"), 0.0, 120.0), (2021, 2026, 2030)))


@pytest.mark.parametrize(("status", "built", "first_year"), COMBINATIONS)
def test_words_of_every_combination_agree(status: str, built: float, first_year: int) -> None:
    words = status_phrase(status, built, first_year, 2026)
    has_permission = status in ("permissioned", "completed")
    assert ("permission is issued" in words) == has_permission
    assert "under way" not in words
    # Homes that stand had a permission: what has none is the rest.
    if built > 0 and status != "completed":
        assert "120 homes are recorded as built" in words
        assert has_permission or "of the rest" in words
        assert "not recorded" not in words
    elif status != "completed":
        assert ("not recorded" in words) == (first_year < 2026)
        assert ("first homes are phased for" in words) == (first_year >= 2026)
        assert ("ask the council" in words) == (first_year < 2026 and status != "permissioned")
    assert len(words) > 20
    assert words.count(";") <= 2


def test_the_earlier_of_listed_and_phased_years_is_told_with_the_list_s_own_note() -> None:
    row = {
        "planning_status": "not permissioned",
        "built_dwellings": None,
        "first_completions_year": 2021,
        "evidence_grade": "B",
        "note": "Council's sites, October 2020",
    }
    words = planning_words("not permissioned", 2024, 2026, row)
    assert "2021/22" in words
    assert words.endswith("(grade B: Council's sites, October 2020)")
    assert "trajectory has it" in planning_words("permissioned", 2024, 2026, row)
    assert "2024/25" in planning_words("not permissioned", 2024, 2026, None)
