"""The rule by which a plan's total becomes homes by site and year, where no source publishes a phasing.

1. Recorded net additions count first. Each step of the plan (a plan without steps is one step) has a balance:
   its homes less those recorded in it, spread evenly over its years without a record. A step that is already
   exceeded lowers the next one.
2. A named site builds what is left of its lifetime capacity, at the rate its stated last year implies or
   else at the build-out rate of its size, from its stated first year.
3. Where the named sites of a year come to more than the plan's balance of that year, all of them are scaled
   down alike and what was cut comes later. That is reported, never booked as a negative remainder.
4. The remainder row (windfall and other commitments) is the balance less the named sites.
5. Beyond the last plan its annual rate is held; named sites go on inside that rate, not on top of it.
6. Until a later plan starts, the one in force goes on.

Homes are whole; rounding is carried, so totals are met exactly. All uncertainty belongs to `delivery`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from housing_trajectories.findings import Finding

BUILD_OUT_CLASSES = (
    (0, "housing.build_out_under_100"),
    (100, "housing.build_out_100_to_499"),
    (500, "housing.build_out_500_to_999"),
    (1000, "housing.build_out_1000_to_1499"),
    (1500, "housing.build_out_1500_to_1999"),
    (2000, "housing.build_out_2000_and_over"),
)
"""Smallest lifetime capacity of each size class, and the assumption that holds its homes a year."""


@dataclass(frozen=True)
class Step:
    """One step of a plan: `homes` over the financial years `first_year` to `last_year`, both included."""

    first_year: int
    last_year: int
    homes: int

    @property
    def years(self) -> int:
        """How many financial years it spans."""
        return self.last_year - self.first_year + 1


@dataclass(frozen=True)
class LocalPlan:
    """A plan's requirement, in steps that follow each other without a gap."""

    place: str
    name: str
    status: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        for earlier, later in zip(self.steps, self.steps[1:], strict=False):
            if later.first_year != earlier.last_year + 1:
                raise ValueError(
                    f"{self.name}: the step from {later.first_year} does not follow the one to "
                    f"{earlier.last_year}"
                )

    @property
    def first_year(self) -> int:
        """First financial year."""
        return self.steps[0].first_year

    @property
    def last_year(self) -> int:
        """Last financial year."""
        return self.steps[-1].last_year

    @property
    def homes(self) -> int:
        """Homes required over all steps."""
        return sum(step.homes for step in self.steps)

    @property
    def annual_rate(self) -> float:
        """Homes a year over the whole plan: what is held beyond its end."""
        return self.homes / (self.last_year - self.first_year + 1)

    def annual_requirement(self, years: Sequence[int]) -> NDArray[np.float64]:
        """Homes required in each of `years`: its step's annual rate, and beyond the plan the plan's own."""
        required = np.full(len(years), self.annual_rate)
        for position, year in enumerate(years):
            for step in self.steps:
                if step.first_year <= year <= step.last_year:
                    required[position] = step.homes / step.years
        return required


@dataclass(frozen=True)
class NamedSite:
    """A named site with its published lifetime capacity; `built_by_base` stands on the base date."""

    reference: str
    name: str
    planning_status: str
    capacity: int
    built_by_base: int
    first_year: int
    last_year: int | None
    note: str = ""

    @property
    def left(self) -> int:
        """Homes still to build on the base date."""
        return self.capacity - self.built_by_base


@dataclass(frozen=True)
class Phased:
    """Homes by row and year: `remainder` (years,), `sites` (years, sites), and what had to be reported."""

    years: tuple[int, ...]
    balance: NDArray[np.int64]
    sites: NDArray[np.int64]
    remainder: NDArray[np.int64]
    findings: tuple[Finding, ...]


def build_out_rate(capacity: int, rates: Mapping[str, float]) -> float:
    """Homes a year a site of this lifetime capacity builds, from the assumptions in `rates`."""
    identifier = [name for smallest, name in BUILD_OUT_CLASSES if capacity >= smallest][-1]
    return rates[identifier]


def built_by(
    base: date,
    capacity: int,
    first_year: int,
    last_year: int | None,
    published: tuple[int, date] | None,
    rates: Mapping[str, float],
) -> int:
    """Homes of a site that stand on 1 April of `base`, where that is not published for the day.

    From the published number and its date if there is one, else from the first year's 1 April: at the rate
    that its stated last year implies, or that of its size. Never more than the capacity.
    """
    rate = build_out_rate(capacity, rates)
    if published is not None:
        stood, as_of = published
        return min(capacity, round(stood + max(0.0, (base - as_of).days / 365.25) * rate))
    if last_year is not None:
        rate = capacity / (last_year - first_year + 1)
    return min(capacity, round(max(0, base.year - first_year) * rate))


