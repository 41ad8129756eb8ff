"""What the accuracy table says of one subject: errors as ratios, an interval met or missed."""

import numpy as np
import pandas as pd
import pytest

from assets.accuracy.accuracy_stage import OWN
from assets.accuracy.population_accuracy import (
    FROM_2011,
    MODELS,
    NO_CHANGE,
    SAME_SIZE,
    _rows_since,
    rows_from_2011,
)
from assets.population.population_run import PAST_RATE, RECORDED
from assets.tables.by_place import ByPlace


def test_errors_are_ratios_of_what_came_and_no_change_is_the_measure() -> None:
    random = np.random.default_rng(0)
    truth = np.full((2, 20), 1000.0)
    drawn = truth * random.uniform(0.95, 1.15, (201, 1, 1))
    drawn[0] = truth * 1.02
    homes = {PAST_RATE: drawn * 0.99, RECORDED: drawn}
    rows = list(rows_from_2011("E1", homes, truth, {NO_CHANGE: 36_000.0, SAME_SIZE: 41_000.0}))
    of = {row["model"]: row for row in rows if row["measure"] == "population"}
    ours = of[FROM_2011[RECORDED]]
    assert of[FROM_2011[PAST_RATE]]["bias"] == pytest.approx(0.99 * 1.02 - 1)
    assert ours["bias"] == pytest.approx(0.02)
    assert ours["mase"] == pytest.approx(0.2)
    assert ours["coverage_80"] == 1.0
    unchanged = next(row for row in rows if row["model"] == NO_CHANGE)
    assert (unchanged["bias"], unchanged["mase"]) == (pytest.approx(-0.1), pytest.approx(1.0))
    assert unchanged["coverage_80"] is None
    by_age = next(
        row
        for row in rows
        if row["measure"] == "population by sex and age band" and row["model"] == FROM_2011[RECORDED]
    )
    assert by_age["wape"] == pytest.approx(0.02)


def test_the_error_of_a_projection_is_that_of_its_base_and_that_of_growth_since() -> None:
    years, places = [2018, 2021, 2022, 2024], ["E1", "E2"]
    people = {
        name: {
            (place, year): 1000.0 * (at + 1) * (1 + rate * (year - 2018)) + shift * (at + 1)
            for at, place in enumerate(places)
            for year in years
        }
        for name, rate, shift in (
            ("estimate", 0.010, 0.0),
            ("placecast_2021_based", 0.012, 5.0),
            ("placecast_2021_based_past_rate", 0.008, 9.0),
            ("ons_2018_based", 0.004, -20.0),
        )
    }

    def table(name: str, place: str | None = None) -> pd.DataFrame:
        rows = [(*key, value) for key, value in people[name].items() if place in (None, key[0])]
        return pd.DataFrame(rows, columns=["place", "year", "population"])

    own = {
        place: pd.concat([table(name, place).assign(homes=homes) for homes, name in OWN.items()])
        for place in places
    }
    official = table("ons_2018_based").assign(projection="ons_2018_based", age_band="all")
    # Ages beside all ages are not people a second time.
    official = pd.concat([official, official.assign(age_band="0-4", population=1.0)])
    found = {
        (row["model"], row["subject"], row["measure"], row["horizon"]): row
        for row in _rows_since(ByPlace(places, own.__getitem__), official, table("estimate"), "SYSTEM")
    }

    def of(name: str, subject: str, year: int) -> float:
        return sum(people[name][place, year] for place in (places if subject == "SYSTEM" else [subject]))

    assert {key[1] for key in found} == {"E1", "E2", "SYSTEM"}
    assert {key[3] for key in found if key[0] == MODELS["ons_2018_based"]} == {"4 years", "6 years"}
    for name in (*OWN.values(), "ons_2018_based"):
        since = 2018 if name.startswith("ons") else 2021
        for subject in (*places, "SYSTEM"):
            for year in (2022, 2024):
                actual = of("estimate", subject, year)
                at = MODELS[name], subject, f"{year - since} years"
                rows = {
                    measure: found[at[0], at[1], measure, at[2]]
                    for measure in (
                        "population",
                        "population, error at mid-2021",
                        "population, growth since mid-2021",
                    )
                }
                whole, base, growth = (row["bias"] * actual for row in rows.values())
                assert whole == pytest.approx(of(name, subject, year) - actual)
                assert base == pytest.approx(of(name, subject, 2021) - of("estimate", subject, 2021))
                assert base + growth == pytest.approx(whole)
                unchanged = abs(of("estimate", subject, 2021) - actual)
                assert rows["population"]["mase"] == pytest.approx(abs(whole) / unchanged)
