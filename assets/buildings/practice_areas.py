"""Floor area and rooms of each general practice: surveyed where the register has them, else estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.estates.facility_parameters import drawn
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from models.arrays import BoolArray, FloatArray, IntArray
from models.estates.capacity_formulae import PERCENT, gp_consulting_rooms, gp_treatment_rooms
from models.estates.existing_capacity import Premises, premises_by_year
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
_DATED = ("quantity", "opened", "closes", "planned_change", "planned_change_year")


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


@dataclass(frozen=True)
class SurveyedPremises:
    """What the register counts of a facility of general practice, by year.

    by_practice: (practice, year), 0 where not counted; known: (practice,) whose quantity is; open_share:
    (practice, year) 1 while it is open, of those not counted. elsewhere: rows of the register that belong to
    no practice of the list, with their quantities (row, year).
    """

    by_practice: FloatArray
    known: BoolArray
    is_open: FloatArray
    elsewhere: pd.DataFrame
    of_elsewhere: FloatArray


def surveyed_premises(
    practices: pd.DataFrame, premises: pd.DataFrame, facility: str, years: IntArray
) -> SurveyedPremises:
    """Quantities of a facility in the register: of practices, and of other buildings of general practice.

    A row is a practice's where it has its code, and a branch's where its code starts with it. Branches count
    once their practice's own building does: until then they are within its estimate.
    """
    codes = practices["practice"].astype(str).tolist()
    own = premises[premises["provider"].isna() & premises["facility"].isin(FACILITIES)]
    rows = own[own["facility"] == facility]
    if facility == AREA:
        rows = pd.concat([rows, _areas_of_other_rows(own, rows)], ignore_index=True)
    rows = rows.reset_index(drop=True)
    owners = [_practice_of(str(code), codes) for code in rows["site_code"]]
    at = np.array([-1 if owner is None else codes.index(owner) for owner in owners], dtype=np.int64)
    counted = rows["quantity"].notna().to_numpy()
    main = counted & np.array([str(code) in set(codes) for code in rows["site_code"]], dtype=bool)
    known = np.zeros(len(codes), dtype=bool)
    known[at[main]] = True
    by_year = _by_year(rows, years)
    by_practice = np.zeros((len(codes), len(years)))
    for number in np.flatnonzero(counted & (at >= 0)):
        if known[at[number]]:
            by_practice[at[number]] += by_year[number]
    elsewhere = np.flatnonzero(counted & (at < 0))
    return SurveyedPremises(
        by_practice=by_practice,
        known=known,
        is_open=_open_years(codes, own, years),
        elsewhere=rows.iloc[elsewhere].reset_index(drop=True),
        of_elsewhere=by_year[elsewhere],
    )


def _areas_of_other_rows(own: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The area that stands beside a site's rooms, of sites without a row of their area."""
    beside = own[own["gross_internal_area_m2"].notna() & ~own["site_code"].isin(set(rows["site_code"]))]
    beside = beside.drop_duplicates("site_code")
    return beside.assign(
        facility=AREA,
        quantity=beside["gross_internal_area_m2"],
        planned_change=np.nan,
        planned_change_year=np.nan,
        unit="m2",
    )


def _practice_of(site: str, codes: list[str]) -> str | None:
    """The practice that a site is of: its own code, or that of a branch, which starts with its practice's."""
    if site in codes:
        return site
    return next((code for code in codes if site.startswith(code)), None)


def _by_year(rows: pd.DataFrame, years: IntArray) -> FloatArray:
    return premises_by_year(
        Premises(*(rows[name].to_numpy(dtype=float, na_value=np.nan) for name in _DATED)), years
    )


def _open_years(codes: list[str], own: pd.DataFrame, years: IntArray) -> FloatArray:
    """(practice, year) 1 while a practice's building is open: the register may close one it never counted."""
    first = own.drop_duplicates("site_code").set_index("site_code").reindex(codes)
    first = first.assign(quantity=1.0, planned_change=np.nan)
    return _by_year(first, years)
