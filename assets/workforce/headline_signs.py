"""Which assumption decides the sign of a gap, and the gap at other rates of productivity.

One at a time: the stage again, principal run only, in one pass whose draws each put one assumption at an end
of its range. What comes before the stage is told from the draws of the run: shares of the gap's variance.
Nothing here makes requirement or supply: the stage's own functions do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.publication.headlines import HEADLINE_YEARS
from assets.tables.uncertain_table import Labels, labelled, released
from assets.workforce.gap_shocks import GapShocks, assumption_of
from assets.workforce.required_staff import StaffNeeds, drawn_again, has_measures
from assets.workforce.staff_draws import ALL, AreaStaff, area_staff
from assets.workforce.supplied_staff import OWN
from assets.workforce.workforce_inputs import Group, StaffingTables
from models.arrays import FloatArray
from models.uncertainty.ensemble import Stream, one_at_a_time
from models.uncertainty.variance_shares import (
    CHANCE,
    ends_of,
    shares_of_many,
    swing,
    variance_shares,
)
from models.workforce.productivity import at_productivity
from models.workforce.staff_gap import unfilled

SHOWN = 10
"""Assumptions shown for a gap."""
FEWEST_DRAWS = 200
"""Under this, chance correlations are as large as the shares themselves."""
PRODUCTIVITY = "workforce.productivity_change"
SIDE_BY_SIDE = {
    "none": "",
    "long_run": "workforce.productivity_long_run",
    "national_target": "workforce.productivity_target",
}
"""Rates of productivity beside the central one, by their name: none, and rows of assumptions.csv."""
_GAP_MOVES = 1e-6
"""WTE from which a change of the gap is more than rounding."""


@dataclass(frozen=True)
class GapsOfAKind:
    """What is kept of the areas of a kind: the principal run's requirement, and draws of the gap.

    gaps by area (group and sum, headline year, draw).
    """

    kind: str
    supplied_of: list[Group]
    years: list[int]
    needed: StaffNeeds
    gaps: dict[str, FloatArray]


def gaps_of(staff: AreaStaff) -> GapsOfAKind:
    """What the signs of the areas' gaps are told from; the draws of requirement and supply can then go."""
    needed = staff.needed
    at = np.flatnonzero(np.isin(needed.years, HEADLINE_YEARS))
    return GapsOfAKind(
        staff.kind,
        staff.supplied_of,
        [int(year) for year in needed.years[at]],
        replace(
            needed,
            scenarios=needed.scenarios[:1],
            required={area: values[:, :1, :, :1].copy() for area, values in needed.required.items()},
            activity={},
            factor=needed.factor[:1].copy(),
            vacancies=needed.vacancies[:1],
        ),
        {area: values[:, at] for area, values in _gaps(staff).items()},
    )


def _gaps(staff: AreaStaff) -> dict[str, FloatArray]:
    """The gap by area in the first scenario (group and sum, year, draw)."""
    columns = [*staff.columns, -1]
    return {
        area: unfilled(of_area.required[columns, 0], of_area.in_post[:, 0], of_area.temporary[:, 0])
        for area, of_area in staff.areas.items()
    }


