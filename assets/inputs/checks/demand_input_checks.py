"""What must hold between the input files of demand, said with file and row before a run begins.

A file alone is checked as it is read. Here: age bands that tile, services that have a rate, shares that add
up, names that other files have, months that can be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from assets.demand.activity_rates import rated_services
from assets.demand.demand_variants import check_variants, level_term, level_terms
from assets.demand.monthly.monthly_records import MONTH, checked_months
from assets.demand.recorded_activity import BED_DAYS, CAMHS, MEASURES, RECORDED_IN, recorded_years
from assets.demand.waiting_imbalance import list_findings
from assets.inputs.assumptions import Assumptions, range_findings
from assets.inputs.scenarios import Scenario
from assets.inputs.system_totals import SystemTotals
from assets.mitigation.mitigation_checks import mitigation_findings
from housing_trajectories.findings import BadInput, Finding
from models.demand.age_curves import OLDEST_AGE, AgeBandError, band_of_age

FIRST_ROW = 2
EVERY = "all"
LEVEL = "demand.level_"
MONTHLY = {
    "ae_attendances_monthly": ("ae_attendances", "emergency_admissions"),
    "acute_beds_monthly": ("general_acute_beds_available", "general_acute_beds_occupied"),
    "gp_appointments_monthly": ("gp", "other_practice_staff", "unknown"),
}
"""Files of months, and the columns of them that are used."""
COLUMN_OF = {BED_DAYS: "general_acute_beds_occupied"}
"""Where a measure stands in its file, when its column has another name."""
BANDED: dict[str, tuple[str, ...]] = {
    "hospital_activity_rates_adults": ("area", "activity"),
    "hospital_activity_rates_children": (),
    "outpatient_attendance_rates": (),
    "ae_attendances_by_age": (),
    "prevalence_by_age": ("service", "sex"),
    "england_population": ("year", "sex"),
    "assumed_activity_rates": ("service",),
}
"""Files of age bands, and the columns whose every combination has bands of its own."""
_CHILDREN = "hospital_activity_rates_children"
_ALL_AGES = ("outpatient_attendance_rates", "ae_attendances_by_age", "england_population")


def demand_findings(tables: Mapping[str, pd.DataFrame], scenarios: Iterable[Scenario]) -> list[Finding]:
    """Everything that is wrong between the tables of demand that could be read."""
    findings: list[Finding] = []
    for name, groups in BANDED.items():
        if name in tables:
            findings.extend(_bands(name, tables[name], groups, _last_age(name, tables)))
    findings.extend(_interval_ratios(tables))
    if "services" in tables:
        findings.extend(_services(tables))
        findings.extend(mitigation_findings(tables, set(tables["services"]["service"])))
    if "providers" in tables:
        for name, columns in MONTHLY.items():
            if name in tables:
                findings.extend(_months(tables[name], name, columns, tables["providers"]))
        if "waiting_lists" in tables:
            findings.extend(list_findings(tables["waiting_lists"], tables["providers"]))
        findings.extend(_shares(tables))
        findings.extend(_interventions(tables))
        if not findings:
            findings.extend(_base_years(tables))
    if "services" in tables and "assumptions" in tables:
        known, services = Assumptions(tables["assumptions"]), tables["services"]
        asks: list[Callable[[], object]] = [
            partial(check_variants, known, services, scenarios),
            *(partial(known.range, name) for name in level_terms(services)),
        ]
        calibrated = CAMHS in set(services.loc[services["status"] == "on", "service"])
        one_system = "places" in tables and (tables["places"]["kind"] == "system").sum() == 1
        if calibrated and one_system and "system_totals" in tables:
            totals = SystemTotals(tables["system_totals"], tables["places"])
            asks.append(partial(totals.value, f"demand.{CAMHS}"))
        # A value outside its own range is told with its row elsewhere; nothing can be drawn from it here.
        if any(finding.severity == "error" for finding in range_findings(tables["assumptions"])):
            asks = []
        findings.extend(_levels_of_nothing(tables["assumptions"], services))
        for ask in asks:
            try:
                ask()
            except BadInput as error:
                findings.extend(error.findings)
    return findings


def _last_age(name: str, tables: Mapping[str, pd.DataFrame]) -> int | None:
    """The age to which a file must go at least; None where its own last age is the end."""
    if name == _CHILDREN and "assumptions" in tables:
        adult = tables["assumptions"].set_index("id")["value"].get("demand.first_adult_age")
        return None if adult is None else int(adult) - 1
    return OLDEST_AGE if name in _ALL_AGES else None


def _bands(name: str, frame: pd.DataFrame, groups: tuple[str, ...], to: int | None) -> list[Finding]:
    findings = []
    parts = frame.groupby(list(groups), sort=False) if groups else [((), frame)]
    for key, rows in parts:
        first = 0 if name in _ALL_AGES else int(rows["age_from"].min())
        last = max(int(rows["age_to"].max()), 0 if to is None else to)
        try:
            band_of_age(rows["age_from"], rows["age_to"], first, last)
        except AgeBandError as error:
            of = " of " + ", ".join(map(str, key)) if groups else ""
            expected = f"bands that include each age from {first} to {last} once"
            findings.append(
                Finding(f"{name}.csv", _row(rows.index[error.band]), "age_from", f"{error}{of}", expected)
            )
    return findings


def _services(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    services = tables["services"]
    listed = set(services["service"])
    on = services[services["status"] == "on"]
    findings = []
    if {"assumed_activity_rates", "prevalence_by_age"} <= set(tables):
        rated = rated_services(services, tables["assumed_activity_rates"], tables["prevalence_by_age"])
        findings.extend(
            _unknown("services", services, "service", rated, "a service with a rate, or rows of "
                     "assumed_activity_rates.csv for it")
        )  # fmt: skip
    for column in ("linked_service", "calibrated_as"):
        named = on[on[column].notna()]
        findings.extend(
            _unknown("services", named, column, set(on["service"]), "a service that is switched on")
        )
    for name, columns in {
        "mitigation_targets": ("service", "measured_on"),
        "mitigation_exchange": ("from_service", "to_service"),
        "assumed_activity_rates": ("service",),
        "prevalence_by_age": ("service",),
    }.items():
        for column in columns if name in tables else ():
            findings.extend(_unknown(name, tables[name], column, listed, "a service of services.csv"))
    return findings


def _levels_of_nothing(assumptions: pd.DataFrame, services: pd.DataFrame) -> list[Finding]:
    """Levels of services that there are not: nothing would ask for them, and the level meant would stay."""
    known = {
        *(f"{LEVEL}{service}" for service in services["service"]),
        *map(level_term, services["service"], services["uncertainty"]),
    }
    strange = assumptions[assumptions["id"].str.startswith(LEVEL) & ~assumptions["id"].isin(known)]
    expected = f"{LEVEL} and a service of services.csv"
    return [
        Finding("assumptions.csv", _row(position), "id", str(name), expected)
        for position, name in zip(strange.index, strange["id"], strict=True)
    ]


def _months(
    frame: pd.DataFrame, name: str, columns: tuple[str, ...], providers: pd.DataFrame
) -> list[Finding]:
    try:
        checked_months(frame, name, columns, providers)
    except BadInput as error:
        return list(error.findings)
    return []


def _base_years(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Trusts without twelve months of the year that the level of demand rests on."""
    needed = {"providers", "assumptions", *MONTHLY}
    if not needed <= set(tables):
        return []
    known, providers = Assumptions(tables["assumptions"]), tables["providers"]
    base = int(known.value("demand.base_year"))
    recorded = recorded_years(tables["ae_attendances_monthly"], tables["acute_beds_monthly"], providers)
    have = set(recorded[["measure", "provider", "year"]].itertuples(index=False, name=None))
    of_kind = {str(kind): sorted(rows["provider"]) for kind, rows in providers.groupby("kind")}
    trusts = of_kind.get("acute", [])
    wanted = [(measure, trust, base, "the level of demand") for measure in MEASURES for trust in trusts]
    months = set(tables["ae_attendances_monthly"]["provider"])
    systems = [whole for whole in of_kind.get("system", []) if whole in months]
    # Without a record of the system as a whole, urgent care is at the level of the trusts' A&E.
    urgent = of_kind.get("urgent_care", []) if systems else []
    wanted += [("ae_attendances", whole, base, urgent[0]) for whole in systems if urgent]
    findings = []
    for measure, provider, year, rests in wanted:
        if (measure, provider, year) not in have:
            found = f"no complete year {year}/{(year + 1) % 100:02d} of {provider}"
            expected = f"each month from {year}-04 to {year + 1}-03: {rests} rests on them"
            findings.append(
                Finding(RECORDED_IN[measure], None, COLUMN_OF.get(measure, measure), found, expected)
            )
    if urgent and not findings:
        findings.extend(_urgent_care(recorded, of_kind, urgent[0], base))
    return findings


