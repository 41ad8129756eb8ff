"""How planned homes come about: draws of completions by site and year. Arrays in, arrays out.

A place's total follows its plan's annual requirement as delivery has stood to it (see `calibration`), times a
market factor that holds for the whole place and is correlated over years. Its named sites go by their own
delay and build-out within that total and never beyond their capacity; the remainder takes up the rest.
Row 0 of every array of draws is the principal run. Random numbers come in as standard normals, row 0 zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.delivery.delivery_against_plan import DeliveryAgainstPlan
from housing_trajectories.delivery.selection import PlannedHomes

Array = NDArray[np.float64]
Range = tuple[float, float, float]
"""Central value, P10 and P90."""

SITE_NORMALS = 4
"""Standard normals a site and draw: delay, build-out, lapse, fresh permission."""

_P90 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True)
class StatusTerms:
    """What a planning status means for a site that has not begun.

    `slippage` of its first homes as a share of the lead-in its size usually takes, `lapse` and
    `fresh_permission` the chances that it never comes and that it needs another permission first.
    """

    slippage: Range
    lapse: float
    fresh_permission: float


@dataclass(frozen=True)
class SiteTerms:
    """Assumptions on named sites, by planning status and by size.

    `statuses` by planning status. `lead_in` and `rate` by the size classes of `sizes`, the smallest lifetime
    capacity of each: years from an application to the first homes, and homes a year. `from_permission` is the
    part of the lead-in that is still to come with permission. `build_out` is a site's own rate against the
    planned one, and `size_weight` how far a rate planned above its size's is drawn down to it.
    """

    statuses: Mapping[str, StatusTerms]
    sizes: tuple[float, ...]
    lead_in: tuple[float, ...]
    rate: tuple[float, ...]
    from_permission: float
    build_out: Range
    size_weight: float
    fresh_permission_delay: float

    def size_class(self, capacity: Array) -> NDArray[np.intp]:
        """The size class of each lifetime capacity."""
        return np.searchsorted(np.array(self.sizes), capacity, side="right") - 1


@dataclass(frozen=True)
class SiteFactors:
    """What becomes of each site: `delay` of its first homes in years, relative `build_out`, `lapsed`.

    All (draws + 1, sites). `size` is homes for each home planned where the council gives a range, else None.
    """

    delay: Array
    build_out: Array
    lapsed: NDArray[np.bool_]
    size: Array | None = None


def site_factors(normals: Array, homes: PlannedHomes, terms: SiteTerms) -> SiteFactors:
    """The factors of each site from `normals` (draws + 1, sites, SITE_NORMALS).

    A site's first homes slip by a share of the lead-in that its size and planning status leave it. A site
    under way is neither delayed nor lapses. In the principal run nothing lapses. A rate planned above what
    sites of its size build is drawn down to that by `size_weight`, never up.
    """
    begun = homes.under_way
    size = terms.size_class(homes.capacity)
    by_status = [terms.statuses[status] for status in homes.statuses]
    lead_in = np.array(terms.lead_in)[size] * np.where(homes.permissioned, terms.from_permission, 1.0)
    delay, again, lapsed = (np.zeros(normals.shape[:2]) for _ in range(3))
    for site, status in enumerate(by_status):
        z = normals[:, site]
        delay[:, site] = np.maximum(_split_normal(status.slippage, z[:, 0]), 0.0) * lead_in[site]
        again[:, site] = z[:, 3] < _quantile(status.fresh_permission)
        lapsed[:, site] = z[:, 2] < _quantile(status.lapse)
    delay = np.where(begun, 0.0, delay + again * terms.fresh_permission_delay)
    planned_rate = homes.planned.max(axis=0) if homes.planned.size else np.zeros(len(size))
    usual = np.array(terms.rate)[size]
    above = np.maximum(planned_rate / usual, 1.0)
    build_out = split_log_normal(terms.build_out, normals[..., 1]) * above**-terms.size_weight
    return SiteFactors(delay, build_out, lapsed.astype(bool) & ~begun)


def _quantile(chance: float) -> float:
    return NormalDist().inv_cdf(chance) if chance > 0 else -np.inf


def market_factor(annual: Array, level: Array, calibration: DeliveryAgainstPlan) -> Array:
    """A year's delivery over what is expected of it, mean 1, exactly 1 in the principal run.

    `annual` (draws + 1, years) are standard normals already correlated over years; `level` (draws + 1,) is
    drawn once for all years, since the record leaves the ratio itself uncertain.
    """
    spread, held = calibration.annual_spread, calibration.ratio_spread
    factor = np.exp(spread * annual - spread**2 / 2 + (held * level - held**2 / 2)[:, None])
    factor[0] = 1.0
    return factor


def within_ranges(homes: PlannedHomes, normals: Mapping[str, Array], draws: int) -> tuple[Array, Array]:
    """What ranges of homes come to: homes for each planned one (draws, sites), and how many more or fewer the
    place states in each open year (draws, open years).

    A range's ends are taken as P10 and P90, so some draws lie beyond them; all years of a site go together,
    no site falls below nothing or comes to more than its most. `normals` (draws,) by reference.
    """
    size = np.ones((draws, len(homes.references)))
    more = np.zeros((draws, len(homes.years)))
    column = {reference: number for number, reference in enumerate(homes.references)}
    for reference, found in homes.ranges.items():
        z = normals[reference][:, None] / _P90
        deviation = np.where(z > 0, found.above, found.below) * z
        if reference not in column:
            more += np.maximum(deviation, -homes.remainder)
            continue
        total = homes.planned[:, column[reference]].sum()
        if total <= 0:
            continue
        moved = deviation.sum(axis=1)
        kept = np.clip(moved, -total, max(found.most - total, 0.0))
        size[:, column[reference]] = 1.0 + kept / total
        more += deviation * np.divide(kept, moved, out=np.zeros(draws), where=moved != 0)[:, None]
    return size, more[:, homes.open_from :]


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
        size = np.ones(market.shape[0]) if factors.size is None else factors.size[:, site]
        starts = first + factors.delay[:, site]
        within = np.clip(np.arange(1, open_years + 1) - starts[:, None], 0.0, 1.0)
        clock = np.cumsum(within * factors.build_out[:, site, None] * market, axis=1)
        built = np.interp(clock, np.arange(len(curve)), curve)
        target[:, :, site] = np.minimum(built * size[:, None], _most(homes, site))
        target[factors.lapsed[:, site], :, site] = 0.0
    return target


def _most(homes: PlannedHomes, site: int) -> float:
    """The most homes a site can still build: its capacity, or its range's upper end where it has one."""
    left, found = float(homes.left[site]), homes.ranges.get(homes.references[site])
    return left if found is None else max(left, found.most)


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
    most = [_most(homes, site) for site in range(len(homes.references))]
    over = result[:, :, : len(homes.references)].sum(axis=1) - np.array(most)
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