def sign_tables(
    given: StaffingTables, settings: RunSettings, kinds: Sequence[GapsOfAKind], streams: Collection[Stream]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `headline_signs` and `gap_by_productivity`.

    streams: the streams of shocks that the stage has drawn from.
    """
    # What a trust does for itself in one year is nothing that could hold in all years.
    streams = [stream for stream in streams if not stream.factor.startswith(f"{OWN}:")]
    of_factor = {stream.factor: assumption_of(stream.factor) for stream in streams}
    moved = sorted(set(of_factor.values()))
    rates = [given.known.value(identifier) if identifier else 0.0 for identifier in SIDE_BY_SIDE.values()]
    low_draws = {factor: 1 + 2 * moved.index(identifier) for factor, identifier in of_factor.items()}
    draws = 2 * len(moved) + len(rates)
    small = settings.model_copy(update={"draws": draws})
    alone = replace(given, scenarios=given.scenarios.head(1))
    # What measures of the scenario save already is in a published rate of productivity.
    saved = has_measures(given.known, read_scenarios(alone.scenarios)[0])
    counted = [min(rate, 0.0) if saved else rate for rate in rates]
    ends: list[list[_Ends]] = []
    beside = []
    for kept in kinds:
        with one_at_a_time(low_draws):
            needed = drawn_again(alone, small, kept.needed)
            for required in needed.required.values():
                _at_rates(required, needed.years, given.known.value(PRODUCTIVITY), counted)
            made = area_staff(alone, small, needed, kept.kind)
        beside.append(_productivity_rows(given, made, rates))
        ends.append(_ends(kept, made))
    every = _with_system(given, ends)
    rows = [_one_at_a_time(every, moved)]
    if settings.draws >= FEWEST_DRAWS:
        shocks = GapShocks(given, settings, every[0].years)
        rows = [_with_shares(rows[0], every, shocks, streams), _by_variance(every, shocks)]
    return _signs(given, every, pd.concat(rows, ignore_index=True)), released("gap_by_productivity", beside)


def _at_rates(required: FloatArray, years: NDArray[np.int64], central: float, rates: Sequence[float]) -> None:
    """Put the last draws of a requirement (group, scenario, year, draw) at other rates of productivity."""
    for back, rate in enumerate(reversed(rates), start=1):
        required[..., -back] = at_productivity(required[..., 0], years - years[0], central, rate)


@dataclass(frozen=True)
class _Ends:
    """Gaps of an area in the headline years: with each assumption at its ends (group, year, draw), and the
    run's draws (group, year, draw)."""

    area: str
    kind: str
    years: list[int]
    groups: list[Group]
    held: FloatArray
    draws: FloatArray


def _ends(kept: GapsOfAKind, made: AreaStaff) -> list[_Ends]:
    at = np.isin(made.needed.years, kept.years)
    return [
        _Ends(area, kept.kind, kept.years, kept.supplied_of, gap[:, at], kept.gaps[area])
        for area, gap in _gaps(made).items()
    ]


def _with_system(given: StaffingTables, kinds: Sequence[list[_Ends]]) -> list[_Ends]:
    """The areas, the areas of each kind together, and everyone's together."""
    # The code of an area of one place is its place's.
    found = [each for of_kind in kinds for each in of_kind if each.area != given.system]
    whole = [
        replace(
            of_kind[0],
            area=given.system,
            kind="system",
            held=np.sum([each.held for each in of_kind], axis=0),
            draws=np.sum([each.draws for each in of_kind], axis=0),
        )
        for of_kind in kinds
    ]
    # The last of each kind's groups is their sum. Places' is a headline; trusts' is called as everyone's is.
    everyone = replace(
        whole[0],
        groups=[ALL],
        held=np.sum([each.held[-1:] for each in whole], axis=0),
        draws=np.sum([each.draws[-1:] for each in whole], axis=0),
    )
    trusts = whole.pop()
    hospital = replace(trusts, groups=trusts.groups[:-1], held=trusts.held[:-1], draws=trusts.draws[:-1])
    return [*found, *whole, hospital, everyone]


def _labels(ends: _Ends) -> Labels:
    return {
        "area": ("area", [ends.area]),
        "area_kind": ("area", [ends.kind]),
        "sector": ("group", [sector for sector, _ in ends.groups]),
        "staff_group": ("group", [group for _, group in ends.groups]),
        "year": ("year", ends.years),
    }


def _one_at_a_time(every: Sequence[_Ends], moved: Sequence[str]) -> pd.DataFrame:
    parts = []
    for ends in every:
        low, high = (ends.held[..., first : 1 + 2 * len(moved) : 2] for first in (1, 2))
        sizes = dict(zip(("area", "group", "year", "assumption"), (1, *low.shape), strict=True))
        columns = labelled(sizes, {**_labels(ends), "assumption": ("assumption", list(moved))})
        parts.append(pd.DataFrame({**columns, "at_low": low.ravel(), "at_high": high.ravel()}))
    return pd.concat(parts, ignore_index=True).assign(method="one_at_a_time", share_of_variance=np.nan)


def _with_shares(
    rows: pd.DataFrame, every: Sequence[_Ends], shocks: GapShocks, streams: Collection[Stream]
) -> pd.DataFrame:
    """The rows with the share of the gap's variance that goes with each assumption, if it is not chance."""
    parts = []
    for ends in every:
        columns = shocks.of_stage(streams, ends.area, {group for _, group in ends.groups})
        counts = np.array([each.shape[2] for each in columns.values()])
        moving = np.concatenate(list(columns.values()), axis=2)
        found = np.stack(
            [
                np.add.reduceat(
                    shares_of_many(ends.draws[:, number, 1:], moving[1:, number]),
                    np.cumsum(counts) - counts,
                    axis=1,
                )
                for number in range(len(ends.years))
            ],
            axis=1,
        )
        found[found <= CHANCE * np.sqrt(2 * counts) / len(moving)] = np.nan
        sizes = dict(zip(("area", "group", "year", "assumption"), (1, *found.shape), strict=True))
        labels = {**_labels(ends), "assumption": ("assumption", list(columns))}
        part = pd.DataFrame({**labelled(sizes, labels), "share_of_variance": found.ravel()})
        parts.append(part.drop(columns="area_kind"))
    shares = pd.concat(parts, ignore_index=True)
    keys = ["area", "sector", "staff_group", "year", "assumption"]
    return rows.drop(columns="share_of_variance").merge(shares, on=keys, how="left", validate="many_to_one")


def _by_variance(every: Sequence[_Ends], shocks: GapShocks) -> pd.DataFrame:
    """What of the gap's variance goes with growth beyond demography and with the drift of activity rates."""
    rows = []
    for ends in every:
        for group, name in enumerate(ends.groups):
            for identifier, columns in shocks.of_demand(name, ends.area).items():
                for number, year in enumerate(ends.years):
                    gap, moving = ends.draws[group, number], columns[1:, number]
                    share = float(variance_shares(gap[1:], moving).sum())
                    if share <= CHANCE * np.sqrt(2 * moving.shape[1]) / len(moving):
                        continue
                    low, high = ends_of(gap[1:], moving, share)
                    reach = (high - low) / 2
                    ids = (ends.area, ends.kind, *name, year, identifier)
                    rows.append((*ids, gap[0] - reach, gap[0] + reach, share))
    names = ["area", "area_kind", "sector", "staff_group", "year", "assumption", "at_low", "at_high"]
    return pd.DataFrame(rows, columns=[*names, "share_of_variance"]).assign(method="variance")


def _productivity_rows(given: StaffingTables, made: AreaStaff, rates: Sequence[float]) -> pd.DataFrame:
    """Requirement and gap of the areas, and of the places together, at each rate of productivity."""
    names = ["central", *SIDE_BY_SIDE]
    at = [0, *range(-len(rates), 0)]
    percent = [given.known.value(PRODUCTIVITY), *rates]
    columns = [*made.columns, -1]
    gaps = _gaps(made)
    needed = {area: of_area.required[columns, 0] for area, of_area in made.areas.items()}
    kinds = dict.fromkeys(gaps, made.kind)
    if made.kind == "place":
        gaps[given.system], needed[given.system] = (
            np.sum(list(of.values()), axis=0) for of in (gaps, needed)
        )
        kinds[given.system] = "system"
    gap, required = (np.stack([of[area][..., at] for area in of]) for of in (gaps, needed))
    sizes = dict(zip(("area", "group", "year", "rate"), gap.shape, strict=True))
    labels: Labels = {
        "area": ("area", list(gaps)),
        "area_kind": ("area", list(kinds.values())),
        "sector": ("group", [sector for sector, _ in made.supplied_of]),
        "staff_group": ("group", [group for _, group in made.supplied_of]),
        "year": ("year", made.needed.years),
        "productivity": ("rate", names),
        "percent_a_year": ("rate", percent),
    }
    values = {"required_wte": required.ravel(), "gap_wte": gap.ravel()}
    return pd.DataFrame({**labelled(sizes, labels), **values})


def _signs(given: StaffingTables, every: Sequence[_Ends], rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as the table has them: of each gap the assumptions that move it most, ranked."""
    keys = ["area", "sector", "staff_group", "year"]
    gaps = []
    for ends in every:
        gap = ends.held[..., 0]
        columns = labelled(dict(zip(("area", "group", "year"), (1, *gap.shape), strict=True)), _labels(ends))
        gaps.append(pd.DataFrame({**columns, "gap_wte": gap.ravel()}).drop(columns="area_kind"))
    whole = pd.concat(gaps, ignore_index=True)
    rows = rows.merge(whole, on=keys, how="left", validate="many_to_one")
    rows["moves_wte"] = swing(rows["at_low"], rows["at_high"])
    rows = rows[rows["moves_wte"] > _GAP_MOVES]
    rows = rows.sort_values([*keys, "moves_wte", "assumption"], ascending=[True] * 4 + [False, True])
    rows["rank"] = rows.groupby(keys).cumcount() + 1
    rows = rows[rows["rank"] <= SHOWN]
    # A gap of nil, which bank and agency fill, has no sign: it turns where an end lies on either side.
    reached = rows[["gap_wte", "at_low", "at_high"]]
    turned = (reached.min(axis=1) < -_GAP_MOVES) & (reached.max(axis=1) > _GAP_MOVES)
    # Bank and agency take up a first surplus, so that an end may come to rest at nil.
    at_nil = (reached[["at_low", "at_high"]].abs() <= _GAP_MOVES).any(axis=1) & ~turned
    rows["sign_changes"] = np.select([turned, at_nil], ["yes", "to nil"], "no")
    described = given.assumptions[["id", "value", "low", "high", "evidence_grade"]].rename(
        columns={"id": "assumption", "low": "low_value", "high": "high_value"}
    )
    rows = rows.merge(described, on="assumption", how="left", validate="many_to_one")
    # Ends told from the draws are not those of the assumption's own range.
    rows.loc[rows["method"] == "variance", ["low_value", "high_value"]] = np.nan
    return released("headline_signs", [rows])
