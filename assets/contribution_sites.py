"""Sites of a scenario in the order in which they use spare capacity: homes, status and dwelling mix."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.registry.estates_inputs import BEDROOMS
from assets.registry.housing import MIX
from assets.registry.population_inputs import NEIGHBOURHOOD_BANDS, UNALLOCATED
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE, TOTAL_REFERENCE
from models.estates.contributions import homes_by_bedrooms

FloatArray = NDArray[np.float64]

_MIX = [name for name in MIX if name.startswith("homes_")]
_NO_SITES = (RECORDED_REFERENCE, REMAINDER_REFERENCE, TOTAL_REFERENCE)
_READ = ["place", "site_reference", "year", "planned_net_dwellings", "site_name", "planning_status"]
_COMMITTED = ("permissioned", "completed")


@dataclass(frozen=True)
class Years:
    """The financial years of today's need and of the first decision; the mid-year of with less without."""

    base: int
    first_decision: int
    last_mid_year: int


@dataclass(frozen=True)
class Site:
    """A site: homes still to come, the financial years of the first and last, bedrooms of its homes.

    `homes` (bedrooms,) adds up to `dwellings`. `committed`: a permission is issued.
    """

    place: str
    reference: str
    name: str
    committed: bool
    dwellings: float
    years: FloatArray
    homes: FloatArray
    mix_known: bool
    neighbourhood: str | None
    planning: str


def contribution_sites(
    scenario: str,
    delivery: pd.DataFrame,
    trajectories: Mapping[str, pd.DataFrame],
    site_neighbourhoods: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    named_sites: pd.DataFrame,
    known: Assumptions,
    base_year: int,
) -> list[Site]:
    """Committed sites first, then by the year of their first homes and by reference.

    Rows of several sites are none: nobody can be asked for them.
    """
    here = delivery[(delivery["year"] >= base_year) & (delivery["planned_net_dwellings"] > 0)]
    here = here[(here["scenario"] == scenario) & ~here["site_reference"].isin(_NO_SITES)]
    here = here[here["planning_status"] != "mixed"]
    usual = np.array([known.value(f"estates.mix_{name.removeprefix('homes_')}") for name in _MIX])
    mixes = {place: _mixes(trajectories[place]) for place in here["place"].unique()}
    of_msoa = dict(zip(neighbourhoods["msoa"], neighbourhoods["neighbourhood"], strict=True))
    whereabouts = site_neighbourhoods.set_index(["place", "site_reference"])["msoa"].to_dict()
    published = named_sites.set_index(["place", "site_reference"]).to_dict("index")
    by_site: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in here.sort_values("year", kind="stable")[_READ].to_dict("records"):
        key = (str(row["place"]), str(row["site_reference"]))
        by_site.setdefault(key, []).append({str(name): value for name, value in row.items()})
    sites = []
    for (place, reference), rows in by_site.items():
        years = np.array([(row["year"], row["planned_net_dwellings"]) for row in rows], dtype=float)
        dwellings = float(years[:, 1].sum())
        mix = mixes[place].get(reference)
        sites.append(
            Site(
                place=place,
                reference=reference,
                name=str(rows[0]["site_name"]),
                committed=all(row["planning_status"] in _COMMITTED for row in rows),
                dwellings=dwellings,
                years=years,
                homes=homes_by_bedrooms(dwellings, usual if mix is None else mix),
                mix_known=mix is not None,
                neighbourhood=of_msoa.get(whereabouts.get((place, reference), UNALLOCATED)),
                planning=_planning(rows[0], published.get((place, reference))),
            )
        )
    return sorted(sites, key=lambda site: (not site.committed, site.years[0, 0], site.place, site.reference))


def _planning(row: dict[str, Any], published: dict[Hashable, Any] | None) -> str:
    """Planning status, and where it is from: the note of the list of sites dates it where a date is known."""
    status = str(row["planning_status"])
    if published is None or published["planning_status"] != status:
        return f"{status}, as the council's trajectory has it; the date of the status is not given"
    note = published["note"]
    words = "the date of the status is not given" if pd.isna(note) else str(note)
    return f"{status}, grade {published['evidence_grade']}: {words}"


def _mixes(trajectory: pd.DataFrame) -> dict[str, FloatArray]:
    """Homes by bedrooms (4,) of the sites that give all of them."""
    if not set(_MIX) <= set(trajectory.columns):
        return {}
    given = trajectory.dropna(subset=_MIX).drop_duplicates("site_reference")
    found = {
        str(reference): homes
        for reference, homes in zip(given["site_reference"], given[_MIX].to_numpy(dtype=float), strict=True)
    }
    return {reference: homes for reference, homes in found.items() if homes.sum() > 0}


def people_a_home(occupancy: pd.DataFrame) -> FloatArray:
    """(bedrooms, band) first occupants of a home."""
    wide = occupancy.pivot_table(index="bedrooms", columns="age_band", values="people_a_home")
    return wide.loc[list(BEDROOMS), list(NEIGHBOURHOOD_BANDS)].to_numpy()
