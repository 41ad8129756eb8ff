"""Practices in a site's catchment as a statement lists them: list, area, its basis, gap before the site."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

_NUMBERS = (
    *("registered_patients", "area_m2", "area_p10", "area_p90", "required_m2", "gap_m2"),
    *("probability_short", "consulting_rooms"),
)
AREA, ROOMS = "primary_care_gross_internal_area", "gp_consulting_rooms"


def practice_rows(
    sites: Collection[tuple[str, str]],
    site_catchments: pd.DataFrame,
    practice_places: pd.DataFrame,
    local_estates: pd.DataFrame,
) -> pd.DataFrame:
    """A row for each site (place, reference) and practice of its catchment; what is not known is empty.

    A practice outside the area has its name, distance and share alone.
    """
    near = site_catchments[site_catchments["kind"] == "practice"]
    wanted = [key in sites for key in zip(near["place"], near["site_reference"], strict=True)]
    columns = ["place", "site_reference", "code", "name", "distance_km", "share_percent", "basis"]
    rows = near.loc[wanted, columns].rename(
        columns={"code": "practice", "name": "practice_name", "basis": "catchment_basis"}
    )
    lists = dict(zip(practice_places["practice"], practice_places["registered_patients"], strict=True))
    # The first year told: that of the lists.
    first = local_estates["year"] == local_estates["year"].min()
    today = local_estates[first & (local_estates["area_kind"] == "practice")]

    def told(facility: str, measure: str, column: str) -> pd.Series:
        here = today[(today["facility"] == facility) & (today["measure"] == measure)]
        values = dict(zip(here["area"], here[column], strict=True))
        return pd.Series([values.get(each) for each in rows["practice"]], index=rows.index)

    made = rows.assign(
        registered_patients=pd.Series([lists.get(each) for each in rows["practice"]], index=rows.index),
        area_m2=told(AREA, "existing", "principal"),
        area_p10=told(AREA, "existing", "p10"),
        area_p90=told(AREA, "existing", "p90"),
        area_basis=told(AREA, "existing", "basis").fillna("unknown"),
        required_m2=told(AREA, "required", "principal"),
        gap_m2=told(AREA, "gap", "principal"),
        probability_short=told(AREA, "gap", "probability_short"),
        consulting_rooms=told(ROOMS, "existing", "principal"),
        rooms_basis=told(ROOMS, "existing", "basis").fillna("unknown"),
    )
    return made.astype(dict.fromkeys(_NUMBERS, "float64"))
