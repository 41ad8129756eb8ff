"""The step against a textbook's printed table, its null cases, and its refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.demography.cohort_component import project_step

SWEDEN = json.loads((Path(__file__).parent / "sweden_1993.json").read_text(encoding="utf-8"))


def sweden() -> dict[str, np.ndarray]:
    """Box 6.2 as arrays: survivorship ratios from person-years lived, men left out."""
    lived = np.array(SWEDEN["person_years_lived_L"], dtype=float)
    survivorship = np.empty(len(lived))
    survivorship[0] = lived[0] / (SWEDEN["age_width"] * SWEDEN["radix_l0"])
    survivorship[1:] = lived[1:] / lived[:-1]
    survivorship[-1] = lived[-1] / (lived[-2] + lived[-1])
    fertility = np.zeros(len(lived))
    fertility[3:10] = SWEDEN["fertility_rate_15_49"]
    nobody = np.zeros(len(lived))
    return {
        "population": np.array([SWEDEN["female_population_1993"], nobody]),
        "survivorship": np.array([survivorship, survivorship]),
        "fertility": fertility,
        "net_migration": np.array([SWEDEN["net_migration_five_years"], nobody]),
    }


def test_sweden_1993_comes_out_to_the_printed_digit() -> None:
    step = project_step(
        **sweden(), age_width=SWEDEN["age_width"], sex_ratio_at_birth=SWEDEN["sex_ratio_at_birth"]
    )
    assert np.round(step.population[0]).astype(int).tolist() == SWEDEN["expected_females_1998"]
    births = np.round(step.births_by_age_of_mother[3:10]).astype(int).tolist()
    assert births == SWEDEN["expected_births_by_age_of_mother_15_49"]


def test_zero_rates_return_the_base_one_age_older() -> None:
    base = np.arange(12.0).reshape(2, 6) + 1
    step = project_step(base, np.ones((2, 6)), np.zeros(6), np.zeros((2, 6)))
    shifted = np.array([[0, 1, 2, 3, 4, 11], [0, 7, 8, 9, 10, 23.0]])
    assert np.array_equal(step.population, shifted)
    assert step.births.sum() == 0
    assert step.deaths.sum() == 0


@pytest.mark.parametrize("exposure", ["mid_period", "start", "aged_on"])
@pytest.mark.parametrize("timing", ["even", "end"])
def test_births_deaths_and_migrants_add_up_to_the_change(exposure: str, timing: str) -> None:
    given = sweden()
    step = project_step(**given, age_width=5, births_exposure=exposure, migration_timing=timing)
    change = step.population.sum() - given["population"].sum()
    moved = step.births.sum() - step.deaths.sum() + given["net_migration"].sum()
    assert change == pytest.approx(moved, abs=1e-6)


def test_women_exposed_to_births_are_those_of_each_convention() -> None:
    women = np.zeros((2, 3))
    women[0] = [0.0, 100.0, 50.0]
    survivorship = np.full((2, 3), 0.9)
    fertility = np.array([0.0, 1.0, 0.0])
    migrants = np.zeros((2, 3))
    migrants[0, 1] = 20.0

    def births(exposure: str, timing: str) -> float:
        return float(
            project_step(
                women, survivorship, fertility, migrants, births_exposure=exposure, migration_timing=timing
            ).births_by_age_of_mother[1]
        )

    # Nobody is aged 0, so no survivor reaches age 1; half of the 20 migrants come at the start.
    assert births("start", "even") == 110
    assert births("aged_on", "even") == 0
    assert births("mid_period", "even") == 0.5 * (110 + 10)
    assert births("start", "end") == 100
    assert births("mid_period", "end") == 50


def test_leading_dimensions_are_projected_as_if_alone() -> None:
    given = sweden()
    many = np.stack([given["population"], 2 * given["population"]])[:, None].repeat(3, axis=1)
    both = project_step(many, given["survivorship"], given["fertility"], given["net_migration"], age_width=5)
    alone = project_step(**{**given, "population": 2 * given["population"]}, age_width=5)
    assert both.population.shape == (2, 3, 2, 18)
    assert both.births.shape == (2, 3, 2)
    assert np.array_equal(both.population[1, 2], alone.population)
    assert np.array_equal(both.deaths[1, 0], alone.deaths)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"population": -np.ones((2, 18))}, "fewer than 0"),
        ({"population": np.ones(18)}, "shape"),
        ({"survivorship": np.full((2, 18), 1.1)}, "survivorship runs from"),
        ({"fertility": np.ones(17)}, "fertility has shape"),
        ({"net_migration": np.full((2, 18), np.nan)}, "not a finite number"),
        ({"births_exposure": "middle"}, "births_exposure"),
        ({"migration_timing": "late"}, "migration_timing"),
        ({"age_width": 0}, "age_width"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        project_step(**{**sweden(), **changed})  # type: ignore[arg-type]
