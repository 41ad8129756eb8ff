"""Constants of the population method fitted on a folder's areas, and scored on years they never saw.

    python -m benchmarks.population.calibration --data DIR --years DIR2

The first table has the error of every combination of the grid; the best of all pairs of years is what
`data/assumptions.csv` holds. Widths follow: the drawn age pattern, household size, London's ratios and that
of places counted once are moved until intervals of 80 % hold 80 % of what came, all pairs of years together.

Every pair (origin, target) is one case. Leaving a pair out leaves out all pairs whose years overlap it; later
origins may serve, and such scores are retrospective.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import parameters
from benchmarks.population.backtest_folder import Folder, folder_at
from benchmarks.population.backtest_people import england_assumptions
from benchmarks.population.backtest_tables import BacktestTables, read_tables
from benchmarks.population.folder_projection import (
    ProjectedPeople,
    england_in,
    fertility_schedule,
    five_year,
    known_dwellings,
    past_rate_dwellings,
    project_folder,
)
from benchmarks.population.population_backtest import ORIGINS, Backtest, regions, scores_of
from models.demography.area_inputs import PATTERN_AGES
from models.evaluation.projection_errors import age_sex_error

Pair = tuple[int, int]
"""Origin and target year."""
TOTALS = {
    "demography.constant_household_size_weight": (0.3, 0.45, 0.6, 0.8),
    "demography.growth_absorbed": (0.15, 0.3, 0.45, 0.6),
    "demography.past_rate_kept": (0.15, 0.3, 0.45, 0.6),
}
AGES_OF = {
    "demography.own_change_weight": (0.4, 0.5, 0.6, 0.7, 0.8),
    "demography.mortality_improvement_kept": (0.2, 0.4, 0.6),
}
LEVEL = 0.8
DRAWS = 100
STEPS_OF_WIDTHS = 4
PAST_RATE = "demography.past_rate_dwellings"
SIZE = "demography.household_size"
LONDON_SIZE, LONDON_PATTERN = "demography.london_household_size_ratio", "demography.london_age_pattern_ratio"
ONE_COUNT = "demography.one_count_age_pattern_ratio"
PATTERN = [f"demography.age_pattern_{age}" for age in PATTERN_AGES]
DIGITS = 2


@dataclass
class History:
    """Folders of every origin, with and without the dwellings that came."""

    known: dict[int, Folder]
    past_rate: dict[int, Folder]
    fertility: pd.DataFrame

    @property
    def pairs(self) -> list[Pair]:
        """Every origin and target year there is."""
        return [(origin, year) for origin, folder in self.known.items() for year in folder.truth]


def history(data: Path, years: Path) -> History:
    """The folders of every origin."""
    tables: BacktestTables = read_tables(data, years)
    assumed = Assumptions(england_assumptions())
    where = regions()
    known, past = (
        {
            origin: folder_at(tables, origin, assumed, future_dwellings=future, region_of=where)
            for origin in ORIGINS
        }
        for future in (True, False)
    )
    return History(known, past, fertility_schedule(data, []))


def apart(pair: Pair, others: Sequence[Pair]) -> list[Pair]:
    """Those of the others none of whose years lies within the pair's."""
    return [other for other in others if max(pair[0], other[0]) >= min(pair[1], other[1])]


def with_values(frame: pd.DataFrame, values: dict[str, float]) -> pd.DataFrame:
    """The assumptions with some values others."""
    return frame.assign(value=frame["id"].map(values).fillna(frame["value"]))


def _with_range(frame: pd.DataFrame, name: str, width: float) -> pd.DataFrame:
    """The assumptions with a factor about 1 reaching so far, in logs, to either side."""
    here = frame["id"] == name
    return frame.assign(
        low=frame["low"].mask(here, float(np.exp(-width))),
        high=frame["high"].mask(here, float(np.exp(width))),
    )


def central(past: History, frame: pd.DataFrame, origin: int, *, known: bool) -> dict[int, ProjectedPeople]:
    """Target year → people of the principal run."""
    return _run(past, frame, origin, known=known, draws=0)


