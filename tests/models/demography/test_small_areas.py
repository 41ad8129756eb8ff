"""Neighbourhoods add up to their place, homes draw people to where they stand, nobody is negative."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.demography.small_areas import carried_shares, homes_by_neighbourhood, neighbourhood_people

AGES, BANDS, YEARS, DRAWS = 91, 8, 5, 4
BAND_OF_AGE = np.digitize(np.arange(AGES), [5, 16, 25, 45, 65, 75, 85])
KEPT = np.where(np.arange(AGES) == 20, 1.0, 0.4)


def made(seed: int, areas: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Base, structure, shares and the place's draws."""
    random = np.random.default_rng(seed)
    base = random.uniform(10, 500, (areas, BANDS))
    structure = random.uniform(500, 1000, (YEARS, AGES))
    women = 0.5 * structure * ((np.arange(AGES) >= 15) & (np.arange(AGES) < 50))
    shares = carried_shares(base, BAND_OF_AGE, structure, women, KEPT)
    banded = np.add.reduceat(structure, np.flatnonzero(np.diff(BAND_OF_AGE, prepend=-1)), axis=-1)
    return base, structure, shares, banded * random.uniform(0.8, 1.2, (DRAWS, 1, 1))


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), homes=st.floats(0, 3000), areas=st.integers(1, 6))
def test_neighbourhoods_add_up_to_the_place_in_every_band_year_and_draw(
    seed: int, homes: float, areas: int
) -> None:
    _, structure, shares, place = made(seed, areas)
    built = np.random.default_rng(seed).uniform(0, homes, (DRAWS, YEARS, areas))
    people = neighbourhood_people(shares, structure, place, built, 20_000, np.ones(AGES), BAND_OF_AGE)
    assert people.min() >= 0
    assert np.allclose(people.sum(axis=2), place, rtol=1e-12)


def test_shares_add_to_one_and_a_cohort_takes_its_share_along() -> None:
    base, _, shares, _ = made(1)
    assert np.allclose(shares.sum(axis=1), 1)
    start = (base / base.sum(axis=0))[:, BAND_OF_AGE]
    pull = 1 - 0.6**0.1
    assert np.allclose(shares[0][:, 25], pull * start[:, 25] + (1 - pull) * start[:, 24])
    assert np.allclose(shares[-1][:, 20], start[:, 20])


def test_newborns_live_where_they_did_unless_women_move_and_then_as_women_do() -> None:
    random = np.random.default_rng(3)
    base, structure = random.uniform(10, 500, (3, AGES)), random.uniform(500, 1000, (YEARS, AGES))
    women = np.zeros((YEARS, AGES))
    women[:, 30] = 100.0
    shares = base / base.sum(axis=0)
    stay = carried_shares(base, np.arange(AGES), structure, women, np.ones(AGES))
    assert stay[0][:, 0] == pytest.approx(shares[:, 0])
    move = carried_shares(base, np.arange(AGES), structure, women, np.zeros(AGES))
    newborn = shares[:, 0] * shares[:, 29] / shares[:, 30]
    assert move[0][:, 0] == pytest.approx(newborn / newborn.sum())


def test_more_homes_in_a_neighbourhood_never_mean_fewer_people_there_or_more_elsewhere() -> None:
    _, structure, shares, place = made(2)
    none = np.zeros((DRAWS, YEARS, 3))
    some = none.copy()
    some[..., 1] = 800
    tilt = np.where(np.arange(AGES) < 45, 1.2, 0.8)
    before, after = (
        neighbourhood_people(shares, structure, place, homes, 20_000, tilt, BAND_OF_AGE)
        for homes in (none, some)
    )
    assert (after[:, :, 1] > before[:, :, 1]).all()
    assert (after[:, :, [0, 2]] < before[:, :, [0, 2]]).all()


def test_homes_of_unknown_whereabouts_are_spread_by_population() -> None:
    homes = homes_by_neighbourhood(np.array([100.0, 40.0]), np.array([1, -1]), np.array([0.25, 0.75]))
    assert homes == pytest.approx([10, 130])


def test_a_neighbourhood_that_would_lose_all_its_homes_is_named() -> None:
    _, structure, shares, place = made(3)
    homes = np.zeros((DRAWS, YEARS, 3))
    homes[2, 3, 1] = -50_000
    with pytest.raises(ValueError, match=r"neighbourhood 1 would lose 50,000 of .* in year 3, draw 2"):
        neighbourhood_people(shares, structure, place, homes, 20_000, np.ones(AGES), BAND_OF_AGE)


def test_a_band_without_anybody_is_refused() -> None:
    base, structure, _, _ = made(4)
    base[:, 3] = 0
    with pytest.raises(ValueError, match="nobody in a band"):
        carried_shares(base, BAND_OF_AGE, structure, structure, KEPT)


def test_shares_hang_on_nothing_that_memory_happened_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = made(4)[2]
    monkeypatch.setattr(np, "empty_like", lambda array: np.full(array.shape, np.nan))
    monkeypatch.setattr(np, "empty", lambda shape, *_: np.full(shape, np.nan))
    assert np.array_equal(made(4)[2], expected)
