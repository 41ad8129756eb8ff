"""The pipeline: a row a neighbourhood team and hub, with what is known and blanks for what a user knows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.estates.choices.area_gaps import FLOOR, ROOMS, AreaGaps
from assets.estates.choices.area_people import AreaPeople
from assets.estates.choices.budget_lines import Answer
from assets.estates.choices.least_cost_plans import LEAST_COST, Plan
from assets.estates.choices.option_terms import NOTHING, AreaOptions
from models.arrays import FloatArray
from models.estates.estate_options import people_without_space
from models.estates.existing_capacity import sustained_from

SHOWN = (2025, 2030, 2035, 2040)
FIELDS = (
    "service_model", "site_constraints", "planning", "digital", "alignment_with_criteria", "engagement",
    "disposals_enabled",
)  # fmt: skip
"""What NHS England asked boards for in April 2026 that no forecast knows."""
SURE = 0.8
EVEN = 0.5
_QUANTILES = {"p10": 10.0, "p50": 50.0, "p90": 90.0}


class Ranked(NamedTuple):
    """(area,) rank from 1, patients without space in the plan's year, chance of a gap, first year over."""

    rank: NDArray[np.int64]
    people_short: FloatArray
    probability: FloatArray
    first_year: FloatArray


def ranked(areas: AreaGaps, patients: FloatArray, plan_year: int) -> Ranked:
    """Areas in order: sure gaps first, then by patients without space, then by year and code.

    patients: (area,) of the plan's year. A gap is sure where four in five draws have one. Where it is not
    known what exists an area comes last.
    """
    at = areas.at(plan_year)
    gap = areas.floor_gap
    short = np.nan_to_num(
        people_without_space(patients, areas.floor_required[:, at], areas.floor_existing[:, at])
    )
    probability = np.where(areas.known[:, None], (gap[..., 1:] > 0).mean(axis=-1), np.nan)
    years = [sustained_from(of_area, EVEN, areas.years) for of_area in np.nan_to_num(probability)]
    first = np.array([np.nan if year is None else float(year) for year in years])
    sure = np.nan_to_num(probability[:, at]) >= SURE
    late = np.where(np.isnan(first), np.inf, first)
    order = sorted(
        range(len(areas.codes)),
        key=lambda each: (
            not areas.known[each], not sure[each], -short[each], late[each], areas.codes[each],
        ),
    )  # fmt: skip
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return Ranked(rank, short, probability[:, at], first)


def pipeline_rows(
    areas: AreaGaps,
    given: AreaOptions,
    lived: AreaPeople,
    patients: FloatArray,
    found: Ranked,
    choices: dict[str, Plan],
    answers: list[Answer],
    lead_time: int,
    funding: list[str],
    fields: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of `estates_pipeline`, by rank. funding: (area,) in words; fields: of `pipeline_fields`."""
    options = given.options
    at = areas.at(options.plan_year)
    rows: dict[str, object] = {
        "rank": found.rank,
        "area": areas.codes,
        "area_kind": areas.kinds,
        "area_name": areas.names,
        "place": areas.places,
        "year": options.plan_year,
    }
    for year in SHOWN:
        there = lived.years.index(year) if year in lived.years else None
        rows[f"people_{year}"] = np.nan if there is None else lived.people[:, there]
        rows[f"homes_{year}"] = np.nan if there is None else lived.homes[:, there]
    rows["patients"] = patients
    for name, required, existing, gap in (
        ("rooms", areas.rooms_required, areas.rooms_existing, areas.rooms_gap),
        ("m2", areas.floor_required, areas.floor_existing, areas.floor_gap),
    ):
        rows[f"{name}_required"] = required[:, at, 0]
        rows[f"{name}_existing"] = existing[:, at, 0]
        for quantile, percent in _QUANTILES.items():
            rows[f"{name}_gap_{quantile}"] = np.quantile(gap[:, at, 1:], percent / 100, axis=-1)
    frame = pd.DataFrame(rows).assign(
        probability_short=found.probability,
        people_without_space=np.where(areas.known, found.people_short, np.nan),
        first_year_over=found.first_year,
        decide_by=found.first_year - lead_time,
    )
    costs = [_chosen(areas, given, choices, answers, area) for area in range(len(areas.codes))]
    frame = pd.concat([frame, pd.DataFrame(costs)], axis=1)
    frame = frame.assign(funding_known=funding)
    own = fields.set_index("area").reindex(areas.codes)
    for field in FIELDS:
        frame[field] = own[field].fillna("").to_numpy()
    return frame


def _chosen(
    areas: AreaGaps, given: AreaOptions, choices: dict[str, Plan], answers: list[Answer], area: int
) -> dict[str, object]:
    """What is chosen for an area: what its budgets carry, else the least-cost set, and what that costs."""
    answer = answers[area]
    name = answer.choice or LEAST_COST
    plan = choices[name]
    used = [
        str(row["option_name"])
        for row, amount in zip(given.options.rows, plan.amounts[area], strict=True)
        if amount > 0 and row["changes"] != NOTHING
    ]
    priced = given.priced(plan.amounts, given.beside)
    known = bool(areas.known[area])

    def total(values: FloatArray) -> float:
        return float(values[area].sum()) if known else np.nan

    return {
        "chosen_options": "; ".join(used),
        "chosen_for": answer.choice or None,
        "capital_gbp": total(priced.capital),
        "capital_low_bias_gbp": total(priced.capital_low),
        "capital_high_bias_gbp": total(priced.capital_high),
        "premises_revenue_gbp": total(priced.premises),
        "net_present_cost_gbp": total(priced.present),
        "budget_status": answer.status,
        "opens": answer.opens,
        "waits_for": answer.waits_for or None,
    }


def funding_words(
    areas: AreaGaps, schemes: pd.DataFrame, site_funding: pd.DataFrame, area_of: dict[str, str]
) -> list[str]:
    """(area,) schemes of general practice and sums secured there, or in its place where that is unknown.

    area_of: area by the neighbourhood or small area of a scheme.
    """
    of_practice = schemes[schemes["facility"].isin([*ROOMS, FLOOR])]
    of_area: dict[str, list[str]] = {code: [] for code in areas.codes}
    of_place: dict[str, list[str]] = {place: [] for place in areas.places}
    for row in of_practice.to_dict("records"):
        known = "funded" if row["funded"] == "yes" else "not funded"
        size = f"{row['quantity']:,.0f} {row['unit']}"
        words = f"{row['scheme_name']} ({size}, {row['opening_year']:.0f}, {known})"
        where = area_of.get(str(row["neighbourhood"]), "")
        of_area.get(where, of_place.get(str(row["place"]), [])).append(words)
    for row in site_funding.to_dict("records"):
        amount = "sum not published" if pd.isna(row["amount_gbp"]) else f"£{row['amount_gbp']:,.0f}"
        part = "" if row["health_part"] == "all" else ", its part for health not published"
        words = f"{row['name']} at {row['site_reference']} ({amount}{part})"
        of_place.get(str(row["place"]), []).append(words)
    said = []
    for code, place in zip(areas.codes, areas.places, strict=True):
        own, beside = ("; ".join(dict.fromkeys(words)) for words in (of_area[code], of_place[place]))
        elsewhere = f"in its place, where is not known: {beside}" if beside else ""
        said.append("; ".join(part for part in (own, elsewhere) if part) or "none on the registers")
    return said
