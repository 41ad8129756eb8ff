"""Two inputs change: the next release says which did what, can be rolled back and made again to the byte."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.publication.headlines import HEADLINES, headline_rows
from assets.publication.report.rests_on import concerning
from assets.release_history.release_changes import HEADLINE_TABLES
from assets.release_history.release_folders import current_id, manifest_of, release_ids
from assets.release_history.replay import Replay, first_scenario, label_of
from assets.stages import MODELLED, assets_of
from pipelines.__main__ import main
from tests.conftest import ROOT
from tests.journeys.headline_values import hold, say
from tests.journeys.running import Run, run_forecast
from tests.shipped import DATA

MILTON_KEYNES, LUTON = "E06000042", "E06000032"
KEYS = ["headline", "place", "year"]
TRAJECTORY, ASSUMPTIONS = "trajectories/milton_keynes.csv", "data/assumptions.csv"


def more_homes_in_milton_keynes_east(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    header = rows[0]
    site, status = header.index("site_reference"), header.index("plan_status")
    (row,) = (row for row in rows[1:] if (row[site], row[status]) == ("MK-EAST", "adopted"))
    for year in ("2025/26", "2026/27", "2027/28", "2028/29"):
        row[header.index(year)] = str(int(row[header.index(year)]) + 60)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def rooms_used_more(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    changed = text.replace("\nestates.gp_room_utilisation,60,", "\nestates.gp_room_utilisation,62,")
    assert changed != text
    path.write_text(changed, encoding="utf-8")


@pytest.fixture(scope="module")
def second_run(main_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on two changed inputs, after the main run and beside it."""
    folder = tmp_path_factory.mktemp("second_run")
    shutil.copytree(main_run.outputs, folder / "outputs", symlinks=True)
    shutil.copytree(DATA, folder / "data")
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", folder / "trajectories")
    more_homes_in_milton_keynes_east(folder / TRAJECTORY)
    rooms_used_more(folder / ASSUMPTIONS)
    with pytest.MonkeyPatch.context() as monkeypatch:
        run = run_forecast(
            monkeypatch,
            folder / "outputs",
            "--data",
            str(folder / "data"),
            "--trajectories",
            str(folder / "trajectories"),
        )
    assert run.exit_code == 0, run.screen
    return run


def test_the_first_release_has_every_headline_and_says_that_nothing_came_before(main_run: Run) -> None:
    changes = main_run.table("release_changes")
    assert set(changes["headline"]) == {headline.name for headline in HEADLINES}
    assert set(changes["cause"]) == {"total"}
    assert changes["previous"].isna().all()
    assert changes["sentence"].str.contains("no release before it").all()


def test_the_first_edition_has_moved_nothing(main_run: Run) -> None:
    table = main_run.table("edition_stability")
    assert set(table["measure"]) == {
        "population", "population_65_plus", "population_85_plus", "five_year_ages",
    }  # fmt: skip
    assert table["movement_percent"].isna().all()
    assert table["previous_release"].str.startswith("no release before it").all()
    assert (table["horizon"] == table["year"] - 2024).all()


def test_a_replay_of_two_draws_gives_the_figures_of_the_release(main_run: Run) -> None:
    held = {name: main_run.working_table(name) for name in ("monthly_series", "activity_forecast")}
    replay = Replay(assets_of(MODELLED), held=held)
    settings = RunSettings(outputs_directory=str(main_run.outputs))
    alone = {"scenarios": first_scenario}
    made = headline_rows(replay.tables(HEADLINE_TABLES, settings, alone)).set_index(KEYS)["principal"]
    published = headline_rows({name: main_run.table(name) for name in HEADLINE_TABLES})
    pd.testing.assert_series_equal(made, published.set_index(KEYS)["principal"], rtol=1e-12)

    calls = replay.calls
    replay.tables(HEADLINE_TABLES, settings, alone)
    assert replay.calls == calls, "the same inputs call nothing again"

    def more_use(assumptions: pd.DataFrame) -> pd.DataFrame:
        of_rooms = assumptions["id"] == "estates.gp_room_utilisation"
        return assumptions.assign(value=assumptions["value"].mask(of_rooms, 66.0))

    rooms = replay.tables(HEADLINE_TABLES, settings, {**alone, "assumptions": more_use})
    assert replay.calls - calls < 6, "only what asks for the use of rooms is called again"
    changed = headline_rows(rooms).set_index(KEYS)["principal"]
    assert (changed["gp_consulting_rooms"] < made["gp_consulting_rooms"]).all()
    pd.testing.assert_series_equal(changed["population"], made["population"])


