"""Estates: rooms, theatres, beds and floor area that demand takes, and hospital beds that exist."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.by_place import ByPlace
from assets.calibration import BEDS_AVAILABLE
from assets.settings import RunSettings
from assets.uncertain_table import released, uncertain_rows
from models.ensemble import factor_draws, standard_normal
from models.estates import hospital, primary_care
from models.estates.requirement import breach_probability, floor_area, shortfall

FloatArray = NDArray[np.float64]

UNITS = {
    "general_acute_beds": "beds",
    "gp_consulting_rooms": "rooms",
    "outpatient_rooms": "rooms",
    "primary_care_gross_internal_area": "m2",
    "theatres": "theatres",
}
HOSPITAL_FACILITIES = ("general_acute_beds", "outpatient_rooms", "theatres")


class Facilities:
    """Parameters of the facilities, drawn once for all places and providers."""

    def __init__(self, known: Assumptions, settings: RunSettings) -> None:
        self._known = known
        self._settings = settings
        value = known.value
        kinds = ("first", "follow_up", "procedure")
        missed = value("estates.outpatient_not_attended_follow_up")
        self.outpatients = hospital.OutpatientParameters(
            share=np.array([value(f"estates.outpatient_share_{kind}") for kind in kinds]),
            minutes=np.array([value(f"estates.outpatient_minutes_{kind}") for kind in kinds]),
            not_attended=np.array([value("estates.outpatient_not_attended_first"), missed, missed]),
            face_to_face=self._drawn("estates.outpatient_face_to_face"),
            hours=value("estates.outpatient_room_hours"),
            utilisation_percent=value("estates.outpatient_room_utilisation"),
        )
        self.theatres = hospital.TheatreParameters(
            share=np.stack(
                [
                    self._drawn(f"estates.theatre_share_{kind}")
                    for kind in ("day_cases", "elective", "emergency")
                ],
                axis=-1,
            ),
            minutes=np.array(
                [
                    value(f"estates.theatre_minutes_{kind}")
                    for kind in ("day_case", "elective", "non_elective")
                ]
            ),
            hours=value("estates.theatre_hours"),
            utilisation_percent=value("estates.theatre_utilisation"),
        )
        self.consulting_rooms = primary_care.ConsultingRoomParameters(
            face_to_face_percent=value("estates.gp_face_to_face"),
            gp_share_percent=value("estates.gp_share_of_appointments"),
            gp_minutes=value("estates.gp_minutes"),
            other_minutes=value("estates.other_professional_minutes"),
            not_attended=value("estates.gp_not_attended"),
            hours=value("estates.gp_room_hours"),
            utilisation_percent=self._drawn("estates.gp_room_utilisation"),
        )
        self.area = self._drawn("estates.primary_care_area")

    def _drawn(self, identifier: str) -> FloatArray:
        shock = standard_normal(self._settings.seed, identifier, "common", "all", self._settings.draws)
        return factor_draws(*self._known.range(identifier), shock)[:, 0]

    def required(self, demand: xr.DataArray, facilities: tuple[str, ...]) -> xr.DataArray:
        """Requirement by scenario, draw, year and facility of demand by scenario, draw, year and service."""
        ordered = demand.transpose("service", "scenario", "draw", "year")
        position = {str(name): index for index, name in enumerate(ordered["service"].to_numpy())}
        values = ordered.to_numpy()
        per_scenario = [
            np.stack(
                [
                    self._facility(name, {service: values[at, number] for service, at in position.items()})
                    for name in facilities
                ],
                axis=-1,
            )
            for number in range(ordered.sizes["scenario"])
        ]
        return xr.DataArray(
            np.stack(per_scenario),
            dims=("scenario", "draw", "year", "facility"),
            coords={
                "scenario": demand["scenario"],
                "draw": demand["draw"],
                "year": demand["year"],
                "facility": list(facilities),
            },
            name="estates",
        )

    def _facility(self, name: str, activity: dict[str, FloatArray]) -> FloatArray:
        if name == "general_acute_beds":
            return hospital.general_acute_beds(
                activity["emergency_bed_days"],
                activity["elective_bed_days"],
                self._known.value("estates.occupancy_general_acute"),
            )
        if name == "outpatient_rooms":
            return hospital.outpatient_rooms(activity["outpatient_attendances"], self.outpatients)
        if name == "theatres":
            return hospital.operating_theatres(
                activity["day_cases"],
                activity["elective_admissions"],
                activity["emergency_admissions"],
                self.theatres,
            )
        if name == "gp_consulting_rooms":
            return primary_care.consulting_rooms(activity["gp_appointments"], self.consulting_rooms)
        return floor_area(
            activity["registered_patients"],
            self.area[:, None],
            self._known.value("estates.primary_care_area_patients"),
        )


@dg.asset(group_name="estates", kinds={"numpy"})
def estates(
    demand_draws: ByPlace, places: pd.DataFrame, assumptions: pd.DataFrame, settings: RunSettings
) -> pd.DataFrame:
    """Facilities that the demand of each place's people takes, wherever they are."""
    facilities = Facilities(Assumptions(assumptions), settings)
    system = places.loc[places["kind"] == "system", "place"].iloc[0]
    parts, total = [], None
    for place in demand_draws:
        required = facilities.required(demand_draws[place]["demand"], tuple(UNITS))
        parts.append(uncertain_rows(required, {"place": place, "measure": "required"}))
        total = required if total is None else total + required
    if total is None:
        raise ValueError("no place has demand")
    parts.append(uncertain_rows(total, {"place": system, "measure": "required"}))
    return released("estates", [_with_units(part) for part in parts])


