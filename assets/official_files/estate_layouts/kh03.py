"""NHS England, bed availability and occupancy (KH03): the workbook of a quarter by trust, or a sheet as CSV.

Two rows of headings: Available, Occupied and % Occupied over Total, General & Acute, Learning Disabilities,
Maternity and Mental Illness. Overnight and day-only beds are two files that their title tells apart.
Critical care is in neither. Available beds are those open and staffed.
"""

from __future__ import annotations

import re

import pandas as pd

from assets.official_files.estate_layouts.named_columns import (
    NamedColumns,
    found_columns,
    plain,
    rows_below,
    text_of,
    top_of,
)
from assets.official_files.file_content import Content
from assets.official_files.official_file import OPEN_LICENCE, Known, Publication, Reading, Totals
from assets.tables.declarations import INPUT_TABLES

_SECTORS = {
    "general & acute": "general_and_acute",
    "learning disabilities": "learning_disabilities",
    "maternity": "maternity",
    "mental illness": "mental_illness",
}
_REGISTER = {"maternity": "maternity_beds"}
"""Sectors that the register of premises counts. General and acute beds are the daily reports', whose occupied
beds the requirement is calibrated on; mental health beds are counted by place, and a return is by trust."""
_WANTED = ("year", "org code", "org name", "total", *_SECTORS)
_QUARTER = {"june": 1, "september": 2, "december": 3, "march": 4}
_WITHIN = 0.6
"""Printed beds of four sectors are rounded, and so is their total."""


def recognises(content: Content) -> bool:
    """Whether a table has the sectors of beds by organisation."""
    return found_columns(content, _WANTED) is not None


def read(content: Content, known: Known) -> Publication:
    """Rows of trust_beds of our trusts, and of premises for maternity; raises BadInput."""
    reading = Reading(content, known)
    at = found_columns(content, _WANTED)
    if at is None:
        raise reading.refuse(None, None, "no table of beds", ", ".join(_WANTED))
    reading.sheet = at.sheet
    kind = _kind(reading, at)
    available, occupied = _groups(reading, at)
    code, year, period = (at.names.index(name) for name in ("org code", "year", _period(at)))
    totals = Totals(reading, "beds by organisation over sectors")
    rows: list[dict[str, object]] = []
    quarters: set[tuple[str, str]] = set()
    for number, cells in rows_below(reading, at):
        trust = text_of(cells[code]).upper()
        if not re.fullmatch(r"[A-Z0-9]{3,5}", trust):
            continue
        beds = {
            name: [
                reading.number(number, name, cells[start + 1 + place] or 0.0)
                for start in (available, occupied)
            ]
            for place, name in enumerate(_SECTORS)
        }
        for which, start in enumerate((available, occupied)):
            printed = reading.number(number, "total", cells[start] or 0.0)
            totals.hold(number, "total", sum(each[which] for each in beds.values()), printed, _WITHIN, trust)
        quarters.add((text_of(cells[year]), text_of(cells[period])))
        today = known.trusts.get(trust, trust)
        if today in known.providers:
            rows += [
                {
                    "provider": today,
                    "sector": _SECTORS[name],
                    "open": kind,
                    "available": one,
                    "occupied": other,
                }
                for name, (one, other) in beds.items()
            ]
    if len(quarters) != 1:
        reading.wrong(None, "period", f"{len(quarters)} quarters", "one quarter")
    reading.stop_if_wrong()
    if not rows:
        raise reading.refuse(None, "org code", "none of our trusts", ", ".join(sorted(known.providers)[:5]))
    totals.close()
    quarter, day = _dated(reading, *quarters.pop())
    return _publication(reading, pd.DataFrame(rows), kind, quarter, day)


def _kind(reading: Reading, at: NamedColumns) -> str:
    title = plain(" ".join(str(cell) for cells in top_of(reading.content, at) for cell in cells))
    title += " " + plain(reading.content.name.replace("-", " ").replace("_", " "))
    kinds = [kind for kind, word in (("overnight", "overnight"), ("day_only", "day only")) if word in title]
    if len(kinds) != 1:
        raise reading.refuse(
            None, None, " and ".join(kinds) or "no title", "beds open overnight, or day only"
        )
    return kinds[0]


