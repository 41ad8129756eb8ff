"""Every authority of a folder projected from past years and held against what came: accuracy, measured.

    python benchmarks/backtest.py --data DIR [--years DIR2] [--origin 2001|2006|2011|2016|2021|all]
        [--dwellings known|past_rate] [--leave-one-origin-out] [--out FILE]

DIR and DIR2 are laid out like the official backtest folders; without DIR2 only 2011 has what it needs. The
projection is the shipped one, figure by figure through `models.demography.area_build.build_area`. Nothing of
a date later than the origin is used but, with `known`, the dwellings. How a folder is read and what stands in
for a figure that is missing is in `backtest_folder.py`.

National rates known at an origin: England's deaths and people by band from 2001 to the origin (mortality goes
on at a share of its pace so far; of 2001 alone there is no pace) and the level of fertility in those years.
Of a later date are the shape of fertility by age (assumed in 2013), representative rates (2011) and the
occupied share of dwellings (census of 2011), which is held and moves nothing. From 2021 the rates are a
release's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.england.national_tables import england_table
from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import parameters
from benchmarks.population.backtest_folder import Folder, folder_at
from benchmarks.population.backtest_people import (
    LATEST,
    LATEST_TARGET,
    PROVISIONAL,
    england_assumptions,
    read_assumptions,
)
from benchmarks.population.backtest_scores import (
    MEASURES,
    STANDARD_ERROR,
    by_area,
    measured,
    with_intervals_of_other_areas,
)
from benchmarks.population.backtest_tables import CENSUS, CHECK, BacktestTables, read_tables
from benchmarks.population.folder_projection import (
    ProjectedPeople,
    england_in,
    fertility_schedule,
    known_dwellings,
    past_rate_dwellings,
    project_folder,
    rivals,
)

ORIGINS = (2001, 2006, 2011, 2016)
"""Of the calibration too; 2021 to 2024 is kept apart, to look at."""
HALVES_SEED = 7
COLUMNS = ["method", "origin", "horizon", "measure", "value"]
SHOWN = {
    "mape": "MAPE", "medape": "MedAPE", "bias": "bias", "p90": "P90", "share_5": "≥ 5 %",
    "age_median": "ages", "age_sex_median": "age × sex", "mape_65_plus": "65+", "mape_85_plus": "85+",
    "coverage_80": "held", "coverage_80_bands": "bands held", "coverage_80_65_plus": "65+ held",
    "coverage_80_85_plus": "85+ held", "interval_score_80": "score",
    "interval_score_80_bands": "bands' score",
}  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """table: COLUMNS. areas: error and age_sex, in percent, of each area, by origin and horizon. notes: what
    was filled in or left out."""

    table: pd.DataFrame
    areas: pd.DataFrame
    notes: list[str]


def halves(areas: int) -> np.ndarray:
    """(areas,) which of two random halves each belongs to."""
    order = np.random.default_rng(HALVES_SEED).permutation(areas)
    return np.asarray(np.isin(np.arange(areas), order[: areas // 2]))


def projected(
    folder: Folder, known: Assumptions, fertility: pd.DataFrame, dwellings: str, draws: int, seed: int
) -> tuple[dict[int, ProjectedPeople], np.ndarray]:
    """Target year → people by the shipped projection, and the dwellings they live in."""
    national = england_in(folder.origin, folder.last - folder.origin, known, fertility)
    homes = (
        known_dwellings(folder, draws)
        if dwellings == "known"
        else past_rate_dwellings(folder, known, draws, seed)
    )
    folder.scale_without_events(national, parameters(known))
    return project_folder(folder, national, known, homes, seed, folder.notes), homes


def scores_of(
    folder: Folder, made: dict[int, ProjectedPeople], homes: np.ndarray, years: Sequence[int] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """COLUMNS of placecast and its rivals, and the errors of each area by placecast."""
    methods = {"placecast": made, **rivals(folder, homes)}
    tables, areas = [], []
    for year, truth in folder.truth.items():
        if years is not None and year not in years:
            continue
        scored = ~np.isnan(truth).any(axis=(1, 2))
        half = halves(int(scored.sum()))
        for method, by_year in methods.items():
            if year not in by_year:
                continue
            found, actual = by_year[year].at(scored), truth[scored]
            if method != "placecast":
                found = with_intervals_of_other_areas(found, actual, half)
            values = by_area(found, actual)
            rows = measured(values, folder.london[scored])
            if method == "placecast":
                # Each half alone: how much hangs on which areas there are.
                for name, there in (("one_half", half), ("other_half", ~half)):
                    part = measured(
                        {key: each[there] for key, each in values.items()}, np.zeros(int(there.sum()), bool)
                    )
                    plain = part[part["measure"].isin(list(MEASURES))]
                    rows = pd.concat([rows, plain.assign(measure=plain["measure"] + f"_{name}")])
                areas.append(
                    pd.DataFrame(
                        {
                            "area": np.array(folder.codes)[scored],
                            "origin": folder.origin,
                            "horizon": year - folder.origin,
                            "error": values["bias"],
                            "age_sex": values.get("age_sex_median", values["age_median"]),
                        }
                    )
                )
            if year == PROVISIONAL and (later := folder.rebased_in_half) is not None:
                known_later = ~np.isnan(later[scored]).any(axis=(1, 2))
                corrected = measured(
                    by_area(found.at(known_later), later[scored][known_later]),
                    folder.london[scored][known_later],
                )
                plain = corrected[corrected["measure"].isin(list(MEASURES))]
                rows = pd.concat([rows, plain.assign(measure=plain["measure"] + "_corrected")])
            tables.append(rows.assign(method=method, origin=folder.origin, horizon=year - folder.origin))
    return pd.concat(tables)[COLUMNS], pd.concat(areas)


def add_latest(tables: BacktestTables) -> None:
    """Give the folder's areas the estimates of the latest year, out of the project's own tables."""
    latest = england_table("population_persons")
    latest = latest[latest["year"] == LATEST_TARGET]
    wide = latest.pivot_table(index="authority", columns="age", values="population")
    inside = set(tables.by_sex[CHECK])
    tables.persons[LATEST_TARGET] = {
        str(code): people
        for code, people in zip(wide.index, wide.to_numpy(float), strict=True)
        if code in inside
    }


def regions() -> dict[str, str]:
    """Region of every authority, of today and of former years, by code."""
    table = england_table("authorities")
    return dict(zip(table["code"], table["region"], strict=True))


def run(
    data: Path,
    dwellings: str,
    draws: int,
    seed: int,
    years: Path | None = None,
    origins: Sequence[int] = (2011,),
    known: Assumptions | None = None,
) -> Backtest:
    """Every area of a folder projected from every origin and scored."""
    assumed = read_assumptions() if known is None else known
    tables = read_tables(data, years)
    notes: list[str] = []
    fertility = fertility_schedule(data, notes)
    scored, areas = [], []
    if LATEST in origins:
        add_latest(tables)
        if not tables.persons[LATEST_TARGET] and len(origins) > 1:
            notes.append(f"no area is among those of mid-{LATEST_TARGET}: {LATEST} is left out")
            origins = [origin for origin in origins if origin != LATEST]
    for origin in origins:
        folder = folder_at(
            tables, origin, assumed, future_dwellings=dwellings == "known", region_of=regions()
        )
        made, homes = projected(folder, assumed, fertility, dwellings, draws, seed)
        table, errors = scores_of(folder, made, homes)
        scored.append(table)
        areas.append(errors)
        notes.extend(said for said in folder.notes if said not in notes)
    return Backtest(pd.concat(scored, ignore_index=True), pd.concat(areas, ignore_index=True), notes)


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Means over origins, by method and horizon: origin 0."""
    kept = table[~table["measure"].str.endswith(STANDARD_ERROR)]
    return (
        kept.groupby(["method", "horizon", "measure"], as_index=False, sort=False)["value"]
        .mean()
        .assign(origin=0)[COLUMNS]
    )


