"""Care homes and halls of residence that open add their residents and no households."""

import dataclasses

import numpy as np
import pytest

from models.demography.area_inputs import Factors
from models.demography.communal import communal_residents, with_communal
from models.demography.projection import Projection, project_area
from tests.models.demography.areas import growing_dwellings, town

STEPS = 8
OCCUPANCY = (0.85, 0.95)
STUDENTS = (18, 21)


def opened(care: float = 0.0, students: float = 0.0) -> np.ndarray:
    bedrooms = np.zeros((2, STEPS + 1))
    bedrooms[:, 3] = care, students
    return bedrooms


def projected(bedrooms: np.ndarray | None = None, raked: tuple[int, ...] = ()) -> Projection:
    area = town(steps=STEPS, raked=raked)
    if bedrooms is not None:
        area = with_communal(area, bedrooms, OCCUPANCY, STUDENTS)
    return project_area(area, Factors.central(STEPS, draws=2), growing_dwellings(2, STEPS))


@pytest.mark.parametrize(("care", "students", "people"), [(200, 0, 170.0), (0, 400, 380.0)])
def test_bedrooms_add_their_residents_and_leave_households_as_they_are(
    care: float, students: float, people: float
) -> None:
    without, with_them = projected(), projected(opened(care, students))
    assert np.array_equal(without.households, with_them.households)
    more = with_them.communal_population - without.communal_population
    assert more[:, :3] == pytest.approx(0.0), "none before the year they open"
    assert more[:, 3] == pytest.approx(people / 4, rel=0.1), "a quarter by the mid-year of that year"
    assert more[:, 4:] == pytest.approx(people, rel=0.1), "and all of them from then on"
    total = (with_them.population - without.population).sum(axis=(2, 3))
    assert total[:, 4:] == pytest.approx(people, rel=0.12)


def test_students_stay_of_student_age_and_care_home_residents_old() -> None:
    without = projected().population[0]
    hall = projected(opened(students=400)).population[0] - without
    care = projected(opened(care=200)).population[0] - without
    assert hall[-1, :, 17:24].sum() == pytest.approx(380, rel=0.15)
    assert care[-1, :, 74:].sum() == pytest.approx(170, rel=0.15)


def test_no_bedrooms_change_no_bit() -> None:
    assert np.array_equal(projected().population, projected(opened()).population)


def test_a_run_for_a_given_migration_takes_no_bedrooms() -> None:
    area, factors = town(steps=STEPS), Factors.central(STEPS)
    homes, net = growing_dwellings(0, STEPS), np.full((1, STEPS + 1), 100.0)
    other = with_communal(area, opened(200, 400), OCCUPANCY, STUDENTS)
    plain, given = project_area(area, factors, homes, net), project_area(other, factors, homes, net)
    assert np.array_equal(plain.population, given.population)


def test_residents_are_bedrooms_by_occupancy_at_each_mid_year() -> None:
    area = town(steps=STEPS)
    people = communal_residents(
        opened(100, 100), OCCUPANCY, area.households, area.base_population, STUDENTS
    ).sum(axis=(1, 2))
    assert people == pytest.approx([0, 0, 0, 45, 180, 180, 180, 180, 180])


def test_people_outside_new_establishments_make_up_the_households_in_every_draw() -> None:
    area = with_communal(town(steps=STEPS), opened(200, 400), OCCUPANCY, STUDENTS)
    random = np.random.default_rng(2)
    central = Factors.central(STEPS, draws=5)
    size = central.household_size * random.uniform(0.97, 1.03, central.household_size.shape)
    mortality = central.mortality * random.uniform(0.8, 1.2, central.mortality.shape)
    factors = dataclasses.replace(central, household_size=size, mortality=mortality)
    run = project_area(area, factors, growing_dwellings(5, STEPS))
    assert area.new_communal is not None
    households = area.households
    made = (households.resident_weight * (run.population - area.new_communal)).sum(axis=(2, 3))
    made = (made - households.communal_households) / size
    assert made[:, 1:] == pytest.approx(run.households[:, 1:], rel=1e-10)


def test_students_are_of_every_age_of_students_and_of_both_sexes() -> None:
    area = town(steps=STEPS)
    households, people = area.households, area.base_population
    found = communal_residents(opened(students=100), OCCUPANCY, households, people, STUDENTS)[-1]
    first, last = STUDENTS
    assert (found[:, first : last + 1] > 0).all()
    assert found.sum() == pytest.approx(found[:, first : last + 1].sum())
