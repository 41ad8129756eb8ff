"""Findings and comparisons as tables on a terminal. Nothing that stands in a file is taken as markup
or code.
"""

from __future__ import annotations

from collections.abc import Sequence

from housing_trajectories.findings import Finding, inert
from housing_trajectories.schema import financial_year_label
from housing_trajectories.tools.comparison import Comparison
from housing_trajectories.tools.terminal import Table, Terminal, styled

_COLOURS = {"error": "bold red", "warning": "yellow", "mended": "green"}
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
