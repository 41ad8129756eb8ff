"""How well estimated floor areas agree: with a user's survey, and without one only with themselves.

What is fitted to a survey is fitted to practices whose code ends in an even digit, and scored on the others.
"""

from __future__ import annotations

import csv
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from assets.buildings.practice_areas import AREA, EstimatedAreas, area_beliefs, estimated_areas
from assets.england.national_tables import england_table
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from housing_trajectories.findings import BadInput, Finding, inert
from models.arrays import BoolArray, FloatArray
from models.estates.floor_area import (
    PaymentSpread,
    SurveyScores,
    payment_spread,
    survey_calibration,
    survey_scores,
)
from models.uncertainty.ensemble import NORMAL_P90, summarise

COLUMNS = ("practice", "gross_internal_area_m2")
SMALLEST, LARGEST = 25.0, 20_000.0
"""m² of a practice's premises: outside, a survey's cell is taken for another unit or a slip."""
FEWEST = 6
"""Buildings of either half from which a calibration is made."""
_LEAST_PATIENTS = 1_000
_DIGITS = "0123456789"


@dataclass(frozen=True)
class Dispersion:
    """m² a patient that payments of a half of England's practices imply, with how payments differ.

    covered: payments within the interval that the model expects of a practice before it sees its payment, %.
    """

    practices: int
    not_believed_percent: float
    implied: tuple[float, float, float]
    payments: PaymentSpread
    covered: float


@dataclass(frozen=True)
class SurveyReport:
    """Scores on buildings kept out: as estimated, from lists alone, and calibrated on the other half."""

    kept_out: int
    estimated: SurveyScores
    from_lists: SurveyScores
    calibrated: SurveyScores | None
    factor: float
    width: float


def england_estimates(assumptions: pd.DataFrame, draws: int) -> EstimatedAreas:
    """Estimates of every practice of England, from its published tables."""
    practices = england_table("practices").rename(
        columns={"authority": "place", "patients": "registered_patients"}
    )
    paid = england_table("practice_premises").assign(place="")
    return estimated_areas(practices, paid, Assumptions(assumptions), RunSettings(draws=draws))


def even_half(codes: pd.Series) -> BoolArray:
    """Practices whose code ends in an even digit: the half to which anything may be fitted."""
    last = codes.astype(str).str[-1]
    return np.array([digit in _DIGITS and int(digit) % 2 == 0 for digit in last])


def dispersion(estimates: EstimatedAreas, assumptions: pd.DataFrame, even: bool) -> Dispersion:
    """How payments of half of England's practices are dispersed, and how many lie where the model says."""
    beliefs = area_beliefs(Assumptions(assumptions), RunSettings(draws=2))
    practices = estimates.practices
    here = (even_half(practices["practice"]) == even) & (
        practices["registered_patients"].to_numpy(dtype=float) >= _LEAST_PATIENTS
    )
    believed = here & np.isfinite(estimates.moved)
    implied = estimates.implied[believed]
    of_place = pd.factorize(practices["place"][believed])[0].astype(np.int64)
    logs = np.log(implied / beliefs.payment_area[0])
    low, middle, high = np.quantile(implied, (0.1, 0.5, 0.9))
    # Of any place: places differ by as much as half of a place's difference takes practices to be believed.
    of_any_place = beliefs.payment_spread * np.sqrt(1 + 1 / beliefs.place_practices)
    beyond = (logs - np.log(beliefs.payment_median)) / of_any_place
    return Dispersion(
        practices=int(believed.sum()),
        not_believed_percent=float(100 * (1 - believed.sum() / here.sum())),
        implied=(float(low), float(middle), float(high)),
        payments=payment_spread(logs, of_place),
        covered=float(100 * (np.abs(beyond) <= NORMAL_P90).mean()),
    )


def read_survey(path: Path, practices: pd.DataFrame) -> pd.DataFrame:
    """A survey's practices and areas; raises BadInput with every cell that is wrong, by row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput([Finding(path.name, None, None, inert(str(error), 120), "a CSV file")]) from None
    missing = [name for name in COLUMNS if not lines or name not in lines[0]]
    if missing:
        raise BadInput([Finding(path.name, 1, missing[0], "no such column", ", ".join(COLUMNS))])
    known, seen, findings = set(practices["practice"]), set(), []
    rows: list[tuple[str, float]] = []
    for number, line in enumerate(lines, start=2):
        code, cell = (str(line[name] or "").strip() for name in COLUMNS)
        if code not in known:
            findings.append(Finding(path.name, number, COLUMNS[0], inert(code, 30), "a practice of England"))
        elif code in seen:
            findings.append(Finding(path.name, number, COLUMNS[0], inert(code, 30), "each practice once"))
        seen.add(code)
        area = _number(cell)
        if area is None or not SMALLEST <= area <= LARGEST:
            expected = f"gross square metres from {SMALLEST:g} to {LARGEST:,.0f}"
            findings.append(Finding(path.name, number, COLUMNS[1], inert(cell, 30), expected))
        else:
            rows.append((code, area))
    if findings:
        raise BadInput(findings)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def survey_report(estimates: EstimatedAreas, survey: pd.DataFrame) -> SurveyReport | None:
    """Scores of a survey on its odd half, with a calibration on its even half; None where it is too small."""
    at = pd.Index(estimates.practices["practice"]).get_indexer(survey["practice"])
    found = survey["gross_internal_area_m2"].to_numpy(dtype=float)
    fitted = even_half(survey["practice"])
    if (~fitted).sum() < FEWEST:
        return None
    whole = [_ends(estimates.of(AREA, payments)[at]) for payments in (True, False)]
    (of_even, of_odd), (_, lists) = ([_part(ends, mask) for mask in (fitted, ~fitted)] for ends in whole)
    report = SurveyReport(
        kept_out=int((~fitted).sum()),
        estimated=survey_scores(*of_odd, found[~fitted]),
        from_lists=survey_scores(*lists, found[~fitted]),
        calibrated=None,
        factor=1.0,
        width=1.0,
    )
    if fitted.sum() < FEWEST:
        return report
    factor, width = survey_calibration(*of_even, found[fitted])
    middle, low, high = of_odd
    adjusted = (
        middle * factor,
        middle * factor * (low / middle) ** width,
        middle * factor * (high / middle) ** width,
    )
    scores = survey_scores(*adjusted, found[~fitted])
    return dataclasses.replace(report, calibrated=scores, factor=factor, width=width)


_Ends = tuple[FloatArray, FloatArray, FloatArray]


def _ends(draws: FloatArray) -> _Ends:
    """Principal, P10 and P90 (building,) of draws (building, draw)."""
    found = summarise(draws, axis=1)
    return found.principal, found.p10, found.p90


def _part(ends: _Ends, mask: BoolArray) -> _Ends:
    low, middle, high = (each[mask] for each in ends)
    return low, middle, high
