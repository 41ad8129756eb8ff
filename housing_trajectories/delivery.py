"""How planned homes come about: draws of completions by site and year. Arrays in, arrays out.

A place's total follows its plan's annual requirement as delivery has stood to it (see `calibration`), times a
market factor that holds for the whole place and is correlated over years. Its named sites go by their own
delay and build-out within that total and never beyond their capacity; the remainder takes up the rest.
Row 0 of every array of draws is the principal run. Random numbers come in as standard normals, row 0 zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.calibration import Calibration
from housing_trajectories.selection import PlannedHomes

Array = NDArray[np.float64]
Range = tuple[float, float, float]
"""Central value, P10 and P90."""

SITE_NORMALS = 4
"""Standard normals a site and draw: delay, build-out, lapse, fresh permission."""

_P90 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True)
class SiteTerms:
    """Assumptions on named sites: delays in years, build-out as a ratio to the planned rate, chances."""

    delay_permissioned: Range
    delay_not_permissioned: Range
    build_out: Range
    lapse: float
    fresh_permission: float
    fresh_permission_delay: float


@dataclass(frozen=True)
class SiteFactors:
    """What becomes of each site: `delay` of its first homes in years, relative `build_out`, `lapsed`.

    All (draws + 1, sites).
    """

    delay: Array
    build_out: Array
    lapsed: NDArray[np.bool_]


def site_factors(normals: Array, homes: PlannedHomes, terms: SiteTerms) -> SiteFactors:
    """The factors of each site from `normals` (draws + 1, sites, SITE_NORMALS).

    A site under way is neither delayed nor lapses. In the principal run nothing lapses.
    """
    delay = np.where(
        homes.permissioned,
        _split_normal(terms.delay_permissioned, normals[..., 0]),
        _split_normal(terms.delay_not_permissioned, normals[..., 0]),
    )
    begun = homes.under_way
    again = normals[..., 3] < NormalDist().inv_cdf(terms.fresh_permission)
    delay = np.where(begun, 0.0, np.maximum(delay, 0.0) + again * terms.fresh_permission_delay)
    lapsed = (normals[..., 2] < NormalDist().inv_cdf(terms.lapse)) & ~begun
    return SiteFactors(delay, split_log_normal(terms.build_out, normals[..., 1]), lapsed)


def market_factor(annual: Array, level: Array, calibration: Calibration) -> Array:
    """A year's delivery over what is expected of it, mean 1, exactly 1 in the principal run.

    `annual` (draws + 1, years) are standard normals already correlated over years; `level` (draws + 1,) is
    drawn once for all years, since the record leaves the ratio itself uncertain.
    """
    spread, held = calibration.annual_spread, calibration.ratio_spread
    factor = np.exp(spread * annual - spread**2 / 2 + (held * level - held**2 / 2)[:, None])
    factor[0] = 1.0
    return factor


def on_schedule(homes: PlannedHomes, draws: int) -> Array:
    """Every home in its planned year: (draws + 1, years, sites + 2), the same in every draw.

    The last two columns are the recorded homes and the remainder.
    """
    planned = np.column_stack([homes.planned, homes.recorded, homes.remainder])
    return np.broadcast_to(planned, (draws + 1, *planned.shape)).copy()


def deliver(homes: PlannedHomes, total: Array, market: Array, factors: SiteFactors) -> Array:
    """Homes delivered (draws + 1, years, sites + 2); the last two columns are recorded homes and remainder.

    `total` (draws + 1, open years) is what the place delivers, `market` the factor that speeds or slows its
    sites. A site's clock starts `delay` years after its planned first year and runs at build-out × market
    through its planned homes, then on at its last rate until its capacity is built. Where sites together
    come to more than the total they are held back alike and catch up later. Raises ValueError if the homes
    of any year do not sum to the total or a site exceeds its capacity.
    """
    draws, open_years = total.shape
    sites = len(homes.references)
    result = np.zeros((draws, len(homes.years), sites + 2))
    result[:, :, sites] = homes.recorded
    target = _site_targets(homes, market, factors)
    delivered = np.zeros((draws, sites))
    for position in range(open_years):
        wanted = np.maximum(target[:, position] - delivered, 0.0)
        asked = wanted.sum(axis=1)
        share = np.minimum(1.0, np.divide(total[:, position], asked, out=np.ones(draws), where=asked > 0))
        built = wanted * share[:, None]
        delivered += built
        result[:, homes.open_from + position, :sites] = built
        result[:, homes.open_from + position, sites + 1] = np.maximum(
            total[:, position] - built.sum(axis=1), 0.0
        )
    _balanced(homes, result, total)
    return result


def _site_targets(homes: PlannedHomes, market: Array, factors: SiteFactors) -> Array:
    """Homes each site would have by the end of each open year (draws + 1, open years, sites)."""
    planned = homes.planned[homes.open_from :]
    open_years, sites = planned.shape
    target = np.zeros((market.shape[0], open_years, sites))
    for site in range(sites):
        positions = np.flatnonzero(planned[:, site])
        if positions.size == 0:
            continue
        first, last = positions[0], positions[-1]
        curve = _cumulative_curve(planned[first : last + 1, site], homes.left[site])
        starts = first + factors.delay[:, site]
        within = np.clip(np.arange(1, open_years + 1) - starts[:, None], 0.0, 1.0)
        clock = np.cumsum(within * factors.build_out[:, site, None] * market, axis=1)
        target[:, :, site] = np.interp(clock, np.arange(len(curve)), curve)
        target[factors.lapsed[:, site], :, site] = 0.0
    return target


def _cumulative_curve(planned: Array, left: float) -> Array:
    """Planned homes so far by years on the site's clock, on past the last planned year to its capacity."""
    rate = planned[-2] if len(planned) > 1 else planned[-1]
    more = max(0.0, left - planned.sum())
    extra = np.full(int(np.ceil(more / rate)), rate) if more > 0 else np.zeros(0)
    return np.minimum(np.concatenate([[0.0], np.cumsum(np.concatenate([planned, extra]))]), left)


def _balanced(homes: PlannedHomes, result: Array, total: Array) -> None:
    sums = result[:, homes.open_from :].sum(axis=2)
    if not np.allclose(sums, total, rtol=1e-12, atol=1e-6):
        raise ValueError(f"delivered homes miss the place's total by up to {np.abs(sums - total).max():g}")
    over = result[:, :, : len(homes.references)].sum(axis=1) - homes.left
    if (over > 1e-6).any():
        worst = int(over.max(axis=0).argmax())
        raise ValueError(
            f"site {homes.references[worst]} delivers {over.max():g} homes more than its capacity"
        )


def _split_normal(values: Range, normals: Array) -> Array:
    centre, low, high = values
    return centre + np.where(normals > 0, high - centre, centre - low) / _P90 * normals


def split_log_normal(values: Range, normals: Array) -> Array:
    """A positive factor through its P10, central value and P90; the central value where the normal is 0."""
    centre, low, high = np.log(values)
    return np.exp(centre + np.where(normals > 0, high - centre, centre - low) / _P90 * normals)
