"""Homes to be confirmed: phased by the build-out rule where the site has a capacity, else an error. Never 0."""

from __future__ import annotations

import math

import numpy as np

from housing_trajectories.phasing import build_out_rate
from housing_trajectories.reference_figures import ReferenceFigures
from housing_trajectories.schema import financial_year_label
from housing_trajectories.sheets import FindingList
from housing_trajectories.site_rows import SiteRows


def phase_unknown(rows: SiteRows, figures: ReferenceFigures, findings: FindingList) -> None:
    """Fill the unknown years of each row that has a capacity with what is left of it.

    What is left is capacity less homes built before, stated in other years and beyond them. It comes at the
    build-out rate of the site's size from the first unknown year on, or evenly where that is too slow for
    the years there are.
    """
    for index in np.flatnonzero(rows.unknown.any(axis=1)):
        years = np.flatnonzero(rows.unknown[index])
        capacity = rows.numbers["capacity_dwellings"][index]
        reference = str(rows.texts["site_reference"][index])
        row = int(rows.numbers["row"][index])
        first = rows.years[years[0]]
        column = rows.column(int(index), str(first))
        labels = ", ".join(financial_year_label(rows.years[year]) for year in years[:4])
        labels += " …" if len(years) > 4 else ""
        if math.isnan(capacity):
            findings.add(
                "to be confirmed", f"homes not known in {labels}", "a number, or a capacity to phase by rule",
                row=row, column=column, site=reference, done="not counted, and not taken as 0",
            )  # fmt: skip
            continue
        stated = np.nansum(rows.homes[index])
        before = np.nansum([rows.numbers["built_before"][index], rows.numbers["beyond"][index]])
        left = capacity - stated - before
        if left < -0.5:
            findings.add(
                "to be confirmed", f"homes not known in {labels}, and {stated + before:,.0f} stated of {capacity:,.0f}",
                "homes within the capacity", row=row, column=column, site=reference, done="not counted",
            )  # fmt: skip
            continue
        rate = max(build_out_rate(int(capacity), figures.build_out), math.ceil(left / len(years)))
        for year in years:
            homes = min(rate, max(left, 0.0))
            rows.homes[index, year] = homes
            left -= homes
        rows.texts["phasing_basis"][index] = "build_out_rule"
        total = np.nansum(rows.homes[index][years])
        findings.add(
            "to be confirmed", f"homes not known in {labels}", "a number of homes", "warning",
            row=row, column=column, site=reference,
            done=f"{total:,.0f} homes left of {capacity:,.0f} phased by rule, up to {rate:,.0f} a year",
        )  # fmt: skip
