"""What the page multiplies and adds up is what the tables hold, and nothing without them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.publication.report.ask.ask_data import MEASURED, NEEDED, ask_data, measured_errors

PLACE, YEARS = "E06000042", [2024, 2025, 2026]
PER_HOME = {(2024, 2024): 0.5, (2024, 2025): 2.0, (2024, 2026): 1.5, (2025, 2025): 0.25, (2025, 2026): 1.0}


def tables() -> dict[str, pd.DataFrame]:
    """One quantity of one place, and one facility whose rooms go by their use."""
    keys = {"area_kind": "place", "area": PLACE, "response": "demand", "sector": "all", "name": "births"}
    responses = [
        {**keys, "homes_place": PLACE, "homes_year": homes, "year": year, "per_home": value}
        for (homes, year), value in PER_HOME.items()
    ]
    demand = [
        {"scenario": scenario, "place": PLACE, "year": year, "service": "births", "principal": level + year}
        for scenario, level in (("local_plan", 0.0), ("trend", 9000.0))
        for year in YEARS
    ]
    capital = {
        "place": PLACE,
        "facility": "mental_health_beds",
        "year": YEARS,
        "short": [0.0, 1.5, 2.5],
        "basis": "growth",
        "building_size": np.nan,
        "opens_from": 2025.0,
        "years_of_building": 2.0,
        "appraised_cost_gbp": 300.0,
    }
    delivery = [
        {
            "scenario": "local_plan",
            "place": PLACE,
            "site_reference": site,
            "site_name": f"Name of {site}",
            "year": year,
            "phasing_basis": "recorded" if year == YEARS[0] else "published",
            "principal": homes,
        }
        for site, homes in (("S1", 10.0), ("all", 99.0))
        for year in YEARS
    ]
    room = {
        "facility": "gp_consulting_rooms",
        "hours_assumption": "estates.gp_room_hours",
        "hours": 2600.0,
        "added_hours": 104.0,
        "utilisation_assumption": "estates.gp_room_utilisation",
        "utilisation_percent": 60.0,
        "fixed_share": 0.0,
    }
    cover = {"area": PLACE, "sector": "general_practice", "staff_group": "gps", "cover_percent": 4.0}
    return {
        "homes_responses": pd.DataFrame(responses),
        "demand": pd.DataFrame(demand),
        "capital_terms": pd.DataFrame(capital),
        "housing_delivery": pd.DataFrame(delivery),
        "room_use": pd.DataFrame([room]),
        "cover_capacity": pd.DataFrame([cover]),
    }


def test_steps_give_back_every_response_and_levels_are_the_principal_scenarios() -> None:
    found = ask_data(tables())
    assert found is not None
    assert found["keys"] == [[PLACE, "demand", "all", "births"]]
    assert found["levels"] == [[2_024_000, 2_025_000, 2_026_000]]
    (at, place, size, steps), *others = found["responses"]
    assert (at, place, others) == (0, PLACE, [])
    assert found["homes_years"] == {PLACE: [2024, 2025]}
    read, unpacked = iter(steps), {}
    for homes in (2024, 2025):
        level = 0
        for year in YEARS:
            if year >= homes:
                level += next(read)
                unpacked[homes, year] = level * size
    assert unpacked == {key: pytest.approx(value, abs=size) for key, value in PER_HOME.items()}
    assert next(read, None) is None


def test_homes_are_those_of_sites_in_open_years() -> None:
    found = ask_data(tables())
    assert found is not None
    assert found["homes"] == [[PLACE, "S1", "Name of S1", 2025, [10.0, 10.0]]]


def test_a_building_of_any_size_has_none() -> None:
    found = ask_data(tables())
    assert found is not None
    assert found["capital"] == [
        [PLACE, "mental_health_beds", True, [0, 1500, 2500], None, 2025.0, 2.0, 300.0]
    ]


@pytest.mark.parametrize("name", NEEDED)
def test_a_release_without_responses_is_asked_nothing(name: str) -> None:
    assert ask_data({key: table for key, table in tables().items() if key != name}) is None


def test_the_measured_errors_of_numbers_other_than_money_are_within_two_percent() -> None:
    kinds = ["People", "Services", "Rooms and beds", "Staff required", "Staff gap"]
    assert pd.read_csv(MEASURED)[kinds].to_numpy().max() < 2.0
    shown = measured_errors()
    assert [len(row["cells"]) for row in shown["rows"]] == [len(shown["columns"])] * len(shown["rows"])