NOT_ASKED_FOR_HERE = {
    "demand.monthly_": "of monthly forecasts, which are taken as they were made",
    "demand.mitigation_": "the principal scenario avoids no admissions",
    "demand.healthy_years_gained_a_decade_elicited_2022": "of a scenario that takes the older elicitation",
    "demand.level_assumed": "no service that is switched on has an assumed rate",
    "demand.annual_drift_assumed": "likewise",
    "demand.maternity_bookings_per_birth": "likewise: maternity_bookings is switched off",
    "demand.non_demographic_growth_": "the experts' answers are of another scenario",
    "demand.length_of_stay_elective_recorded_trend": "likewise",
    "demand.length_of_stay_emergency_recorded_trend": "likewise",
    "demography.communal_bedroom_occupancy": "no trajectory here has bedrooms that are not homes",
    "demography.student_": "likewise",
    "housing.communal_bedrooms_per_home": "likewise",
    "housing.student_bedrooms_per_home": "likewise",
    "housing.fewer_than_before_share": "of a check beside the run",
    "demography.gross_migration_rate": "of the backtest alone",
    "demography.london_": "no place here is a London borough",
    "demography.one_count_": "the people of every place here were counted twice",
    "england.": "of the inputs of areas without figures of their own",
    "history.xmr_": "of actuals against plan, which needs releases",
}
"""Beginnings of ids that a principal run does not ask for, and why."""


def test_assumptions_are_declared_to_concern_the_tables_that_ask_for_them(main_run: Run) -> None:
    assets = assets_of(MODELLED)
    held = {name: main_run.working_table(name) for name in ("monthly_series", "activity_forecast")}
    replay = Replay(assets, held=held)
    declared = concerning(main_run.table("assumptions"))
    wanted = [table for table in declared if table not in (*held, "forecast_accuracy")]
    settings = RunSettings(outputs_directory=str(main_run.outputs))
    replay.tables(
        [*wanted, "neighbourhood_population", "population_accuracy"], settings, {"scenarios": first_scenario}
    )
    after: dict[str, set[str]] = {}
    for asset in assets:
        for parent in replay.parameters(asset).values():
            after.setdefault(parent, set()).update(key.path[-1] for key in asset.keys)

    def reached(asset: dg.AssetsDefinition) -> set[str]:
        """The tables made from what the asset makes, its own among them."""
        waiting, found = [key.path[-1] for key in asset.keys], set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(after.get(name, ()))
        return found

    led_to: dict[str, set[str]] = {}
    for asset in assets:
        for made in replay.remembered(label_of(asset)):
            for identifier in made.asked:
                led_to.setdefault(identifier, set()).update(reached(asset))
    wrong = {
        (identifier, table)
        for table, ids in declared.items()
        for identifier in ids
        if table not in held
        and not identifier.startswith(tuple(NOT_ASKED_FOR_HERE))
        and table not in led_to.get(identifier, ())
    }
    assert not wrong, "declared to concern a table that nothing which asks for it leads to"
    assert len(led_to) > 400


