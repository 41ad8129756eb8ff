"""Delivery: that homes are neither lost nor invented, and that the record is what the draws look like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from housing_trajectories import read
from housing_trajectories.delivery.delivery_against_plan import DeliveryAgainstPlan, calibrate
from housing_trajectories.delivery.delivery_draws import (
    SITE_NORMALS,
    Array,
    SiteTerms,
    StatusTerms,
    deliver,
    market_factor,
    on_schedule,
    site_factors,
    split_log_normal,
    within_ranges,
)
from housing_trajectories.delivery.delivery_table import delivery_rows, outcomes, with_total
from housing_trajectories.delivery.scenario_delivery import (
    calibrate_places,
    site_references,
    trajectory_years,
)
from housing_trajectories.delivery.selection import HomesRange, PlannedHomes, plan_in_force, planned_homes
from models.uncertainty.ensemble import summarise
from tests.shipped import DATA

CORPUS = Path(__file__).parent / "corpus"
STATUSES = {
    "permissioned": StatusTerms((0.25, 0.0, 1.0), 0.04, 0.125),
    "pending decision": StatusTerms((0.3, 0.0, 0.9), 0.06, 0.125),
    "not permissioned": StatusTerms((0.3, 0.0, 0.8), 0.08, 0.0),
}
TERMS = SiteTerms(
    statuses=STATUSES,
    sizes=(0, 100, 500, 1000, 1500, 2000),
    lead_in=(3.4, 4.0, 5.0, 6.9, 7.0, 8.4),
    rate=(22, 55, 68, 107, 120, 160),
    from_permission=0.35,
    build_out=(1.0, 0.65, 1.45),
    size_weight=0.5,
    fresh_permission_delay=2.0,
)
SPREAD = DeliveryAgainstPlan(1.15, 0.08, 0.3, 0.4, 0.4, 1.15, 0.3, 9)


def _homes(capacities: list[int], starts: list[int], years: int = 20) -> PlannedHomes:
    planned = np.zeros((years, len(capacities)))
    for site, (capacity, start) in enumerate(zip(capacities, starts, strict=True)):
        planned[start : start + 5, site] = capacity / 8
    recorded = np.zeros(years)
    recorded[:2] = 100
    planned[:2] = 0
    return PlannedHomes(
        years=tuple(range(2022, 2022 + years)),
        references=tuple(f"S{site}" for site in range(len(capacities))),
        recorded=recorded,
        open_from=2,
        planned=planned,
        remainder=np.where(recorded > 0, 0.0, 50.0),
        left=np.array(capacities, dtype=float),
        under_way=np.array([site % 2 == 0 for site in range(len(capacities))], dtype=bool),
        permissioned=np.array([site % 3 == 0 for site in range(len(capacities))], dtype=bool),
        capacity=np.array(capacities, dtype=float),
        statuses=tuple(
            ("permissioned", "pending decision", "not permissioned")[site % 3]
            for site in range(len(capacities))
        ),
    )


def _normals(draws: int, *size: int) -> Array:
    normals = np.random.default_rng(7).standard_normal((draws + 1, *size))
    normals[0] = 0
    return normals


@settings(max_examples=40)
@given(
    sites=st.lists(st.tuples(st.integers(1, 5_000), st.integers(2, 14)), min_size=1, max_size=5),
    homes_a_year=st.floats(0, 3_000),
)
def test_sites_and_remainder_sum_to_the_total_and_no_site_exceeds_its_capacity(
    sites: list[tuple[int, int]], homes_a_year: float
) -> None:
    homes = _homes([capacity for capacity, _ in sites], [start for _, start in sites])
    market = market_factor(_normals(30, 18), _normals(30), SPREAD)
    total = homes_a_year * market
    factors = site_factors(_normals(30, len(sites), SITE_NORMALS), homes, TERMS)
    delivered = deliver(homes, total, market, factors)
    assert (delivered >= 0).all()
    assert np.allclose(delivered[:, 2:].sum(axis=2), total)
    assert (delivered[:, :, : len(sites)].sum(axis=1) <= homes.left + 1e-6).all()
    assert (delivered[:, :2, :-2] == 0).all()
    assert (delivered[:, :2, -2] == 100).all(), "recorded years are certain"


def test_no_home_comes_before_its_planned_year() -> None:
    homes = _homes([1000], [9])
    market = market_factor(_normals(200, 18), _normals(200), SPREAD)
    factors = site_factors(_normals(200, 1, SITE_NORMALS), homes, TERMS)
    delivered = deliver(homes, 5_000 * market, market, factors)
    assert (delivered[:, :9, 0] == 0).all()
    assert (delivered[:, 9:, 0].sum(axis=1) > 0).all()


def test_central_factors_deliver_a_site_under_way_as_planned() -> None:
    homes = _homes([800], [2])
    market = np.ones((1, 18))
    factors = site_factors(np.zeros((1, 1, SITE_NORMALS)), homes, TERMS)
    delivered = deliver(homes, 1_000 * market, market, replace(factors, build_out=np.ones((1, 1))))
    assert np.allclose(delivered[0, :7, 0], homes.planned[:7, 0])


def test_lapse_and_fresh_permission_go_by_planning_status() -> None:
    homes = replace(_homes([400] * 3, [5] * 3), under_way=np.zeros(3, dtype=bool))
    normals = _normals(20_000, 3, SITE_NORMALS)
    factors = site_factors(normals, homes, TERMS)
    assert factors.lapsed[1:].mean(axis=0) == pytest.approx([0.04, 0.06, 0.08], abs=0.006)
    once = site_factors(normals, homes, replace(TERMS, fresh_permission_delay=0.0))
    again = ((factors.delay - once.delay) > 0)[1:].mean(axis=0)
    assert again == pytest.approx([0.125, 0.125, 0.0], abs=0.01)


def test_larger_sites_slip_by_more_and_permission_shortens_it() -> None:
    homes = replace(_homes([60, 60, 2500, 2500], [5] * 4), under_way=np.zeros(4, dtype=bool))
    statuses = ("permissioned", "not permissioned") * 2
    homes = replace(homes, statuses=statuses, permissioned=np.array([s == "permissioned" for s in statuses]))
    delay = site_factors(np.zeros((1, 4, SITE_NORMALS)), homes, TERMS).delay[0]
    assert delay == pytest.approx([0.25 * 3.4 * 0.35, 0.3 * 3.4, 0.25 * 8.4 * 0.35, 0.3 * 8.4])


def test_a_rate_above_that_of_its_size_is_drawn_down_and_one_below_is_not_drawn_up() -> None:
    homes = _homes([800, 80], [5, 5])  # planned 100 and 10 a year, where their sizes build 68 and 22
    build_out = site_factors(np.zeros((1, 2, SITE_NORMALS)), homes, TERMS).build_out[0]
    assert build_out == pytest.approx([(68 / 100) ** 0.5, 1.0])


@settings(max_examples=40)
@given(
    planned=st.lists(st.integers(0, 300), min_size=6, max_size=6),
    delivered=st.lists(st.integers(0, 300), min_size=6, max_size=6),
)
def test_homes_are_on_time_late_or_never_and_nothing_else(planned: list[int], delivered: list[int]) -> None:
    plan, came = np.array(planned, dtype=float)[:, None], np.array(delivered, dtype=float)[None, :, None]
    split = outcomes(plan, came)[0, 0]
    assert (split >= 0).all()
    assert split.sum() == pytest.approx(sum(planned))
    queue = [year for year, homes in enumerate(planned) for _ in range(homes)]
    arrivals = [year for year, homes in enumerate(delivered) for _ in range(homes)][: len(queue)]
    on_time = sum(come <= due for due, come in zip(queue, arrivals, strict=False))
    assert split[0] == pytest.approx(on_time)
    assert split[2] == pytest.approx(len(queue) - len(arrivals))


def test_a_lapsed_site_delivers_nothing_and_the_principal_run_has_none() -> None:
    homes = _homes([800, 800], [2, 4])
    normals = np.zeros((2, 2, SITE_NORMALS))
    normals[1, :, 2] = -5
    factors = site_factors(normals, homes, TERMS)
    assert factors.lapsed.tolist() == [[False, False], [False, True]], "a site under way does not lapse"
    market = np.ones((2, 18))
    delivered = deliver(homes, 1_000 * market, market, factors)
    assert delivered[1, :, 1].sum() == 0
    assert delivered[0, :, 1].sum() > 0


def test_on_schedule_every_home_comes_as_planned_in_every_draw() -> None:
    homes = _homes([800, 100], [2, 4])
    delivered = on_schedule(homes, 3)
    assert delivered.shape == (4, 20, 4)
    assert (delivered == delivered[0]).all()
    planned = homes.planned.sum(axis=1) + homes.recorded + homes.remainder
    assert np.allclose(delivered[0].sum(axis=1), planned)


def test_the_market_factor_has_mean_one_and_leaves_the_principal_run_alone() -> None:
    factor = market_factor(_normals(20_000, 3), _normals(20_000), SPREAD)
    assert (factor[0] == 1).all()
    assert factor[1:].mean() == pytest.approx(1, abs=0.01)


def test_split_log_normal_passes_through_its_range() -> None:
    z = np.array([-1.2815515655446004, 0.0, 1.2815515655446004])
    assert split_log_normal((1.0, 0.65, 1.45), z) == pytest.approx([0.65, 1.0, 1.45])


def test_one_place_alone_keeps_its_own_ratio() -> None:
    additions, required = np.array([90.0, 110.0, 130.0, 70.0]), np.full(4, 80.0)
    only = calibrate({"E06000042": (additions, required)}, 4)["E06000042"]
    assert only.ratio == pytest.approx(additions.sum() / required.sum())
    assert only.years == 4


def test_too_short_a_record_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        calibrate({"E06000042": (np.array([90.0, 110.0]), np.full(2, 80.0))}, 4)


def test_years_without_homes_have_a_ratio_too() -> None:
    homes, required = np.array([12.0, 0.0, -3.0, 2.0]), np.full(4, 10.0)
    found = calibrate({"islands": (homes, required)}, 10)["islands"]
    assert found.ratio == pytest.approx(11 / 40)
    assert 0 < found.annual_spread < 1.5


def test_places_that_clearly_differ_keep_their_difference() -> None:
    steady = np.array([100.0, 101.0, 99.0, 100.0, 100.0, 101.0])
    pooled = calibrate({"A": (steady, np.full(6, 100.0)), "B": (steady * 2, np.full(6, 100.0))}, 0.5)
    assert pooled["A"].ratio == pytest.approx(1.0, abs=0.02)
    assert pooled["B"].ratio == pytest.approx(2.0, abs=0.02)


@pytest.fixture
def recorded(root: Path) -> tuple[pd.DataFrame, list[dict[str, object]], dict[str, DeliveryAgainstPlan]]:
    additions = pd.read_csv(DATA / "net_additional_dwellings.csv")
    requirements = pd.read_csv(DATA / "local_plan_requirements.csv").to_dict("records")
    return additions, requirements, calibrate_places(additions.to_dict("records"), requirements, 4)


def test_pooled_homes_expected_match_homes_recorded(
    recorded: tuple[pd.DataFrame, list[dict[str, object]], dict[str, DeliveryAgainstPlan]],
) -> None:
    additions, requirements, calibrations = recorded
    built = expected = 0.0
    for place, calibration in calibrations.items():
        plan = plan_in_force(place, requirements, "adopted")
        assert plan is not None
        rows = additions[additions["place"].eq(place) & (additions["year"] >= plan.first_year)]
        built += rows["net_additional_dwellings"].sum()
        expected += calibration.ratio * plan.annual_requirement(list(rows["year"])).sum()
    assert expected == pytest.approx(built, rel=0.01)


def test_the_interval_of_a_year_brackets_the_recorded_years_at_about_its_rate(
    recorded: tuple[pd.DataFrame, list[dict[str, object]], dict[str, DeliveryAgainstPlan]],
) -> None:
    """39 place-years in all, so 80 % is held to 70 to 95 %."""
    additions, requirements, calibrations = recorded
    inside = []
    for place, calibration in calibrations.items():
        plan = plan_in_force(place, requirements, "adopted")
        assert plan is not None
        rows = additions[additions["place"].eq(place) & (additions["year"] >= plan.first_year)]
        factor = market_factor(_normals(4_000, 1), _normals(4_000, 2)[:, 1], calibration)[1:]
        low, high = np.quantile(calibration.ratio * factor, [0.1, 0.9])
        ratio = rows["net_additional_dwellings"] / plan.annual_requirement(list(rows["year"]))
        inside.extend(ratio.between(low, high).tolist())
    assert len(inside) == 39
    assert 0.70 <= np.mean(inside) <= 0.95


def test_shipped_trajectories_become_arrays_without_losing_a_home(root: Path) -> None:
    table = read(root / "housing_trajectories" / "blmk" / "bedford.csv").usable().table
    for plans, last in (("adopted", 970), ("draft", 1355)):
        homes = planned_homes(table, plans, list(range(2021, 2052)))  # type: ignore[arg-type]
        total = homes.planned.sum(axis=1) + homes.recorded + homes.remainder
        assert homes.open_from == 3
        assert total[-1] == last


def test_a_draft_plan_that_names_sites_alone_keeps_what_the_place_usually_builds_beside_them(
    root: Path,
) -> None:
    table = read(root / "housing_trajectories" / "blmk" / "bedford.csv").usable().table
    remainder = table["site_reference"].eq("remainder") & table["plan_status"].eq("draft")
    table = table[~remainder]
    years, references = trajectory_years(table), site_references(table)
    delivered = np.zeros((3, len(years), len(references)))
    for index, year in enumerate(years):
        rows = table[table["year"].eq(year) & table["plan_status"].isin(["draft", "recorded"])]
        for row in rows.itertuples():
            delivered[:, index, references.index(row.site_reference)] += row.planned_net_dwellings
    delivered[:, 3:, references.index("remainder")] += 400.0
    rows = delivery_rows(
        "draft_plans", "E06000055", table, "draft", references, years, summarise(with_total(delivered))
    )
    beside = rows[rows["site_reference"].eq("remainder")].set_index("year")
    assert set(beside.index) == set(range(2024, 2052))
    assert (beside["planned_net_dwellings"] == 0).all()
    assert (beside["principal"] == 400).all()


def test_a_range_widens_the_draws_of_its_site_and_of_the_place() -> None:
    homes = _homes([80, 400], [2, 3])
    ends = np.where(homes.planned[:, 0] > 0, 5.0, 0.0)
    ranged = replace(homes, ranges={"S0": HomesRange(ends, ends, 80.0)})
    z = _normals(4000, 1)[:, 0]
    size, more = within_ranges(ranged, {"S0": z}, len(z))
    assert (size[0] == 1).all()
    assert (more[0] == 0).all()
    stated = homes.planned[2:, 0] + more
    low, high = np.quantile(stated[:, 0], [0.1, 0.9])
    assert (low, high) == pytest.approx((5.0, 15.0), abs=0.4), "a range of 5 to 15 about 10"
    assert (size[:, 1] == 1).all()
    sums = (homes.planned[:, 0].sum() * size[:, 0]).round(9)
    assert sums.min() >= 0
    assert sums.max() <= 80
    np.testing.assert_allclose(more.sum(axis=1), sums - homes.planned[:, 0].sum(), atol=1e-6)
    total = np.full((len(z), 18), 500.0)
    market = np.ones((len(z), 18))
    factors = replace(site_factors(np.zeros((len(z), 2, SITE_NORMALS)), ranged, TERMS))
    plain = deliver(homes, total, market, factors)[:, :, 0].sum(axis=1)
    widened = deliver(ranged, total, market, replace(factors, size=size))[:, :, 0].sum(axis=1)
    assert plain.std() == pytest.approx(0.0, abs=1e-9)
    assert widened.std() > 10


def test_a_range_reaches_above_its_midpoint_capacity_and_never_above_its_upper_end() -> None:
    table = read(CORPUS / "ranges.csv").table
    assert table["planned_low"].notna().any()
    homes = planned_homes(table, "adopted", sorted(set(table["year"])))
    assert homes.ranges
    for reference, found in homes.ranges.items():
        planned = homes.planned[:, homes.references.index(reference)].sum()
        assert found.most >= planned


def test_years_shared_out_evenly_tell_no_spread_of_their_own() -> None:
    uneven = [(year, 30 + year % 7) for year in range(2015, 2021)]
    additions = [
        {"place": "E06000031", "year": year, "net_additional_dwellings": homes}
        for year, homes in [*uneven, *((year, 33) for year in range(2021, 2025))]
    ]
    plan = {"place": "E06000031", "plan": "New", "plan_status": "adopted", "homes": 320}
    plan |= {"first_year": 2021, "last_year": 2028}
    calibration = calibrate_places(additions, [plan], 4)["E06000031"]
    assert calibration.years == 10
    assert calibration.annual_spread > 0


@pytest.mark.parametrize(
    ("status", "first_year", "homes", "ratio"),
    [("adopted", 2023, 1700, 0.5), ("past_rate", 2025, 1360, 0.5), ("past_rate", 2025, 680, 1.0)],
)
def test_a_plan_with_hardly_a_record_is_held_against_the_last_ten_years(
    status: str, first_year: int, homes: int, ratio: float
) -> None:
    additions = [
        {"place": "E06000031", "year": year, "net_additional_dwellings": 40 if year % 2 else 45}
        for year in range(2015, 2025)
    ]
    years = {"first_year": first_year, "last_year": 2040}
    plan = {"place": "E06000031", "plan": "New", "plan_status": status, "homes": homes, **years}
    calibration = calibrate_places(additions, [plan], 4)["E06000031"]
    rate = homes / (2040 - first_year + 1)
    assert calibration.own_ratio == pytest.approx(42.5 / rate)
    assert calibration.own_ratio == pytest.approx(ratio, abs=0.1)
    assert calibration.years == 10