def plan_balance(
    plan: LocalPlan,
    recorded: Mapping[int, int],
    years: Sequence[int],
    before: Mapping[int, int] | None = None,
) -> NDArray[np.int64]:
    """Whole homes a year that `plan` has left for each of `years`, all of them after the last record.

    Each step's homes less those recorded in it, evenly over its unrecorded years; beyond the plan's end its
    annual rate. An excess over a step lowers the next; one over the whole plan leaves 0, never less.
    `before` has the homes of open years before the plan starts; without it they go at the plan's own rate.
    """
    missing = [year for year in range(plan.first_year, years[0]) if year not in recorded]
    if missing:
        raise ValueError(f"{plan.name}: no net additions recorded for {missing}, before {years[0]}")
    even: dict[int, float] = {}
    excess = 0.0
    for step in plan.steps:
        span = range(step.first_year, step.last_year + 1)
        open_years = [year for year in span if year not in recorded]
        left = step.homes - sum(recorded[year] for year in span if year in recorded) - excess
        excess = max(0.0, -left)
        for year in open_years:
            even[year] = max(0.0, left) / len(open_years)
        if not open_years and left > 0:
            excess = -left
    even |= {year: plan.annual_rate for year in years if year > plan.last_year}
    even |= {year: (before or {}).get(year, plan.annual_rate) for year in years if year < plan.first_year}
    return _whole(np.array([even[year] for year in years]))


def phase(
    plan: LocalPlan,
    recorded: Mapping[int, int],
    sites: Sequence[NamedSite],
    years: Sequence[int],
    rates: Mapping[str, float],
    before: Mapping[int, int] | None = None,
) -> Phased:
    """Homes by site and year of `plan`, as the module's rule says, for the unrecorded `years`.

    `before` has the homes of the years before the plan starts.
    """
    balance = plan_balance(plan, recorded, years, before)
    homes = np.zeros((len(years), len(sites)), dtype=np.int64)
    left = np.array([site.left for site in sites], dtype=np.int64)
    wanted_each_year = np.array([_rate(site, years[0], rates) for site in sites])
    starts = np.array([site.first_year for site in sites])
    findings: list[Finding] = []
    for position, year in enumerate(years):
        active = starts <= year
        owed = (year + 1 - np.maximum(starts, years[0])) * wanted_each_year - homes.sum(axis=0)
        wanted = np.minimum(left, np.where(active, np.minimum(np.ceil(wanted_each_year), np.round(owed)), 0))
        wanted = np.maximum(wanted, 0).astype(np.int64)
        if wanted.sum() > balance[position]:
            findings.append(_excess(plan, year, int(wanted.sum()), int(balance[position])))
            wanted = _share(int(balance[position]), wanted)
        homes[position] = wanted
        left -= wanted
    capacity_left = sum(site.left for site in sites)
    to_come = int(balance[[year <= plan.last_year for year in years]].sum())
    if capacity_left > to_come:
        findings.append(
            Finding(
                plan.name,
                None,
                None,
                f"{capacity_left:,} homes left on named sites against {to_come:,} the plan has still to come",
                "the plan's balance to hold its named sites",
                severity="warning",
                done="phased by their build-out, the rest beyond the plan",
            )
        )
    return Phased(tuple(years), balance, homes, balance - homes.sum(axis=1), tuple(findings))


def _rate(site: NamedSite, base_year: int, rates: Mapping[str, float]) -> float:
    if site.last_year is None:
        return build_out_rate(site.capacity, rates)
    return site.left / max(1, site.last_year + 1 - max(site.first_year, base_year))


def _excess(plan: LocalPlan, year: int, wanted: int, balance: int) -> Finding:
    return Finding(
        plan.name,
        None,
        str(year),
        f"{wanted:,} homes on named sites against a balance of {balance:,}",
        "named sites within the plan's balance",
        severity="warning",
        done="all scaled down alike, the rest later",
    )


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers with the same running total, rounded."""
    return np.diff(np.round(np.cumsum(values) + 1e-9), prepend=0.0).astype(np.int64)


def _share(total: int, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """`total` split in whole numbers in proportion to `weights`, none above its weight."""
    exact = total * weights / weights.sum()
    shares = np.floor(exact).astype(np.int64)
    most = np.argsort(-(exact - shares), kind="stable")[: total - int(shares.sum())]
    shares[most] += 1
    return shares
