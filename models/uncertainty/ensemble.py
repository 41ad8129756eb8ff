"""Draws of uncertain factors, and what is read off an ensemble: one source of randomness for every stage.

Axis 0 of every array of draws is `draw`: index 0 is the principal run, with every factor at its central
value, and 1 … D are the draws. A stream is keyed by (seed, factor, scope, code), so a place's draws are
the same whatever else is in the run, and a draw is the same whatever the number of draws. Which factors
there are and how wide they spread belongs to the stages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray

NORMAL_P90 = 1.2815515655446004
"""The standard normal's 90th percentile: an 80 % range lies between ± this."""


CELLS_AT_ONCE = 128
"""Cells whose draws are sorted at a time, so that they stay in the processor's cache."""


class Summary(NamedTuple):
    """The four columns of an uncertain quantity."""

    principal: FloatArray
    p10: FloatArray
    p50: FloatArray
    p90: FloatArray


class Stream(NamedTuple):
    """What a stream of shocks is keyed by, the seed apart, and how many shocks a draw it gives."""

    factor: str
    scope: str
    code: str
    size: int


_ASKED: ContextVar[set[Stream] | None] = ContextVar("asked_streams", default=None)
_HELD: ContextVar[Mapping[str, int] | None] = ContextVar("held_factors", default=None)


@contextmanager
def streams_asked_for() -> Iterator[set[Stream]]:
    """The streams that anyone asks for while the context lasts: what an ensemble is random in."""
    asked: set[Stream] = set()
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)


@contextmanager
def one_at_a_time(low_draws: Mapping[str, int]) -> Iterator[None]:
    """While the context lasts, draws are not random: each moves one thing and leaves all others alone.

    low_draws: for each factor the draw in which it stands at its P10 in all places and years; in the next
    it stands at its P90. Factors of one draw move together; a factor that is not named never moves.
    """
    token = _HELD.set(low_draws)
    try:
        yield
    finally:
        _HELD.reset(token)


def _at_its_ends(low_draw: int | None, draws: int, size: int) -> FloatArray:
    values = np.zeros((draws + 1, size))
    if low_draw is not None:
        values[low_draw], values[low_draw + 1] = -NORMAL_P90, NORMAL_P90
    return values


def standard_normal(seed: int, factor: str, scope: str, code: str, draws: int, size: int = 1) -> FloatArray:
    """Independent standard normals, (draws + 1, size); row 0, the principal run's, is all zeros.

    scope: `common`, `place`, `provider` or `site`; code: which one (`all` for common).
    """
    asked = _ASKED.get()
    if asked is not None:
        asked.add(Stream(factor, scope, code, size))
    held = _HELD.get()
    if held is not None:
        return _at_its_ends(held.get(factor), draws, size)
    # Every place asks for the common stream again; the few latest are kept, read-only.
    made = _common_normal if scope == "common" else _normal
    return made(seed, factor, scope, code, draws, size)


def _normal(seed: int, factor: str, scope: str, code: str, draws: int, size: int) -> FloatArray:
    key = hashlib.sha256("\x1f".join((str(seed), factor, scope, code)).encode()).digest()
    generator = np.random.Generator(np.random.Philox(key=int.from_bytes(key[:16], "little")))
    values = np.zeros((draws + 1, size))
    generator.standard_normal(out=values[1:])
    return values


@lru_cache(maxsize=16)
def _common_normal(seed: int, factor: str, scope: str, code: str, draws: int, size: int) -> FloatArray:
    values = _normal(seed, factor, scope, code, draws, size)
    values.flags.writeable = False
    return values


def shared_normal(
    seed: int,
    factor: str,
    code: str,
    draws: int,
    size: int,
    shared_variance: float,
    scope: str = "place",
) -> FloatArray:
    """Standard normals of which a share of the variance is common to all places, (draws + 1, size).

    Raises ValueError for a shared variance outside 0 to 1.
    """
    if not 0 <= shared_variance <= 1:
        raise ValueError(f"shared variance of {factor} is {shared_variance}; expected 0 to 1")
    common = standard_normal(seed, factor, "common", "all", draws, size)
    if _HELD.get() is not None:
        return common
    local = standard_normal(seed, factor, scope, code, draws, size)
    return np.sqrt(shared_variance) * common + np.sqrt(1.0 - shared_variance) * local


