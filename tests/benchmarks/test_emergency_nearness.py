"""The exponent of nearness that is in use is what the authorities choose, and it holds on the others."""

from __future__ import annotations

import numpy as np
import pytest

from assets.inputs.shared_assumptions import shared_value
from benchmarks.validation.emergency_nearness import MEASURES, choice, halves, scores, spread


def test_what_is_in_use_is_next_to_what_half_of_the_authorities_choose_and_holds_on_the_other_half() -> None:
    used = shared_value("england.emergency_nearness")
    found = scores((0.0, 0.1, 0.2, 0.3, 0.4, 1.0))
    assert abs(choice(found) - used) <= 0.1 + 1e-9
    scored = found.set_index(["measure", "exponent"])["scoring"]
    for measure in MEASURES:
        assert scored[measure, used] < 0.96 * scored[measure, 0.0]
        assert scored[measure, used] < scored[measure, 1.0]


def test_the_spread_is_that_of_logarithms_weighted_by_people() -> None:
    flows, need, people = np.array([10.0, 20.0, 99.0]), np.ones(3), np.array([10.0, 10.0, 1.0])
    first_two = np.array([True, True, False])
    assert spread(flows, need, people, first_two) == pytest.approx(np.log(2) / 2)
    assert halves(4).tolist() == [True, False, True, False]
