"""Supply of a set of areas by scenario: base, uncertain rates and policy, into heads and WTE.

Ties the stock and flow to what surrounds it. Sources of joiners are, in this order: training, recruitment in
the country, recruitment from abroad, return after a break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.workforce.leavers_and_joiners import base_joiners, leaving_hazards, leaving_ratio
from models.workforce.stock_and_flow import (
    Joiners,
    RecordedStock,
    UnitRates,
    check_balance,
    project_stock,
)

SOURCES = ("training", "domestic", "international", "return")
BALANCE_TOLERANCE = 1e-6
"""Heads by which the flows of a unit may miss, from rounding."""


@dataclass(frozen=True)
class SupplyBase:
    """Central figures of the units: staff of one group in one area.

    heads (unit, band) in the base year; leaver_percent, joiners_per_leaver, participation, moving (unit,);
    source_shares (unit, source); rotating (unit, band); pool (unit,) numbers the units that staff move
    between; relative and retirement (band,): leaving by age as ratios and retirement hazards; joiner_ages
    (unit, source, band), rotation_ages (band,). recorded_wte (year, unit): WTE in post of a later year as
    recorded, 0 where none is; None where nothing is recorded.
    """

    heads: FloatArray
    leaver_percent: FloatArray
    joiners_per_leaver: FloatArray
    source_shares: FloatArray
    participation: FloatArray
    moving: FloatArray
    rotating: FloatArray
    pool: NDArray[np.int64]
    relative: FloatArray
    retirement: FloatArray
    joiner_ages: FloatArray
    rotation_ages: FloatArray
    recorded_wte: FloatArray | None = None


@dataclass(frozen=True)
class SupplyDraws:
    """Ratios to the central figures: level (draw, unit), leaving and joining (draw, year, unit), retirement
    (draw,), by_source (draw, unit, source), participation (draw, year)."""

    level: FloatArray
    leaving: FloatArray
    joining: FloatArray
    retirement: FloatArray
    by_source: FloatArray
    participation: FloatArray


@dataclass(frozen=True)
class Policy:
    """Ratios to what happens otherwise: leaving, participation (year, unit); joining (year, unit, source)."""

    leaving: FloatArray
    joining: FloatArray
    participation: FloatArray


class SupplyOutlook(NamedTuple):
    """Supply by variant: heads and WTE in post (variant, draw, year, unit), and of the principal run the
    flows (variant, year, unit, flow), joiners (variant, year, unit, source) and heads by age (variant, year,
    unit, band).

    The draws of a cell of heads or WTE lie side by side in memory."""

    heads: FloatArray
    wte: FloatArray
    flows: FloatArray
    joiners: FloatArray
    ages: FloatArray


@dataclass(frozen=True)
class Variant:
    """A scenario of supply: what recruitment in the country grows with (year, unit), policy, and joiners on
    top (year, unit, source), None for none."""

    domestic_growth: FloatArray
    policy: Policy
    extra_joiners: FloatArray | None = None


def source_shares(training: float, international: float, returning: float) -> FloatArray:
    """Shares of the sources from percentages; the rest is recruited in the country."""
    domestic = 100 - training - international - returning
    if min(training, international, returning, domestic) < 0:
        raise ValueError("the sources of joiners add to more than 100 % or one is negative")
    return np.array([training, domestic, international, returning]) / 100


def working_age_growth(people: FloatArray) -> FloatArray:
    """People of working age (year, unit) relative to those of the first year."""
    return np.asarray(people / people[:1])


def no_policy(years: int, units: int) -> Policy:
    """Rates stay as they are."""
    return Policy(np.ones((years, units)), np.ones((years, units, len(SOURCES))), np.ones((years, units)))


def fewer_leavers(base: SupplyBase, points: float | FloatArray) -> FloatArray:
    """Ratio (unit,) of leaving before retirement at which `points` per cent of heads fewer leave a year."""
    return leaving_ratio(base.heads, base.relative, base.retirement, base.leaver_percent, points)


def unit_rates(base: SupplyBase) -> UnitRates:
    """The units' hazards."""
    profile = base.heads / base.heads.sum(axis=1, keepdims=True)
    leaving = leaving_hazards(profile, base.relative, base.retirement, base.leaver_percent)
    total = base.heads.sum(axis=1)
    pooled = np.bincount(base.pool, weights=total)
    return UnitRates(
        leaving,
        np.broadcast_to(base.retirement, leaving.shape).copy(),
        base.moving,
        base.pool,
        total / pooled[base.pool],
        base.rotating,
        base.joiner_ages,
        base.rotation_ages,
    )


def outlook(
    base: SupplyBase,
    drawn: SupplyDraws,
    variants: Sequence[Variant],
    extra_factor: FloatArray | None = None,
) -> SupplyOutlook:
    """Heads and WTE of all variants, draws and years, the first year and later recorded ones as recorded.

    `extra_factor` (draw, source) multiplies the variants' extra joiners. Raises ValueError where the flows of
    any draw do not balance.
    """
    opening = drawn.level[:, :, None] * base.heads[None]
    yearly = base_joiners(
        opening.sum(axis=2), base.leaver_percent, base.joiners_per_leaver, base.source_shares
    )
    growth = np.stack([variant.policy.joining for variant in variants])
    growth[..., SOURCES.index("domestic")] *= np.stack([variant.domestic_growth for variant in variants])
    extra = np.stack(
        [np.zeros(growth.shape[1:]) if v.extra_joiners is None else v.extra_joiners for v in variants]
    )
    factor = np.ones((len(opening), len(SOURCES))) if extra_factor is None else extra_factor
    joiners = Joiners(yearly * drawn.by_source, drawn.joining, growth, extra, factor)
    recorded = None
    if base.recorded_wte is not None:
        # A record is in WTE and certain: people of a draw follow from its hours a head.
        recorded = RecordedStock(base.recorded_wte / base.participation, 1 / drawn.participation)
    projected = project_stock(
        opening,
        unit_rates(base),
        drawn.leaving,
        np.stack([variant.policy.leaving for variant in variants]),
        drawn.retirement,
        joiners,
        recorded,
    )
    check_balance(projected, BALANCE_TOLERANCE)
    of_principal = joiners.yearly[0] * joiners.joining[0, ..., None] * growth + extra * factor[0]
    # By variant, year, unit and draw, as heads lie in memory.
    heads = projected.heads.transpose(0, 2, 3, 1)
    wte = heads * (drawn.participation.T[:, None, :] * base.participation[:, None])
    longer = np.stack([variant.policy.participation for variant in variants])
    if (longer != 1).any():
        wte *= longer[..., None]
    return SupplyOutlook(
        projected.heads, wte.transpose(0, 3, 1, 2), projected.flows, of_principal, projected.ages
    )
