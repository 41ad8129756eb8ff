"""All that England's tables say of an area, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from assets.areas.area_folder import AreaFolder
from assets.areas.area_selection import shares_said
from assets.areas.homes_inputs import homes_rows
from assets.areas.hospital_inputs import hospital_rows
from assets.areas.national_rows import AreaOfEngland, NationalRows
from assets.areas.people_inputs import people_rows
from assets.areas.premises_inputs import premises_rows
from assets.areas.service_inputs import service_rows
from assets.areas.small_areas.small_area_inputs import small_area_rows
from assets.areas.staff_inputs import staff_rows
from assets.areas.trust_site_inputs import trust_site_rows
from assets.england.national_tables import england_table

_STAGES = (
    people_rows,
    homes_rows,
    hospital_rows,
    service_rows,
    staff_rows,
    premises_rows,
    small_area_rows,
)
_TRAJECTORIES = (".csv", ".xlsx", ".xlsm")


def national_rows(
    area: AreaFolder, trajectories: Sequence[str] = (), trusts: Sequence[str] = ()
) -> list[NationalRows]:
    """Rows of input tables for an area, before its own rows replace any.

    trajectories: names of the files that its councils have sent. trusts: acute trusts that it names itself.
    """
    # Each table is read once a composition: stages only read what is loaded.
    england = AreaOfEngland(area.code, area.name, area.authorities, tuple(trusts), cache(england_table))
    return [
        _places(england, trajectories),
        *(rows for stage in _STAGES for rows in stage(england)),
        trust_site_rows(england),
        *_boundary(area),
    ]


def _places(area: AreaOfEngland, trajectories: Sequence[str]) -> NationalRows:
    """The area's councils, each with a trajectory under its code, and the area as a whole."""
    sent = {Path(name).stem: name for name in trajectories if Path(name).suffix in _TRAJECTORIES}
    names = area.load("authorities").set_index("code")["name"]
    rows = [
        {
            "place": code,
            "place_name": names[code],
            "kind": "place",
            "trajectory_file": sent.get(code, f"{code}.csv"),
        }
        for code in area.authorities
    ]
    rows.append({"place": area.code, "place_name": area.name, "kind": "system", "trajectory_file": None})
    return NationalRows("places", pd.DataFrame(rows), "published", "ons_code_history", "2025-04")


def _boundary(area: AreaFolder) -> list[NationalRows]:
    """What the area of a board has too much of or leaves out, as weaknesses of its figures."""
    said = shares_said(area.code, area.authorities)
    if not said:
        return []
    effect = "Totals of the area as a whole; figures by council are not affected."
    rows = [
        {"page": "population", "topic": "The area's boundary", "weakness": sentence, "effect": effect}
        for sentence in said
    ]
    return [
        NationalRows("weaknesses", pd.DataFrame(rows), "derived", "ons_geography_lookups", "2026-07", of="")
    ]
