"""From made gaps to options, least-cost sets, budgets and the pipeline: each redone by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.estates.choices.area_gaps import AreaGaps, area_gaps
from assets.estates.choices.area_people import AreaPeople, area_by_neighbourhood, area_people
from assets.estates.choices.budget_lines import WITH_TEAMS, budget_answers, counted_with_teams
from assets.estates.choices.least_cost_plans import (
    LEAST_CAPITAL,
    LEAST_COST,
    LEAST_REVENUE,
    PROBABILITIES,
    WITHIN_WALLS,
    choices_of,
    least_cost_plan,
    plan_rows_of,
)
from assets.estates.choices.option_terms import AreaOptions, Options, options_in, read_options
from assets.estates.choices.pipeline_rows import FIELDS, funding_words, pipeline_rows, ranked
from assets.estates.choices.priced_options import option_rows
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.uncertain_table import released
from pipelines.checks.expectations import validate
from tests.conftest import ROOT
from tests.shipped import DATA

YEARS = np.arange(2024, 2046)
NORTH, SOUTH, HUB, UNKNOWN = "E06000042-N01", "E06000042-N02", "E06000042-H01", "E06000055-N01"
CODES = [NORTH, SOUTH, HUB, UNKNOWN]
PEOPLE = np.array([30_000.0, 48_000.0, 36_000.0, 25_000.0])
YEAR, AT = 2035, 11
DRAWS = 200
OFFICE = 16 * 1.29
"""m2 of a room with its circulation."""


def made_draws() -> xr.Dataset:
    """Four areas: one far short, one short by chance, a hub that needs nothing, one not known."""
    chance = np.random.default_rng(11).normal(0, 1, (4, 1, 1, DRAWS + 1))
    chance[..., 0] = 0
    grown = 1 + np.array([0.01, 0.006, 0.0, 0.004])[:, None] * (YEARS - 2024)
    rooms = np.array([16.0, 25.0, 18.0, 13.0])[:, None] * grown
    floor = np.array([2100.0, 3300.0, 2400.0, 1700.0])[:, None] * grown
    required = np.stack([rooms, floor], axis=1)[..., None] * np.exp(0.05 * chance)
    there = np.array([[11.0, 1500.0], [27.0, 3400.0], [29.0, 3900.0], [np.nan, np.nan]])
    existing = np.broadcast_to(there[:, :, None, None], required.shape)
    dims = ("area", "facility", "year", "draw")
    return xr.Dataset(
        {"required": (dims, required.astype(np.float32)), "existing": (dims, existing.astype(np.float32))},
        coords={
            "area": CODES,
            "facility": ["gp_consulting_rooms", "primary_care_gross_internal_area"],
            "year": YEARS,
            "draw": np.arange(DRAWS + 1),
            "area_kind": ("area", ["team", "team", "hub", "team"]),
            "area_name": ("area", ["North", "South", "Hub", "Unknown"]),
            "place": ("area", ["E06000042", "E06000042", "E06000042", "E06000055"]),
        },
    )


@pytest.fixture(scope="module")
def areas() -> AreaGaps:
    return area_gaps(made_draws())


def read_shipped_options() -> Options:
    options = read_table(INPUT_TABLES["estate_options"], DATA / "estate_options.csv", places=None)
    assumptions = read_table(INPUT_TABLES["assumptions"], DATA / "assumptions.csv", places=None)
    assumptions = assumptions.set_index("id")
    assumptions.loc["estates.gp_face_to_face", "value"] = 65.0
    return read_options(options, Assumptions(assumptions.reset_index()))


@pytest.fixture(scope="module")
def given(areas: AreaGaps) -> AreaOptions:
    return options_in(areas, read_shipped_options())


@pytest.fixture(scope="module")
def priced(areas: AreaGaps, given: AreaOptions) -> pd.DataFrame:
    made = released("estates_options", [option_rows(areas, given)])
    return made.set_index(["area", "option"])


def discounted(paid: dict[int, float], yearly: float, opens: int) -> float:
    """Net present cost of payments by year from 2026 and of a cost a year from the opening, over 60 years."""
    factor = [1.035 ** -min(year, 30) * 1.03 ** -max(year - 30, 0) for year in range(60)]
    return sum(paid.get(year, 0.0) * each for year, each in enumerate(factor)) + yearly * sum(factor[opens:])


def test_hubs_are_priced_beside_the_teams_and_no_budget_or_sum_counts_their_people_twice() -> None:
    short = made_draws().copy(deep=True)
    short["existing"].loc[{"area": HUB}] = short["existing"].sel(area=HUB) * 0.5
    hubs, teams = area_gaps(short, "hub"), area_gaps(short, "team")
    assert (hubs.codes, teams.codes) == ([HUB], [NORTH, SOUTH, UNKNOWN])
    terms = options_in(hubs, read_shipped_options())
    choices = choices_of(hubs, terms, 80.0)
    (answer,) = counted_with_teams(hubs, terms, choices)
    assert (answer.status, answer.choice) == (WITH_TEAMS, LEAST_COST)
    plans = plan_rows_of(hubs, terms, [least_cost_plan(hubs, terms, each) for each in PROBABILITIES], None)
    assert set(plans["area_kind"]) == {"hub"}


def test_every_option_is_beside_business_as_usual_and_do_minimum_where_there_is_a_gap(
    priced: pd.DataFrame,
) -> None:
    options = {"business_as_usual", "do_minimum", "longer_hours", "higher_utilisation", "remote_share",
               "reconfigure", "extend", "new_build", "lease"}  # fmt: skip
    # Rooms of the south suffice at even chances and its floor does not; the hub has room to spare.
    assert {area: set(rows["option"]) for area, rows in priced.reset_index().groupby("area")} == {
        NORTH: options, SOUTH: options,
    }  # fmt: skip
    usual = priced.loc[(NORTH, "business_as_usual")]
    assert (usual[["rooms_gained", "m2_gained", "capital_gbp", "net_present_cost_gbp"]] == 0).all()
    assert priced["must_be_true"].str.len().min() > 20
    assert priced["unmonetised"].str.len().min() > 20


def test_levers_of_time_save_rooms_and_with_each_room_its_own_floor(priced: pd.DataFrame) -> None:
    rooms = float(np.median(made_draws()["required"].to_numpy()[0, 0, AT, 1:]))
    for option, saved, yearly in (
        ("longer_hours", 1 - 2704 / 3120, 27_000),
        ("higher_utilisation", 1 - 60 / 70, 3_500),
        ("remote_share", 5 / 65, 5_000),
    ):
        row = priced.loc[(NORTH, option)]
        assert row["rooms_gained"] == pytest.approx(rooms * saved, rel=1e-5)
        assert row["m2_gained"] == pytest.approx(rooms * saved * OFFICE, rel=1e-5)
        assert row["running_cost_gbp"] == pytest.approx(rooms * saved * yearly, rel=1e-5)
        assert row["premises_revenue_gbp"] == 0
        assert row["binds"] == "its ceiling"
    fuller = priced.loc[(NORTH, "higher_utilisation")]
    paid = {1 + 10 * times: fuller["capital_gbp"] for times in range(6)}
    assert fuller["capital_gbp"] == pytest.approx(fuller["rooms_gained"] * 6000 * 2.05)
    assert fuller["net_present_cost_gbp"] == pytest.approx(
        discounted(paid, fuller["running_cost_gbp"], 1), rel=1e-9
    )


def test_a_building_closes_both_gaps_and_costs_what_it_costs_on_its_own_line(priced: pd.DataFrame) -> None:
    draws = made_draws()
    gap = draws["required"].to_numpy()[0, :, AT, 1:] - draws["existing"].to_numpy()[0, :, AT, 1:]
    rooms, floor = np.median(gap.astype(float), axis=-1)
    a_room = np.median(draws["required"].to_numpy()[0, :, AT, 1:].astype(float), axis=-1)
    size = max(floor, rooms * a_room[1] / a_room[0])
    build, lease = (priced.loc[(NORTH, option)] for option in ("new_build", "lease"))
    assert build["m2_gained"] == pytest.approx(size, rel=1e-5)
    assert build["rooms_gained"] == pytest.approx(size * a_room[0] / a_room[1], rel=1e-5)
    assert (build["binds"], lease["binds"]) == ("closes the gap", "closes the gap")
    ends = [build[f"capital{each}_gbp"] / size / 5000 for each in ("_low_bias", "", "_high_bias")]
    assert ends == pytest.approx([1.02, 1.13, 1.24], rel=1e-5)
    third = build["capital_gbp"] / 3
    assert build["net_present_cost_gbp"] == pytest.approx(
        discounted({2: third, 3: third, 4: third}, 230 * size, 4), rel=1e-5
    )
    assert (lease["capital_gbp"], lease["premises_revenue_gbp"]) == (0, pytest.approx(340 * size, rel=1e-5))
    term = sum(1.0475**-year for year in range(1, 21))
    assert lease["right_of_use_gbp"] == pytest.approx(lease["premises_revenue_gbp"] * term)
    assert build["right_of_use_gbp"] == 0
    assert build["carbon_built_tonnes"] == pytest.approx(0.8 * size, rel=1e-5)


def test_an_extension_stops_at_its_ceiling_and_a_conversion_gains_no_floor(priced: pd.DataFrame) -> None:
    extend, convert = (priced.loc[(NORTH, option)] for option in ("extend", "reconfigure"))
    assert (extend["amount"], extend["binds"]) == (pytest.approx(375.0), "its ceiling")
    assert (convert["m2_gained"], convert["binds"]) == (0, "gains rooms and no floor")
    assert convert["rooms_gained"] == pytest.approx(convert["rooms_gap"])


def test_more_certainty_costs_more_and_closes_as_often_as_it_says(
    areas: AreaGaps, given: AreaOptions
) -> None:
    plans = [least_cost_plan(areas, given, probability) for probability in PROBABILITIES]
    rows = released("estates_plan", [plan_rows_of(areas, given, plans, "E54000024")])
    assert UNKNOWN not in set(rows["area"])
    whole = rows[rows["option"] == "all"].set_index(["area", "probability_percent"])
    cost = whole["net_present_cost_gbp"]
    assert cost[NORTH, 50] < cost[NORTH, 80] < cost[NORTH, 90]
    assert cost["E54000024", 80] == pytest.approx(cost[NORTH, 80] + cost[SOUTH, 80] + cost[HUB, 80])
    assert cost[HUB, 90] == 0
    for area in (NORTH, SOUTH):
        assert whole["cost_of_certainty_gbp"][area, 90] == pytest.approx(cost[area, 90] - cost[area, 50])
        for percent in (50, 80, 90):
            # Levers that save together more than one by one may close it more often, never less.
            closed = whole["probability_closed"][area, percent]
            assert percent / 100 - 0.01 <= closed <= percent / 100 + 0.1
    of_options = rows[(rows["option"] != "all") & (rows["area"] == NORTH)]
    sums = of_options.groupby("probability_percent")[["rooms_gained", "m2_gained"]].sum()
    for percent in (50, 80, 90):
        assert sums["m2_gained"][percent] >= whole["m2_gap"][NORTH, percent] * (1 - 1e-4)
        assert sums["rooms_gained"][percent] >= whole["rooms_gap"][NORTH, percent] * (1 - 1e-4)


def test_the_ways_of_an_area_are_each_least_in_what_they_are_named_for(
    areas: AreaGaps, given: AreaOptions
) -> None:
    ways = choices_of(areas, given, 80.0)
    totals = {name: given.priced(plan.amounts, given.beside) for name, plan in ways.items()}
    closing = [LEAST_COST, LEAST_CAPITAL, LEAST_REVENUE]
    for attribute, best in (("present", LEAST_COST), ("capital", LEAST_CAPITAL), ("premises", LEAST_REVENUE)):
        of_way = {name: getattr(totals[name], attribute)[0].sum() for name in closing}
        assert min(of_way, key=lambda name: of_way[name]) == best
    assert totals[LEAST_CAPITAL].premises[0].sum() > totals[LEAST_REVENUE].premises[0].sum()
    assert totals[WITHIN_WALLS].premises[:3].sum() == 0


def budgets(capital: float, premises: float) -> pd.DataFrame:
    lines = {"capital": capital, "premises_revenue": premises}
    return pd.DataFrame(
        [
            (year, line, amount, "placecast", "C")
            for year in range(2026, 2036)
            for line, amount in lines.items()
        ],
        columns=["year", "line", "available_gbp", "source_id", "evidence_grade"],
    )


def test_two_budgets_say_who_is_reached_and_who_waits(areas: AreaGaps, given: AreaOptions) -> None:
    ways = choices_of(areas, given, 80.0)
    order = ranked(areas, PEOPLE, YEAR).rank
    assert order.tolist() == [1, 2, 3, 4]

    def answered(capital: float, premises: float) -> tuple[list[str], pd.DataFrame]:
        answers, rows = budget_answers(areas, given, ways, order, PEOPLE, budgets(capital, premises))
        return [each.status for each in answers], released("estates_budgets", [rows])

    status, rows = answered(5e7, 5e6)
    assert status == ["reached", "reached", "no gap", "existing not known"]
    last = rows[rows["year"] == 2035].set_index("line")
    assert (last["people_reached"] == 78_000).all()
    assert (last["people_waiting"] == 0).all()
    # A hundred thousand a year builds nothing and rents what is short.
    status, rows = answered(1e5, 5e6)
    assert status[:2] == ["reached", "reached"]
    rent = rows[(rows["line"] == "premises_revenue") & (rows["year"] == 2035)]["committed_gbp"].item()
    assert rent > 340 * 700
    status, rows = answered(1e3, 1e3)
    assert status[:2] == ["waits", "waits"]
    assert (rows["people_waiting"] == 78_000).all()
    assert (rows.loc[rows["line"] == "capital", "left_gbp"].to_numpy() == 1e3 * np.arange(1, 11)).all()


def test_without_a_budget_nothing_is_said_to_be_reached(areas: AreaGaps, given: AreaOptions) -> None:
    ways, order = choices_of(areas, given, 80.0), ranked(areas, PEOPLE, YEAR).rank
    for given_lines in (budgets(1.0, 1.0).iloc[:0], budgets(1.0, 1.0).query("line == 'capital'")):
        answers, rows = budget_answers(areas, given, ways, order, PEOPLE, given_lines)
        assert [each.status for each in answers[:2]] == ["no budget given"] * 2
        assert set(rows["status"]) == {"no budget given"}
        assert rows["people_reached"].isna().all()
    with pytest.raises(ValueError, match="no capital in 2030"):
        budget_answers(areas, given, ways, order, PEOPLE, budgets(1.0, 1.0).query("year != 2030"))


def test_a_lease_takes_from_the_capital_line_where_a_board_holds_it(
    areas: AreaGaps, given: AreaOptions
) -> None:
    held = replace(given, options=replace(given.options, lease_as_capital=True))
    ways, order = choices_of(areas, given, 80.0), ranked(areas, PEOPLE, YEAR).rank
    statuses = [
        [each.status for each in budget_answers(areas, of, ways, order, PEOPLE, budgets(1e5, 5e6))[0]][:1]
        for of in (given, held)
    ]
    assert statuses == [["reached"], ["reached in part"]]


def test_the_pipeline_has_a_row_for_everybody_and_blanks_for_what_nobody_gave(
    areas: AreaGaps, given: AreaOptions
) -> None:
    ways, found = choices_of(areas, given, 80.0), ranked(areas, PEOPLE, YEAR)
    answers, _ = budget_answers(areas, given, ways, found.rank, PEOPLE, budgets(5e7, 5e6))
    lived = AreaPeople(
        [2025, 2030, 2035], np.outer(PEOPLE, [1.0, 1.1, 1.2]), np.outer(PEOPLE, [0.0, 0.1, 0.2])
    )
    fields = pd.DataFrame([{"area": SOUTH, **{name: f"{name} said" for name in FIELDS}}])
    rows = pipeline_rows(areas, given, lived, PEOPLE, found, ways, answers, 4, ["none"] * 4, fields)
    rows = released("estates_pipeline", [rows])
    assert validate(TABLES["estates_pipeline"], rows, sorted(set(areas.places))) == []
    rows = rows.set_index("area")
    assert sorted(rows["rank"]) == [1, 2, 3, 4]
    assert rows.loc[SOUTH, list(FIELDS)].tolist() == [f"{name} said" for name in FIELDS]
    assert (rows.loc[NORTH, list(FIELDS)] == "").all()
    assert rows.loc[SOUTH, ["people_2030", "homes_2035"]].tolist() == [48_000 * 1.1, 48_000 * 0.2]
    assert rows[["people_2040", "homes_2040"]].isna().all(axis=None)
    assert rows.loc[NORTH, ["first_year_over", "decide_by"]].tolist() == [2024, 2020]
    assert np.isnan(rows.loc[HUB, "first_year_over"])
    assert rows.loc[NORTH, "m2_gap_p10"] < rows.loc[NORTH, "m2_gap_p50"] < rows.loc[NORTH, "m2_gap_p90"]
    assert rows.loc[NORTH, "rooms_required"] == pytest.approx(16 * 1.11)
    assert rows.loc[UNKNOWN, "budget_status"] == "existing not known"
    assert np.isnan(
        rows.loc[UNKNOWN, ["m2_existing", "capital_gbp", "people_without_space"]].astype(float)
    ).all()
    short = 1 - 1500 / (2100 * 1.11)
    assert rows.loc[NORTH, "people_without_space"] == pytest.approx(30_000 * short, rel=0.02)
    assert "New building" in rows.loc[NORTH, "chosen_options"]


def test_people_and_homes_are_of_the_area_they_are_in(areas: AreaGaps) -> None:
    teams = {"E02000001": NORTH, "E02000002": NORTH, "E02000003": SOUTH}
    lookup = pd.DataFrame({"msoa": [*teams, "E02000009"], "neighbourhood": ["a", "a", "b", "c"]})
    of_neighbourhood = area_by_neighbourhood(lookup, teams)
    assert of_neighbourhood == {"a": NORTH, "b": SOUTH}
    people = pd.DataFrame(
        [
            ("local_plan", name, year, "all", size)
            for name, size in (("a", 300.0), ("b", 100.0), ("c", 999.0))
            for year in YEARS
        ],
        columns=["scenario", "neighbourhood", "year", "age_band", "principal"],
    )
    homes = pd.DataFrame(
        [
            (scenario, msoa, year, homes)
            for scenario, msoa, year, homes in (
                ("local_plan", "E02000003", 2024, 7.0),
                ("local_plan", "E02000003", 2026, 10.0),
                ("local_plan", "E02000001", 2026, 1.5),
                ("local_plan", "E02000002", 2028, 4.0),
                ("slow_delivery", "E02000002", 2028, 99.0),
                *(("local_plan", "E02000009", year, 1.0) for year in range(2025, 2030)),
            )
        ],
        columns=["scenario", "msoa", "year", "homes"],
    )
    lived = area_people(areas.codes, 2030, {"E06000042": people}, homes, of_neighbourhood, teams)
    assert lived.years == list(range(2025, 2031))
    assert lived.people[:2, 3].tolist() == [300, 100]
    assert np.isnan(lived.people[2:]).all()
    # Homes of before 2025 are not new.
    assert lived.homes[:2, 0].tolist() == [0, 0]
    assert lived.homes[:2, 4].tolist() == [5.5, 10]
    assert np.isnan(lived.homes[:2, 5]).all()


def test_funding_names_schemes_and_sums_of_the_area_or_of_its_place(areas: AreaGaps) -> None:
    schemes = pd.DataFrame(
        [
            ("gp_consulting_rooms", "North hub", "E06000042", "n", 12.0, "rooms", 2028, "yes"),
            ("gp_consulting_rooms", "Somewhere hub", "E06000042", None, 9.0, "rooms", 2030, "no"),
            ("general_acute_beds", "Ward", "E06000042", "n", 28.0, "beds", 2028, "yes"),
        ],
        columns=[
            "facility",
            "scheme_name",
            "place",
            "neighbourhood",
            "quantity",
            "unit",
            "opening_year",
            "funded",
        ],
    )
    funding = pd.DataFrame(
        [("E06000055", "S9", "Surgery", 5e6, "not published")],
        columns=["place", "site_reference", "name", "amount_gbp", "health_part"],
    )
    words = funding_words(areas, schemes, funding, {"n": NORTH})
    assert words[0].startswith(
        "North hub (12 rooms, 2028, funded); in its place, where is not known: Somewhere"
    )
    assert words[1] == "in its place, where is not known: Somewhere hub (9 rooms, 2030, not funded)"
    assert words[3].endswith("Surgery at S9 (£5,000,000, its part for health not published)")


def test_the_method_page_s_neighbourhood_comes_out(given: AreaOptions) -> None:
    page = (ROOT / "docs" / "method" / "estates.md").read_text(encoding="utf-8")
    worked = page.split("*Worked:* a team of 30,000 patients")[1].split("### Source")[0]
    told = [float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*\.?\d*(?<![,.])", worked)]
    draws = made_draws()
    sure = draws["required"].isel(draw=[0] * draws.sizes["draw"])
    areas = area_gaps(draws.assign(required=(draws["required"].dims, sure.to_numpy())))
    options = options_in(areas, given.options)
    rooms, floor = (values[0, AT, 0] for values in (areas.rooms_required, areas.floor_required))
    plan = least_cost_plan(areas, options, 80.0)
    priced = options.priced(plan.amounts, options.beside)
    names = options.options.names
    fuller, remote, build = (
        names.index(each) for each in ("higher_utilisation", "remote_share", "new_build")
    )
    assert {names[at] for at in np.flatnonzero(plan.amounts[0])} == {
        names[at] for at in (fuller, remote, build)
    }
    alone = rooms * options.options.saved
    lease = least_cost_plan(areas, options, 80.0, without=("new_build", "extend"))
    for value in (
        rooms, floor, rooms - 11, floor - 1500, alone[fuller], alone[remote],
        priced.rooms[0, fuller], priced.rooms[0, remote], priced.floor[0, [fuller, remote]].sum(),
        plan.amounts[0, build], priced.rooms[0, build], priced.capital[0, build],
        priced.capital[0, [fuller, remote]].sum(), priced.premises[0, build],
        options.priced(lease.amounts, options.beside).premises[0].sum(),
    ):  # fmt: skip
        within = 0.006 if value < 20 else 0.06 if value < 900 else 60 if value > 1e6 else 9
        assert min(abs(value - each) for each in told) < within, value
