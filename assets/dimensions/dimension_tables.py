"""The dimensions of a release: places, providers, areas, services, staff, facilities, years, scenarios."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Mapping

import dagster as dg
import pandas as pd

from assets.dimensions.relationships import DIMENSIONS
from assets.inputs.scenarios import read_scenarios
from assets.tables.declarations.named_values import UNALLOCATED
from assets.tables.uncertain_table import released
from assets.workforce.staff_names import SUMS, sector_name
from housing_trajectories.schema import financial_year_label

YEARS = range(1991, 2101)
"""Every year that a released table may be of."""
OUTSIDE = "outside"


@dg.multi_asset(group_name="publication", outs={name: dg.AssetOut() for name in DIMENSIONS})
def dimensions(
    places: pd.DataFrame,
    neighbourhoods: pd.DataFrame,
    small_areas: pd.DataFrame,
    neighbourhood_teams: pd.DataFrame,
    providers: pd.DataFrame,
    trust_sites: pd.DataFrame,
    local_estates: pd.DataFrame,
    services: pd.DataFrame,
    staff_groups: pd.DataFrame,
    facilities: pd.DataFrame,
    scenarios: pd.DataFrame,
) -> tuple[
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
    pd.DataFrame,
]:
    """A row for each code that released tables use, with its name. Keys are unique in each."""
    made = {
        "dim_place": places,
        "dim_neighbourhood": neighbourhoods.drop_duplicates("neighbourhood"),
        "dim_msoa": _small_areas(neighbourhoods, small_areas, neighbourhood_teams),
        "dim_provider": _providers(providers, trust_sites),
        "dim_area": _areas(places, providers, neighbourhoods, local_estates),
        "dim_service": services,
        "dim_sector": _named(
            "sector", {code: sector_name(code) for code in [*staff_groups["sector"], "all"]}
        ),
        "dim_staff_group": _named(
            "staff_group",
            {**dict(zip(staff_groups["staff_group"], staff_groups["staff_group_name"], strict=True)), **SUMS},
        ),
        "dim_facility": facilities,
        "dim_year": pd.DataFrame(
            [
                {"year": year, "financial_year": financial_year_label(year), "mid_year": f"mid-{year}"}
                for year in YEARS
            ]
        ),
        "dim_scenario": pd.DataFrame(
            [
                {
                    "scenario": each.name,
                    "scenario_name": each.title,
                    "scenario_description": each.description,
                    "scenario_order": each.order,
                }
                for each in read_scenarios(scenarios)
            ]
        ),
    }
    return tuple(released(name, [made[name]]) for name in DIMENSIONS)  # type: ignore[return-value]


def _small_areas(neighbourhoods: pd.DataFrame, areas: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """Each small area with what it is part of, and rows for what lies outside and what is not known."""
    made = neighbourhoods.merge(areas[["msoa", "place"]], on="msoa", how="left").merge(
        teams[["msoa", "team", "team_name"]], on="msoa", how="left"
    )
    others = {OUTSIDE: "Outside the area", UNALLOCATED: "Not known"}
    rows = pd.DataFrame({"msoa": list(others), "neighbourhood_name": list(others.values())})
    return pd.concat([made, rows], ignore_index=True)


def _providers(providers: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """The providers of the run, then trusts that only have sites here."""
    others = sites[["provider", "trust_name"]].rename(columns={"trust_name": "provider_name"})
    return pd.concat([providers[["provider", "provider_name"]], others]).drop_duplicates("provider")


def _areas(
    places: pd.DataFrame, providers: pd.DataFrame, neighbourhoods: pd.DataFrame, local: pd.DataFrame
) -> pd.DataFrame:
    """Everything that a column `area` may hold; where two tables name a code, the first of these does."""
    kinds = ["area", "area_name", "area_kind"]
    parts = (
        places.rename(columns={"place": "area", "place_name": "area_name", "kind": "area_kind"}),
        providers.rename(columns={"provider": "area", "provider_name": "area_name"}).assign(
            area_kind="provider"
        ),
        neighbourhoods.rename(columns={"neighbourhood": "area", "neighbourhood_name": "area_name"}).assign(
            area_kind="neighbourhood"
        ),
        local,
    )
    return pd.concat([part[kinds] for part in parts]).drop_duplicates("area")


def _named(code: str, names: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({code: list(names), f"{code}_name": list(names.values())})
