"""Supply of the units of a kind of area, from the tables that hold its rates, as the model takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import Scenario, read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.declarations.named_values import AGE_BANDS
from assets.workforce.posts_and_staff import profiles
from assets.workforce.recorded_establishment import later_wte
from assets.workforce.workforce_inputs import StaffingTables, Unit
from housing_trajectories.findings import BadInput, Finding
from models.arrays import FloatArray
from models.workforce import supply_rates
from models.workforce.leavers_and_joiners import hazard, rotating_shares
from models.workforce.productivity import base_level
from models.workforce.supply_outlook import (
    SOURCES,
    Policy,
    SupplyBase,
    SupplyDraws,
    SupplyOutlook,
    Variant,
    no_policy,
    outlook,
    source_shares,
    working_age_growth,
)

RETIREMENT_BANDS = {"55-59": "55_59", "60-64": "60_64", "65-69": "65_69", "70+": "70_plus"}
ROTATING = ("doctors", "gps_in_training")
ROTATING_UNDER = {"doctors": 40.0, "gps_in_training": 100.0}
LEVER_SOURCES = {f"joiners_{source}": source for source in SOURCES} | {"joiners_from_training": "training"}
POLICY_FREE = "none"
OWN = "own_joining"
"""Factor of what a trust recruits beside the rates that all follow."""
OWN_JOINING = ("acute",)
"""Sectors in which it has been measured."""
INTERNATIONAL_LATER = ("adult_social_care_staff",)
"""Groups whose recruitment from abroad is not what it was in the base year, with a range of their own."""


def supply_base(tables: StaffingTables, units: Sequence[Unit], years: NDArray[np.int64]) -> SupplyBase:
    """Central figures of the units, and what files record of them in `years`."""
    known = tables.known
    keys = ["area", "sector", "staff_group"]
    by_age = tables.staff_in_post.pivot(index=keys, columns="age_band", values="headcount")
    heads = by_age.loc[list(units)][list(AGE_BANDS)].to_numpy()
    base = tables.staffing_base.set_index(keys).loc[list(units)]
    groups = [group for _, _, group in units]
    shapes = profiles(tables.staff_age_profiles, "joiners")
    pools = sorted({(sector, group) for _, sector, group in units})
    joining = dict(zip(shapes.index, shapes.to_numpy(), strict=True))
    rows = tables.staff_groups[["staff_group", "domestic_joiner_profile"]].itertuples(index=False, name=None)
    sources = {
        group: [domestic if source == "domestic" else source for source in SOURCES]
        for group, domestic in rows
    }
    retirement = [
        known.value(f"workforce.retirement_rate_{RETIREMENT_BANDS[band]}")
        if band in RETIREMENT_BANDS
        else 0.0
        for band in AGE_BANDS
    ]
    leaving = tables.leaving_by_age.set_index("age_band")["relative_leaver_rate"]
    percent, per_leaver, shares = _flows(tables, known, units, heads)
    return SupplyBase(
        heads=heads,
        leaver_percent=percent,
        joiners_per_leaver=per_leaver,
        source_shares=shares,
        participation=base["participation"].to_numpy(),
        moving=share_of_rate([known.value(f"workforce.move_rate_{sector}") for _, sector, _ in units]),
        rotating=np.stack([_rotating(known, group) for group in groups]),
        pool=np.array([pools.index((sector, group)) for _, sector, group in units], dtype=np.int64),
        relative=leaving.loc[list(AGE_BANDS)].to_numpy(),
        retirement=hazard(np.array(retirement)),
        joiner_ages=np.array([[joining[source] for source in sources[group]] for group in groups]),
        rotation_ages=joining["rotation"],
        recorded_wte=later_wte(
            tables.recorded_staff, tables.base_year, [(area, group) for area, _, group in units], years
        ),
    )


def share_of_rate(percents: Sequence[float]) -> FloatArray:
    """Percentages of those who stay, as shares."""
    return -np.expm1(-hazard(np.array(percents)))


def _rotating(known: Assumptions, group: str) -> FloatArray:
    if group not in ROTATING:
        return np.zeros(len(AGE_BANDS))
    return rotating_shares(
        AGE_BANDS,
        known.value(f"workforce.rotating_share_{group}"),
        known.value(f"workforce.rotation_rate_{group}"),
        ROTATING_UNDER[group],
    )


def _flows(
    tables: StaffingTables, known: Assumptions, units: Sequence[Unit], heads: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Leavers in per cent, joiners a leaver, shares of their sources: recorded ones before assumed ones."""
    percent = np.array(
        [
            supply_rates.at_turnover(
                known.value(f"workforce.leaver_rate_{group}"), *tables.turnover.get((area, group), (1.0, 1.0))
            )
            for area, _, group in units
        ]
    )
    per_leaver = np.array([known.value(f"workforce.joiners_per_leaver_{group}") for *_, group in units])
    shares = np.stack(
        [
            source_shares(
                *(
                    known.value(f"workforce.joiners_from_{source}_{group}")
                    for source in ("training", "international", "return")
                )
            )
            for *_, group in units
        ]
    )
    recorded = tables.recorded_staff_flows
    if recorded.empty:
        return percent, per_leaver, shares
    counted = dict(
        zip(
            zip(recorded["area"], recorded["staff_group"], recorded["flow"], strict=True),
            recorded["headcount"],
            strict=True,
        )
    )
    for row, (area, _, group) in enumerate(units):
        if (area, group, "leavers") in counted:
            leavers = counted[area, group, "leavers"]
            by_source = np.array([counted[area, group, f"joiners_{source}"] for source in SOURCES])
            percent[row], per_leaver[row], shares[row] = supply_rates.recorded_rates(
                leavers, by_source, float(heads[row].sum())
            )
    return percent, per_leaver, shares


