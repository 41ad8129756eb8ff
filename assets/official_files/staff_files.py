"""Recorded staff: every CSV file of `data/published_workforce/`, told by its columns, checked across rows.

The folder may be empty or absent: then staff in post rest on the figures of the other tables. Every record
has its month: those of the base year take the place of those figures, and supply of a later year starts from
those of that year.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.england.national_tables import england_table
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import council_codes
from assets.official_files.staff_file_checks import between_files
from assets.official_files.staff_file_layouts import FOLDER, LAYOUTS, MAPPING_COLUMNS, MONTHS_COLUMNS
from assets.official_files.staff_layouts.staff_records import (
    MAPPING_FILE,
    MONTHS_FILE,
    FormerTrust,
    KnownStaffNames,
    Read,
    Row,
)
from assets.official_files.staff_layouts.tidy_staff import file_months, group_mapping
from housing_trajectories.findings import BadInput, Finding
from models.workforce.base_year_posts import staff_of_activity

ENCODINGS = ("utf-8-sig", "cp1252")
NAMING = (
    "staff_groups",
    "trust_staff_groups",
    "published_staff_groups",
    "practice_places",
    "places",
    "providers",
)
"""Tables whose groups, trusts, practices and places the files may name."""
PRACTICE_RATES = {
    "other_direct_patient_care": "workforce.practice_direct_care_per_1000_patients",
    "practice_administration": "workforce.practice_administration_per_1000_patients",
}
"""Rates of staff whom practices employ beside their networks."""
_DATES = ("date", "data_month")
_STAFF_TYPES = {
    "area": "str",
    "staff_group": "str",
    "age_band": "str",
    "month": "str",
    "headcount": "float64",
    "wte": "float64",
    "file": "str",
}
_FLOW_TYPES = {
    "area": "str",
    "staff_group": "str",
    "flow": "str",
    "month": "str",
    "headcount": "float64",
    "file": "str",
}
_VACANCY_TYPES = {
    "area": "str",
    "staff_group": "str",
    "month": "str",
    "vacant_wte": "float64",
    "vacancy_percent": "float64",
    "file": "str",
}


@dg.multi_asset(
    group_name="workforce",
    outs={
        name: dg.AssetOut(kinds={"csv"})
        for name in ("recorded_staff", "recorded_staff_flows", "recorded_vacancies")
    },
    ins={name: dg.AssetIn() for name in (*NAMING, "assumptions")},
    deps=["input_files"],
)
def recorded_staff_files(
    settings: RunSettings, **tables: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Staff in post by area, group, age and month, their leavers and joiners, and vacancies, as in files.

    All are empty without such files.
    """
    files = read_folder(settings.data_path / FOLDER, known_names(tables))
    for read in files:
        for remark in read.remarks:
            dg.get_dagster_logger().warning("%s: %s", read.file, remark)
    return (
        _frame([(*entry[:-1], read.file) for read in files for entry in read.staff], _STAFF_TYPES),
        _frame([(*entry[:-1], read.file) for read in files for entry in read.flows], _FLOW_TYPES),
        _frame([(*entry[:-1], read.file) for read in files for entry in read.vacancies], _VACANCY_TYPES),
    )


