"""Neighbourhoods carried from the census of 2011 and held against that of 2021: accuracy, measured.

    python benchmarks/small_areas.py --data DIR --homes known|unknown [--out FILE]

DIR holds small_areas_census_2011_2021.csv.gz (small_area, year, age, persons) and
small_areas_places_and_households.csv (small_area, place_code, households_2011, households_2021). The place's
people of 2021 by age, the sum of its small areas, are taken as known, because this tests how a place is
split and not the place; so are its households. With `known` each neighbourhood's households are too; with
`unknown` nobody knows where the homes went. The method is the shipped one
(`models.demography.small_area_people`). constant_share: each neighbourhood keeps its share of the place at
each age. share_of_growth: each takes of what its place gains at an age as large a share as it has of the
homes that came, or of the people where homes are unknown.
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

from assets.population.neighbourhood_population import BAND_OF_AGE, small_area_method
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from benchmarks.population.backtest_people import read_assumptions
from benchmarks.population.backtest_tables import read_columns
from models.demography.area_inputs import AGES
from models.demography.small_area_people import (
    SmallAreaMethod,
    carried,
    homes_by_neighbourhood,
    neighbourhood_people,
    where_homes_go,
)
from models.evaluation.projection_errors import percent_difference
from models.uncertainty.ensemble import summarise

ORIGIN, TARGET = 2011, 2021
CENSUS = "small_areas_census_2011_2021.csv.gz"
PLACES = "small_areas_places_and_households.csv"
RESAMPLES = 500
OLD = 65
MEASURES = (
    "mape_total", "age_mean", "age_mean_five_year", "mape_65_plus", "coverage_80", "coverage_80_age",
)  # fmt: skip
"""age_mean is over the eight bands in which neighbourhoods are published, age_mean_five_year over 19."""
_BANDS = list(NEIGHBOURHOOD_BANDS)
OF_BAND = (BAND_OF_AGE[:, None] == np.arange(len(_BANDS))).astype(np.float64)
"""(ages, bands) 1 where an age is of a band."""
_OLD_BANDS = _BANDS.index("65-74")
_FIVE_YEAR = np.minimum(np.arange(AGES) // 5, 18)
_OF_FIVE = (_FIVE_YEAR[:, None] == np.arange(19)).astype(np.float64)
_WOMEN = np.isin(np.arange(AGES), np.arange(15, 50))


@dataclass(frozen=True)
class SmallAreas:
    """Small areas in order of place and code: base, truth (areas, ages); households (areas, 2); place:
    (areas,) position of each one's place; notes: what was left out."""

    codes: list[str]
    places: list[str]
    place: np.ndarray
    base: np.ndarray
    truth: np.ndarray
    households: np.ndarray
    notes: list[str]

    def each_place(self) -> list[np.ndarray]:
        """Positions of the small areas of every place."""
        return [np.flatnonzero(self.place == index) for index in range(len(self.places))]


