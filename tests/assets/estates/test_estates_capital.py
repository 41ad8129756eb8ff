"""Capital of made-up shortfalls: from which year it is spent, at which prices, and what the system's is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.estates.estates_areas import Area, Labels
from assets.estates.estates_capital import Capital, Costs
from assets.estates.facility_parameters import Facilities
from assets.inputs.assumptions import Assumptions
from tests.assets.services_run import DRAWS, services

SYSTEM, LUTON, MILTON_KEYNES = "E54000024", "E06000032", "E06000042"
YEARS = np.arange(2024, 2051)
PRACTICES, WARDS = "primary_care_gross_internal_area", "mental_health_beds"
# Lead times, years of building, price base and first decision as the shipped tables have them.
OPENING = {PRACTICES: 2026 + 4, WARDS: 2026 + 7}
BUILDING = 3
TO_2024 = {2020: 139.4 / 113.7, 2022: 139.4 / 129.6}
"""Prices of construction in 2024/25 over those of the year."""


def parts(size: float = np.nan) -> tuple[Facilities, Costs, Assumptions]:
    """The shipped facilities at costs of three years, ranges lopsided; practices of any size, or of one."""
    made = services()
    table = made["facilities"].set_index("facility")
    table.loc[PRACTICES, ["cost_gbp", "cost_low_gbp", "cost_high_gbp"]] = [5000.0, 4500.0, 7500.0]
    table.loc[[PRACTICES, WARDS], "cost_year"] = [2020.0, 2022.0]
    table.loc[WARDS, ["cost_gbp", "cost_low_gbp", "cost_high_gbp"]] = [600_000.0, 500_000.0, 700_000.0]
    table.loc[[PRACTICES, WARDS], "building_size"] = [size, np.nan]
    known = Assumptions(made["assumptions"])
    run = Facilities(
        table.reset_index(),
        list(made["demand_drivers"]["service"].unique()),
        made["acute_beds_monthly"],
        made["assumptions"],
        made["settings"],
    )
    return run, Costs(run, made["price_index"], known, made["settings"]), known


def area(code: str, run: Facilities, required: dict[str, np.ndarray], existing: dict[str, float]) -> Area:
    """A place that needs `required` (year) in the first scenario, half of it in the second."""
    needed = np.zeros((DRAWS + 1, 2, len(YEARS), len(run.names)))
    for facility, quantity in required.items():
        needed[..., run.names.index(facility)] = np.stack([quantity, quantity / 2])
    have = {name: np.full((1, len(YEARS)), quantity) for name, quantity in existing.items()}
    return Area(code, "place", run.names, needed, have)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    run, costs, known = parts()
    capital = Capital(run, costs, known, Labels(["local_plan", "trend"], YEARS))
    short = np.where(YEARS >= 2035, 1360.0, 1300.0)
    capital.add_place(area(LUTON, run, {PRACTICES: short}, {PRACTICES: 1000.0}))
    grown = np.where(YEARS >= 2040, 10.0, 4.0)
    capital.add_place(area(MILTON_KEYNES, run, {PRACTICES: 100 * grown, WARDS: grown}, {}))
    return capital.table(SYSTEM).set_index(["scenario", "place", "facility", "year"]).sort_index()


def of(
    table: pd.DataFrame, place: str, facility: str, column: str, scenario: str = "local_plan"
) -> pd.Series:
    return table.loc[(scenario, place, facility), column]


def test_nothing_opens_before_a_decision_of_the_first_year_has_had_its_lead_time(table: pd.DataFrame) -> None:
    paid = of(table, LUTON, PRACTICES, "principal")
    first = OPENING[PRACTICES] - BUILDING + 1
    unit = 5000 * TO_2024[2020] * 1.13
    expected = dict.fromkeys(range(first, first + BUILDING), 300 * unit / BUILDING)
    expected |= dict.fromkeys((2033, 2034, 2035), 60 * unit / BUILDING)
    for year, amount in paid.items():
        assert amount == pytest.approx(expected.get(year, 0.0)), year
    running = of(table, LUTON, PRACTICES, "running_cost_gbp")
    a_year = 230 * TO_2024[2020]
    assert running[OPENING[PRACTICES] - 1] == 0
    assert running[OPENING[PRACTICES]] == running[2034] == pytest.approx(300 * a_year)
    assert running[2035] == running[2050] == pytest.approx(360 * a_year)


def test_half_of_what_is_needed_leaves_room_and_where_nothing_is_known_half_grows_half(
    table: pd.DataFrame,
) -> None:
    assert (of(table, LUTON, PRACTICES, "principal", "trend") == 0).all()
    ours, theirs = (of(table, MILTON_KEYNES, WARDS, "principal", name) for name in ("local_plan", "trend"))
    assert ours.sum() == pytest.approx(6 * 600_000 * TO_2024[2022] * 1.275)
    assert theirs.to_numpy() == pytest.approx(ours.to_numpy() / 2)


def test_money_is_discounted_to_the_first_year_of_decisions(table: pd.DataFrame) -> None:
    for facility, place in ((PRACTICES, LUTON), (WARDS, MILTON_KEYNES)):
        paid, present = (of(table, place, facility, name) for name in ("principal", "present_value_gbp"))
        spent = paid[paid > 0]
        assert (present[spent.index] / spent).to_numpy() == pytest.approx(1.035 ** (2026.0 - spent.index))


def test_the_system_s_capital_and_running_costs_are_all_its_places(table: pd.DataFrame) -> None:
    for column in ("principal", "present_value_gbp", "running_cost_gbp"):
        parts_of_it = of(table, LUTON, PRACTICES, column) + of(table, MILTON_KEYNES, PRACTICES, column)
        assert of(table, SYSTEM, PRACTICES, column).to_numpy() == pytest.approx(parts_of_it.to_numpy())
    bases = {
        place: of(table, place, PRACTICES, "basis").unique().tolist() for place in (LUTON, MILTON_KEYNES)
    }
    assert bases == {LUTON: ["gap"], MILTON_KEYNES: ["growth"]}
    assert of(table, SYSTEM, PRACTICES, "basis").unique().tolist() == ["gap and growth"]


def test_the_cost_of_a_unit_is_uncertain_by_its_own_range_at_the_prices_of_its_year() -> None:
    _, costs, _ = parts()
    drawn = costs.unit_cost(PRACTICES) / TO_2024[2020]
    assert drawn[0] == pytest.approx(5000)
    low, middle, high = np.quantile(drawn[1:], [0.1, 0.5, 0.9])
    assert low == pytest.approx(4500, rel=0.05)
    assert middle == pytest.approx(5000, rel=0.06)
    assert high == pytest.approx(7500, rel=0.15)
    assert costs.price_base == "2024/25 prices"


def test_practices_are_built_whole_and_optimism_bias_is_shown_at_both_its_ends() -> None:
    run, costs, known = parts(size=500.0)
    capital = Capital(run, costs, known, Labels(["local_plan", "trend"], YEARS))
    short = 1000 + np.select([YEARS >= 2040, YEARS >= 2035], [510.0, 490.0], 20.0)
    capital.add_place(area(LUTON, run, {PRACTICES: short}, {PRACTICES: 1000.0}))
    made = capital.table(SYSTEM).set_index(["scenario", "place", "facility", "year"]).sort_index()
    unit = 5000 * TO_2024[2020]
    # 20 m2 short take a building of 500, which has room until 510 are short.
    for place in (LUTON, SYSTEM):
        paid = of(made, place, PRACTICES, "principal")
        assert paid[paid > 0].index.tolist() == [2028, 2029, 2030, 2038, 2039, 2040]
        assert paid.sum() == pytest.approx(1000 * unit * 1.13)
        for column, bias in (("least_bias_gbp", 1.02), ("most_bias_gbp", 1.24)):
            assert of(made, place, PRACTICES, column).sum() == pytest.approx(1000 * unit * bias)