def _run(
    past: History, frame: pd.DataFrame, origin: int, *, known: bool, draws: int
) -> dict[int, ProjectedPeople]:
    folder = (past.known if known else past.past_rate)[origin]
    assumed = Assumptions(frame)
    national = england_in(origin, folder.last - origin, assumed, past.fertility)
    if not folder.ratios:
        folder.scale_without_events(national, parameters(assumed))
    homes = known_dwellings(folder, draws) if known else past_rate_dwellings(folder, assumed, draws, 1)
    return project_folder(folder, national, assumed, homes, 1, [])


def grid_errors(past: History, frame: pd.DataFrame) -> pd.DataFrame:
    """Every combination's error by pair: columns stage, each id, origin, target, error (per cent).

    Stage totals: mean absolute error of totals at the past rate, the only one that is a forecast. Stage ages:
    of people by five-year age with known dwellings, the best totals in place.
    """
    rows: list[dict[str, object]] = []
    for values in product(*TOTALS.values()):
        chosen = dict(zip(TOTALS, values, strict=True))
        changed = with_values(frame, chosen)
        for origin, folder in past.known.items():
            found = _errors(_total_error, central(past, changed, origin, known=False), folder)
            rows.extend(
                {"stage": "totals", **chosen, "origin": origin, "target": year, "error": error}
                for year, error in found.items()
            )
    totals = best(pd.DataFrame(rows), "totals", past.pairs)
    for values in product(*AGES_OF.values()):
        chosen = dict(zip(AGES_OF, values, strict=True))
        changed = with_values(frame, {**totals, **chosen})
        for origin, folder in past.known.items():
            found = _errors(_age_error, central(past, changed, origin, known=True), folder)
            rows.extend(
                {"stage": "ages", **chosen, "origin": origin, "target": year, "error": error}
                for year, error in found.items()
            )
    return pd.DataFrame(rows)


def best(errors: pd.DataFrame, stage: str, pairs: Sequence[Pair]) -> dict[str, float]:
    """The combination with the least error of a stage, every pair counting alike."""
    names = list(TOTALS if stage == "totals" else AGES_OF)
    here = errors[(errors["stage"] == stage)]
    here = here[[pair in set(pairs) for pair in zip(here["origin"], here["target"], strict=True)]]
    least = here.groupby(["origin", "target"])["error"].transform("min")
    means = (here["error"] / least).groupby([here[name] for name in names]).mean()
    found = means.idxmin()
    return dict(zip(names, map(float, found), strict=True))


def _errors(
    error: Callable[[ProjectedPeople, np.ndarray], float], made: dict[int, ProjectedPeople], folder: Folder
) -> dict[int, float]:
    return {year: error(made[year], truth) for year, truth in folder.truth.items()}


def _total_error(made: ProjectedPeople, truth: np.ndarray) -> float:
    ours, theirs = made.people.sum(axis=(1, 2)), truth.sum(axis=(1, 2))
    return float(np.nanmean(np.abs(ours / theirs - 1.0))) * 100.0


def _age_error(made: ProjectedPeople, truth: np.ndarray) -> float:
    scored = ~np.isnan(truth).any(axis=(1, 2))
    ours, theirs = (five_year(people[scored].sum(axis=1))[:, None] for people in (made.people, truth))
    return float(age_sex_error(ours, theirs).mean())


def past_rate_width(past: History, frame: pd.DataFrame, pairs: Sequence[Pair]) -> float:
    """P90 of how far dwellings come to lie from those of the past rate, in logs, after ten years."""
    assumed = Assumptions(frame)
    apart_by = []
    for origin, year in pairs:
        if year - origin == 10:
            there = known_dwellings(past.known[origin], 0)[:, 0, year - origin]
            said = past_rate_dwellings(past.past_rate[origin], assumed, 0, 1)[:, 0, year - origin]
            apart_by.append(np.abs(np.log(there / said)))
    return float(np.quantile(np.concatenate(apart_by), LEVEL)) if apart_by else float("nan")