def _frame(rows: Sequence[tuple[object, ...]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def known_names(tables: Mapping[str, pd.DataFrame], today: date | None = None) -> KnownStaffNames:
    """What recorded files may name, from the tables of NAMING and England's; `today` is that of the clock."""
    staff_groups, trust_staff, published, practices, places, providers = (tables[name] for name in NAMING)
    hospital = staff_groups["calibrated_on"] == "providers"
    outside = tuple(staff_groups.loc[~hospital, "staff_group"])
    inside = tuple(staff_groups.loc[hospital, "staff_group"])
    trusts = list(providers.loc[providers["kind"] == "acute", "provider"])
    codes = council_codes(places)
    kinds = zip(published["kind"], published["staff_group"].fillna(""), strict=True)
    former, opened = _trusts_of_england()
    of_practice = dict(zip(practices["practice"], practices["place"], strict=True))
    networks, boards, patients = _networks_and_boards(of_practice, codes)
    return KnownStaffNames(
        groups={**dict.fromkeys(codes, outside), **dict.fromkeys(trusts, inside)},
        trusts={
            **dict(zip(trust_staff["trust"], trust_staff["provider"], strict=True)),
            **dict(zip(trusts, trusts, strict=True)),
        },
        published_groups=dict(zip(published["published_staff_group"].str.lower(), kinds, strict=True)),
        practices=of_practice,
        patients=dict(zip(practices["practice"], practices["registered_patients"], strict=True)),
        base_year=int(Assumptions(tables["assumptions"]).value("demand.base_year")),
        today=today or datetime.now(UTC).date(),
        former=former,
        opened=opened,
        networks=networks,
        boards=boards,
        network_patients=patients,
        practice_staff=_practice_staff(practices, Assumptions(tables["assumptions"])),
    )


def _practice_staff(practices: pd.DataFrame, known: Assumptions) -> dict[tuple[str, str], float]:
    """FTE of PRACTICE_RATES' groups by place, at England's rates to registered patients."""
    patients = practices.groupby("place")["registered_patients"].sum()
    return {
        (str(place), group): float(staff_of_activity(float(people), known.value(rate)))
        for group, rate in PRACTICE_RATES.items()
        for place, people in patients.items()
    }


@cache
def _trusts_of_england() -> tuple[dict[str, FormerTrust], dict[str, str]]:
    """Trusts that ended, with their successors of today, and the day each trust opened."""
    trusts = england_table("trusts")
    ended = trusts[trusts["successor"] != ""]
    former = {
        code: FormerTrust(closed, tuple(successor.split()))
        for code, closed, successor in zip(ended["trust"], ended["closed"], ended["successor"], strict=True)
    }
    return former, dict(zip(trusts["trust"], trusts["opened"], strict=True))


@cache
def _practices_of_england() -> pd.DataFrame:
    """Practices with their network, sub-ICB location, authority and patients; not to be changed."""
    return england_table("practices")[["practice", "pcn", "sub_icb", "authority", "patients"]]


def _networks_and_boards(
    places: Mapping[str, str], codes: Sequence[str]
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]], dict[str, float]]:
    """Share of the patients of networks and of sub-ICB locations by place of ours; patients of the networks.

    A practice is where `places` has it, else in the authority of its address.
    """
    practices = _practices_of_england()
    at = practices["practice"].map(dict(places)).fillna(practices["authority"])
    practices = practices.assign(place=at.where(at.isin(codes)))

    def shares(unit: str) -> dict[str, dict[str, float]]:
        ours = practices.dropna(subset=["place"]).groupby([unit, "place"])["patients"].sum()
        whole = practices.groupby(unit)["patients"].sum()
        found: dict[str, dict[str, float]] = {}
        for code, place, patients in ours.reset_index().itertuples(index=False, name=None):
            if patients > 0:
                found.setdefault(code, {})[place] = float(patients / whole[code])
        return found

    # Practices of no network have a code without digits.
    networks = {code: held for code, held in shares("pcn").items() if any(map(str.isdigit, code))}
    of_networks = practices.dropna(subset=["place"]).groupby("pcn")["patients"].sum()
    return networks, shares("sub_icb"), {code: float(of_networks[code]) for code in networks}


def read_folder(folder: Path, known: KnownStaffNames) -> list[Read]:
    """Every CSV file of the folder; raises BadInput with the findings of all of them.

    A file of another kind is refused: left out, its staff would be missing without a word.
    """
    there = sorted(path for path in folder.glob("*") if not path.name.startswith((".", "~$")))
    known, findings = _with_companions(folder, known)
    files = []
    for path in there:
        if path.suffix.lower() != ".csv":
            found = f"a file of kind {path.suffix or 'none'}"
            findings.append(Finding(path.name, None, None, found, "a file saved as CSV UTF-8"))
        elif path.name not in (MAPPING_FILE, MONTHS_FILE):
            files.append(read_file(path, known))
            findings += files[-1].findings
    findings = findings or between_files(files, known)
    if findings:
        raise BadInput(findings)
    return files


