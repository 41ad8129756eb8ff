"""An area that is a whole sub-ICB location has its official projection at every age; no other has one."""

from __future__ import annotations

import pytest

from assets.areas.national_rows import AreaOfEngland
from assets.areas.people_inputs import people_rows
from assets.england.national_tables import england_table

BLMK = ("E06000032", "E06000042", "E06000055", "E06000056")


def rows_of(*authorities: str) -> tuple[int, set[str], int]:
    """How many rows there are, their notes, and all people of 2024."""
    area = AreaOfEngland("A", "An area", authorities)
    (made,) = (rows.rows for rows in people_rows(area) if rows.table == "official_projections_by_age")
    assert set(made["place"]) <= {"A"}
    return len(made), set(made["note"]), int(made.loc[made["year"] == 2024, "population"].sum())


def test_four_councils_that_are_a_sub_icb_but_for_four_small_areas_have_its_projection() -> None:
    rows, notes, people = rows_of(*BLMK)
    assert rows == 26 * 2 * 19
    assert notes == {"Sub-ICB location M1J4Y; 0.7 % of its people live in other councils"}
    totals = england_table("population_totals").query("year == 2024")
    estimated = totals[totals["authority"].isin(BLMK)]["population"].sum()
    assert people == pytest.approx(estimated, rel=0.02)


@pytest.mark.parametrize("authorities", [BLMK[:3], (*BLMK, "E06000060"), ("E06000060",), ("E06000031",)])
def test_an_area_that_is_no_whole_sub_icb_has_none(authorities: tuple[str, ...]) -> None:
    assert rows_of(*authorities)[0] == 0
