"""Need, requirement, supply and expected delivery stand apart, and what is old, assumed or gone is said."""

from __future__ import annotations

from inspect import unwrap
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.housing.need_and_supply import housing_need_and_supply
from assets.inputs.checks.site_checks import plan_findings
from assets.inputs.scenarios import load_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.publication.report.homes_shown import plans
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from tests.shipped import DATA

OLD, NONE = "E06000032", "E06000055"
YEARS = list(range(2021, 2052))
PLAN_COLUMNS = [
    "place", "plan", "first_year", "last_year", "plan_status", "homes", "adopted_on", "as_of", "note",
]  # fmt: skip


def requirements(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=PLAN_COLUMNS)


def draws(place: str) -> xr.Dataset:
    """Two sites that deliver 100 a year each in the principal run, and 80 to 120 in the draws."""
    level = np.r_[100.0, np.linspace(80, 120, 11)]
    times = {"local_plan": 1.0, "draft_plans": 1.5}
    homes = np.stack([np.broadcast_to(level[:, None, None] * t, (12, len(YEARS), 2)) for t in times.values()])
    return xr.Dataset(
        {"net_additional_dwellings": (("scenario", "draw", "year", "site_reference"), homes)},
        coords={"scenario": list(times), "draw": range(12), "year": YEARS, "site_reference": ["A", "B"]},
    )


def planned(place: str) -> pd.DataFrame:
    """Homes planned: 300 a year to 2028/29 and none later, with a site's part that must not count twice."""
    rows = [
        (scenario, site, year, homes if year < 2029 else 0.0)
        for scenario in ("local_plan", "draft_plans")
        for site, homes in (("A", 200.0), ("all", 300.0))
        for year in YEARS
    ]
    columns = ["scenario", "site_reference", "year", "planned_net_dwellings"]
    return pd.DataFrame(rows, columns=columns)


def made(plan_rows: pd.DataFrame, today: str = "2026-11-28", ratio: float | None = None) -> pd.DataFrame:
    places = [OLD, NONE]
    ratios = [] if ratio is None else [(OLD, ratio)]
    listed = pd.DataFrame({"place": [*places, "X"], "place_name": ["Luton", "Bedford", "Both"]})
    return unwrap(housing_need_and_supply.op.compute_fn.decorated_fn)(
        RunSettings(published_at=f"{today}T08:00:00+00:00"),
        listed.assign(kind=["place", "place", "system"]),
        plan_rows,
        pd.DataFrame(ratios, columns=["place", "affordability_ratio"]),
        pd.DataFrame(
            [(p, y, 80_000) for p in places for y in (2020, 2021)], columns=["place", "year", "dwellings"]
        ),
        pd.DataFrame(
            [(p, y, 500) for p in places for y in range(2019, 2024)],
            columns=["place", "year", "net_additional_dwellings"],
        ),
        pd.DataFrame([(NONE, "local_plan_requirements", "derived")], columns=["unit", "input", "level"]),
        pd.read_csv(DATA / "assumptions.csv"),
        scenario_table(load_scenarios(DATA / "scenarios")),
        ByPlace(places, planned),
        ByPlace(places, draws),
    )


ADOPTED = (OLD, "Old plan", 2011, 2030, "adopted", 8_500, "2017-11-07", "2025-03-21", "425 a year")
PAST = (NONE, "No requirement on record", 2025, 2040, "past_rate", 1_600, None, None, None)


def row(table: pd.DataFrame, place: str, ahead: int = 5) -> pd.Series:
    (found,) = table[(table["place"] == place) & (table["years_ahead"] == ahead)].to_dict("records")
    return pd.Series(found)


