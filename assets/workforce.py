"""The workforce stage: requirement, supply and gap by place and trust, and what a board reads off them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.published_workforce import recorded_staff, recorded_staff_flows
from assets.settings import RunSettings
from assets.uncertain_table import released, uncertain_rows
from assets.workforce_base import staff_in_post, staffing_base
from assets.workforce_draws import (
    place_staffing_draws,
    principal_flows,
    provider_staffing_draws,
)
from assets.workforce_levers import workforce_levers
from assets.workforce_norms import headroom
from assets.workforce_supply import SupplyTables, Unit
from assets.workforce_training import training_intake
from models.workforce.gap import first_year, shortage, supply_and_gap, vacancy_rate
from models.workforce.outlook import SOURCES, Outlook
from models.workforce.requirement import part, with_all
from models.workforce.supply import signed_flows

FloatArray = NDArray[np.float64]
Group = tuple[str, str]
"""Sector and staff group."""

# The stage's assets, those of its other modules included: a stage is loaded by this module's name.
__all__ = [
    "place_staffing_draws",
    "provider_staffing_draws",
    "provider_workforce",
    "recorded_staff",
    "recorded_staff_flows",
    "staff_in_post",
    "staffing_base",
    "training_intake",
    "workforce",
    "workforce_flows",
    "workforce_levers",
    "workforce_shortage",
]

ALL: Group = ("all", "all")
OUTSIDE_HOSPITAL: Group = ("all", "all_outside_hospital")
UNITS = {"headcount": "people", "vacancy_rate": "%"}


@dg.asset(group_name="workforce", kinds={"pandas"})
def workforce(
    place_staffing_draws: xr.Dataset,
    staff_groups: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Staff that each place's people take, and outside hospital those there will be and the gap."""
    away = headroom(Assumptions(assumptions))
    sectors = _sectors(staff_groups)
    system = str(places.loc[places["kind"] == "system", "place"].item())
    parts = []
    for place, drawn in _areas(place_staffing_draws, "place", system):
        parts += _required_rows(drawn["required_wte"], sectors, ALL, away, {"place": place})
        parts += _supplied_rows(drawn, sectors, OUTSIDE_HOSPITAL, {"place": place})
        parts += _required_rows(
            drawn["required_wte"]
            .sel(staff_group=drawn["supplied_group"].to_numpy())
            .sum("staff_group", skipna=False),
            sectors,
            OUTSIDE_HOSPITAL,
            away,
            {"place": place},
        )
    return released("workforce", parts)


