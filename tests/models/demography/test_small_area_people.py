"""Neighbourhoods add up to their place, fill their homes, keep students, and vary about what is expected."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography.small_area_people import (
    SmallAreaMethod,
    carried,
    carried_shares,
    homes_by_neighbourhood,
    neighbourhood_people,
    where_homes_go,
)

AGES, BANDS, YEARS, DRAWS = 91, 8, 5, 4
AGE = np.arange(AGES)
BAND_OF_AGE = np.digitize(AGE, [5, 16, 25, 45, 65, 75, 85])
FIRST = np.flatnonzero(np.diff(BAND_OF_AGE, prepend=-1))
KEPT = np.where(AGE == 20, 1.0, 0.4)
SINCE = np.arange(YEARS, dtype=float)
METHOD = SmallAreaMethod(
    kept=KEPT,
    newcomers=np.where(AGE < 45, 2.0, 0.7),
    homes_taken=np.interp(AGE, [0, 10, 40, 90], [0.6, 0.2, 0.7, 1.1]),
    homes_power=1.5,
    settled_power=1.0,
    settled=AGE >= 50,
    whereabouts_spread=0.7,
    total_spread=0.03,
    band_spread=np.linspace(0.05, 0.2, BANDS),
    students_spread=0.3,
    students=(AGE >= 18) & (AGE < 23),
    unrecorded_spread=0.04,
)


def of_random(seed: int, areas: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Base, structure and women of a place."""
    random = np.random.default_rng(seed)
    base = random.uniform(10, 200, (areas, AGES))
    structure = base.sum(axis=0) * random.uniform(0.9, 1.2, (YEARS, 1))
    return base, structure, 0.5 * structure * ((AGE >= 15) & (AGE < 50))


def people(
    seed: int,
    growth: np.ndarray,
    method: SmallAreaMethod = METHOD,
    normals: np.ndarray | None = None,
    areas: int = 3,
) -> tuple[np.ndarray, np.ndarray]:
    """People of the neighbourhoods and of the place, drawn."""
    base, structure, women = of_random(seed, areas)
    drawn = np.random.default_rng(seed + 1).uniform(0.8, 1.2, (len(growth), 1, 1))
    place = np.add.reduceat(structure, FIRST, axis=-1) * drawn
    if normals is None:
        normals = np.zeros((len(growth), areas, 1 + BANDS))
    forward = carried(base, structure, women, method, BAND_OF_AGE)
    return neighbourhood_people(forward, place, growth, SINCE, method, normals), place


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), most=st.floats(0, 2), areas=st.integers(1, 6))
def test_neighbourhoods_add_up_to_the_place_in_every_band_year_and_draw(
    seed: int, most: float, areas: int
) -> None:
    random = np.random.default_rng(seed)
    growth = random.uniform(-0.3, most, (DRAWS, YEARS, areas))
    normals = random.standard_normal((DRAWS, areas, 1 + BANDS))
    made, place = people(seed, growth, normals=normals, areas=areas)
    assert made.min() >= 0
    assert np.allclose(made.sum(axis=2), place, rtol=1e-12)


def test_shares_add_to_one_and_start_at_the_base_and_a_cohort_takes_its_share_along() -> None:
    base, structure, women = of_random(1)
    shares = carried_shares(base, structure, women, KEPT)
    start = base / base.sum(axis=0)
    assert np.allclose(shares.sum(axis=1), 1)
    assert shares[0] == pytest.approx(start)
    pull = 1 - 0.6**0.1
    assert np.allclose(shares[1][:, 25], pull * start[:, 25] + (1 - pull) * start[:, 24])
    assert np.allclose(shares[-1][:, 20], start[:, 20])


def test_the_oldest_are_kept_where_care_homes_are() -> None:
    """A neighbourhood of care homes has the oldest of the place, and none of those who come to be."""
    base, structure, women = of_random(1)
    base[0, 70:90], base[0, 90] = 0, 900
    shares = [carried_shares(base, structure, women, np.full(AGES, kept))[-1, 0, 90] for kept in (0.0, 0.8)]
    start = base[0, 90] / base[:, 90].sum()
    assert shares[0] < 0.8 * shares[1] < 0.8 * start


def test_newborns_live_where_they_did_unless_women_move_and_then_as_women_do() -> None:
    random = np.random.default_rng(3)
    base, structure = random.uniform(10, 500, (3, AGES)), random.uniform(500, 1000, (YEARS, AGES))
    women = np.zeros((YEARS, AGES))
    women[:, 30] = 100.0
    shares = base / base.sum(axis=0)
    stay = carried_shares(base, structure, women, np.ones(AGES))
    assert stay[1][:, 0] == pytest.approx(shares[:, 0])
    move = carried_shares(base, structure, women, np.zeros(AGES))
    newborn = shares[:, 0] * shares[:, 29] / shares[:, 30]
    assert move[1][:, 0] == pytest.approx(newborn / newborn.sum())