def test_the_second_edition_has_moved_the_people_of_the_place_with_more_homes(
    second_run: Run, main_run: Run
) -> None:
    table = second_run.table("edition_stability")
    assert set(table["previous_release"]) == {(main_run.outputs / "current").resolve().name}
    moved = table[table["measure"] == "population"].set_index(["place", "year"])["movement_percent"]
    assert 0.01 < moved["E06000042", 2035] < 2
    assert (moved["E06000055"].abs() < 1e-9).all()
    said = main_run.table("population").query("scenario == 'local_plan' and sex == 'persons'")
    said = said[(said["age_band"] == "all") & (said["year"] == 2035)].set_index("place")["principal"]
    before = table.query("year == 2035 and measure == 'population'").set_index("place")["previous"]
    pd.testing.assert_series_equal(before, said, check_names=False)


def test_each_change_is_split_among_the_two_inputs_and_adds_up_exactly(
    second_run: Run, main_run: Run
) -> None:
    changes = second_run.table("release_changes")
    assert set(changes["cause"]) == {"total", TRAJECTORY, ASSUMPTIONS}
    total = changes[changes["cause"] == "total"].set_index(KEYS)
    causes = changes[changes["cause"] != "total"].groupby(KEYS)["change"].sum()
    np.testing.assert_allclose(causes.reindex(total.index), total["change"], rtol=0, atol=1e-9)
    before = pd.DataFrame(manifest_of(main_run.outputs, current_id(main_run.outputs) or "")["headlines"])
    pd.testing.assert_series_equal(
        total["previous"].sort_index(), before.set_index(KEYS)["principal"].sort_index(), check_names=False
    )