def _groups(reading: Reading, at: NamedColumns) -> tuple[int, int]:
    """Columns of the totals of available and of occupied beds: each stands under its own heading."""
    starts = [number for number, name in enumerate(at.names) if name == "total"]
    for cells in reversed(top_of(reading.content, at)):
        named = [plain(cell) for cell in cells]
        if {"available", "occupied"} <= set(named):
            found = named.index("available"), named.index("occupied")
            sectors = list(_SECTORS)
            if all(start in starts and at.names[start + 1 : start + 5] == sectors for start in found):
                return found
    raise reading.refuse(at.row, "total", "no Available and Occupied over it", "two rows of headings")


def _period(at: NamedColumns) -> str:
    return next((name for name in ("period end", "period") if name in at.names), "year")


def _dated(reading: Reading, year: str, period: str) -> tuple[str, str]:
    """The quarter in words, and its last day."""
    month = next((word for word in _QUARTER if word in period.lower()), None)
    if not re.fullmatch(r"20\d\d[-/]\d\d", year) or month is None:
        raise reading.refuse(
            None, "period", f"{year} {period}", "a year as 2025-26 and the month a quarter ends"
        )
    quarter, first = _QUARTER[month], int(year[:4])
    ends = {1: f"{first}-06-30", 2: f"{first}-09-30", 3: f"{first}-12-31", 4: f"{first + 1}-03-31"}
    return f"{first}/{year[-2:]} Q{quarter}", ends[quarter]


def _publication(reading: Reading, rows: pd.DataFrame, kind: str, quarter: str, day: str) -> Publication:
    source = "nhs_england_kh03_" + quarter.lower().replace("/", "_").replace(" ", "_")
    # Trusts that have merged since are added up.
    beds = rows.groupby(["provider", "sector", "open"], as_index=False)[["available", "occupied"]].sum()
    beds = beds.assign(as_of=day, source_id=source, evidence_grade="A", note=f"{quarter}, open and staffed")
    tables = {"trust_beds": beds[INPUT_TABLES["trust_beds"].column_names]}
    counted = (
        beds[beds["sector"].isin(_REGISTER) & (beds["available"] > 0)] if kind == "overnight" else beds[:0]
    )
    uncounted = counted["available"] == counted["occupied"]
    for trust in counted.loc[uncounted, "provider"]:
        reading.unused.append(
            f"maternity beds of {trust} for the register: as many open as occupied, no count"
        )
    premises = reading.known.premises
    register = premises[premises["facility"].isin(_REGISTER.values())].set_index("site_code")
    ours = counted[~uncounted & counted["provider"].isin(register.index)]
    if len(ours):
        renewed = register.loc[ours["provider"]].reset_index().assign(
            quantity=ours["available"].round(2).tolist(), surveyed=day, source_id=source, evidence_grade="A",
            note=f"{quarter}, all its sites",
        )  # fmt: skip
        tables["premises"] = renewed[INPUT_TABLES["premises"].column_names]
    reading.unused.append(
        "general and acute beds for the register, which has the daily reports' of the base year"
    )
    return Publication(
        publisher="NHS England",
        title=f"Bed availability and occupancy (KH03), {kind.replace('_', ' ')}",
        edition=quarter,
        tables=tables,
        proofs=tuple(reading.proofs),
        unused=tuple(reading.unused),
        source={
            "id": source,
            "title": "Bed availability and occupancy (KH03)",
            "publisher": "NHS England",
            "series": "available and occupied beds by sector and trust",
            "release": quarter,
            "licence": OPEN_LICENCE,
            "coverage": "NHS trusts in England",
            "note": "Beds open and staffed; critical care is not in the return.",
        },
        dated_by={"trust_beds": "as_of", "premises": "surveyed"},
    )
