"""The backtests as the project shows them: `data/backtest_scores.csv` and `data/edition_movements.csv`, made.

    python -m benchmarks.population.published_scores --data DIR --years DIR2 [--draws N]

Scores of every origin, with known dwellings and at the past rate; `all` is the mean of 2001 to 2016.
Movements hold projections of one origin against the next one's of the same years, homes at their past rate.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from assets.inputs.defaults import SHARED_DATA
from benchmarks.population.backtest_folder import folder_at
from benchmarks.population.backtest_people import LATEST, read_assumptions
from benchmarks.population.backtest_scores import STANDARD_ERROR
from benchmarks.population.backtest_tables import read_tables
from benchmarks.population.folder_projection import OLD, OLDEST, fertility_schedule, five_year
from benchmarks.population.population_backtest import ORIGINS, projected, regions, run
from models.evaluation.backtest_measures import AREAS, MEASURES, METHODS, POOLED

KEYS = ["method", "homes", "origin", "horizon", "measure"]
DIGITS = 3


def scores(data: Path, years: Path, draws: int, seed: int = 1) -> pd.DataFrame:
    """Rows of backtest_scores; parts of the country for placecast alone."""
    found = []
    for homes, origins in (("past_rate", (*ORIGINS, LATEST)), ("known", ORIGINS)):
        made = run(data, homes, draws, seed, years, origins)
        counts = made.areas.groupby(["origin", "horizon"], as_index=False).size()
        counts = counts.rename(columns={"size": "value"}).assign(method=METHODS[0], measure=AREAS)
        found.append(pd.concat([made.table, counts]).assign(homes=homes))
    table = pd.concat(found, ignore_index=True)
    error = table["measure"].str.endswith(f"_{STANDARD_ERROR}")
    errors = table[error].assign(measure=table["measure"].str.removesuffix(f"_{STANDARD_ERROR}"))
    errors = errors.rename(columns={"value": "standard_error"})
    table = table[~error].merge(errors, on=KEYS, how="left")
    pooled = table[table["origin"].isin(ORIGINS)]
    pooled = pooled.groupby(["method", "homes", "horizon", "measure"], as_index=False)["value"].mean()
    table = pd.concat([table, pooled.assign(origin=POOLED)], ignore_index=True)
    table = table[table["measure"].isin(MEASURES)]
    whole = ~table["measure"].str.endswith(("_london", "_rest"))
    table = table[(table["method"] == METHODS[0]) | whole].astype({"origin": str}).round(DIGITS)
    order = {
        "method": list(METHODS), "homes": ["past_rate", "known"], "measure": list(MEASURES),
        "origin": [*map(str, (*ORIGINS, LATEST)), POOLED],
    }  # fmt: skip
    ranked = table.assign(**{name: pd.Categorical(table[name], values) for name, values in order.items()})
    ranked = ranked.sort_values(["method", "homes", "origin", "horizon", "measure"])
    return ranked[[*KEYS, "value", "standard_error"]]


def movements(data: Path, years: Path) -> pd.DataFrame:
    """Rows of edition_movements: the next origin's projection against the one before, in per cent."""
    tables, assumed = read_tables(data, years), read_assumptions()
    fertility = fertility_schedule(data, [])
    made = {}
    for origin in ORIGINS:
        folder = folder_at(tables, origin, assumed, future_dwellings=False, region_of=regions())
        people, _ = projected(folder, assumed, fertility, "past_rate", 0, 1)
        made[origin] = (folder, {year: each.people.sum(axis=1) for year, each in people.items()})
    rows = []
    for first, second in pairwise(ORIGINS):
        (folder, before), (_, after) = made[first], made[second]
        for year in sorted(set(before) & set(after)):
            truth = folder.truth[year].sum(axis=1)
            kept = ~np.isnan(truth).any(axis=1)
            for measure, read in _READ.items():
                ours, theirs, true = (read(people[kept]) for people in (before[year], after[year], truth))
                moved = _apart(theirs, ours)
                rows.append(
                    {
                        "first_origin": first,
                        "second_origin": second,
                        "target_year": year,
                        "measure": measure,
                        "areas": int(kept.sum()),
                        "median_movement": np.median(moved),
                        "p90_movement": np.quantile(moved, 0.9),
                        "first_error": np.median(_apart(ours, true)),
                        "second_error": np.median(_apart(theirs, true)),
                    }
                )
    return pd.DataFrame(rows).round(DIGITS)


_READ = {
    "population": lambda people: people.sum(axis=1, keepdims=True),
    "population_65_plus": lambda people: people[:, OLD:].sum(axis=1, keepdims=True),
    "population_85_plus": lambda people: people[:, OLDEST:].sum(axis=1, keepdims=True),
    "five_year_ages": five_year,
}


def _apart(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """(areas,) mean absolute difference over the columns, in per cent of theirs."""
    return np.asarray((np.abs(ours / np.maximum(theirs, 1.0) - 1.0) * 100.0).mean(axis=1))


def main() -> None:
    """Write both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--years", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=500)
    options = parser.parse_args()
    scores(options.data, options.years, options.draws).to_csv(
        SHARED_DATA / "backtest_scores.csv", index=False
    )
    movements(options.data, options.years).to_csv(SHARED_DATA / "edition_movements.csv", index=False)


if __name__ == "__main__":
    main()
