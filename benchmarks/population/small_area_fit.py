"""The neighbourhoods' numbers and widths read off two censuses, and what they hold on areas not used.

    python -m benchmarks.population.small_area_fit --data DIR [--numbers]

DIR is laid out as for `small_area_backtest`. Prints the widths at which 80 % intervals hold 80 % of
neighbourhoods (totals, bands, homes known and unknown) and, for two random halves of the places, what widths
read off one half hold on the other. With --numbers (minutes) each number of the method is moved from where it
is as long as the error falls, on all places and on each half. Error: the mean error of totals and that by
age, homes known and unknown, added up. Halves start from numbers that know nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from assets.inputs.assumptions import Assumptions
from assets.population.neighbourhood_population import (
    HOMES_TAKEN_AGES,
    KEPT_AGES,
    SPREAD_AGES,
    small_area_method,
)
from assets.population.population_figures import NEW_HOME_AGES
from benchmarks.population.backtest_people import england_assumptions
from benchmarks.population.population_backtest import halves
from benchmarks.population.small_area_backtest import (
    OF_BAND,
    SmallAreas,
    errors_by_band,
    held,
    in_order,
    of_places,
    project,
    read_small_areas,
)
from models.demography.small_area_people import SmallAreaMethod

PREFIX = "demography.neighbourhood_"
NUMBERS = [
    *(f"kept_{age}" for age in KEPT_AGES),
    *(f"newcomers_{ages}" for ages in NEW_HOME_AGES),
    *(f"homes_taken_{age}" for age in HOMES_TAKEN_AGES),
    "homes_power",
    "settled_power",
]
WIDTHS = [
    "total_spread",
    "students_spread",
    *(f"spread_{ages}" for ages in SPREAD_AGES),
    "unrecorded_spread",
    "whereabouts_spread",
]
ROUNDS, DRAWS, SEED = 8, 200, 1
STUDENTS_FROM = 0.08
"""Share of people of a student's age from which a small area tells how much wider its total is for them."""


def part_of(areas: SmallAreas, places: np.ndarray) -> SmallAreas:
    """The small areas of these places (positions) alone."""
    chosen = np.isin(areas.place, places)
    return SmallAreas(
        codes=[code for code, wanted in zip(areas.codes, chosen, strict=True) if wanted],
        places=[areas.places[index] for index in places],
        place=np.searchsorted(places, areas.place[chosen]),
        base=areas.base[chosen],
        truth=areas.truth[chosen],
        households=areas.households[chosen],
        notes=areas.notes,
    )


def moved(frame: pd.DataFrame, name: str, value: float) -> pd.DataFrame:
    """The assumptions with another value of a neighbourhoods' number."""
    return frame.assign(value=frame["value"].mask(frame["id"] == PREFIX + name, value))


def error(areas: SmallAreas, frame: pd.DataFrame) -> float:
    """What the numbers are chosen by: per cent, lower is better."""
    return sum(errors(areas, frame))


def errors(areas: SmallAreas, frame: pd.DataFrame) -> list[float]:
    """Mean errors of totals and by age, homes known, then both with homes unknown, in percent."""
    method = small_area_method(Assumptions(frame))
    return [
        float(by_area.mean())
        for homes in ("known", "unknown")
        for by_area in errors_by_band(in_order(areas, project(areas, method, homes, 0, SEED, OF_BAND)), areas)
    ]


def unfitted(frame: pd.DataFrame) -> pd.DataFrame:
    """The assumptions with numbers that know nothing: half kept, new homes like others, no age in a home."""
    for name in NUMBERS:
        frame = moved(frame, name, 0.5 if name.startswith("kept") else 1.0)
    return frame


def step_of(name: str) -> float:
    """By how much a number is moved: shares by less than ratios."""
    return 0.05 if name.startswith("kept") else 0.1


def neighbours(frame: pd.DataFrame, name: str, times: float = 1.0) -> Iterator[pd.DataFrame]:
    """The assumptions with one number a step lower and a step higher, where it may be there."""
    value = float(frame.loc[frame["id"] == PREFIX + name, "value"].iloc[0])
    for other in (value - times * step_of(name), value + times * step_of(name)):
        if 0 <= round(other, 6) <= (1 if name.startswith("kept") else 10):
            yield moved(frame, name, round(other, 6))


def fitted(areas: SmallAreas, frame: pd.DataFrame) -> pd.DataFrame:
    """The assumptions with every number moved, one after the other, as long as the error falls."""
    best = error(areas, frame)
    for times in (4.0, 2.0, 1.0, 1.0):
        for name in NUMBERS:
            better = True
            while better:
                better = False
                for other in neighbours(frame, name, times):
                    found = error(areas, other)
                    if found < best - 1e-4:
                        best, frame, better = found, other, True
                        break
    return frame


