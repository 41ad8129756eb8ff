"""What practices need follows their patients' small areas; a gap's interval is told apart by its cause."""

from __future__ import annotations

import numpy as np
import pytest

from models.estates.practice_requirement import (
    beyond_first,
    from_building_percent,
    requirement_of_practices,
    short_share,
)
from models.uncertainty.ensemble import NORMAL_P90


def test_a_practice_grows_with_the_small_areas_of_its_patients_by_how_many_come_from_each() -> None:
    a_patient = np.array([[2.0, 2.0, 4.0], [2.2, 2.2, 4.4]])
    relative = np.array([[1.0, 0.5], [3.0, 0.5]])
    patients = np.array([[100.0, 0.0, 30.0], [0.0, 100.0, 10.0]])
    nothing = np.zeros((2, 2))
    found = requirement_of_practices(a_patient, relative, (nothing, nothing), np.zeros((2, 3)), patients)
    assert found.shape == (3, 2, 3)
    assert found[:, 0, 0] == pytest.approx([200, 100, 70])
    assert found[:, 1, 0] == pytest.approx(2.2 * np.array([300, 50, 95]))
    assert found[:, :, 2] == pytest.approx(2 * found[:, :, 0])


def test_what_moves_a_small_area_moves_its_patients_alone_by_the_width_of_its_side() -> None:
    patients = np.array([[100.0, 0.0, 50.0], [0.0, 100.0, 50.0]])
    down, up = np.array([[0.0, 0.0], [0.1, 0.2]]), np.array([[0.0, 0.0], [0.3, 0.4]])
    shocks = NORMAL_P90 * np.array([[0.0, 1.0, -1.0], [0.0, -2.0, 0.0]])
    found = requirement_of_practices(np.ones((2, 3)), np.ones((2, 2)), (down, up), shocks, patients)
    assert found[:, 0] == pytest.approx(np.full((3, 3), 100.0))
    assert found[0, 1] == pytest.approx([100, 130, 90])
    assert found[1, 1] == pytest.approx([100, 60, 100])
    assert found[2, 1] == pytest.approx([100, 95, 95])


def test_the_width_begins_in_the_year_of_the_lists() -> None:
    assert beyond_first(np.array([[0.3, 0.1], [0.5, 0.1], [0.2, 0.0]])) == pytest.approx(
        np.array([[0, 0], [0.4, 0], [0, 0]])
    )


def test_the_part_of_an_interval_that_the_building_adds_and_the_share_of_draws_that_are_short() -> None:
    rng = np.random.default_rng(5)
    required = 100 + 3 * rng.standard_normal((2, 4001))
    existing = 100 + np.array([[4.0], [0.0]]) * rng.standard_normal((2, 4001))
    # The principal run is no draw.
    required[:, 0], existing[:, 0] = 1e6, -1e6
    assert from_building_percent(required, existing) == pytest.approx([64, 0], abs=2)
    assert from_building_percent(np.ones((1, 5)), np.ones((1, 5))) == pytest.approx([0])
    assert short_share(np.array([[9.0, -1.0, 0.0, 2.0, 3.0]])) == pytest.approx([0.5])
