"""People of any ages from draws of single years of age: their interval, and draws packed small for a page.

The interval of a range of ages does not follow from those of its parts, so whoever asks for a range needs
draws. A pack holds one area's and year's: the principal run, the draws' mean, and the draws' departures from
it as a few patterns over age (the leading eigenvectors of their covariance, Hotelling 1933) with a score a
draw. Arrays in, arrays or bytes out.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray
from models.uncertainty.ensemble import Summary, summarise

_LARGEST_SCORE = 127


def people_aged(people: FloatArray, first: int, last: int) -> Summary:
    """Principal and quantiles of those aged `first` to `last`, both included.

    people: [draw, …, age], draw 0 the principal run, ages from 0, the last one open. Returns arrays of the
    shape between. Raises ValueError on ages that are not there or the wrong way round.
    """
    ages = people.shape[-1]
    if not 0 <= first <= last < ages:
        raise ValueError(f"ages {first} to {last} are not within 0 to {ages - 1}, the lower one first")
    return summarise(people[..., first : last + 1].sum(axis=-1))


def pack(people: FloatArray, patterns: int) -> bytes:
    """One area's and year's draws [draw, age] in little-endian bytes.

    In order: principal by age, mean by age, each pattern by age (float32), then each draw's score of each
    pattern (int8); a draw is the mean plus its scores times the patterns.
    """
    principal, draws = people[0], people[1:]
    mean = draws.mean(axis=0)
    departures = draws - mean
    _, vectors = np.linalg.eigh(departures.T @ departures)
    leading = vectors[:, ::-1][:, :patterns]
    # An eigenvector's sign is arbitrary: fixed here, so that the same draws always give the same bytes.
    leading = leading * np.where(leading.sum(axis=0) < 0, -1.0, 1.0)
    scores = departures @ leading
    unit = np.maximum(np.abs(scores).max(axis=0), np.finfo(np.float32).tiny) / _LARGEST_SCORE
    floats = np.concatenate([principal, mean, (leading * unit).T.ravel()]).astype("<f4")
    return floats.tobytes() + np.round(scores / unit).astype(np.int8).tobytes()