@dg.asset(group_name="workforce", kinds={"pandas"})
def provider_workforce(
    provider_staffing_draws: xr.Dataset,
    staff_groups: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Staff that each trust's patients take at its own staffing of the base year, those it has, the gap."""
    away = headroom(Assumptions(assumptions))
    sectors = _sectors(staff_groups)
    parts = []
    for provider, drawn in _areas(provider_staffing_draws, "provider", None):
        parts += _required_rows(drawn["required_wte"], sectors, ALL, away, {"provider": provider})
        parts += _supplied_rows(drawn, sectors, ALL, {"provider": provider})
    table = pd.concat(parts, ignore_index=True)
    table["provider_name"] = table["provider"].map(providers.set_index("provider")["provider_name"])
    return released("provider_workforce", [table])


def _sectors(staff_groups: pd.DataFrame) -> dict[str, str]:
    return dict(zip(staff_groups["staff_group"], staff_groups["sector"], strict=True))


def _areas(draws: xr.Dataset, kind: str, together: str | None) -> list[tuple[str, xr.Dataset]]:
    """The draws of each area, and of all of them together under a code of their own."""
    areas = [(str(area), draws.sel({kind: area}, drop=True)) for area in draws[kind].to_numpy()]
    return [*areas, (together, draws.sum(kind, skipna=False))] if together else areas


def _required_rows(
    required: xr.DataArray, sectors: Mapping[str, str], total: Group, away: float, constants: dict[str, str]
) -> list[pd.DataFrame]:
    """Requirement and the headroom in it, by group and together."""
    if "staff_group" not in required.dims:
        rows = _labelled(required, total, "required_wte", constants)
    else:
        rows = _rows(required, sectors, total, "required_wte", constants)
    return [rows, _part_of(rows, away, "headroom_wte")]


def _part_of(rows: pd.DataFrame, share: float, measure: str) -> pd.DataFrame:
    """Rows of a fixed share of a measure: its quantiles are that share of the measure's."""
    scaled = rows.assign(measure=measure)
    for name in ("principal", "p10", "p50", "p90"):
        scaled[name] = part(rows[name].to_numpy(), share)
    return scaled


def _supplied_rows(
    drawn: xr.Dataset, sectors: Mapping[str, str], total: Group, constants: dict[str, str]
) -> list[pd.DataFrame]:
    """Supply, bank and agency, gap, heads and vacancy rate, by group and together."""
    groups = drawn["supplied_group"].to_numpy()
    need = _with_total(drawn["required_wte"].sel(staff_group=groups))
    in_post, temporary, heads = (
        _with_total(drawn[name].rename(supplied_group="staff_group")).to_numpy()
        for name in ("in_post_wte", "temporary_wte", "headcount")
    )
    required = need.to_numpy()
    supply, gap = supply_and_gap(required, in_post, temporary)
    # All at once: a frame a measure would take longer than the projection.
    measures = xr.DataArray(
        np.stack([supply, temporary, gap, heads, vacancy_rate(required, in_post)]),
        dims=("measure", *need.dims),
        coords={
            "measure": ["supply_wte", "temporary_wte", "gap_wte", "headcount", "vacancy_rate"],
            **{name: need[name].to_numpy() for name in map(str, need.dims)},
        },
        name="supply",
    )
    rows = uncertain_rows(measures, constants)
    return [_named(rows.assign(unit=rows["measure"].map(UNITS).fillna("WTE")), sectors, total)]


def _with_total(quantity: xr.DataArray) -> xr.DataArray:
    """The groups and, after the last, all of them together."""
    ordered = quantity.transpose("scenario", "draw", "year", "staff_group")
    coords = {name: ordered[name].to_numpy() for name in ("scenario", "draw", "year")}
    groups = [*map(str, ordered["staff_group"].to_numpy()), "all"]
    return xr.DataArray(
        with_all(ordered.to_numpy()),
        dims=ordered.dims,
        coords={**coords, "staff_group": groups},
        name=quantity.name,
    )


def _rows(
    quantity: xr.DataArray,
    sectors: Mapping[str, str],
    total: Group,
    measure: str,
    constants: dict[str, str],
) -> pd.DataFrame:
    rows = uncertain_rows(_with_total(quantity), {**constants, **_measure(measure)})
    return _named(rows, sectors, total)


def _named(rows: pd.DataFrame, sectors: Mapping[str, str], total: Group) -> pd.DataFrame:
    """Sector of each group; all together is called what `total` says."""
    together = rows["staff_group"] == "all"
    return rows.assign(
        sector=rows["staff_group"].map(sectors).fillna(total[0]),
        staff_group=rows["staff_group"].where(~together, total[1]),
    )


def _labelled(quantity: xr.DataArray, group: Group, measure: str, constants: dict[str, str]) -> pd.DataFrame:
    rows = uncertain_rows(quantity, {**constants, **_measure(measure)})
    return rows.assign(sector=group[0], staff_group=group[1])


def _measure(name: str) -> dict[str, str]:
    return {"measure": name, "unit": UNITS.get(name, "WTE")}


@dg.asset(group_name="workforce", kinds={"pandas"})
def workforce_shortage(
    place_staffing_draws: xr.Dataset,
    provider_staffing_draws: xr.Dataset,
    staff_groups: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """How likely more of the requirement is unfilled than is tolerated, and from which year."""
    tolerance = Assumptions(assumptions).value("workforce.shortage_tolerance")
    sectors = _sectors(staff_groups)
    system = str(places.loc[places["kind"] == "system", "place"].item())
    parts = []
    for kind, draws, total in (
        ("place", place_staffing_draws, OUTSIDE_HOSPITAL),
        ("provider", provider_staffing_draws, ALL),
    ):
        for area, drawn in _areas(draws, kind, system if kind == "place" else None):
            area_kind = "system" if area == system else kind
            rows = _shortage_rows(drawn, tolerance)
            parts.append(
                _named(rows, sectors, total).assign(
                    area=area, area_kind=area_kind, tolerance_percent=tolerance
                )
            )
    return released("workforce_shortage", parts)


def _shortage_rows(drawn: xr.Dataset, tolerance: float) -> pd.DataFrame:
    named = drawn.rename(staff_group="any_group").rename(supplied_group="staff_group")
    groups = named["staff_group"].to_numpy()
    required = _with_total(drawn["required_wte"].sel(staff_group=groups))
    supply = _with_total(named["in_post_wte"] + named["temporary_wte"])
    parts = []
    for scenario in required["scenario"].to_numpy():
        need = required.sel(scenario=scenario)
        found = shortage(need.to_numpy(), supply.sel(scenario=scenario).to_numpy(), tolerance)
        index = pd.MultiIndex.from_product([need["year"].to_numpy(), need["staff_group"].to_numpy()])
        rows = index.to_frame(index=False, name=["year", "staff_group"]).assign(scenario=scenario)
        rows["probability"] = found.in_year.ravel()
        rows["probability_by"] = found.by_year.ravel()
        rows["first_year"] = np.where(first_year(found.principal).ravel(), "yes", "no")
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


@dg.asset(group_name="workforce", kinds={"numpy"})
def workforce_flows(
    staffing_base: pd.DataFrame,
    staff_in_post: pd.DataFrame,
    staff_groups: pd.DataFrame,
    staff_age_profiles: pd.DataFrame,
    leaving_by_age: pd.DataFrame,
    workforce_policies: pd.DataFrame,
    recorded_staff_flows: pd.DataFrame,
    population_single_year: pd.DataFrame,
    places: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Stock and flow of staff in post, principal run of the first scenario: they add up to closing."""
    first = scenarios.head(1)
    supplied = SupplyTables(
        staff_in_post,
        staffing_base,
        staff_groups,
        staff_age_profiles,
        leaving_by_age,
        workforce_policies,
        recorded_staff_flows,
        population_single_year,
        places,
        first,
        assumptions,
    )
    known = Assumptions(assumptions)
    years = np.arange(
        int(known.value("demand.base_year")), int(known.value("demand.last_year")) + 1, dtype=np.int64
    )
    parts = []
    for kind in ("place", "provider"):
        units, made = principal_flows(supplied, kind, years, settings)
        parts += [
            _flow_rows(units, run, years).assign(scenario=name, area_kind=kind) for name, run in made.items()
        ]
    return released("workforce_flows", [pd.concat(parts, ignore_index=True).assign(unit="people")])


def _flow_rows(units: Sequence[Unit], run: Outlook, years: NDArray[np.int64]) -> pd.DataFrame:
    flows = signed_flows(run.flows, run.joiners, SOURCES)
    # Flow by unit by year: every flow is (year, unit), its first year the base.
    values = np.stack([flow[1:].T for flow in flows.values()])
    index = pd.MultiIndex.from_product([flows, range(len(units)), years[1:]], names=["flow", "unit", "year"])
    frame = index.to_frame(index=False)
    frame["principal"] = values.ravel()
    names = pd.DataFrame(units, columns=["area", "sector", "staff_group"])
    return frame.join(names, on="unit").drop(columns="unit")
