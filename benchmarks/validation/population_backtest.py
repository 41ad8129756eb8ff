"""Every authority of a folder projected from mid-2011 and held against mid-2021: accuracy, measured.

    python -m benchmarks.validation.population_backtest --data DIR [--dwellings known|past_rate] [--out FILE]

DIR is laid out like the official backtest folder. The projection is the shipped one, figure by figure
through `models.demography.area_build.build_area`; national figures known in 2011 come from the project's own
data/ folder. Nothing of a later date is used but, with `known`, the dwellings. How the folder is read and
what stands in for a figure that is missing is in `backtest_folder.py`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.accuracy.population_of_2011 import national_figures_of_2011
from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import parameters, past_rate_spread, spreads
from benchmarks.validation.backtest_folder import (
    BASE_YEAR,
    FIRST_STOCK,
    TARGET_YEAR,
    Folder,
    project_table,
    read_assumptions,
    read_columns,
    read_folder,
)
from models.demography.area_build import NationalFigures, Parameters, build_area
from models.demography.area_inputs import AGES
from models.demography.households import dwellings_at_mid_year, dwellings_at_past_rate
from models.demography.projection import ImpossibleTrajectory, Projection, project_area
from models.demography.projection_factors import Spreads, draw_factors, wander
from models.evaluation.projection_errors import age_sex_error, coverage, percent_difference, share_at_least
from models.uncertainty.ensemble import summarise

STEPS = TARGET_YEAR - BASE_YEAR
HALVES_SEED = 7
"""Of the random split whose halves are printed beside the whole."""
OLD = 85
MEASURES = (
    "mape", "medape", "bias", "share_5", "share_10", "age_sex_median", "age_sex_mean", "age_sex_share_10",
    "coverage_80", "coverage_80_85_plus",
)  # fmt: skip
HEADINGS = (
    "MAPE", "MedAPE", "bias", "areas ≥ 5 %", "areas ≥ 10 %", "age × sex median", "mean", "its areas ≥ 10 %",
    "coverage 80 %", "85+",
)  # fmt: skip


@dataclass
class Result:
    """Projections of all areas: people by sex and age, and 80 % intervals of the total and of 85+."""

    people: np.ndarray
    total_interval: np.ndarray
    old_interval: np.ndarray


@dataclass(frozen=True)
class Backtest:
    """table, by_half: (method, measure, value), by_half of placecast alone. areas: error and age_sex, in
    percent, of each area scored. notes: what was filled in or left out."""

    table: pd.DataFrame
    by_half: pd.DataFrame
    areas: pd.DataFrame
    notes: list[str]


def past_rate_dwellings(folder: Folder, known: Assumptions, draws: int, seed: int) -> np.ndarray:
    """(areas, draws + 1, years) dwellings at mid-years from 2011 on, growing as they did in 2001-2011.

    A place that built faster than the rest goes on to do so by a share of the difference: what was left of it
    in 2006-2011 of 2001-2006. Nobody's later dwellings are looked at.
    """
    kept = known.value("demography.past_rate_kept")
    between = BASE_YEAR - FIRST_STOCK
    central = dwellings_at_past_rate(folder.stock[:, 0], folder.stock[:, between], between, kept, None, STEPS)
    spread = past_rate_spread(known, BASE_YEAR)
    return np.stack(
        [
            path * wander(spread, seed, code, draws, BASE_YEAR, STEPS)
            for code, path in zip(folder.codes, central, strict=True)
        ]
    )


def known_dwellings(folder: Folder, draws: int) -> np.ndarray:
    """(areas, draws + 1, years) dwellings at mid-years as they turned out."""
    additions = np.diff(folder.stock[:, 10:], axis=1)
    # The year after the last stock is not looked at: its first quarter is taken to be like the year before.
    paths = dwellings_at_mid_year(
        folder.stock[:, 10, None], np.concatenate([additions, additions[:, -1:]], axis=1)
    )
    return np.repeat(paths[:, None], draws + 1, axis=1)


def project_folder(
    folder: Folder,
    national: NationalFigures,
    method: Parameters,
    factors: Spreads,
    dwellings: np.ndarray,
    seed: int,
    notes: list[str],
) -> Result:
    """Every area through the shipped projection."""
    count, draws = len(folder.codes), dwellings.shape[1] - 1
    result = Result(np.empty((count, 2, AGES)), np.empty((count, 2)), np.empty((count, 2)))
    gentler = []
    for index, code in enumerate(folder.codes):
        drawn = draw_factors(factors, seed, code, draws, BASE_YEAR, STEPS)
        homes = dwellings[index]
        projection: Projection | None = None
        # What a tiny place cannot bear is tried again without its own age structure.
        for tried in (method, replace(method, structure_kept=np.zeros(AGES))):
            area = build_area(
                folder.figures(index, homes[0, 0]), national, tried, STEPS, ratios=folder.ratios[index]
            )
            try:
                projection = project_area(area, drawn, homes, threads=1)
                break
            except ImpossibleTrajectory:
                continue
        if projection is None:
            gentler.append(f"{code} (scaled with its dwellings)")
            scale = homes[:, -1] / homes[:, 0]
            people = folder.base[index] * scale[:, None, None]
        else:
            if tried is not method:
                gentler.append(code)
            people = projection.population[:, -1]
        result.people[index] = people[0]
        for interval, values in (
            (result.total_interval, people.sum(axis=(1, 2))),
            (result.old_interval, people[:, :, OLD:].sum(axis=(1, 2))),
        ):
            summary = summarise(values)
            interval[index] = summary.p10, summary.p90
    if gentler:
        notes.append(f"projected without their own age structure: {', '.join(gentler)}")
    return result


def scores(people: np.ndarray, truth: np.ndarray, result: Result | None = None) -> dict[str, float]:
    """The measures of one method, in percent; people and truth (areas, 2, ages)."""
    errors = percent_difference(people.sum(axis=(1, 2)), truth.sum(axis=(1, 2)))
    apart = age_sex_error(_five_year(people), _five_year(truth))
    found = {
        "mape": float(np.abs(errors).mean()),
        "medape": float(np.median(np.abs(errors))),
        "bias": float(errors.mean()),
        "share_5": share_at_least(errors, 5),
        "share_10": share_at_least(errors, 10),
        "age_sex_median": float(np.median(apart)),
        "age_sex_mean": float(apart.mean()),
        "age_sex_share_10": share_at_least(apart, 10),
    }
    if result is not None:
        found["coverage_80"] = coverage(*result.total_interval.T, truth.sum(axis=(1, 2)))
        found["coverage_80_85_plus"] = coverage(*result.old_interval.T, truth[:, :, OLD:].sum(axis=(1, 2)))
    return found


def fertility_schedule(data: Path, notes: list[str]) -> pd.DataFrame:
    """Births a thousand women by age as assumed about 2011: the folder's, or else the project's own copy."""
    path = data / "england_fertility_rates_npp_2012_based_2013.csv"
    if path.exists():
        columns = ["age", "births_per_1000_women"]
        return read_columns(path, columns, columns)
    notes.append(f"{path.name} is not in the folder: the project's own is taken")
    return project_table("national_fertility_2013")


def tidy(found: dict[str, dict[str, float]]) -> pd.DataFrame:
    """(method, measure, value) in the order of MEASURES."""
    rows = [
        (method, name, by_name[name])
        for method, by_name in found.items()
        for name in MEASURES
        if name in by_name
    ]
    return pd.DataFrame(rows, columns=["method", "measure", "value"])


def halves(areas: int) -> tuple[np.ndarray, np.ndarray]:
    """Two random halves of the areas, as positions: numbers chosen on one can be looked at on the other."""
    order = np.random.default_rng(HALVES_SEED).permutation(areas)
    return np.sort(order[: areas // 2]), np.sort(order[areas // 2 :])


def run(data: Path, dwellings: str, draws: int, seed: int) -> Backtest:
    """Every area of a folder projected and scored."""
    known = read_assumptions()
    folder = read_folder(data, known, future_dwellings=dwellings == "known")
    notes = list(folder.notes)
    method = parameters(known)
    national = national_figures_of_2011(
        known,
        method.schedule.rates(),
        project_table("national_deaths"),
        project_table("england_population"),
        project_table("household_representative_rates"),
        fertility_schedule(data, notes),
    )
    folder.scale_without_events(national, method)
    homes = (
        known_dwellings(folder, draws)
        if dwellings == "known"
        else past_rate_dwellings(folder, known, draws, seed)
    )
    result = project_folder(
        folder, national, method, spreads(known, BASE_YEAR, BASE_YEAR), homes, seed, notes
    )
    base, scored = folder.base, folder.scored
    growth = homes[:, 0, -1] / homes[:, 0, 0]
    total = base.sum(axis=(1, 2))
    trend = np.maximum(2 * total - folder.total_ten_years_before, 0.0) / total
    truth = folder.truth[scored]

    def of_placecast(where: np.ndarray) -> dict[str, float]:
        narrowed = Result(result.people[where], result.total_interval[where], result.old_interval[where])
        return scores(narrowed.people, folder.truth[where], narrowed)

    of_all = np.flatnonzero(scored)
    table = tidy(
        {
            "placecast": of_placecast(of_all),
            "no_change": scores(base[scored], truth),
            "constant_people_per_dwelling": scores((base * growth[:, None, None])[scored], truth),
            "linear_trend": scores((base * trend[:, None, None])[scored], truth),
        }
    )
    first, second = halves(len(of_all))
    by_half = {
        f"{name} of {len(half)}": of_placecast(of_all[half])
        for name, half in (("one random half", first), ("the other half", second))
        if len(half)
    }
    people = result.people[scored]
    areas = pd.DataFrame(
        {
            "area": np.array(folder.codes)[scored],
            "error": percent_difference(people.sum(axis=(1, 2)), truth.sum(axis=(1, 2))),
            "age_sex": age_sex_error(_five_year(people), _five_year(truth)),
        }
    )
    return Backtest(table, tidy(by_half), areas, notes)


def _five_year(people: np.ndarray) -> np.ndarray:
    return np.add.reduceat(people, np.arange(0, AGES, 5), axis=-1)


def show(found: Backtest, dwellings: str, seconds: float) -> None:
    """Print the table, what stood in for what, and how to read coverage."""
    console = Console(width=150)
    titles = (
        f"{BASE_YEAR} to {TARGET_YEAR}, {len(found.areas)} {'area' if len(found.areas) == 1 else 'areas'}, "
        f"dwellings {dwellings.replace('_', ' ')}; percent",
        "placecast in two halves: how much hangs on which areas there are",
    )
    for title, frame in zip(titles, (found.table, found.by_half), strict=True):
        if frame.empty:
            continue
        printed = Table(title=title)
        printed.add_column("method", no_wrap=True)
        for heading in HEADINGS:
            printed.add_column(heading, justify="right")
        values = frame.pivot_table(index="method", columns="measure", values="value", sort=False)
        for method in values.index:
            row = [values.loc[method, name] if name in values else np.nan for name in MEASURES]
            printed.add_row(method, *("" if np.isnan(value) else f"{value:.2f}" for value in row))
        console.print(printed)
    console.print(
        "Coverage: one decade with shocks that all areas share is close to one draw; a value between 75 "
        "and 85 is no proof."
    )
    if dwellings == "known":
        console.print(
            "Ten years of dwellings are given: this tests the demography and is no forecast to set beside "
            "official projections; --dwellings past_rate is."
        )
    for note in found.notes:
        console.print(f"note: {note}", markup=False)
    console.print(f"{seconds:.1f} s")


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, run, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder laid out like the official backtest's"
    )
    parser.add_argument("--dwellings", choices=("known", "past_rate"), default="known")
    parser.add_argument("--out", type=Path, help="CSV with columns method, measure, value")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    found = run(options.data, options.dwellings, options.draws, options.seed)
    show(found, options.dwellings, time.monotonic() - started)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        found.table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
