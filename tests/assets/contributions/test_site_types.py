"""The type of a site: as listed, by its density, or unknown with a range over flats and houses."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.contributions.contribution_sites import people_a_home
from assets.contributions.site_types import TYPES, UNKNOWN, SiteTypes, by_density
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

COLUMNS = ["place", "site_reference", "site_type", "hectares", "health_land", "evidence_grade", "note"]


def types(*rows: tuple[object, ...]) -> tuple[SiteTypes, Assumptions]:
    known = Assumptions(read_table(INPUT_TABLES["assumptions"], DATA / "assumptions.csv", places=None))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return SiteTypes(table, known), known


@pytest.mark.parametrize(
    ("dwellings", "hectares", "found"),
    [
        (300, 3, "town_centre_flats"),
        (3000, 198, "mixed"),
        (120, 5, "houses"),
        (120, 2.5, "mixed"),
        (500, 20, "mixed"),
    ],
)
def test_density_decides_where_no_type_is_listed(dwellings: float, hectares: float, found: str) -> None:
    assert by_density(dwellings, hectares) == found
    of, _ = types(("P", "S", None, hectares, "no", "C", ""))
    assert of.of("P", "S", dwellings)[0] == found


def test_a_listed_type_stands_before_density_and_no_row_is_unknown() -> None:
    of, _ = types(("P", "S", "houses", 1.0, "yes", "B", ""))
    assert of.of("P", "S", 300)[0] == "houses"
    assert "grade B" in of.of("P", "S", 300)[1]
    found, words = of.of("P", "OTHER", 300)
    assert found == UNKNOWN
    assert "from flats to houses" in words
    assert of.mix(UNKNOWN).tolist() == of.mix("mixed").tolist()
    assert (of.land("P", "S"), of.land("P", "OTHER")) == ("yes", "unknown")


def test_mixes_add_up_and_the_range_of_an_unknown_type_runs_from_flats_to_houses() -> None:
    of, known = types()
    occupancy = read_table(
        INPUT_TABLES["occupancy_by_bedrooms"], DATA / "occupancy_by_bedrooms.csv", places=None
    )
    a_home = people_a_home(occupancy).sum(axis=1)
    people = {name: float(of.mix(name) @ a_home) for name in TYPES}
    assert all(of.mix(name).sum() == pytest.approx(1) for name in TYPES)
    low, high = known.ends("estates.occupancy_relative_unknown_type")
    assert low == pytest.approx(people["town_centre_flats"] / people["mixed"], abs=0.006)
    assert high == pytest.approx(people["houses"] / people["mixed"], abs=0.006)
