"""What a place's level of activity is made of: its people's ages, their need, its own rates, its record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.arrays import FloatArray

PER = 1000.0


@dataclass(frozen=True)
class Level:
    """Activity a year for each 1 000 people, step by step from England's rates to the recorded level.

    `by_age` is England's rates on the place's people, `by_need` that at its need beside age, `by_own_rates`
    the place's own published rates by age and sex, `level` that at the record. `beyond_need` is the level
    over what age and need ask for, `factor` the level over the place's own rates.
    """

    by_age: float
    by_need: float
    by_own_rates: float
    level: float

    @property
    def beyond_need(self) -> float:
        """Level over what age and need ask for."""
        return self.level / self.by_need

    @property
    def factor(self) -> float:
        """Level over the place's own rates: what calibration adds."""
        return self.level / self.by_own_rates


def explained(
    people: FloatArray, england_rates: FloatArray, need: float, expected: float, calibrated: float
) -> Level:
    """The steps for a place's people (2, 91) at England's rates (2, 91) and a need index, England 1.

    `expected` is the place's activity a year at its own rates, `calibrated` at the recorded level. Raises
    ValueError without people.
    """
    total = float(people.sum())
    if total <= 0:
        raise ValueError("nobody lives in the place")
    by_age = PER * float(np.sum(people * england_rates)) / total
    return Level(by_age, by_age * need, PER * expected / total, PER * calibrated / total)


def at_shape(
    shape: FloatArray, england_people: FloatArray, england_total: float, from_age: int
) -> FloatArray:
    """Rates (2, 91) that rise with age as `shape` (2, 91) does from an age on and give England its total.

    england_people: (2, 91) of the year of the total. Raises ValueError where the shape is 0 for everybody.
    """
    older = np.zeros_like(shape)
    older[:, from_age:] = shape[:, from_age:]
    given = float(np.sum(older * england_people))
    if given <= 0:
        raise ValueError(f"a shape without anybody from {from_age} on")
    return older * (england_total / given)
