"""Sensitivity runs: one assumption at a time, and shares of the ensemble's variance.

One at a time: the principal run with one assumption at its low and then at its high, the others as they are.
A replay calls only what asked for that assumption and what its answer reached, so a run takes from a fifth of
a second to a few seconds. Variance: the draws of the last run, read from its working tables, against the very
shocks they were made from, which (seed, factor, scope, code) give again.

Called by `python -m pipelines sensitivity`; what is done is kept, so that a run that was stopped
goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from assets.estates.facility_parameters import Facilities
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.settings import RunSettings
from assets.publication.headlines import HEADLINES, headline_rows
from assets.release_history.release_changes import HEADLINE_TABLES
from assets.release_history.replay import Replay, first_scenario
from assets.release_history.sensitivity_table import KEY
from assets.stages import MODELLED, assets_of
from assets.tables.declarations import TABLES
from assets.tables.parquet import read_draws, read_frame, write_frame
from models.uncertainty.ensemble import NORMAL_P90, Stream, standard_normal
from models.uncertainty.variance_shares import (
    CHANCE,
    ends_of,
    pooled,
    ranked,
    shares_together,
    swing,
    told_apart,
    up_to_year,
)
from models.workforce.staff_gap import unfilled

KEYS = ["headline", "place", "year"]
SHOWN = 10
"""Assumptions shown for a headline."""
_FEWEST_DRAWS = 200
"""Under this, chance correlations of a factor's forty shocks are as large as the shares themselves."""
_TOLERANCE = 1e-6
"""How far, as a share, the draws' principal run may lie from the published one: sums in another order."""
Say = Callable[[str], None]


class DrawsOfAnotherRun(Exception):
    """The working tables are not those of the current release; the message says what to do."""


def what_matters(settings: RunSettings, system: str, now: str, say: Say) -> pd.DataFrame:
    """The table `sensitivity` with the column KEY, kept under the outputs; resumes what was begun.

    settings: those of the run whose working tables and release stand under the outputs. now: what it was made
    with. Raises DrawsOfAnotherRun where they do not agree.
    """
    folder = settings.outputs_path / "sensitivity"
    begun = folder / now[:16]
    begun.mkdir(parents=True, exist_ok=True)
    held = {
        name: read_frame(settings.outputs_path / "tables" / f"{name}.parquet")
        for name in ("monthly_series", "activity_forecast")
    }
    replay = Replay(assets_of(MODELLED), held=held)
    tables = replay.tables((*HEADLINE_TABLES, "assumptions"), settings, {"scenarios": first_scenario})
    assumptions = tables["assumptions"]
    base = headline_rows(tables).set_index(KEYS)
    parts = [_one_at_a_time(replay, settings, assumptions, base, begun, say)]
    if settings.draws >= _FEWEST_DRAWS:
        behind = {each.name: sorted(replay.streams_behind(each.table)) for each in HEADLINES}
        last_year = int(tables["population"]["year"].max())
        parts.append(_by_variance(settings, assumptions, base, behind, last_year, system))
    else:
        say(f"no shares of variance: {settings.draws} draws, at least {_FEWEST_DRAWS} are needed")
    whole = pd.concat(parts, ignore_index=True).merge(
        base["unit"].rename("unit").reset_index(), on=KEYS, how="left"
    )
    table = TABLES["sensitivity"]
    whole = whole[table.column_names].sort_values(list(table.keys), ignore_index=True).assign(**{KEY: now})
    write_frame(whole, folder / "sensitivity.parquet")
    shutil.rmtree(begun)
    return whole


