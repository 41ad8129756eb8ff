"""An area's own rows stand first and as they are; England's fill the rest; what disagrees is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from assets.areas.area_folder import read_area
from assets.areas.composing import compose, composed
from assets.inputs.input_tables import check_every_input
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput

PLACE = "E06000031"
AREA = f"name: Peterborough\ncode: AREA-{PLACE}\nauthorities: [{PLACE}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "peterborough"
    made.mkdir()
    (made / "area.yaml").write_text(AREA, encoding="utf-8")
    return made


def composed_rows(folder: Path, table: str) -> list[dict[str, str]]:
    to = folder.parent / "to"
    compose(read_area(folder), folder / "trajectories", to)
    text = (to / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def level(folder: Path, table: str, unit: str = PLACE) -> str:
    rows = composed_rows(folder, "area_inputs")
    return next(row["level"] for row in rows if (row["input"], row["unit"]) == (table, unit))


def test_an_area_without_any_figure_of_its_own_has_every_input(folder: Path, tmp_path: Path) -> None:
    settings = RunSettings(data_directory=str(folder), outputs_directory=str(tmp_path / "outputs"))
    check_every_input(settings.prepared())
    assert level(folder, "census_based_population") == "published"
    assert level(folder, "hospital_activity_rates_adults") == "england_by_need"


@pytest.mark.parametrize(
    ("table", "column", "before", "after"),
    [
        # North Middlesex joined the Royal Free: beds 943 + 447, then 1,405 together; A&E 24,951 + 15,083.
        ("acute_beds_monthly", "general_acute_beds_occupied", ("2024-09", 1390.0), ("2024-11", 1405.0)),
        ("ae_attendances_monthly", "ae_attendances", ("2024-09", 40034.0), ("2025-01", 41017.0)),
    ],
)
def test_months_before_a_merger_are_those_of_both_trusts(
    tmp_path: Path, table: str, column: str, before: tuple[str, float], after: tuple[str, float]
) -> None:
    made = tmp_path / "barnet"
    made.mkdir()
    (made / "area.yaml").write_text(AREA.replace(PLACE, "E09000003"), encoding="utf-8")
    rows = {row["month"]: row for row in composed_rows(made, table) if row["provider"] == "RAL"}
    assert {month: float(rows[month][column]) for month, _ in (before, after)} == dict([before, after])


def test_a_row_of_the_area_stands_first_and_in_place_of_england_s(folder: Path) -> None:
    before = {row["year"]: row for row in composed_rows(folder, "dwelling_stock")}
    own = int(before["2021"]["dwellings"]) + 117
    (folder / "dwelling_stock.csv").write_text(
        f"dwellings,year,place\n\n{own},2021,{PLACE}\n", encoding="utf-8"
    )
    rows = composed_rows(folder, "dwelling_stock")
    assert list(rows[0]) == ["dwellings", "year", "place"], "the columns of the area's own file"
    assert {row["year"]: row["dwellings"] for row in rows} == {
        **{year: row["dwellings"] for year, row in before.items()},
        "2021": str(own),
    }
    assert level(folder, "dwelling_stock") == "partly_local"


def test_a_wrong_cell_is_told_with_its_row_in_the_area_s_own_file(folder: Path, tmp_path: Path) -> None:
    (folder / "dwelling_stock.csv").write_text(
        f"place,year,dwellings\n\n{PLACE},2021,many\n", encoding="utf-8"
    )
    settings = RunSettings(data_directory=str(folder), outputs_directory=str(tmp_path / "outputs"))
    with pytest.raises(BadInput) as refused:
        check_every_input(settings.prepared())
    (finding,) = refused.value.findings
    assert (finding.file, finding.row, finding.column) == ("dwelling_stock.csv", 3, "dwellings")


def test_a_plan_of_the_area_replaces_all_of_its_plans(folder: Path) -> None:
    columns = list(composed_rows(folder, "local_plan_requirements")[0])
    plan = {"place": PLACE, "plan": "Ours", "first_year": "2024", "last_year": "2043", "homes": "20000"}
    plan |= {"plan_status": "adopted"}
    line = ",".join(plan.get(name, "") for name in columns)
    (folder / "local_plan_requirements.csv").write_text(f"{','.join(columns)}\n{line}\n", encoding="utf-8")
    assert [row["plan"] for row in composed_rows(folder, "local_plan_requirements")] == ["Ours"]
    assert level(folder, "local_plan_requirements") == "local"


def test_a_figure_that_contradicts_the_national_one_is_refused_with_its_row(folder: Path) -> None:
    published = {row["year"]: row for row in composed_rows(folder, "mid_year_estimate_totals")}
    wrong = dict(published["2024"]) | {"population": str(10 * int(published["2024"]["population"]))}
    text = ",".join(wrong) + "\n" + ",".join(f'"{value}"' for value in wrong.values()) + "\n"
    (folder / "mid_year_estimate_totals.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="at most 2 times the national table") as refused:
        composed_rows(folder, "mid_year_estimate_totals")
    (finding,) = refused.value.findings
    assert (finding.row, finding.column, finding.found) == (2, "population", wrong["population"])


def test_a_source_that_is_defined_twice_is_refused(folder: Path) -> None:
    fields = ("title", "publisher", "series", "release", "licence", "coverage", "note")
    block = "- id: placecast\n" + "".join(f"  {field}: ours\n" for field in fields)
    (folder / "sources.yaml").write_text(block, encoding="utf-8")
    with pytest.raises(BadInput, match=r"an id that data/sources\.yaml does not have"):
        composed_rows(folder, "places")


def test_a_trust_that_has_closed_is_refused_with_its_successor(folder: Path) -> None:
    rows = composed_rows(folder, "providers")
    rows[0] |= {"provider": "RC1"}
    pd.DataFrame(rows).to_csv(folder / "providers.csv", index=False)
    with pytest.raises(BadInput, match=r"RC1, which closed on 2020-03-31; expected .* successor is RC9"):
        composed_rows(folder, "providers")


def test_an_area_s_assumption_holds_and_the_others_stay(folder: Path) -> None:
    rows = composed_rows(folder, "assumptions")
    own = dict(rows[5]) | {"value": "0.5", "low": "", "high": ""}
    pd.DataFrame([own]).to_csv(folder / "assumptions.csv", index=False)
    again = {row["id"]: row["value"] for row in composed_rows(folder, "assumptions")}
    assert again == {**{row["id"]: row["value"] for row in rows}, own["id"]: "0.5"}


def test_a_council_that_sent_no_trajectory_has_its_plan_s(folder: Path, tmp_path: Path) -> None:
    compose(read_area(folder), folder / "trajectories", tmp_path / "to")
    made = tmp_path / "to" / "trajectories" / f"{PLACE}.csv"
    assert "plan_balance" in made.read_text(encoding="utf-8")
    sent = folder / "trajectories" / f"{PLACE}.xlsx"
    sent.parent.mkdir()
    sent.write_bytes(b"a workbook")
    compose(read_area(folder), folder / "trajectories", tmp_path / "to")
    assert not made.exists()
    places = pd.read_csv(tmp_path / "to" / "data" / "places.csv").set_index("place")
    assert places.loc[PLACE, "trajectory_file"] == sent.name


def test_nothing_is_composed_anew_where_nothing_has_changed(folder: Path, tmp_path: Path) -> None:
    data, _ = composed(folder, tmp_path / "outputs")
    (data / "places.csv").write_text("changed by hand", encoding="utf-8")
    composed(folder, tmp_path / "outputs")
    assert (data / "places.csv").read_text(encoding="utf-8") == "changed by hand"
    (folder / "register_coverage.csv").write_text(
        "place,facility,checked_by,checked_against\n", encoding="utf-8"
    )
    composed(folder, tmp_path / "outputs")
    assert PLACE in (data / "places.csv").read_text(encoding="utf-8")


def test_columns_that_a_file_leaves_out_are_england_s_of_the_same_row(folder: Path) -> None:
    before = {row["practice"]: row for row in composed_rows(folder, "practice_places")}
    kept, other = list(before)[:2]
    assert before[kept]["msoa"].startswith("E02")
    assert all(before[kept].values())
    lines = [
        "practice,practice_name,place,registered_patients,latitude",
        f"{kept},Own name,{PLACE},5000,52.5",
        "",
        f"Z99999,A new one,{PLACE},100,",
    ]
    (folder / "practice_places.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = {row["practice"]: row for row in composed_rows(folder, "practice_places")}
    own = {"practice_name": "Own name", "registered_patients": "5000", "latitude": "52.5"}
    assert rows[kept] == before[kept] | own
    assert (rows["Z99999"]["msoa"], rows["Z99999"]["pcn"], rows["Z99999"]["latitude"]) == ("", "", "")
    assert rows[other] == before[other]
    lines = (folder.parent / "to" / "data" / "practice_places.csv").read_text(encoding="utf-8").splitlines()
    assert lines[3].startswith("Z99999"), "a row keeps the number that the user's file has it under"
