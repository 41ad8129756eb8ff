"""A release in which something does not add up, is empty or is out of order is not published."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.publication.audit import _providers_add_up, audit, principal_outside
from assets.tables.declarations import TABLES

SYSTEM = "E54000024"
VALUES = ["principal", "p10", "p50", "p90"]


PLACES = {"E06000032": 1.0, "E06000055": 0.6, SYSTEM: 1.6}
"""How large each place is beside the first."""


def values(principal: float) -> dict[str, float]:
    return {"principal": principal, "p10": 0.8 * principal, "p50": 1.05 * principal, "p90": 1.3 * principal}


def components(**changes: float) -> pd.DataFrame:
    rows = []
    for place, size in PLACES.items():
        for year, change in ((2022, 9.0), (2023, 6.0)):
            of_year = {"births": 10.0, "deaths": 4.0, "net_migration": change - 7.0, "other": 1.0}
            for component, value in of_year.items():
                if place == "E06000032" and year == 2022:
                    value = changes.get(component, value)
                rows.append(
                    {"scenario": "local_plan", "place": place, "place_name": place, "year": year}
                    | {"component": component}
                    | values(value * size)
                )
    return pd.DataFrame(rows).sort_values(["scenario", "place", "year", "component"], ignore_index=True)


def population(bump: float = 0.0, women: float = 0.52, of_place: str = SYSTEM) -> pd.DataFrame:
    rows = []
    for place, size in PLACES.items():
        for year, total in ((2021, 90.0), (2022, 99.0), (2023, 105.0)):
            for sex, share in (("persons", 1.0), ("female", women), ("male", 0.48)):
                for band, part in (("all", 1.0), ("0-15", 0.2), ("16-64", 0.63), ("65+", 0.17)):
                    value = total * size * share * part
                    if place == of_place and band == "65+" and sex == "persons":
                        value += bump
                    rows.append(
                        {"scenario": "local_plan", "place": place, "place_name": place, "year": year}
                        | {"sex": sex, "age_band": band}
                        | values(value)
                    )
    keys = ["scenario", "place", "year", "sex", "age_band"]
    return pd.DataFrame(rows).sort_values(keys, ignore_index=True)


def delivery(column: str = "principal", more: float = 0.0) -> pd.DataFrame:
    """Homes of two sites a place, `more` of them in one cell of a site."""
    rows = []
    for place, size in PLACES.items():
        sites = {"all": 1.0} if place == SYSTEM else {"S1": 0.7, "S2": 0.3, "all": 1.0}
        for site, share in sites.items():
            for year in (2025, 2026):
                planned = 100.0 * size * share * (year - 2023)
                rows.append(
                    {"scenario": "local_plan", "place": place, "site_reference": site, "year": year}
                    | {"site_name": site, "planning_status": "permissioned", "phasing_basis": "published"}
                    | {"place_name": place, "planned_net_dwellings": planned}
                    | values(0.9 * planned)
                )
    frame = pd.DataFrame(rows)[TABLES["housing_delivery"].column_names]
    frame = frame.sort_values(list(TABLES["housing_delivery"].keys), ignore_index=True)
    at = (frame["place"] == "E06000055") & (frame["site_reference"] == "S2") & (frame["year"] == 2026)
    frame.loc[at, column] += more
    return frame


def test_tables_that_add_up_pass() -> None:
    tables = {
        "population": population(),
        "components_of_change": components(),
        "housing_delivery": delivery(),
    }
    assert audit(tables, SYSTEM) == []


@pytest.mark.parametrize("column", ["planned_net_dwellings", "principal"])
def test_sites_that_do_not_add_up_to_their_place_are_named_whether_planned_or_expected(column: str) -> None:
    (said,) = audit({"housing_delivery": delivery(column, more=-2.5)}, SYSTEM)
    assert said.startswith(f"housing_delivery: sites' {column} do not add up to the place by 2.500000")
    assert "'place': 'E06000055', 'year': 2026" in said


def test_the_first_year_s_change_is_held_to_its_components() -> None:
    wrong = audit({"population": population(), "components_of_change": components(other=3.0)}, SYSTEM)
    (said,) = (line for line in wrong if "is not the change in population" in line)
    assert "by 2.0" in said
    assert "'place': 'E06000032', 'year': 2022" in said


def test_a_component_that_does_not_explain_the_change_is_named_with_its_place() -> None:
    wrong = audit({"population": population(), "components_of_change": components(births=11.0)}, SYSTEM)
    assert any("is not the change in population by 1.0" in line and "E06000032" in line for line in wrong)
    assert any("places do not add up to the system" in line for line in wrong)


@pytest.mark.parametrize("bump", [0.01, -5.0])
def test_a_band_that_does_not_add_up_is_named(bump: float) -> None:
    wrong = audit({"population": population(bump=bump)}, SYSTEM)
    assert any("broad age bands do not add up to all ages" in line for line in wrong)
    assert any("places do not add up" in line for line in wrong)


def test_sexes_that_do_not_add_up_are_named() -> None:
    assert any("sexes do not add up" in line for line in audit({"population": population(women=0.5)}, SYSTEM))


def test_a_place_dropped_from_the_total_is_seen() -> None:
    frame = population()
    frame = frame[frame["place"] != "E06000055"].reset_index(drop=True)
    assert any("places do not add up to the system" in line for line in audit({"population": frame}, SYSTEM))


def test_an_empty_an_all_zero_and_an_unsorted_table_are_named() -> None:
    frame = population()
    assert any("has no rows" in line for line in audit({"population": frame.iloc[:0]}, SYSTEM))
    zero = frame.assign(**dict.fromkeys(VALUES, 0.0))
    assert "population is zero in every row" in audit({"population": zero}, SYSTEM)
    turned = frame.iloc[::-1].reset_index(drop=True)
    assert any("is not sorted by" in line for line in audit({"population": turned}, SYSTEM))


def test_rows_whose_principal_run_stands_outside_its_interval_are_counted_by_table() -> None:
    columns = ["principal", "p10", "p50", "p90"]
    skewed = pd.DataFrame(
        [[120.0, 0.0, 74.0, 119.75], [-1.0, 0.0, 1.0, 2.0], [1.0, 1.0, 1.0, 1.0]], columns=columns
    )
    skewed.loc[3] = [float("nan")] * 4
    tables = {
        "housing_delivery": skewed,
        "population": population(),
        "places": pd.DataFrame({"place": ["X"]}),
    }
    assert principal_outside(tables) == {"housing_delivery": 2, "population": 0}


def test_quintiles_that_are_not_their_place_are_named() -> None:
    people = population().query("sex == 'persons' and age_band in ('all', '65+')")
    keys = ["scenario", "place", "year"]
    parts = [
        people.assign(
            quintile=quintile,
            measure=people["age_band"].map({"all": "people", "65+": "people_65_plus"}),
            core20="yes" if quintile == 1 else "no",
            unit="persons",
            principal=people["principal"] * share,
            share_percent=100 * share,
        )
        for quintile, share in ((1, 0.25), (5, 0.75))
    ]
    table = pd.concat(parts)[TABLES["population_by_deprivation"].column_names]
    table = table.sort_values([*keys, "quintile", "measure"], ignore_index=True)
    tables = {"population": population(), "population_by_deprivation": table}
    assert not [line for line in audit(tables, SYSTEM) if "deprivation" in line]
    off = table.assign(principal=table["principal"].mask(table.index == 5, lambda values: values + 2))
    said = audit(tables | {"population_by_deprivation": off}, SYSTEM)
    assert any("quintiles do not add up to the place by 2.0" in line for line in said)
    without = table[~((table["place"] == table["place"].iloc[0]) & (table["year"] == table["year"].iloc[0]))]
    said = audit(tables | {"population_by_deprivation": without.reset_index(drop=True)}, SYSTEM)
    assert any("quintiles do not add up to the place" in line for line in said)


def months(**changes: float) -> pd.DataFrame:
    """Two trusts and their system in two months of attendances, and beds that are not said to add up."""
    rows = []
    for provider, mean, of_system in (("RC9", 60.5, SYSTEM), ("RD8", 40.2, SYSTEM), (SYSTEM, 100.7, None)):
        for month in ("2026-06", "2026-07"):
            for measure, told in (("ae_attendances", of_system), ("beds", None)):
                value = mean + (0.0 if told or measure == "ae_attendances" else len(provider))
                row = dict.fromkeys(("mean", "p10", "p50", "p90", "p2_5", "p97_5"), value)
                rows.append(
                    {"provider": provider, "measure": measure, "month": month, "model": "local_level", **row}
                    | {"confidence": "measured", "timing": "ahead", "recorded_until": "2026-05"}
                    | {"adds_up_to": told}
                )
    table = pd.DataFrame(rows)
    for provider, more in changes.items():
        table.loc[(table["provider"] == provider) & (table["measure"] == "ae_attendances"), "mean"] += more
    return table.sort_values(["provider", "measure", "month"], ignore_index=True)


def test_monthly_forecasts_add_up_where_they_are_said_to_and_nowhere_else() -> None:
    assert audit({"activity_forecast": months()}, SYSTEM) == []
    [wrong] = audit({"activity_forecast": months(RD8=0.1)}, SYSTEM)
    assert "trusts do not add up to their system by 0.1" in wrong
    whole = months()
    [orphan] = audit({"activity_forecast": whole[whole["provider"] != SYSTEM]}, SYSTEM)
    assert "activity_forecast" in orphan
    without = whole[~((whole["provider"] == "RC9") & (whole["month"] == "2026-07"))]
    assert audit({"activity_forecast": without.reset_index(drop=True)}, SYSTEM)


def of_providers(**bumps: float) -> list[str]:
    """What the audit says of two trusts and two places' demand, amounts of the names given bumped."""
    keys = {"scenario": "local_plan", "year": 2030, "service": "ae_attendances"}
    amounts = {"RC9 residents": 70.0, "RC9 from_outside": 7.0, "RD8 residents": 30.0, "RD8 from_outside": 2.0}
    parts = [
        {
            **keys,
            "provider": name.split()[0],
            "part": name.split()[1],
            "principal": amount + bumps.get(name, 0.0),
        }
        for name, amount in amounts.items()
    ]
    faced = [
        {**keys, "provider": trust, "principal": total + bumps.get(trust, 0.0)}
        for trust, total in (("RC9", 77.0), ("RD8", 32.0))
    ]
    needed = [{**keys, "place": "SYSTEM", "principal": 100.0 + bumps.get("needed", 0.0)}]
    tables = {"provider_demand_parts": parts, "provider_demand": faced, "demand": needed}
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    return _providers_add_up(frames, "SYSTEM")


@pytest.mark.parametrize(
    ("bumped", "said"),
    [
        ({"RC9": 1.0}, ["parts do not add up"]),
        ({"needed": -1.0}, ["residents are not the demand"]),
        # A trust's residents moved to outside: its own sum holds, the places' does not.
        ({"RD8 residents": -3.0, "RD8 from_outside": 3.0}, ["residents are not the demand"]),
        ({"RD8 residents": -3.0, "RC9 residents": 3.0}, ["parts do not add up"]),
    ],
)
def test_providers_and_places_are_held_to_each_other(bumped: dict[str, float], said: list[str]) -> None:
    assert of_providers() == []
    found = of_providers(**bumped)
    assert [any(words in sentence for sentence in found) for words in said] == [True]
    assert {sentence.split(":")[0] for sentence in found} == {"provider_demand_parts"}
