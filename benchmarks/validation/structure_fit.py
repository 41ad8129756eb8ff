"""How far a place keeps its age structure: what the error of 2011 to 2021 does when a share is another.

    python -m benchmarks.validation.structure_fit --data DIR

DIR is laid out like the official backtest folder. Each share that is graded B is moved down and up, the rest
as they are, and the mean error by age and sex of two random halves of the areas is compared with that of the
values as they are. Shares that the error hardly feels are working assumptions and are not here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.accuracy.population_of_2011 import national_figures_of_2011
from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import parameters, spreads
from benchmarks.validation.backtest_folder import BASE_YEAR, project_table, read_folder
from benchmarks.validation.population_backtest import (
    fertility_schedule,
    halves,
    known_dwellings,
    project_folder,
    scores,
)

AGES_FITTED = (18, 30, 40, 65, 75)
STEP = 0.2


def errors(data: Path, frame: pd.DataFrame) -> tuple[float, float]:
    """Mean error by age and sex, per cent, of each half of the areas under these assumptions."""
    known = Assumptions(frame)
    folder = read_folder(data, known, future_dwellings=True)
    method = parameters(known)
    notes: list[str] = []
    national = national_figures_of_2011(
        known,
        method.schedule.rates(),
        project_table("national_deaths"),
        project_table("england_population"),
        project_table("household_representative_rates"),
        fertility_schedule(data, notes),
    )
    folder.scale_without_events(national, method)
    result = project_folder(
        folder, national, method, spreads(known, BASE_YEAR, BASE_YEAR), known_dwellings(folder, 1), 1, notes
    )
    scored = np.flatnonzero(folder.scored)
    first, second = (
        scores(result.people[scored[half]], folder.truth[scored[half]])["age_sex_mean"]
        for half in halves(len(scored))
    )
    return first, second


def changes(data: Path, age: int) -> dict[float, tuple[float, float]]:
    """By value of the share kept at an age a step away: change of each half's error, per cent of it."""
    frame = project_table("assumptions")
    name = f"demography.structure_kept_{age}"
    value = float(frame.loc[frame["id"] == name, "value"].iloc[0])
    base = errors(data, frame)
    found = {}
    for other in (value - STEP, value + STEP):
        if 0 <= other <= 1:
            moved = errors(data, frame.assign(value=frame["value"].mask(frame["id"] == name, other)))
            first, second = (100 * (there / here - 1) for there, here in zip(moved, base, strict=True))
            found[round(other, 2)] = (first, second)
    return found


def main() -> None:
    """Print the changes of every share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    table = Table("share kept at", "would be", "error of one half, %", "of the other, %")
    for age in AGES_FITTED:
        for other, (first, second) in changes(data, age).items():
            table.add_row(str(age), f"{other:g}", f"{first:+.2f}", f"{second:+.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
