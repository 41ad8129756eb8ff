"""The cases an ask must come out right in, through the steps that make the released table."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.contributions.contributions_stage import developer_contribution_tables
from assets.contributions.people_added import site_population_draws
from assets.contributions.statements.statement import statement
from assets.estates.estates_stage import estates_tables
from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.parquet import is_draws, read_draws, read_frame, write_draws
from models.estates.shortfall_causes import CAUSES
from tests.journeys.running import Run

LUTON, BEDFORDSHIRE = "E06000032", "E06000056"
SITE, LATER = "CB-NLUT", "CB-ARL"
PREMISES = "general_practice_premises"
FACILITY_OF = {
    "community_premises": "community_clinic_rooms",
    PREMISES: "primary_care_gross_internal_area",
    "hospital_capital": "general_acute_beds",
    "mental_health_capital": "mental_health_beds",
}
Tables = dict[str, Any]


def read(path: Path) -> Any:
    if path.is_dir():
        files = {file.stem: file for file in path.glob("*.parquet")}
        return ByPlace(files, lambda place: read(files[place]))
    return read_draws(path) if is_draws(path) else read_frame(path)


def taken(step: Any) -> list[str]:
    names = list(inspect.signature(step.op.compute_fn.decorated_fn).parameters)
    if "tables" in names:
        names = [name for name in names if name != "tables"] + list(PopulationInputs.__annotations__)
    return names


@pytest.fixture(scope="module")
def tables(main_run: Run) -> Tables:
    """What the steps read in a real run of all places."""
    folder = main_run.outputs / "tables"
    steps = (site_population_draws, estates_tables, developer_contribution_tables)
    names = {name for step in steps for name in taken(step)} - {"settings", "context"}
    found = {
        name: read(folder / name if (folder / name).is_dir() else folder / f"{name}.parquet")
        for name in sorted(names)
    }
    draws = int(found["provider_demand_draws"].sizes["draw"]) - 1
    return {**found, "settings": RunSettings(draws=draws)}


def made(step: Any, tables: Tables) -> Tables:
    """The tables with what the step makes of them."""
    results = inspect.unwrap(step.op.compute_fn.decorated_fn)(**{name: tables[name] for name in taken(step)})
    names = [key.path[-1] for key in step.keys_by_output_name.values()]
    return {**tables, **dict(zip(names, results, strict=True))}


def with_people_added(tables: Tables) -> Tables:
    """The tables with what the sites of its place add in people worked out again."""
    places = list(tables["housing_trajectories"])
    given = {**tables, "context": SimpleNamespace(partition_keys=places)}
    step = site_population_draws
    added = inspect.unwrap(step.op.compute_fn.decorated_fn)(**{name: given[name] for name in taken(step)})
    return {**tables, "site_population_draws": added}


def asks(tables: Tables, **changed: Any) -> pd.DataFrame:
    """The principal scenario's rows of developer_contributions by site and item."""
    table = made(developer_contribution_tables, {**tables, **changed})["developer_contributions"]
    return table[table["scenario"] == "local_plan"].set_index(["site_reference", "item"])


@pytest.fixture(scope="module")
def as_shipped(tables: Tables) -> pd.DataFrame:
    return asks(tables)


def registered(tables: Tables, spare: float) -> Tables:
    """The tables were every practice of the site's place surveyed, with so many m2 more than today's need."""
    premises, estates, facility = tables["premises"], tables["estates"], FACILITY_OF[PREMISES]
    today = estates[(estates["scenario"] == "local_plan") & (estates["year"] == estates["year"].min())]
    today = today[(today["place"] == BEDFORDSHIRE) & (today["facility"] == facility)]
    practices = premises[(premises["place"] == BEDFORDSHIRE) & premises["registered_patients"].notna()]
    patients = practices["registered_patients"]
    quantity = (today["principal"].item() + spare) * patients / patients.sum()
    area = practices.assign(facility=facility, unit="m2", quantity=quantity)
    register = pd.concat([premises, area], ignore_index=True)
    return made(estates_tables, {**tables, "premises": register})


def assumed(tables: Tables, value: float, *names: str) -> pd.DataFrame:
    rows = tables["assumptions"].copy()
    rows.loc[rows["id"].isin(names), ["value", "low", "high"]] = value
    return rows


