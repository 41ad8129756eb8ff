"""The main job on real figures: what a release holds adds up, in every cell."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.areas.composing import composed_folders
from assets.tables.declarations import INPUT_TABLES, PROMISED, TABLES
from pipelines.__main__ import main
from pipelines.nightly.last_run import read_last_run
from tests.journeys.running import Run, give_fits, run_forecast
from tests.shipped import DATA

SYSTEM = "E54000024"
PLACES = ["E06000032", "E06000042", "E06000055", "E06000056"]
SCENARIOS = {
    "local_plan",
    "plan_on_schedule",
    "slow_delivery",
    "trend",
    "draft_plans",
    "new_models_of_care",
    "demographic_growth_only",
}
TOLERANCE = 1e-6


def released(run: Run) -> list[str]:
    return sorted(path.stem for path in (run.outputs / "current").glob("*.parquet"))


def test_the_release_holds_the_promised_tables_of_these_stages(main_run: Run) -> None:
    expected = {
        "population",
        "population_single_year",
        "households",
        "components_of_change",
        "housing_delivery",
        "demand",
        "provider_demand",
        "workforce",
        "provider_workforce",
        "estates",
        "provider_estates",
        "benchmarks",
        "assumptions",
        "sources",
        "input_files",
    }
    assert expected <= set(released(main_run)) <= set(PROMISED)


def test_a_run_remembers_the_folders_it_read(main_run: Run) -> None:
    record = read_last_run(main_run.outputs)
    assert record is not None
    assert (Path(record.data), Path(record.trajectories)) == composed_folders(main_run.outputs)
    for name in ("places.csv", "premises.csv", "assumptions.csv"):
        assert Path(record.data, name).read_bytes() == (DATA / name).read_bytes()


def test_every_table_has_its_declared_columns_is_unique_and_sorted_by_its_keys(main_run: Run) -> None:
    for name in released(main_run):
        frame, table = main_run.table(name), {**INPUT_TABLES, **TABLES}[name]
        assert list(frame.columns) == table.column_names, name
        keys = list(table.keys)
        assert not frame.duplicated(keys).any(), name
        if name in TABLES:
            pd.testing.assert_frame_equal(frame[keys], frame[keys].sort_values(keys, ignore_index=True))


def test_population_covers_every_scenario_place_and_year_to_2050(main_run: Run) -> None:
    population = main_run.table("population")
    assert set(population["scenario"]) == SCENARIOS
    assert set(population["place"]) == {*PLACES, SYSTEM}
    assert sorted(population["year"].unique()) == list(range(2021, 2051))
    assert (population["principal"] >= 0).all()


def test_quantiles_stand_in_order_in_every_table(main_run: Run) -> None:
    for name in released(main_run):
        frame = main_run.table(name)
        if "p10" in frame and "p90" in frame and "p50" in frame:
            values = frame[["p10", "p50", "p90"]].dropna()
            slack = 1e-9 * values.abs().max(axis=1)
            assert (values["p10"] <= values["p50"] + slack).all(), name
            assert (values["p50"] <= values["p90"] + slack).all(), name


def test_components_sum_to_change_in_every_cell(main_run: Run) -> None:
    for place in PLACES:
        cells = main_run.working_table(f"components_by_age/{place}")
        made = cells["opening"] + cells["births"] - cells["deaths"] + cells["net_migration"] + cells["other"]
        assert (made - cells["closing"]).abs().max() < TOLERANCE
        single = main_run.table("population_single_year")
        single = single[single["place"] == place]
        both = cells.merge(single, on=["scenario", "place", "year", "sex", "age"])
        assert len(both) == len(cells[cells["year"] <= 2050])
        assert (both["closing"] - both["principal"]).abs().max() < TOLERANCE


def test_openings_are_last_years_people_aged_on(main_run: Run) -> None:
    cells = main_run.working_table(f"components_by_age/{PLACES[0]}").query("scenario == 'local_plan'")
    closing = cells.set_index(["year", "sex", "age"])["closing"]
    opening = cells.set_index(["year", "sex", "age"])["opening"]
    for year in (2025, 2040):
        for sex in ("female", "male"):
            before, now = closing.loc[year - 1, sex], opening.loc[year, sex]
            np.testing.assert_allclose(now.loc[1:89], before.loc[0:88], atol=TOLERANCE)
            assert now.loc[90] == pytest.approx(before.loc[89] + before.loc[90], abs=TOLERANCE)
            assert now.loc[0] == 0


@pytest.mark.parametrize(
    ("table", "only"),
    [
        ("population", {}),
        ("population_single_year", {}),
        ("components_of_change", {}),
        ("households", {"measure": ["dwellings", "households", "household_population"]}),
        ("housing_delivery", {"site_reference": ["all"]}),
        ("demand", {}),
        ("workforce", {"measure": ["required_wte"]}),
        ("estates", {"measure": ["required"]}),
    ],
)
def test_places_sum_to_the_system(main_run: Run, table: str, only: dict[str, list[str]]) -> None:
    frame = main_run.table(table)
    for column, values in only.items():
        frame = frame[frame[column].isin(values)]
    keys = [key for key in TABLES[table].keys if key != "place"]
    places = frame[frame["place"] != SYSTEM].groupby(keys)["principal"].sum()
    system = frame[frame["place"] == SYSTEM].set_index(keys)["principal"]
    pd.testing.assert_series_equal(
        places.sort_index(), system.sort_index(), atol=TOLERANCE, rtol=1e-12, check_names=False
    )


def test_the_systems_interval_is_not_the_sum_of_the_places_intervals(main_run: Run) -> None:
    people = main_run.table("population").query(
        "scenario == 'local_plan' and year == 2045 and sex == 'persons' and age_band == 'all'"
    )
    width = people.set_index("place")["p90"] - people.set_index("place")["p10"]
    assert 0 < width[SYSTEM] < width[PLACES].sum()


def test_sites_sum_to_their_place(main_run: Run) -> None:
    delivery = main_run.table("housing_delivery").query(f"place != '{SYSTEM}'")
    keys = ["scenario", "place", "year"]
    for value in ("planned_net_dwellings", "principal"):
        sites = delivery[delivery["site_reference"] != "all"].groupby(keys)[value].sum()
        place = delivery[delivery["site_reference"] == "all"].set_index(keys)[value]
        pd.testing.assert_series_equal(sites, place.sort_index(), atol=TOLERANCE, check_names=False)


def test_housing_led_households_fill_the_dwellings(main_run: Run) -> None:
    """Households ÷ dwellings stands still in a housing-led run, and trend has no homes delivered."""
    wide = main_run.table("households").pivot(
        index=["scenario", "place", "year"], columns="measure", values="principal"
    )
    led = wide.query(f"scenario == 'local_plan' and place != '{SYSTEM}' and year >= 2025")
    occupied = led["households"] / led["dwellings"]
    assert occupied.groupby("place").agg(np.ptp).max() < 1e-9
    assert "trend" not in set(main_run.table("housing_delivery")["scenario"])
    size = led["household_population"] / led["households"]
    np.testing.assert_allclose(size, led["average_household_size"], rtol=1e-9)


def test_rebased_years_are_the_published_estimates(main_run: Run) -> None:
    estimates = main_run.working_table("mid_year_estimate_totals")
    people = main_run.table("population").query("sex == 'persons' and age_band == 'all'")
    both = people.merge(estimates[estimates["year"].isin([2021, 2023, 2024])], on=["place", "year"])
    assert len(both) == len(SCENARIOS) * len(PLACES) * 3
    assert (both["principal"] - both["population"]).abs().max() < TOLERANCE
    assert (both["p90"] - both["p10"]).abs().max() < TOLERANCE


def test_from_2021_alone_the_model_stands_within_two_and_a_half_percent_of_mid_2024(main_run: Run) -> None:
    errors = main_run.table("projection_errors").set_index(["projection", "place_name"])
    ours = errors.loc["placecast_2021_based", "error_percent"]
    for place in ("Bedford", "Central Bedfordshire", "Milton Keynes"):
        assert abs(ours[place]) <= 2.5
    old = errors.loc["ons_2018_based"]
    np.testing.assert_allclose(old["base_error"] + old["growth_error"], old["error"])
    # The 2018-based projection of Luton less the first mid-2021 estimate, both as published.
    assert old.loc["Luton", "base_error"] == pytest.approx(212478 - 224826)


def test_the_manifest_says_what_made_the_release(main_run: Run) -> None:
    folder = main_run.outputs / "current"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["release"] == folder.resolve().name
    assert manifest["draws"] == 24
    assert set(manifest["tables"]) == set(released(main_run))
    assert len(manifest["checks"]) >= len(released(main_run))
    assert all(check["passed"] for check in manifest["checks"])
    assert "data/assumptions.csv" in manifest["inputs"]
    for name, entry in manifest["tables"].items():
        content = (folder / f"{name}.parquet").read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["parquet_sha256"]


def test_the_manifest_counts_rows_whose_principal_run_is_outside_its_interval(main_run: Run) -> None:
    """Tables that say why may have some; in others a row in thousands is what few draws leave uncertain."""
    manifest = json.loads((main_run.outputs / "current" / "manifest.json").read_text(encoding="utf-8"))
    outside = manifest["audit"]["rows_with_principal_outside_p10_to_p90"]
    uncertain = {name for name in released(main_run) if "p90" in manifest["tables"][name]["columns"]}
    assert set(outside) <= uncertain
    assert {"population", "housing_delivery", "demand", "workforce", "estates"} <= set(outside)
    shares = {name: rows / manifest["tables"][name]["rows"] for name, rows in outside.items() if rows}
    told = {name for name in uncertain if "p90" in TABLES[name].description}
    assert told == {
        *("housing_delivery", "housing_lateness", "housing_need_and_supply"),
        *("capital_requirement", "scenario_differences"),
    }
    # Bank and agency that are all used in the principal run stand at the upper end of its few draws.
    allowed = {**dict.fromkeys(told, 0.05), "provider_workforce": 0.01}
    assert all(share < allowed.get(name, 0.001) for name, share in shares.items()), shares
    delivery = main_run.table("housing_delivery")
    above = delivery["principal"] > delivery["p90"] + TOLERANCE
    below = delivery["principal"] < delivery["p10"] - TOLERANCE
    assert outside["housing_delivery"] == int((above | below).sum())


def test_csv_and_parquet_hold_the_same_numbers(main_run: Run) -> None:
    for name in ("population", "demand", "workforce", "estates", "housing_delivery"):
        frame = main_run.table(name)
        text = pd.read_csv(main_run.outputs / "current" / f"{name}.csv")
        assert len(frame) == len(text)
        assert text["principal"].sum() == pytest.approx(frame["principal"].sum(), rel=1e-12)


def test_a_run_ends_in_one_screen_of_headlines_whose_numbers_are_the_releases(main_run: Run) -> None:
    lines = main_run.screen.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("Place "))
    end = lines[begin - 1 :]
    assert len(end) <= 40
    assert max(len(line.rstrip()) for line in end if str(main_run.outputs) not in line) <= 100
    assert not re.search(r"\bnan\b", main_run.screen)
    where = "scenario == 'local_plan' and year == 2035"
    people = main_run.table("population").query(f"{where} and sex == 'persons' and age_band == 'all'")
    staff = main_run.table("workforce").query(
        f"{where} and staff_group == 'all_outside_hospital' and measure == 'gap_wte'"
    )
    rooms = main_run.table("local_estates").query(
        "year == 2035 and area_kind == 'place' and facility == 'gp_consulting_rooms' and measure == 'gap'"
    )
    grown = main_run.table("growth_beyond_demography").query("year == 2035 and service == 'ae_attendances'")
    for place, name in zip(
        PLACES, ("Luton", "Milton Keynes", "Bedford", "Central Bedfordshire"), strict=True
    ):
        row = next(line for line in end if line.startswith(name))
        for text in (
            f"→ {people.loc[people['place'] == place, 'principal'].item() / 1000:,.0f}k",
            f"{staff.loc[staff['place'] == place, 'principal'].item():,.0f}",
            f"{rooms.loc[rooms['area'] == place, 'principal'].item():,.0f}",
            f"{grown.loc[grown['place'] == place, 'growth_percent'].item():+.0f} %",
        ):
            assert text.replace("-0", "0") in row, (place, text)


def test_warnings_of_the_run_are_told_by_kind_and_kept(main_run: Run) -> None:
    before, _, _ = main_run.screen.partition("Place ")
    heading = re.search(r"(\d+) warnings? of (\d+) kinds?; each one is in ", before)
    assert heading
    kept = (main_run.outputs / "warnings.txt").read_text(encoding="utf-8").splitlines()
    assert kept[0].startswith(f"{heading[1]} warning")
    assert before.count("what to do: ") == int(heading[2]) == kept.count("") > 0
    # Of each kind a title and what to do stand above its sentences.
    assert len(kept) - 1 - 3 * int(heading[2]) == int(heading[1])
    assert any("repeats the year before to the digit" in line for line in kept)


def test_the_long_summary_says_what_a_planner_asks(main_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "--verbose", "--outputs", str(main_run.outputs)]) == 0
    screen = capsys.readouterr().out
    for words in (
        "People",
        "Homes",
        "aged 65 and over",
        "GP appointments",
        "A&E attendances",
        "General and acute beds C",
        "WTE",
        "GP consulting rooms",
        "ONS 2022-based",
        "ONS 2018-based",
        "nearly 90 % by 2050",
        "working assumption",
        "Luton",
        "Central Bedfordshire",
    ):
        assert words in screen, words
    assert "not made" not in screen
    assert not re.search(r"\bnan\b", screen)


def test_people_by_deprivation_add_up_to_each_place_in_every_year(main_run: Run) -> None:
    table = main_run.table("population_by_deprivation")
    assert set(table["place"]) == {*PLACES, SYSTEM}
    keys = ["scenario", "place", "year"]
    people = main_run.table("population").query("sex == 'persons'")
    for measure, ages in (("people", "all"), ("people_65_plus", "65+")):
        summed = table[table["measure"] == measure].groupby(keys)["principal"].sum()
        whole = people[people["age_band"] == ages].set_index(keys)["principal"]
        assert len(summed) == len(whole)
        assert (summed - whole.reindex(summed.index)).abs().max() < TOLERANCE
    demand = main_run.table("demand").query("service == 'gp_appointments'").set_index(keys)["principal"]
    summed = table[table["measure"] == "gp_appointments"].groupby(keys)["principal"].sum()
    assert len(summed) == len(demand)
    assert (summed / demand.reindex(summed.index) - 1).abs().max() < 1e-9
    near = main_run.table("neighbourhood_deprivation").query("year == 2035")
    here = table.query("scenario == 'local_plan' and year == 2035 and measure == 'people'")
    of_place = here.set_index(["place", "quintile"])["principal"]
    found = near.groupby(["place", "quintile"])["people"].sum()
    assert (found - of_place.reindex(found.index)).abs().max() < TOLERANCE


def test_every_code_of_a_released_table_has_its_name_in_a_dimension(main_run: Run) -> None:
    """As csv-metadata.json tells who joins them: keys are unique, and no row of a fact is without one."""
    release = main_run.outputs / "current"
    described = json.loads((release / "csv-metadata.json").read_text(encoding="utf-8"))
    keys = [
        (table["url"], key) for table in described["tables"] for key in table["tableSchema"]["foreignKeys"]
    ]
    assert len(keys) > 100
    for fact, key in keys:
        column, leads = key["columnReference"], key["reference"]["resource"]
        codes = pd.read_parquet(release / leads.replace(".csv", ".parquet"))[column]
        held = pd.read_parquet(release / fact.replace(".csv", ".parquet"), columns=[column])[column].dropna()
        assert codes.is_unique, leads
        assert set(held.unique()) <= set(codes), (fact, column)


def test_each_line_of_python_in_the_dictionary_reads_its_table_with_names(
    main_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = main_run.outputs / "current"
    monkeypatch.chdir(release)
    told = pd.read_csv(release / "data_dictionary.csv").dropna(subset="python")
    for name, line in zip(told["table"], told["python"], strict=True):
        frame = pd.read_parquet(f"{name}.parquet")
        named = eval(line, {"pd": pd})
        assert len(named) == len(frame), name
        assert not [column for column in named if column.endswith(("_x", "_y"))], name


def test_every_csv_file_says_that_it_is_utf_8(main_run: Run) -> None:
    files = sorted((main_run.outputs / "current").glob("*.csv"))
    assert len(files) > 100
    assert [path.name for path in files if not path.read_bytes().startswith(codecs.BOM_UTF8)] == []


# That tables are the same is held by making a release again, and the report and the workbook of the same
# tables by their own tests.
@pytest.mark.long
def test_two_runs_give_the_same_bytes(main_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_fits(main_run, tmp_path)
    again = run_forecast(monkeypatch, tmp_path)
    assert again.exit_code == 0, again.screen
    first, second = main_run.outputs / "current", again.outputs / "current"
    names = sorted(path.name for path in first.iterdir() if path.name != "manifest.json")
    assert names == sorted(path.name for path in second.iterdir() if path.name != "manifest.json")
    for name in names:
        made = [(folder / name).read_bytes() for folder in (first, second)]
        if name == "report.html":
            # One line says which release it is and when it was published; nothing else may differ.
            stamped = [[line for line in text.splitlines() if b'id="release"' not in line] for text in made]
            assert stamped[0] == stamped[1], name
        else:
            assert made[0] == made[1], name
