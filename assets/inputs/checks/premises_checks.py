"""Checks of the registers of premises, schemes and facilities, row by row.

Cells are checked where a file is read; here is what contradicts another cell, another row or another table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from assets.estates.register_rows import end_of, financial_year_of, replaced_sites
from assets.inputs.csv_reading import numbered
from housing_trajectories.findings import Finding, inert

REGISTERS = ("premises.csv", "estate_schemes.csv")
"""Files whose findings that stop nothing are told to whoever runs a forecast."""


def register_findings(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Rows of premises.csv and estate_schemes.csv that contradict themselves or another table."""
    if not {"facilities", "premises", "estate_schemes"} <= set(tables):
        return []
    found = [
        finding
        for name in ("premises", "estate_schemes")
        for finding in _shared_findings(f"{name}.csv", tables[name], tables)
    ]
    found.extend(_site_findings(tables["premises"]))
    base_year = _base_year(tables)
    for index, row in numbered(tables["premises"]):
        found.extend(_premises_findings(index, row))
        found.extend(_end_findings(index, row, base_year))
        found.extend(_size_findings(index, row))
    found.extend(_rooms_and_areas(tables["premises"]))
    for index, row in numbered(tables["estate_schemes"]):
        low, value, high = row["opening_low"], row["opening_year"], row["opening_high"]
        if not low <= value <= high:
            found.append(
                Finding(
                    "estate_schemes.csv",
                    index,
                    "opening_year",
                    f"{value} with {low} to {high}",
                    "opening_low ≤ opening_year ≤ opening_high",
                )
            )
    found.extend(_scheme_findings(tables["premises"], tables["estate_schemes"], base_year))
    for index, row in numbered(tables["facilities"]):
        found.extend(_cost_findings(index, row))
    if "register_coverage" in tables:
        found.extend(_coverage_findings(tables["register_coverage"], tables["facilities"]))
    return found


def _coverage_findings(coverage: pd.DataFrame, facilities: pd.DataFrame) -> list[Finding]:
    """Rows that call the register complete for what is not counted by place."""
    by_provider = set(facilities.loc[facilities["level"] == "provider", "facility"])
    expected = "a facility that facilities.csv counts by place or neighbourhood"
    return [
        Finding("register_coverage.csv", index, "facility", str(row["facility"]), expected)
        for index, row in numbered(coverage)
        if row["facility"] in by_provider
    ]


