"""People by deprivation on made-up neighbourhoods: names, years, the system, and places without any."""

from __future__ import annotations

import logging
from inspect import unwrap
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from assets.demand.deprivation_stage import deprivation_tables
from assets.inputs.checks.coverage import coverage_findings
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS

BANDS = list(NEIGHBOURHOOD_BANDS)
PLACES, SYSTEM = ("E06000001", "E06000002"), "E54000001"
SCENARIOS, YEARS = ("local_plan", "trend"), (2021, 2024, 2025)
LSOAS = pd.DataFrame(
    [("E02000001", 1, 3), ("E02000001", 2, 1), ("E02000002", 5, 4), ("E02000003", 1, 1), ("E02000003", 4, 3)],
    columns=["msoa", "quintile", "lsoas"],
)
OF = {"E02000001": PLACES[0], "E02000002": PLACES[0], "E02000003": PLACES[1]}


def made(deprivation: pd.DataFrame = LSOAS, lost: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The stage on two places of two neighbourhoods and one; `lost` people of the place's total."""
    random = np.random.default_rng(4)
    near: list[dict[str, object]] = [
        {"scenario": scenario, "place": place, "year": year, "neighbourhood": msoa, "age_band": band,
         "place_name": f"Place {place}", "neighbourhood_name": f"Near {msoa}",
         "principal": float(random.uniform(50, 900))}
        for scenario in SCENARIOS for msoa, place in OF.items() for year in YEARS for band in BANDS
    ]  # fmt: skip
    people = pd.DataFrame(near)
    old = people["age_band"].map({"65-74": 1, "75-84": 1, "85+": 2}).fillna(0)
    keys = ["scenario", "place", "year"]
    whole = [
        people[old >= least].groupby(keys, as_index=False)["principal"].sum().assign(age_band=band)
        for least, band in ((0, "all"), (1, "65+"), (2, "85+"))
    ]
    population = pd.concat(whole, ignore_index=True).assign(sex="persons")
    population.loc[0, "principal"] += lost
    demand = population[(population["age_band"] == "all") & (population["year"] > 2021)]
    demand = demand.assign(
        service="gp_appointments", unit="appointments", principal=demand["principal"] * 5.7
    )
    rates = pd.DataFrame(
        [(place, "gp_appointments", sex, age, 1.0 + age / 10)
         for place in PLACES for sex in ("female", "male") for age in range(91)],
        columns=["place", "service", "sex", "age", "rate"],
    )  # fmt: skip
    base = people[(people["scenario"] == "local_plan") & (people["year"] == 2021)]
    base = base.rename(columns={"neighbourhood": "msoa", "principal": "population"})
    lookup = pd.DataFrame({"msoa": list(OF), "neighbourhood": list(OF), "neighbourhood_name": list(OF)})
    places = pd.DataFrame(
        {
            "place": [*PLACES, SYSTEM],
            "place_name": ["One", "Two", "Both"],
            "kind": ["place", "place", "system"],
        }
    )
    stage = unwrap(deprivation_tables.op.compute_fn.decorated_fn)
    return stage(  # type: ignore[no-any-return]
        SimpleNamespace(log=logging.getLogger("stage")),
        population,
        ByPlace(PLACES, lambda place: people[people["place"] == place]),
        demand,
        rates,
        single_years(base),
        lookup,
        deprivation,
        places,
    )


def single_years(base: pd.DataFrame) -> pd.DataFrame:
    """The people of each band at its first age, nobody at the others."""
    first = base["age_band"].str.extract(r"(\d+)")[0].astype(int)
    wide = (
        base[base["age_band"] != "all"]
        .assign(age=first)
        .pivot(index=["place", "msoa"], columns="age", values="population")
    )
    tall = wide.reindex(columns=range(91), fill_value=0.0).melt(ignore_index=False, value_name="population")
    return tall.reset_index()


def test_quintiles_are_those_of_each_neighbourhoods_small_areas() -> None:
    table, near = made()
    at = table.set_index(["scenario", "place", "year", "measure", "quintile"])["principal"]
    people = near.set_index(["neighbourhood", "year", "quintile"])
    first = people.loc[("E02000001", 2025)]
    assert list(first.index) == [1, 2]
    assert first["share_percent"].tolist() == pytest.approx([75.0, 25.0])
    assert first["people"][1] == pytest.approx(3 * first["people"][2])
    assert at["local_plan", PLACES[0], 2025, "people", 1] == pytest.approx(first["people"][1])
    assert at["local_plan", PLACES[0], 2025, "people_65_plus", 5] == pytest.approx(
        people.loc[("E02000002", 2025, 5), "people_65_plus"]
    )
    assert at["local_plan", PLACES[0], 2025, "people", 4] == 0
    parts = [at["trend", place, 2024, "gp_appointments", 1] for place in PLACES]
    assert at["trend", SYSTEM, 2024, "gp_appointments", 1] == pytest.approx(sum(parts))
    assert (
        table.groupby(["scenario", "place", "year", "measure"])["share_percent"].sum().round(9) == 100
    ).all()
    assert set(table.loc[table["core20"] == "yes", "quintile"]) == {1}
    assert set(table.loc[table["measure"] == "gp_appointments", "year"]) == {2024, 2025}
    assert list(table.columns) == TABLES["population_by_deprivation"].column_names


def test_demand_follows_the_ages_of_a_quintiles_people() -> None:
    table, _ = made()
    here = table[(table["place"] == PLACES[0]) & (table["scenario"] == "trend") & (table["year"] == 2025)]
    share = here.pivot(index="quintile", columns="measure", values="share_percent")
    older = share["people_65_plus"] / share["people"]
    more = share["gp_appointments"] / share["people"]
    assert ((older > 1) == (more > 1))[[1, 5]].all()
    assert abs(older[1] - 1) > 0.01


def test_people_that_are_not_the_places_stop_the_run() -> None:
    with pytest.raises(ValueError, match=r"E06000001: people by quintile are 3\.0+ off the place's"):
        made(lost=3.0)


def test_a_place_without_small_areas_is_named_and_the_system_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    table, near = made(LSOAS[LSOAS["msoa"] != "E02000003"])
    assert set(table["place"]) == {PLACES[0]}
    assert set(near["place"]) == {PLACES[0]}
    assert "E06000002: small_area_deprivation.csv has no row" in caplog.text
    nothing, none_near = made(LSOAS.iloc[:0])
    assert len(nothing) == len(none_near) == 0
    assert list(nothing.columns) == TABLES["population_by_deprivation"].column_names


def test_a_small_area_left_out_where_others_are_given_is_refused_by_name() -> None:
    people = pd.DataFrame({"place": list(OF.values()), "msoa": list(OF), "age": 40, "population": 1})

    def said(without: str) -> list[str]:
        given = LSOAS[LSOAS["msoa"] != without]
        found = coverage_findings({"msoa_population": people, "small_area_deprivation": given})
        return [each.sentence() for each in found if "LSOAs" in each.sentence()]

    assert said("none") == []
    [finding] = said("E02000002")
    assert "no LSOAs of E02000002, small areas of place E06000001" in finding
    assert said("E02000003") == []
