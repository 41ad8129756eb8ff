"""Plans of a council from the planning data: what stands, since when, and what stands in its place."""

from __future__ import annotations

from typing import Any

import pandas as pd

from assets.areas.national_rows import AreaOfEngland
from assets.areas.plan_steps import plan_rows
from assets.england.national_tables import england_table

COUNCIL = "E06000055"


def area(**changed: object) -> AreaOfEngland:
    """One council whose adopted and draft plans of the planning data have other values."""

    def load(name: str) -> pd.DataFrame:
        table = england_table(name)
        if name != "plan_requirements":
            return table
        own = table["authority"] == COUNCIL
        return table.assign(**{column: table[column].mask(own, value) for column, value in changed.items()})

    return AreaOfEngland("A", "An area", (COUNCIL,), load=load)


def rows_of(place: AreaOfEngland) -> dict[str, dict[str, Any]]:
    made = plan_rows(place, place.of("net_additional_dwellings"), place.of("dwelling_stock"))
    return {row["plan_status"]: row for row in made.rows.to_dict("records")}


def test_a_plan_has_its_day_of_adoption_and_the_day_it_was_checked() -> None:
    rows = rows_of(area())
    assert set(rows) == {"adopted", "draft"}
    assert (rows["adopted"]["adopted_on"], rows["adopted"]["as_of"]) == ("2020-01-15", "2025-03-21")
    assert pd.isna(rows["draft"]["adopted_on"])
    assert rows["draft"]["as_of"] == "2025-03-21"
    assert rows["draft"]["note"] == "submitted for examination"


def test_without_a_plan_the_past_rate_stands_and_has_no_day() -> None:
    rows = rows_of(area(number_given="none"))
    assert set(rows) == {"past_rate"}
    own = england_table("net_additional_dwellings").query("authority == @COUNCIL").sort_values("year")
    past = rows["past_rate"]
    a_year = past["homes"] / (past["last_year"] - past["first_year"] + 1)
    assert abs(a_year - own["net_additional_dwellings"].tail(10).mean()) < 0.1
    assert pd.isna(past["adopted_on"])
    assert pd.isna(past["as_of"])


def test_a_plan_that_was_withdrawn_is_not_used() -> None:
    assert set(rows_of(area(withdrawn="2025-10-08"))) == {"past_rate"}
