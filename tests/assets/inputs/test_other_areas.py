"""Inputs as another area has them: each refused before anything runs with its cause, or taken as it is."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from assets.estates.estates_timing import timing_rows
from assets.inputs.input_tables import check_every_input, input_files, with_list
from assets.inputs.settings import RunSettings
from assets.tables.declarations import TABLES
from assets.tables.table_cells import Cells
from housing_trajectories.findings import BETWEEN, BadInput, Finding
from housing_trajectories.reading import read as read_trajectory
from housing_trajectories.terminal import Terminal
from models.demand.demand_level import recorded_years
from pipelines.commands.summary import _comparison, _errors_table
from tests.assets.inputs.input_changes import DATA, Rows, found_in, rows_of, text_of
from tests.shipped import TRAJECTORIES

Change = Callable[[list[str], Rows], Rows]


def without(**cells: str) -> Change:
    """Rows in which all these cells start so are left out."""
    return lambda head, body: [
        row for row in body if not all(row[head.index(name)].startswith(cell) for name, cell in cells.items())
    ]


def with_cell(column: str, value: str, **cells: str) -> Change:
    """The column of the rows in which these cells start so."""

    def change(head: list[str], body: Rows) -> Rows:
        at = head.index(column)
        chosen = [all(row[head.index(name)].startswith(cell) for name, cell in cells.items()) for row in body]
        assert any(chosen)
        return [
            [*row[:at], value, *row[at + 1 :]] if one else row for row, one in zip(body, chosen, strict=True)
        ]

    return change


def one_more(row: str) -> Change:
    return lambda _, body: [*body, row.split(",")]


def only_at_trusts(head: list[str], body: Rows) -> Rows:
    """The system records no more attendances than its trusts do."""
    of_month: dict[str, int] = {}
    for provider, month, attendances, _ in body:
        of_month[month] = of_month.get(month, 0) + (int(attendances) if provider != "QHG" else 0)
    return [[row[0], row[1], str(of_month[row[1]]), row[3]] if row[0] == "QHG" else row for row in body]


def from_2022_on(head: list[str], body: Rows) -> Rows:
    return [row for row in body if int(row[1]) < 2021]


REFUSED: list[tuple[str, str, Change, str]] = [
    (
        "no provider is the system",
        "providers",
        without(kind="system"),
        "column kind: found no row of kind system",
    ),
    ("no trust", "providers", without(kind="acute"), "no row of kind acute"),
    (
        "no homes are recorded from 2021/22",
        "net_additional_dwellings",
        from_2022_on,
        "found no row of place E06000032 with year 2021",
    ),
    (
        "a council's homes are recorded a year less",
        "net_additional_dwellings",
        without(place="E06000042", year="2023"),
        "found no row of place E06000042 with year 2023",
    ),
    (
        "a trust's emergency admissions are not given",
        "ae_attendances_monthly",
        with_cell("emergency_admissions", "", provider="RD8"),
        "column emergency_admissions: found no complete year 2024/25 of RD8",
    ),
    (
        "a trust's beds lack a month of the base year",
        "acute_beds_monthly",
        without(provider="RD8", month="2024-11"),
        "column general_acute_beds_occupied: found no complete year 2024/25 of RD8",
    ),
    (
        "all A&E is at the trusts",
        "ae_attendances_monthly",
        only_at_trusts,
        "expected more in the system than",
    ),
    (
        "a total of 0",
        "system_totals",
        with_cell("value", "0", total="workforce.social_care_vacancies"),
        "column value: found '0'; expected a number of at least 0.01",
    ),
    (
        "a total that is missing",
        "system_totals",
        without(total="workforce.gp_trainees_fte"),
        "total workforce.gp_trainees_fte",
    ),
    (
        "the total of a service that is switched on is missing",
        "system_totals",
        without(total="demand.camhs_referrals"),
        "no row of demand.camhs_referrals",
    ),
    (
        "a service whose level is unknown",
        "services",
        one_more("walk_in_births,Births,hospital,births,births,none,hospital,,,,no,,none,on,C,"),
        "id demand.level_walk_in_births: found no such row",
    ),
    (
        "the level of a service has no row",
        "assumptions",
        without(id="demand.level_dementia"),
        "id demand.level_dementia: found no such row",
    ),
    (
        "the drift of services has no row",
        "assumptions",
        without(id="demand.annual_drift_stay"),
        "id demand.annual_drift_stay: found no such row",
    ),
    (
        "a staff group whose leavers are unknown",
        "staff_groups",
        one_more("acute,porters,Porters,providers,nurses,domestic,40,placecast,C,"),
        "id workforce.leaver_rate_porters: found no such row",
    ),
    (
        "a sector's moves have no row",
        "assumptions",
        without(id="workforce.move_rate_acute"),
        "id workforce.move_rate_acute: found no such row",
    ),
    (
        "a site lies in an area of another place",
        "site_neighbourhoods",
        with_cell("msoa", "E02003258", site_reference="MK-EAST"),
        "column msoa: found E02003258, which lies in E06000032; expected a small area of E06000042",
    ),
    (
        "a site lies in no area there is",
        "site_neighbourhoods",
        with_cell("msoa", "E02999999", site_reference="MK-EAST"),
        "column msoa: found E02999999; expected a small area of E06000042",
    ),
    (
        "a site's reference is misspelt where it lies",
        "site_neighbourhoods",
        with_cell("site_reference", "MK-EATS", site_reference="MK-EAST"),
        "no row of place E06000042, site_reference MK-EAST",
    ),
    (
        "a site's reference is misspelt where its funding is",
        "site_funding",
        with_cell("site_reference", "MK-EATS", site_reference="MK-EAST"),
        "column site_reference: found MK-EATS; expected a site of the trajectory of E06000042",
    ),
    ("a small area has no people", "msoa_population", without(msoa="E02003258"), "no row of msoa E02003258"),
    (
        "a small area is in no neighbourhood",
        "neighbourhoods",
        without(msoa="E02003258"),
        "no row of msoa E02003258",
    ),
    (
        "a council has a draft plan alone",
        "local_plan_requirements",
        with_cell("plan_status", "draft", place="E06000032"),
        "no row of place E06000032 with plan_status adopted",
    ),
    (
        "a profile of staff that nobody described",
        "staff_age_profiles",
        without(profile="nurses"),
        "no row of of staff with profile nurses",
    ),
    ("costs in prices of a year without an index", "price_index", without(year="2024"), "year 2024"),
    ("a facility is missing", "facilities", without(facility="general_acute_beds"), "general_acute_beds"),
    (
        "children's rates end before they are adults",
        "hospital_activity_rates_children",
        lambda _, body: body[:3],
        "age 10 is in no age band",
    ),
    (
        "a council is no local authority",
        "local_authorities",
        without(code="E06000055"),
        "no row of code E06000055",
    ),
    (
        "a published staff group is not listed",
        "published_staff_groups",
        without(published_staff_group="HCHS doctors"),
        "no row of published_staff_group HCHS doctors",
    ),
    (
        "a staff group has no words of others",
        "staff_group_crosswalk",
        without(staff_group="midwives"),
        "no row of sector acute, staff_group midwives",
    ),
    (
        "no trust serves a sector",
        "shared_trusts",
        without(sector="ambulance"),
        "no row of sector ambulance",
    ),
    ("a band of staff is missing", "leaving_by_age", without(age_band="35-39"), "age_band 35-39"),
]


@pytest.mark.parametrize(
    ("table", "change", "said"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_what_another_area_lacks_is_said_before_anything_runs(table: str, change: Change, said: str) -> None:
    head, *body = rows_of(table)
    changed = change(head, body)
    assert changed != body
    found = [finding.sentence() for finding in found_in(table, [head, *changed])]
    assert any(said in sentence for sentence in found), found


def test_a_service_that_is_switched_off_needs_no_level() -> None:
    head, *body = rows_of("services")
    off = one_more("walk_in_births,Births,hospital,births,births,none,hospital,,,,no,,none,off,C,")
    assert not found_in("services", [head, *off(head, body)])


def test_without_any_known_capacity_there_is_no_year_over_it() -> None:
    breach = Cells("capacity_breach").table()
    assert list(breach.columns) == TABLES["capacity_breach"].column_names
    assert breach["probability"].dtype == "float64"
    assert timing_rows(breach, {}, 2026).empty
    assert set(TABLES["estates_timing"].column_names) == set(timing_rows(breach, {}, 2026).columns)


def test_a_year_that_repeats_the_year_before_throughout_is_no_record() -> None:
    values = pd.Series([100.0 + month for month in range(24)]).to_numpy()
    repeated = pd.Series([False] * 12 + [True] * 12).to_numpy()
    assert [year.year for year in recorded_years(values, repeated, 2023, 0)] == [2023]


def test_the_summary_says_where_an_official_projection_is_not_given() -> None:
    rows = pd.DataFrame(
        {
            "projection": ["placecast_2021_based", "placecast_2021_based_past_rate"],
            "place_name": ["Luton"] * 2,
            "year": [2024] * 2,
            "error": [-10.0, 12.0],
            "error_percent": [-0.1, 0.1],
            "base_error": [0.0, 0.0],
            "growth_error": [-10.0, 12.0],
        }
    )
    screen = io.StringIO()
    Terminal(200, file=screen).print(_errors_table(rows))
    cells = [cell.strip() for cell in screen.getvalue().splitlines()[-2].strip("│").split("│")]
    assert _comparison(rows.iloc[:0], {}, {}, "Compared with own") == "Compared with own: no figure is given."
    assert cells == ["Luton", "+12 (+0.1 %)", "-10 (-0.1 %)", *["not given"] * 3]


def test_places_without_a_system_are_refused_for_that_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    head, *body = rows_of("places")
    rows = [head, *without(kind="system")(head, body)]
    (data / "places.csv").write_text(text_of(rows), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        check_every_input(RunSettings(data_directory=str(data), trajectories_directory=str(TRAJECTORIES)))
    assert [finding.found for finding in error.value.findings] == ["0 systems"]


def test_all_findings_are_in_a_file_that_is_named_where_the_screen_shows_ten(tmp_path: Path) -> None:
    data, outputs = tmp_path / "data", tmp_path / "outputs"
    shutil.copytree(DATA, data)
    places = (data / "places.csv").read_text(encoding="utf-8")
    (data / "places.csv").write_text(places.replace("E06000032", "E06000099"), encoding="utf-8")
    (data / "infrastructure_levy.csv").unlink()
    settings = RunSettings(
        data_directory=str(data),
        trajectories_directory=str(TRAJECTORIES),
        outputs_directory=str(outputs),
    )
    with pytest.raises(BadInput) as error:
        input_files(dg.build_asset_context(), settings)
    lines = (outputs / "findings.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 500
    said = str(error.value)
    assert said.startswith(f"{len(lines):,} findings, all of them in {outputs / 'findings.txt'} | ")
    assert len({part.split(",")[0] for part in said.split(BETWEEN)[1:11]}) > 4
    assert (
        "infrastructure_levy.csv: found no such file; expected a CSV file at data/infrastructure_levy.csv"
        in lines
    )
    assert "more of other kinds: " in said
    few = BadInput([Finding("a.csv", row, "x", "y", "z") for row in range(10)])
    assert with_list(few, outputs) is few


def test_a_trajectory_whose_sites_state_no_homes_is_refused_with_one_message(tmp_path: Path) -> None:
    path = tmp_path / "luton.csv"
    path.write_text("Site Reference,Site Name,2024/25,2025/26\nA1,North,,\nA2,South,,\n", encoding="utf-8")
    trajectory = read_trajectory(path)
    assert [finding.issue for finding in trajectory.errors] == ["no homes"]
    with pytest.raises(
        BadInput, match=r"luton\.csv: found 2 rows of sites, none with homes in a year"
    ) as error:
        trajectory.usable()
    assert BETWEEN not in str(error.value)
    path.write_text("Site Reference,Site Name,2024/25,2025/26\nA1,North,,0\nA2,South,,\n", encoding="utf-8")
    assert read_trajectory(path).errors == ()


def test_what_no_service_and_no_file_is_called_is_refused_with_its_row(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    with (data / "assumptions.csv").open("a", encoding="utf-8") as file:
        file.write("demand.level_nonsense,1,,,ratio; base year,placecast,C,demand,,x\n")
    with (data / "release_acceptances.csv").open("a", encoding="utf-8") as file:
        file.write("populaton,E06000032,next week,A. Planner,x\n")
    with pytest.raises(BadInput) as refused:
        check_every_input(RunSettings(data_directory=str(data), trajectories_directory=str(TRAJECTORIES)))
    said = str(refused.value)
    assert "column id: found demand.level_nonsense" in said
    assert "release_acceptances.csv, row 2, column accepted: found populaton" in said
    assert "release_acceptances.csv, row 2, column until: found next week" in said


def test_a_value_outside_its_own_range_is_one_refusal_with_its_row(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    path = data / "assumptions.csv"
    text = path.read_text(encoding="utf-8")
    line = next(
        row
        for row in text.splitlines()
        if row.startswith("demand.healthy_years_gained_a_decade_elicited_2022,")
    )
    path.write_text(text.replace(line, line.replace(",0.08,", ",0.8,", 1)), encoding="utf-8")
    with pytest.raises(BadInput, match=r"assumptions\.csv, .*elicited_2022: found low -0\.37, value 0\.8"):
        check_every_input(RunSettings(data_directory=str(data), trajectories_directory=str(TRAJECTORIES)))
