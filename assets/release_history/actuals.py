"""Actual figures against their forecasts: yearly figures scored, monthly series as XmR charts.

Forecasts are those of earlier releases. What no release was there to forecast is set against a backtest,
which says so in place of a release: the projection from 2021 with homes at their past rate, and the monthly
method as it would have been chosen and calibrated at the time. Method: docs/method/what_changed.md.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

from collections.abc import Iterable, Mapping

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.monthly.activity_forecast import EVERY, prepared, ratios_of, trials_of
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.population.population_run import PAST_RATE
from assets.release_history.earlier_releases import Earlier
from assets.release_history.recorded_series import population_series
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released
from models.demand.monthly import rolling_origin
from models.evaluation.control_charts import (
    NO_SIGNAL,
    ChartPart,
    Limits,
    forecasts_of_trials,
    inside,
    parts_of_chart,
    percent_of_forecast,
)

RECORDED = "recorded"
FROM_CENSUS = "backtest: projected from the 2021 census, homes at their past rate"
FROM_MONTHS = "backtest: forecast from the months up to then"
ERROR = ".error"
_STEPS = ("step", "planned_change")
EVERY_MONTH = "every month shown"
_FORECAST = ["series", "period", "release", "principal", "p10", "p90"]


@dg.asset(group_name="history")
def actual_against_plan(
    recorded_figures: pd.DataFrame,
    earlier_releases: pd.DataFrame,
    unrebased_projection: ByPlace,
    monthly_series: pd.DataFrame,
    monthly_fits: pd.DataFrame,
    intervention_log: pd.DataFrame,
    monthly_interval_ratios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Every forecast with the actual figure published since, and the monthly series as XmR charts."""
    known = Assumptions(assumptions)
    forecasts = pd.concat(
        [
            Earlier(earlier_releases, settings).forecasts[_FORECAST].astype({"principal": "float64"}),
            _census_backtest(unrebased_projection),
            _monthly_backtest(monthly_series, monthly_fits, known, monthly_interval_ratios),
        ],
        ignore_index=True,
    )
    yearly = recorded_figures[recorded_figures["frequency"] == "yearly"]
    scored = _scored(yearly.merge(forecasts, on=["series", "period"]))
    months = recorded_figures[recorded_figures["frequency"] == "monthly"].sort_values(["series", "period"])
    kept = months.groupby("series").tail(int(known.value("history.xmr_months")))
    steps = known_steps(intervention_log, kept["series"].unique())
    fewest = int(known.value("history.xmr_fewest_months"))
    return released("actual_against_plan", [scored, *_charts(kept, forecasts, steps, fewest)])


def known_steps(log: pd.DataFrame, series: Iterable[str]) -> dict[str, list[str]]:
    """First months of a new level by series of the record, from the log: known steps and planned changes."""
    told = log[log["effect"].isin(_STEPS)]
    found = {}
    for name in series:
        measure, _, provider = str(name).partition(".")
        own = told[(told["measure"] == measure) & told["provider"].isin([provider, EVERY])]
        found[str(name)] = sorted(set(own["first_month"].astype(str)))
    return found


def _census_backtest(unrebased: ByPlace) -> pd.DataFrame:
    whole = pd.concat([unrebased[place] for place in unrebased], ignore_index=True)
    whole = whole[(whole["year"] > whole["year"].min()) & (whole["homes"] == PAST_RATE)]
    return pd.DataFrame(
        {
            "series": population_series(whole["place"]),
            "period": whole["year"].astype(str),
            "release": FROM_CENSUS,
            "principal": whole["population"],
            "p10": np.nan,
            "p90": np.nan,
        }
    )


def _monthly_backtest(
    monthly_series: pd.DataFrame, fits: pd.DataFrame, known: Assumptions, ratios: pd.DataFrame
) -> pd.DataFrame:
    """For each month the forecast of the last origin tried before it, by the method chosen there."""
    series = {key: one for key, one in prepared(monthly_series, known).items() if one.origins}
    trials = trials_of(series, fits, known)
    parts = []
    for (provider, measure), trial in trials.items():
        half, _ = ratios_of(ratios, measure).widths(trial.spread)
        error = trial.errors[rolling_origin.SELECTED]
        forecast, low, high = forecasts_of_trials(trial.actual, error, half)
        parts.append(
            {
                "series": np.full(forecast.size, f"{measure}.{provider}", dtype=object),
                "period": np.datetime_as_string(trial.target_month.ravel().astype("M8[M]")).astype(object),
                "principal": forecast.ravel(),
                "p10": low.ravel(),
                "p90": high.ravel(),
            }
        )
    if not parts:
        return pd.DataFrame(columns=_FORECAST)
    rows = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    rows = rows.assign(release=FROM_MONTHS).dropna(subset=["principal"])
    # Origins are in order of time, so the last of a month's forecasts is that of the last origin before it.
    return rows.drop_duplicates(["series", "period"], keep="last")


