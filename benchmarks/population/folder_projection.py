"""Every area of a folder through the shipped projection, and the rivals it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from assets.accuracy.england_as_known import national_figures_known_in
from assets.inputs.assumptions import Assumptions
from assets.population.population_figures import (
    POPULATION_INPUTS,
    PopulationInputs,
    national_figures,
    parameters,
    past_rate_spread,
    spreads,
    spreads_of,
)
from benchmarks.population.backtest_folder import Folder
from benchmarks.population.backtest_people import LATEST, project_table
from benchmarks.population.backtest_tables import read_columns
from models.demography.area_build import NationalFigures, Parameters, build_area
from models.demography.area_inputs import AGES
from models.demography.households import dwellings_at_mid_year, dwellings_at_past_rate
from models.demography.projection import ImpossibleTrajectory, Projection, project_area
from models.demography.projection_factors import draw_factors, wander
from models.uncertainty.ensemble import summarise

OLD, OLDEST = 65, 85
_FERTILITY_FILE = "england_fertility_rates_npp_2012_based_2013.csv"
_MOTHERS = slice(3, 9)
"""Five-year bands of 15 to 44."""


@dataclass(frozen=True)
class ProjectedPeople:
    """People of one target year: people (areas, 2, AGES), and P10 and P90 of the total (areas, 2), of
    five-year bands (areas, bands, 2), of 65+ and of 85+ (areas, 2); None without draws."""

    people: np.ndarray
    total: np.ndarray | None = None
    bands: np.ndarray | None = None
    old: np.ndarray | None = None
    oldest: np.ndarray | None = None

    def at(self, where: np.ndarray) -> ProjectedPeople:
        """The same of some areas."""
        parts = (self.total, self.bands, self.old, self.oldest)
        return ProjectedPeople(self.people[where], *(None if part is None else part[where] for part in parts))


def five_year(people: np.ndarray) -> np.ndarray:
    """(…, 19) five-year bands of (…, AGES), the last being 90 and over."""
    return np.asarray(np.add.reduceat(people, np.arange(0, AGES, 5), axis=-1))


def fertility_schedule(data: Path, notes: list[str]) -> pd.DataFrame:
    """Births a thousand women by age as assumed about 2011: the folder's, or else the project's own copy."""
    path = data / _FERTILITY_FILE
    if path.exists():
        columns = ["age", "births_per_1000_women"]
        return read_columns(path, columns, columns)
    notes.append(f"{path.name} is not in the folder: the project's own is taken")
    return project_table("national_fertility_2013")


@cache
def _england_tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return (
        project_table("national_deaths"),
        project_table("england_population"),
        project_table("household_representative_rates"),
    )


def england_in(origin: int, steps: int, known: Assumptions, fertility: pd.DataFrame) -> NationalFigures:
    """England's figures as they were known in the origin; from the base of a release on, a release's."""
    if origin == LATEST:
        return national_figures(PopulationInputs(**{name: project_table(name) for name in POPULATION_INPUTS}))
    schedule = parameters(known).schedule.rates()
    return national_figures_known_in(origin, steps, known, schedule, *_england_tables(), fertility)


def past_rate_dwellings(folder: Folder, known: Assumptions, draws: int, seed: int) -> np.ndarray:
    """(areas, draws + 1, years) dwellings at mid-years from the origin on, growing as in the years before.

    Of how much faster than the median a place built, a share goes on. Nobody's later dwellings are looked at.
    """
    steps = folder.last - folder.origin
    between = folder.origin - folder.first_stock
    kept = known.value("demography.past_rate_kept")
    central = dwellings_at_past_rate(
        folder.stock[:, 0], folder.stock_in(folder.origin), between, kept, None, steps
    )
    spread = past_rate_spread(known, folder.origin)
    return np.stack(
        [
            path * wander(spread, seed, code, draws, folder.origin, steps)
            for code, path in zip(folder.codes, central, strict=True)
        ]
    )


def known_dwellings(folder: Folder, draws: int) -> np.ndarray:
    """(areas, draws + 1, years) dwellings at mid-years as they turned out."""
    stock = folder.stock[:, folder.origin - folder.first_stock :]
    additions = np.diff(stock, axis=1)
    # The year after the last stock is not looked at: its first quarter is taken to be like the year before.
    paths = dwellings_at_mid_year(stock[:, 0, None], np.concatenate([additions, additions[:, -1:]], axis=1))
    return np.repeat(paths[:, None], draws + 1, axis=1)


def project_folder(
    folder: Folder,
    national: NationalFigures,
    known: Assumptions,
    dwellings: np.ndarray,
    seed: int,
    notes: list[str],
) -> dict[int, ProjectedPeople]:
    """Every area through the shipped projection: target year → people, and intervals from draws."""
    method = parameters(known)
    general = spreads(known, folder.origin, folder.origin)
    count, draws = len(folder.codes), dwellings.shape[1] - 1
    steps = dwellings.shape[-1] - 1
    people = {year: np.empty((count, 2, AGES)) for year in folder.truth}
    found = {year: np.empty((count, 3 + len(range(0, AGES, 5)), 2)) for year in folder.truth}
    gentler = []
    for index, code in enumerate(folder.codes):
        factors = spreads_of(code, general, known, counted_before=folder.earlier is not None)
        drawn = draw_factors(factors, seed, code, draws, folder.origin, steps)
        homes = dwellings[index]
        projection: Projection | None = None
        # What a tiny place cannot bear is tried again without its own age structure.
        for tried in (method, _plain(method)):
            area = build_area(
                folder.figures(index, homes[0, 0]), national, tried, steps, ratios=folder.ratios[index]
            )
            try:
                projection = project_area(area, drawn, homes, threads=1)
                break
            except ImpossibleTrajectory:
                continue
        if projection is None:
            gentler.append(f"{code} (scaled with its dwellings)")
        elif tried is not method:
            gentler.append(code)
        for year in folder.truth:
            if projection is None:
                scale = homes[:, year - folder.origin] / homes[:, 0]
                drawn_people = folder.base[index] * scale[:, None, None]
            else:
                drawn_people = projection.population[:, year - folder.origin]
            people[year][index] = drawn_people[0]
            if draws:
                persons = drawn_people.sum(axis=1)
                read = np.concatenate(
                    [
                        persons.sum(axis=1, keepdims=True),
                        persons[:, OLD:].sum(axis=1, keepdims=True),
                        persons[:, OLDEST:].sum(axis=1, keepdims=True),
                        five_year(persons),
                    ],
                    axis=1,
                )
                summary = summarise(read)
                found[year][index] = np.stack([summary.p10, summary.p90], axis=-1)
    if gentler:
        notes.append(f"from {folder.origin}, projected without their own age structure: {', '.join(gentler)}")
    if not draws:
        return {year: ProjectedPeople(people[year]) for year in folder.truth}
    return {
        year: ProjectedPeople(people[year], values[:, 0], values[:, 3:], values[:, 1], values[:, 2])
        for year, values in found.items()
    }


def _plain(method: Parameters) -> Parameters:
    return replace(method, structure_kept=np.zeros(AGES), own_change_weight=0.0)


def rivals(folder: Folder, dwellings: np.ndarray) -> Mapping[str, dict[int, ProjectedPeople]]:
    """Simple methods by name; those without the history they need are left out."""
    base = folder.base
    total = base.sum(axis=(1, 2))
    made: dict[str, dict[int, ProjectedPeople]] = {
        name: {}
        for name in (
            "no_change",
            "constant_people_per_dwelling",
            "linear_trend",
            "exponential_trend_shrunk",
            "hamilton_perry",
        )
    }
    span = folder.origin - folder.before_year
    # An area whose past nobody knows is taken not to change; where no area's is known there is no trend.
    trends = folder.before_year < folder.origin and not np.isnan(folder.before).all()
    before = np.where(np.isnan(folder.before), total, folder.before)
    own = np.log(total / before) / span if trends else np.zeros(len(total))
    usual = 0.5 * (own + _of_region(folder.regions, own, total))
    for year in folder.truth:
        horizon = year - folder.origin

        def scaled(by: np.ndarray, year: int = year) -> ProjectedPeople:
            return ProjectedPeople(base * by[:, None, None])

        made["no_change"][year] = scaled(np.ones(len(total)))
        made["constant_people_per_dwelling"][year] = scaled(dwellings[:, 0, horizon] / dwellings[:, 0, 0])
        if trends:
            made["linear_trend"][year] = scaled(
                np.maximum(1.0 + (1.0 - before / total) * horizon / span, 0.0)
            )
            made["exponential_trend_shrunk"][year] = scaled(np.exp(usual * horizon))
        if folder.earlier is not None and horizon % 5 == 0:
            made["hamilton_perry"][year] = ProjectedPeople(hamilton_perry(folder, horizon))
    return {name: by_year for name, by_year in made.items() if by_year}


def _of_region(regions: list[str], growth: np.ndarray, people: np.ndarray) -> np.ndarray:
    """(areas,) growth of each area's region, areas weighed by people."""
    frame = pd.DataFrame({"region": regions, "grown": growth * people, "people": people})
    sums = frame.groupby("region")[["grown", "people"]].transform("sum")
    return (sums["grown"] / sums["people"]).to_numpy()


