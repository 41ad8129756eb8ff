"""Growth of the main services as the first screen and the terminal show it."""

from __future__ import annotations

import pandas as pd

from assets.publication.board.service_growth import MAIN, main_growth
from assets.tables.declarations import TABLES


def row(service: str, year: int = 2035, place: str = "A", without: float | None = 10.0) -> dict[str, object]:
    return {
        "place": place, "service": service, "year": year, "unit": "visits", "base_value": 100.0,
        "principal": 125.0, "p10": 111.0, "p50": 124.0, "p90": 140.0,
        "growth_percent": 25.0, "growth_without_percent": without,
    }  # fmt: skip


def test_only_main_services_of_the_year_are_told_in_their_order() -> None:
    rows = [row("outpatient_attendances"), row("gp_appointments"), row("births"), row("day_cases", year=2040)]
    found = main_growth({"growth_beyond_demography": pd.DataFrame(rows)})
    assert [each.service for each in found] == ["gp_appointments", "outpatient_attendances"]
    [first, _] = found
    assert (first.base, first.value, first.low, first.high) == (100.0, 125.0, 111.0, 140.0)
    assert (first.percent, first.without, first.has_trend) == (25.0, 10.0, True)


def test_a_service_without_a_second_run_or_another_growth_has_no_trend() -> None:
    rows = pd.DataFrame([row("gp_appointments", without=None), row("day_cases", without=25.2)])
    found = main_growth({"growth_beyond_demography": rows})
    assert [(each.without, each.has_trend) for each in found] == [(None, False), (25.2, False)]
    assert main_growth({}) == []


def test_every_main_service_is_one_that_a_release_can_have() -> None:
    [column] = [one for one in TABLES["growth_beyond_demography"].columns if one.name == "service"]
    assert column.allowed is None or set(MAIN) <= set(column.allowed)