def read_small_areas(data: Path) -> SmallAreas:
    """The folder's small areas; what lacks a census, a place or households is left out, with a note.

    Raises SystemExit with one line for a file that is missing, has no such column or is no number.
    """
    people = read_columns(data / CENSUS, ["small_area", "year", "age", "persons"], ["year", "age", "persons"])
    known = read_columns(
        data / PLACES,
        ["small_area", "place_code", "households_2011", "households_2021"],
        ["households_2011", "households_2021"],
    )
    twice = known["small_area"][known["small_area"].duplicated()]
    if len(twice):
        raise SystemExit(f"{PLACES}: small area {twice.iloc[0]} is there twice; expected once")
    wrong = people[people["persons"].lt(0) | ~people["age"].isin(range(AGES))]
    if len(wrong):
        row = wrong.iloc[0]
        raise SystemExit(
            f"{CENSUS}: row {wrong.index[0] + 2}, {row['persons']:g} people of age {row['age']:g}; expected "
            f"none below nought, of ages 0 to {AGES - 1}"
        )
    table = people.pivot_table(
        index="small_area", columns=["year", "age"], values="persons", aggfunc="sum", fill_value=0
    )
    notes: list[str] = []
    both = table.reindex(columns=pd.MultiIndex.from_product([[ORIGIN, TARGET], range(AGES)]), fill_value=0)
    counted = both.to_numpy(dtype=np.float64).reshape(len(both), 2, AGES)
    full = set(both.index[(counted.sum(axis=2) > 0).all(axis=1)])
    households = known[["households_2011", "households_2021"]]
    usable = known["place_code"].notna() & (households > 0).all(axis=1)
    _note(
        notes, sorted(set(known["small_area"]) - full), f"have no people at one of the censuses in {CENSUS}"
    )
    _note(notes, sorted(full - set(known["small_area"])), f"are not in {PLACES}")
    _note(notes, sorted(known.loc[~usable, "small_area"]), "have no place or no households")
    chosen = known[usable & known["small_area"].isin(full)].sort_values(["place_code", "small_area"])
    if chosen.empty:
        raise SystemExit(f"{data}: no small area has people at both censuses, a place and households")
    codes = chosen["small_area"].to_list()
    where = both.index.get_indexer(pd.Index(codes))
    names, place = np.unique(chosen["place_code"].to_numpy(dtype=str), return_inverse=True)
    return SmallAreas(
        codes=codes,
        places=[str(name) for name in names],
        place=place,
        base=counted[where, 0],
        truth=counted[where, 1],
        households=chosen[["households_2011", "households_2021"]].to_numpy(dtype=np.float64),
        notes=notes,
    )


def _note(notes: list[str], codes: list[str], what: str) -> None:
    if codes:
        named = ", ".join(codes[:5]) + (" …" if len(codes) > 5 else "")
        notes.append(f"{len(codes)} small areas {what} and are left out: {named}")


def project(
    areas: SmallAreas, method: SmallAreaMethod, homes: str, draws: int, seed: int, of_band: np.ndarray
) -> list[np.ndarray]:
    """By place (draws + 1, its areas, bands) people of 2021, the principal run first.

    of_band: (ages, bands) 1 where an age is of a band.
    """
    return [
        _project_place(areas, where, method, homes, draws, (seed, index), of_band)
        for index, where in enumerate(areas.each_place())
    ]


def _project_place(
    areas: SmallAreas,
    where: np.ndarray,
    method: SmallAreaMethod,
    homes: str,
    draws: int,
    stream: tuple[int, int],
    of_band: np.ndarray,
) -> np.ndarray:
    base, truth, households = areas.base[where], areas.truth[where], areas.households[where]
    span = TARGET - ORIGIN
    structure = np.linspace(base.sum(axis=0), truth.sum(axis=0), span + 1)
    # An age of nobody in the place has no structure to weigh bands with.
    structure = np.maximum(structure, 1e-6)
    bands = of_band.shape[1]
    normals = np.zeros((draws + 1, len(where), 2 + bands))
    normals[1:] = np.random.default_rng(stream).standard_normal((draws, len(where), 2 + bands))
    start, end = households.T
    if homes != "known":
        method = method.with_homes_unknown()
    if homes == "known":
        growth = np.broadcast_to((end - start) / start, (draws + 1, 1, len(where)))
    else:
        spread = where_homes_go(base, start, method, normals[:, :, 0])
        of_nowhere = np.full((draws + 1, 1, 1), end.sum() - start.sum())
        added = homes_by_neighbourhood(of_nowhere, np.array([-1]), spread, start / start.sum())
        growth = np.maximum(added / start, -0.9)
    forward = carried(base, structure, structure * _WOMEN, method, of_band.argmax(axis=1))
    place = np.broadcast_to(truth.sum(axis=0) @ of_band, (draws + 1, 1, bands))
    at_target = replace(
        forward,
        people=forward.people[-1:],
        homes_taken=forward.homes_taken[-1:],
        newcomers=forward.newcomers[-1:],
    )
    return neighbourhood_people(at_target, place, growth, np.array([float(span)]), method, normals[:, :, 1:])[
        :, 0
    ]


