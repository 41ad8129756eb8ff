"""Sites of a scenario in the order in which they use spare capacity: homes, status and dwelling mix.

`planned_sites` reads a place's sites off its trajectory alone, so that what is made place by place rests on
nothing of another place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from assets.contributions.planning_status import planning_words
from assets.contributions.site_types import OWN_MIX, SiteTypes
from assets.inputs.scenarios import PRINCIPAL, Scenario
from assets.population.population_figures import grid
from assets.tables.declarations.named_values import BEDROOMS, NEIGHBOURHOOD_BANDS, UNALLOCATED
from housing_trajectories.delivery.changed_homes import HomesChange, changed_years
from housing_trajectories.delivery.scenario_delivery import trajectory_years
from housing_trajectories.delivery.selection import PlannedRow, Plans, planned_rows
from housing_trajectories.schema import MIX_COLUMNS, RECORDED_REFERENCE, REMAINDER_REFERENCE
from models.arrays import FloatArray
from models.estates.contribution_rules import homes_by_bedrooms

_MIX = [name for name in MIX_COLUMNS if name.startswith("homes_")]
_NO_SITES = (RECORDED_REFERENCE, REMAINDER_REFERENCE)
_COMMITTED = ("permissioned", "completed")


@dataclass(frozen=True)
class Years:
    """The financial years of today's need and of the first decision; the mid-year of with less without."""

    base: int
    first_decision: int
    last_mid_year: int


@dataclass(frozen=True)
class PlannedSite:
    """A site as its council plans it: homes still to come, and those of each financial year (year, 2)."""

    place: str
    reference: str
    name: str
    status: str
    dwellings: float
    years: FloatArray

    @property
    def committed(self) -> bool:
        """Whether a permission is issued: then nothing more is requested."""
        return self.status in _COMMITTED


@dataclass(frozen=True)
class Site(PlannedSite):
    """A site as contributions need it: `homes` (bedrooms,) of it, which add up to `dwellings`, and where.

    `site_type` is whose mix they have, `type_words` how that is known, `land` whether it gives land for
    health, `flows_of` is the council whose people use hospitals as the site's will.
    """

    homes: FloatArray
    site_type: str
    type_words: str
    land: str
    flows_of: str
    neighbourhood: str | None
    planning: str

    @property
    def mix_known(self) -> bool:
        """Whether the trajectory gives the site's own mix."""
        return self.site_type == OWN_MIX


def scenarios_with_asks(listed: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios with contributions: the principal one, those in which draft plans count, and those that
    change homes or assumptions."""
    return [
        scenario
        for scenario in listed
        if scenario.name == PRINCIPAL or scenario.plans == "draft" or scenario.changed
    ]


def planned_sites(
    place: str,
    trajectory: pd.DataFrame,
    plans: Plans,
    base_year: int,
    changes: Sequence[HomesChange] = (),
) -> list[PlannedSite]:
    """Sites with homes still to come from the base year, by reference, as the scenario changes them.

    Rows of several sites are none: nobody can be asked for them. A change of all homes of a place is one of
    how fast they are built and leaves what is planned.
    """
    of_site = {change.site: change for change in changes}
    by_site: dict[str, list[PlannedRow]] = {}
    for row in planned_rows(trajectory, plans, trajectory_years(trajectory)):
        if row.year < base_year or row.planned_net_dwellings <= 0:
            continue
        if row.site_reference not in _NO_SITES and row.planning_status != "mixed":
            by_site.setdefault(row.site_reference, []).append(row)
    found = []
    for reference, rows in by_site.items():
        years = changed_years(
            np.array([(row.year, row.planned_net_dwellings) for row in rows], dtype=float),
            of_site.get(reference),
        )
        if not years[:, 1].any():
            continue
        first = rows[0]
        found.append(
            PlannedSite(
                place, reference, first.site_name, first.planning_status, float(years[:, 1].sum()), years
            )
        )
    return found


def contribution_sites(
    scenarios: Sequence[Scenario],
    trajectories: Mapping[str, pd.DataFrame],
    site_neighbourhoods: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    named_sites: pd.DataFrame,
    types: SiteTypes,
    flows_of: Mapping[tuple[str, str], str],
    base_year: int,
    first_decision: int,
) -> dict[str, list[Site]]:
    """Sites by scenario: committed ones first, then by the year of their first homes and by reference."""
    of_msoa = dict(zip(neighbourhoods["msoa"], neighbourhoods["neighbourhood"], strict=True))
    whereabouts = site_neighbourhoods.set_index(["place", "site_reference"])["msoa"].to_dict()
    published = cast(
        "dict[Any, dict[str, Any]]", named_sites.set_index(["place", "site_reference"]).to_dict("index")
    )
    mixes = {place: _mixes(trajectory) for place, trajectory in trajectories.items()}

    def site(planned: PlannedSite) -> Site:
        key, mix = (planned.place, planned.reference), mixes[planned.place].get(planned.reference)
        found, words = (OWN_MIX, "its own mix") if mix is not None else types.of(*key, planned.dwellings)
        homes = homes_by_bedrooms(planned.dwellings, types.mix(found) if mix is None else mix)
        return Site(
            **vars(planned),
            # A statement prints homes to two decimals.
            homes=np.round(homes, 2),
            site_type=found,
            type_words=words,
            land=types.land(*key),
            flows_of=flows_of.get(key, planned.place),
            neighbourhood=of_msoa.get(whereabouts.get(key, UNALLOCATED)),
            planning=planning_words(
                planned.status, int(planned.years[0, 0]), first_decision, published.get(key)
            ),
        )

    def in_order(site: Site) -> tuple[bool, float, str, str]:
        return not site.committed, float(site.years[0, 0]), site.place, site.reference

    return {
        scenario.name: sorted(
            (
                site(planned)
                for place, trajectory in trajectories.items()
                for planned in planned_sites(
                    place, trajectory, scenario.plans, base_year, scenario.homes_changes(place)
                )
            ),
            key=in_order,
        )
        for scenario in scenarios
    }


def _mixes(trajectory: pd.DataFrame) -> dict[str, FloatArray]:
    """Homes by bedrooms (4,) of the sites that give all of them."""
    if not set(_MIX) <= set(trajectory.columns):
        return {}
    given = trajectory[trajectory[_MIX].notna().all(axis=1)].drop_duplicates("site_reference")
    found = {
        str(reference): homes
        for reference, homes in zip(given["site_reference"], given[_MIX].to_numpy(dtype=float), strict=True)
    }
    return {reference: homes for reference, homes in found.items() if homes.sum() > 0}


def people_a_home(occupancy: pd.DataFrame) -> FloatArray:
    """(bedrooms, band) first occupants of a home."""
    return grid(occupancy, "people_a_home", bedrooms=list(BEDROOMS), age_band=list(NEIGHBOURHOOD_BANDS))
