"""What each cause changed adds up to what changed, whatever the path between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from models.evaluation.attribution import changes_along


@given(
    npst.arrays(
        np.float64,
        st.tuples(st.integers(2, 6), st.integers(1, 4)),
        elements=st.floats(-1e7, 1e7, allow_nan=False),
    )
)
def test_causes_add_up_to_the_whole(path: np.ndarray) -> None:
    changes = changes_along(path)
    assert changes.shape == (len(path) - 1, path.shape[1])
    np.testing.assert_allclose(changes.sum(axis=0), path[-1] - path[0], atol=1e-6)


def test_a_cause_has_what_it_changed_at_its_turn() -> None:
    np.testing.assert_allclose(changes_along([[100.0], [105.0], [106.0]]), [[5.0], [1.0]])


@pytest.mark.parametrize("path", [[[1.0]], [[1.0], [np.nan]], [1.0, 2.0]])
def test_a_path_without_causes_or_figures_is_refused(path: object) -> None:
    with pytest.raises(ValueError, match=r"expected|finite"):
        changes_along(path)  # type: ignore[arg-type]
