"""Trajectory files for places whose councils publish totals and sites but no phasing.

Reads the published figures (net additions, plan requirements, named sites) and the build-out assumptions,
applies the rule of `phasing`, and writes one wide CSV file a place. The rule itself does not belong here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from housing_trajectories.checks.reference_figures import figures_of
from housing_trajectories.delivery.phasing import LocalPlan, NamedSite, Phased, built_by, phase
from housing_trajectories.delivery.selection import in_force, plans_of
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import (
    RECORDED_REFERENCE,
    REMAINDER_REFERENCE,
    SITE_COLUMNS,
    financial_year_label,
)

FIRST_YEAR, LAST_YEAR = 2021, 2051
"""Financial years of the shipped files: from the census base to the last one the projection needs."""

Row = dict[str, str]


@dataclass(frozen=True)
class Published:
    """The published figures the rule works on, as rows of the project's own tables."""

    net_additions: list[Row]
    requirements: list[Row]
    sites: list[Row]
    rates: Mapping[str, float]
    places: list[Row]


NAMES = (
    "net_additional_dwellings.csv",
    "local_plan_requirements.csv",
    "housing_sites.csv",
    "assumptions.csv",
    "places.csv",
)
"""The files that are read."""


def read_published(data: Path) -> Published:
    """The figures in the folder `data`. Raises BadInput where a file is not there."""
    return Published(
        net_additions=_rows(data / "net_additional_dwellings.csv"),
        requirements=_rows(data / "local_plan_requirements.csv"),
        sites=_rows(data / "housing_sites.csv"),
        rates={
            row["id"]: float(row["value"])
            for row in figures_of(data, "assumptions.csv")
            if row["id"].startswith("housing.build_out_") and row["unit"] == "homes a year"
        },
        places=[row for row in _rows(data / "places.csv") if row["kind"] == "place"],
    )


def recorded_of(place: str, net_additions: Sequence[Row]) -> dict[int, int]:
    """Net additional dwellings of a place by financial year."""
    return {
        int(row["year"]): int(row["net_additional_dwellings"])
        for row in net_additions
        if row["place"] == place
    }


def sites_of(place: str, base: date, published: Published) -> list[tuple[str, NamedSite]]:
    """The named sites of a place, each with the plan status that first names it."""
    found = []
    for row in published.sites:
        if row["place"] != place:
            continue
        capacity, first = int(row["capacity_dwellings"]), int(row["first_completions_year"])
        last = int(row["last_completions_year"]) if row["last_completions_year"] else None
        stood = (
            (int(row["built_dwellings"]), date.fromisoformat(row["built_as_of"]))
            if row["built_dwellings"]
            else None
        )
        built = built_by(base, capacity, first, last, stood, published.rates)
        site = NamedSite(
            row["site_reference"],
            row["site_name"],
            row["planning_status"],
            capacity,
            built,
            first,
            last,
            row["note"],
        )
        found.append((row["plan_status"], site))
    return found


def trajectory_rows(place: str, published: Published) -> tuple[list[Row], list[Finding]]:
    """The wide rows of one place, recorded homes first, then plan by plan, and what had to be reported."""
    recorded = recorded_of(place, published.net_additions)
    first_open = max(recorded) + 1
    years = range(first_open, LAST_YEAR + 1)
    sites = sites_of(place, date(first_open, 4, 1), published)
    findings = [_built_out(place, site) for _, site in sites if site.left == 0]
    rows = [
        _row(
            place,
            "Live Table 122",
            "recorded",
            RECORDED_REFERENCE,
            "Net additional dwellings as recorded",
            "completed",
            "recorded",
            {year: homes for year, homes in recorded.items() if year >= FIRST_YEAR},
        )
    ]
    plans = plans_of(place, published.requirements)
    adopted, draft = in_force(plans, "adopted"), in_force(plans, "draft")
    # An expired plan's rate, or the past one, goes on as that of an adopted plan does beyond its end.
    standing = [replace(adopted, status="adopted")] if adopted else []
    before: dict[int, int] = {}
    for plan in [*standing, *([draft] if draft else [])]:
        counted = [
            site
            for status, site in sites
            if site.left > 0 and (status == "adopted" or plan.status == "draft")
        ]
        phased = phase(plan, recorded, counted, list(years), published.rates, before)
        before = dict(zip(phased.years, (int(homes) for homes in phased.balance), strict=True))
        findings.extend(phased.findings)
        rows.extend(_plan_rows(plan, counted, phased))
    return rows, findings


def write_trajectories(published: Published, directory: Path) -> list[Finding]:
    """Write the file of every place into `directory`; the same figures give the same bytes."""
    findings = []
    for place in published.places:
        rows, found = trajectory_rows(place["place"], published)
        findings.extend(found)
        path = directory / place["trajectory_file"]
        with path.open("w", encoding="utf-8", newline="") as file:
            columns = [*SITE_COLUMNS, *(financial_year_label(y) for y in range(FIRST_YEAR, LAST_YEAR + 1))]
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return findings


def _plan_rows(plan: LocalPlan, sites: Sequence[NamedSite], phased: Phased) -> list[Row]:
    """A row a site and one for the remainder, first within the plan's period, then beyond it."""
    rows = []
    columns = [*sites, None]
    # Until a draft starts, the rows of the plan in force stand.
    first = plan.first_year if plan.status == "draft" else FIRST_YEAR
    for beyond in (False, True):
        years = [year for year in phased.years if year >= first and (year > plan.last_year) == beyond]
        status = "beyond_plan" if beyond and plan.status == "adopted" else plan.status
        for number, site in enumerate(columns):
            homes = phased.remainder if site is None else phased.sites[:, number]
            by_year = dict(zip(phased.years, (int(value) for value in homes), strict=True))
            span = {year: by_year[year] for year in years}
            if site is None:
                rest = "Windfall and other commitments"
                basis = "beyond_plan" if beyond else "plan_balance"
                rows.append(
                    _row(plan.place, plan.name, status, REMAINDER_REFERENCE, rest, "mixed", basis, span)
                )
            elif any(span.values()):
                basis = "beyond_plan" if beyond else "build_out_rule"
                row = _row(
                    plan.place,
                    plan.name,
                    status,
                    site.reference,
                    site.name,
                    site.planning_status,
                    basis,
                    span,
                )
                rows.append(
                    row
                    | {
                        "capacity_dwellings": str(site.capacity),
                        "built_before": str(site.built_by_base),
                        "note": site.note,
                    }
                )
    return [row for row in rows if any(cell for name, cell in row.items() if name not in SITE_COLUMNS)]


def _row(
    place: str,
    plan: str,
    status: str,
    reference: str,
    name: str,
    planning_status: str,
    basis: str,
    homes: Mapping[int, int],
) -> Row:
    return {
        "place": place,
        "plan": plan,
        "plan_status": status,
        "site_reference": reference,
        "site_name": name,
        "planning_status": planning_status,
        "phasing_basis": basis,
    } | {financial_year_label(year): str(value) for year, value in homes.items()}


def _built_out(place: str, site: NamedSite) -> Finding:
    return Finding(
        place,
        None,
        None,
        f"{site.capacity:,} homes, all of them built by the base date by rule",
        "homes left to build",
        severity="warning",
        site=site.reference,
        done="no row for the site",
    )


def _rows(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise BadInput([Finding(path.name, None, None, "no such file", "a table of data/")]) from None
