"""Homes to be confirmed: phased by the build-out rule where the site has a capacity, else an error.
Never 0.
"""

from __future__ import annotations

import numpy as np

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.delivery.phasing import build_out_rate
from housing_trajectories.files.sheets import FindingList
from housing_trajectories.findings import Severity
from housing_trajectories.rows.site_rows import SiteRows
from housing_trajectories.schema import financial_year_label

_ISSUE = "to be confirmed"
_SLACK = 0.51
_MOST_TOLD = 300


def phase_unknown(rows: SiteRows, figures: ReferenceFigures, findings: FindingList) -> None:
    """Fill the unknown years of each row that has a capacity with what is left of it.

    What is left is capacity less homes built before, stated in other years and beyond them. It comes at the
    build-out rate of the site's size from the first unknown year on, or evenly where that is too slow for
    the years there are.
    """
    open_rows = np.flatnonzero(rows.unknown.any(axis=1))
    if not len(open_rows):
        return
    unknown = rows.unknown[open_rows]
    capacity = rows.numbers["capacity_dwellings"][open_rows]
    before = np.nan_to_num(rows.numbers["built_before"][open_rows])
    beyond = np.nan_to_num(rows.numbers["homes_beyond"][open_rows])
    stated = np.nansum(rows.homes[open_rows], axis=1) + before + beyond
    left = capacity - stated
    count = unknown.sum(axis=1)
    with np.errstate(invalid="ignore"):
        phased = (left > -_SLACK) & (capacity >= 0)
        norm = np.array([build_out_rate(int(c), figures.build_out) if c >= 0 else 0 for c in capacity])
        rate = np.maximum(norm, np.ceil(left / count))
        earlier = np.cumsum(unknown, axis=1) - 1
        homes = np.clip(np.maximum(left, 0.0)[:, None] - earlier * rate[:, None], 0.0, rate[:, None])
    fill = unknown & phased[:, None]
    rows.homes[open_rows] = np.where(fill, homes, rows.homes[open_rows])
    rows.texts["phasing_basis"][open_rows[phased]] = "build_out_rule"
    for position, index in enumerate(open_rows[:_MOST_TOLD]):
        _tell(
            rows,
            int(index),
            unknown[position],
            capacity[position],
            stated[position],
            rate[position],
            norm[position],
            findings,
        )
    rest = phased[_MOST_TOLD:]
    findings.count(_ISSUE, int((~rest).sum()), "error")
    findings.count(_ISSUE, int(rest.sum()), "warning")


def _tell(
    rows: SiteRows,
    index: int,
    unknown: np.ndarray,
    capacity: float,
    stated: float,
    rate: float,
    norm: float,
    findings: FindingList,
) -> None:
    years = np.flatnonzero(unknown)
    labels = ", ".join(financial_year_label(rows.years[year]) for year in years[:4])
    labels += " …" if len(years) > 4 else ""
    words = rows.unknown_words.get(int(rows.numbers["row"][index]), "TBC")
    issue = "spreadsheet error" if words.startswith("#") or words.lower().startswith("err") else _ISSUE
    severity: Severity = "error"
    found, expected = f"'{words}', homes not known in {labels}", "a number, or a capacity to phase by rule"
    if np.isnan(capacity):
        done = "not counted, and not taken as 0"
    elif capacity < 0:
        found += f", and a capacity of {capacity:,.0f}"
        done = "not counted, and not taken as 0"
    elif capacity - stated <= -_SLACK:
        found += f", and {stated:,.0f} stated of {capacity:,.0f}"
        done = "not counted, and not taken as 0"
    else:
        homes = rows.homes[index][years].sum()
        done = f"{homes:,.0f} homes left of {capacity:,.0f} phased by rule, up to {rate:,.0f} a year"
        faster = homes - norm * len(years)
        if faster > _SLACK:
            done += f"; by the norm of {norm:,.0f} a year {faster:,.0f} of them would come later"
        severity = "warning"
    findings.add(
        issue,
        found,
        expected,
        severity,
        done=done,
        row=int(rows.numbers["row"][index]),
        sheet=rows.sheet_of(index),
        column=rows.column(index, str(rows.years[years[0]])),
        site=str(rows.texts["site_reference"][index]),
    )