def _urgent_care(
    recorded: pd.DataFrame, of_kind: Mapping[str, list[str]], urgent: str, year: int
) -> list[Finding]:
    """Urgent care to which the system's record leaves nothing beside its trusts'."""
    of_year = recorded[(recorded["measure"] == "ae_attendances") & (recorded["year"] == year)]
    recorded_by = of_year.set_index("provider")["recorded"]
    system, trusts = recorded_by[of_kind["system"]].sum(), recorded_by[of_kind["acute"]].sum()
    if system > trusts:
        return []
    found = f"{system:,.0f} of {', '.join(of_kind['system'])} in {year}, {trusts:,.0f} of the trusts"
    expected = (
        f"more in the system than at its trusts, or no {urgent} in providers.csv and "
        "place_to_provider_shares.csv"
    )
    return [Finding("ae_attendances_monthly.csv", None, "ae_attendances", found, expected)]


def _shares(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    if "place_to_provider_shares" not in tables:
        return []
    shares, providers = tables["place_to_provider_shares"], tables["providers"]
    treating = set(providers.loc[providers["kind"] != "system", "provider"])
    findings = _unknown(
        "place_to_provider_shares",
        shares,
        "provider",
        treating,
        "a provider of providers.csv that treats patients",
    )
    for (group, place), rows in shares.groupby(["flow_group", "place"], sort=False):
        total = float(rows["share"].sum())
        if not np.isclose(total, 1.0, atol=1e-9):
            found = f"{total:.4f} in all for {group} of {place}"
            expected = "shares that add up to 1, with hospitals outside the system under other"
            findings.append(
                Finding("place_to_provider_shares.csv", _row(rows.index[0]), "share", found, expected)
            )
    return findings


def _interventions(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    if "intervention_log" not in tables:
        return []
    log, file = tables["intervention_log"], "intervention_log.csv"
    known = {*tables["providers"]["provider"], EVERY}
    findings = _unknown(
        "intervention_log", log, "provider", known, f"a provider of providers.csv, or {EVERY}"
    )
    for position, row in zip(log.index, log.to_dict("records"), strict=True):
        number = _row(position)
        months = (str(row["first_month"]), str(row["last_month"]))
        for column, month in zip(("first_month", "last_month"), months, strict=True):
            if not MONTH.fullmatch(month):
                findings.append(Finding(file, number, column, month, "a month such as 2025-07"))
        if months[1] < months[0]:
            findings.append(Finding(file, number, "last_month", months[1], f"not before {months[0]}"))
        if row["effect"] == "planned_change" and np.isnan(float(row["change_percent"])):
            expected = "the planned change, in per cent"
            findings.append(Finding(file, number, "change_percent", "an empty cell", expected))
    return findings


def _interval_ratios(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Every measure without rows of its own has those of all, from the first month ahead on."""
    if "monthly_interval_ratios" not in tables:
        return []
    table, file = tables["monthly_interval_ratios"], "monthly_interval_ratios.csv"
    first = table.groupby("measure")["first_month"].min()
    findings = [
        Finding(file, None, "first_month", f"{month} as the first of {measure}", "1, the first month ahead")
        for measure, month in first.items()
        if month != 1
    ]
    if EVERY not in first:
        findings.append(Finding(file, None, "measure", f"no row of {EVERY}", "rows for any other measure"))
    return findings


def _unknown(
    name: str, frame: pd.DataFrame, column: str, known: Collection[str], expected: str
) -> list[Finding]:
    strange = frame[~frame[column].isin(set(known))]
    return [
        Finding(f"{name}.csv", _row(position), column, str(value), expected)
        for position, value in zip(strange.index, strange[column], strict=True)
    ]


def _row(position: object) -> int:
    """Row of a position of a table as a spreadsheet shows it."""
    return int(str(position)) + FIRST_ROW