def _with_companions(folder: Path, known: KnownStaffNames) -> tuple[KnownStaffNames, list[Finding]]:
    """What the user's own tables of groups and of months add to what is known, and what is wrong in them."""
    names = [path.name for path in folder.glob("*")]
    mapped: dict[str, tuple[str, str]] = {}
    months: dict[str, str] = {}

    def groups(read: Read, rows: Iterable[Row]) -> None:
        mapped.update(group_mapping(read, rows, known))

    def dates(read: Read, rows: Iterable[Row]) -> None:
        months.update(file_months(read, rows, names))

    findings = [
        *_companion(folder / MAPPING_FILE, MAPPING_COLUMNS, groups),
        *_companion(folder / MONTHS_FILE, MONTHS_COLUMNS, dates),
    ]
    both = {**known.published_groups, **mapped}
    return replace(known, published_groups=both, file_months=months), findings


def _companion(
    path: Path, columns: tuple[str, ...], take: Callable[[Read, Iterable[Row]], None]
) -> list[Finding]:
    def rows(read: Read, lines: Iterator[list[str]]) -> None:
        header = _header(lines)
        if not set(columns) <= set(header):
            read.wrong(1, None, ", ".join(header) or "an empty file", "the columns " + ", ".join(columns))
        else:
            take(read, _rows(read, header, lines))

    return _text(path, rows).findings if path.is_file() else []


def read_file(path: Path, known: KnownStaffNames) -> Read:
    """One file in whichever layout its columns show."""
    return _text(path, lambda read, lines: _read_rows(read, lines, known))


def _text(path: Path, take: Callable[[Read, Iterator[list[str]]], None]) -> Read:
    """What `take` makes of the lines of a file, in whichever encoding it is."""
    read = Read(path.name)
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as handle:
                take(read, csv.reader(handle))
            return read
        except UnicodeDecodeError:
            # Names are not used, only codes and numbers: older publications are not in UTF-8.
            read = Read(path.name)
        except csv.Error as error:
            read.wrong(None, None, str(error), "a well-formed CSV file")
            return read
    read.wrong(None, None, "bytes that are no text", "a file saved as CSV UTF-8")
    return read


def _header(lines: Iterator[list[str]]) -> list[str]:
    return [name.strip().lower() for name in next(lines, [])]


def _read_rows(read: Read, lines: Iterator[list[str]], known: KnownStaffNames) -> None:
    header = _header(lines)
    for _, columns, reader in LAYOUTS:
        if set(columns) <= set(header):
            for name in sorted({name for name in columns if header.count(name) > 1}):
                read.wrong(1, name, "the column a second time", "each column once")
            if not read.findings:
                reader(read, _rows(read, header, lines), known)
            if not read.findings and read.empty:
                read.wrong(None, None, "no row of staff", "rows under the header")
            return
    for name, columns, _ in LAYOUTS:
        # A published file whose column of dates was taken out is told by the others.
        if header and set(columns) - set(header) <= {*_DATES} and set(columns) & {*_DATES}:
            expected = f"the month the staff stand at, as published: a column of {name}"
            missing = next(iter(set(columns) - set(header)))
            read.wrong(1, missing.upper(), "no such column", expected)
            return
    described = "; ".join(f"{name}: {', '.join(columns)}" for name, columns, _ in LAYOUTS)
    read.wrong(1, None, ", ".join(header) or "an empty file", f"the columns of one of {described}")


def _rows(read: Read, header: list[str], lines: Iterable[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            read.wrong(number, None, f"{len(cells)} cells", f"{len(header)} cells, one per column")
            continue
        yield number, dict(zip(header, cells, strict=True))
