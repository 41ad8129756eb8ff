"""Monthly forecasts: fits kept from run to run, their accuracy, the chosen method, two years ahead."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.monthly.forecast_totals import EVERY, with_totals
from assets.demand.monthly.monthly_series import BEDS
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.tables.declarations import TABLES
from assets.tables.parquet import Spoilt, read_frame, write_frame
from assets.tables.uncertain_table import released
from models.demand.monthly import local_level as level_model
from models.demand.monthly import monthly_candidates, rolling_origin
from models.demand.monthly.monthly_candidates import (
    CANDIDATES,
    COMBINATION,
    LOCAL_LEVEL,
    Fit,
    Training,
    forecasts,
    local_level,
    spread,
)
from models.demand.monthly.rolling_origin import SELECTED, Ratios, Trial
from models.evaluation import forecast_scores as measures

METHODS = (*CANDIDATES, COMBINATION)
HORIZONS = {"1-3 months": (0, 3), "4-6 months": (3, 6), "7-12 months": (6, 12), "1-12 months": (0, 12)}
WHOLE = "1-12 months"
_LIBRARIES = ("numpy", "scipy", "statsmodels", "prophet")

Key = tuple[str, str]
Trained = tuple[str, str, int]
"""Provider, measure and origin: how many months were known."""


@dataclass(frozen=True)
class Series:
    """One series from its first clean month: its training up to the last month, months and values."""

    training: Training
    months: pd.PeriodIndex
    values: np.ndarray
    days: np.ndarray
    origins: list[int]

    def until(self, origin: int, ahead: int) -> Training:
        """What was known at an origin."""
        whole = self.training
        return Training(whole.logs[:origin], whole.log_people[: origin + ahead], whole.first_month)


def prepared(monthly_series: pd.DataFrame, known: Assumptions) -> dict[Key, Series]:
    """Series by provider and measure; one with too few clean months to be evaluated has no origins."""
    enough = int(known.value("demand.monthly_clean_months_to_evaluate"))
    found = {}
    for (provider, measure), rows in monthly_series.groupby(["provider", "measure"]):
        clean = (rows["status"] == "clean").to_numpy()
        rows = rows.iloc[int(np.argmax(clean)) :]
        history = int((rows["status"] != "ahead").sum())
        clean = (rows["status"] == "clean").to_numpy()[:history]
        months = pd.PeriodIndex(rows["month"], freq="M")
        a_mean = measure == BEDS
        days = np.ones(len(rows)) if a_mean else months.days_in_month.to_numpy(dtype=float)
        values = np.where(clean, rows["value"].to_numpy()[:history], np.nan)
        # Occupied beds are bounded by the beds there are: they do not grow with people one to one.
        people = np.zeros(len(rows)) if a_mean else np.log(rows["people"].to_numpy())
        training = Training(np.log(values / days[:history]), np.round(people, 5), months[0].month - 1)
        origins = rolling_origin.origins(
            clean,
            int(known.value("demand.monthly_fewest_months")),
            int(known.value("demand.monthly_horizon")),
            int(known.value("demand.monthly_most_origins")),
        )
        found[str(provider), str(measure)] = Series(
            training, months, values, days, origins if clean.sum() >= enough else []
        )
    return found


@dg.asset(group_name="demand", kinds={"statsmodels"})
def monthly_fits(
    context: dg.AssetExecutionContext,
    monthly_series: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Log forecasts of every candidate at every origin, the last month among them; fits kept from run to run.

    What was fitted is kept under a digest of all that was known at its origin, the code and the libraries, so
    that nothing is fitted again while they stay the same: people who are expected otherwise in months to come
    move forecasts and no fits.
    """
    known = Assumptions(assumptions)
    horizon = int(known.value("demand.monthly_horizon"))
    series = {key: one for key, one in prepared(monthly_series, known).items() if one.origins}
    trials = {
        (*key, origin): one.until(origin, horizon) if origin in one.origins else one.training
        for key, one in series.items()
        for origin in (*one.origins, *([len(one.training.logs)] if one.training.ahead else []))
    }
    folder = settings.outputs_path / "fits"
    kept = {key: _kept(folder / _file_name(key), context) for key in series}
    made_from = {trial: _digest(training) for trial, training in trials.items()}
    found = {trial: kept[trial[:2]].get(made_from[trial]) for trial in trials}
    missing = [trial for trial, fitted in found.items() if fitted is None]
    fitted_now = rolling_origin.fit_all([trials[trial] for trial in missing])
    fits: dict[Trained, Mapping[str, Fit]] = {
        **{trial: fitted for trial, fitted in found.items() if fitted is not None},
        **dict(zip(missing, fitted_now, strict=True)),
    }
    for key in {trial[:2] for trial in missing}:
        own = {made_from[trial]: fits[trial] for trial in trials if trial[:2] == key}
        write_frame(_as_rows(own), folder / _file_name(key))
    context.log.info(
        f"monthly series fitted at {len(missing)} of {len(trials)} origins; others are as before"
    )
    made = {trial: forecasts(training, fits[trial]) for trial, training in trials.items()}
    return released("monthly_fits", [forecast_rows(made)])