def widths(areas: SmallAreas, method: SmallAreaMethod) -> SmallAreaMethod:
    """The method with the widths at which 80 % intervals hold 80 % of these small areas.

    Homes known give the widths of totals, with students and without, and of bands. Homes unknown give the
    other two: what nobody records of homes, in the half of places that grow least, and where homes go, in
    the rest. Places of a single small area say nothing.
    """
    single = np.bincount(areas.place)[areas.place] == 1
    growth = np.divide(*of_places(areas, areas.households).T[::-1])
    fast = growth > np.median(growth)
    young = areas.base[:, method.students].sum(axis=1) > STUDENTS_FROM * areas.base.sum(axis=1)
    for _ in range(ROUNDS):
        scale = _scales(areas, method, "known")
        method = replace(
            method,
            total_spread=method.total_spread * _level(scale[~young & ~single, 0]),
            students_spread=method.students_spread * _level(scale[young & ~single, 0]),
            band_spread=method.band_spread * np.array([_level(column) for column in scale[~single, 1:].T]),
        )
    for _ in range(ROUNDS):
        scale = _scales(areas, method, "unknown")[:, 0]
        method = replace(
            method,
            unrecorded_spread=method.unrecorded_spread * _level(scale[~fast & ~single]),
            whereabouts_spread=method.whereabouts_spread * _level(scale[fast & ~single]),
        )
    return method


def _level(scale: np.ndarray) -> float:
    """By how much a width must be multiplied for 80 % of these to lie within; in small steps."""
    return float(np.quantile(scale, 0.8) ** 0.8)


def _scales(areas: SmallAreas, method: SmallAreaMethod, homes: str) -> np.ndarray:
    """(areas, 1 + bands) distance of total and bands from the middle over half the interval, in logs."""
    truth = np.log(np.maximum(areas.truth @ OF_BAND, 0.5))
    truth = np.concatenate([np.log(areas.truth.sum(axis=1, keepdims=True)), truth], axis=1)
    found = np.empty(truth.shape)
    for where, drawn in zip(
        areas.each_place(), project(areas, method, homes, DRAWS, SEED, OF_BAND), strict=True
    ):
        both = np.log(np.maximum(np.concatenate([drawn.sum(axis=-1, keepdims=True), drawn], axis=-1), 0.5))[
            1:
        ]
        low, middle, high = np.quantile(both, [0.1, 0.5, 0.9], axis=0)
        below = truth[where] < middle
        apart = np.where(below, middle - truth[where], truth[where] - middle)
        found[where] = apart / np.maximum(np.where(below, middle - low, high - middle), 1e-6)
    return found


def by_name(method: SmallAreaMethod) -> dict[str, float]:
    """The widths by their names in the assumptions table."""
    values = [
        method.total_spread,
        method.students_spread,
        *method.band_spread,
        method.unrecorded_spread,
        method.whereabouts_spread,
    ]
    return dict(zip(WIDTHS, (float(value) for value in values), strict=True))


def coverages(areas: SmallAreas, method: SmallAreaMethod) -> dict[str, tuple[float, float]]:
    """By homes: percent of totals and of bands held."""
    found = {}
    for homes in ("known", "unknown"):
        inside = held(project(areas, method, homes, DRAWS, SEED + 1, OF_BAND), areas)
        found[homes] = (
            float(np.nanmean(inside["coverage_80"])),
            float(np.nanmean(inside["coverage_80_age"])),
        )
    return found


def crossed(areas: SmallAreas, method: SmallAreaMethod) -> Iterator[tuple[SmallAreaMethod, SmallAreas]]:
    """Widths read off one half of the places, and the other half, both ways."""
    first, second = (part_of(areas, half) for half in halves(len(areas.places)))
    for own, other in ((first, second), (second, first)):
        yield widths(own, method), other


def main() -> None:
    """Print widths, what halves hold of one another and, where wanted, the numbers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--numbers", action="store_true", help="fit the numbers too; minutes")
    options = parser.parse_args()
    console = Console(width=150)
    areas, frame = read_small_areas(options.data), england_assumptions()
    if options.numbers:
        chosen = halves(len(areas.places))
        first, second = (part_of(areas, np.flatnonzero(half)) for half in (chosen, ~chosen))
        for name, own, other in (
            ("one half", first, second),
            ("the other", second, first),
            ("all", areas, areas),
        ):
            found = fitted(own, frame if own is areas else unfitted(frame))
            values = found.set_index("id")["value"]
            for which, scored in (("there", own), ("elsewhere", other)):
                by_homes = ", ".join(f"{value:.2f}" for value in errors(scored, found))
                shipped = ", ".join(f"{value:.2f}" for value in errors(scored, frame))
                console.print(f"{name}: {which} {by_homes} (as shipped {shipped})")
            console.print({number: float(values[PREFIX + number]) for number in NUMBERS})
    method = small_area_method(Assumptions(frame))
    console.print({name: round(value, 4) for name, value in by_name(widths(areas, method)).items()})
    for half, other in crossed(areas, method):
        console.print({name: round(value, 4) for name, value in by_name(half).items()})
        for homes, (total, bands) in coverages(other, half).items():
            console.print(
                f"  held on the other half, homes {homes}: totals {total:.1f} %, bands {bands:.1f} %"
            )


if __name__ == "__main__":
    main()
