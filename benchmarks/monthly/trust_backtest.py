"""Backtest of the monthly forecasts on England's trusts: choice on 40 of them, scores of both halves.

`python -m benchmarks.monthly.trust_backtest --choose` fits the 40 trusts, writes the ratios of intervals to
data/monthly_interval_ratios.csv and prints their scores; without it the settings as shipped are scored, on
the 40 and, with `--rest`, on the trusts that nothing was chosen on. `--fits DIR` keeps fits between runs.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.demand.monthly.activity_forecast import (
    EVERY,
    HORIZONS,
    WHOLE,
    Key,
    Series,
    accuracy_rows,
    code_and_libraries,
    forecast_rows,
    trials_of,
)
from assets.inputs.assumptions import Assumptions
from benchmarks.monthly.english_trusts import CHOSEN_ON, DATA, SCORED_ON, trusts_of
from benchmarks.monthly.trust_series import MEASURES, series_of
from models.demand.monthly import rolling_origin
from models.demand.monthly.monthly_candidates import forecasts
from models.demand.monthly.rolling_origin import LEVEL_80, LEVEL_95, SELECTED, Trial

RATIOS = DATA / "monthly_interval_ratios.csv"
RESULTS = Path(__file__).parents[1] / "results" / "monthly_trusts.csv"
MARGINS = (0.1, 0.2, 0.3, 0.4, 0.5, 1.0)
_GROUPS = {first + 1: slice(first, end) for name, (first, end) in HORIZONS.items() if name != WHOLE}
_NEAR = (0.75, 0.85)


def fitted(series: Mapping[Key, Series], half: str, folder: Path, horizon: int) -> pd.DataFrame:
    """Log forecasts of every method at every origin, kept while code and libraries are the same."""
    kept = folder / f"{half}_{code_and_libraries()[:16]}.parquet"
    if kept.exists():
        return pd.read_parquet(kept)
    trainings = {
        (*key, origin): one.until(origin, horizon) for key, one in series.items() for origin in one.origins
    }
    fits = rolling_origin.fit_all(list(trainings.values()))
    made = {
        trial: forecasts(training, fit)
        for (trial, training), fit in zip(trainings.items(), fits, strict=True)
    }
    table = forecast_rows(made)
    folder.mkdir(parents=True, exist_ok=True)
    table.to_parquet(kept)
    return table


def ratios(trials: Mapping[Key, Trial]) -> pd.DataFrame:
    """How far errors of the chosen method go over their spread, by measure and months ahead."""
    rows = []
    for measure in (*MEASURES, EVERY):
        own = [trial for (_, name), trial in trials.items() if measure in (name, EVERY)]
        for first, steps in _GROUPS.items():
            scores = [(np.abs(one.errors[SELECTED]) / one.spread)[:, steps].ravel() for one in own]
            held = [rolling_origin.holds(np.concatenate(scores), level) for level in (LEVEL_80, LEVEL_95)]
            rows.append((measure, first, *np.round(held, 3), _trusts(trials)))
    columns = ["measure", "first_month", "ratio_80", "ratio_95", "trusts"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.assign(evidence_grade="B", source_id="english_trusts_monthly")
    return table.sort_values(["measure", "first_month"], ignore_index=True)


def _trusts(keys: Iterable[Key]) -> int:
    return len({trust for trust, _ in keys})


def scores(
    series: Mapping[Key, Series], trials: Mapping[Key, Trial], table: pd.DataFrame, half: str
) -> pd.DataFrame:
    """Means over the trusts by measure, method and months ahead; how coverage ranges over trusts."""
    rows = accuracy_rows(series, trials, table)
    by_ets = rows[rows["model"] == "ets"].set_index(["subject", "measure", "horizon"])["mase"]
    at = pd.MultiIndex.from_frame(rows[["subject", "measure", "horizon"]])
    rows = rows.assign(over_ets=rows["mase"].to_numpy() / by_ets.reindex(at).to_numpy())
    both = pd.concat([rows, rows.assign(measure=EVERY)])
    grouped = both.groupby(["measure", "model", "horizon"])
    covered = grouped["coverage_80"]
    found = grouped[["relative_mase", "over_ets", "bias", "coverage_80", "coverage_95"]].mean()
    found = found.assign(
        series=covered.size(),
        series_75_to_85=covered.agg(lambda each: each.between(*_NEAR).mean()),
        coverage_p10=covered.quantile(0.1),
        coverage_p90=covered.quantile(0.9),
    )
    return found.reset_index().assign(half=half)


def margin_scores(trials: Mapping[Key, Trial]) -> dict[float, float]:
    """Mean over series of the chosen method's error over the seasonal naive's, by margin."""
    found = {}
    for margin in MARGINS:
        each = []
        for trial in trials.values():
            plain = {name: errors for name, errors in trial.errors.items() if name != SELECTED}
            chosen = rolling_origin.with_selection(
                Trial(trial.origin_month, plain, trial.actual, trial.spread), margin
            )
            miss, naive = (
                np.nanmean(np.abs(trial.actual * (1 - np.exp(-chosen.errors[name]))))
                for name in (SELECTED, "seasonal_naive")
            )
            each.append(miss / naive)
        found[margin] = float(np.mean(each))
    return found


def show(console: Console, table: pd.DataFrame, half: str) -> None:
    """Print accuracy by method and coverage by months ahead."""
    columns = (*MEASURES, EVERY)
    rows = {(row["model"], row["measure"], row["horizon"]): row for row in table.to_dict("records")}
    accuracy = Table(title=f"{half}: error over the seasonal naive's (over ETS's), 1 to 12 months ahead")
    for heading in ("method", *columns):
        accuracy.add_column(heading, justify="left" if heading == "method" else "right")
    for model in dict.fromkeys(table["model"]):
        pairs = [rows[model, measure, WHOLE] for measure in columns]
        accuracy.add_row(model, *(f"{row['relative_mase']:.3f} ({row['over_ets']:.3f})" for row in pairs))
    console.print(accuracy)
    cover = Table(title=f"{half}: of the months forecast, in the 80 % interval; middle 80 % of trusts")
    for heading in ("measure", *HORIZONS, "95 %", "bias"):
        cover.add_column(heading, justify="left" if heading == "measure" else "right")
    for measure in columns:
        own = [rows[SELECTED, measure, horizon] for horizon in HORIZONS]
        cells = [f"{r['coverage_80']:.1%} ({r['coverage_p10']:.0%}–{r['coverage_p90']:.0%})" for r in own]
        cover.add_row(measure, *cells, f"{own[-1]['coverage_95']:.1%}", f"{own[-1]['bias']:+.1%}")
    console.print(cover)


def main() -> None:
    """Choose or score, print, and keep the scores."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--choose", action="store_true", help="write the ratios measured on the 40 trusts")
    parser.add_argument("--rest", action="store_true", help="score the other trusts too")
    parser.add_argument("--fits", type=Path, default=Path(gettempdir()) / "placecast-monthly-fits")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    known = Assumptions(pd.read_csv(DATA / "assumptions.csv"))
    horizon = int(known.value("demand.monthly_horizon"))
    console = Console(width=150)
    results = []
    for half in (CHOSEN_ON, *([SCORED_ON] if given.rest else [])):
        series = series_of(trusts_of(half), known)
        trials = trials_of(series, fitted(series, half, given.fits, horizon), known)
        if given.choose and half == CHOSEN_ON:
            ratios(trials).to_csv(RATIOS, index=False)
            console.print("margins:", {key: round(value, 4) for key, value in margin_scores(trials).items()})
        shipped = pd.read_csv(RATIOS)
        scored = scores(series, trials, shipped, half)
        console.print(
            f"{half}: {_trusts(series)} trusts, {sum(len(s.origins) for s in series.values())} origins"
        )
        show(console, scored, half)
        results.append(scored)
    if given.rest:
        table = pd.concat(results)
        labels = ["half", "measure", "model", "horizon", "series"]
        table = table[[*labels, *(name for name in table if name not in labels)]].round(4)
        table.to_csv(RESULTS, index=False)


if __name__ == "__main__":
    main()
