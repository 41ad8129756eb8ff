"""Reading a council's trajectory as it was sent, and saying what was understood of it.

Puts together the file, its tables and the checks; each of them has a module of its own. Nothing is filled in
silently, and nothing raises: what cannot be used is a finding, and where it is an error the trajectory must
not be used (`Trajectory.usable`). When homes come, and whether they come, does not belong here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from housing_trajectories.checks.homes_checks import (
    check_capacity,
    check_negative,
    check_net,
    check_plan_period,
    check_positive_losses,
)
from housing_trajectories.checks.identity_checks import check_references, check_same_site
from housing_trajectories.checks.mix_checks import check_mix
from housing_trajectories.checks.place_checks import check_places
from housing_trajectories.checks.reference_figures import ReferenceFigures, reference_figures
from housing_trajectories.files.csv_file import csv_sheet
from housing_trajectories.files.sheets import LARGEST_FILE, FindingList, Sheet
from housing_trajectories.findings import Finding, inert
from housing_trajectories.headings.heading_rows import find_headings
from housing_trajectories.headings.summary_tables import without_summaries
from housing_trajectories.headings.table_blocks import tables_in
from housing_trajectories.headings.year_columns import financial_year_of, plan_period_in
from housing_trajectories.headings.year_labels import Meaning
from housing_trajectories.reading_options import ReadingOptions, kept_options
from housing_trajectories.rows.ended_sites import without_ended
from housing_trajectories.rows.site_rows import SiteRows, together
from housing_trajectories.rows.table_rows import TableRead, read_table
from housing_trajectories.rows.tidy_table import empty_table, site_details, tidy_table
from housing_trajectories.rows.unknown_homes import phase_unknown
from housing_trajectories.rows.use_classes import bedrooms_apart
from housing_trajectories.schema import RECORDED_REFERENCE, REMAINDER_REFERENCE, TOTAL_REFERENCE, Trajectory

_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument"


def read(
    path: Path | str,
    place: str | None = None,
    *,
    years: Meaning | None = None,
    base_date: date | None = None,
    plan_period: tuple[int, int] | None = None,
    sheets: Sequence[str] = (),
    received: date | None = None,
    issue: str | None = None,
    data: Path | None = None,
) -> Trajectory:
    """The trajectory in the .csv or .xlsx file at `path`, and every finding on the way; never raises.

    `place` is the GSS code of the council it must be of; the other options say what the file may not (see
    `ReadingOptions`), and where they are silent what is kept beside the file holds. An empty year says that
    the row does not speak of it; 0 says no home. `data` is a folder of the project's figures.
    """
    path = Path(path)
    findings = FindingList(inert(path.name))
    content = _content(path, findings)
    digest = hashlib.sha256(content).hexdigest() if content is not None else ""
    kept, of_kept = kept_options(path, digest)
    told = ReadingOptions(years, base_date, plan_period, sheets, received, issue).over(kept)
    identity = _identity(path, digest, told)
    if content is None:
        return _unread(identity, findings, of_kept)
    try:
        trajectory = _read(content, place, told, data, findings, identity)
        return replace(trajectory, findings=(*of_kept, *trajectory.findings))
    except MemoryError:
        findings.add("too large", "a table that does not fit in memory", "a trajectory", done="not read")
    except Exception as error:  # a file may hold anything, and whatever it is must end in a finding
        shown = inert(f"{type(error).__name__}: {error}")
        findings.add("cannot be read", shown, "a trajectory", done="not read: please send us this file")
    return _unread(identity, findings, of_kept)


def _unread(identity: dict[str, str], findings: FindingList, of_kept: Sequence[Finding]) -> Trajectory:
    return Trajectory(table=empty_table(), findings=(*of_kept, *findings.all()), **identity)  # type: ignore[arg-type]


def _read(
    content: bytes,
    place: str | None,
    told: ReadingOptions,
    data: Path | None,
    findings: FindingList,
    identity: dict[str, str],
) -> Trajectory:
    figures = reference_figures(data)
    tables = _tables(_sheets(content, identity["file"], findings), told, findings)
    tables = without_summaries(tables, findings)
    texts = tuple(text for table in tables for text in table.texts)
    day = told.base_date or next((table.base_date for table in tables if table.base_date), None)
    identity = identity | {"base_date": day.isoformat() if day else ""}
    rows = together([table.rows for table in tables]) if tables else None
    rows = without_ended(rows, day, findings) if rows is not None else None
    if rows is None or not len(rows):
        if not findings.has_error():
            findings.add(
                "no table", "no row of homes", "a row a site and a column a year", done="nothing read"
            )
        return _unread(identity, findings, ())
    base_year = financial_year_of(day) if day else None
    named = {str(name) for name in rows.texts["sheet"]}
    findings.sheet = named.pop() or None if len(named) == 1 else None
    last_years = _check(rows, place, told, texts, base_year, figures, findings)
    findings.sheet = None
    table = tidy_table(rows, base_year, last_years)
    if table.empty and not findings.has_error():
        findings.add(
            "no table", "no homes in any year", "a row a site and a column a year", done="nothing read"
        )
    sites = site_details(rows, base_year, last_years)
    return Trajectory(table=table, sites=sites, findings=findings.all(), **identity)


def _check(
    rows: SiteRows,
    place: str | None,
    told: ReadingOptions,
    texts: tuple[str, ...],
    base_year: int | None,
    figures: ReferenceFigures,
    findings: FindingList,
) -> dict[str, int]:
    """Hold the rows against each other and the project's figures; fill in what is the same for all.

    Returns the last financial year of the plan, by plan status.
    """
    usual = check_places(rows, place, figures, findings)
    _fill_statuses(rows, usual, figures, findings)
    check_references(rows, findings)
    check_net(rows, texts, findings)
    _silent_rows(rows, findings)
    phase_unknown(rows, figures, findings)
    check_negative(rows, findings)
    check_positive_losses(rows, findings)
    check_capacity(rows, findings, base_year)
    check_mix(rows, findings)
    check_same_site(rows, findings)
    bedrooms_apart(rows, figures, findings)
    period = told.plan_period or plan_period_in(texts)
    return check_plan_period(
        rows if base_year is None else _from(rows, base_year), usual, period, figures, findings
    )


def _from(rows: SiteRows, base_year: int) -> SiteRows:
    """The rows without years before the base date, which are recorded."""
    later = rows.take(np.arange(len(rows)))
    later.homes = np.where(np.array(rows.years) < base_year, np.nan, rows.homes)
    return later


def _tables(sheets: list[Sheet], told: ReadingOptions, findings: FindingList) -> list[TableRead]:
    result = []
    for sheet in sheets:
        findings.sheet = sheet.name
        if told.sheets and sheet.name not in told.sheets:
            continue
        blocks = [sheet] if sheet.hidden and not told.sheets else tables_in(sheet, findings)
        for block in blocks[:-1]:
            own = find_headings(block)
            if own is not None and own.has_sites and (own.years or own.is_long):
                result.append(read_table(block, own, told.years, told.base_date, findings))
        sheet = blocks[-1]
        headings = find_headings(sheet) if sheet.rows else None
        has_table = headings is not None and headings.has_sites and (headings.years or headings.is_long)
        if sheet.hidden and not told.sheets:
            what = "a hidden sheet with a table" if has_table else "a hidden sheet"
            findings.add(
                "hidden sheet",
                what,
                "sheets in sight",
                "warning" if has_table else "mended",
                done="left out; ask for it with --sheet",
            )
        elif has_table and headings is not None:
            result.append(read_table(sheet, headings, told.years, told.base_date, findings))
        elif len(sheets) > 1 and not told.sheets:
            findings.add(
                "sheet without sites",
                f"{len(sheet.rows):,} rows, no table of sites by year",
                "a row a site and a column a year",
                "mended",
                done="left out",
            )
        else:
            _report_no_table(sheet, findings)
    findings.sheet = None
    for name in told.sheets:
        if name not in [sheet.name for sheet in sheets]:
            findings.add("no such sheet", f"'{name}', asked for", "a sheet of the file")
    if not result and not findings.has_error():
        findings.add(
            "no table", "no sheet with sites by year", "a row a site and a column a year", done="nothing read"
        )
    return result


def _report_no_table(sheet: Sheet, findings: FindingList) -> None:
    if not sheet.rows:
        blank = f"{sheet.blank_rows:,} rows, all of them empty" if sheet.blank_rows else "an empty file"
        findings.add("no table", blank, "a row of headings and a row a site", done="nothing read")
        return
    headings = find_headings(sheet)
    if headings is not None and headings.has_sites:
        found = "sites without a year: a register, not a trajectory"
        findings.add(
            "no table",
            found,
            "a column a year, such as 2024/25",
            row=sheet.numbers[headings.last],
            done="nothing read",
        )
    elif headings is not None:
        found = "years, but no column that names or numbers sites"
        findings.add(
            "no table",
            found,
            "a column of references or names",
            row=sheet.numbers[headings.last],
            done="nothing read",
        )
    else:
        findings.add(
            "no table",
            "no row of headings in the first rows",
            "headings such as site reference, name, 2024/25",
            row=sheet.numbers[0],
            done="nothing read",
        )


def _fill_statuses(
    rows: SiteRows, place: str | None, figures: ReferenceFigures, findings: FindingList
) -> None:
    """Statuses that the file leaves empty: said once for all rows."""
    texts = rows.texts
    texts["plan_status"][texts["plan_status"] == ""] = "adopted"
    plan = figures.plan(place, "adopted") if place else None
    if plan is not None:
        texts["plan"][(texts["plan"] == "") & (texts["plan_status"] == "adopted")] = plan.name
    beyond = (texts["phasing_basis"] == "beyond_plan") & (texts["plan_status"] == "adopted")
    texts["plan_status"][beyond] = "beyond_plan"
    texts["phasing_basis"][texts["phasing_basis"] == ""] = "published"
    allowance = ~rows.is_site
    texts["planning_status"][allowance & (texts["planning_status"] == "")] = "mixed"
    without = texts["planning_status"] == ""
    if without.any():
        built = np.nan_to_num(rows.numbers["built_before"]) > 0
        texts["planning_status"][without] = np.where(built[without], "permissioned", "not permissioned")
        findings.add(
            "missing value",
            f"{int(without.sum())} rows without a planning status",
            "permissioned, not permissioned or pending decision",
            "warning",
            row=int(rows.numbers["row"][int(without.argmax())]),
            sheet=rows.sheet_of(int(without.argmax())),
            done="taken as not permissioned, or permissioned where homes are built",
        )
    reserved = np.isin(
        texts["site_reference"].astype(str), [TOTAL_REFERENCE, RECORDED_REFERENCE, REMAINDER_REFERENCE]
    )
    for index in np.flatnonzero(reserved & rows.is_site):
        reference = str(texts["site_reference"][index])
        texts["site_reference"][index] = f"site {reference}"
        findings.add(
            "reserved reference",
            f"'{reference}'",
            "another reference",
            "warning",
            row=int(rows.numbers["row"][index]),
            sheet=rows.sheet_of(index),
            done=f"kept as 'site {reference}'",
        )


def _silent_rows(rows: SiteRows, findings: FindingList) -> None:
    """Sites that say nothing of any year, or nought in all, and have no capacity that would tell."""
    beside = ["capacity_dwellings", "gross_capacity", "remaining", "built_before", "homes_beyond"]
    beside += ["communal_bedrooms", "student_bedrooms"]
    tells = np.any([~np.isnan(rows.numbers[name]) for name in beside], axis=0)
    bedrooms = np.nan_to_num(rows.communal) + np.nan_to_num(rows.student)
    nothing = ~(np.nan_to_num(rows.homes) + bedrooms).any(axis=1) & ~rows.unknown.any(axis=1)
    for index in np.flatnonzero(nothing & ~tells & rows.is_site & ~rows.is_recorded)[:300]:
        stated = bool(rows.stated[index].any())
        findings.add(
            "missing value",
            "a site of 0 homes in every year it states, without a capacity"
            if stated
            else "a site without homes in any year",
            "a number of homes in some year, or a capacity" if stated else "a number of homes, 0 for none",
            "warning",
            row=int(rows.numbers["row"][index]),
            sheet=rows.sheet_of(index),
            site=str(rows.texts["site_reference"][index]),
            done="kept with no homes" if stated else "in no year, not taken as 0",
        )


def _sheets(content: bytes, name: str, findings: FindingList) -> list[Sheet]:
    """The file's sheets; what it holds decides what it is, not its name."""
    suffix = Path(name).suffix.lower()
    if content[:4] == b"PK\x03\x04" and _OPEN_DOCUMENT in content[:120]:
        findings.add(
            "file type", "an OpenDocument file (.ods)", "a workbook saved as .xlsx, or .csv", done="not read"
        )
        return []
    if content[:4] == b"PK\x03\x04":
        # Imported here: most starts read CSV files, and the library of workbooks takes a fifth of a second.
        from housing_trajectories.files.workbook_file import workbook_sheets

        if suffix not in (".xlsx", ".xlsm"):
            findings.add(
                "file type",
                f"a workbook named {suffix or 'without an ending'}",
                ".xlsx",
                "warning",
                done="read as a workbook",
            )
        return workbook_sheets(content, findings)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        findings.add(
            "file type",
            "a workbook of Excel 97 to 2003, or one with a password",
            "a workbook saved as .xlsx",
            done="not read",
        )
        return []
    if content[:5] in (b"%PDF-", b"{\\rtf") or content[:4] in (
        b"\x89PNG",
        b"\xff\xd8\xff\xe0",
    ):
        findings.add("file type", "no table but a document or picture", ".csv or .xlsx", done="not read")
        return []
    if content[:2] == b"\x1f\x8b":
        findings.add("file type", "a packed file (gzip)", ".csv or .xlsx, unpacked", done="not read")
        return []
    if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        findings.add("file type", "a web page or XML", ".csv or .xlsx", done="not read")
        return []
    if suffix in (".xlsx", ".xlsm", ".xls", ".ods") and content:
        findings.add("file type", f"plain text named {suffix}", ".csv", "warning", done="read as CSV")
    return [csv_sheet(content, findings)]


def _content(path: Path, findings: FindingList) -> bytes | None:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            findings.add(
                "too large", f"{size:,} bytes", f"a file under {LARGEST_FILE:,} bytes", done="not read"
            )
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        findings.add("no such file", "no such file", f"a trajectory at {path.parent.name}/{inert(path.name)}")
        return None
    except (OSError, ValueError) as error:
        findings.add(
            "no such file", inert(str(getattr(error, "strerror", None) or error)), "a file that can be read"
        )
        return None
    if not content.strip():
        findings.add("no table", "an empty file", "a row of headings and a row a site", done="nothing read")
        return None
    return content


def _identity(path: Path, digest: str, told: ReadingOptions) -> dict[str, str]:
    received = told.received
    if received is None and digest:
        received = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    return {
        "file": inert(path.name),
        "sha256": digest,
        "received": received.isoformat() if received else "",
        "base_date": told.base_date.isoformat() if told.base_date else "",
        "issue": told.issue if told.issue is not None else inert(path.stem),
    }
