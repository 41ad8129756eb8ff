"""Measures of projections against what came, area by area, with standard errors by bootstrap over areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.population.folder_projection import OLD, OLDEST, ProjectedPeople, five_year
from models.evaluation.projection_errors import age_sex_error, percent_difference

LEVEL = 0.8
RESAMPLES = 100
SEED = 20
STANDARD_ERROR = "standard_error"
Aggregate = Callable[[np.ndarray], np.ndarray]


def _mean(values: np.ndarray) -> np.ndarray:
    return np.asarray(values.mean(axis=-1))


def _median(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.median(values, axis=-1))


def _ninth(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.quantile(values, 0.9, axis=-1))


MEASURES: dict[str, Aggregate] = {
    "mape": _mean, "medape": _median, "bias": _mean, "p90": _ninth, "share_5": _mean, "share_10": _mean,
    "age_median": _median, "age_sex_median": _median, "age_sex_mean": _mean, "age_sex_share_10": _mean,
    "mape_65_plus": _mean, "mape_85_plus": _mean,
    "coverage_80": _mean, "coverage_80_bands": _mean, "coverage_80_65_plus": _mean,
    "coverage_80_85_plus": _mean, "interval_score_80": _mean, "interval_score_80_bands": _mean,
}  # fmt: skip
"""Each measure and how values of areas become one; all in percent. Interval scores are Winkler's, in percent
of the people; that of bands is the mean over five-year bands, each in percent of the people of the band."""


def by_area(found: ProjectedPeople, truth: np.ndarray) -> dict[str, np.ndarray]:
    """(areas,) values behind every measure that the projection and the truth allow.

    truth: (areas, 2, AGES) or persons, (areas, 1, AGES).
    """
    persons, actual = found.people.sum(axis=1), truth.sum(axis=1)
    total = actual.sum(axis=1)
    error = percent_difference(persons.sum(axis=1), total)
    far = np.abs(error)
    values = {
        "mape": far,
        "medape": far,
        "bias": error,
        "p90": far,
        "share_5": 100.0 * (far >= 5),
        "share_10": 100.0 * (far >= 10),
        "age_median": age_sex_error(five_year(persons)[:, None], five_year(actual)[:, None]),
        "mape_65_plus": np.abs(percent_difference(persons[:, OLD:].sum(axis=1), actual[:, OLD:].sum(axis=1))),
        "mape_85_plus": np.abs(
            percent_difference(persons[:, OLDEST:].sum(axis=1), actual[:, OLDEST:].sum(axis=1))
        ),
    }
    if truth.shape[1] == 2:
        apart = age_sex_error(five_year(found.people), five_year(truth))
        values["age_sex_median"] = values["age_sex_mean"] = apart
        values["age_sex_share_10"] = 100.0 * (apart >= 10)
    if found.total is not None:
        values["coverage_80"] = _held(found.total, total)
        values["interval_score_80"] = _score(found.total, total)
    if found.bands is not None and found.old is not None and found.oldest is not None:
        bands = five_year(actual)
        values["coverage_80_bands"] = _held(found.bands, bands).mean(axis=1)
        values["interval_score_80_bands"] = _score(found.bands, bands).mean(axis=1)
        values["coverage_80_65_plus"] = _held(found.old, actual[:, OLD:].sum(axis=1))
        values["coverage_80_85_plus"] = _held(found.oldest, actual[:, OLDEST:].sum(axis=1))
    return values


def _held(interval: np.ndarray, true: np.ndarray) -> np.ndarray:
    return np.asarray(100.0 * ((interval[..., 0] <= true) & (true <= interval[..., 1])))


def _score(interval: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Winkler score of each value, in percent of it (of one person where there is nobody)."""
    low, high = interval[..., 0], interval[..., 1]
    missed = np.maximum(low - true, 0.0) + np.maximum(true - high, 0.0)
    return np.asarray(100.0 * (high - low + 2.0 / (1.0 - LEVEL) * missed) / np.maximum(true, 1.0))


def measured(values: dict[str, np.ndarray], london: np.ndarray) -> pd.DataFrame:
    """(measure, value): of all areas, of London's and of the rest, with standard errors beside each."""
    rows: list[tuple[str, float]] = []
    everywhere = np.ones(len(london), dtype=bool)
    for suffix, where in (("", everywhere), ("_london", london), ("_rest", ~london)):
        count = int(where.sum())
        if not count:
            continue
        drawn = np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
        for name, aggregate in MEASURES.items():
            if name in values:
                here = values[name][where]
                rows.append((f"{name}{suffix}", float(aggregate(here))))
                rows.append((f"{name}{suffix}_{STANDARD_ERROR}", float(aggregate(here[drawn]).std())))
    return pd.DataFrame(rows, columns=["measure", "value"])


def with_intervals_of_other_areas(
    found: ProjectedPeople, truth: np.ndarray, halves: np.ndarray
) -> ProjectedPeople:
    """A method without intervals given those its own errors earn: 80 % of the errors of the other half.

    halves: (areas,) which of two halves. The errors are of the same years, which nobody had beforehand: the
    most favourable interval such a method could have been given.
    """
    persons, actual = found.people.sum(axis=1), truth.sum(axis=1)

    def interval(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        apart = np.abs(np.log(np.maximum(theirs, 1.0) / np.maximum(ours, 1.0)))
        width = np.empty_like(apart)
        for half in (False, True):
            if (halves == half).any() and (halves != half).any():
                width[halves == half] = np.quantile(apart[halves != half], LEVEL, axis=0)
            else:
                width[halves == half] = np.quantile(apart, LEVEL, axis=0)
        return np.stack([ours * np.exp(-width), ours * np.exp(width)], axis=-1)

    return ProjectedPeople(
        found.people,
        interval(persons.sum(axis=1), actual.sum(axis=1)),
        interval(five_year(persons), five_year(actual)),
        interval(persons[:, OLD:].sum(axis=1), actual[:, OLD:].sum(axis=1)),
        interval(persons[:, OLDEST:].sum(axis=1), actual[:, OLDEST:].sum(axis=1)),
    )