def autoregressive(
    z: ArrayLike, rho: float, start: Literal["stationary", "known"] = "stationary"
) -> FloatArray:
    """First-order autoregressive series over the last axis, from independent standard normals.

    `stationary`: unit variance throughout. `known`: the value before the first is known to be central, so
    the variance grows as 1 − rho^(2t) towards one: the interval opens with the horizon.
    """
    shocks = np.asarray(z, dtype=np.float64)
    if not 0 <= rho < 1:
        raise ValueError(f"autocorrelation is {rho}; expected at least 0 and under 1")
    if _HELD.get() is not None:  # a factor that is held does not wander
        return shocks
    series = np.empty_like(shocks)
    innovation = np.sqrt(1.0 - rho * rho)
    series[..., 0] = shocks[..., 0] * (1.0 if start == "stationary" else innovation)
    for step in range(1, shocks.shape[-1]):
        series[..., step] = rho * series[..., step - 1] + innovation * shocks[..., step]
    return series


def accumulated(z: ArrayLike, rho: float, horizon: int) -> FloatArray:
    """Running sums over the last axis of autoregressive steps, of unit variance after `horizon` of them.

    The first value has taken one step. For quantities that drift and never come back to a mean: the spread
    grows faster than the root of time while steps persist, and like it in the long run.
    """
    return np.asarray(np.cumsum(yearly_steps(z, rho, horizon), axis=-1))


def yearly_steps(z: ArrayLike, rho: float, horizon: int) -> FloatArray:
    """The autoregressive steps over the last axis whose sum has unit variance after `horizon` of them."""
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}; expected at least 1")
    lags = np.arange(1, horizon)
    variance = horizon + 2.0 * ((horizon - lags) * rho**lags).sum()
    return np.asarray(autoregressive(z, rho) / np.sqrt(variance))


def factor_draws(value: ArrayLike, low: ArrayLike, high: ArrayLike, z: ArrayLike) -> FloatArray:
    """Values whose 10th and 90th percentiles are low and high: a normal with a spread for either side.

    Exactly `value` where z is 0. Arguments broadcast. Raises ValueError unless low ≤ value ≤ high.
    """
    central, lower, upper, shocks = (np.asarray(item, dtype=np.float64) for item in (value, low, high, z))
    if (lower > central).any() or (central > upper).any():
        raise ValueError(f"expected low <= value <= high, found {low!r} {value!r} {high!r}")
    spread = np.where(shocks > 0, upper - central, central - lower) / NORMAL_P90
    return np.asarray(central + spread * shocks, dtype=np.float64)


def summarise(array: ArrayLike, axis: int = 0) -> Summary:
    """Principal run and p10, p50, p90 of the draws along the draw axis; the principal is not a draw.

    Quantiles interpolate linearly between the two nearest draws. Raises ValueError without any draw.
    """
    values = np.moveaxis(np.asarray(array, dtype=np.float64), axis, -1)
    count = values.shape[-1] - 1
    if count < 1:
        raise ValueError("no draws to take quantiles of")
    positions = [share * (count - 1) for share in (0.1, 0.5, 0.9)]
    below = [int(position) for position in positions]
    ranks = [*below, *(min(rank + 1, count - 1) for rank in below)]
    ranked = np.empty((len(ranks), values[..., 0].size))
    done = 0
    for cells in _rows(values):
        # A contiguous row a cell, sorted: several times faster than selecting across the draw axis.
        draws = np.array(cells[:, 1:], order="C")
        draws.sort(axis=-1)
        ranked[:, done : done + len(draws)] = draws[:, ranks].T
        done += len(draws)
    weights = np.array([[position - rank] for position, rank in zip(positions, below, strict=True)])
    quantiles = ranked[: len(below)] * (1.0 - weights) + ranked[len(below) :] * weights
    shape = values.shape[:-1]
    return Summary(np.array(values[..., 0]), *(quantile.reshape(shape) for quantile in quantiles))


def _rows(values: FloatArray) -> Iterator[FloatArray]:
    """Cells (…, draw) in their order as rows (cell, draw), some at a time and none of them copied."""
    try:
        cells = values.reshape(-1, values.shape[-1], copy=False)
    except ValueError:  # no even steps in memory from one cell to the next
        for part in values:
            yield from _rows(part)
        return
    for first in range(0, len(cells), CELLS_AT_ONCE):
        yield cells[first : first + CELLS_AT_ONCE]
