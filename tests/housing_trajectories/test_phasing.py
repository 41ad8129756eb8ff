"""The phasing rule, and that the shipped files are what it gives on the published figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from housing_trajectories import read
from housing_trajectories.delivery.phased_files import (
    Published,
    read_published,
    recorded_of,
    write_trajectories,
)
from housing_trajectories.delivery.phasing import (
    LocalPlan,
    NamedSite,
    Step,
    build_out_rate,
    built_by,
    phase,
    plan_balance,
)
from housing_trajectories.delivery.selection import plans_of, rows_in_scenario
from tests.shipped import DATA

RATES = {
    "housing.build_out_under_100": 22.0,
    "housing.build_out_100_to_499": 55.0,
    "housing.build_out_500_to_999": 68.0,
    "housing.build_out_1000_to_1499": 107.0,
    "housing.build_out_1500_to_1999": 120.0,
    "housing.build_out_2000_and_over": 160.0,
}
FILES = ("luton", "milton_keynes", "bedford", "central_bedfordshire")


def _site(reference: str, capacity: int, first_year: int = 2024, built: int = 0) -> NamedSite:
    return NamedSite(reference, reference, "permissioned", capacity, built, first_year, None)


def test_regenerating_gives_the_shipped_files(root: Path, tmp_path: Path) -> None:
    write_trajectories(read_published(DATA), tmp_path)
    for name in FILES:
        shipped = (root / "housing_trajectories" / "blmk" / f"{name}.csv").read_bytes()
        assert (tmp_path / f"{name}.csv").read_bytes() == shipped, f"run `phase` again: {name}.csv differs"


@pytest.mark.parametrize("name", FILES)
def test_recorded_and_phased_homes_meet_every_plan_step(root: Path, name: str) -> None:
    table = read(root / "housing_trajectories" / "blmk" / f"{name}.csv").table
    place = table["place"].iloc[0]
    published = read_published(DATA)
    recorded = recorded_of(place, published.net_additions)
    for plan in plans_of(place, published.requirements):
        rows = table[table["plan"].eq(plan.name)]
        phased = rows.groupby("year")["planned_net_dwellings"].sum()
        for step in plan.steps:
            years = range(step.first_year, step.last_year + 1)
            homes = sum(recorded.get(year, phased.get(year, 0)) for year in years)
            assert homes == step.homes, f"{plan.name} {step.first_year}"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("plans", ["adopted", "draft"])
def test_no_site_is_phased_beyond_its_capacity_and_no_row_is_negative(
    root: Path, name: str, plans: str
) -> None:
    table = read(root / "housing_trajectories" / "blmk" / f"{name}.csv").table
    rows = rows_in_scenario(table, plans)  # type: ignore[arg-type]
    assert (rows["planned_net_dwellings"] >= 0).all()
    sites = rows[rows["capacity_dwellings"].notna()].groupby("site_reference")
    for reference, site in sites:
        built_and_phased = site["built_before"].iloc[0] + site["planned_net_dwellings"].sum()
        assert built_and_phased <= site["capacity_dwellings"].iloc[0], reference


@pytest.mark.parametrize("name", FILES)
def test_beyond_the_last_plan_its_annual_rate_is_held_and_marked(root: Path, name: str) -> None:
    table = read(root / "housing_trajectories" / "blmk" / f"{name}.csv").table
    for _, rows in table[table["phasing_basis"].eq("beyond_plan")].groupby("plan"):
        plan = next(
            plan
            for plan in plans_of(rows["place"].iloc[0], read_published(DATA).requirements)
            if plan.name == rows["plan"].iloc[0]
        )
        a_year = rows.groupby("year")["planned_net_dwellings"].sum()
        assert (a_year - plan.annual_rate).abs().max() < 1
        assert a_year.index.min() == plan.last_year + 1
        assert a_year.index.max() == 2051


def test_named_sites_above_the_balance_are_held_back_and_reported() -> None:
    plan = LocalPlan("E06000042", "a plan", "adopted", (Step(2020, 2029, 1000),))
    recorded = dict.fromkeys(range(2020, 2024), 100)
    sites = [_site("A", 700), _site("B", 400)]
    phased = phase(plan, recorded, sites, list(range(2024, 2040)), RATES)
    assert (phased.remainder >= 0).all()
    assert any("held" in f.done or "scaled" in f.done for f in phased.findings)
    assert phased.sites.sum(axis=0).tolist() == [700, 400], "what was held back comes later"


def test_an_exceeded_step_lowers_the_next_and_never_goes_below_zero() -> None:
    plan = LocalPlan("E06000055", "a plan", "draft", (Step(2020, 2022, 300), Step(2023, 2026, 400)))
    recorded = dict.fromkeys(range(2020, 2024), 150)
    assert plan_balance(plan, recorded, [2024, 2025, 2026, 2027]).tolist() == [33, 34, 33, 100]
    recorded = dict.fromkeys(range(2020, 2024), 900)
    assert plan_balance(plan, recorded, [2024, 2025, 2026]).tolist() == [0, 0, 0]


def test_a_gap_in_the_record_is_refused() -> None:
    plan = LocalPlan("E06000055", "a plan", "adopted", (Step(2020, 2029, 1000),))
    with pytest.raises(ValueError, match="2021"):
        plan_balance(plan, {2020: 100, 2022: 100}, [2023])


def test_until_a_later_plan_starts_the_one_in_force_goes_on(tmp_path: Path) -> None:
    requirement = {"place": "E06000055", "note": ""}
    adopted = {"plan": "old", "plan_status": "adopted", "first_year": "2020", "last_year": "2029"}
    draft = {"plan": "new", "plan_status": "draft", "first_year": "2026", "last_year": "2040"}
    published = Published(
        net_additions=[
            {"place": "E06000055", "year": str(year), "net_additional_dwellings": "100"}
            for year in range(2020, 2024)
        ],
        requirements=[
            requirement | adopted | {"homes": "1000"},
            requirement | draft | {"homes": "3000"},
        ],
        sites=[],
        rates=RATES,
        places=[{"place": "E06000055", "trajectory_file": "E06000055.csv"}],
    )
    write_trajectories(published, tmp_path)
    table = read(tmp_path / "E06000055.csv", "E06000055").table
    homes = rows_in_scenario(table, "draft").groupby("year")["planned_net_dwellings"].sum()
    assert homes[[2024, 2025, 2026, 2040, 2041]].tolist() == [100, 100, 200, 200, 200]


def test_homes_of_2068_a_year_are_no_headings(tmp_path: Path) -> None:
    columns = "place,plan,plan_status,site_reference,site_name,planning_status,phasing_basis"
    rows = [
        f"{columns},2021/22,2022/23,2023/24,2024/25",
        "E09000005,Table 122,recorded,recorded,As recorded,completed,recorded,2068,2067,2067,",
        "E09000005,Local Plan,adopted,remainder,Windfall,mixed,plan_balance,,,,2057",
        "E09000005,Local Plan,beyond_plan,remainder,Windfall,mixed,beyond_plan,2092,2091,2092,2091",
    ]
    path = tmp_path / "E09000005.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = read(path, "E09000005")
    assert not [finding for finding in found.errors if "no column that names" in finding.found]


def test_homes_built_so_far_are_published_or_estimated_and_never_above_capacity() -> None:
    base = date(2024, 4, 1)
    assert built_by(base, 3370, 2007, None, (3000, date(2023, 10, 1)), RATES) == 3080
    assert built_by(base, 4400, 2013, 2032, None, RATES) == 2420
    assert built_by(base, 160, 2010, None, None, RATES) == 160
    assert built_by(base, 3000, 2027, None, None, RATES) == 0


def test_build_out_rate_follows_the_size_of_the_site() -> None:
    assert [build_out_rate(size, RATES) for size in (50, 100, 499, 500, 1000, 1500, 1999, 2000, 9000)] == [
        22,
        55,
        55,
        68,
        107,
        120,
        120,
        160,
        160,
    ]


@given(
    homes=st.integers(0, 60_000),
    past=st.lists(st.integers(0, 3_000), min_size=1, max_size=8),
    capacities=st.lists(st.tuples(st.integers(1, 9_000), st.integers(2015, 2045)), max_size=6),
)
def test_rows_of_every_year_sum_to_the_balance(
    homes: int, past: list[int], capacities: list[tuple[int, int]]
) -> None:
    plan = LocalPlan("E06000042", "a plan", "adopted", (Step(2016, 2035, homes),))
    recorded = dict(zip(range(2016, 2016 + len(past)), past, strict=True))
    years = list(range(2016 + len(past), 2052))
    sites = [_site(f"S{i}", capacity, first) for i, (capacity, first) in enumerate(capacities)]
    phased = phase(plan, recorded, sites, years, RATES)
    assert np.array_equal(phased.sites.sum(axis=1) + phased.remainder, phased.balance)
    assert (phased.sites >= 0).all()
    assert (phased.remainder >= 0).all()
    assert (phased.sites.sum(axis=0) <= [site.left for site in sites]).all()
    within = phased.balance[[year <= 2035 for year in years]].sum()
    assert within == max(0, homes - sum(past))


def test_every_place_has_recorded_homes_from_the_census_base(root: Path) -> None:
    published = pd.read_csv(DATA / "net_additional_dwellings.csv")
    for name in FILES:
        table = read(root / "housing_trajectories" / "blmk" / f"{name}.csv").table
        recorded = table[table["plan_status"].eq("recorded")].set_index("year")["planned_net_dwellings"]
        same = published[published["place"].eq(table["place"].iloc[0])].set_index("year")
        assert recorded.index.tolist() == [2021, 2022, 2023]
        assert recorded.tolist() == same.loc[recorded.index, "net_additional_dwellings"].tolist()