def test_an_age_of_nobody_has_the_shares_of_all_ages() -> None:
    base, structure, women = of_random(4)
    base[:, 89] = 0
    assert carried_shares(base, structure, women, KEPT)[0][:, 89] == pytest.approx(
        base.sum(axis=1) / base.sum()
    )


def test_people_fill_a_neighbourhood_s_homes() -> None:
    """Raked both ways: what the people take follows the homes, at the same level in all neighbourhoods."""
    growth = np.broadcast_to([0.0, 0.1, 0.6], (DRAWS, YEARS, 3))
    base, structure, women = of_random(2)
    made, _ = people(2, growth)
    forward = carried(base, structure, women, METHOD, BAND_OF_AGE)
    taken = (made * forward.homes_taken).sum(axis=-1) / (forward.at_base * (1 + growth))
    assert np.ptp(taken, axis=-1).max() < 0.005
    once = people(2, np.zeros_like(growth))[0]
    assert (made[..., 2, :].sum(axis=-1) > 1.3 * once[..., 2, :].sum(axis=-1)).all()


def test_homes_of_small_children_become_fuller_and_those_of_the_old_emptier() -> None:
    """Both as large, with the same homes: one has many of 0 to 2 and one of 66 to 68, who all grow older."""
    base, structure, women = of_random(5)
    base[:] = 50.0
    base[0, :3] = 600
    base[1, 66:69] = 600
    ages = replace(METHOD, kept=np.zeros(AGES), homes_taken=np.interp(AGE, [0, 5, 60, 75], [2, 0.2, 0.7, 2]))
    of_place = base.sum(axis=0)
    structure = np.stack([np.append(np.full(year, 150.0), of_place[: AGES - year]) for year in range(YEARS)])
    place = np.add.reduceat(structure, FIRST, axis=-1)[None]
    by_age, level = (
        neighbourhood_people(
            carried(base, structure, women, method, BAND_OF_AGE),
            place, np.zeros((1, YEARS, 3)), SINCE, method, np.zeros((1, 3, 1 + BANDS)),
        )[0, -1].sum(axis=-1)
        for method in (ages, replace(ages, homes_taken=np.ones(AGES)))
    )  # fmt: skip
    assert by_age[0] > 1.1 * by_age[1]
    assert level[0] == pytest.approx(level[1], rel=0.02)


def test_more_homes_in_a_neighbourhood_never_mean_fewer_people_there_or_more_elsewhere() -> None:
    none = np.zeros((DRAWS, YEARS, 3))
    some = none.copy()
    some[..., 1] = 0.3
    before, after = people(2, none)[0], people(2, some)[0]
    assert (after[:, :, 1] > before[:, :, 1]).all()
    assert (after[:, :, [0, 2]] < before[:, :, [0, 2]]).all()
    # New homes bring the ages of new homes; homes that go take people of all ages.
    young = after[:, :, 1, :4].sum(axis=-1) / after[:, :, 1].sum(axis=-1)
    assert (young > before[:, :, 1, :4].sum(axis=-1) / before[:, :, 1].sum(axis=-1) + 0.02).all()


def test_homes_of_unknown_whereabouts_go_where_homes_are_many_and_settled_people_few() -> None:
    base = np.full((3, AGES), 50.0)
    base[2, 50:] = 25.0
    homes = np.array([1000.0, 2000.0, 1000.0])
    share = where_homes_go(base, homes, METHOD, np.zeros((2, 3)))
    settled = base[:, 50:].sum(axis=1) / base.sum(axis=1)
    assert share[0] / share[0, 0] == pytest.approx([1, 2**1.5, settled[0] / settled[2]])
    assert share.sum(axis=-1) == pytest.approx([1, 1])


def test_homes_of_unknown_whereabouts_go_elsewhere_from_draw_to_draw() -> None:
    base, homes = of_random(1)[0], np.array([1000.0, 900.0, 800.0])
    normals = np.random.default_rng(0).standard_normal((500, 3))
    normals[0] = 0
    share = where_homes_go(base, homes, METHOD, normals)
    assert np.log(share[:, 0] / share[:, 1]).std() == pytest.approx(0.7 * 2**0.5, rel=0.1)
    assert share[0] == pytest.approx(where_homes_go(base, homes, METHOD, np.zeros((1, 3)))[0])


