"""Tables of what the principal run answers to homes, hours and the like: the report's what-ifs."""

from __future__ import annotations

from dataclasses import fields

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.demand_run import DemandInputs
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.population.population_figures import PopulationInputs
from assets.responses.responding_run import MORE, RespondingInputs, RespondingRun, RunAnswer
from assets.tables.by_place import ByPlace
from assets.tables.uncertain_table import released
from assets.workforce.workforce_inputs import StaffingTables
from models.evaluation.unit_responses import fixed_part, per_unit

SERVICES = (
    "adult_social_care_long_term_clients",
    "ae_attendances",
    "births",
    "community_contacts",
    "emergency_admissions",
    "gp_appointments",
    "mental_health_people_in_contact",
    "outpatient_attendances",
    "registered_patients",
)
FACILITIES = (
    "community_clinic_rooms",
    "general_acute_beds",
    "gp_consulting_rooms",
    "gp_treatment_rooms",
    "mental_health_beds",
    "primary_care_gross_internal_area",
)
"""Services and facilities whose answers are kept; people and staff are kept whole."""
ROOM_USE = {
    "gp_consulting_rooms": ("gp_room_hours", "gp_extended_hours", "gp_room_utilisation"),
    "gp_treatment_rooms": ("gp_room_hours", "gp_extended_hours", "gp_room_utilisation"),
    "primary_care_gross_internal_area": ("gp_room_hours", "gp_extended_hours", "gp_room_utilisation"),
    "community_clinic_rooms": ("community_clinic_hours", "", "community_clinic_utilisation"),
}
"""Hours, hours beside them and utilisation that a requirement of rooms goes by."""
_OTHER_USE = 1.25
"""The second use, as a multiple of the hours, at which a requirement is worked out."""

_TABLES = sorted(
    {
        *PopulationInputs.__annotations__,
        *(field.name for kind in (DemandInputs, StaffingTables) for field in fields(kind)),
        "housing_delivery",
        "net_additional_dwellings",
        "place_to_provider_shares",
        "facilities",
        "acute_beds_monthly",
        "premises",
        "estate_schemes",
        "practice_places",
        "register_coverage",
        "price_index",
    }
)


@dg.multi_asset(
    group_name="responses",
    ins={name: dg.AssetIn() for name in _TABLES},
    outs={name: dg.AssetOut() for name in ("homes_responses", "room_use", "cover_capacity", "capital_terms")},
)
def unit_responses(
    housing_trajectories: ByPlace, settings: RunSettings, **tables: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What one home more in a year changes, and what rooms, bank and agency and capital go by."""
    run = RespondingRun(RespondingInputs(tables, housing_trajectories, settings))
    answers = [answer for answer in run.answers() if _kept(answer)]
    return (
        released("homes_responses", [_rows(run, answer) for answer in answers]),
        released("room_use", [_room_use(run, tables["assumptions"])]),
        released("cover_capacity", [_cover(run)]),
        released("capital_terms", _capital_terms(run)),
    )


def _kept(answer: RunAnswer) -> bool:
    wanted = {"demand": SERVICES, "required": FACILITIES}.get(answer.measure)
    return wanted is None or answer.name in wanted


def _rows(run: RespondingRun, answer: RunAnswer) -> pd.DataFrame:
    """A row a year of homes and a year from it on: nothing answers before."""
    homes_years = np.array(run.open_years(answer.runs_of))
    years = np.array(run.years)
    values = per_unit(answer.values, MORE)
    at, when = np.nonzero(years[None, :] >= homes_years[:, None])
    return pd.DataFrame(
        {
            "area_kind": answer.area_kind,
            "area": answer.area,
            "response": answer.measure,
            "sector": answer.sector or "all",
            "name": answer.name,
            "homes_place": answer.runs_of,
            "homes_year": homes_years[at],
            "year": years[when],
            # Rounded: what is beyond is the noise of a difference.
            "per_home": np.round(values[at, when], 7),
        }
    )


def _capital_terms(run: RespondingRun) -> list[pd.DataFrame]:
    return [
        pd.DataFrame(
            {
                "place": place,
                "facility": facility,
                "year": run.years,
                "short": short,
                "basis": basis,
                **run.capital.terms(facility),
            }
        )
        for place, facility, short, basis in run.short()
        if facility in FACILITIES
    ]


def _room_use(run: RespondingRun, assumptions: pd.DataFrame) -> pd.DataFrame:
    """Hours and utilisation of rooms, and the part of their requirement that does not go by them."""
    known = Assumptions(assumptions)
    rows = []
    for facility, (hours, beside, utilisation) in ROOM_USE.items():
        if facility not in run.facilities.names:
            continue
        open_hours = known.value(f"estates.{hours}")
        added = known.value(f"estates.{beside}") if beside else 0.0
        chosen = assumptions["id"].eq(f"estates.{hours}")
        other = assumptions.assign(
            **{
                name: assumptions[name].mask(chosen, assumptions[name] * _OTHER_USE)
                for name in ("value", "low", "high")
            }
        )
        then, now = (
            float(each.coefficients[0, :, each.names.index(facility)].sum())
            for each in (run.facilities, run.facilities_at(other))
        )
        rows.append(
            {
                "facility": facility,
                "hours_assumption": f"estates.{hours}",
                "hours": open_hours,
                "added_hours": added,
                "utilisation_assumption": f"estates.{utilisation}",
                "utilisation_percent": known.value(f"estates.{utilisation}"),
                "fixed_share": fixed_part(then, now, open_hours + added, open_hours * _OTHER_USE + added),
            }
        )
    return pd.DataFrame(rows)


def _cover(run: RespondingRun) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "area_kind": staff.kind,
                "area": area,
                "sector": sector,
                "staff_group": group,
                "cover_percent": 100.0 * float(share),
            }
            for staff in run.staff
            for area, shares in staff.cover.items()
            for (sector, group), share in zip(staff.supplied, shares[:, 0], strict=True)
        ]
    )
