"""What contradicts the list of small areas is refused with file, row, what was found and what is expected."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.inputs.checks.coverage import coverage_findings
from assets.inputs.csv_reading import read_table
from assets.neighbourhoods.small_area_checks import small_area_findings
from assets.tables.declarations import INPUT_TABLES
from tests.shipped import DATA

_NAMES = (
    "places",
    "msoa_population",
    "small_areas",
    "small_area_boundaries",
    "neighbourhood_teams",
    "registered_flows",
    "practice_places",
)


@pytest.fixture(scope="module")
def read() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None) for name in _NAMES}


def said(tables: dict[str, pd.DataFrame]) -> list[str]:
    return [finding.sentence() for finding in small_area_findings(tables)]


def test_shipped_tables_agree_and_every_team_is_of_its_size_and_council(
    read: dict[str, pd.DataFrame],
) -> None:
    assert said(read) == []
    teams = read["neighbourhood_teams"].merge(read["small_areas"], on=["place", "msoa"])
    sizes = teams.groupby("team")["population_latest"].sum()
    assert len(teams) == 111
    assert sizes.between(30_000, 60_000).all()
    flows, practices = read["registered_flows"], read["practice_places"].set_index("practice")
    lists = flows[flows["practice"] != "outside"].groupby("practice")["patients"].sum()
    pd.testing.assert_series_equal(
        lists, practices["registered_patients"].astype(float), check_names=False, check_index_type=False
    )
    shares = flows[flows["msoa"] != "outside"].groupby("msoa")["residents_share_percent"].sum()
    assert shares.between(99.98, 100.02).all()


def test_a_small_area_in_two_teams_of_another_council_or_unknown_is_told_by_row(
    read: dict[str, pd.DataFrame],
) -> None:
    teams = read["neighbourhood_teams"]
    msoas = teams["msoa"].tolist()
    changed = teams.copy()
    changed.loc[0, ["place", "msoa"]] = ["E06000042", msoas[0]]
    changed.loc[1, "msoa"] = msoas[2]
    changed.loc[3, "msoa"] = "E02999999"
    found = said({**read, "neighbourhood_teams": changed})
    assert f"row 2, column msoa: found {msoas[0]}, which lies in E06000032;" in found[0]
    assert "row 5, column msoa: found E02999999; expected a small area of E06000032" in found[1]
    assert f"row 4, column msoa: found {msoas[2]} a second time (first in row 3)" in " ".join(found)
    lost = coverage_findings({**read, "neighbourhood_teams": changed})
    assert msoas[1] in " ".join(finding.sentence() for finding in lost)


def test_a_team_of_another_size_is_taken_and_told(read: dict[str, pd.DataFrame]) -> None:
    teams = read["neighbourhood_teams"]
    one = teams.assign(team="E06000042-N01", team_name="All of it").query("place == 'E06000042'")
    rest = teams[teams["place"] != "E06000042"]
    changed = pd.concat([one, rest], ignore_index=True)
    findings = small_area_findings({**read, "neighbourhood_teams": changed})
    assert [finding.severity for finding in findings] == ["warning"]
    assert "row 2, column team: found E06000042-N01 of 305,884 people" in findings[0].sentence()


def test_boundaries_that_miss_a_small_area_and_flows_of_an_unknown_one_are_refused(
    read: dict[str, pd.DataFrame],
) -> None:
    fewer = read["small_area_boundaries"].query("msoa != 'E02003482'")
    found = coverage_findings({**read, "small_area_boundaries": fewer})
    assert [finding.sentence().split(";")[0] for finding in found] == [
        "small_area_boundaries.csv, column msoa: found no row of msoa E02003482"
    ]
    flows = read["registered_flows"].copy()
    flows.loc[7, "msoa"] = "E02999999"
    (only,) = said({**read, "registered_flows": flows})
    assert only.startswith("registered_flows.csv, row 9, column msoa: found E02999999; expected")