def _scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Yearly figures and their forecasts; a chart of a few years would have no limits to speak of."""
    return rows.assign(
        lower_limit=np.nan,
        centre=np.nan,
        upper_limit=np.nan,
        limits_of=None,
        signal=NO_SIGNAL,
        inside=_whole(inside(rows["actual"], rows["p10"], rows["p90"])),
    )


def _whole(flags: np.ndarray) -> pd.Series:
    return pd.Series(flags).astype("Int64")


def _charts(
    recorded: pd.DataFrame, forecasts: pd.DataFrame, steps: Mapping[str, list[str]], fewest: int
) -> list[pd.DataFrame]:
    """Charts of monthly series with every forecast of their months, and charts of the forecasts' errors.

    A known step splits the record's chart. It does not split that of the errors: a forecast that did not
    foresee the step missed, and its chart should say so.
    """
    both = recorded.merge(forecasts, on=["series", "period"], how="left")
    both["release"] = both["release"].fillna(RECORDED)
    both["inside"] = _whole(inside(both["actual"], both["p10"], both["p90"]))
    # Of several forecasts of a month the latest release's; a backtest only where no release was there.
    told = both[both["p10"].notna()].assign(backtest=both["release"] == FROM_MONTHS)
    told = told.sort_values(["series", "period", "backtest", "release"], ascending=[True, True, True, False])
    by_release = told.drop_duplicates(["series", "period"], keep="first").drop(columns="backtest")
    by_release = by_release[by_release.groupby("series")["period"].transform("size") > 1]
    errors = by_release.assign(
        series=by_release["series"] + ERROR,
        title=by_release["title"] + ": forecast error",
        unit="% of the forecast",
        actual=percent_of_forecast(by_release["actual"], by_release["principal"]),
        p10=percent_of_forecast(by_release["p10"], by_release["principal"]),
        p90=percent_of_forecast(by_release["p90"], by_release["principal"]),
        principal=0.0,
    )
    return [_with_limits(both, recorded, steps, fewest), _with_limits(errors, errors, {}, fewest)]


def _with_limits(
    rows: pd.DataFrame, series: pd.DataFrame, steps: Mapping[str, list[str]], fewest: int
) -> pd.DataFrame:
    """Rows with the limits of their part of the series and the signal of their own month.

    `series` has one row a month; one of a single month has no limits.
    """
    months = series["period"].to_numpy(dtype=str).astype("M8[M]").astype(np.int64)
    actual = series["actual"].to_numpy(dtype=np.float64)
    limits = np.full((len(series), len(Limits._fields)), np.nan)
    found = np.full(len(series), NO_SIGNAL, dtype=object)
    limits_of = np.full(len(series), None, dtype=object)
    for name, at in series.groupby("series").indices.items():
        first = months[at].min()
        month = months[at] - first
        values = np.full(month.max() + 1, np.nan)
        values[month] = actual[at]
        stepped = [
            int(np.datetime64(step, "M").astype(np.int64) - first) for step in steps.get(str(name), [])
        ]
        for part in parts_of_chart(values, stepped, fewest):
            inside_part = (month >= part.first) & (month < part.after)
            rows_of = at[inside_part]
            whole = part.first == 0 and part.after == len(values)
            if part.limits is not None:
                limits[rows_of] = part.limits
            found[rows_of] = np.array(part.signals, dtype=object)[month[inside_part] - part.first]
            limits_of[rows_of] = _said(part, first, whole)
    lower, centre, upper = limits.T
    drawn = series[["series", "period"]].assign(
        lower_limit=lower, centre=centre, upper_limit=upper, limits_of=limits_of, signal=found
    )
    return rows.merge(drawn, on=["series", "period"], how="left", validate="many_to_one")


def _said(part: ChartPart, first: int, whole: bool) -> str:
    """Which months a part's limits are of, in words."""
    if whole:
        return EVERY_MONTH
    begins, ends = (np.datetime64(int(first + at), "M") for at in (part.first, part.after - 1))
    if part.limits is None:
        return f"none: too few months from {begins} to {ends}, beside a known step"
    return f"{begins} to {ends}, beside a known step"
