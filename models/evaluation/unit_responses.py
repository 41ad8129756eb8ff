"""What a run answers to a unit of an input, from runs of the same kernel that differ by that input alone."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def with_more_each_year(homes: FloatArray, open_from: int, more: float) -> FloatArray:
    """(1 + open years, years) homes (years,) as they are, and with so many more in one open year at a time.

    The last year serves only the mid-year after it and gets none.
    """
    opened = len(homes) - open_from - 1
    runs = np.tile(homes, (opened + 1, 1))
    runs[np.arange(1, opened + 1), open_from + np.arange(opened)] += more
    return runs


def per_unit(runs: FloatArray, more: float) -> FloatArray:
    """(open years, …) what each unit brings: runs (1 + open years, …) less the first of them."""
    return np.asarray((runs[1:] - runs[:1]) / more)


def fixed_part(then: float, now: float, use_then: float, use_now: float) -> float:
    """The part of a requirement that does not go by 1 ÷ use, from the requirement at two uses.

    A requirement is then × (fixed + (1 - fixed) × use_then ÷ use_now): nothing of it is fixed where it goes
    by the use alone. Raises ValueError where the uses do not differ.
    """
    if use_then == use_now:
        raise ValueError("two different uses are needed")
    return float((now / then - use_then / use_now) / (1.0 - use_then / use_now))