def test_a_site_in_a_catchment_with_spare_capacity_asks_for_nothing_there(
    tables: Tables, as_shipped: pd.DataFrame
) -> None:
    assert as_shipped.loc[(SITE, PREMISES), "status"] == "survey"
    found = asks(registered(tables, spare=5000.0))
    row = found.loc[(SITE, PREMISES)]
    assert row["status"] == "none"
    assert row["need_counted"] > 0
    assert row["spare_capacity_used"] == pytest.approx(row["need_counted"])
    for item in (PREMISES, "general_practice_equipment"):
        names = ["quantity", "amount_gbp", "amount_high_gbp", "subject_to_survey_gbp"]
        assert (found.loc[(SITE, item), names] == 0).all()
    # Room in general practice is none in hospitals.
    assert found.loc[(SITE, "hospital_capital"), "status"] == "ask"


def test_a_site_whose_residents_all_come_from_within_the_area_asks_for_nothing(tables: Tables) -> None:
    names = ("estates.net_new_share_practice", "estates.net_new_share_hospital")
    found = asks(tables, assumptions=assumed(tables, 0.0, *names))
    assert set(found["status"]).isdisjoint({"ask", "survey"})
    rows = found.loc[SITE]
    assert (rows["net_new_residents"] == 0).all()
    assert (rows["amount_high_gbp"] == 0).all()
    assert (rows["residents"] > 8000).all()


@pytest.mark.parametrize("spare", [None, 850.0])
def test_doubling_the_homes_never_lowers_an_ask(tables: Tables, spare: float | None) -> None:
    before_tables = tables if spare is None else registered(tables, spare)
    draws = tables["housing_delivery_draws"]

    def planned(place: str) -> pd.DataFrame:
        rows = tables["housing_trajectories"][place].copy()
        rows.loc[rows["site_reference"] == SITE, "planned_net_dwellings"] *= 2
        return rows

    def doubled(place: str) -> xr.Dataset:
        of_place = draws[place]
        return of_place * xr.where(of_place["site_reference"] == SITE, 2.0, 1.0)

    before = asks(before_tables)
    twice = {
        "housing_trajectories": ByPlace(list(draws), planned),
        "housing_delivery_draws": ByPlace(list(draws), doubled),
    }
    after = asks(with_people_added({**before_tables, **twice}))
    assert after.loc[SITE, "dwellings"].eq(2 * before.loc[SITE, "dwellings"]).all()
    names = "amount_gbp", "amount_low_gbp", "amount_high_gbp", "quantity", "subject_to_survey_gbp"
    for name in names:
        assert (after.loc[SITE, name] >= before.loc[SITE, name]).all(), name
    told = "subject_to_survey_gbp" if spare is None else "amount_gbp"
    assert after.loc[(SITE, PREMISES), told] > before.loc[(SITE, PREMISES), told] > 0


@pytest.mark.parametrize("part", [1.0, 0.05])
def test_the_sum_over_sites_never_exceeds_the_growth_part_of_the_gap(tables: Tables, part: float) -> None:
    causes = tables["estates_causes"].copy()
    causes["new_homes"] *= part
    found = asks(tables, estates_causes=causes)
    rows = causes[causes["scenario"] == "local_plan"]
    growth = rows.groupby(["facility", "area_kind", "area"])["new_homes"].max()
    bound = 0
    for item, facility in FACILITY_OF.items():
        needed = found.xs(item, level="item")
        if item == "hospital_capital":
            limit = growth[facility, "provider"].clip(lower=0).sum()
            assert needed["quantity"].sum() <= limit + 1e-9
            continue
        for place, of_place in needed.groupby("place"):
            limit = max(growth[facility, "place", place], 0.0)
            assert of_place["need_counted"].sum() <= limit + 1e-9, (item, place)
            bound += of_place["need_counted"].sum() >= limit - 1e-2
    # With a twentieth of the growth the limit is felt.
    assert part == 1.0 or bound > 3


def test_the_growth_that_limits_the_asks_is_a_part_of_the_gap_that_adds_up(tables: Tables) -> None:
    causes = tables["estates_causes"]
    assert (causes[list(CAUSES)].sum(axis=1) - causes["total"]).abs().max() < 1e-9