def test_need_requirement_supply_and_delivery_are_four_figures() -> None:
    table = made(requirements(ADOPTED, PAST))
    assert list(table.columns) == TABLES["housing_need_and_supply"].column_names
    old = row(table, OLD)
    # 80,000 dwellings at 31 March 2021 and 500 in each of the three years recorded since.
    assert (old["stock"], old["from_year"]) == (81_500, 2024)
    assert old["local_housing_need_a_year"] == pytest.approx(0.008 * 81_500)
    assert old["requirement_a_year"] == pytest.approx(425)
    assert old["supply_a_year"] == pytest.approx(300)
    assert row(table, OLD, 15)["supply_a_year"] == pytest.approx(300 * 5 / 15)
    assert [old[name] for name in ("principal", "p10", "p50", "p90")] == pytest.approx([200, 168, 200, 232])
    assert (old["evidence_grade"], old["adopted_on"], old["as_of"]) == ("A", "2017-11-07", "2025-03-21")


def test_a_requirement_over_five_years_old_is_said_beside_need() -> None:
    words = "Adopted on 7 November 2017, more than five years ago, and no review is on record: local housing"
    assert words in row(made(requirements(ADOPTED, PAST), "2022-11-08"), OLD)["note"]
    assert words not in row(made(requirements(ADOPTED, PAST), "2022-11-07"), OLD)["note"]


def test_the_affordability_step_is_applied_where_a_ratio_is_given_and_said_where_not() -> None:
    with_ratio = made(requirements(ADOPTED, PAST), ratio=10.0)
    old, other = row(with_ratio, OLD), row(with_ratio, NONE)
    assert old["local_housing_need_a_year"] == pytest.approx(1.95 * 0.008 * 81_500)
    assert other["local_housing_need_a_year"] == pytest.approx(0.008 * 81_500)
    without = "No affordability ratio is given, so need is without its affordability step."
    assert without in other["note"]
    assert without not in old["note"]


def test_a_past_rate_is_graded_c_in_the_table_and_the_report() -> None:
    table = made(requirements(ADOPTED, PAST))
    past = row(table, NONE)
    assert past["evidence_grade"] == "C"
    assert past["note"].startswith("No plan has a figure: the past rate of delivery stands for")
    shown = {each["place"]: each for each in plans({"housing_need_and_supply": table})}
    assert (shown["Bedford"]["grade"], shown["Luton"]["grade"]) == ("C", "A")
    assert shown["Bedford"]["plan"] == "No requirement on record, past rate"
    assert shown["Luton"]["delivery"] == "200 (168 to 232)"
    assert shown["Bedford"]["note"] == past["note"]


def test_a_draft_stands_beside_the_plan_in_force_and_a_withdrawn_one_is_not_used() -> None:
    adopted = (NONE, "Plan 2030", 2015, 2029, "adopted", 14_550, "2020-01-15", "2025-03-21", None)
    gone = (NONE, "Plan 2040", 2020, 2039, "withdrawn", 27_100, None, "2025-10-09", None)
    draft = (OLD, "New plan", 2022, 2041, "draft", 12_000, None, "2025-10-09", "in preparation")
    table = made(requirements(ADOPTED, draft, adopted, gone))
    assert set(table["plan"]) == {"Old plan", "New plan", "Plan 2030"}
    new = table[(table["plan"] == "New plan") & (table["years_ahead"] == 5)].iloc[0]
    assert (new["evidence_grade"], new["principal"]) == ("B", 300)
    assert "Not adopted" in new["note"]
    kept = row(table, NONE)
    assert "Plan 2040 was withdrawn and is not used." in kept["note"]
    # Worked out by a rule from what was published.
    assert kept["evidence_grade"] == "B"


def test_a_plans_day_that_is_none_is_refused_with_its_row() -> None:
    wrong = requirements(ADOPTED, (*PAST[:6], "15 January 2020", "2025-02-30", None))
    found = [finding.sentence() for finding in plan_findings({"local_plan_requirements": wrong})]
    where, expected = "local_plan_requirements.csv, row 3, column", "expected a day such as 2024-03-31"
    assert found == [
        f"{where} adopted_on: found 15 January 2020; {expected}",
        f"{where} as_of: found 2025-02-30; {expected}",
    ]
