"""The workforce stage: requirement, supply and gap by place and trust, and what a board reads off them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.published_workforce import recorded_staff, recorded_staff_flows
from assets.settings import RunSettings
from assets.system_totals import system_code
from assets.uncertain_table import released, uncertain_rows
from assets.workforce_base import staff_in_post, staffing_base
from assets.workforce_draws import STAFF, place_staffing_draws, provider_staffing_draws
from assets.workforce_levers import workforce_levers
from assets.workforce_norms import headroom
from assets.workforce_supply import outlook
from assets.workforce_tables import TABLES, Group, StaffingTables, Unit
from assets.workforce_training import training_intake
from models.workforce.gap import SUPPLIED_MEASURES, first_year, shortage, supplied, supplied_measures
from models.workforce.outlook import SOURCES, Outlook
from models.workforce.requirement import grouped, part, with_all
from models.workforce.supply import signed_flows

FloatArray = NDArray[np.float64]

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
    away, sectors = headroom(Assumptions(assumptions)), _sectors(staff_groups)
    system = system_code(places)

    def rows(place: str, drawn: xr.Dataset) -> list[pd.DataFrame]:
        return _area_rows(drawn, sectors, OUTSIDE_HOSPITAL, away, {"place": place})

    return released("workforce", _by_area(place_staffing_draws, "place", system, rows))


@dg.asset(group_name="workforce", kinds={"pandas"})
def provider_workforce(
    provider_staffing_draws: xr.Dataset,
    staff_groups: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Staff that each trust's patients take at its own staffing of the base year, those it has, the gap."""
    away, sectors = headroom(Assumptions(assumptions)), _sectors(staff_groups)
    names = providers.set_index("provider")["provider_name"]

    def rows(provider: str, drawn: xr.Dataset) -> list[pd.DataFrame]:
        constants = {"provider": provider, "provider_name": str(names[provider])}
        return _area_rows(drawn, sectors, ALL, away, constants)

    return released("provider_workforce", _by_area(provider_staffing_draws, "provider", None, rows))


def _sectors(staff_groups: pd.DataFrame) -> dict[str, str]:
    return dict(zip(staff_groups["staff_group"], staff_groups["sector"], strict=True))


def _by_area(
    draws: xr.Dataset,
    kind: str,
    together: str | None,
    rows: Callable[[str, xr.Dataset], list[pd.DataFrame]],
) -> list[pd.DataFrame]:
    """Rows of each area's draws, and of all areas together under a code of their own."""
    areas = [str(area) for area in draws[kind].to_numpy()]

    def of(area: str) -> list[pd.DataFrame]:
        if area == together:
            return rows(area, draws.sum(kind, skipna=False))
        return rows(area, draws.sel({kind: area}, drop=True))

    # Sums and quantiles let go of the interpreter; the order of areas is kept.
    with ThreadPoolExecutor() as threads:
        return [part for parts in threads.map(of, [*areas, *filter(None, [together])]) for part in parts]


def _area_rows(
    drawn: xr.Dataset, sectors: Mapping[str, str], supplied: Group, away: float, constants: dict[str, str]
) -> list[pd.DataFrame]:
    """Every measure of an area by group, of all groups together, and of those it is supplied with."""
    required = drawn["required_wte"].to_numpy()
    names, groups = (list(map(str, drawn[name].to_numpy())) for name in ("staff_group", "supplied_group"))
    every, columns = range(len(names)), [names.index(group) for group in groups]
    coords = {name: drawn[name].to_numpy() for name in ("scenario", "draw", "year")}
    totals = ["all"] if supplied == ALL else ["all", "supplied"]
    need = uncertain_rows(
        xr.DataArray(
            grouped(required, [*([group] for group in every), *[every, columns][: len(totals)]]),
            dims=("scenario", "draw", "year", "staff_group"),
            coords={**coords, "staff_group": [*names, *totals]},
            name="required_wte",
        ),
        {**constants, "measure": "required_wte"},
    )
    supply = uncertain_rows(
        # All at once: a frame a measure would take longer than the projection.
        xr.DataArray(
            supplied_measures(
                grouped(required, [*([column] for column in columns), columns]),
                *(with_all(drawn[name].to_numpy()) for name in STAFF),
            ),
            dims=("measure", "scenario", "draw", "year", "staff_group"),
            coords={"measure": list(SUPPLIED_MEASURES), **coords, "staff_group": [*groups, "supplied"]},
            name="supply_wte",
        ),
        constants,
    )
    rows = pd.concat([need, _part_of(need, away, "headroom_wte"), supply], ignore_index=True)
    called = {"all": ALL, "supplied": supplied}
    return [
        rows.assign(
            sector=rows["staff_group"].map({**sectors, **{name: of[0] for name, of in called.items()}}),
            staff_group=rows["staff_group"].replace({name: of[1] for name, of in called.items()}),
            unit=rows["measure"].map(UNITS).fillna("WTE"),
        )
    ]


