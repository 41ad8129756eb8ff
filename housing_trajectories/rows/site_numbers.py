"""A site's numbers beside its years: capacities, homes built before, bedrooms, coordinates.

What one cell says is told by `cell_values`; the homes of the years are read in `tables`.
"""

from __future__ import annotations

import re

import numpy as np

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.findings import Severity
from housing_trajectories.headings.table_headings import Headings
from housing_trajectories.rows.cell_values import LARGE, amount, amount_of_site, measure
from housing_trajectories.rows.coded_cells import AmountBlock, plain_numbers
from housing_trajectories.rows.site_rows import HOME_NUMBERS

_POINT = re.compile(
    r"^(?:SRID=\d+;)?POINT\s*Z?\s*\(\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)(?:\s+-?\d+(?:\.\d+)?)?\s*\)$",
    re.I,
)
_MEASURES = ("geo_x", "geo_y", "hectares")


def site_numbers(
    rows: list[list[object]], numbers: list[int], headings: Headings, findings: FindingList
) -> dict[str, np.ndarray]:
    """Columns of numbers beside the years, by field; ranges of a capacity give its ends."""
    result: dict[str, np.ndarray] = {}
    for name in (*HOME_NUMBERS, *_MEASURES):
        position = headings.fields.get(name)
        if position is None:
            continue
        plain_column = plain_numbers(rows, [position], whole=name in HOME_NUMBERS)
        if plain_column is not None:
            result[name] = plain_column[:, 0]
            continue
        block = AmountBlock(rows, [position], amount_of_site if name in HOME_NUMBERS else measure)
        dates = not headings.own and _are_dates(block)
        result[name] = np.where(dates & block.where(lambda a: a.issue == LARGE), np.nan, block.value)[:, 0]
        if name == "capacity_dwellings" and block.has_ends:
            for end, values in (("capacity_low", block.low), ("capacity_high", block.high)):
                result[end] = values[:, 0]
        plain = {"", "blank", "decimal number", "part of a home", LARGE}
        if not headings.own and name not in _MEASURES:
            plain = {"", "blank"}
        for row, _ in np.argwhere(block.where(lambda a, plain=plain: a.issue not in plain))[:500]:  # type: ignore[misc]
            found = block.amounts[block.codes[row, 0]]
            if dates and found.issue == LARGE:
                found = amount(block.cells[block.codes[row, 0]])
            odd = found.state == "unreadable" and (name in _MEASURES or found.issue == "percentage")
            severity: Severity = "warning" if found.state == "unknown" or odd else found.severity
            findings.add(
                found.issue,
                f"'{block.cells[block.codes[row, 0]]}'",
                f"a number ({name})",
                severity,
                row=numbers[row],
                column=position + 1,
                heading=headings.heading(name),
                done=found.done or "left out",
            )
    _put_points(result, rows, numbers, headings, findings)
    low, high = result.get("capacity_low"), result.get("capacity_high")
    if low is not None and high is not None:
        middle = (low + high) / 2
        stated = result.get("capacity_dwellings", np.full(len(rows), np.nan))
        result["capacity_dwellings"] = np.where(np.isnan(stated), middle, stated)
    elif low is not None and "capacity_dwellings" not in result:
        result["capacity_dwellings"] = low
    return result


def _are_dates(block: AmountBlock) -> bool:
    """Whether most of a column's different numbers are such as a spreadsheet counts days with: dates."""
    large = sum(a.issue == LARGE for a in block.amounts)
    return large > 1 and 2 * large > sum(a.state == "number" for a in block.amounts)


def _put_points(
    result: dict[str, np.ndarray],
    rows: list[list[object]],
    numbers: list[int],
    headings: Headings,
    findings: FindingList,
) -> None:
    """Coordinates of a column such as `POINT (-0.41 51.88)`, where there are none in columns of their own."""
    position = headings.fields.get("point")
    if position is None or "geo_x" in result:
        return
    result["geo_x"], result["geo_y"] = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for index, row in enumerate(rows):
        text = str(row[position]).strip()
        match = _POINT.match(text)
        if match:
            result["geo_x"][index], result["geo_y"][index] = float(match[1]), float(match[2])
        elif text:
            findings.add(
                "invalid number",
                f"'{text}'",
                "a point such as POINT (-0.41 51.88)",
                "warning",
                row=numbers[index],
                column=position + 1,
                heading=headings.heading("point"),
                done="left out",
            )