def _file_name(key: Key) -> str:
    return f"{key[0]}_{key[1]}.parquet"


def _kept(path: Path, context: dg.AssetExecutionContext) -> dict[str, dict[str, Fit]]:
    """Fits of an earlier run by what they were made from; none where there are none that can be read."""
    if not path.exists():
        return {}
    try:
        rows = read_frame(path)
    except Spoilt as error:
        context.log.warning(f"fits/{error}; fitted again")
        return {}
    values: dict[str, dict[str, list[float]]] = {}
    elasticity: dict[tuple[str, str], float] = {}
    columns = (rows[name].tolist() for name in ("made_from", "method", "base", "elasticity"))
    for made_from, method, base, own in zip(*columns, strict=True):
        values.setdefault(made_from, {}).setdefault(method, []).append(base)
        elasticity[made_from, method] = own
    return {
        made_from: {
            method: Fit(np.array(base), elasticity[made_from, method]) for method, base in by_method.items()
        }
        for made_from, by_method in values.items()
    }


def _as_rows(fits: Mapping[str, Mapping[str, Fit]]) -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame(
                {"made_from": made_from, "method": method, "base": fit.base, "elasticity": fit.elasticity}
            )
            for made_from, by_method in fits.items()
            for method, fit in by_method.items()
        ],
        ignore_index=True,
    )


def forecast_rows(made: Mapping[Trained, Mapping[str, np.ndarray]]) -> pd.DataFrame:
    """Log forecasts of all trials and methods below each other: a frame a trial would take most of a step."""
    each = [
        (*trial, method, values) for trial, by_method in made.items() for method, values in by_method.items()
    ]
    provider, measure, origin, method, values = zip(*each, strict=True)
    lengths = [len(logs) for logs in values]
    labels = pd.DataFrame({"provider": provider, "measure": measure, "origin": origin, "method": method})
    return labels.loc[labels.index.repeat(lengths)].assign(
        step=np.concatenate([np.arange(1, length + 1) for length in lengths]),
        log_forecast=np.concatenate(values),
    )


@cache
def code_and_libraries() -> str:
    """A digest of the code that fits and of the libraries that it uses."""
    digest = hashlib.sha256()
    for module in (monthly_candidates, level_model):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(json.dumps({name: metadata.version(name) for name in _LIBRARIES}, sort_keys=True).encode())
    return digest.hexdigest()


