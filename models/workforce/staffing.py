"""Staff that areas take and have, each cell's draws side by side: sums over staff groups and over areas.

Tables of quantiles are read off these. What is required, what is there and what is missing is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

DRAWS_AT_ONCE = 128
"""Draws that are turned at a time, so that both sides stay in the cache."""


class Staffing(NamedTuple):
    """Required (group, scenario, year, draw), and of the groups an area is supplied with staff in post, bank
    and agency, and heads, in the same order; sums over groups stand after the last group."""

    required: FloatArray
    in_post: FloatArray
    temporary: FloatArray
    heads: FloatArray


def cells(draws: FloatArray, sums: Sequence[Sequence[int]]) -> FloatArray:
    """Draws (scenario, draw, year, area, group) as (area, group, scenario, year, draw), with sums of groups.

    Each of `sums` lists the groups it is over and stands after the last group. A quantile then sorts what
    lies side by side, and a sum adds whole blocks.
    """
    scenarios, count, years, areas, groups = draws.shape
    made = np.empty((areas, groups + len(sums), scenarios, years, count))
    for scenario, of_scenario in enumerate(draws):
        for first in range(0, count, DRAWS_AT_ONCE):
            some = slice(first, first + DRAWS_AT_ONCE)
            made[:, :groups, scenario, :, some] = of_scenario[some].transpose(2, 3, 1, 0)
    for area in made:
        for position, chosen in enumerate(sums, start=groups):
            _sum([area[group] for group in chosen], area[position])
    return made


def together(areas: Sequence[Staffing]) -> Staffing:
    """The staff of all areas, draw by draw."""
    return Staffing(*(_sum(parts, np.empty_like(parts[0])) for parts in zip(*areas, strict=True)))


def _sum(parts: Sequence[FloatArray], into: FloatArray) -> FloatArray:
    into[:] = parts[0]
    for part in parts[1:]:
        into += part
    return into
