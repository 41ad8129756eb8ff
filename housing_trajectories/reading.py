"""Reading a trajectory file into a Trajectory. Nothing is filled in: what cannot be used is a finding.

When homes come, and whether they come, does not belong here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import (
    PHASING_BASES,
    PLAN_STATUSES,
    PLANNING_STATUSES,
    SITE_COLUMNS,
    TIDY_COLUMNS,
    TOTAL_REFERENCE,
    Trajectory,
    financial_year,
)

_GSS_CODE = re.compile(r"^E0[6-9]0000\d{2}$|^E07000\d{3}$|^E09000\d{3}$")
_ALLOWED = {
    "plan_status": PLAN_STATUSES,
    "planning_status": PLANNING_STATUSES,
    "phasing_basis": PHASING_BASES,
}


def read(path: Path | str, place: str | None = None) -> Trajectory:
    """The trajectory in the wide CSV file at `path`, which must be of `place` where that is given.

    An empty cell of a year column says that the row does not speak of that year; 0 says no home. Raises
    BadInput with every finding that is an error.
    """
    path = Path(path)
    content = _content(path)
    records = list(csv.reader(io.StringIO(_text(path, content), newline="")))
    if not records:
        raise BadInput([Finding(path.name, 1, None, "an empty file", "a row of column names")])
    header = [name.strip() for name in records[0]]
    findings = list(_header_findings(path, header))
    if findings:
        raise BadInput(findings)
    position = {name: number for number, name in enumerate(header)}
    years = {name: year for name in header if (year := financial_year(name)) is not None}
    rows: list[dict[str, object]] = []
    seen: dict[tuple[str, str, int], int] = {}
    for number, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(header):
            findings.append(Finding(path.name, number, None, f"{len(record)} cells", f"{len(header)} cells"))
            continue
        cells = {name: record[position[name]].strip() for name in header}
        findings.extend(_text_findings(path, number, cells, place))
        numbers = {
            name: _whole_number(path, number, name, cells[name], findings, cells["phasing_basis"])
            for name in ("capacity_dwellings", "built_before", *years)
        }
        for name, year in years.items():
            homes = numbers[name]
            if homes is None:
                continue
            key = (cells["plan_status"], cells["site_reference"], year)
            if key in seen:
                findings.append(_repeated(path, number, cells["site_reference"], name, seen[key]))
                break
            seen[key] = number
            rows.append(
                {column: cells[column] for column in TIDY_COLUMNS if column in cells}
                | {
                    "year": year,
                    "planned_net_dwellings": homes,
                    "capacity_dwellings": numbers["capacity_dwellings"],
                    "built_before": numbers["built_before"],
                }
            )
    if not rows and not findings:
        findings.append(Finding(path.name, 2, None, "no homes in any year", "a row a site"))
    if findings:
        raise BadInput(findings)
    return Trajectory(path.name, hashlib.sha256(content).hexdigest(), _tidy(rows))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(
            [
                Finding(
                    path.name, None, None, "no such file", f"a trajectory at {path.parent.name}/{path.name}"
                )
            ]
        ) from None


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        found = f"byte 0x{content[error.start]:02x} that is not UTF-8"
        raise BadInput([Finding(path.name, row, None, found, "a file saved as CSV UTF-8")]) from None


def _header_findings(path: Path, header: list[str]) -> Iterator[Finding]:
    for name in SITE_COLUMNS:
        if name not in header:
            yield Finding(path.name, 1, name, "no such column", f"the columns {', '.join(SITE_COLUMNS)}")
    for name in header:
        if header.count(name) > 1:
            yield Finding(path.name, 1, name, "the column twice", "each column once")
            return
        if name not in SITE_COLUMNS and financial_year(name) is None:
            yield Finding(
                path.name, 1, name, f"column '{name}'", "a financial year such as 2024/25, or a known column"
            )
    if not any(financial_year(name) is not None for name in header):
        yield Finding(path.name, 1, None, "no year column", "a column a financial year, such as 2024/25")


def _text_findings(path: Path, number: int, cells: dict[str, str], place: str | None) -> Iterator[Finding]:
    code, reference = cells["place"], cells["site_reference"]
    if not _GSS_CODE.match(code) or (place is not None and code != place):
        expected = f"the GSS code {place}" if place else "the GSS code of a local authority in England"
        yield Finding(path.name, number, "place", f"'{code}'", expected)
    if reference in ("", TOTAL_REFERENCE):
        yield Finding(
            path.name, number, "site_reference", f"'{reference}'", "a reference, other than the total's"
        )
    for column, allowed in _ALLOWED.items():
        if cells[column] not in allowed:
            yield Finding(
                path.name,
                number,
                column,
                f"'{cells[column]}'",
                "one of " + ", ".join(allowed),
                site=reference,
            )


def _whole_number(
    path: Path, number: int, column: str, text: str, findings: list[Finding], basis: str
) -> int | None:
    """The number in a cell, None where it is empty; what is no number, or below zero, becomes a finding."""
    if text == "":
        return None
    try:
        value = int(text)
    except ValueError:
        findings.append(Finding(path.name, number, column, f"'{text}'", "a whole number of homes"))
        return None
    if value < 0 and basis != "recorded":
        findings.append(Finding(path.name, number, column, f"'{text}'", "a number of homes of at least 0"))
    return value


def _repeated(path: Path, number: int, reference: str, column: str, first: int) -> Finding:
    return Finding(
        path.name,
        number,
        "site_reference",
        f"'{reference}' a second time for {column} (first in row {first})",
        "each site once a plan status and year",
        site=reference,
    )


def _tidy(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(TIDY_COLUMNS))
    kinds = dict.fromkeys(TIDY_COLUMNS[:7], "str") | {"year": "int64", "planned_net_dwellings": "int64"}
    kinds |= {"capacity_dwellings": "float64", "built_before": "float64"}
    frame = frame.astype(kinds)
    order = {status: number for number, status in enumerate(PLAN_STATUSES)}
    ranks = frame["plan_status"].map(order)
    return frame.assign(rank=ranks).sort_values(
        ["rank", "site_reference", "year"], ignore_index=True, kind="stable"
    )[list(TIDY_COLUMNS)]