def fitted_widths(
    past: History, frame: pd.DataFrame, pairs: Sequence[Pair], steps: int = STEPS_OF_WIDTHS
) -> pd.DataFrame:
    """The assumptions with widths at which 80 % of what came in these pairs is held."""
    for _ in range(steps):
        frame = next_widths(frame, misses(past, frame, pairs))
    width = past_rate_width(past, frame, pairs)
    return frame if np.isnan(width) else _with_range(frame, PAST_RATE, width)


def misses(past: History, frame: pd.DataFrame, pairs: Sequence[Pair]) -> pd.DataFrame:
    """How far what came lies from the principal run in half-widths: columns counted, london, band, apart.

    band: −1 for totals; dwellings known. A row is an area's band in one pair of years.
    """
    found = []
    for origin in sorted({origin for origin, _ in pairs}):
        folder = past.known[origin]
        made = _run(past, frame, origin, known=True, draws=DRAWS)
        for year, truth in folder.truth.items():
            if (origin, year) not in pairs:
                continue
            ours, theirs = made[year].people.sum(axis=1), truth.sum(axis=1)
            bands = made[year].bands
            total = made[year].total
            if bands is None or total is None:
                raise ValueError("widths are fitted on draws")
            low_high = np.concatenate([total[:, None], bands], axis=1)
            centre = np.concatenate([ours.sum(axis=1)[:, None], five_year(ours)], axis=1)
            true = np.concatenate([theirs.sum(axis=1)[:, None], five_year(theirs)], axis=1)
            half = 0.5 * np.log(np.maximum(low_high[..., 1], 1.0) / np.maximum(low_high[..., 0], 1.0))
            out = np.abs(np.log(np.maximum(true, 1.0) / np.maximum(centre, 1.0))) / np.maximum(half, 1e-6)
            index = np.indices(out.shape)
            found.append(
                pd.DataFrame(
                    {
                        "counted": folder.earlier is not None,
                        "london": folder.london[index[0].ravel()],
                        "band": index[1].ravel() - 1,
                        "apart": out.ravel(),
                    }
                )
            )
    return pd.concat(found).dropna()


def shared_variances(past: History, frame: pd.DataFrame, pairs: Sequence[Pair]) -> tuple[float, float]:
    """Share of the squared log error that all areas of a pair have in common: of totals, and of bands less
    their area's total; mean over pairs, bands counting alike. Principal run, dwellings known."""
    totals, bands = [], []
    for origin in sorted({origin for origin, _ in pairs}):
        made = central(past, frame, origin, known=True)
        for year, truth in past.known[origin].truth.items():
            if (origin, year) in pairs:
                scored = ~np.isnan(truth).any(axis=(1, 2))
                ours, theirs = (
                    np.maximum(people[scored].sum(axis=1), 1.0) for people in (made[year].people, truth)
                )
                total = np.log(ours.sum(axis=1) / theirs.sum(axis=1))
                shape = np.log(five_year(ours) / five_year(theirs)) - total[:, None]
                totals.append(total.mean() ** 2 / (total**2).mean())
                bands.append(float((shape.mean(axis=0) ** 2 / (shape**2).mean(axis=0)).mean()))
    return float(np.mean(totals)), float(np.mean(bands))


def next_widths(frame: pd.DataFrame, far: pd.DataFrame) -> pd.DataFrame:
    """The assumptions with each width times what would have held 80 %; a class without cases stays."""
    rest, london = far[~far["london"]], far[far["london"]]
    counted = rest[rest["counted"]]
    values = dict(zip(frame["id"], frame["value"], strict=True))
    if len(counted):
        by_band = counted[counted["band"] >= 0].groupby("band")["apart"].quantile(LEVEL).to_numpy()
        middle = np.arange(len(by_band)) * 5 + 2.5
        # What an age's width does shows at the ages its people reach: half of it some years on.
        for name, age in zip(PATTERN, PATTERN_AGES, strict=True):
            values[name] *= float(np.interp(age + 2.5, middle, by_band)) ** 0.7
    if len(london):
        values[LONDON_PATTERN] *= _ratio(london) / (_ratio(rest) or 1.0)
        values[LONDON_SIZE] *= _ratio(london, totals=True) / (_ratio(rest, totals=True) or 1.0)
    once = rest[~rest["counted"]]
    if len(once) and len(counted):
        values[ONE_COUNT] *= _ratio(once) / (_ratio(counted) or 1.0)
    changed = with_values(frame, values)
    high = float(frame.loc[frame["id"] == SIZE, "high"].iloc[0])
    return _with_range(changed, SIZE, float(np.log(high)) * (_ratio(rest, totals=True) or 1.0))


