"""What must hold between the tables of mitigation: types, services, councils, shares and years that fit.

Said with file and row before a run begins. A file alone is checked as it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from assets.mitigation.mitigation_measures import EVERYWHERE, shares_at
from housing_trajectories.findings import Finding

_FIRST_ROW = 2
_LIBRARY, _SHARES = "mitigation_library", "mitigation_shares"


def mitigation_findings(tables: Mapping[str, pd.DataFrame], services: Collection[str]) -> list[Finding]:
    """Everything that is wrong between the tables of mitigation that could be read; `services` are listed."""
    findings = []
    for name in ("mitigation_targets", _LIBRARY):
        if name in tables:
            findings.extend(_years(name, tables[name]))
    if _LIBRARY not in tables:
        return findings
    library = tables[_LIBRARY]
    findings.extend(_types(library, services))
    if _SHARES in tables and "places" in tables:
        of_places = tables["places"]
        councils = [str(place) for place in of_places.loc[of_places["kind"] == "place", "place"]]
        findings.extend(_shares(tables[_SHARES], library, councils))
        if not findings:
            findings.extend(_too_much(tables[_SHARES], library, councils))
    return findings


def _years(name: str, frame: pd.DataFrame) -> list[Finding]:
    wrong = frame[frame["full_year"] <= frame["before_year"]]
    return [
        Finding(f"{name}.csv", _row(position), "full_year", str(full), f"a year after before_year, {before}")
        for position, full, before in zip(wrong.index, wrong["full_year"], wrong["before_year"], strict=True)
    ]


def _types(library: pd.DataFrame, services: Collection[str]) -> list[Finding]:
    findings: list[Finding] = []
    file = f"{_LIBRARY}.csv"
    for position, named in library["services"].dropna().items():
        strange = [service for service in str(named).split() if service not in services]
        expected = "services of services.csv, separated by spaces"
        findings.extend(Finding(file, _row(position), "services", each, expected) for each in strange)
    order = (library["remains_low"] <= library["remains_percent"]) & (
        library["remains_percent"] <= library["remains_high"]
    )
    wrong = library[~order]
    bounds = wrong[["remains_low", "remains_percent", "remains_high"]].to_numpy(float)
    for position, (low, mean, high) in zip(wrong.index, bounds, strict=True):
        found, expected = f"{low:g}, {mean:g}, {high:g}", "remains_low ≤ remains_percent ≤ remains_high"
        findings.append(Finding(file, _row(position), "remains_percent", found, expected))
    return findings


def _shares(shares: pd.DataFrame, library: pd.DataFrame, councils: Collection[str]) -> list[Finding]:
    acts_on = library.set_index("type")["services"].fillna("").str.split().to_dict()
    findings, file = [], f"{_SHARES}.csv"
    cells = shares[["applies_to", "type", "service"]].astype(str)
    for position, (place, kind, service) in zip(shares.index, cells.to_numpy().tolist(), strict=True):
        at = _row(position)
        if place not in (EVERYWHERE, *councils):
            expected = f"a council of places.csv, or {EVERYWHERE}"
            findings.append(Finding(file, at, "applies_to", place, expected))
        if kind not in acts_on:
            findings.append(Finding(file, at, "type", kind, "a type of mitigation_library.csv"))
        elif service not in acts_on[kind]:
            can = " or ".join(acts_on[kind]) or "no row: it acts on no service of this model"
            findings.append(Finding(file, at, "service", service, f"for {kind} {can}"))
    return findings


def _too_much(shares: pd.DataFrame, library: pd.DataFrame, councils: Collection[str]) -> list[Finding]:
    findings = []
    for council in councils:
        together = shares_at(council, shares, library).groupby("service")["share_percent"].sum()
        for service, percent in together[together > 100 + 1e-9].items():
            found = f"{percent:g} % of {service} at {council}"
            expected = "at most 100 % in all types together"
            findings.append(Finding(f"{_SHARES}.csv", None, "share_percent", found, expected))
    return findings


def _row(position: object) -> int:
    """Row of a position of a table as a spreadsheet shows it."""
    return int(str(position)) + _FIRST_ROW
