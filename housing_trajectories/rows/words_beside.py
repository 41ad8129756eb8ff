"""Words of a row beside its name and notes: of columns not used otherwise, and of the heading above it.

They are kept for what they say of care homes and students' rooms; judging that belongs in `use_classes`.
"""

from __future__ import annotations

import bisect
import re

from housing_trajectories.files.sheets import Sheet
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.rows.bedroom_words import may_tell, telling_texts
from housing_trajectories.rows.row_kinds import BodyRows
from housing_trajectories.rows.site_rows import SiteRows

_COLUMNS = ("use_class", "planning_status", "permission_type")
_HEADING = re.compile(
    r"type|descri|propos|\buse\b|accommodat|comment|note|categor|development|product|detail", re.I
)


def put_words_beside(result: SiteRows, sheet: Sheet, headings: Headings, body: BodyRows) -> None:
    """Fill `words` and `section` of the rows where they may speak of bedrooms."""
    index_of = {int(number): index for index, number in enumerate(result.numbers["row"])}
    fields = headings.fields
    positions = [fields[name] for name in _COLUMNS if name in fields]
    positions += [p for p in headings.unused if _HEADING.search(headings.texts.get(p, ""))]
    for number in _telling_rows(sheet, [*positions, fields.get("site_name", 0)], body) if positions else ():
        index = index_of.get(sheet.numbers[number])
        if index is None:
            continue
        understood = result.texts["use_class"][index] != ""  # a class that was not is an error already
        row = sheet.rows[number]
        beside = [p for p in positions if p < len(row) and (understood or p != fields.get("use_class"))]
        result.texts["words"][index] = " ".join(str(row[p]).strip()[:200] for p in beside if row[p] != "")
    _put_sections(result, sheet, body, index_of)


def _telling_rows(sheet: Sheet, positions: list[int], body: BodyRows) -> list[int]:
    """Positions of the rows of which a cell in these columns may speak of bedrooms."""
    found: set[int] = set()
    for column in positions:
        cells = [str(row[column]) if column < len(row) else "" for row in (sheet.rows[p] for p in body.kept)]
        telling = telling_texts(set(cells))
        if telling:
            found.update(p for p, cell in zip(body.kept, cells, strict=True) if cell in telling)
    return sorted(found)


def _put_sections(result: SiteRows, sheet: Sheet, body: BodyRows, index_of: dict[int, int]) -> None:
    """The heading above each row, up to the next heading or total."""
    sections = [(position, label if may_tell(label) else "") for position, label in body.sections]
    if not any(label for _, label in sections):
        return
    sections = sorted([*sections, *((position, "") for position in body.totals)])
    starts = [position for position, _ in sections]
    for position in body.kept:
        above = bisect.bisect(starts, position) - 1
        index = index_of.get(sheet.numbers[position])
        if above >= 0 and index is not None:
            result.texts["section"][index] = sections[above][1]
