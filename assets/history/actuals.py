"""What came against what had been forecast for it: yearly figures scored, monthly series as XmR charts.

Forecasts are those of earlier releases. What no release was there to forecast is set against a backtest,
which says so in place of a release: the projection from 2021 with homes at their past rate, and the monthly
method as it would have been chosen and calibrated at the time. Method: docs/method/what_changed.md.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

import dagster as dg
import numpy as np
import pandas as pd

from assets.activity_forecast import prepared, trials_of
from assets.assumptions import Assumptions
from assets.by_place import ByPlace
from assets.history.actuals_series import population_series
from assets.history.earlier import Earlier
from assets.population_run import PAST_RATE
from assets.settings import RunSettings
from assets.uncertain_table import released
from models.demand import rolling_origin
from models.monitoring import (
    NO_SIGNAL,
    forecasts_of_trials,
    inside,
    percent_of_forecast,
    process_limits,
    signals,
)

RECORDED = "recorded"
FROM_CENSUS = "backtest: projected from the 2021 census, homes at their past rate"
FROM_MONTHS = "backtest: forecast from the months up to then"
ERROR = ".error"
_FORECAST = ["series", "period", "release", "principal", "p10", "p90"]


@dg.asset(group_name="history")
def actual_against_plan(
    recorded_figures: pd.DataFrame,
    earlier_releases: pd.DataFrame,
    unrebased_projection: ByPlace,
    monthly_series: pd.DataFrame,
    monthly_fits: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Every forecast whose time has come beside what came, and the monthly series as XmR charts."""
    known = Assumptions(assumptions)
    forecasts = pd.concat(
        [
            Earlier(earlier_releases, settings).forecasts[_FORECAST].astype({"principal": "float64"}),
            _census_backtest(unrebased_projection),
            _monthly_backtest(monthly_series, monthly_fits, known),
        ],
        ignore_index=True,
    )
    yearly = recorded_figures[recorded_figures["frequency"] == "yearly"]
    scored = _scored(yearly.merge(forecasts, on=["series", "period"]))
    months = recorded_figures[recorded_figures["frequency"] == "monthly"]
    kept = int(known.value("history.xmr_months"))
    charts = [
        chart
        for _, series in months.groupby("series")
        for chart in _charts(series.sort_values("period").tail(kept), forecasts)
    ]
    return released("actual_against_plan", [scored, *charts])


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


def _monthly_backtest(monthly_series: pd.DataFrame, fits: pd.DataFrame, known: Assumptions) -> pd.DataFrame:
    """For each month the forecast of the last origin tried before it, by the method chosen there."""
    series = {key: one for key, one in prepared(monthly_series, known).items() if one.origins}
    trials = trials_of(series, fits, known)
    parts = []
    # Origins are in order of time, so the last of a month's forecasts is that of the last origin before it.
    for (provider, measure), trial in trials.items():
        pool = [other for (_, name), other in trials.items() if name == measure]
        half = rolling_origin.widths(pool, trial, rolling_origin.SELECTED, rolling_origin.LEVEL_80)
        error = trial.errors[rolling_origin.SELECTED]
        forecast, low, high = forecasts_of_trials(trial.actual, error, half)
        months = pd.PeriodIndex(trial.target_month.ravel().astype("M8[M]"), freq="M")
        rows = pd.DataFrame(
            {
                "series": f"{measure}.{provider}",
                "period": months.astype(str),
                "release": FROM_MONTHS,
                "principal": forecast.ravel(),
                "p10": low.ravel(),
                "p90": high.ravel(),
            }
        ).dropna(subset=["principal"])
        parts.append(rows.drop_duplicates(["series", "period"], keep="last"))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_FORECAST)


def _scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Yearly figures and their forecasts; a chart of a few years would have no limits to speak of."""
    return rows.assign(
        lower_limit=np.nan,
        centre=np.nan,
        upper_limit=np.nan,
        signal=NO_SIGNAL,
        inside=_whole(inside(rows["actual"], rows["p10"], rows["p90"])),
    )


def _whole(flags: np.ndarray) -> pd.Series:
    return pd.Series(flags).astype("Int64")


def _charts(recorded: pd.DataFrame, forecasts: pd.DataFrame) -> list[pd.DataFrame]:
    """The chart of a monthly series, with every forecast of its months, and that of the forecasts' errors."""
    both = recorded.merge(forecasts, on=["series", "period"], how="left")
    both["release"] = both["release"].fillna(RECORDED)
    both["inside"] = _whole(inside(both["actual"], both["p10"], both["p90"]))
    charts = [_with_limits(both, recorded)]
    # Of several forecasts of a month the latest release's; a backtest only where no release was there.
    told = both[both["p10"].notna()].assign(backtest=both["release"] == FROM_MONTHS)
    told = told.sort_values(["period", "backtest", "release"], ascending=[True, True, False])
    by_release = told.drop_duplicates("period", keep="first").drop(columns="backtest")
    if len(by_release) > 1:
        errors = by_release.assign(
            series=by_release["series"] + ERROR,
            title=by_release["title"] + ": forecast error",
            unit="% of the forecast",
            actual=percent_of_forecast(by_release["actual"], by_release["principal"]),
            p10=percent_of_forecast(by_release["p10"], by_release["principal"]),
            p90=percent_of_forecast(by_release["p90"], by_release["principal"]),
            principal=0.0,
        )
        charts.append(_with_limits(errors, errors))
    return charts


def _with_limits(rows: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Rows with the limits of the series and the signal of their own month."""
    if len(series) < 2:
        return rows.assign(lower_limit=np.nan, centre=np.nan, upper_limit=np.nan, signal=NO_SIGNAL)
    months = pd.PeriodIndex(series["period"], freq="M")
    every = pd.period_range(months.min(), months.max(), freq="M")
    values = pd.Series(series["actual"].to_numpy(), index=months).reindex(every).to_numpy()
    limits = process_limits(values)
    found = dict(zip(every.astype(str), signals(values, limits), strict=True))
    return rows.assign(
        lower_limit=limits.lower,
        centre=limits.centre,
        upper_limit=limits.upper,
        signal=rows["period"].map(found),
    )
