"""The register of every building: what it has of each facility, on what basis, and what is not known."""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Sequence

import dagster as dg
import numpy as np
import pandas as pd

from assets.buildings.practice_areas import (
    FACILITIES,
    EstimatedAreas,
    estimated_areas,
)
from assets.buildings.practice_buildings import practice_rows
from assets.buildings.returned_capacity import dental_volumes, returned_beds
from assets.buildings.trust_site_buildings import trust_site_buildings
from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import without_rows
from assets.inputs.settings import RunSettings
from assets.tables.declarations import TABLES
from models.uncertainty.ensemble import summarise

_PRACTICE = "general practice"
_NOT_VALIDATED = "Not validated: ranks what to survey, never supports a contribution requested"
_ESTIMATE_SOURCE = "gp_payments_2022_23"
_LISTS = "nhs_england_registered_patients"


@dg.asset(group_name="estates")
def estates_register(
    premises: pd.DataFrame,
    practice_places: pd.DataFrame,
    practice_premises: pd.DataFrame,
    facilities: pd.DataFrame,
    trust_sites: pd.DataFrame,
    trust_beds: pd.DataFrame,
    dental_contracts: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Every building by facility: surveyed, published, estimated, or unknown with the reason."""
    known = Assumptions(assumptions)
    units = dict(zip(facilities["facility"], facilities["unit"], strict=True))
    estimates = estimated_areas(practice_places, practice_premises, known, settings)
    year = int(known.value("estates.practice_lists_year"))
    return register_of(
        [
            *(practice_buildings(estimates, premises, each, units[each], year) for each in FACILITIES),
            premises_buildings(premises, practice_places),
            trust_site_buildings(trust_sites),
            returned_beds(trust_beds),
            dental_volumes(dental_contracts),
        ]
    )


def register_of(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of buildings as the declared table; columns that a part does not have are empty.

    Where parts have the same building and facility, the first of them stands. Raises ValueError where one
    part has them twice.
    """
    table = TABLES["estates_register"]
    keys = list(table.keys)
    filled = [part.reindex(columns=table.column_names) for part in parts if len(part)]
    for part in filled:
        if part.duplicated(keys).any():
            twice = part.loc[part.duplicated(keys), keys].iloc[0].tolist()
            raise ValueError(f"a building has a facility twice in the register: {twice}")
    if not filled:
        return without_rows(table)
    text = [column.name for column in table.columns if column.kind == "text"]
    whole = pd.concat([part.astype(dict.fromkeys(text, "str")) for part in filled], ignore_index=True)
    numbers = [name for name in table.column_names if name not in text]
    whole = whole.astype(dict.fromkeys(numbers, "float64")).drop_duplicates(keys)
    return whole.sort_values(keys, ignore_index=True)


def practice_buildings(
    estimates: EstimatedAreas, premises: pd.DataFrame, facility: str, unit: str, year: int
) -> pd.DataFrame:
    """A row a practice of one facility: as surveyed, else as estimated with its interval."""
    found = summarise(estimates.of(facility), axis=1)
    own = practice_rows(estimates.practices, premises)
    # A branch that was surveyed is a building of its own.
    own = own[(own["facility"] == facility) & (own["site_code"] == own["owner"]) & own["quantity"].notna()]
    own = own.set_index("owner").reindex(estimates.practices["practice"])
    counted, quantity = own["quantity"].notna().to_numpy(), own["quantity"].to_numpy(dtype=float)
    believed = np.isfinite(estimates.moved)
    rows = pd.DataFrame(
        {
            "building": estimates.practices["practice"],
            "facility": facility,
            "building_name": estimates.practices["practice_name"],
            "kind": _PRACTICE,
            "place": estimates.practices["place"],
            "practice": estimates.practices["practice"],
            "pcn": estimates.practices["pcn"],
            "msoa": estimates.practices["msoa"],
            "unit": unit,
            "value": np.where(counted, quantity, found.principal),
            "p10": np.where(counted, quantity, found.p10),
            "p90": np.where(counted, quantity, found.p90),
            "moved_by_payment_percent": np.where(counted, np.nan, 100 * (estimates.moved - 1)),
            "basis": np.where(counted, "surveyed", "estimated"),
            "as_of": pd.Series(np.where(believed, "2022/23", str(year))).where(~counted),
            "source_id": np.where(believed, _ESTIMATE_SOURCE, _LISTS),
            "evidence_grade": "C",
            "note": [_how(estimates, number) for number in range(len(estimates.practices))],
        }
    )
    for name in ("source_id", "evidence_grade", "note"):
        rows[name] = rows[name].astype(object).where(~counted, own[name].astype(object).to_numpy())
    return rows


def _how(estimates: EstimatedAreas, number: int) -> str:
    """What an estimate rests on, in a sentence."""
    if estimates.why[number]:
        rests = f"From its list alone: {estimates.why[number]}"
    else:
        moved = 100 * (estimates.moved[number] - 1)
        rests = f"From its payment for premises, which moves the prior by {moved:+.0f} %"
    return f"{rests}. Its branches are within it. {_NOT_VALIDATED}"


def premises_buildings(premises: pd.DataFrame, practice_places: pd.DataFrame) -> pd.DataFrame:
    """A row for every other row of the register: trust sites with their beds, clinics, branches."""
    practices = set(practice_places["practice"])
    other = premises[~(premises["site_code"].isin(practices) & premises["facility"].isin(FACILITIES))]
    known = other["quantity"].notna().to_numpy()
    branch = other["provider"].isna() & other["facility"].isin(FACILITIES)
    return pd.DataFrame(
        {
            "building": other["site_code"],
            "facility": other["facility"],
            "building_name": other["site_name"],
            "kind": np.where(other["provider"].notna(), "trust", np.where(branch, "branch", "community")),
            "place": other["place"],
            "provider": other["provider"],
            "msoa": other["neighbourhood"],
            "unit": other["unit"],
            "value": other["quantity"],
            "p10": other["quantity"],
            "p90": other["quantity"],
            "basis": np.where(known, np.where(branch, "surveyed", "published"), "unknown"),
            "source_id": other["source_id"],
            "evidence_grade": other["evidence_grade"],
            "note": other["note"],
        }
    )
