"""Recorded staff: every CSV file of `data/published_workforce/`, told by its columns, checked across rows.

The folder may be empty or absent: then staff in post rest on the figures of the other tables. Where a file
has an area's staff, they take the place of those figures.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import council_codes
from assets.official_files.staff_file_layouts import (
    ALL_AGES,
    FLOW_NAMES,
    LAYOUTS,
    Flow,
    KnownStaffNames,
    Read,
    Row,
    Staff,
)
from assets.tables.declarations.named_values import AGE_BANDS
from housing_trajectories.findings import BadInput, Finding

FOLDER = "published_workforce"
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
_STAFF_TYPES = {
    "area": "str",
    "staff_group": "str",
    "age_band": "str",
    "headcount": "float64",
    "wte": "float64",
    "file": "str",
}
_FLOW_TYPES = {"area": "str", "staff_group": "str", "flow": "str", "headcount": "float64", "file": "str"}


@dg.multi_asset(
    group_name="workforce",
    outs={name: dg.AssetOut(kinds={"csv"}) for name in ("recorded_staff", "recorded_staff_flows")},
    ins={name: dg.AssetIn() for name in NAMING},
    deps=["input_files"],
)
def recorded_staff_files(settings: RunSettings, **tables: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Staff in post by area, group and age, and their leavers and joiners, as published files have them.

    Both are empty without such files.
    """
    files = read_folder(settings.data_path / FOLDER, known_names(tables))
    for read in files:
        for remark in read.remarks:
            dg.get_dagster_logger().warning("%s: %s", read.file, remark)
    return (
        _frame([(*entry[:5], read.file) for read in files for entry in read.staff], _STAFF_TYPES),
        _frame([(*entry[:4], read.file) for read in files for entry in read.flows], _FLOW_TYPES),
    )