def test_changes_and_their_causes_stand_where_they_were_reviewed(
    second_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    say(hold(Path(__file__).with_name("release_change_values.csv"), second_run.table), capsys)


def test_homes_move_people_and_rooms_and_the_use_of_rooms_moves_rooms_alone(second_run: Run) -> None:
    by_cause = second_run.table("release_changes").set_index(["cause", *KEYS])["change"]
    for year in (2030, 2035, 2040):
        assert by_cause[TRAJECTORY, "homes", MILTON_KEYNES, year] > 1
        assert by_cause[TRAJECTORY, "population", MILTON_KEYNES, year] > 1
        assert by_cause[TRAJECTORY, "gp_consulting_rooms", MILTON_KEYNES, year] > 0
        assert by_cause[ASSUMPTIONS, "population", MILTON_KEYNES, year] == pytest.approx(0, abs=1e-6)
        assert by_cause[ASSUMPTIONS, "gp_consulting_rooms", MILTON_KEYNES, year] < -1
        assert by_cause[TRAJECTORY, "homes", LUTON, year] == pytest.approx(0, abs=1e-6)
        assert by_cause[ASSUMPTIONS, "gp_consulting_rooms", LUTON, year] < -1


def test_the_sentence_names_both_causes_with_their_parts(second_run: Run) -> None:
    changes = second_run.table("release_changes").set_index(["cause", *KEYS])["sentence"]
    rooms = changes["total", "gp_consulting_rooms", MILTON_KEYNES, 2035]
    assert rooms.startswith("General practice consulting rooms required in Milton Keynes, 2035: −")
    assert ", of which −" in rooms
    assert "assumptions.csv" in rooms
    assert "trajectories/milton_keynes.csv" in rooms
    people = changes["total", "population", MILTON_KEYNES, 2035]
    assert "all of it from Milton Keynes East 240 homes more" in people
    assert people.endswith("(trajectories/milton_keynes.csv).")
    assert "estates.gp_room_utilisation from 60 to 62 (assumptions.csv)" in rooms
    assert "unchanged" in changes["total", "homes", LUTON, 2035]


def test_the_manifest_leads_back_to_every_input(second_run: Run) -> None:
    release = current_id(second_run.outputs) or ""
    manifest = manifest_of(second_run.outputs, release)
    assert manifest["previous_release"] == release_ids(second_run.outputs)[0]
    for digest in [*manifest["inputs"].values(), *manifest["history"].values()]:
        assert (second_run.outputs / "inputs" / digest).is_file()


def test_actuals_are_set_against_backtests_where_no_release_had_forecast_them(main_run: Run) -> None:
    table = main_run.table("actual_against_plan")
    yearly = table[table["series"].str.startswith("population.")]
    assert set(yearly["period"]) == {"2022", "2023", "2024"}
    assert yearly["release"].str.startswith("backtest: ").all()
    charts = table[table["centre"].notna()]
    assert (charts["lower_limit"] < charts["centre"]).all()
    outside = (charts["actual"] > charts["upper_limit"]) | (charts["actual"] < charts["lower_limit"])
    assert (charts.loc[outside, "signal"] == "outside_limits").all()
    assert (charts.loc[~outside, "signal"] != "outside_limits").all()


@pytest.mark.long
def test_a_release_is_made_again_to_the_byte_from_what_is_stored(
    second_run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DAGSTER_HOME", "PLACECAST_DATA", "PLACECAST_TRAJECTORIES"):
        monkeypatch.setenv(name, "")
    before = {path.name for path in (second_run.outputs / "releases").iterdir()}
    code = main(["rebuild", "--outputs", str(second_run.outputs)])
    said = capsys.readouterr().out
    assert "the same to the byte" in said, said
    assert code == 0
    assert {path.name for path in (second_run.outputs / "releases").iterdir()} == before


def test_readers_are_pointed_back_and_told_so(second_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = release_ids(second_run.outputs)
    at = ["--outputs", str(second_run.outputs)]
    assert main(["releases", "list", *at]) == 0
    listed = capsys.readouterr().out
    assert first in listed
    assert second in listed
    assert main(["releases", "rollback", *at]) == 0
    assert first in capsys.readouterr().out
    assert current_id(second_run.outputs) == first
    assert main(["releases", "rollback", *at]) == 1
    assert "nothing was changed" in capsys.readouterr().out
    assert main(["releases", "rollback", second, *at]) == 0
    assert current_id(second_run.outputs) == second
    assert main(["releases", "rollback", "yesterday", *at]) == 1
    assert "yesterday" in capsys.readouterr().out
    assert current_id(second_run.outputs) == second


def test_a_release_whose_inputs_are_gone_is_not_rebuilt_and_says_which(
    second_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = current_id(second_run.outputs) or ""
    shutil.copytree(second_run.outputs / "releases" / release, tmp_path / "releases" / release)
    (tmp_path / "current").symlink_to(Path("releases") / release)
    assert main(["rebuild", "--outputs", str(tmp_path)]) == 1
    assert "data/acute_beds_monthly.csv" in capsys.readouterr().out


def test_both_releases_are_compared_draw_by_draw_through_the_command(
    second_run: Run, main_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compared.csv"
    at = ["--outputs", str(second_run.outputs), "--place", MILTON_KEYNES, "--csv", str(file)]
    assert main(["compare", "current", "last", *at]) == 0
    assert "common draws" in capsys.readouterr().out
    found = pd.read_csv(file).set_index(["area", "quantity", "year"])
    changes = second_run.table("release_changes").query("cause == 'total'")
    names = {"population": "people", "homes": "homes", "gp_consulting_rooms": "gp_consulting_rooms_required"}
    of_both = changes[changes["headline"].isin(names)]
    assert len(of_both) > 30
    for row in of_both.to_dict("records"):
        compared = found.loc[row["place"], names[row["headline"]], row["year"]]
        assert compared["a_less_b"] == pytest.approx(row["change"], abs=1e-6)
    homes = found.loc[MILTON_KEYNES, "homes", 2035]
    before = main_run.table("households").query(
        f"scenario == 'local_plan' and place == '{MILTON_KEYNES}' and year == 2035 and measure == 'dwellings'"
    )
    # The homes that came in addition differ between draws far less than all homes do.
    assert 0 <= homes["p10"] <= homes["p90"]
    assert homes["a_less_b"] > 1
    assert homes["p90"] - homes["p10"] < 0.2 * (before["p90"] - before["p10"]).item()
    unchanged = found.loc[LUTON, "homes", 2035]
    assert (unchanged[["a_less_b", "p10", "p90"]] == 0).all()