def permitted(tables: Tables) -> Tables:
    trajectories = tables["housing_trajectories"]

    def with_permission(place: str) -> pd.DataFrame:
        rows = trajectories[place].copy()
        rows.loc[rows["site_reference"] == SITE, "planning_status"] = "permissioned"
        return rows

    agreed = (
        tables["site_funding"]
        .query("site_reference == 'CB-LEI'")
        .assign(site_reference=SITE, amount_gbp=1_234_567.0, health_part="all", name="Agreement of 2026")
    )
    funding = pd.concat([tables["site_funding"], agreed], ignore_index=True)
    given = {"housing_trajectories": ByPlace(list(trajectories), with_permission), "site_funding": funding}
    return with_people_added({**tables, **given})


def test_a_permitted_site_has_what_is_secured_and_no_ask(
    tables: Tables, as_shipped: pd.DataFrame, main_run: Run
) -> None:
    after = made(developer_contribution_tables, permitted(tables))
    rows = after["developer_contributions"].query("scenario == 'local_plan'")
    found = rows.set_index(["site_reference", "item"])
    assert as_shipped.loc[(SITE, PREMISES), "status"] == "survey"
    of_site = found.loc[SITE].drop("service_funding")
    assert set(of_site["status"]) == {"secured"}
    assert of_site.loc[PREMISES, "amount_gbp"] == 1_234_567
    assert of_site.drop(PREMISES)["amount_gbp"].isna().all()
    sensitive = after["contribution_sensitivity"]
    assert SITE not in set(sensitive.loc[sensitive["scenario"] == "local_plan", "site_reference"])
    release = {name: main_run.table(name) for name in ("assumptions", "sources")}
    places = {"places": main_run.working_table("places")}
    content = statement({**after, **release, **places}, SITE, "release")
    assert "records what is secured and requests nothing" in content.lead
    assert content.total == "nothing"
    assert "Capital for general practice premises | Secured" in content.text()
    assert "£1,234,567" in content.text()


def test_a_statement_leaves_out_today_s_shortfall_of_each_kind_in_its_own_unit(
    tables: Tables, main_run: Run
) -> None:
    after = made(developer_contribution_tables, registered(tables, spare=-1500.0))
    release = {name: main_run.table(name) for name in ("assumptions", "sources")}
    content = statement({**after, **release, "places": main_run.working_table("places")}, SITE, "release")
    answers = {row[0]: row[1] for section in content.sections for grid in section.grids for row in grid.rows}
    assert "short of 1,500.0 m² in 2024/25, which is not charged" in answers["P"]
    assert re.search(r"short of [\d.]+ beds in 2024/25", answers["H"])
    assert answers["C"].startswith("Not shown yet")


def test_the_people_of_a_permitted_site_use_spare_capacity_before_a_later_one(tables: Tables) -> None:
    roomy = registered(tables, spare=1200.0)
    before, after = asks(roomy), asks(permitted(roomy))
    assert before.loc[(SITE, PREMISES), "spare_capacity_used"] > 0
    used = "spare_capacity_used"
    assert after.loc[(SITE, PREMISES), used] >= before.loc[(SITE, PREMISES), used]
    assert after.loc[(LATER, PREMISES), "quantity"] >= before.loc[(LATER, PREMISES), "quantity"] - 1e-9
    together = before.xs(PREMISES, level="item").query("place == @BEDFORDSHIRE")
    again = after.xs(PREMISES, level="item").query("place == @BEDFORDSHIRE")
    assert again[used].sum() == pytest.approx(together[used].sum()) == pytest.approx(1200.0)


def test_a_sum_whose_part_for_health_is_not_published_is_not_shown_as_what_is_secured(
    as_shipped: pd.DataFrame,
) -> None:
    for site, told in (("CB-LEI", "£3,600,000 in all"), ("BB-WIX", "£5,000,000 in all")):
        row = as_shipped.loc[(site, PREMISES)]
        assert row["status"] == "secured"
        assert row[["amount_gbp", "amount_low_gbp", "amount_high_gbp"]].isna().all()
        assert told in row["basis"]
        assert "not published" in row["basis"]