def test_homes_come_where_sites_are_and_those_of_no_known_site_are_spread() -> None:
    homes = np.array([[[100.0, 40.0, -10.0]], [[100.0, 40.0, -90.0]]])
    where, of_homes = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([0.9, 0.1])
    made = homes_by_neighbourhood(homes, np.array([1, -1, -1]), where, of_homes)
    assert made[0, 0] == pytest.approx([7.5, 122.5])
    # More are lost than come: they are lost where homes stand.
    assert made[1, 0] == pytest.approx([-45, 95])


def test_neighbourhoods_vary_as_widely_as_measured_and_wider_the_further_ahead() -> None:
    """One place of many neighbourhoods, so that raking to the place takes hardly anything off."""
    areas, draws = 40, 300
    normals = np.random.default_rng(0).standard_normal((draws, areas, 1 + BANDS))
    normals[0] = 0
    method = replace(METHOD, total_spread=0.2, students_spread=0.0)
    made = people(7, np.zeros((draws, YEARS, areas)), method, normals, areas)[0]
    shares = np.log(made / made.sum(axis=2, keepdims=True))
    totals = np.log(made.sum(axis=-1) / made.sum(axis=(2, 3))[..., None])
    assert totals[:, 0].std(axis=0) == pytest.approx(np.zeros(areas), abs=1e-9)
    at_four = totals[:, 4].std(axis=0).mean()
    assert at_four == pytest.approx(0.2 * 0.4**0.5, rel=0.05)
    assert totals[:, 1].std(axis=0).mean() == pytest.approx(at_four / 2, rel=0.05)
    oldest, youngest = (shares[:, 4, :, band].std(axis=0).mean() for band in (7, 0))
    assert oldest > 1.1 * youngest
    # What is unrecorded of homes makes totals wider.
    assert method.with_homes_unknown().total_spread == pytest.approx(np.hypot(0.2, 0.04))


def test_ages_that_give_way_to_one_another_leave_the_total_to_the_homes() -> None:
    areas, draws = 40, 200
    normals = np.random.default_rng(0).standard_normal((draws, areas, 1 + BANDS))
    only_ages = replace(METHOD, total_spread=0.0, students_spread=0.0)
    made = people(7, np.zeros((draws, YEARS, areas)), only_ages, normals, areas)[0]
    totals = np.log(made.sum(axis=-1) / made.sum(axis=(2, 3))[..., None])
    assert totals[:, 4].std(axis=0).mean() < 0.01


def test_neighbourhoods_of_students_vary_more() -> None:
    areas, draws = 40, 300
    normals = np.random.default_rng(0).standard_normal((draws, areas, 1 + BANDS))
    normals[0] = 0
    base, structure, women = of_random(7, areas)
    base[0, 18:23] = 3000
    method = replace(METHOD, total_spread=0.03, students_spread=0.5)
    forward = carried(base, structure, women, method, BAND_OF_AGE)
    place = np.repeat(np.add.reduceat(structure, FIRST, axis=-1)[None], draws, axis=0)
    made = neighbourhood_people(forward, place, np.zeros((draws, YEARS, areas)), SINCE, method, normals)
    width = np.log(made[:, 4].sum(axis=-1)).std(axis=0)
    assert forward.students[0] > 0.5
    assert width[0] > 3 * np.median(width[1:])


def test_the_principal_run_is_as_expected_whatever_the_widths() -> None:
    growth = np.full((DRAWS, YEARS, 3), 0.1)
    normals = np.random.default_rng(0).standard_normal((DRAWS, 3, 1 + BANDS))
    normals[0] = 0
    assert people(2, growth, normals=normals)[0][0] == pytest.approx(people(2, growth)[0][0])


def test_a_neighbourhood_that_would_lose_all_its_homes_is_named() -> None:
    growth = np.zeros((DRAWS, YEARS, 3))
    growth[2, 3, 1] = -1.5
    with pytest.raises(ValueError, match="neighbourhood 1 would lose 150% of its homes in year 3, draw 2"):
        people(3, growth)


def test_a_base_of_nobody_or_below_nought_is_refused() -> None:
    base, structure, women = of_random(4)
    for wrong in (base * 0, np.where(AGE == 3, -1.0, base)):
        with pytest.raises(ValueError, match="must not be negative, nor nobody"):
            carried_shares(wrong, structure, women, KEPT)


def test_shares_hang_on_nothing_that_memory_happened_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    base, structure, women = of_random(4)
    expected = carried_shares(base, structure, women, KEPT)
    monkeypatch.setattr(np, "empty_like", lambda array: np.full(array.shape, np.nan))
    monkeypatch.setattr(np, "empty", lambda shape, *_: np.full(shape, np.nan))
    assert np.array_equal(carried_shares(base, structure, women, KEPT), expected)