def _site_findings(premises: pd.DataFrame) -> list[Finding]:
    """Rows of one site that do not agree on where it is or how many patients it has."""
    found, first = [], dict[str, tuple[int, dict[str, Any]]]()
    for index, row in numbered(premises):
        at, before = first.setdefault(str(row["site_code"]), (index, row))
        for column in ("place", "neighbourhood", "registered_patients"):
            ours, theirs = row[column], before[column]
            if ours != theirs and not (pd.isna(ours) and pd.isna(theirs)):
                expected = f"{_cell(theirs)}, as in row {at} of the same site_code"
                found.append(Finding("premises.csv", index, column, _cell(ours), expected))
                break
    return found


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "an empty cell"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shared_findings(file: str, register: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    facilities = tables["facilities"].set_index("facility")
    providers = set(tables["providers"]["provider"]) if "providers" in tables else None
    neighbourhoods = set(tables["neighbourhoods"]["neighbourhood"]) if "neighbourhoods" in tables else None
    place_of = _place_of_neighbourhood(tables)
    found = []
    for index, row in numbered(register):
        facility = str(row["facility"])
        if facility not in facilities.index:
            found.append(Finding(file, index, "facility", facility, "a facility of facilities.csv"))
            continue
        unit = str(facilities.loc[facility, "unit"])
        if row["unit"] != unit:
            found.append(Finding(file, index, "unit", str(row["unit"]), f"{unit}, the unit of {facility}"))
        if pd.notna(row["provider"]) and providers is not None and row["provider"] not in providers:
            found.append(
                Finding(file, index, "provider", str(row["provider"]), "a provider of providers.csv")
            )
        if pd.isna(row["provider"]) and facilities.loc[facility, "level"] == "provider":
            found.append(
                Finding(file, index, "provider", "an empty cell", f"the provider with the {facility}")
            )
        known = neighbourhoods is None or row["neighbourhood"] in neighbourhoods
        if pd.notna(row["neighbourhood"]) and not known:
            expected = "a neighbourhood of neighbourhoods.csv, or an empty cell"
            found.append(Finding(file, index, "neighbourhood", str(row["neighbourhood"]), expected))
        elif place_of.get(str(row["neighbourhood"]), row["place"]) != row["place"]:
            lies_in = place_of[str(row["neighbourhood"])]
            expected = f"a neighbourhood of {row['place']}, the place of the row"
            at = f"{row['neighbourhood']}, which lies in {lies_in}"
            found.append(Finding(file, index, "neighbourhood", at, expected))
    return found


def _place_of_neighbourhood(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    if not {"neighbourhoods", "msoa_population"} <= set(tables):
        return {}
    people = tables["msoa_population"].drop_duplicates("msoa")
    place = dict(zip(people["msoa"], people["place"], strict=True))
    lookup = tables["neighbourhoods"]
    return {
        str(code): str(place[msoa])
        for msoa, code in zip(lookup["msoa"], lookup["neighbourhood"], strict=True)
        if msoa in place
    }


def _premises_findings(index: int, row: Mapping[str, Any]) -> list[Finding]:
    file, found = "premises.csv", []
    opened, closes = _number(row["opened"]), _number(row["closes"])
    if closes <= opened:
        found.append(
            Finding(file, index, "closes", f"{closes:.0f} with opened {opened:.0f}", "a year after it opened")
        )
    change, year = _number(row["planned_change"]), _number(row["planned_change_year"])
    if np.isnan(change) != np.isnan(year):
        column = "planned_change_year" if np.isnan(year) else "planned_change"
        found.append(Finding(file, index, column, "an empty cell", "a planned change with its year"))
    if year < opened:
        words = f"{year:.0f} with opened {opened:.0f}"
        found.append(Finding(file, index, "planned_change_year", words, "a year in which it is open"))
    if year >= closes:
        words = f"{year:.0f} with closes {closes:.0f}"
        found.append(Finding(file, index, "planned_change_year", words, "a year in which it is open"))
    if row["tenure"] == "freehold" and not np.isnan(_number(row["lease_end"])):
        words = f"{row['lease_end']:.0f} with tenure freehold"
        found.append(Finding(file, index, "lease_end", words, "an empty cell, or the tenure of a lease"))
    quantity = _number(row["quantity"])
    if quantity + change < 0:
        found.append(
            Finding(file, index, "planned_change", f"{change:g} of {quantity:g}", "no more than the quantity")
        )
    return found


def _base_year(tables: Mapping[str, pd.DataFrame]) -> float:
    """First year of a run; NaN where the assumptions could not be read."""
    known = tables.get("assumptions", pd.DataFrame(columns=["id", "value"])).set_index("id")["value"]
    return _number(known.get("demand.base_year", np.nan))


def _end_findings(index: int, row: Mapping[str, Any], base_year: float) -> list[Finding]:
    """What is wrong with how a building ends, and with the day it was surveyed or counted."""
    file, found = "premises.csv", []
    lease = _number(row["lease_end"])
    stays, closes = row["after_lease"] == "stays", _number(row["closes"])
    if lease < base_year and np.isnan(closes) and not stays:
        words = f"{lease:.0f}, and the building is counted from {base_year:.0f} on"
        expected = "a lease that runs, closes, or after_lease stays"
        found.append(Finding(file, index, "lease_end", words, expected))
    if pd.notna(row["after_lease"]) and np.isnan(lease):
        found.append(Finding(file, index, "lease_end", "an empty cell", "the year in which the lease ends"))
    low, high = (_number(row[name]) for name in ("closes_low", "closes_high"))
    ends = end_of(row)
    ranged = not (np.isnan(low) and np.isnan(high))
    if ranged and (ends is None or not low <= ends[0] <= high):
        words = f"{low:g} to {high:g} with {'no year' if ends is None else f'{ends[0]:.0f}'}"
        expected = "closes_low ≤ closes, or lease_end, ≤ closes_high: all three or no range"
        found.append(Finding(file, index, "closes_low", words, expected))
    day = row["surveyed"]
    if pd.notna(day) and not financial_year_of(day) <= datetime.now(UTC).year:
        expected = "a day that has been, such as 2025-06-30"
        found.append(Finding(file, index, "surveyed", inert(str(day), 40), expected))
    if ends is not None and np.isnan(_number(row["quantity"])):
        words = f"a building that goes in {ends[0]:.0f} with no quantity"
        expected = "its quantity: what goes with it is in no figure"
        found.append(Finding(file, index, "quantity", words, expected, severity="warning"))
    return found


def _size_findings(index: int, row: Mapping[str, Any]) -> list[Finding]:
    """Sizes of a building that contradict each other."""
    file, found = "premises.csv", []
    gross, net = (_number(row[name]) for name in ("gross_internal_area_m2", "net_internal_area_m2"))
    if net > gross:
        words = f"{net:g} with a gross area of {gross:g}"
        found.append(Finding(file, index, "net_internal_area_m2", words, "no more than the gross area"))
    if _number(row["quantity"]) > _number(row["spaces"]):
        words = f"{row['quantity']:g} with {row['spaces']:g} spaces"
        found.append(
            Finding(file, index, "quantity", words, "what is in use of the spaces: no more than they are")
        )
    return found


def _rooms_and_areas(premises: pd.DataFrame) -> list[Finding]:
    """Practices that were counted in rooms and not measured, or measured and not counted."""
    rooms, area = "gp_consulting_rooms", "primary_care_gross_internal_area"
    known = premises[premises["quantity"].notna() & premises["facility"].isin([rooms, area])]
    sized = premises[premises["gross_internal_area_m2"].notna()]
    counted = set(known.loc[known["facility"] == rooms, "site_code"])
    measured = {*known.loc[known["facility"] == area, "site_code"], *sized["site_code"]}
    found = []
    for index, row in numbered(premises):
        code, facility = row["site_code"], row["facility"]
        if facility == rooms and code in counted - measured:
            expected = f"the area too, here or in a row of {area}: capital is by area"
            found.append(
                Finding(
                    "premises.csv", index, "gross_internal_area_m2", "an empty cell with rooms", expected,
                    severity="warning",
                )
            )  # fmt: skip
        elif facility == area and code in measured - counted and pd.notna(row["quantity"]):
            words, expected = f"{row['quantity']:g} m2 and no rooms", f"a row of {rooms} of the site too"
            found.append(Finding("premises.csv", index, "quantity", words, expected, severity="warning"))
    return found


def _scheme_findings(premises: pd.DataFrame, schemes: pd.DataFrame, base_year: float) -> list[Finding]:
    """Schemes that contradict the register of premises or each other, and what they leave to ask."""
    file, found = "estate_schemes.csv", list[Finding]()
    keys = zip(premises["site_code"], premises["facility"], strict=True)
    register = dict(zip(keys, premises.to_dict("records"), strict=True))
    taken: dict[tuple[str, str], int] = {}
    of_scheme = schemes.groupby("scheme")["facility"].agg(set).to_dict()

    def say(index: int, column: str, words: str, expected: str, asks: bool = False) -> None:
        severity = "warning" if asks else "error"
        found.append(Finding(file, index, column, words, expected, severity=severity))  # type: ignore[arg-type]

    for index, row in numbered(schemes):
        facility, on = str(row["facility"]), row["switch"] == "on"
        sites, adds = replaced_sites(row), row["quantity"] > 0
        if not (adds or sites):
            say(index, "quantity", "0", "what it adds, or in replaces what it takes away")
        for site in sites:
            building = register.get((site, facility))
            if building is None:
                expected = f"the site code of a row of premises.csv with {facility}"
                say(index, "replaces", inert(site, 40), expected, asks=adds)
            elif on and (site, facility) in taken:
                words = f"{site}, which row {taken[site, facility]} replaces"
                say(index, "replaces", inert(words), "each building replaced once")
            elif on and pd.isna(building["quantity"]):
                expected = "a building with a quantity: what the scheme adds beyond it is in no figure"
                say(index, "replaces", f"{inert(site, 40)} with no quantity", expected, asks=True)
            if on:
                taken.setdefault((site, facility), index)
        if not on:
            continue
        if row["funded"] == "no" and row["opening_year"] > base_year:
            expected = "a scheme with capital: its cost is in no figure"
            say(index, "funded", "no, and switched on", expected, asks=True)
        room = facility == "gp_consulting_rooms" and row["opening_year"] > base_year
        if room and "primary_care_gross_internal_area" not in of_scheme[row["scheme"]]:
            expected = "a row of its primary_care_gross_internal_area too: capital is by area"
            say(index, "facility", f"{facility} alone", expected, asks=True)
        if row["opening_year"] <= datetime.now(UTC).year:
            found.extend(_older_surveys(row, numbered(premises)))
    return found


def _older_surveys(scheme: Mapping[str, Any], premises: list[tuple[int, dict[str, Any]]]) -> list[Finding]:
    """Buildings surveyed before a scheme of their area opened: whether it moved them nobody has looked."""
    where = "provider" if pd.notna(scheme["provider"]) else "place"
    return [
        Finding(
            "premises.csv", index, "surveyed",
            f"{building['surveyed']}, before {scheme['scheme']} opened in {scheme['opening_year']}",
            f"a survey since, or the building in the scheme's replaces where it went into {scheme['scheme']}",
            severity="warning",
        )
        for index, building in premises
        if building["facility"] == scheme["facility"]
        and building[where] == scheme[where]
        and pd.notna(building["quantity"])
        and financial_year_of(building["surveyed"]) < scheme["opening_year"]
        and building["site_code"] not in replaced_sites(scheme)
    ]  # fmt: skip


def _cost_findings(index: int, row: Mapping[str, Any]) -> list[Finding]:
    low, cost, high = (_number(row[name]) for name in ("cost_low_gbp", "cost_gbp", "cost_high_gbp"))
    given = [not np.isnan(value) for value in (low, cost, high)]
    file = "facilities.csv"
    if any(given) and not (all(given) and low <= cost <= high):
        found = f"low {low:g}, cost {cost:g}, high {high:g}"
        return [Finding(file, index, "cost_gbp", found, "low ≤ cost ≤ high, or none of them")]
    if all(given):
        for name in ("cost_year", "building", "running_cost_gbp"):
            if pd.isna(row[name]):
                return [Finding(file, index, name, "an empty cell", "a value where there is a cost")]
    return []


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