def _with_units(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(unit=rows["facility"].map(UNITS))


@dg.asset(group_name="estates", kinds={"numpy"})
def provider_estates_draws(
    provider_demand_draws: xr.Dataset,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> xr.Dataset:
    """Facilities required by each trust by scenario, draw and year."""
    trusts = sorted(providers.loc[providers["kind"] == "acute", "provider"])
    facilities = Facilities(Assumptions(assumptions), settings)
    demand = provider_demand_draws["provider_demand"]
    required = xr.concat(
        [facilities.required(demand.sel(provider=trust), HOSPITAL_FACILITIES) for trust in trusts],
        pd.Index(trusts, name="provider"),
        coords="minimal",
        compat="override",
    )
    return required.transpose("scenario", "draw", "year", "provider", "facility").to_dataset(name="required")


def _beds_available(recorded: pd.DataFrame, known: Assumptions) -> dict[str, float]:
    """Beds open in the base year by provider: what exists, and is held."""
    base = recorded[
        (recorded["measure"] == BEDS_AVAILABLE) & (recorded["year"] == int(known.value("demand.base_year")))
    ]
    return dict(zip(base["provider"], base["recorded"], strict=True))


@dg.asset(group_name="estates", kinds={"pandas"})
def provider_estates(
    provider_estates_draws: xr.Dataset,
    recorded_activity: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Facilities that each trust's demand takes, and those that exist and the gap where known."""
    available = _beds_available(recorded_activity, Assumptions(assumptions))
    parts = []
    for provider in provider_estates_draws["provider"].to_numpy():
        required = provider_estates_draws["required"].sel(provider=provider)
        parts.append(uncertain_rows(required, {"provider": provider, "measure": "required"}))
        if provider in available:
            beds = required.sel(facility=["general_acute_beds"])
            existing = xr.full_like(beds, available[provider])
            gap = beds.copy(data=shortfall(beds.to_numpy(), available[provider]))
            parts.append(uncertain_rows(existing, {"provider": provider, "measure": "existing"}))
            parts.append(uncertain_rows(gap, {"provider": provider, "measure": "gap"}))
    table = pd.concat(parts, ignore_index=True)
    table["provider_name"] = table["provider"].map(providers.set_index("provider")["provider_name"])
    return released("provider_estates", [_with_units(table)])


@dg.asset(group_name="estates", kinds={"pandas"})
def capacity_breach(
    provider_estates_draws: xr.Dataset, recorded_activity: pd.DataFrame, assumptions: pd.DataFrame
) -> pd.DataFrame:
    """Probability that a trust's requirement exceeds what exists, where what exists is known."""
    available = _beds_available(recorded_activity, Assumptions(assumptions))
    parts = []
    for provider in provider_estates_draws["provider"].to_numpy():
        if provider not in available:
            continue
        required = provider_estates_draws["required"].sel(provider=provider, facility="general_acute_beds")
        ordered = required.transpose("draw", "scenario", "year")
        probability = ordered.isel(draw=0).copy(
            data=breach_probability(ordered.to_numpy(), available[provider])
        )
        frame = probability.drop_vars(["provider", "facility", "draw"], errors="ignore").to_dataframe(
            "probability"
        )
        parts.append(
            frame.reset_index().assign(area=provider, area_kind="provider", facility="general_acute_beds")
        )
    return released("capacity_breach", parts)