def _digest(training: Training) -> str:
    """A digest of all that a fit rests on: nothing of it is of the months ahead but how many they are."""
    content = {
        "code": code_and_libraries(),
        "first_month": training.first_month,
        "ahead": training.ahead,
        "logs": np.round(training.logs, 9).tolist(),
        "people": training.log_people[: training.months].tolist(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def ratios_of(monthly_interval_ratios: pd.DataFrame, measure: str) -> Ratios:
    """How far errors of a measure go over their spread; of all measures together for one without rows."""
    table = monthly_interval_ratios
    rows = table[table["measure"] == (measure if measure in set(table["measure"]) else EVERY)]
    rows = rows.sort_values("first_month")
    return Ratios(*(rows[name].to_numpy() for name in ("first_month", "ratio_80", "ratio_95")))


def trials_of(series: Mapping[Key, Series], fits: pd.DataFrame, known: Assumptions) -> dict[Key, Trial]:
    """Errors of every series' trials by method, the choice as it would have been made among them."""
    horizon = int(known.value("demand.monthly_horizon"))
    margin = known.value("demand.monthly_choice_margin")
    # A row an origin and step and a column a method, all series at once.
    within = fits[fits["step"] <= horizon].set_index(["provider", "measure", "origin", "step", "method"])
    by_method = within["log_forecast"].unstack("method")  # noqa: PD010  a row a cell, nothing to sum up
    by_origin = by_method[list(METHODS)]
    found = {}
    for key, one in series.items():
        rows = by_origin.loc[(*key, one.origins), :].to_numpy()
        at = np.array(one.origins)[:, None] + np.arange(horizon)
        errors = {
            method: one.training.logs[at] - rows[:, column].reshape(at.shape)
            for column, method in enumerate(METHODS)
        }
        last_known = one.months[0].ordinal + np.array(one.origins) - 1
        expected = np.stack([spread(one.until(origin, horizon)) for origin in one.origins])
        trial = Trial(last_known, errors, one.values[at], expected)
        found[key] = rolling_origin.with_selection(trial, margin)
    return found


def accuracy_rows(
    series: Mapping[Key, Series], trials: Mapping[Key, Trial], monthly_interval_ratios: pd.DataFrame
) -> pd.DataFrame:
    """Measures of every series' trials by method and horizon, MASE over the seasonal naive's among them."""
    rows: list[dict[str, object]] = []
    for key, trial in trials.items():
        half, wide = ratios_of(monthly_interval_ratios, key[1]).widths(trial.spread)
        scale = measures.seasonal_scale(series[key].values)
        for method in (*METHODS, SELECTED):
            for horizon, (first, end) in HORIZONS.items():
                steps = slice(first, end)
                found = measures.accuracy(
                    trial.actual[:, steps],
                    trial.errors[method][:, steps],
                    half[:, steps],
                    wide[:, steps],
                    scale,
                )
                labels = {"subject": key[0], "measure": key[1], "model": method, "horizon": horizon}
                rows.append({**labels, **vars(found)})
    table = pd.DataFrame(rows)
    naive = table[table["model"] == "seasonal_naive"].set_index(["subject", "measure", "horizon"])["mase"]
    at = pd.MultiIndex.from_frame(table[["subject", "measure", "horizon"]])
    return table.assign(
        relative_mase=measures.relative(table["mase"].to_numpy(), naive.reindex(at).to_numpy())
    )


@dg.asset(group_name="demand", kinds={"numpy"})
def activity_accuracy(
    monthly_series: pd.DataFrame,
    monthly_fits: pd.DataFrame,
    monthly_interval_ratios: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Accuracy of each method at the origins tested, with the intervals of months that were not yet known."""
    known = Assumptions(assumptions)
    series = {key: one for key, one in prepared(monthly_series, known).items() if one.origins}
    trials = trials_of(series, monthly_fits, known)
    table = accuracy_rows(series, trials, monthly_interval_ratios)
    over = ["mase", "relative_mase", "wape", "bias", "coverage_80", "coverage_95"]
    average = table.groupby(["model", "horizon"], as_index=False)[over].mean()
    average = average.assign(subject=EVERY, measure=EVERY, winkler_80=np.nan)
    average["origins"] = average["model"].map(table.groupby("model")["origins"].min())
    return released("activity_accuracy", [table, average])


@dg.asset(group_name="demand", kinds={"numpy"})
def activity_forecast(
    monthly_series: pd.DataFrame,
    monthly_fits: pd.DataFrame,
    activity_accuracy: pd.DataFrame,
    monthly_interval_ratios: pd.DataFrame,
    intervention_log: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Two years of each series by the method that its row of accuracy chooses, intervals conformal.

    A series that is history has no months ahead and no rows. Where a system's record is the sum of its
    parts', their forecasts add up.

    Months that had gone by when the release was published are marked: they fill the gap between a record that
    has ended and today, and are no outlook.
    """
    known, this_month = Assumptions(assumptions), f"{settings.today:%Y-%m}"
    series = prepared(monthly_series, known)
    evaluated = {key: one for key, one in series.items() if one.origins}
    last = (
        monthly_fits[
            monthly_fits["origin"] == monthly_fits.groupby(["provider", "measure"])["origin"].transform("max")
        ]
        .set_index(["provider", "measure", "method", "step"])["log_forecast"]
        .sort_index()
    )
    margin = known.value("demand.monthly_choice_margin")
    frames = []
    for key, one in series.items():
        history = len(one.training.logs)
        if not one.training.ahead:
            continue
        if key in evaluated:
            method, confidence = chosen(activity_accuracy, key, margin), "measured"
            logs = last.loc[(*key, method)].to_numpy()
        else:
            method, confidence = LOCAL_LEVEL, "low"
            logs = local_level(one.training).forecast(one.training)
        ratios = ratios_of(monthly_interval_ratios, key[1])
        deviation = spread(one.training)
        values = rolling_origin.interval(logs, *ratios.widths(deviation), one.days[history:])
        names = one.months[history:].astype(str)
        labels = {"provider": key[0], "measure": key[1], "month": names, "model": method}
        told = {
            "confidence": confidence,
            "timing": np.where(names < this_month, "already past", "ahead"),
            "recorded_until": str(one.months[history - 1]),
            "deviation": deviation,
        }
        frames.append(pd.DataFrame({**labels, **values, **told}))
    if not frames:
        return pd.DataFrame(columns=TABLES["activity_forecast"].column_names)
    recorded = {key: pd.Series(one.values, one.months[: len(one.values)]) for key, one in series.items()}
    system = str(providers.loc[providers["kind"] == "system", "provider"].item())
    whole = pd.concat(frames, ignore_index=True)
    return released("activity_forecast", [with_totals(whole, recorded, system, intervention_log)])


def chosen(activity_accuracy: pd.DataFrame, key: Key, margin: float) -> str:
    """The method its row of the accuracy table chooses, over all horizons."""
    rows = activity_accuracy[
        (activity_accuracy["subject"] == key[0])
        & (activity_accuracy["measure"] == key[1])
        & (activity_accuracy["horizon"] == WHOLE)
        & activity_accuracy["model"].isin(METHODS)
    ]
    return rolling_origin.choice(dict(zip(rows["model"], rows["mase"], strict=True)), margin)
