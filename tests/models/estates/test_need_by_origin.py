"""Whose need a hospital meets: shares stay those of patients, whatever a forecast holds the hospital to."""

from __future__ import annotations

import numpy as np
import pytest

from models.estates.need_by_origin import percent_of_whole, requirement_by_origin

FROM_PLACES = {
    "near": np.array([[[60.0, 10.0], [66.0, 12.0]]]),
    "far": np.array([[[20.0, 30.0], [20.0, 33.0]]]),
}
OUTSIDE = np.array([20.0, 0.0])
BEDS = np.array([[0.01], [0.003]])


def activity(held: float) -> np.ndarray:
    """(scenario, year, service) of all patients, the second year held to so much of the usual."""
    usual = sum(FROM_PLACES.values()) + OUTSIDE
    return np.stack([usual[:, 0], held * usual[:, 1]], axis=1)


@pytest.mark.parametrize("held", [1.0, 0.9, 1.2])
def test_a_provider_held_to_its_forecast_is_held_for_all_who_come_alike(held: float) -> None:
    whole = activity(held)
    found = requirement_by_origin(FROM_PLACES, whole, BEDS, "outside")
    assert set(found) == {"near", "far", "outside"}
    assert sum(found.values()) == pytest.approx(whole @ BEDS)
    assert found["near"][0, 0] == pytest.approx([60 * 0.01 + 10 * 0.003])
    assert found["outside"][0, 0] == pytest.approx([20 * 0.01])
    # Those from outside keep a fifth of the first service and none of the other; places share the rest as
    # their patients do.
    first, other = whole[0, 1]
    near = first * 0.8 * 66 / 86 * 0.01 + other * 12 / 45 * 0.003
    assert found["near"][0, 1] == pytest.approx([near])
    assert found["outside"][0, 1] == pytest.approx([first * 0.2 * 0.01])


def test_a_service_nobody_uses_needs_nothing_and_shares_are_in_per_cent() -> None:
    nobody = {place: part * [1.0, 0.0] for place, part in FROM_PLACES.items()}
    found = requirement_by_origin(nobody, activity(1.0) * [1.0, 0.0], BEDS, "outside")
    assert all(np.isfinite(part).all() for part in found.values())
    shares = percent_of_whole(found)
    assert sum(shares.values()) == pytest.approx(np.full((1, 2, 1), 100.0))
    assert percent_of_whole({"near": np.zeros(1), "far": np.zeros(1)})["near"].tolist() == [0.0]