def supply_draws(
    tables: StaffingTables, units: Sequence[Unit], scope: str, years: int, settings: RunSettings
) -> SupplyDraws:
    """Draws of what is uncertain about the units' supply."""
    known, seed, draws = tables.known, settings.seed, settings.draws
    persistence = known.value("workforce.rate_persistence")
    shared = known.value("workforce.rate_shared_variance")

    def drifting(what: str) -> FloatArray:
        return np.stack(
            [
                supply_rates.drifting_factor(
                    known.range(f"workforce.{what}_{group}"),
                    f"{what}:{group}",
                    scope,
                    area,
                    years,
                    draws,
                    seed,
                    persistence,
                    shared,
                )
                for area, _, group in units
            ],
            axis=-1,
        )

    def common(name: str) -> FloatArray:
        return supply_rates.common_factor(known.range(f"workforce.{name}"), name, draws, seed)

    domestic, international = common("domestic_level"), common("international_level")
    own = np.ones((draws + 1, years, len(units)))
    for position, (area, sector, _) in enumerate(units):
        if sector in OWN_JOINING:
            known_range = known.range(f"workforce.{OWN}_{sector}")
            own[:, :, position] = supply_rates.own_factor(
                known_range, f"{OWN}:{sector}", scope, area, years, draws, seed
            )
    unchanged = np.ones(draws + 1)
    counted = tables.counted_units
    later = {
        group: supply_rates.common_factor(
            known.range(f"workforce.international_joiners_later_{group}"),
            f"international_joiners_later:{group}",
            draws,
            seed,
        )
        for group in INTERNATIONAL_LATER
    }
    return SupplyDraws(
        level=np.stack(
            [
                unchanged
                if (area, group) in counted
                else base_level(known.range(f"workforce.level_{sector}"), sector, draws, seed)
                for area, sector, group in units
            ],
            axis=-1,
        ),
        leaving=drifting("leaver_rate"),
        joining=drifting("joiners_per_leaver") * own,
        retirement=common("retirement_level"),
        by_source=np.stack(
            [
                np.stack([unchanged, domestic, later.get(group, international), unchanged], axis=-1)
                for *_, group in units
            ],
            axis=1,
        ),
        participation=supply_rates.participation_path(
            known.range("workforce.participation_change"), years, draws, seed
        ),
    )


