"""Neighbourhoods' need: of their own place, scenario, year and practices, and short of what they have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.estates.estates_areas import Area, Labels
from assets.estates.facility_parameters import Facilities
from assets.estates.neighbourhood_estates import (
    NeighbourhoodPeople,
    PlaceNeighbourhoods,
    need_weights,
    neighbourhood_people,
    practice_lists,
)
from assets.estates.premises import Existing
from assets.inputs.settings import RunSettings
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from assets.tables.table_cells import Cells
from models.uncertainty.ensemble import NORMAL_P90
from tests.assets.services_run import DRAWS, services

LUTON, BEDFORD = "E06000032", "E06000055"
ROOMS = "gp_consulting_rooms"
FIRST_AGES = [int(band.split("-")[0].removesuffix("+")) for band in NEIGHBOURHOOD_BANDS]


def facilities() -> Facilities:
    made = services()
    listed = list(made["demand_drivers"]["service"].unique())
    return Facilities(
        made["facilities"], listed, made["acute_beds_monthly"], made["assumptions"], made["settings"]
    )


def people_of(place: str, labels: Labels) -> NeighbourhoodPeople:
    made = services()
    population = made["population"]
    found = neighbourhood_people(place, made["neighbourhood_population"][place], population, labels)
    assert found is not None
    return found


def test_people_of_a_neighbourhood_are_of_the_scenario_year_and_band_that_are_asked_for() -> None:
    """Scenarios come in the order of the run, which is not that of the table."""
    labels = Labels(["local_plan", "trend", "draft_plans"], np.arange(2025, 2041))
    found = people_of(BEDFORD, labels)
    rows = services()["neighbourhood_population"][BEDFORD]
    rows = rows.set_index(["scenario", "year", "neighbourhood", "age_band"]).sort_index()
    for at, scenario in enumerate(labels.scenarios):
        for near, code in enumerate(found.codes):
            of_year = rows.loc[(scenario, 2036, code)]
            assert found.by_band[at, 11, near] == pytest.approx(
                of_year.loc[list(NEIGHBOURHOOD_BANDS), "principal"].to_numpy()
            )
            assert found.all_ages.p10[at, 11, near] == of_year.loc["all", "p10"]
            assert found.all_ages.p90[at, 11, near] == of_year.loc["all", "p90"]
    whole = services()["population"].set_index(["place", "scenario", "year"])
    assert found.place.p90[1, 3] == whole.loc[(BEDFORD, "trend", 2028), "p90"]


def test_need_is_weighed_by_the_place_s_own_rates() -> None:
    run, rates = facilities(), services()["activity_rates"]
    dental = (rates["service"] == "dental_visits") & (rates["place"] == BEDFORD)
    steeper = rates.assign(rate=rates["rate"].where(~dental, rates["rate"] * (1 + rates["age"] / 20)))
    for table, place in ((steeper, BEDFORD), (steeper, LUTON)):
        rows = table[(table["place"] == place) & (table["service"] == "dental_visits")]
        by_age = rows.groupby("age")["rate"].mean().to_numpy()
        expected = [part.mean() for part in np.split(by_age, FIRST_AGES[1:])]
        found = need_weights(place, table, run)["dental_surgeries"]
        assert found / found[0] == pytest.approx(np.array(expected) / expected[0])
    luton, bedford = (need_weights(place, steeper, run)["dental_surgeries"] for place in (LUTON, BEDFORD))
    assert (bedford / luton)[-1] > 3


def test_practices_of_a_place_are_its_own_and_counted_once() -> None:
    row = {"place": LUTON, "site_code": "E1", "neighbourhood": "N1", "registered_patients": 5000.0}
    rows = [
        row | {"facility": ROOMS},
        row | {"facility": "gp_treatment_rooms"},
        row | {"facility": ROOMS, "site_code": "E2", "neighbourhood": "N3", "registered_patients": 700.0},
        row | {"facility": "dental_surgeries", "site_code": "V1", "registered_patients": np.nan},
        # Another place's, whose neighbourhood is not known.
        row | {"facility": ROOMS, "place": BEDFORD, "site_code": "E3", "neighbourhood": None},
    ]
    premises = pd.DataFrame(rows)
    found = practice_lists(LUTON, premises, ["N1", "N2", "N3"])
    assert found is not None
    assert found.tolist() == [5000, 0, 700]
    assert practice_lists(BEDFORD, premises, ["N1"]) is None


def test_a_neighbourhood_with_known_rooms_is_short_of_its_own_need_and_its_own_uncertainty() -> None:
    made, run = services(), facilities()
    labels = Labels(["local_plan", "trend"], np.arange(2024, 2051))
    people = people_of(LUTON, labels)
    required = np.full((DRAWS + 1, 2, 27, len(run.names)), 50.0)
    shock = np.concatenate([[0.0], np.random.default_rng(2).standard_normal(DRAWS)])
    at = run.names.index(ROOMS)
    required[..., at] = 100 + np.arange(27) + 3 * shock[:, None, None] + np.array([[0.0], [-5.0]])
    area = Area(LUTON, "place", run.names, required, {})
    near = PlaceNeighbourhoods(
        area, people, need_weights(LUTON, made["activity_rates"], run), None, made["neighbourhoods"], labels,
        RunSettings(draws=DRAWS),
    )  # fmt: skip
    # Its own uncertainty is all upwards: it may be short where the place is not, and never has room to spare
    # where the place is short.
    near._spread = tuple(np.full((2, 27, 2), width) for width in (0.0, 0.2))  # type: ignore[assignment]
    older = people.codes.index(f"{LUTON} Older")
    share = near.shares[ROOMS][0, :, older]
    room = 1.1 * required[0, 0, :, at] * share
    register = (
        made["premises"]
        .iloc[[0]]
        .assign(
            place=LUTON, facility=ROOMS, neighbourhood=people.codes[older], quantity=room[0], site_code="E1"
        )
    )
    practices = pd.DataFrame({"place": [LUTON], "practice": ["E1"]})
    nothing = made["register_coverage"].iloc[:0]
    existing = Existing(
        register, made["estate_schemes"].iloc[:0], practices, nothing, labels.years, RunSettings(draws=DRAWS)
    )
    rows, breaches = Cells("neighbourhood_estates"), Cells("capacity_breach")
    near.add(rows, breaches, existing)
    names = {code: code for code in people.codes}
    table = rows.table(
        unit=("facility", run.units),
        place_name=("place", {LUTON: "Luton"}),
        neighbourhood_name=("neighbourhood", names),
    ).query("facility == @ROOMS and scenario == 'local_plan'")
    table = table.set_index(["neighbourhood", "measure", "year"]).sort_index()
    of_older = table.loc[people.codes[older]]
    needed, gap = of_older.loc["required"], of_older.loc["gap"]
    assert needed["principal"].to_numpy() == pytest.approx(required[0, 0, :, at] * share)
    assert gap["principal"].to_numpy() == pytest.approx(needed["principal"].to_numpy() - room[0])
    assert gap["p90"].to_numpy() == pytest.approx(needed["p90"].to_numpy() - room[0])
    assert f"{LUTON} Younger" not in table.query("measure == 'gap'").index.get_level_values("neighbourhood")
    probability = breaches.table().query("scenario == 'local_plan'").set_index("year")["probability"]
    # 10 % of room in the first year: half of the chance that what it needs more than its place is past it.
    from scipy.stats import norm

    needs = required[1:, 0, 0, at] * share[0]
    beyond = (room[0] - needs) / (0.2 * needs) * NORMAL_P90
    assert (beyond > 0).all()
    assert probability[2024] == pytest.approx(norm.sf(beyond).mean())
    assert probability[2050] == 1.0