def test_a_hospital_ask_names_the_trusts_their_shares_and_what_each_is_short_of(
    tables: Tables, as_shipped: pd.DataFrame
) -> None:
    gap = tables["provider_estates"].query(
        "scenario == 'local_plan' and facility == 'general_acute_beds' and measure == 'gap'"
    )
    words = as_shipped.loc[(SITE, "hospital_capital"), "catchment"]
    for provider, of_trust in gap.groupby("provider"):
        today = of_trust.set_index("year")["principal"].iloc[0]
        told = f"shortfall of {today:,.1f} beds" if today > 0 else f"{-today:,.1f} beds to spare"
        assert re.search(rf"\({provider}\), \d+% of the need, {re.escape(told)} in 2024/25", words)
        later = -of_trust[of_trust["year"] > 2024]["principal"].min()
        credited = later > max(-today, 0.0) + 0.05
        assert (f"The {later:,.1f} beds to spare at {provider}" in words) == credited
    assert "credited as of 2024/25" in words


def test_a_catchment_is_told_to_be_the_whole_place_where_the_site_has_no_neighbourhood(
    tables: Tables, as_shipped: pd.DataFrame
) -> None:
    nowhere = tables["site_neighbourhoods"].assign(msoa="unallocated")
    words = asks(tables, site_neighbourhoods=nowhere).loc[("MK-EAST", PREMISES), "catchment"]
    assert words.startswith("Catchment: all of Milton Keynes, as the site is not placed")
    assert "not on the register" in words
    own = as_shipped.loc[("BB-WIX", PREMISES), "catchment"]
    assert "all of Bedford, as existing capacity in the site's neighbourhood" in own


def test_the_limit_that_is_named_is_the_one_that_binds(tables: Tables, as_shipped: pd.DataFrame) -> None:
    row = as_shipped.loc[(SITE, PREMISES)]
    share = row["net_new_residents"] / row["residents"]
    assert row["binding_limit"] == "net_new_share"
    assert row["need_counted"] == pytest.approx(row["need_of_first_occupants"] * share, abs=1e-4)
    everybody = assumed(tables, 1.2, "estates.net_new_share_practice")
    assert asks(tables, assumptions=everybody).loc[(SITE, PREMISES), "binding_limit"] == "difference"
    causes = tables["estates_causes"].assign(new_homes=tables["estates_causes"]["new_homes"] * 0.01)
    assert asks(tables, estates_causes=causes).loc[(SITE, PREMISES), "binding_limit"] == "growth"


def test_a_trigger_in_the_past_is_worded_as_such(tables: Tables, as_shipped: pd.DataFrame) -> None:
    started = as_shipped.loc[("MK-CMK", PREMISES), "trigger"]
    assert started.startswith("Before the first home of its next phase, 2026/27")
    assert "was phased for 2024/25, which is past)" in started
    assert "past" not in as_shipped.loc[(SITE, PREMISES), "trigger"]
    planning = as_shipped.loc[("MK-CMK", PREMISES), "planning"]
    assert planning.startswith("no permission is on record for the homes counted here")
    assert "October 2020" in planning


def test_spare_capacity_that_serves_nothing_is_nought_and_no_residue(as_shipped: pd.DataFrame) -> None:
    used = as_shipped["spare_capacity_used"].dropna()
    assert (used >= 0).all()
    assert not ((used > 0) & (used < 1e-9)).any()
    assert not as_shipped["basis"].str.contains("serves -0").any()


