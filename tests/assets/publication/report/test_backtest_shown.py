"""Backtests on the page: of each horizon the best rival by measure, and intervals in words of ten."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.publication.report.backtest_shown import backtests
from assets.publication.report.trust import accuracy

COLUMNS = ["method", "homes", "origin", "horizon", "measure", "value"]
ERRORS = [
    ("placecast", "past_rate", "all", 5, "medape", 1.13),
    ("placecast", "past_rate", "2011", 5, "medape", 9.9),
    ("linear_trend", "past_rate", "all", 5, "medape", 1.22),
    ("hamilton_perry", "past_rate", "all", 5, "medape", 1.34),
    ("no_change", "past_rate", "all", 5, "medape", None),
    ("placecast", "past_rate", "all", 5, "age_median", 3.41),
    ("placecast", "past_rate", "all", 5, "age_sex_median", 8.8),
    ("linear_trend", "past_rate", "all", 5, "age_median", 7.2),
    ("hamilton_perry", "past_rate", "all", 5, "age_median", 3.07),
    ("placecast", "past_rate", "2006", 15, "medape", 2.94),
    ("placecast", "past_rate", "2001", 15, "medape", 3.65),
    ("placecast", "known", "2011", 10, "age_sex_median", 4.75),
    ("placecast", "past_rate", "all", 5, "areas", 152),
]
HELD = [
    ("placecast", "past_rate", "all", 5, "coverage_80", 77.6),
    ("placecast", "past_rate", "all", 5, "coverage_80_bands", 64.9),
    ("placecast", "past_rate", "all", 5, "coverage_80_65_plus", 35.0),
    ("placecast", "past_rate", "all", 5, "coverage_80_85_plus", 95.2),
    ("placecast", "past_rate", "all", 5, "coverage_80_london", 4.9),
    ("placecast", "past_rate", "all", 5, "coverage_80_65_plus_london", 51.0),
    ("placecast", "past_rate", "2011", 5, "coverage_80", 12.2),
    ("placecast", "past_rate", "2006", 15, "coverage_80", 68.1),
    ("placecast", "known", "all", 5, "coverage_80", 99.0),
]


def scores(rows: list[tuple[object, ...]]) -> dict[str, pd.DataFrame]:
    return {"backtest_scores": pd.DataFrame(rows, columns=COLUMNS).astype({"value": float})}


def test_each_horizon_stands_beside_the_rival_that_did_best_in_that_measure() -> None:
    [errors] = backtests(scores(ERRORS))
    nothing = ["not available", "not available"]
    assert errors["rows"] == [
        ["5", "all origins", "past rate", "1.1", "1.2 (linear trend)", "3.4",
         "3.1 (past cohort changes)", *nothing],
        ["15", "2001", "past rate", "3.6", "not available", *nothing, *nothing],
        ["15", "2006", "past rate", "2.9", "not available", *nothing, *nothing],
        ["10", "2011", "recorded", *nothing, "4.8", "not available", *nothing],
    ]  # fmt: skip
    assert [heading["words"] for heading in errors["headings"]] == [
        "Years ahead", "From", "Homes", "All people", "simpler", "Five-year ages", "simpler", "65 and over",
        "simpler",
    ]  # fmt: skip
    assert "152 authorities of England, not on this area's" in errors["says"]


def test_intervals_are_told_as_so_many_of_ten_with_london_apart_and_every_origin_in_the_table() -> None:
    [_, held] = backtests(scores(ERRORS + HELD))
    assert held["points"] == [
        "5 years ahead, from any origin: of ten forecasts of this kind, eight held for all people, six for "
        "five-year ages, four for people of 65 and over and all ten for people of 85 and over. In London "
        "none held for all people and five for people of 65 and over.",
        "15 years ahead, from 2006: of ten forecasts of this kind, seven held for all people.",
    ]
    assert [heading["words"] for heading in held["headings"]] == [
        "Years ahead", "From", "All people", "Five-year ages", "People of 65 and over",
        "People of 85 and over", "All people, London", "People of 65 and over, London",
    ]  # fmt: skip
    nothing = ["not available"] * 5
    assert held["rows"] == [
        ["5", "all origins", "78", "65", "35", "95", "5", "51"],
        ["5", "2011", "12", *nothing],
        ["15", "2006", "68", *nothing],
    ]
    assert "Places share their shocks" in held["says"]


@pytest.mark.parametrize("tables", [{}, scores([]), scores([(*ERRORS[0][:5], None)])])
def test_a_release_without_scores_has_no_such_block(tables: dict[str, pd.DataFrame]) -> None:
    assert accuracy(tables, {}) == []
