"""What of a change each cause made, when the causes were let in one after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray


def changes_along(path: ArrayLike) -> FloatArray:
    """(causes, figures) what each cause changed, from (causes + 1, figures) figures before and after each.

    The last cause takes what is left of the whole, so the causes add up to it to the last digit of a sum.
    Raises ValueError for a path without a cause or with a value that is not finite.
    """
    figures = np.asarray(path, dtype=np.float64)
    if figures.ndim != 2 or len(figures) < 2:
        raise ValueError(
            f"expected figures before and after causes, (causes + 1, figures), found {figures.shape}"
        )
    if not np.isfinite(figures).all():
        raise ValueError("a figure on the path is not finite")
    changes = np.diff(figures, axis=0)
    changes[-1] = (figures[-1] - figures[0]) - changes[:-1].sum(axis=0)
    return changes