def constant_share(areas: SmallAreas) -> np.ndarray:
    """(areas, ages) people when every neighbourhood keeps its share of the place at each age."""
    base, truth = of_places(areas, areas.base), of_places(areas, areas.truth)
    return np.asarray(np.divide(areas.base * truth, base, out=np.zeros_like(base), where=base > 0))


def share_of_growth(areas: SmallAreas, homes: str) -> np.ndarray:
    """(areas, ages) people when the place's change at each age is shared by homes that came, or by people.

    No cell goes below nought: what is left over is scaled to the place.
    """
    came = np.maximum(np.diff(areas.households, axis=1)[:, 0], 0.0)
    people = areas.base.sum(axis=1)
    by = came if homes == "known" else people
    of_place = of_places(areas, by[:, None])[:, 0]
    of_people = of_places(areas, people[:, None])[:, 0]
    share = np.where(of_place > 0, by / np.where(of_place > 0, of_place, 1.0), people / of_people)
    change = of_places(areas, areas.truth - areas.base)
    # A loss is everyone's: it is shared as people of the age are.
    gained = np.where(change > 0, share[:, None] * change, constant_share(areas) - areas.base)
    made = np.maximum(areas.base + gained, 0.0)
    there, wanted = of_places(areas, made), of_places(areas, areas.truth)
    return np.asarray(np.divide(made * wanted, there, out=np.zeros_like(made), where=there > 0))


def of_places(areas: SmallAreas, values: np.ndarray) -> np.ndarray:
    """(areas, columns) the sum over each one's place."""
    summed = np.zeros((len(areas.places), values.shape[1]))
    np.add.at(summed, areas.place, values)
    return np.asarray(summed[areas.place])


def in_order(areas: SmallAreas, people: list[np.ndarray]) -> np.ndarray:
    """(areas, bands) of the principal run, from people by place."""
    made = np.empty((len(areas.codes), people[0].shape[-1]))
    for where, drawn in zip(areas.each_place(), people, strict=True):
        made[where] = drawn[0]
    return made


def errors_by_band(people: np.ndarray, areas: SmallAreas) -> tuple[np.ndarray, np.ndarray]:
    """(areas,) absolute error of the total, and of all bands together over all people, in percent.

    people: (areas, bands), eight bands or nineteen.
    """
    truth = areas.truth @ (OF_BAND if people.shape[1] == len(_BANDS) else _OF_FIVE)
    total = truth.sum(axis=1)
    of_total = np.abs(percent_difference(people.sum(axis=1), total))
    return of_total, np.asarray(np.abs(people - truth).sum(axis=1) / total * 100.0)


def errors(bands: np.ndarray, five_year: np.ndarray, areas: SmallAreas) -> dict[str, np.ndarray]:
    """(areas,) of every measure of a method: bands (areas, 8), five_year (areas, 19) people."""
    of_total, of_age = errors_by_band(bands, areas)
    old, true = bands[:, _OLD_BANDS:].sum(axis=1), areas.truth[:, OLD:].sum(axis=1)
    of_old = np.full(len(true), np.nan)
    of_old[true > 0] = np.abs(percent_difference(old[true > 0], true[true > 0]))
    return {
        "mape_total": of_total,
        "age_mean": of_age,
        "age_mean_five_year": errors_by_band(five_year, areas)[1],
        "mape_65_plus": of_old,
    }


def held(people: list[np.ndarray], areas: SmallAreas) -> dict[str, np.ndarray]:
    """(areas,) 100 where the 80 % interval holds the total, and the share of bands whose interval holds."""
    total, bands = np.empty(len(areas.codes)), np.empty(len(areas.codes))
    truth = areas.truth @ OF_BAND
    for where, drawn in zip(areas.each_place(), people, strict=True):
        alone = len(where) == 1
        both = np.concatenate([drawn.sum(axis=-1, keepdims=True), drawn], axis=-1)
        found = summarise(both)
        true = np.concatenate([truth[where].sum(axis=1, keepdims=True), truth[where]], axis=1)
        inside = (found.p10 <= true + 1e-6) & (true - 1e-6 <= found.p90)
        # The only small area of a place is the place, which is known: there is no interval to hold.
        total[where] = np.nan if alone else inside[:, 0] * 100.0
        bands[where] = np.nan if alone else inside[:, 1:].mean(axis=1) * 100.0
    return {"coverage_80": total, "coverage_80_age": bands}


