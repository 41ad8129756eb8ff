"""Growth of demand beside what drivers bring: where records leave it, and what it does from there.

One subject (a place or a provider) at a time, principal run, all its services at once.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray, IntArray

AS_EXPECTED, ABOVE, BELOW, NO_RECORD = "as expected", "above", "below", "no record"


def by_drivers(values: FloatArray, level: FloatArray, growth: FloatArray, until: IntArray) -> FloatArray:
    """Demand (year, service) had drivers alone moved it since the base year, the first.

    `values` is demand, `level` (year, service) what records and forecasts show beside the base year's, and
    `growth` what growth beyond demography would be since the base year; the demand has it from position
    `until` (service,) on alone, since the level holds it before.
    """
    at = np.minimum(np.arange(len(values))[:, None], until[None, :])
    return values / level * np.take_along_axis(growth, at, axis=0)


def growth_check(
    values: FloatArray, drivers: FloatArray, until: IntArray, last: int, uncertainty: FloatArray
) -> dict[str, FloatArray]:
    """Growth by service (service,) in per cent: a year to position `until` and from there to `last`.

    `values` and `drivers` (year, service) are demand and what drivers alone would make of it. nan for what a
    service without a record has not. `uncertainty` (service,) is half the 80 % range of a level, in logs.
    """
    services = np.arange(values.shape[1])
    recorded = until > 0
    years = np.where(recorded, until, 1)
    change = values[1 : last + 1] / values[:last] - 1
    by_driver = drivers[1 : last + 1] / drivers[:last] - 1
    largest = np.abs(change).argmax(axis=0)

    def to_level(table: FloatArray) -> FloatArray:
        return np.where(recorded, growth_a_year(table[0], table[until, services], years), np.nan)

    def from_level(table: FloatArray) -> FloatArray:
        return growth_a_year(table[until, services], table[last], last - until)

    difference = values[until, services] / drivers[until, services] - 1
    return {
        "base_value": values[0],
        "level_value": values[until, services],
        "value_2030": values[last],
        "growth_to_level": to_level(values),
        "growth_to_2030": from_level(values),
        "drivers_to_level": to_level(drivers),
        "drivers_to_2030": from_level(drivers),
        "largest_change": 100 * change[largest, services],
        "largest_change_position": (largest + 1).astype(float),
        "drivers_of_that_year": 100 * by_driver[largest, services],
        "level_difference": np.where(recorded, 100 * difference, np.nan),
        "level_uncertainty": np.where(recorded, 100 * np.expm1(uncertainty), np.nan),
    }


def growth(first: FloatArray, last: FloatArray) -> FloatArray:
    """Growth in per cent from `first` to `last` (…); nan from nothing."""
    return np.asarray(100 * (np.divide(last, first, out=np.full(first.shape, np.nan), where=first > 0) - 1))


def growth_a_year(first: FloatArray, last: FloatArray, years: IntArray) -> FloatArray:
    """Growth in per cent a year from `first` to `last`, so many years later (…)."""
    return np.asarray(100 * ((last / first) ** (1 / years) - 1))


def level_uncertainty(level: FloatArray, annual_percent: FloatArray, years: IntArray) -> FloatArray:
    """Half the 80 % range of a level (service,), in logs, so many `years` (service,) after its calibration.

    `level` (service, term) is the upper end of the level's range, a ratio, and `annual_percent` that of a
    year's change; a service that follows another has the other's as a second term. Terms are independent.
    """
    own = np.log(level) ** 2 + years[:, None] * np.log1p(annual_percent / 100) ** 2
    return np.asarray(np.sqrt(own.sum(axis=1)))


def findings(difference: FloatArray, uncertainty: FloatArray) -> list[str]:
    """What a level's difference from drivers says (service,): within its uncertainty, above or below it.

    Both in per cent, nan where a service has no record.
    """
    return [
        NO_RECORD if np.isnan(own) else AS_EXPECTED if abs(own) <= half else ABOVE if own > 0 else BELOW
        for own, half in zip(difference, uncertainty, strict=True)
    ]
