"""Custom age ranges: the draws a release's report carries, and people of any ages from the last run's draws.

The sums and quantiles are taken in models.demography.age_range_packs.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from assets.tables.declarations import TABLES
from assets.tables.parquet import read_draws, read_frame
from models.demography.age_range_packs import pack, people_aged

PATTERNS = 8
"""Patterns a pack: what the report shows then stays within a few percent of an interval's width."""

EVERY = 5
"""Years from one pack to the next: all years would make the report too large to mail."""

OLDEST = 90
_AGREE = 1e-6


class WrongRequest(Exception):
    """What was asked for cannot be answered; its message says why and what could be asked."""


def years_of_patterns(population: xr.DataArray) -> xr.DataArray:
    """Persons by scenario, draw, year and age at every fifth projected year."""
    years = population["year"].to_numpy()
    return population.isel(year=np.flatnonzero(years % EVERY == 0)).sum("sex")


def age_patterns(people: Mapping[str, xr.DataArray], system: str) -> pd.DataFrame:
    """A pack a scenario, place and year, and of the system from the places' summed draws."""
    total = sum(people.values())
    assert isinstance(total, xr.DataArray)
    rows = []
    for place, array in {**people, system: total}.items():
        ordered = array.transpose("scenario", "year", "draw", "age")
        made: list[tuple[np.ndarray, list[str]]] = []
        for number, scenario in enumerate(ordered["scenario"].to_numpy()):
            values = ordered.to_numpy()[number]
            # Scenarios that differ only in models of care have the same people.
            packs = next((other for same, other in made if np.array_equal(same, values)), None)
            if packs is None:
                packs = [base64.b64encode(pack(one, PATTERNS)).decode("ascii") for one in values]
                made.append((values, packs))
            rows += [
                {
                    "scenario": str(scenario),
                    "place": place,
                    "year": int(year),
                    "patterns": PATTERNS,
                    "pack": text,
                }
                for year, text in zip(ordered["year"].to_numpy(), packs, strict=True)
            ]
    table = TABLES["age_patterns"]
    return pd.DataFrame(rows)[table.column_names].sort_values(list(table.keys), ignore_index=True)


def ages(outputs: Path, first: int, last: int, places: list[str] | None, scenario: str) -> pd.DataFrame:
    """People aged `first` to `last` by place and year of a scenario: principal, p10, p50, p90.

    From all draws of the last run, which must be the run of the current release. `places` None is all of
    them and the system. Raises WrongRequest with what could be asked instead.
    """
    if not 0 <= first <= last <= OLDEST:
        raise WrongRequest(
            f"ages from {first} to {last}: enter two ages from 0 to {OLDEST}, the lower first "
            f"({OLDEST} stands for {OLDEST} and over)"
        )
    folder = outputs / "tables" / "projection_draws"
    draws = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
    released = outputs / "current" / "population_single_year.parquet"
    if not draws or not released.exists():
        raise WrongRequest(f"{outputs.name}/ holds no run to take draws from: run make forecast first")
    single = read_frame(released)
    names = dict(zip(single["place"], single["place_name"], strict=True))
    system = next(iter(set(names) - set(draws)))
    wanted = places or [*draws, system]
    for place in wanted:
        if place not in names:
            known = "; ".join(f"{code} {name}" for code, name in sorted(names.items()))
            raise WrongRequest(f"no place {place!r} in this release; its places are {known}")
    if scenario not in set(single["scenario"]):
        known = ", ".join(sorted(set(single["scenario"])))
        raise WrongRequest(f"no scenario {scenario!r} in this release; its scenarios are {known}")
    parts: dict[str, xr.DataArray] = {}
    total: xr.DataArray | None = None
    for place, path in draws.items():
        if place not in wanted and system not in wanted:
            continue
        people = read_draws(path, ["population"])["population"].sel(scenario=scenario)
        people = people.isel(year=slice(None, -1)).sum("sex").transpose("draw", "year", "age")
        _same_run(people, single, place, scenario)
        parts[place] = people
        total = people if total is None else total + people
    if system in wanted and total is not None:
        parts[system] = total
    return pd.concat([_rows(parts[place], place, names[place], first, last) for place in wanted])


def _same_run(people: xr.DataArray, single: pd.DataFrame, place: str, scenario: str) -> None:
    """Draws of a later run that was not published would answer for another release than readers see."""
    rows = single[(single["place"] == place) & (single["scenario"] == scenario)]
    released = rows.groupby(["year", "age"])["principal"].sum().to_xarray()
    principal = people.sel(draw=0)
    if released.shape != principal.shape or not np.allclose(released, principal, atol=_AGREE, rtol=0):
        raise WrongRequest(
            f"the draws of {place} are of another run than the current release: run make forecast again"
        )


def _rows(people: xr.DataArray, place: str, name: str, first: int, last: int) -> pd.DataFrame:
    summary = people_aged(people.to_numpy(), first, last)
    return pd.DataFrame(
        {"place": place, "place_name": name, "year": people["year"].to_numpy(), **summary._asdict()}
    )
