"""Why levels differ between places, on the shipped figures and a made-up projection."""

from __future__ import annotations

import pytest

from assets.demand.activity_levels import CLIENTS, SHAPES
from tests.assets.services_run import PEOPLE_2024, services

LUTON = "E06000032"


def test_levels_are_explained_for_each_place_from_england_s_rates_to_the_record() -> None:
    table = services()["activity_levels"].set_index(["place", "measure"])
    assert len(table) == 3 * len(PEOPLE_2024)
    calibrated = services()["activity_calibration"].set_index(["place", "service"])
    needs = services()["need_indices"].set_index(["place", "need"])["need_index"]
    for (place, measure), row in table.iterrows():
        assert row["by_need"] == pytest.approx(row["by_age"] * needs[place, "general_and_acute"])
        service = "emergency_bed_days" if measure == "overnight_bed_days" else measure
        assert row["factor"] == pytest.approx(calibrated.loc[(place, service), "factor"])
        assert row["level"] == pytest.approx(row["beyond_need"] * row["by_need"])
        assert row["left_over"]


def test_luton_is_younger_than_england_makes_of_it_and_its_own_rates_are_higher() -> None:
    row = services()["activity_levels"].set_index(["place", "measure"]).loc[(LUTON, "emergency_admissions")]
    assert row["by_age"] < row["by_own_rates"] < row["level"]


def test_a_curve_that_rises_with_age_makes_social_care_grow_faster_where_people_age() -> None:
    table = services()["social_care_by_age"].set_index(["place", "shape", "year"])
    assert len(table) == len(PEOPLE_2024) * len(SHAPES) * 2
    for place in PEOPLE_2024:
        growth = [table.loc[(place, shape, 2040), "growth_percent"] for shape in SHAPES]
        assert growth == sorted(set(growth)), place
        clients = table.loc[(place, "one rate from 65, as used", 2024), "clients"]
        assert clients == pytest.approx(older_clients(place))


def older_clients(place: str) -> float:
    """People aged 65 and over of the base year at the one rate that is used."""
    rates = services()["activity_rates"]
    of = rates[(rates["place"] == place) & (rates["service"] == CLIENTS) & (rates["age"] >= 65)]
    assert of["rate"].nunique() == 1
    people = services()["population_single_year"]
    people = people[(people["place"] == place) & (people["scenario"] == "local_plan") & (people["age"] >= 65)]
    by_year = people.groupby("year")["principal"].sum()
    return float(of["rate"].iloc[0] * (0.75 * by_year[2024] + 0.25 * by_year[2025]))
