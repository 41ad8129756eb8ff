"""Monthly forecasts of trusts and of their system made to add up, and planned changes of both.

Which method forecasts a series is `activity_forecast`; the arithmetic of the sum is in
`models.demand.monthly.minimum_trace`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from models.arrays import FloatArray
from models.demand.monthly.minimum_trace import added_up
from models.demand.monthly.series_cleaning import planned_change

VALUES = ("mean", "p10", "p50", "p90", "p2_5", "p97_5")
EVERY = "all"
_SAME = 1e-6


def with_totals(
    forecast: pd.DataFrame,
    recorded: Mapping[tuple[str, str], pd.Series],
    system: str,
    log: pd.DataFrame,
) -> pd.DataFrame:
    """The forecast rounded, planned changes in it; a system that is the sum of the others is so ahead too.

    `forecast` has a row a provider, measure and month with `VALUES` and `deviation`, the standard deviation
    of its error in logs; `recorded` the values by month, nan where not clean. `adds_up_to` is the system of a
    part whose forecasts add up, empty for others and for the system.
    """
    frames = []
    for measure, rows in forecast.groupby("measure", sort=False):
        wide = {str(provider): own.sort_values("month") for provider, own in rows.groupby("provider")}
        parts = [provider for provider in wide if provider != system]
        whole = system in wide and _adds_up(
            [recorded[provider, str(measure)] for provider in parts], recorded[system, str(measure)]
        )
        whole = whole and all(wide[one]["month"].tolist() == wide[system]["month"].tolist() for one in parts)
        if whole:
            wide = _reconciled(wide, [*parts, system])
        for provider in parts:
            frame = _planned(wide[provider], log, [provider, EVERY, *([system] if whole else [])])
            wide[provider] = frame.assign(adds_up_to=system if whole else None)
        if whole:
            total = np.sum([wide[provider]["mean"].to_numpy() for provider in parts], axis=0)
            wide[system] = _times(wide[system], total / wide[system]["mean"].to_numpy())
        elif system in wide:
            wide[system] = _planned(wide[system], log, [system, EVERY])
        frames += [
            frame if "adds_up_to" in frame else frame.assign(adds_up_to=None) for frame in wide.values()
        ]
    return pd.concat(frames, ignore_index=True).drop(columns="deviation") if frames else forecast


def _adds_up(parts: Sequence[pd.Series], whole: pd.Series) -> bool:
    """Whether a record is the sum of others in every month that is clean in all of them."""
    if not parts:
        return False
    together = pd.concat([whole, *parts], axis=1, join="inner").dropna().to_numpy()
    return len(together) > 0 and bool(
        (np.abs(together[:, 0] - together[:, 1:].sum(axis=1)) <= _SAME * together[:, 0]).all()
    )


def _reconciled(wide: Mapping[str, pd.DataFrame], nodes: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The nodes' forecasts, the system last, moved by the variances of their errors until they add up."""
    means = np.stack([wide[node]["mean"].to_numpy(float) for node in nodes])
    made = added_up(means, means * np.stack([wide[node]["deviation"].to_numpy(float) for node in nodes]))
    factors = zip(nodes, made / means, strict=True)
    return {**wide, **{node: _times(wide[node], factor) for node, factor in factors}}


def _times(frame: pd.DataFrame, factor: FloatArray) -> pd.DataFrame:
    return frame.assign(**{name: np.round(frame[name] * factor, 1) for name in VALUES})


def _planned(frame: pd.DataFrame, log: pd.DataFrame, concerned: Sequence[str]) -> pd.DataFrame:
    """A forecast with the planned changes of its measure at any of the providers."""
    months = pd.PeriodIndex(frame["month"], freq="M").asi8
    factor = np.ones(len(frame))
    rows = log[
        log["provider"].isin(list(concerned))
        & log["measure"].isin(list(frame["measure"]))
        & (log["effect"] == "planned_change")
    ]
    for row in rows.to_dict("records"):
        first, last = (pd.Period(row[name], freq="M").ordinal for name in ("first_month", "last_month"))
        factor *= planned_change(first, last, row["change_percent"], months)
    return _times(frame, factor)
