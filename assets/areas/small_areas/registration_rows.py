"""Who registers where in the input table of flows: by distance, held to residents and to lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.areas.small_areas.surroundings import Surroundings
from assets.inputs.shared_assumptions import shared_value
from assets.tables.declarations import INPUT_TABLES
from models.arrays import BoolArray, FloatArray
from models.neighbourhoods.area_shapes import Pairs, to_the_edge
from models.neighbourhoods.registration import decay_a_kilometre, registered

OUTSIDE = "outside"
_AGE_GROUPS = (0, 15, 25, 45, 65, 75)
"""First ages: who moves, who is settled and who sees a practice most differ by them."""
_LEAST = 0.5
"""Patients of a flow that is told; smaller ones count with those of people who live outside."""


@dataclass(frozen=True)
class RegisteredFlows:
    """Rows of the input table; patients (pairs,) of pairs of small area and practice of the surroundings."""

    rows: NationalRows
    pairs: Pairs
    patients: FloatArray


def registration_rows(area: AreaOfEngland, around: Surroundings) -> RegisteredFlows:
    """Patients of each practice of an area by small area, and its residents who register outside."""
    groups = np.searchsorted(_AGE_GROUPS, np.arange(around.ages.shape[1]), side="right") - 1
    residents = np.add.reduceat(around.ages, np.flatnonzero(np.diff(groups, prepend=-1)), axis=1)
    # Ages are the census's, all people the latest estimates'.
    latest = around.small_areas["population"].to_numpy(float)
    residents *= (latest / residents.sum(axis=1))[:, None]
    decay = decay_a_kilometre(
        shared_value("england.registration_less_a_minute"), shared_value("england.travel_km_a_minute")
    )
    pairs = around.pairs()
    patients = registered(residents, _lists(area, around.practices), pairs, decay)
    frame = flow_table(around, pairs, patients, near_an_edge(around))
    columns = list(INPUT_TABLES["registered_flows"].column_names)
    return RegisteredFlows(
        NationalRows(
            "registered_flows", frame[columns], "derived", "nhs_england_registered_patients", "2026-07-01"
        ),
        pairs,
        patients,
    )


def _lists(area: AreaOfEngland, practices: pd.DataFrame) -> FloatArray:
    """(practices, age groups) patients on each list, in the order of the practices."""
    ages = area.load("practice_ages")
    ages = ages[ages["practice"].isin(practices["practice"])]
    group = np.searchsorted(_AGE_GROUPS, ages["age_from"], side="right") - 1
    table = ages.assign(group=group).pivot_table(
        index="practice", columns="group", values="patients", aggfunc="sum", fill_value=0
    )
    return (
        table.reindex(index=practices["practice"], columns=range(len(_AGE_GROUPS)), fill_value=0)
        .fillna(0)
        .to_numpy(float)
    )


def near_an_edge(around: Surroundings) -> BoolArray:
    """(practices,) whether a practice stands so near its small area's edge that it may lie in the next.

    One that no small area here has counts as near.
    """
    at = {code: number for number, code in enumerate(around.small_areas["msoa"])}
    own = [at.get(code) for code in around.practices["msoa"]]
    points = around.practices[["longitude", "latitude"]].to_numpy(float)
    found = np.ones(len(own), dtype=np.bool_)
    known = [number for number, code in enumerate(own) if code is not None]
    rings = [around.rings[code] for code in own if code is not None]
    found[known] = to_the_edge(points[known], rings) < shared_value("england.practice_edge_km")
    return found


def flow_table(
    around: Surroundings, pairs: Pairs, patients: FloatArray, uncertain: BoolArray
) -> pd.DataFrame:
    """Flows of at least half a patient: into the area's practices, and of its residents to those outside.

    A practice's patients sum to its list, small flows among those from outside; the shares of a small area's
    residents sum to 100 %.
    """
    ours = np.asarray(around.practices["place"] != "")
    residents = np.bincount(pairs.one, patients, len(around.small_areas))
    told = around.own[pairs.one] & ours[pairs.other] & (patients >= _LEAST)
    area, practice = pairs.one[told], pairs.other[told]
    # Down to a tenth, never up: what is told of a list is at most the list, and the rest comes from outside.
    inside = np.floor(10 * patients[told] + 1e-9) / 10
    small, practices = around.small_areas, around.practices
    codes, msoas = practices["practice"].to_numpy(), small["msoa"].to_numpy()
    flags = np.where(uncertain, "yes", "no")
    into = pd.DataFrame(
        {
            "msoa": msoas[area],
            "practice": codes[practice],
            "place": practices["place"].to_numpy()[practice],
            "patients": inside,
            "residents_share_percent": 100 * inside / residents[area],
            "uncertain": flags[practice],
        }
    )
    listed = np.bincount(practice, inside, len(practices))
    from_outside = pd.DataFrame(
        {
            "msoa": OUTSIDE,
            "practice": codes[ours],
            "place": practices["place"].to_numpy()[ours],
            "patients": (practices["registered_patients"].to_numpy() - listed)[ours].clip(min=0.0),
            "residents_share_percent": np.nan,
            "uncertain": flags[ours],
        }
    )
    elsewhere = (residents - np.bincount(area, inside, len(small)))[around.own].clip(min=0.0)
    to_outside = pd.DataFrame(
        {
            "msoa": msoas[around.own],
            "practice": OUTSIDE,
            "place": small["place"].to_numpy()[around.own],
            "patients": elsewhere,
            "residents_share_percent": 100 * elsewhere / residents[around.own],
            "uncertain": "no",
        }
    )
    table = pd.concat([into, from_outside, to_outside], ignore_index=True)
    table["basis"] = "distance"
    table = table.round({"patients": 1, "residents_share_percent": 3})
    return table.sort_values(["msoa", "practice"], ignore_index=True)
