"""Reading a council's trajectory as it was sent, and saying what was understood of it: the list of passes.

Cells, located tables, rows by kind, typed columns, rows of sites, checks, the tidy table: each pass takes the
value of the one before and returns its own, and its remarks. Nothing is filled in silently, and nothing
raises: what cannot be used is a finding, and where it is an error the trajectory must not be used
(`Trajectory.usable`). When homes come, and whether they come, does not belong here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from housing_trajectories.checks.bedrooms import bedrooms_apart, with_words_beside
from housing_trajectories.checks.gaps import (
    filled_statuses,
    phased_unknown,
    silent_rows,
    without_ended,
    without_withdrawn,
)
from housing_trajectories.checks.homes import (
    meeting_capacity,
    mix_within_homes,
    negative_homes,
    net_of_losses,
    positive_losses,
    within_plan,
)
from housing_trajectories.checks.identity import placed, same_sites, unique_references
from housing_trajectories.checks.reference_figures import ReferenceFigures, reference_figures
from housing_trajectories.checks.sums import checked_totals, without_sums
from housing_trajectories.files.cells import content_of, sheets_in
from housing_trajectories.findings import inert
from housing_trajectories.headings.columns import heading_remarks
from housing_trajectories.headings.locate import LocatedTable, located
from housing_trajectories.headings.year_columns import financial_year_of, plan_period_in
from housing_trajectories.headings.year_labels import Meaning
from housing_trajectories.reading_options import ReadingOptions, kept_options
from housing_trajectories.remarks import Remark, any_error, findings_of, on_sheet, remark
from housing_trajectories.rows.hidden_and_merged import filled_down, out_of_sight
from housing_trajectories.rows.row_kinds import body_rows
from housing_trajectories.rows.site_rows import SiteRows, together
from housing_trajectories.rows.site_tables import TableOfSites, table_of_sites
from housing_trajectories.rows.tidy_table import empty_table, site_details, tidy_table
from housing_trajectories.rows.typed_table import typed_table
from housing_trajectories.schema import Trajectory


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
    content, remarks = content_of(path)
    digest = hashlib.sha256(content).hexdigest() if content is not None else ""
    kept, of_kept = kept_options(path, digest)
    told = ReadingOptions(years, base_date, plan_period, sheets, received, issue).over(kept)
    if told.received is None and content is not None:
        told = replace(told, received=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date())
    trajectory = Trajectory(
        inert(path.name),
        digest,
        empty_table(),
        received=told.received.isoformat() if told.received else "",
        base_date=told.base_date.isoformat() if told.base_date else "",
        issue=told.issue if told.issue is not None else inert(path.stem),
    )
    if content is not None:
        try:
            trajectory = _understood(trajectory, content, place, told, data)
        except MemoryError:
            remarks = [remark("table_too_large")]
        except Exception as error:  # a file may hold anything, and whatever it is must end in a finding
            remarks = [remark("unreadable", why=inert(f"{type(error).__name__}: {error}"))]
    own = trajectory.findings or findings_of(trajectory.file, remarks)
    return replace(trajectory, findings=(*of_kept, *own))


def _understood(
    trajectory: Trajectory, content: bytes, place: str | None, told: ReadingOptions, data: Path | None
) -> Trajectory:
    tables, remarks = _tables_in(content, trajectory.file, told)
    sites_of_rows = [table.sites for table in tables]
    tables, found = without_sums(tables)
    remarks += found
    day = told.base_date or next((table.base_date for table in tables if table.base_date), None)
    trajectory = replace(trajectory, base_date=day.isoformat() if day else "")
    figures = reference_figures(data)
    if tables:
        rows, found = without_ended(together([table.rows for table in tables]), day)
        remarks += found
        rows, found = without_withdrawn(rows, place, figures)
        remarks += found
    if not tables or not len(rows):
        if not any_error(remarks):
            remarks.append(remark("no_sites", found="no row of homes"))
        return replace(trajectory, findings=findings_of(trajectory.file, remarks, sites_of_rows))
    base_year = financial_year_of(day) if day else None
    words = tuple(text for table in tables for text in table.words_around)
    rows, last_years, found = _checked(rows, place, told, words, base_year, figures)
    named = {str(name) for name in rows.texts["sheet"]}
    remarks += on_sheet(found, (named.pop() or None) if len(named) == 1 else None)
    table = tidy_table(rows, base_year, last_years)
    if table.empty and not any_error(remarks):
        remarks.append(remark("no_homes", sites=len(rows)))
    return replace(
        trajectory,
        table=table,
        sites=site_details(rows, base_year, last_years),
        findings=findings_of(trajectory.file, remarks, sites_of_rows),
    )


def _tables_in(content: bytes, name: str, told: ReadingOptions) -> tuple[list[TableOfSites], list[Remark]]:
    """The file's tables as rows of sites."""
    sheets, remarks = sheets_in(content, name)
    tables, found = located(sheets, told.sheets)
    remarks += found
    if not tables and not any_error(remarks):
        remarks.append(remark("no_sites", found="no sheet with sites by year"))
    result = []
    for table in tables:
        sites, found = _sites_in(table, told)
        result.append(sites)
        remarks += on_sheet(found, table.sheet.name, table.lines)
    return result, remarks


def _sites_in(table: LocatedTable, told: ReadingOptions) -> tuple[TableOfSites, list[Remark]]:
    """A located table as rows of sites."""
    remarks = heading_remarks(table.sheet, table.headings)
    table, parts, of_merges = filled_down(table)
    body, of_kinds = body_rows(table)
    typed, of_columns = typed_table(table, body, parts, told)
    sites, of_rows = table_of_sites(typed)
    remarks += [*of_merges, *of_kinds, *out_of_sight(table, typed.numbers), *of_rows, *of_columns]
    return with_words_beside(sites, typed), [*remarks, *checked_totals(typed, sites.by_column)]


def _checked(
    rows: SiteRows,
    place: str | None,
    told: ReadingOptions,
    words: tuple[str, ...],
    base_year: int | None,
    figures: ReferenceFigures,
) -> tuple[SiteRows, dict[str, int], list[Remark]]:
    """The rows held against each other and the project's figures, what is the same for all filled in.

    With them the last financial year of the plan, by plan status.
    """
    rows, usual, remarks = placed(rows, place, figures)
    for check in (
        lambda rows: filled_statuses(rows, usual, figures),
        unique_references,
        lambda rows: net_of_losses(rows, words),
        lambda rows: (rows, silent_rows(rows)),
        lambda rows: phased_unknown(rows, figures),
        lambda rows: (rows, [*negative_homes(rows), *positive_losses(rows)]),
        lambda rows: meeting_capacity(rows, base_year),
        lambda rows: (rows, [*mix_within_homes(rows), *same_sites(rows)]),
        lambda rows: bedrooms_apart(rows, figures),
    ):
        rows, found = check(rows)
        remarks += found
    planned = rows
    if base_year is not None:  # what is before it is recorded
        homes = np.where(np.array(rows.years) < base_year, np.nan, rows.homes)
        planned = rows.with_blocks(homes=homes)
    last_years, found = within_plan(planned, usual, told.plan_period or plan_period_in(words), figures)
    return rows, last_years, [*remarks, *found]
