"""Dimensions: a row a code, every code that released tables use, and relationships read off declarations."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

from assets.dimensions.dimension_tables import dimensions
from assets.dimensions.relationships import DIMENSIONS, OTHER_CODES, name_column, relationships
from assets.tables.declarations import INPUT_TABLES, PROMISED, TABLES
from pipelines.checks.expectations import validate

PLACE, SYSTEM = "E06000042", "E54000024"
DECLARED = {**INPUT_TABLES, **TABLES}


def inputs() -> dict[str, pd.DataFrame]:
    rows: dict[str, list[dict[str, object]]] = {
        "places": [
            {"place": PLACE, "place_name": "Milton Keynes", "kind": "place", "trajectory_file": "mk.csv"},
            {"place": SYSTEM, "place_name": "BLMK", "kind": "system", "trajectory_file": None},
        ],
        "neighbourhoods": [
            {"msoa": "E02000001", "neighbourhood": "N1", "neighbourhood_name": "Olney"},
            {"msoa": "E02000002", "neighbourhood": "N1", "neighbourhood_name": "Olney"},
        ],
        "small_areas": [{"msoa": code, "place": PLACE} for code in ("E02000001", "E02000002")],
        "neighbourhood_teams": [{"msoa": "E02000001", "team": "T1", "team_name": "North"}],
        "providers": [{"provider": "RD8", "provider_name": "MK University Hospital", "kind": "acute"}],
        "trust_sites": [
            {"provider": "RD8", "trust_name": "an older name of it"},
            {"provider": "RNU", "trust_name": "Oxford Health"},
            {"provider": "RNU", "trust_name": "Oxford Health"},
        ],
        "local_estates": [
            {"area": code, "area_name": name, "area_kind": kind}
            for code, name, kind in (
                ("T1", "North", "team"),
                ("T1", "North", "team"),
                ("K82003", "Wolverton", "practice"),
                (PLACE, "as the estates table calls it", "place"),
            )
        ],
        "services": [
            {"service": "births", "service_name": "Births", "setting": "maternity", "unit": "births"},
        ],
        "staff_groups": [{"sector": "acute", "staff_group": "nurses", "staff_group_name": "Hospital nurses"}],
        "facilities": [{"facility": "birth_rooms", "facility_name": "Birth rooms", "unit": "rooms"}],
        "scenarios": [
            {
                "scenario": "local_plan",
                "definition_json": '{"name":"local_plan","order":1,"title":"Adopted plans","description":"As '
                'adopted.","population":"housing_led","delivery":"calibrated","plans":"adopted",'
                '"mitigation":"none"}',
            }
        ],
    }
    return {name: pd.DataFrame(each) for name, each in rows.items()}


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    function = dimensions.op.compute_fn.decorated_fn  # type: ignore[union-attr]
    given = inputs()
    assert set(inspect.signature(function).parameters) == set(given)
    return dict(zip(DIMENSIONS, function(**given), strict=True))


def names(frame: pd.DataFrame) -> dict[object, object]:
    return dict(zip(frame.iloc[:, 0], frame.iloc[:, 1], strict=True))


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_dimension_is_as_declared_and_has_one_row_a_code(name: str, made: dict[str, pd.DataFrame]) -> None:
    assert validate(TABLES[name], made[name], [PLACE, SYSTEM]) == []
    assert TABLES[name].keys == (DIMENSIONS[name],)
    assert made[name][DIMENSIONS[name]].is_unique
    assert made[name][name_column(name)].notna().all()


def test_codes_are_called_what_the_inputs_call_them(made: dict[str, pd.DataFrame]) -> None:
    assert names(made["dim_provider"]) == {"RD8": "MK University Hospital", "RNU": "Oxford Health"}
    assert names(made["dim_area"]) == {
        PLACE: "Milton Keynes",
        SYSTEM: "BLMK",
        "RD8": "MK University Hospital",
        "N1": "Olney",
        "T1": "North",
        "K82003": "Wolverton",
    }
    assert names(made["dim_sector"]) == {"acute": "Hospitals", "all": "All sectors"}
    assert names(made["dim_staff_group"])["nurses"] == "Hospital nurses"
    assert names(made["dim_staff_group"])["all_outside_hospital"] == "All staff outside hospitals"
    assert names(made["dim_scenario"]) == {"local_plan": "Adopted plans"}


def test_a_small_area_leads_to_its_team_and_what_is_outside_has_a_row(made: dict[str, pd.DataFrame]) -> None:
    rows = made["dim_msoa"].set_index("msoa")
    assert rows.loc["E02000001", ["neighbourhood", "place", "team_name"]].tolist() == ["N1", PLACE, "North"]
    assert rows.loc["E02000002", ["team", "team_name"]].isna().all()
    assert rows.loc["outside", "neighbourhood_name"] == "Outside the area"
    assert rows.loc["unallocated", "neighbourhood_name"] == "Not known"


def test_a_year_has_both_its_names(made: dict[str, pd.DataFrame]) -> None:
    rows = made["dim_year"].set_index("year")
    assert rows.loc[2024].tolist() == ["2024/25", "mid-2024"]
    assert rows.loc[1999, "financial_year"] == "1999/00"


def test_relationships_follow_the_declarations() -> None:
    of = {
        (each.table, each.key): each.dimension for each in relationships(DECLARED[name] for name in PROMISED)
    }
    assert of["demand", "place"] == "dim_place"
    assert of["neighbourhood_estates", "neighbourhood"] == "dim_neighbourhood"
    assert of["workforce_flat", "staff_group"] == "dim_staff_group"
    assert of["population", "year"] == "dim_year"
    assert ("estates_timing", "year") not in of, "a number that may be empty is no key"
    assert ("place_staff_rates", "year") not in of, "a text is no year"
    assert not {table for table, _ in of} & set(DIMENSIONS)
    assert OTHER_CODES.isdisjoint(of)
    for table, key in OTHER_CODES:
        assert key in DECLARED[table].column_names, f"{table} has no column {key} to except"
