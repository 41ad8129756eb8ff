"""New models of care beside local_plan in one table: rooms, beds, money and staff of each place."""

from __future__ import annotations

import dagster as dg
import pandas as pd

from assets.tables.uncertain_table import released

_SPACE = ("rooms", "beds")
STAFF = "staff_required"
_EVERYBODY = "all"


@dg.asset(group_name="mitigation", kinds={"pandas"})
def models_of_care_compared(
    mitigation_effects: pd.DataFrame, facilities: pd.DataFrame, places: pd.DataFrame
) -> pd.DataFrame:
    """Rooms and beds required, capital, running cost and all staff, with and without new models of care."""
    space = facilities.loc[facilities["unit"].isin(_SPACE), "facility"]
    of_space = (mitigation_effects["subject_kind"] == "rooms_and_beds") & mitigation_effects["subject"].isin(
        space
    )
    of_staff = (
        (mitigation_effects["subject_kind"] == "staff")
        & (mitigation_effects["sector"] == _EVERYBODY)
        & (mitigation_effects["subject"] == _EVERYBODY)
    )
    rows = mitigation_effects[of_space | of_staff | (mitigation_effects["subject_kind"] == "money")]
    names = dict(zip(places["place"], places["place_name"], strict=True))
    named = rows.assign(
        subject=rows["subject"].where(rows["subject_kind"] != "staff", STAFF),
        place_name=rows["place"].map(names),
    )
    return released("models_of_care_compared", [named])
