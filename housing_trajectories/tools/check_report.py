"""What `check` and `diff` print: findings and changes as tables, and in a few lines what was understood.

Those lines are such as a planner can hold against the council's own figures. Nothing that stands in a file is
taken as markup or code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.findings import Finding, inert
from housing_trajectories.rows.words import allowance_of
from housing_trajectories.schema import (
    RECORDED_REFERENCE,
    REMAINDER_REFERENCE,
    Trajectory,
    financial_year_label,
)
from housing_trajectories.terminal import Table, Terminal, styled
from housing_trajectories.tools.comparison import CHANGES, Comparison, compare

_COLOURS = {"error": "bold red", "warning": "yellow", "mended": "green"}
_NO_SITE = {RECORDED_REFERENCE, REMAINDER_REFERENCE}
_ALLOWANCE_STARTS = ("windfall", "lapse_allowance", "small_sites", "demolitions", "remainder")
_ORDER = {"error": 0, "warning": 1, "mended": 2}


def print_findings(findings: Sequence[Finding], console: Terminal) -> None:
    """A table of findings, errors first: file, sheet, cell, site, what was found, what was done, severity."""
    if not findings:
        return
    table = Table(show_lines=False)
    for heading in ("file", "sheet", "cell", "site", "found", "done", "severity"):
        table.add_column(heading, overflow="fold", ratio=4 if heading in ("found", "done") else None)
    for finding in sorted(findings, key=lambda f: _ORDER[f.severity]):
        table.add_row(
            *(
                inert(text, 160)
                for text in (finding.file, finding.sheet or "", place_of(finding), finding.site or "")
            ),
            inert(f"{finding.issue}: {finding.found}" if finding.issue else finding.found, 200),
            inert(finding.done or f"expected {finding.expected}", 160),
            styled((finding.severity, _COLOURS[finding.severity])),
        )
    console.print(table)


def place_of(finding: Finding) -> str:
    """The cell, or the row or column where there is no cell."""
    if finding.cell:
        return finding.cell
    return f"row {finding.row}" if finding.row is not None else finding.column or ""


def print_comparison(comparison: Comparison, console: Terminal) -> None:
    """A table of the sites that changed and by how many homes in which years."""
    if not comparison.sites:
        console.print("nothing changed")
        return
    table = Table()
    for heading in ("site", "name", "change", "homes before", "homes now", "difference by year"):
        table.add_column(heading, overflow="fold", justify="right" if heading.startswith("homes") else "left")
    for site in comparison.sites:
        formerly = f"formerly {site.formerly}" if site.formerly else ""
        now = f"now {site.statuses[1]}" if site.statuses else ""
        changes = [now if change == "planning status" else change for change in site.changes]
        table.add_row(
            inert(site.reference),
            inert(site.name),
            ", ".join(map(inert, [*changes, *([formerly] if formerly else [])])),
            f"{sum(site.before.values()):,.0f}",
            f"{sum(site.after.values()):,.0f}",
            ", ".join(f"{financial_year_label(y)} {homes:+,.0f}" for y, homes in site.difference.items()),
        )
    before, after = sum(comparison.before.values()), sum(comparison.after.values())
    console.print(table)
    console.print(f"{before:,.0f} homes before, {after:,.0f} now ({after - before:+,.0f})")


def echo(trajectory: Trajectory, figures: ReferenceFigures, last: Trajectory | None = None) -> list[str]:
    """Lines: homes, sites and years; homes by five years; against the plan and the last issue.

    The first reads `6,923 homes on 41 sites, 2025/26 to 2039/40`. Adopted and beyond-plan rows count; where
    a file has draft rows only, those do.
    """
    table = trajectory.table
    planned = table[~table["plan_status"].isin(["recorded", "draft"])]
    drafts = table[table["plan_status"].eq("draft")]
    if planned.empty:
        planned, drafts = drafts, drafts.iloc[:0]
    lines = [first_line(planned)]
    if planned.empty:
        return lines
    lines.extend(_by_five_years(planned))
    lines.extend(_apart(table, planned))
    after = planned.loc[planned["year"].gt(figures.last_year), "planned_net_dwellings"].sum()
    if after:
        end = financial_year_label(figures.last_year)
        lines.append(f"after {end}, the last year of the forecast: {after:,.0f} homes")
    if len(drafts):
        lines.append(f"draft rows besides: {first_line(drafts)}")
    lines.extend(_against_plans(planned, figures))
    lines.extend(_against_last(trajectory, last))
    return lines


def first_line(planned: pd.DataFrame) -> str:
    """`6,923 homes on 41 sites, 2025/26 to 2039/40` of planned rows."""
    homes = planned["planned_net_dwellings"]
    total = round(float(homes.sum()))
    building = planned[homes.ne(0)]
    references = building.drop_duplicates(["place", "site_reference"])
    named = [
        not (reference in _NO_SITE or reference.startswith(_ALLOWANCE_STARTS) or allowance_of(name))
        for reference, name in zip(references["site_reference"], references["site_name"], strict=True)
    ]
    sites = sum(named)
    words = f"{total:,} home{'' if total == 1 else 's'} on {sites:,} site{'' if sites == 1 else 's'}"
    if building.empty:
        return words
    first, last = (
        financial_year_label(int(year)) for year in (building["year"].min(), building["year"].max())
    )
    return f"{words}, {first} to {last}"


def _by_five_years(planned: pd.DataFrame) -> Iterator[str]:
    by_year = planned.groupby("year")["planned_net_dwellings"].sum()
    by_year = by_year[by_year.ne(0).cummax() & by_year.ne(0)[::-1].cummax()[::-1]]
    if by_year.empty:
        return
    first, last = int(by_year.index.min()), int(by_year.index.max())
    parts = []
    for start in range(first, last + 1, 5):
        end = min(start + 4, last)
        homes = by_year[(by_year.index >= start) & (by_year.index <= end)].sum()
        parts.append(f"{financial_year_label(start)} to {financial_year_label(end)} {homes:,.0f}")
    yield "by five years: " + "; ".join(parts)


def _apart(table: pd.DataFrame, planned: pd.DataFrame) -> Iterator[str]:
    recorded = table[table["plan_status"].eq("recorded")]["planned_net_dwellings"].sum()
    if recorded:
        yield f"recorded before, not in these: {recorded:,.0f} homes"
    for column, words in (("communal_bedrooms", "class C2"), ("student_bedrooms", "students")):
        bedrooms = planned[column].sum()
        if bedrooms:
            yield f"bedrooms of {words}, for the communal population: {bedrooms:,.0f}"
    low = planned["planned_low"].fillna(planned["planned_net_dwellings"]).sum()
    high = planned["planned_high"].fillna(planned["planned_net_dwellings"]).sum()
    total = planned["planned_net_dwellings"].sum()
    if not np.isclose(low, total) or not np.isclose(high, total):
        yield f"with the ends of ranges: {low:,.0f} to {high:,.0f} homes"


def _against_plans(planned: pd.DataFrame, figures: ReferenceFigures) -> Iterator[str]:
    """Homes in the plan's years against its requirement of those years; bedrooms by the published ratios."""
    for code, rows in planned.groupby("place"):
        place = str(code)
        status = "draft" if rows["plan_status"].eq("draft").all() else "adopted"
        plan = figures.plan(place, status)
        if plan is None:
            yield (
                f"{place}: no plan requirement is known"
                if place
                else "no place, so no plan requirement to hold it against"
            )
            continue
        within = rows[rows["year"].between(plan.first_year, plan.last_year)]
        if within.empty:
            yield (
                f"{plan.name}: no homes in its years, {financial_year_label(plan.first_year)} to "
                f"{financial_year_label(plan.last_year)}"
            )
            continue
        years = list(range(int(within["year"].min()), int(within["year"].max()) + 1))
        required = float(plan.annual_requirement(years).sum())
        homes = float(within["planned_net_dwellings"].sum())
        equivalent = float(
            within["communal_bedrooms"].sum() / figures.communal_bedrooms_per_home
            + within["student_bedrooms"].sum() / figures.student_bedrooms_per_home
        )
        also = f" and {equivalent:,.0f} for its bedrooms" if equivalent else ""
        share = (homes + equivalent) / required
        yield (
            f"{plan.name} requires {required:,.0f} in {financial_year_label(years[0])} to "
            f"{financial_year_label(years[-1])}: {homes:,.0f} homes{also}, {share:.0%}"
        )
        if not within["site_reference"].str.startswith(_ALLOWANCE_STARTS).any():
            yield "no windfall or other homes beside its sites: taken as all homes of those years"


def _against_last(trajectory: Trajectory, last: Trajectory | None) -> Iterator[str]:
    if last is None:
        yield "no last issue to hold it against (name one with --last)"
        return
    if last.sha256 == trajectory.sha256:
        yield f"the same file as the last issue, {last.file}: nothing changes"
        return
    comparison = compare(last, trajectory)
    before, after = sum(comparison.before.values()), sum(comparison.after.values())
    counts = [(kind, sum(kind in site.changes for site in comparison.sites)) for kind in CHANGES]
    words = ", ".join(f"{number} {kind}" for kind, number in counts if number) or "no site changed"
    yield f"last issue, {last.file}: {before:,.0f} homes, now {after:,.0f} ({after - before:+,.0f}); {words}"
