"""Graduation: people of age bands spread to single years, band totals kept exactly, nobody negative.

Single years are chosen as smooth as the band totals allow: the sum of squared second differences of people
over a `pattern` is least. A pattern carries what smoothness cannot know, such as a post-war birth peak;
without one the curve itself is smooth. What the bands are, and where a pattern comes from, is the caller's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.arrays import FloatArray


def band_edges(bands: list[str], ages: int) -> list[tuple[int, int]]:
    """First age and the age after the last of each band named `0`, `1-4` or `90+`.

    Raises ValueError unless the bands cover 0 … ages − 1 once, in order, the last one open.
    """
    edges: list[tuple[int, int]] = []
    for band in bands:
        if band.endswith("+"):
            edges.append((int(band[:-1]), ages))
        elif "-" in band:
            youngest, oldest = band.split("-")
            edges.append((int(youngest), int(oldest) + 1))
        else:
            edges.append((int(band), int(band) + 1))
    expected = 0
    for band, (first, stop) in zip(bands, edges, strict=True):
        if first != expected or stop <= first:
            raise ValueError(f"age band {band} starts at {first}, expected {expected}")
        expected = stop
    if expected != ages:
        raise ValueError(f"age bands end at {expected - 1}, expected {ages - 1}")
    return edges


def band_of_age(bands: list[str], ages: int) -> NDArray[np.int64]:
    """(ages,) index of each single year's band."""
    index = np.empty(ages, dtype=np.int64)
    for band, (first, stop) in enumerate(band_edges(bands, ages)):
        index[first:stop] = band
    return index


def graduate(
    totals: ArrayLike, bands: list[str], ages: int = 91, pattern: ArrayLike | None = None
) -> FloatArray:
    """Single years (…, ages) from band totals (…, bands).

    pattern: (…, ages) above 0, the shape within and across bands that people are to follow up to a smooth
    ratio. Where the smoothest curve would be negative it is held at zero and smoothed again. Raises
    ValueError for negative totals.

    Method: least squares under linear constraints (a discrete spline), the negative ages removed one set at
    a time; the same idea as penalised graduation (Whittaker 1923) with exact band totals.
    """
    values = np.asarray(totals, dtype=np.float64)
    if values.min() < 0:
        raise ValueError(f"a band holds {values.min():g} people")
    edges = band_edges(bands, ages)
    shape = np.ones(ages) if pattern is None else np.asarray(pattern, dtype=np.float64)
    shape = np.broadcast_to(shape, (*values.shape[:-1], ages)).reshape(-1, ages)
    flat = values.reshape(-1, len(bands))
    single = np.array([_smoothest(total, edges, form) for total, form in zip(flat, shape, strict=True)])
    return single.reshape(*values.shape[:-1], ages)


def _smoothest(total: FloatArray, edges: list[tuple[int, int]], shape: FloatArray) -> FloatArray:
    """One row; ages held at zero are taken out until none is negative."""
    ages = len(shape)
    # The open band is a fall to nothing over many years: it stays whole, and the curve up to it is free.
    free_ages = ages - 1 if edges[-1][1] - edges[-1][0] == 1 else ages
    closed = edges if free_ages == ages else edges[:-1]
    membership = np.zeros((len(closed), free_ages))
    for band, (first, stop) in enumerate(closed):
        membership[band, first:stop] = shape[first:stop]
    curvature = np.diff(np.eye(free_ages), n=2, axis=0)
    roughness = curvature.T @ curvature
    wanted = total[: len(closed)]
    held = np.zeros(free_ages, dtype=bool)
    for band, (first, stop) in enumerate(closed):
        if wanted[band] == 0:
            held[first:stop] = True
    ratio = np.zeros(free_ages)
    for _ in range(free_ages):
        free = np.flatnonzero(~held)
        used = np.flatnonzero(membership[:, free].any(axis=1))
        constraint = membership[np.ix_(used, free)]
        size = len(free)
        system = np.zeros((size + len(used), size + len(used)))
        system[:size, :size] = roughness[np.ix_(free, free)]
        system[size:, :size] = constraint
        system[:size, size:] = constraint.T
        target = np.concatenate([np.zeros(size), wanted[used]])
        try:
            solution = np.linalg.solve(system, target)
        except np.linalg.LinAlgError:  # a single band: any straight line is as smooth, take the shortest
            solution = np.linalg.lstsq(system, target, rcond=None)[0]
        ratio[:] = 0.0
        ratio[free] = solution[:size]
        negative = ratio < -1e-12 * max(1.0, float(np.abs(ratio).max()))
        if not negative.any():
            break
        held |= negative
    single = np.zeros(ages)
    single[:free_ages] = np.maximum(ratio, 0.0) * shape[:free_ages]
    single[free_ages:] = total[len(closed) :]
    for band, (first, stop) in enumerate(edges):
        made = single[first:stop].sum()
        if made > 0:
            single[first:stop] *= total[band] / made
    return single