def _ratio(far: pd.DataFrame, *, totals: bool = False) -> float:
    chosen = far[far["band"] < 0] if totals else far[far["band"] >= 0]
    return float(chosen["apart"].quantile(LEVEL)) if len(chosen) else 0.0


def calibrated(
    past: History, frame: pd.DataFrame, errors: pd.DataFrame, pairs: Sequence[Pair]
) -> pd.DataFrame:
    """The assumptions fitted on these pairs of years."""
    chosen = {**best(errors, "totals", pairs), **best(errors, "ages", pairs)}
    return fitted_widths(past, with_values(frame, chosen), pairs)


def leave_one_origin_out(
    past: History,
    frame: pd.DataFrame,
    errors: pd.DataFrame,
    dwellings: str,
    draws: int,
    seed: int,
    origins: Sequence[int],
) -> Backtest:
    """Every pair of years scored on what was calibrated without any pair that overlaps it.

    errors: as `grid_errors` gives them. A pair that leaves no other (2001 to 2021) is scored on the values as
    shipped, which is said.
    """
    folders = past.known if dwellings == "known" else past.past_rate
    tables, areas, notes = [], [], []
    for origin, year in past.pairs:
        if origin not in origins:
            continue
        others = apart((origin, year), past.pairs)
        fitted = calibrated(past, frame, errors, others) if others else frame
        said = ", ".join(f"{first}–{last}" for first, last in others) or "none: values as shipped"
        later = " (retrospective)" if any(first >= year for first, _ in others) else ""
        notes.append(f"{origin}–{year} scored on what {said} say{later}")
        folder = folders[origin]
        made = _run(past, fitted, origin, known=dwellings == "known", draws=draws)
        homes = (
            known_dwellings(folder, 0)
            if dwellings == "known"
            else past_rate_dwellings(folder, Assumptions(fitted), 0, seed)
        )
        table, errors_of = scores_of(folder, made, homes, [year])
        tables.append(table)
        areas.append(errors_of)
    return Backtest(pd.concat(tables, ignore_index=True), pd.concat(areas, ignore_index=True), notes)


def fitted_ids() -> list[str]:
    """Ids of every assumption that is fitted here."""
    return [*TOTALS, *AGES_OF, *PATTERN, LONDON_PATTERN, LONDON_SIZE, ONE_COUNT, SIZE, PAST_RATE]


def main() -> None:
    """Fit on all pairs and print what the assumptions hold and would hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--years", type=Path, required=True)
    options = parser.parse_args()
    frame = england_assumptions()
    past = history(options.data, options.years)
    errors = grid_errors(past, frame)
    console = Console()
    for stage, names in (("totals", TOTALS), ("ages", AGES_OF)):
        here = errors[errors["stage"] == stage]
        console.print(
            here.groupby(list(names))["error"].mean().sort_values().head(8).to_string(), markup=False
        )
    fitted = calibrated(past, frame, errors, past.pairs).set_index("id")
    shared = shared_variances(past, fitted.reset_index(), past.pairs)
    shipped = frame.set_index("id")
    table = Table("assumption", "as shipped", "fitted")
    for name in fitted_ids():
        column = "high" if name in (SIZE, PAST_RATE) else "value"
        table.add_row(name, f"{shipped.loc[name, column]:g}", f"{fitted.loc[name, column]:.4g}")
    console.print(table)
    console.print(f"variance shared by all areas: totals {shared[0]:.2f}, bands {shared[1]:.2f}")


if __name__ == "__main__":
    main()
