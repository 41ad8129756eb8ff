"""People of any ages: sums of draws, and packs that give the same interval back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.demography.age_range_packs import pack, people_aged

AGES, PATTERNS = 91, 8


def people(seed: int, draws: int = 200) -> np.ndarray:
    """Draws whose departures run over ages smoothly, as shared factors make them."""
    random = np.random.default_rng(seed)
    ages = np.arange(AGES)
    shapes = np.stack([np.exp(-(((ages - centre) / 15) ** 2)) for centre in (5, 25, 40, 60, 80)])
    level = 2000 * (1 - ages / 120)
    scores = random.normal(size=(draws, 5)) * 150
    return np.concatenate([level[None], level + scores @ shapes])


def unpacked(content: bytes) -> np.ndarray:
    """The principal run and the draws of a pack, as the page reads them."""
    size = 4 * AGES * (2 + PATTERNS)
    floats = np.frombuffer(content[:size], dtype="<f4").astype(np.float64).reshape(2 + PATTERNS, AGES)
    scores = np.frombuffer(content[size:], dtype=np.int8).astype(np.float64).reshape(-1, PATTERNS)
    return np.concatenate([floats[:1], floats[1] + scores @ floats[2:]])


@given(first=st.integers(0, 90), last=st.integers(0, 90), seed=st.integers(0, 50))
def test_a_range_is_the_sum_of_its_ages_in_every_draw(first: int, last: int, seed: int) -> None:
    draws = people(seed, 30)
    if first > last:
        with pytest.raises(ValueError, match="the lower one first"):
            people_aged(draws, first, last)
        return
    found = people_aged(draws, first, last)
    assert found.principal == pytest.approx(sum(draws[0, age] for age in range(first, last + 1)))
    assert found.p10 <= found.p50 <= found.p90


@pytest.mark.parametrize("ages", [(0, 90), (18, 24), (65, 90), (40, 40)])
def test_what_is_unpacked_gives_the_interval_of_the_draws(ages: tuple[int, int]) -> None:
    draws = people(1)
    given = people_aged(draws, *ages)
    back = people_aged(unpacked(pack(draws, PATTERNS)), *ages)
    width = given.p90 - given.p10
    assert back.principal == pytest.approx(given.principal, rel=1e-6)
    assert back.p10 == pytest.approx(given.p10, abs=0.03 * width)
    assert back.p90 == pytest.approx(given.p90, abs=0.03 * width)


def test_the_same_draws_pack_to_the_same_bytes_and_equal_draws_have_no_interval() -> None:
    assert pack(people(2), PATTERNS) == pack(people(2), PATTERNS)
    same = np.repeat(people(3)[:1], 40, axis=0)
    made = unpacked(pack(same, PATTERNS))
    np.testing.assert_allclose(made[1:], same[1:], rtol=1e-6)
