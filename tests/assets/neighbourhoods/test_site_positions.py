"""A position says the small area; one off its council, in another small area, or half given is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.neighbourhoods.site_positions import position_findings, with_small_areas
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import AREA, DATA

_NAMES = ("small_areas", "small_area_boundaries", "site_neighbourhoods", "practice_places", "hub_positions")


@pytest.fixture(scope="module")
def read() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None) for name in _NAMES}


def said(tables: dict[str, pd.DataFrame], **cells: object) -> list[str]:
    """What is said when cells of the first site, or of the first practice, are others."""
    changed = tables["site_neighbourhoods"].copy()
    for column, value in cells.items():
        changed.loc[0, column] = value
    return [finding.sentence() for finding in position_findings({**tables, "site_neighbourhoods": changed})]


def test_every_named_site_and_practice_has_a_position_in_its_small_area(
    read: dict[str, pd.DataFrame],
) -> None:
    assert position_findings(read) == []
    sites = read["site_neighbourhoods"]
    named = pd.read_csv(AREA / "housing_sites.csv")[["place", "site_reference"]]
    assert len(named.merge(sites, on=["place", "site_reference"])) == len(named) == 23
    assert sites[["latitude", "longitude", "msoa", "note"]].notna().all(axis=None)
    assert set(sites["evidence_grade"]) == {"B", "C"}


def test_a_site_with_a_position_alone_lies_where_the_boundaries_say(read: dict[str, pd.DataFrame]) -> None:
    sites = read["site_neighbourhoods"]
    told = sites["msoa"].tolist()
    unsaid = sites.assign(msoa=["unallocated"] + [None] * (len(sites) - 1))
    shapes = (read["small_area_boundaries"], read["small_areas"])
    assert with_small_areas(unsaid, *shapes)["msoa"].tolist() == told
    nowhere = unsaid.assign(latitude=float("nan"), longitude=float("nan"))
    assert set(with_small_areas(nowhere, *shapes)["msoa"]) == {"unallocated"}
    other = sites.assign(msoa="E02003459")
    assert set(with_small_areas(other, *shapes)["msoa"]) == {"E02003459"}, "what is said stands"


def test_positions_that_cannot_be_right_are_told_by_file_row_and_column(
    read: dict[str, pd.DataFrame],
) -> None:
    file = "site_neighbourhoods.csv, row 2, column"
    assert said(read, longitude=None) == [
        f"{file} longitude: found an empty cell; expected a latitude and a longitude, or neither"
    ]
    assert said(read, latitude=53.5) == [
        f"{file} latitude: found 53.5000, -0.7500, which is off the area; expected a position in E06000042"
    ]
    assert said(read, latitude=51.88, longitude=-0.42) == [
        f"{file} latitude: found 51.8800, -0.4200, which lies in E06000032; expected a position in E06000042"
    ]
    (one,) = said(read, msoa="E02003490")
    assert one.startswith(f"{file} msoa: found E02003490, 6.0 km from the position 52.0436, -0.7500;")
    assert one.endswith("expected E02003472, in which the position lies")
    hubs = read["hub_positions"].assign(place="E06000032")
    (hub, *_) = position_findings({**read, "hub_positions": hubs})
    assert hub.where == "hub_positions.csv, row 2, column latitude"
    swapped = read["practice_places"].copy()
    swapped.loc[3, ["latitude", "longitude"]] = [52.1, -0.46]
    (practice,) = [finding.sentence() for finding in position_findings({**read, "practice_places": swapped})]
    assert practice.startswith(
        "practice_places.csv, row 5, column latitude: found 52.1000, -0.4600, which lies"
    )