def standard_error(values: np.ndarray, areas: SmallAreas, seed: int) -> float:
    """Of a mean over areas, by bootstrap over places: neighbours share what happens to their place."""
    known = ~np.isnan(values)
    sums = np.bincount(areas.place[known], weights=values[known], minlength=len(areas.places))
    counts = np.bincount(areas.place[known], minlength=len(areas.places))
    drawn = np.random.default_rng(seed).integers(len(areas.places), size=(RESAMPLES, len(areas.places)))
    within = counts[drawn].sum(axis=1)
    if len(areas.places) < 2 or not within.all():
        return float("nan")
    return float((sums[drawn].sum(axis=1) / within).std(ddof=1))


def score(areas: SmallAreas, method: SmallAreaMethod, homes: str, draws: int, seed: int) -> pd.DataFrame:
    """(method, origin, horizon, measure, value): means over areas in percent, and their standard errors."""
    drawn = project(areas, method, homes, draws, seed, OF_BAND)
    # Finer bands have no widths of their own, and are not drawn.
    finer = replace(method, band_spread=np.zeros(_OF_FIVE.shape[1]))
    five_year = in_order(areas, project(areas, finer, homes, 0, seed, _OF_FIVE))
    found = {"placecast": errors(in_order(areas, drawn), five_year, areas) | held(drawn, areas)}
    rivals = {"constant_share": constant_share(areas), "share_of_growth": share_of_growth(areas, homes)}
    found |= {name: errors(people @ OF_BAND, people @ _OF_FIVE, areas) for name, people in rivals.items()}
    rows: list[tuple[str, int, int, str, float]] = []
    for name, values in found.items():
        for measure in MEASURES:
            if measure in values:
                one = values[measure]
                mean = float(np.nanmean(one)) if not np.isnan(one).all() else float("nan")
                rows.append((name, ORIGIN, TARGET - ORIGIN, measure, mean))
                error = standard_error(one, areas, seed)
                rows.append((name, ORIGIN, TARGET - ORIGIN, f"{measure}_standard_error", error))
    return pd.DataFrame(rows, columns=["method", "origin", "horizon", "measure", "value"])


def show(table: pd.DataFrame, areas: SmallAreas, homes: str, seconds: float) -> None:
    """Print the table, what was left out, and how to read it."""
    console = Console(width=150)
    printed = Table(
        title=f"{ORIGIN} to {TARGET}, {len(areas.codes)} small areas of {len(areas.places)} places, homes "
        f"{homes}; percent (standard error)"
    )
    printed.add_column("method", no_wrap=True)
    for measure in MEASURES:
        printed.add_column(measure.replace("_", " "), justify="right")
    values = table.set_index(["method", "measure"])["value"].to_dict()
    for method in table["method"].unique():
        cells = [
            f"{values[method, name]:.2f} ({values[method, f'{name}_standard_error']:.2f})"
            if (method, name) in values
            else ""
            for name in MEASURES
        ]
        printed.add_row(method, *cells)
    console.print(printed)
    console.print(
        "The place's people by age and its households of the later census are given: this tests how a place "
        "is split, not the place. Standard errors are by bootstrap over places."
    )
    for note in areas.notes:
        console.print(f"note: {note}", markup=False)
    console.print(f"{seconds:.1f} s")


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, run, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the two files")
    parser.add_argument("--homes", choices=("known", "unknown"), default="known")
    parser.add_argument("--out", type=Path, help="CSV with columns method, origin, horizon, measure, value")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    areas = read_small_areas(options.data)
    method = small_area_method(read_assumptions())
    table = score(areas, method, options.homes, options.draws, options.seed)
    show(table, areas, options.homes, time.monotonic() - started)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