def hamilton_perry(folder: Folder, horizon: int) -> np.ndarray:
    """(areas, 2, AGES) people of the base carried by cohort change ratios of the years on record.

    In five-year bands, by sex, in steps as long as the record; what is left of the horizon takes the same
    change a year. Those born in a step are as many a resident of childbearing age as at the base.
    Source: Hamilton and Perry (1962).
    """
    if folder.earlier is None or folder.earlier_year is None:
        raise ValueError(f"nobody by age before {folder.origin}")
    record = (folder.origin - folder.earlier_year) // 5
    base, before = five_year(folder.base), five_year(folder.earlier)
    aged = _older(before, record)
    ratio = np.divide(base, aged, out=np.ones_like(base), where=aged > 0)
    young = base / base[:, :, _MOTHERS].sum(axis=(1, 2))[:, None, None]
    people, left = base, horizon // 5
    while left:
        step = min(record, left)
        older = _older(people, step) * ratio ** (step / record)
        older[:, :, :step] = (young * people[:, :, _MOTHERS].sum(axis=(1, 2))[:, None, None])[:, :, :step]
        people, left = older, left - step
    return _single(people, folder.base)


def _older(bands: np.ndarray, steps: int) -> np.ndarray:
    """Who of the five-year bands stands where so many steps later, were nobody to die or move."""
    aged = np.zeros_like(bands)
    aged[:, :, steps:] = bands[:, :, : bands.shape[-1] - steps]
    aged[:, :, -1] += bands[:, :, bands.shape[-1] - steps :].sum(axis=-1)
    return aged


def _single(bands: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Five-year bands spread over single ages as the base's are: only sums of whole bands are read."""
    starts = np.arange(AGES) // 5
    return np.asarray(bands[:, :, starts] * shape / np.maximum(five_year(shape)[:, :, starts], 1e-9))