def domestic_growth(
    tables: StaffingTables, units: Sequence[Unit], years: NDArray[np.int64]
) -> dict[str, FloatArray]:
    """Growth (year, unit) by scenario of people of working age: the place's, for a provider the system's."""
    areas = [area for area, _, _ in units]
    return {
        name: working_age_growth(people)
        for name, people in zip(tables.scenarios["scenario"], tables.working_ages(areas, years), strict=True)
    }


def policy(
    tables: StaffingTables, scenario: Scenario, units: Sequence[Unit], years: NDArray[np.int64]
) -> Policy:
    """What the scenario's workforce policy changes, as ratios by year and unit."""
    held = no_policy(len(years), len(units))
    if scenario.workforce_policy == POLICY_FREE:
        return held
    rows = tables.workforce_policies
    rows = rows[rows["policy"] == scenario.workforce_policy]
    if rows.empty:
        raise BadInput(
            [
                Finding(
                    f"{scenario.name}.yaml",
                    None,
                    "workforce_policy",
                    scenario.workforce_policy,
                    "none or a policy of workforce_policies.csv",
                )
            ]
        )
    columns = ["lever", "staff_group", "change_percent", "from_year"]
    for lever, group, percent, first in rows[columns].itertuples(index=False, name=None):
        chosen = np.array([group in ("all", of_unit) for *_, of_unit in units])
        if not chosen.any() and group not in set(tables.staffing_base["staff_group"]):
            raise BadInput(
                [
                    Finding(
                        "workforce_policies.csv",
                        None,
                        "staff_group",
                        str(group),
                        "a staff group, or all",
                    )
                ]
            )
        factor = supply_rates.from_year(percent, years, int(first))[:, None]
        if lever in LEVER_SOURCES:
            held.joining[:, chosen, SOURCES.index(LEVER_SOURCES[lever])] *= factor
        elif lever == "leavers":
            held.leaving[:, chosen] *= factor
        else:
            held.participation[:, chosen] *= factor
    return held


def _from_abroad(
    tables: StaffingTables, held: Policy, units: Sequence[Unit], years: NDArray[np.int64]
) -> Policy:
    """A policy with recruitment from abroad on its way from the base year's number to what comes later."""
    known = tables.known
    reached_in = known.value("workforce.international_joiners_later_reached_in")
    for position, (*_, group) in enumerate(units):
        if group in INTERNATIONAL_LATER:
            later = known.value(f"workforce.international_joiners_later_{group}")
            path = supply_rates.phased(later, years, reached_in)
            held.joining[:, position, SOURCES.index("international")] *= path
    return held


@dataclass(frozen=True)
class Supply:
    """Supply of units and what it is made of; variants and outlook are in the order of the scenarios."""

    units: list[Unit]
    base: SupplyBase
    drawn: SupplyDraws
    variants: list[Variant]
    outlook: SupplyOutlook

    def of_first_scenario(self) -> Supply:
        """That of the first scenario alone, in memory of its own: for flows and levers."""
        first = SupplyOutlook(*(part[:1].copy(order="K") for part in self.outlook))
        return replace(self, variants=self.variants[:1], outlook=first)


def supply(
    tables: StaffingTables,
    kind: str,
    units: list[Unit],
    years: NDArray[np.int64],
    settings: RunSettings,
) -> Supply:
    """Supply of units of a kind of area."""
    growth = domestic_growth(tables, units, years)
    base = supply_base(tables, units, years)
    drawn = supply_draws(tables, units, kind, len(years), settings)
    variants = [
        Variant(
            growth[scenario.name],
            _from_abroad(tables, policy(tables, scenario, units, years), units, years),
        )
        for scenario in read_scenarios(tables.scenarios)
    ]
    return Supply(units, base, drawn, variants, outlook(base, drawn, variants))