def show(found: Backtest, dwellings: str, seconds: float) -> None:
    """Print the table, what stood in for what, and how to read coverage."""
    console = Console(width=190)
    tables = [(origin, part) for origin, part in found.table.groupby("origin", sort=False)]
    if len(tables) > 1:
        tables.append(("all origins, mean", pooled(found.table)))
    for origin, part in tables:
        for horizon, of_horizon in part.groupby("horizon", sort=False):
            values = of_horizon.pivot_table(index="method", columns="measure", values="value", sort=False)
            printed = Table(
                title=f"from {origin}, {horizon} years, dwellings {dwellings.replace('_', ' ')}; percent"
            )
            printed.add_column("method", no_wrap=True)
            for heading in SHOWN.values():
                printed.add_column(heading, justify="right")
            for method in values.index:
                for suffix in ("", "_london", "_one_half", "_other_half", "_corrected"):
                    row = [values.loc[method].get(f"{name}{suffix}", np.nan) for name in SHOWN]
                    if not np.isnan(row[0]) and (method == "placecast" or not suffix):
                        label = method + suffix.replace("_", " ")
                        printed.add_row(label, *("" if np.isnan(value) else f"{value:.2f}" for value in row))
            console.print(printed)
    console.print(
        "Coverage: one decade with shocks that all areas share is close to one draw; a value between 75 "
        "and 85 is no proof. Rivals have the intervals that their errors in the other half of the areas, in "
        "the same years, would have earned them: better than anybody could have given them beforehand."
    )
    if dwellings == "known":
        console.print(
            "The dwellings of all years are given: this tests the demography and is no forecast to set "
            "beside official projections; --dwellings past_rate is."
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
    parser.add_argument("--years", type=Path, help="folder of many years, for every origin but 2011")
    parser.add_argument("--origin", choices=(*map(str, (*ORIGINS, LATEST)), "all"), default="2011")
    parser.add_argument("--dwellings", choices=("known", "past_rate"), default="known")
    parser.add_argument(
        "--leave-one-origin-out",
        action="store_true",
        help="score every pair of years on what was calibrated without any that overlaps it",
    )
    parser.add_argument("--out", type=Path, help=f"CSV with columns {', '.join(COLUMNS)}")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    origins: tuple[int, ...] = (int(options.origin),) if options.origin != "all" else ORIGINS
    if options.origin == "all" and options.dwellings == "past_rate" and not options.leave_one_origin_out:
        # Nobody's dwellings after 2021 are in the folders, so only the past rate can be tried.
        origins = (*ORIGINS, LATEST)
    if origins == (LATEST,) and options.dwellings == "known":
        parser.error("dwellings after 2021 are not known here: --dwellings past_rate")
    if options.years is None and (origins != (CENSUS,) or options.leave_one_origin_out):
        parser.error("--years is needed for other origins than 2011 and for --leave-one-origin-out")
    if options.leave_one_origin_out:
        from benchmarks.population.calibration import grid_errors, history, leave_one_origin_out

        past, frame = history(options.data, options.years), england_assumptions()
        found = leave_one_origin_out(
            past, frame, grid_errors(past, frame), options.dwellings, options.draws, options.seed, origins
        )
    else:
        found = run(options.data, options.dwellings, options.draws, options.seed, options.years, origins)
    show(found, options.dwellings, time.monotonic() - started)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        found.table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
