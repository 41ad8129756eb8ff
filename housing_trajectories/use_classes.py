"""Homes and bedrooms kept apart: class C3 is homes, class C2 and students' rooms house the communal
population.
"""

from __future__ import annotations

import re

import numpy as np

from housing_trajectories.sheets import FindingList
from housing_trajectories.site_rows import SiteRows

_COMMUNAL = re.compile(r"\bcare home\b|\bnursing home\b|\bC2\b|residential care|bed ?spaces?\b", re.I)
_TELLING = (
    "care home",
    "nursing",
    "c2",
    "residential care",
    "bedspace",
    "bed space",
    "student",
    "pbsa",
    "residence",
)
_STUDENT = re.compile(
    r"\bstudent (?:accommodation|bed|room|flat|hall|studio|village|scheme)|\bPBSA\b|halls? of residence", re.I
)


def bedrooms_apart(rows: SiteRows, findings: FindingList) -> None:
    """Move the numbers of C2 and student rows to their own columns, and phase bedrooms given without years.

    A site that reads like a care home or student scheme but states no use class is reported, not moved.
    """
    classes = rows.texts["use_class"]
    for name, block in (("C2", rows.communal), ("student", rows.student)):
        where = classes == name
        if where.any():
            block[where] = np.where(np.isnan(rows.homes[where]), block[where], rows.homes[where])
            rows.homes[where] = np.nan
            rows.low[where] = rows.high[where] = np.nan
            findings.add(
                "bedrooms",
                f"{int(where.sum())} rows of class {name}, {np.nansum(block[where]):,.0f} bedrooms",
                "homes of class C3",
                "mended",
                row=int(rows.numbers["row"][int(where.argmax())]),
                sheet=rows.sheet_of(int(where.argmax())),
                done="kept apart as bedrooms, for the communal population",
            )
    for name, block in (("communal_bedrooms", rows.communal), ("student_bedrooms", rows.student)):
        _phase_bedrooms(rows, name, block, findings)
    _report_unstated(rows, findings)


def _phase_bedrooms(rows: SiteRows, name: str, block: np.ndarray, findings: FindingList) -> None:
    """A site's bedrooms without a year come as its homes come."""
    given = np.nan_to_num(rows.numbers[name])
    for index in np.flatnonzero(given):
        homes = np.nan_to_num(rows.homes[index])
        row, site = int(rows.numbers["row"][index]), str(rows.texts["site_reference"][index])
        if homes.sum() <= 0:
            findings.add(
                "bedrooms",
                f"{given[index]:,.0f} bedrooms on a site without homes in any year",
                "a year for them",
                row=row,
                column=rows.column(int(index), name),
                site=site,
                done="not counted",
            )
            continue
        block[index] = np.where(homes != 0, given[index] * homes / homes.sum(), block[index])
        findings.add(
            "bedrooms",
            f"{given[index]:,.0f} bedrooms without a year",
            "bedrooms by year",
            "warning",
            row=row,
            column=rows.column(int(index), name),
            site=site,
            done="phased as the site's homes",
        )


def _report_unstated(rows: SiteRows, findings: FindingList) -> None:
    unstated = np.flatnonzero((rows.texts["use_class"] == "") & rows.is_site)
    everything = "\n".join(map(str, [*rows.texts["site_name"], *rows.texts["note"]])).lower()
    if not any(word in everything for word in _TELLING):
        return
    for index in unstated:
        text = f"{rows.texts['site_name'][index]} {rows.texts['note'][index]}"
        if _COMMUNAL.search(text) or _STUDENT.search(text):
            findings.add(
                "use class not stated",
                f"'{text.strip()}'",
                "use class C2 or student where these are bedrooms",
                "warning",
                row=int(rows.numbers["row"][index]),
                sheet=rows.sheet_of(index),
                site=str(rows.texts["site_reference"][index]),
                done="counted as homes of class C3",
            )
