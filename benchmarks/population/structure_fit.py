"""How far a place keeps its age structure: what the error of 2011 to 2021 does when a share is another.

    python -m benchmarks.population.structure_fit --data DIR

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

from assets.inputs.assumptions import Assumptions
from benchmarks.population.backtest_folder import folder_at
from benchmarks.population.backtest_people import project_table, read_assumptions
from benchmarks.population.backtest_tables import CENSUS, CHECK, read_tables
from benchmarks.population.folder_projection import fertility_schedule, five_year
from benchmarks.population.population_backtest import halves, projected
from models.evaluation.projection_errors import age_sex_error

AGES_FITTED = (18, 30, 40, 65, 75)
STEP = 0.2


def errors(data: Path, frame: pd.DataFrame) -> tuple[float, float]:
    """Mean error by age and sex, per cent, of each half of the areas under these assumptions."""
    folder = folder_at(read_tables(data, None), CENSUS, read_assumptions(), future_dwellings=True)
    made, _ = projected(folder, Assumptions(frame), fertility_schedule(data, []), "known", 0, 1)
    truth = folder.truth[CHECK]
    scored = ~np.isnan(truth).any(axis=(1, 2))
    apart = age_sex_error(five_year(made[CHECK].people[scored]), five_year(truth[scored]))
    half = halves(len(apart))
    return float(apart[half].mean()), float(apart[~half].mean())


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
