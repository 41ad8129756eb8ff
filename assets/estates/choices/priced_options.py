"""Rows of `estates_options`: every option for an area's gap alone, business as usual and do minimum too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.estates.choices.area_gaps import MEDIAN, AreaGaps
from assets.estates.choices.option_terms import (
    NOTHING,
    OF_CEILING,
    ROOM_UNIT,
    SQUARE_METRES,
    TIME,
    AreaOptions,
    Options,
    Priced,
)
from models.arrays import FloatArray
from models.estates.estate_options import amount_for

CLOSES, CEILING = "closes the gap", "its ceiling"
ROOMS_ALONE, GAINS_NONE, NOT_NEEDED = "gains rooms and no floor", "gains no space", "nothing: not needed"
_ROUNDING = 1 - 1e-9


def option_rows(areas: AreaGaps, given: AreaOptions) -> pd.DataFrame:
    """A row an area with a gap and option, sized for the gap of the plan's year at even chances."""
    options = given.options
    gaps = areas.gaps_at(options.plan_year, MEDIAN)
    amounts = sized(gaps, given)
    here = np.flatnonzero(areas.known & (gaps > 0).any(axis=-1))
    rows = rows_by_area(areas, given, here, gaps, amounts, given.priced(amounts, given.alone))

    def told(column: str) -> list[Any]:
        return [row[column] for row in options.rows] * len(here)

    return rows.assign(
        opens=[options.first_year + int(years) for years in told("lead_time_years")],
        binds=_binds(given, gaps, amounts)[here].ravel(),
        must_be_true=told("must_be_true"),
        unmonetised=told("benefits"),
        evidence_grade=told("evidence_grade"),
    )


def sized(gaps: FloatArray, given: AreaOptions) -> FloatArray:
    """Units (area, option) that close both gaps alone, as far as they reach; 1 of what gains nothing."""
    nothing, least = given.options.of_kind(NOTHING), given.options.number("least_m2")
    amounts = np.ones(given.most.shape)
    for at in np.flatnonzero(~nothing):
        of_needs = [
            amount_for(gaps[:, need], given.alone[:, at, need], given.most[:, at], float(least[at]))
            for need in (0, 1)
        ]
        amounts[:, at] = np.max(of_needs, axis=0)
    return amounts


def rows_by_area(
    areas: AreaGaps,
    given: AreaOptions,
    here: NDArray[np.int64],
    gaps: FloatArray,
    amounts: FloatArray,
    priced: Priced,
) -> pd.DataFrame:
    """A row of the areas at `here` and every option: its amount, what it gains and costs, and the gaps."""
    options = given.options
    size = len(options.names)
    labels = {"area": areas.codes, "area_kind": areas.kinds, "area_name": areas.names, "place": areas.places}
    return pd.DataFrame(
        {
            **{
                name: np.repeat(np.array(values, dtype=object)[here], size) for name, values in labels.items()
            },
            "year": options.plan_year,
            "option": options.names * len(here),
            "option_name": [str(row["option_name"]) for row in options.rows] * len(here),
            "amount": _shown(options, amounts)[here].ravel(),
            "amount_unit": [_unit(row["changes"]) for row in options.rows] * len(here),
            "rooms_gap": np.repeat(gaps[here, 0], size),
            "m2_gap": np.repeat(gaps[here, 1], size),
            "rooms_gained": priced.rooms[here].ravel(),
            "m2_gained": priced.floor[here].ravel(),
            "capital_gbp": priced.capital[here].ravel(),
            "capital_low_bias_gbp": priced.capital_low[here].ravel(),
            "capital_high_bias_gbp": priced.capital_high[here].ravel(),
            "premises_revenue_gbp": priced.premises[here].ravel(),
            "running_cost_gbp": priced.running[here].ravel(),
            "right_of_use_gbp": priced.right_of_use[here].ravel(),
            "net_present_cost_gbp": priced.present[here].ravel(),
            "net_present_cost_low_gbp": priced.present_low[here].ravel(),
            "net_present_cost_high_gbp": priced.present_high[here].ravel(),
            "carbon_built_tonnes": priced.carbon_built[here].ravel(),
            "carbon_year_tonnes": priced.carbon_year[here].ravel(),
        }
    )


def _unit(changes: str) -> str:
    if changes == NOTHING:
        return "none"
    return OF_CEILING if changes in TIME else ROOM_UNIT if changes == "existing_area" else SQUARE_METRES


def _shown(options: Options, amounts: FloatArray) -> FloatArray:
    """Amounts as a reader counts them: per cent of a ceiling, rooms or m2, 0 of what gains nothing."""
    scale = np.where(options.of_kind(*TIME), 100.0, np.where(options.of_kind(NOTHING), 0.0, 1.0))
    return np.asarray(amounts * scale)


def _binds(given: AreaOptions, gaps: FloatArray, amounts: FloatArray) -> NDArray[Any]:
    """(area, option) whether an option closes both gaps alone, or what keeps it from that."""
    gained = amounts[..., None] * given.alone
    closes = (gained >= np.maximum(gaps, 0.0)[:, None] * _ROUNDING).all(axis=-1)
    return np.select(
        [
            np.broadcast_to(given.options.of_kind(NOTHING), amounts.shape),
            amounts == 0,
            closes,
            amounts >= given.most * _ROUNDING,
        ],
        [GAINS_NONE, NOT_NEEDED, CLOSES, CEILING],
        ROOMS_ALONE,
    ).astype(object)