def _one_at_a_time(
    replay: Replay,
    settings: RunSettings,
    assumptions: pd.DataFrame,
    base: pd.DataFrame,
    begun: Path,
    say: Say,
) -> pd.DataFrame:
    ranged = assumptions[assumptions["low"].notna()]
    ranged = ranged[ranged["low"] < ranged["high"]]
    parts = []
    for number, row in enumerate(ranged.to_dict("records"), start=1):
        identifier = str(row["id"])
        path = begun / f"{identifier}.parquet"
        if not path.exists():
            ends = {}
            for end in ("low", "high"):
                try:
                    ends[end] = _with_value(replay, settings, identifier, float(row[end]))
                except Exception as error:
                    say(f"{identifier} cannot be run at its {end}, {row[end]:g}: {error}")
            if len(ends) < 2:
                continue
            found = pd.DataFrame(
                {
                    "at_low": ends["low"].reindex(base.index),
                    "at_high": ends["high"].reindex(base.index),
                }
            ).reset_index()
            found = found.assign(
                assumption=identifier, low_value=float(row["low"]), high_value=float(row["high"])
            )
            write_frame(found, path)
        found = read_frame(path)
        moved = int((swing(found["at_low"], found["at_high"]) > 0).sum())
        say(f"{number:>4} of {len(ranged)}  {identifier}: moves {moved} of {len(found)} headline figures")
        parts.append(found)
    every = pd.concat(parts, ignore_index=True)
    effect = swing(every["at_low"], every["at_high"])
    every = every.assign(effect=effect, method="one_at_a_time", share_of_variance=np.nan, share_error=np.nan)
    return _most(every[effect > 0])


def _with_value(replay: Replay, settings: RunSettings, identifier: str, value: float) -> pd.Series:
    def changed(assumptions: pd.DataFrame) -> pd.DataFrame:
        return assumptions.assign(value=assumptions["value"].mask(assumptions["id"] == identifier, value))

    tables = replay.tables(HEADLINE_TABLES, settings, {"scenarios": first_scenario, "assumptions": changed})
    return headline_rows(tables).set_index(KEYS)["principal"]


