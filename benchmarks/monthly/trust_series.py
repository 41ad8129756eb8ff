"""Monthly series of the trusts as the product prepares an area's, with people of their catchments.

People behind an origin are those estimated by now; ahead of it they go on as in the year before it, so that
nothing of what came after an origin is known there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from assets.demand.monthly.activity_forecast import Key, Series
from assets.demand.monthly.monthly_series import BEDS, OPEN_BEDS
from assets.inputs.assumptions import Assumptions
from benchmarks.monthly.english_trusts import COUNTS, DATA, FIRST, LAST, counted, table
from models.demand.demand_level import repeated_months
from models.demand.monthly import rolling_origin
from models.demand.monthly.monthly_candidates import MONTHS, Training
from models.demand.monthly.series_cleaning import monthly_people

MEASURES = (*COUNTS, BEDS)
_MID_YEARS = (2011, 2021, 2022, 2024)
"""Estimates on a census: those between 2011 and 2021 were put right afterwards, not here."""
_LAST_YEAR = 2027


@dataclass(frozen=True)
class TrustSeries(Series):
    """A series whose people ahead of an origin are carried on from those behind it."""

    def until(self, origin: int, ahead: int) -> Training:
        """What was known at an origin."""
        people = self.training.log_people[:origin]
        growth = people[-1] - people[-1 - MONTHS]
        carried = people[-1] + growth * np.arange(1, ahead + 1) / MONTHS
        whole = np.round(np.append(people, carried), 5)
        return Training(self.training.logs[:origin], whole, self.training.first_month)


def series_of(trusts: Sequence[str], known: Assumptions) -> dict[Key, Series]:
    """Series by trust and measure."""
    months = pd.period_range(FIRST, LAST, freq="M")
    people, recorded = _people(), counted()
    beds = table("beds_monthly").set_index(["trust", "month"])[[OPEN_BEDS, BEDS]]
    last_bed = beds.index.get_level_values("month").max()
    found: dict[Key, Series] = {}
    for trust in trusts:
        values = recorded.loc[trust].reindex(months.astype(str))[list(COUNTS)].astype(float)
        logs = np.log(monthly_people(people.index.to_numpy(), people[trust].to_numpy(), 2019, 3, len(months)))
        for measure in COUNTS:
            clean = ~_not_clean(measure) & ~repeated_months(values.to_numpy())
            found[trust, measure] = _one(values[measure].to_numpy(), clean, months, logs, known)
        own = beds.loc[trust].astype(float)
        of_beds = pd.period_range(own.index.min(), last_bed, freq="M")
        own = own.reindex(of_beds.astype(str))
        clean = ~repeated_months(own.to_numpy())
        found[trust, BEDS] = _one(own[BEDS].to_numpy(), clean, of_beds, np.zeros(len(of_beds)), known)
    return found


def _one(
    values: np.ndarray, clean: np.ndarray, months: pd.PeriodIndex, log_people: np.ndarray, known: Assumptions
) -> Series:
    usable = clean & (values > 0)
    first = int(np.argmax(usable))
    values, months, log_people = np.where(usable, values, np.nan)[first:], months[first:], log_people[first:]
    days = months.days_in_month.to_numpy(dtype=float) if log_people.any() else np.ones(len(months))
    names = ("fewest_months", "horizon", "most_origins")
    settings = (int(known.value(f"demand.monthly_{name}")) for name in names)
    origins = rolling_origin.origins(np.isfinite(values), *settings)
    training = Training(np.log(values / days), np.round(log_people, 5), months[0].month - 1)
    return TrustSeries(training, months, values, days, origins)


@cache
def _not_clean(measure: str) -> np.ndarray:
    months = pd.period_range(FIRST, LAST, freq="M")
    log = pd.read_csv(DATA / "intervention_log.csv").query("effect == 'not_clean' and measure == @measure")
    inside = np.zeros(len(months), dtype=bool)
    for first, last in zip(log["first_month"], log["last_month"], strict=True):
        inside |= np.asarray((months >= pd.Period(first, freq="M")) & (months <= pd.Period(last, freq="M")))
    return inside


def _people() -> pd.DataFrame:
    """Catchment people (mid-year, trust) by shares of admissions; beyond 2024 they go on as since 2022."""
    totals = table("population_totals").pivot_table("population", "authority", "year")[list(_MID_YEARS)]
    of_all = totals.dropna().sum()
    for year in _MID_YEARS:
        totals[year] = totals[year].fillna(totals[2021] * of_all[year] / of_all[2021])
    totals[_LAST_YEAR] = totals[2024] * (totals[2024] / totals[2022]) ** ((_LAST_YEAR - 2024) / 2)
    shares = table("trust_catchments").pivot_table("share_of_trust", "authority", "trust", fill_value=0.0)
    grown = totals.div(totals[2021], axis=0)
    return grown.loc[shares.index].T @ shares