def _part_of(rows: pd.DataFrame, share: float, measure: str) -> pd.DataFrame:
    """Rows of a fixed share of a measure: its quantiles are that share of the measure's."""
    scaled = rows.assign(measure=measure)
    for name in ("principal", "p10", "p50", "p90"):
        scaled[name] = part(rows[name].to_numpy(), share)
    return scaled


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
    system = system_code(places)

    def of_kind(kind: str, total: Group) -> Callable[[str, xr.Dataset], list[pd.DataFrame]]:
        def rows(area: str, drawn: xr.Dataset) -> list[pd.DataFrame]:
            described = {"area": area, "area_kind": "system" if area == system else kind}
            return [_shortage_rows(drawn, tolerance, sectors, total).assign(**described)]

        return rows

    parts = [
        *_by_area(place_staffing_draws, "place", system, of_kind("place", OUTSIDE_HOSPITAL)),
        *_by_area(provider_staffing_draws, "provider", None, of_kind("provider", ALL)),
    ]
    return released("workforce_shortage", parts)


def _shortage_rows(
    drawn: xr.Dataset, tolerance: float, sectors: Mapping[str, str], total: Group
) -> pd.DataFrame:
    names, groups = (list(map(str, drawn[name].to_numpy())) for name in ("staff_group", "supplied_group"))
    columns = [names.index(group) for group in groups]
    found = shortage(
        grouped(drawn["required_wte"].to_numpy(), [*([column] for column in columns), columns]),
        with_all(supplied(*(drawn[name].to_numpy() for name in STAFF[:2]))),
        tolerance,
    )
    index = pd.MultiIndex.from_product(
        [drawn["scenario"].to_numpy(), drawn["year"].to_numpy(), [*groups, total[1]]],
        names=["scenario", "year", "staff_group"],
    )
    rows = index.to_frame(index=False)
    rows["sector"] = rows["staff_group"].map({**sectors, total[1]: total[0]})
    rows["tolerance_percent"] = tolerance
    rows["probability"] = found.in_year.ravel()
    rows["probability_by"] = found.by_year.ravel()
    rows["first_year"] = np.where(first_year(found.principal).ravel(), "yes", "no")
    return rows


@dg.asset(group_name="workforce", ins=TABLES, kinds={"numpy"})
def workforce_flows(settings: RunSettings, **tables: pd.DataFrame) -> pd.DataFrame:
    """Stock and flow of staff in post, principal run of the first scenario: they add up to closing."""
    given = StaffingTables(**tables)
    given = replace(given, scenarios=given.scenarios.head(1))
    first, last = (int(given.known.value(f"demand.{name}")) for name in ("base_year", "last_year"))
    years = np.arange(first, last + 1, dtype=np.int64)
    codes = list(given.places.loc[given.places["kind"] == "place", "place"])
    parts = []
    for kind, areas in (("place", codes), ("provider", given.trusts)):
        units = given.units(areas)
        run = outlook(given, kind, units, years, settings, 0)
        parts.append(_flow_rows(units, run, years).assign(scenario=given.principal, area_kind=kind))
    return released("workforce_flows", [pd.concat(parts, ignore_index=True).assign(unit="people")])


def _flow_rows(units: Sequence[Unit], run: Outlook, years: NDArray[np.int64]) -> pd.DataFrame:
    flows = signed_flows(run.flows[0], run.joiners[0], SOURCES)
    # Flow by unit by year: every flow is (year, unit), its first year the base.
    values = np.stack([flow[1:].T for flow in flows.values()])
    index = pd.MultiIndex.from_product([flows, range(len(units)), years[1:]], names=["flow", "unit", "year"])
    frame = index.to_frame(index=False)
    frame["principal"] = values.ravel()
    names = pd.DataFrame(units, columns=["area", "sector", "staff_group"])
    return frame.join(names, on="unit").drop(columns="unit")
