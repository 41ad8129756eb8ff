"""Shares of totals and readings of printed vacancies, by hand."""

from __future__ import annotations

import pytest

from models.workforce.staff_coverage import percent_of, posts_of_vacancies, vacant_percent
from models.workforce.supply_rates import at_turnover


def test_printed_vacancies_and_their_rate_give_the_posts_they_are_of() -> None:
    posts = posts_of_vacancies(1820, 12.76)
    assert posts == pytest.approx(14_263, abs=0.5)
    assert vacant_percent(1820, posts - 1820) == pytest.approx(12.76)
    assert vacant_percent(1820, 25_694) == pytest.approx(6.615, abs=0.001)


def test_what_has_no_whole_has_no_share() -> None:
    assert percent_of(14_276, 25_694) == pytest.approx(55.56, abs=0.01)
    with pytest.raises(ValueError, match="no shares"):
        percent_of(1.0, 0.0)
    with pytest.raises(ValueError, match="vacancy rate"):
        posts_of_vacancies(1.0, 0.0)


def test_turnover_moves_leavers_in_proportion() -> None:
    assert at_turnover(8.5, 26.4, 23.7) == pytest.approx(9.468, abs=0.001)
    with pytest.raises(ValueError, match=r"England"):
        at_turnover(8.5, 26.4, float("nan"))