def _most(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest effects of each headline, ranked."""
    parts = []
    for _, group in rows.sort_values([*KEYS, "assumption"]).groupby(KEYS):
        group = group.assign(rank=ranked(group["effect"].to_numpy()))
        parts.append(group[group["rank"] <= SHOWN])
    return pd.concat(parts, ignore_index=True).drop(columns="effect")


def _by_variance(
    settings: RunSettings,
    assumptions: pd.DataFrame,
    base: pd.DataFrame,
    behind: Mapping[str, Sequence[Stream]],
    last_year: int,
    system: str,
) -> pd.DataFrame:
    """Shares of the factors that a headline is drawn from and that show more than chance would."""
    places = sorted(set(base.index.get_level_values("place")) - {system})
    figures = _headline_draws(settings, Assumptions(assumptions), places, system, base)
    every = sorted({stream for streams in behind.values() for stream in streams})
    shocks = _shocks(settings, every, places, system)
    rows = []
    for (headline, place, year), draws in figures.items():
        drawn_from = {stream.factor for stream in behind[headline]}
        by_year = {
            factor: _flat(up_to_year(columns, year, last_year))
            for factor, columns in shocks[place].items()
            if factor in drawn_from
        }
        told = told_apart(draws[1:], by_year)
        shares, errors = shares_together(draws[1:], [by_year[factor] for factor in told])
        for factor, share, error in zip(told, shares, errors, strict=True):
            if share < CHANCE * error:
                continue
            low, high = ends_of(draws[1:], by_year[factor], share)
            rows.append(
                {
                    "headline": headline,
                    "place": place,
                    "year": year,
                    "assumption": factor,
                    "low_value": -NORMAL_P90,
                    "high_value": NORMAL_P90,
                    "at_low": low,
                    "at_high": high,
                    "share_of_variance": share,
                    "share_error": error,
                    "effect": share,
                }
            )
    return _most(pd.DataFrame(rows).assign(method="variance"))


def _flat(shocks: np.ndarray) -> np.ndarray:
    """(draws, years, common and local) as (draws, columns)."""
    return shocks.reshape(len(shocks), -1)


def _shocks(
    settings: RunSettings, streams: Sequence[Stream], places: Sequence[str], system: str
) -> dict[str, dict[str, np.ndarray]]:
    """Shocks (draws, years, common and local) of each factor by place, and for the system.

    Sites are many and small: their shocks are averaged over the sites of a place, and those of places over
    the places for the system.
    """
    elsewhere: dict[str, list[np.ndarray]] = {}
    local: dict[tuple[str, str], list[np.ndarray]] = {}
    for stream in streams:
        drawn = standard_normal(
            settings.seed, stream.factor, stream.scope, stream.code, settings.draws, stream.size
        )[1:]
        place = stream.code.split("/")[0]
        if place in places:
            local.setdefault((place, stream.factor), []).append(drawn)
        else:
            elsewhere.setdefault(stream.factor, []).append(drawn)
    common = {factor: pooled(np.stack(members)) for factor, members in elsewhere.items()}
    own = {key: pooled(np.stack(members)) for key, members in local.items()}
    factors = sorted({*common, *(factor for _, factor in own)})
    found: dict[str, dict[str, np.ndarray]] = {}
    for each in (*places, system):
        found[each] = {}
        for factor in factors:
            here = places if each == system else [each]
            parts = [own[place, factor] for place in here if (place, factor) in own]
            blocks = [
                *([common[factor]] if factor in common else []),
                *([pooled(np.stack(parts))] if parts else []),
            ]
            if blocks:
                found[each][factor] = np.stack(blocks, axis=-1)
    return found


def _headline_draws(
    settings: RunSettings,
    known: Assumptions,
    places: Sequence[str],
    system: str,
    base: pd.DataFrame,
) -> dict[tuple[str, str, int], np.ndarray]:
    """Each headline's draws (draws + 1,) from the last run's working tables, the system's summed by draw."""
    tables = settings.outputs_path / "tables"
    staff = read_draws(tables / "place_staffing_draws.parquet").sel(scenario=PRINCIPAL)
    services = [str(name) for name in _demand(tables, places[0])["service"].to_numpy()]
    facilities = Facilities(
        read_frame(tables / "facilities.parquet"),
        services,
        read_frame(tables / "acute_beds_monthly.parquet"),
        read_frame(tables / "assumptions.parquet"),
        settings,
    )
    found: dict[tuple[str, str, int], np.ndarray] = {}
    years = sorted(set(base.index.get_level_values("year")))
    for place in places:
        people = read_draws(
            tables / "projection_draws" / f"{place}.parquet",
            ["household_population", "communal_population", "dwellings"],
        ).sel(scenario=PRINCIPAL)
        demand = _demand(tables, place)
        of_place = staff.sel(place=place)
        required = of_place["required_wte"].sel(staff_group=of_place["supplied_group"].to_numpy())
        needed = required.transpose("draw", "year", "staff_group")
        in_post, temporary = (
            of_place[name].transpose("draw", "year", "supplied_group").to_numpy()
            for name in ("in_post_wte", "temporary_wte")
        )
        gap = unfilled(needed.to_numpy(), in_post, temporary)
        rooms = facilities.required(demand, ["gp_consulting_rooms"])
        by_headline = {
            "population": people["household_population"] + people["communal_population"],
            "homes": people["dwellings"],
            "ae_attendances": demand.isel(scenario=0).sel(service="ae_attendances"),
            "workforce_gap": needed.isel(staff_group=0).copy(data=gap.sum(axis=-1)),
            "gp_consulting_rooms": needed.isel(staff_group=0).copy(data=rooms[:, 0, :, 0]),
        }
        for headline in HEADLINES:
            quantity = by_headline[headline.name]
            for year in years:
                draws = quantity.sel(year=year).to_numpy()
                found[headline.name, place, year] = draws
                whole = found.get((headline.name, system, year), np.zeros_like(draws))
                found[headline.name, system, year] = whole + draws
    _held_to_the_release(found, base)
    return found


def _demand(tables: Path, place: str) -> xr.DataArray:
    return read_draws(tables / "demand_draws" / f"{place}.parquet")["demand"].sel(scenario=[PRINCIPAL])


def _held_to_the_release(found: Mapping[tuple[str, str, int], np.ndarray], base: pd.DataFrame) -> None:
    for key, row in base["principal"].items():
        if key in found and abs(found[key][0] - row) > _TOLERANCE * max(1.0, abs(row)):  # type: ignore[index]
            raise DrawsOfAnotherRun(
                f"the working tables say {found[key][0]:,.2f} for {key} and these inputs {row:,.2f}: "  # type: ignore[index]
                "run make forecast first"
            )