def _frame(rows: Sequence[tuple[object, ...]], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def known_names(tables: Mapping[str, pd.DataFrame]) -> KnownStaffNames:
    """What recorded files may name, from the tables of NAMING."""
    staff_groups, trust_staff, published, practices, places, providers = (tables[name] for name in NAMING)
    hospital = staff_groups["calibrated_on"] == "providers"
    outside = tuple(staff_groups.loc[~hospital, "staff_group"])
    inside = tuple(staff_groups.loc[hospital, "staff_group"])
    trusts = list(providers.loc[providers["kind"] == "acute", "provider"])
    codes = council_codes(places)
    kinds = zip(published["kind"], published["staff_group"].fillna(""), strict=True)
    return KnownStaffNames(
        groups={**dict.fromkeys(codes, outside), **dict.fromkeys(trusts, inside)},
        trusts={
            **dict(zip(trust_staff["trust"], trust_staff["provider"], strict=True)),
            **dict(zip(trusts, trusts, strict=True)),
        },
        published_groups=dict(zip(published["published_staff_group"].str.lower(), kinds, strict=True)),
        practices=dict(zip(practices["practice"], practices["place"], strict=True)),
        patients=dict(zip(practices["practice"], practices["registered_patients"], strict=True)),
    )


def read_folder(folder: Path, known: KnownStaffNames) -> list[Read]:
    """Every CSV file of the folder; raises BadInput with the findings of all of them.

    A file of another kind is refused: left out, its staff would be missing without a word.
    """
    there = sorted(path for path in folder.glob("*") if not path.name.startswith((".", "~$")))
    tables = [path for path in there if path.suffix.lower() == ".csv"]
    files = [read_file(path, known) for path in tables]
    findings = [
        Finding(path.name, None, None, f"a file of kind {path.suffix or 'none'}", "a file saved as CSV UTF-8")
        for path in there
        if path not in tables
    ]
    findings += [finding for read in files for finding in read.findings]
    if not findings:
        findings = [*_twice(files), *_missing_groups(files, known), *_unfinished_flows(files)]
    if findings:
        raise BadInput(findings)
    return files


def read_file(path: Path, known: KnownStaffNames) -> Read:
    """One file in whichever layout its columns show."""
    read = Read(path.name)
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as handle:
                _read_rows(read, csv.reader(handle), known)
            return read
        except UnicodeDecodeError:
            # Names are not used, only codes and numbers: older publications are not in UTF-8.
            read = Read(path.name)
        except csv.Error as error:
            read.wrong(None, None, str(error), "a well-formed CSV file")
            return read
    read.wrong(None, None, "bytes that are no text", "a file saved as CSV UTF-8")
    return read


def _read_rows(read: Read, lines: Iterator[list[str]], known: KnownStaffNames) -> None:
    header = [name.strip().lower() for name in next(lines, [])]
    for _, columns, reader in LAYOUTS:
        if set(columns) <= set(header):
            for name in sorted({name for name in columns if header.count(name) > 1}):
                read.wrong(1, name, "the column a second time", "each column once")
            if not read.findings:
                reader(read, _rows(read, header, lines), known)
            if not (read.findings or read.staff or read.flows):
                read.wrong(None, None, "no row of staff", "rows under the header")
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


def _twice(files: list[Read]) -> list[Finding]:
    """The same staff or flow in two rows, of one file or of two."""
    seen: dict[tuple[str, ...], str] = {}
    findings = []
    for read in files:
        entries: list[Staff | Flow] = [*read.staff, *read.flows]
        for entry in entries:
            key = (type(entry).__name__, *map(str, entry[:3]))
            here = f"{read.file} row {entry.row}"
            if key in seen:
                found = f"{entry[1]} of {entry[0]} ({entry[2]}) a second time (first in {seen[key]})"
                findings.append(Finding(read.file, entry.row, "staff_group", found, "each once"))
            seen.setdefault(key, here)
    return findings


def _missing_groups(files: list[Read], known: KnownStaffNames) -> list[Finding]:
    """A group that a file's area has not, and a group whose bands are not all there or stand beside `all`."""
    findings = []
    for read in files:
        areas = {entry.area: entry.row for entry in read.staff}
        for area, row in areas.items():
            entries = [entry for entry in read.staff if entry.area == area]
            there = {entry.staff_group for entry in entries}
            wanted = set(known.groups[area])
            if there & _GENERAL_PRACTICE:
                wanted = _GENERAL_PRACTICE if there <= _GENERAL_PRACTICE else wanted
            for group in sorted(wanted - there):
                findings.append(
                    Finding(
                        read.file, row, "staff_group", f"no {group} for {area}", "every group of the area"
                    )
                )
            for group in sorted(there):
                bands = {entry.age_band for entry in entries if entry.staff_group == group}
                if bands not in ({ALL_AGES}, set(AGE_BANDS)):
                    missing = ", ".join(band for band in AGE_BANDS if band not in bands)
                    findings.append(
                        Finding(
                            read.file,
                            row,
                            "age_band",
                            f"{group} of {area} without {missing or 'all bands alone'}",
                            "every age band, with 0 where nobody is in it, or all alone",
                        )
                    )
    return findings


_GENERAL_PRACTICE = {"gps", "gps_in_training", "practice_nurses"}
"""What the practice file has: staff of primary care networks are published apart."""


def _unfinished_flows(files: list[Read]) -> list[Finding]:
    """A group with some of its flows, or with more leavers than people."""
    findings = []
    heads: dict[tuple[str, str], float] = {}
    for read in files:
        for entry in read.staff:
            if entry.headcount is not None:
                key = entry.area, entry.staff_group
                heads[key] = heads.get(key, 0.0) + entry.headcount
    for read in files:
        by_unit: dict[tuple[str, str], dict[str, Flow]] = {}
        for flow in read.flows:
            by_unit.setdefault((flow.area, flow.staff_group), {})[flow.flow] = flow
        for unit, flows in by_unit.items():
            row = max(flow.row for flow in flows.values())
            missing = [name for name in FLOW_NAMES if name not in flows]
            if missing:
                found = f"{unit[1]} of {unit[0]} without {', '.join(missing)}"
                findings.append(Finding(read.file, row, "flow", found, "every flow, with 0 for none"))
            leavers = flows.get("leavers")
            if leavers and unit in heads and leavers.headcount >= heads[unit]:
                found = f"{leavers.headcount:g} leavers of {heads[unit]:g} people, over 100 %"
                findings.append(
                    Finding(read.file, leavers.row, "headcount", found, "fewer leavers than people in post")
                )
    return findings
