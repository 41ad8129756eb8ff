"""Floor area and rooms of each general practice, estimated from its list and its payments for premises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.estates.facility_parameters import drawn
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from models.arrays import FloatArray, IntArray
from models.estates.capacity_formulae import PERCENT, gp_consulting_rooms, gp_treatment_rooms
from models.estates.floor_area import (
    AreaBeliefs,
    area_draws,
    believable,
    payment_area,
    prior_area_draws,
    prior_weight,
)
from models.uncertainty.ensemble import standard_normal

ROOMS, AREA = "gp_consulting_rooms", "primary_care_gross_internal_area"
FACILITIES = (ROOMS, AREA)
"""Facilities of which every practice has an estimate."""
_APPOINTMENTS = "gp_appointments"
_PAID_BY_RENT = ("premises_rent_share", "premises_rent_a_m2")


@dataclass(frozen=True)
class EstimatedAreas:
    """Estimates of practices (practice, draw), whatever else is known of them, and how each was made.

    area: gross m²; rooms: consulting rooms. without_payments: m² from the list alone. moved: area of the
    principal run over that of the prior; NaN where the payment is not believed, and `why` says so in words.
    """

    practices: pd.DataFrame
    area: FloatArray
    rooms: FloatArray
    without_payments: FloatArray
    rooms_a_m2: FloatArray
    moved: FloatArray
    implied: FloatArray
    why: list[str]

    def of(self, facility: str, payments: bool = True) -> FloatArray:
        """The estimate of a facility; without payments from the list alone."""
        area = self.area if payments else self.without_payments
        return area if facility == AREA else np.asarray(area * self.rooms_a_m2)


def area_beliefs(known: Assumptions, settings: RunSettings) -> AreaBeliefs:
    """What the assumptions say of practices' area and rent, drawn."""

    def values(name: str) -> FloatArray:
        return drawn(f"estates.{name}", known, settings)

    share, rent = (values(name) for name in _PAID_BY_RENT)
    ends = [known.range(f"estates.{name}")[1:] for name in ("premises_area_a_patient", *_PAID_BY_RENT)]
    return AreaBeliefs(
        area_a_patient=values("premises_area_a_patient"),
        payment_area=payment_area(share / PERCENT, rent, values("primary_care_circulation") / PERCENT),
        prior_weight=prior_weight(ends[0], ends[1:]),
        payment_median=known.value("estates.premises_payment_median"),
        payment_spread=known.value("estates.premises_payment_spread"),
        error=values("premises_payment_error"),
        rent_of_place=values("premises_rent_of_place"),
        place_practices=known.value("estates.premises_place_practices"),
    )


def estimated_areas(
    practice_places: pd.DataFrame,
    practice_premises: pd.DataFrame,
    known: Assumptions,
    settings: RunSettings,
) -> EstimatedAreas:
    """Area and rooms of every practice of the list, from its payments where they are believed."""
    practices = practice_places.sort_values("practice", ignore_index=True)
    beliefs = area_beliefs(known, settings)
    paid = practices[["practice"]].merge(
        practice_premises.drop(columns="place"), on="practice", how="left", validate="1:1"
    )
    today = practices["registered_patients"].to_numpy(dtype=float)
    then = paid["registered_patients"].to_numpy(dtype=float)
    a_patient, implied, why = _believed(paid["premises_payments_gbp"], then, today, beliefs, known)
    logs = np.log(a_patient)
    shocks = (
        np.stack(
            [
                standard_normal(settings.seed, "practice_floor_area", "site", str(code), settings.draws)[:, 0]
                for code in practices["practice"]
            ]
        )
        if len(practices)
        else np.zeros((0, settings.draws + 1))
    )
    of_place: IntArray = pd.factorize(practices["place"])[0].astype(np.int64)
    # A payment is of a year: the list that the prior is multiplied by is that of the same year.
    patients = np.where(np.isfinite(logs), then, today)
    area = area_draws(patients, logs, of_place, beliefs, shocks)
    prior = prior_area_draws(patients, beliefs, shocks)
    rooms_a_m2 = _rooms_a_m2(known, settings)
    return EstimatedAreas(
        practices=practices,
        area=area,
        rooms=np.asarray(area * rooms_a_m2),
        without_payments=prior,
        rooms_a_m2=rooms_a_m2,
        moved=np.where(np.isfinite(logs), area[:, 0] / prior[:, 0], np.nan),
        implied=implied,
        why=why,
    )


def _believed(
    paid: pd.Series, then: FloatArray, today: FloatArray, beliefs: AreaBeliefs, known: Assumptions
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Payments a patient (practice,), NaN where not believed; m² a patient they imply; and why not."""
    pounds = paid.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        a_patient = np.where((then > 0) & (pounds > 0), pounds / then, np.nan)
        change = PERCENT * np.abs(today / then - 1)
    implied = np.asarray(a_patient * beliefs.payment_area[0])
    least, most, most_change = (
        known.value(f"estates.premises_{name}") for name in ("least_area", "most_area", "list_change")
    )
    within, steady = believable(implied, least, most), change <= most_change
    why = [
        _why_not(pound, one, fits, same, least)
        for pound, one, fits, same in zip(pounds, implied, within, steady, strict=True)
    ]
    return np.where(within & steady, a_patient, np.nan), implied, why


def _why_not(pounds: float, implied: float, fits: bool, same: bool, least: float) -> str:
    """Why a payment is not believed, in words; nothing where it is."""
    if np.isnan(pounds):
        return "no payment published"
    if pounds <= 0:
        return "payment nil or negative"
    if not fits:
        return "payment too small to be its rent" if implied < least else "payment too large to be its rent"
    return "" if same else "list changed too much since the payment"


def _rooms_a_m2(known: Assumptions, settings: RunSettings) -> FloatArray:
    """Consulting rooms of a gross m² (draw,): the planning norm's clinical rooms, the share that consult."""

    def values(name: str) -> FloatArray:
        return drawn(f"estates.{name}", known, settings)

    consulting, treatment = (
        made(values)[_APPOINTMENTS] for made in (gp_consulting_rooms, gp_treatment_rooms)
    )
    return np.asarray(consulting / (consulting + treatment) / values("premises_area_a_room"))