def test_residents_by_age_follow_a_site_s_own_mix_of_homes(tables: Tables, as_shipped: pd.DataFrame) -> None:
    trajectories = tables["housing_trajectories"]
    kinds = ("1_bedroom", "2_bedrooms", "3_bedrooms", "4_or_more_bedrooms")

    def of_flats(place: str) -> pd.DataFrame:
        rows = trajectories[place].copy()
        here = rows["site_reference"] == SITE
        for number, kind in enumerate(kinds):
            rows.loc[here, f"homes_{kind}"] = (60.0, 40.0, 0.0, 0.0)[number]
        return rows

    flats = made(
        developer_contribution_tables,
        {**tables, "housing_trajectories": ByPlace(list(trajectories), of_flats)},
    )
    residents = flats["contribution_residents"].query("scenario == 'local_plan'")
    here = residents[residents["site_reference"] == SITE]
    assert set(here["mix"]) == {"trajectory"}
    assert set(residents.loc[residents["site_reference"] == LATER, "mix"]) == {"assumed"}
    homes = here.drop_duplicates("bedrooms").set_index("bedrooms")["dwellings"]
    assert homes["1"] == pytest.approx(0.6 * homes.sum())
    assert homes["4+"] == 0
    rows = flats["developer_contributions"].query("scenario == 'local_plan'")
    told = rows.set_index(["site_reference", "item"]).loc[(SITE, PREMISES), "residents"]
    assert here["residents"].sum() == pytest.approx(told)
    assert told < as_shipped.loc[(SITE, PREMISES), "residents"]


def test_a_place_without_a_site_adds_nobody_and_the_asks_of_the_others_stand(
    tables: Tables, as_shipped: pd.DataFrame, tmp_path: Path
) -> None:
    draws = tables["site_population_draws"]
    of_luton = draws[LUTON]
    assert of_luton.sizes["site_reference"] == 0
    assert of_luton["year"].item() == draws[BEDFORDSHIRE]["year"].item()
    write_draws(of_luton, tmp_path / "again.parquet")
    xr.testing.assert_identical(read_draws(tmp_path / "again.parquet"), of_luton)
    assert LUTON not in set(as_shipped["place"])
    assert {"ask", "survey"} <= set(as_shipped["status"])


def test_people_a_site_adds_are_those_of_its_own_place_s_files_alone(tables: Tables) -> None:
    """A night after a change of one council's file makes its part only: that must be all there is."""
    trajectories, delivery = tables["housing_trajectories"], tables["housing_delivery_draws"]
    alone = {
        "housing_trajectories": ByPlace([BEDFORDSHIRE], lambda place: trajectories[place]),
        "housing_delivery_draws": ByPlace([BEDFORDSHIRE], lambda place: delivery[place]),
    }
    made_alone = with_people_added({**tables, **alone})["site_population_draws"][BEDFORDSHIRE]
    xr.testing.assert_equal(made_alone, tables["site_population_draws"][BEDFORDSHIRE])


def test_a_site_that_is_asked_without_people_worked_out_for_it_stops_the_step(tables: Tables) -> None:
    draws = tables["site_population_draws"]

    def without(place: str) -> xr.Dataset:
        of_place = draws[place]
        return of_place.where(of_place["site_reference"] != SITE, np.nan)

    with pytest.raises(KeyError, match=SITE):
        asks(tables, site_population_draws=ByPlace(list(draws), without))


def test_councils_that_name_no_site_have_tables_of_asks_without_a_row(tables: Tables) -> None:
    trajectories = tables["housing_trajectories"]

    def without_sites(place: str) -> pd.DataFrame:
        return trajectories[place].assign(planning_status="mixed")

    given = {**tables, "housing_trajectories": ByPlace(list(trajectories), without_sites)}
    after = made(developer_contribution_tables, with_people_added(given))
    for name in ("developer_contributions", "contribution_residents", "contribution_sensitivity"):
        assert after[name].empty
        assert list(after[name].columns) == TABLES[name].column_names
        assert after[name].dtypes.equals(tables_of_asks(tables)[name].dtypes)


def tables_of_asks(tables: Tables) -> Tables:
    return made(developer_contribution_tables, tables)


def test_where_every_site_has_its_permission_nothing_is_asked_and_nothing_is_sensitive(
    tables: Tables,
) -> None:
    trajectories = tables["housing_trajectories"]

    def all_permitted(place: str) -> pd.DataFrame:
        rows = trajectories[place]
        status = rows["planning_status"].where(rows["planning_status"] == "mixed", "permissioned")
        return rows.assign(planning_status=status)

    given = {**tables, "housing_trajectories": ByPlace(list(trajectories), all_permitted)}
    after = made(developer_contribution_tables, with_people_added(given))
    assert set(after["developer_contributions"]["status"]) == {"secured", "none"}
    assert after["contribution_sensitivity"].empty
