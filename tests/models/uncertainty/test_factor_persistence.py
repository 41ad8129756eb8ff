"""What is read off a panel is what the ensemble would draw: persistence, spread and shared part come back."""

import numpy as np
import pytest

from models.uncertainty.ensemble import NORMAL_P90, autoregressive
from models.uncertainty.factor_persistence import MOST_PERSISTENT, wandering


def panel(rho: float, sigma: float, shared: float, areas: int = 300, years: int = 60) -> np.ndarray:
    random = np.random.default_rng(3)
    common = autoregressive(random.standard_normal((1, years)), rho)
    local = autoregressive(random.standard_normal((areas, years)), rho)
    own_level = random.normal(0, 5, (areas, 1))
    return own_level + sigma * (np.sqrt(shared) * common + np.sqrt(1 - shared) * local)


@pytest.mark.parametrize("rho", [0.4, 0.8])
def test_a_wandering_that_was_drawn_is_found_again(rho: float) -> None:
    found = wandering(panel(rho, 0.2, 0.0), 5)
    assert found.persistence == pytest.approx(rho, abs=0.03)
    assert found.half_range == pytest.approx(0.2 * NORMAL_P90, rel=0.05)
    assert found.shared_variance < 0.02


def test_what_areas_share_is_told_apart() -> None:
    assert wandering(panel(0.6, 0.1, 0.5, years=400), 5).shared_variance == pytest.approx(0.5, abs=0.1)


def test_chance_in_counting_is_not_taken_for_wandering() -> None:
    random = np.random.default_rng(5)
    counted = panel(0.8, 0.1, 0.0) + random.normal(0, 0.1, (300, 60))
    assert wandering(counted, 5, 0.1**2).persistence == pytest.approx(0.8, abs=0.05)
    assert wandering(counted, 5).persistence < 0.6


def test_a_random_walk_is_held_at_the_most_persistent() -> None:
    random = np.random.default_rng(6)
    walk = np.cumsum(random.standard_normal((100, 30)), axis=1)
    assert wandering(walk, 5).persistence == pytest.approx(MOST_PERSISTENT)


def test_too_short_a_panel_is_refused() -> None:
    with pytest.raises(ValueError, match="no changes over 5 years"):
        wandering(np.zeros((4, 5)), 5)
