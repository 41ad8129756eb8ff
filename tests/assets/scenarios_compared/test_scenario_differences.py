"""Draws kept by the stages and differences of scenarios, over a made-up projection of the services stages."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.population.population_stage import people
from assets.scenarios_compared.compared_draws import ComparedDraws, area_and_quantity
from assets.scenarios_compared.headline_draws import as_text, from_text, headline_draws
from assets.scenarios_compared.headline_quantities import SERVICES
from assets.scenarios_compared.scenario_differences import (
    KEYS,
    scenario_differences,
    side_by_side,
    with_draws,
)
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from pipelines.checks.expectations import validate
from tests.assets.services_run import PACE, PEOPLE_2024, call_stage, named_outputs, services

SYSTEM = "E54000024"
BLOCK = ["scenario", *KEYS]


@cache
def made() -> dict[str, Any]:
    ran = dict(services())
    whole = {place: with_homes(place, ran["projection_draws"][place]) for place in PEOPLE_2024}
    ran["projection_draws"] = ByPlace(list(whole), whole.__getitem__)
    ran |= named_outputs(people, call_stage(people, ran))
    ran["headline_draws"] = call_stage(headline_draws, ran)
    ran["scenario_differences"] = call_stage(scenario_differences, ran)
    return ran


def with_homes(place: str, draws: xr.Dataset) -> xr.Dataset:
    """The made-up projection with homes: others in every place, scenario, year and draw."""
    homes = draws["population"].sum(("sex", "age")) / (2.2 + 0.1 * list(PEOPLE_2024).index(place))
    return draws.assign(dwellings=homes)


def kept(scenario: str, area: str, quantity: str, year: int) -> np.ndarray:
    """Principal run and draws of a row of headline_draws."""
    rows = made()["headline_draws"].set_index(BLOCK).sort_index().loc[[(scenario, area, quantity, year)]]
    return from_text(rows["principal"], rows["draws"])[0]


def test_both_tables_keep_their_declaration() -> None:
    places = list(made()["places"]["place"])
    for name in ("headline_draws", "scenario_differences"):
        table = made()[name]
        assert validate(TABLES[name], table, places) == []
        assert table.equals(table.sort_values(list(TABLES[name].keys), ignore_index=True))


def test_every_kind_of_quantity_is_there_by_place_system_and_trust() -> None:
    table = made()["headline_draws"]
    kinds = table.groupby("area_kind")["subject_kind"].agg(set)
    assert (
        kinds["place"]
        == kinds["system"]
        == {"people", "homes", "service", "staff", "rooms_and_beds", "money"}
    )
    assert kinds["provider"] == {"staff", "rooms_and_beds"}
    assert set(table["year"]) == {2030, 2035, 2040}
    assert set(table.loc[table["subject_kind"] == "service", "quantity"]) == set(SERVICES)
    assert "general_acute_beds_gap" in set(table.loc[table["area_kind"] == "provider", "quantity"])


@pytest.mark.parametrize(
    ("table", "area", "where", "quantity"),
    [
        ("population", "place", {"sex": "persons", "age_band": "85+"}, "people_85_plus"),
        ("demand", "place", {"service": "day_cases"}, "day_cases"),
        (
            "workforce",
            "place",
            {"staff_group": "all_outside_hospital", "measure": "gap_wte"},
            "staff_outside_hospitals_gap_wte",
        ),
        (
            "workforce",
            "place",
            {"staff_group": "all_outside_hospital", "measure": "required_wte"},
            "staff_outside_hospitals_required_wte",
        ),
        (
            "provider_workforce",
            "provider",
            {"staff_group": "all", "measure": "supply_wte"},
            "trust_staff_supply_wte",
        ),
        (
            "estates",
            "place",
            {"facility": "gp_consulting_rooms", "measure": "required"},
            "gp_consulting_rooms_required",
        ),
        (
            "provider_estates",
            "provider",
            {"facility": "general_acute_beds", "measure": "gap"},
            "general_acute_beds_gap",
        ),
    ],
)
def test_what_is_kept_is_what_is_released_in_every_area_scenario_and_year(
    table: str, area: str, where: dict[str, str], quantity: str
) -> None:
    rows = made()[table]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    rows = rows[rows["year"].isin((2030, 2035, 2040))].rename(columns={area: "area"})
    released = rows.set_index(["scenario", "area", "year"])[["principal", "p10", "p50", "p90"]].sort_index()
    of_quantity = made()["headline_draws"].query("quantity == @quantity")
    draws = from_text(of_quantity["principal"], of_quantity["draws"])
    found = pd.DataFrame(
        {
            "principal": draws[:, 0],
            **{f"p{share}": np.quantile(draws[:, 1:], share / 100, axis=1) for share in (10, 50, 90)},
        },
        index=pd.MultiIndex.from_frame(of_quantity[["scenario", "area", "year"]]),
    ).sort_index()
    assert len(found) == len(released)
    np.testing.assert_allclose(found["principal"], released["principal"], rtol=1e-12)
    pd.testing.assert_frame_equal(found, released, check_dtype=False, rtol=0, atol=0.051)


def test_capital_is_all_that_has_been_spent_by_the_year() -> None:
    capital = made()["capital_requirement"]
    for place in (SYSTEM, "E06000042"):
        spent = capital.query("scenario == 'draft_plans' and place == @place and year <= 2035")
        found = kept("draft_plans", place, "capital_spent_to_date", 2035)
        assert found[0] == pytest.approx(spent["principal"].sum(), rel=1e-9)
        assert found[0] > kept("draft_plans", place, "capital_spent_to_date", 2030)[0] > 0


def test_the_system_is_its_places_summed_draw_by_draw() -> None:
    for quantity, tolerance in (("homes", 0.3), ("people_65_plus", 0.3), ("day_cases", 0.3)):
        places = sum(kept("trend", place, quantity, 2040) for place in PEOPLE_2024)
        np.testing.assert_allclose(kept("trend", SYSTEM, quantity, 2040), places, rtol=0, atol=tolerance)


def test_a_difference_is_that_of_the_released_principals_and_of_each_draw() -> None:
    table = made()["scenario_differences"].set_index(["scenario", "compared_with", *KEYS])
    row = table.loc["trend", "local_plan", "E06000055", "people", 2040]
    ours, theirs = (kept(name, "E06000055", "people", 2040) for name in ("trend", "local_plan"))
    assert (row["value"], row["compared_value"]) == (ours[0], theirs[0])
    assert row["principal"] == ours[0] - theirs[0]
    assert row["principal"] < 0, "trend grows more slowly"
    assert [row["p10"], row["p50"], row["p90"]] == pytest.approx(
        list(np.quantile((ours - theirs)[1:], [0.1, 0.5, 0.9]))
    )
    apart = np.quantile(ours[1:], 0.9) - np.quantile(theirs[1:], 0.1)
    apart -= np.quantile(ours[1:], 0.1) - np.quantile(theirs[1:], 0.9)
    assert row["p90"] - row["p10"] < 0.5 * apart


def test_every_two_scenarios_are_compared_once_the_later_less_the_earlier() -> None:
    pairs = made()["scenario_differences"][["scenario", "compared_with"]].drop_duplicates()
    order = list(made()["scenarios"]["scenario"])
    assert len(pairs) == len(order) * (len(order) - 1) / 2
    assert all(order.index(later) > order.index(earlier) for later, earlier in pairs.itertuples(index=False))
    assert set(PACE) <= set(order)


def test_one_scenario_alone_gives_an_empty_table_of_its_columns() -> None:
    alone = made()["headline_draws"].query("scenario == 'trend'")
    table = call_stage(scenario_differences, {**made(), "headline_draws": alone})
    assert len(table) == 0
    assert list(table.columns) == TABLES["scenario_differences"].column_names


def test_against_itself_all_is_zero_and_without_common_draws_there_is_no_interval() -> None:
    rows = with_draws(made()["headline_draws"].query("scenario == 'slow_delivery'"))
    same = side_by_side(rows, rows)
    assert (same[["principal", "p10", "p50", "p90"]] == 0).all(axis=None)
    apart = side_by_side(rows, rows, common=False)
    assert apart[["p10", "p50", "p90"]].isna().all(axis=None)
    assert (apart["value"] == same["value"]).all()


def test_only_headline_years_and_what_is_known_in_every_draw_are_kept() -> None:
    compared = ComparedDraws(["a", "b"], [2029, 2030, 2031, 2035])
    values = np.arange(24.0).reshape(2, 3, 4)
    compared.add("X|Y", "homes", values)
    unknown = values.copy()
    unknown[1, 2, 3] = np.nan
    compared.add("X|Y", "people", unknown)
    made_of = compared.dataset()["value"]
    assert made_of["year"].to_numpy().tolist() == [2030, 2035]
    assert [area_and_quantity(str(cell)) for cell in made_of["cell"].to_numpy()] == [("X|Y", "homes")]
    np.testing.assert_array_equal(made_of.to_numpy()[..., 0], values[..., [1, 3]])
    with pytest.raises(ValueError, match="added twice"):
        compared.add("X|Y", "homes", values)


def test_draws_come_back_from_their_text_as_they_were() -> None:
    draws = np.array([-0.25, 1234567.9, 0.0])
    assert as_text(draws, 2) == "[-0.25,1234567.9,0.0]"
    assert as_text(np.array([12.0, -3.0]), 0) == "[12,-3]"
    read = from_text(pd.Series([7.125]), pd.Series([as_text(draws, 2)]))
    assert read.tolist() == [[7.125, -0.25, 1234567.9, 0.0]]
