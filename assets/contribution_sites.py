"""Sites of a scenario in the order in which they use spare capacity: homes, status and dwelling mix."""

from __future__ import annotations

from collections.abc import Mapping
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


def contribution_sites(
    scenario: str,
    delivery: pd.DataFrame,
    trajectories: Mapping[str, pd.DataFrame],
    site_neighbourhoods: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
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
            )
        )
    return sorted(sites, key=lambda site: (not site.committed, site.years[0, 0], site.place, site.reference))


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
