"""Staff that areas take and have, each cell's draws side by side: sums over staff groups and over areas.

Tables of quantiles are read off these. What is required, what is there and what is missing is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.arrays import FloatArray


class Staffing(NamedTuple):
    """Required (group, scenario, year, draw), and of the groups an area is supplied with staff in post, bank
    and agency, and heads, in the same order; sums over groups stand after the last group."""

    required: FloatArray
    in_post: FloatArray
    temporary: FloatArray
    heads: FloatArray


def with_sums(values: FloatArray, sums: Sequence[Sequence[int]]) -> FloatArray:
    """Values (group, …) with sums of groups after the last: each of `sums` lists the groups it is over."""
    made = np.empty((len(values) + len(sums), *values.shape[1:]))
    made[: len(values)] = values
    for position, chosen in enumerate(sums, start=len(values)):
        _sum([made[group] for group in chosen], made[position])
    return made


def together(areas: Sequence[Staffing]) -> Staffing:
    """The staff of all areas, draw by draw."""
    return Staffing(*(_sum(parts, np.empty_like(parts[0])) for parts in zip(*areas, strict=True)))


def everybody(wholes: Sequence[Staffing]) -> Staffing:
    """The last row, which is a sum, of each together, draw by draw."""
    return together([Staffing(*(values[-1:] for values in whole)) for whole in wholes])


def _sum(parts: Sequence[FloatArray], into: FloatArray) -> FloatArray:
    into[:] = parts[0]
    for part in parts[1:]:
        into += part
    return into
