"""Candidates of the monthly forecast: seasonal naive, ETS, Prophet, local level. One series, one origin.

Everything works on logs of a month's value a day (or a month's mean) a person of the modelled population, so
that growth in people is not mistaken for growth in use. Which months are clean, how good a candidate is and
which one is chosen stand elsewhere. Statsmodels and Prophet take seconds to import: only where used.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.demand.monthly.local_level import Ahead, foretold

MONTHS = 12
LOCAL_LEVEL = "local_level"
CANDIDATES = ("seasonal_naive", "ets", "prophet", LOCAL_LEVEL)
COMBINATION = "combination"
COMBINED = CANDIDATES
FIT_DECIMALS = 6
"""Log forecasts are rounded to this, so that an optimiser's last digits do not change a release."""


@dataclass(frozen=True)
class Training:
    """A series up to an origin: logs (month,), nan where a month is not clean, and its regressor.

    `first_month` is the calendar month (0 for January) of the first entry; `log_people` (month + ahead,)
    covers the months ahead too.
    """

    logs: FloatArray
    log_people: FloatArray
    first_month: int

    @property
    def months(self) -> int:
        """Months up to the origin."""
        return len(self.logs)

    @property
    def ahead(self) -> int:
        """Months to forecast."""
        return len(self.log_people) - len(self.logs)

    @property
    def clean(self) -> int:
        """Clean months."""
        return int(np.isfinite(self.logs).sum())

    @property
    def people_level(self) -> float:
        """Mean of the regressor up to the origin."""
        return float(self.log_people[: self.months].mean())

    def calendar(self) -> NDArray[np.int64]:
        """Calendar month (0 for January) of each month, those ahead included."""
        return (self.first_month + np.arange(len(self.log_people))) % MONTHS


@dataclass(frozen=True)
class Fit:
    """One candidate fitted to what was known at an origin: its log forecast (ahead,) if people stay as many.

    The months ahead go with people by `elasticity`, so that people who are expected otherwise later on move a
    forecast and no fit.
    """

    base: FloatArray
    elasticity: float

    def forecast(self, training: Training) -> FloatArray:
        """Log forecast (ahead,) for the people of the training's months ahead."""
        people = training.log_people[training.months :] - training.people_level
        return np.round(self.base + self.elasticity * people, FIT_DECIMALS)


def fits(training: Training, candidates: tuple[str, ...] = CANDIDATES) -> dict[str, Fit]:
    """Fits by candidate; nothing of them rests on the people of the months ahead.

    Raises ValueError for a training of less than a year: no season could be repeated.
    """
    if training.months < MONTHS:
        raise ValueError(f"{training.months} months are no year to repeat")
    made = {name: _FITS[name](training) for name in candidates}
    return {
        name: Fit(np.round(fit.base, FIT_DECIMALS), float(np.round(fit.elasticity, FIT_DECIMALS)))
        for name, fit in made.items()
    }


def forecasts(training: Training, fitted: Mapping[str, Fit]) -> dict[str, FloatArray]:
    """Log forecasts (ahead,) by candidate, and their combination where its members are among them."""
    made = {name: fit.forecast(training) for name, fit in fitted.items()}
    if set(COMBINED) <= set(made):
        together = np.stack([made[name] for name in COMBINED]).mean(axis=0)
        made[COMBINATION] = np.round(together, FIT_DECIMALS)
    return made


def seasonal_naive(training: Training) -> Fit:
    """The same month of the latest year in which it is clean; if never, the line between its neighbours."""
    bridged = filled(training.logs, training.calendar()[: training.months])
    repeated = np.empty(training.ahead)
    for step in range(training.ahead):
        latest = np.arange(training.months + step - MONTHS, -1, -MONTHS)
        latest = latest[latest < training.months]
        clean = latest[np.isfinite(training.logs[latest])]
        repeated[step] = bridged[clean[0] if len(clean) else latest[0]]
    return Fit(repeated, 0.0)


def filled(logs: FloatArray, calendar: NDArray[np.int64]) -> FloatArray:
    """Logs (month,) with months that are not clean on the line between their neighbours, seasons kept.

    For methods that cannot bear a gap; what is filled in is never counted as observed.
    """
    clean = np.isfinite(logs)
    season = np.zeros(MONTHS)
    at = np.arange(len(logs))
    if clean.sum() >= 2 * MONTHS:
        trend = np.polyval(np.polyfit(at[clean], logs[clean], 1), at)
        for month in range(MONTHS):
            here = clean & (calendar == month)
            season[month] = (logs[here] - trend[here]).mean() if here.any() else 0.0
    adjusted = logs - season[calendar]
    return np.interp(at, at[clean], adjusted[clean]) + season[calendar]


def ets(training: Training) -> Fit:
    """Additive damped-trend exponential smoothing, seasonal from two years of months on."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    calendar = training.calendar()
    logs = filled(training.logs - training.log_people[: training.months], calendar[: training.months])
    seasonal = training.clean >= 2 * MONTHS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ExponentialSmoothing(
            logs,
            trend="add",
            damped_trend=True,
            seasonal="add" if seasonal else None,
            seasonal_periods=MONTHS if seasonal else None,
            initialization_method="heuristic" if training.months >= 2 * MONTHS else "estimated",
        )
        fitted = model.fit(optimized=True, use_brute=False)
    return Fit(np.asarray(fitted.forecast(training.ahead)) + training.people_level, 1.0)


def prophet(training: Training) -> Fit:
    """Prophet on values a person; its trend bends often and stays where the last month leaves it.

    With its slope carried on it was the worst of all methods on trusts of England, by far.
    """
    for name in ("prophet", "prophet.plot", "cmdstanpy"):
        logging.getLogger(name).disabled = True
    import pandas as pd
    from prophet import Prophet

    first = pd.Period(f"2001-{training.first_month + 1:02d}", freq="M")
    days = pd.period_range(first, periods=len(training.log_people), freq="M").to_timestamp()
    # Centred, so that priors are on the scale of the series' own movements.
    logs = training.logs - training.log_people[: training.months]
    centre = float(np.nanmean(logs))
    model = Prophet(
        growth="linear",
        yearly_seasonality=3 if training.clean >= 2 * MONTHS else 1,
        weekly_seasonality=False,
        daily_seasonality=False,
        n_changepoints=max(1, training.months // 6),
        changepoint_range=0.95,
        changepoint_prior_scale=0.2,
        seasonality_prior_scale=1.0,
        uncertainty_samples=0,
    )
    frame = pd.DataFrame({"ds": days})
    model.fit(frame.iloc[: training.months].assign(y=logs - centre), seed=1)
    made = model.predict(frame.iloc[training.months - 1 :])
    trend, whole = made["trend"].to_numpy(), made["yhat"].to_numpy()
    return Fit((whole - trend)[1:] + trend[0] + centre + training.people_level, 1.0)


def local_level(training: Training) -> Fit:
    """The level that recent months leave, and a season, on values a person."""
    return Fit(_foretold(training).mean + training.people_level, 1.0)


def spread(training: Training) -> FloatArray:
    """Standard deviation of errors in logs (ahead,) as the local level expects it."""
    return _foretold(training).deviation


def _foretold(training: Training) -> Ahead:
    return foretold(training.logs - training.log_people[: training.months], training.calendar())


_FITS: dict[str, Callable[[Training], Fit]] = {
    "seasonal_naive": seasonal_naive,
    "ets": ets,
    "prophet": prophet,
    LOCAL_LEVEL: local_level,
}
