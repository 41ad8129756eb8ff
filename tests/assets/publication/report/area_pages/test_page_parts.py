"""How a page of an area writes numbers: unknown in words, never a false zero or a false certainty."""

from __future__ import annotations

import pytest

from assets.publication.report.area_pages.page_parts import (
    UNKNOWN,
    AreaPage,
    AreaPart,
    change,
    measured_unit,
    number,
    percent,
    pounds,
    pounds_between,
    spread,
    to_the_pound,
    with_spread,
    year_words,
)

NAN = float("nan")


@pytest.mark.parametrize("write", [number, percent, pounds, to_the_pound, year_words])
@pytest.mark.parametrize("value", [None, NAN])
def test_what_is_not_known_is_said(write: object, value: object) -> None:
    assert write(value) == UNKNOWN  # type: ignore[operator]


def test_numbers_have_a_true_minus_and_no_negative_zero() -> None:
    assert [number(-1234.4), number(-0.04, 1), number(0.0), number(2.25, 1)] == ["−1,234", "0.0", "0", "2.2"]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.954, "95 %"), (0.996, "over 99 %"), (1, "100 %")],
)
def test_a_chance_is_only_certain_where_every_draw_is(share: float, said: str) -> None:
    assert percent(share) == said


def test_money_is_told_to_what_it_is_known_to() -> None:
    assert pounds(4_945_499) == "£4,945,000"
    assert to_the_pound(1_326_450.4) == "£1,326,450"
    assert pounds_between(2e6, 1.8e6, 2.2e6) == "£2,000,000 (£1,800,000 to £2,200,000)"
    assert pounds_between(0.0, 0.0, 0.0) == "£0"
    assert pounds_between(NAN, NAN, NAN) == UNKNOWN


def test_an_interval_stands_beside_its_value_where_it_is_one() -> None:
    assert with_spread({"principal": -2.0, "p10": -5.0, "p90": 7.0}) == "−2 (−5 to 7)"
    assert with_spread({"principal": 2.0, "p10": 2.0, "p90": 2.0}) == "2"
    assert with_spread(None) == spread(None) == spread({"p10": None, "p90": None}) == UNKNOWN


def test_a_change_has_a_sign_and_needs_a_base() -> None:
    assert [change(100, 125), change(100, 80), change(100, 100)] == ["+25 %", "−20 %", "+0 %"]
    assert change(0, 5) == change(None, 5) == change(5, NAN) == UNKNOWN


def test_a_unit_is_told_once() -> None:
    assert measured_unit("rooms", "gp_consulting_rooms") == "General practice consulting rooms"
    assert measured_unit("m2", "primary_care_gross_internal_area") == "Primary care floor area, m²"


def test_years_are_financial_years() -> None:
    assert year_words(2035.0) == "2035/36"
    assert year_words(None, "not by 2050/51") == "not by 2050/51"


def test_a_part_that_says_nothing_is_not_packed() -> None:
    told = AreaPart("Told", [("A", False), ("B", True)], [["x", "1"]], basis="population")
    page = AreaPage("C1", "place", "Luton", parts=[AreaPart("Empty"), told])
    assert page.packed()["parts"] == [
        {"title": "Told", "columns": ["A", "B"], "numeric": "01", "rows": [["x", "1"]], "basis": "population"}
    ]
