"""Whether each site stands once: references given twice, and one site under two references."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.rows.site_rows import Array, SiteRows

_NEAR = 50.0
_CELL = _NEAR / math.sqrt(2.0)
_AROUND = 2  # cells beyond the neighbouring one may still hold a site within 50 m
_REPEATED = "reference values are not unique"
_SAME_SITE = "the same site under two references"
_METRES_A_DEGREE = 111_320.0
_COMMON = {"tbc", "various", "site", "land", "unknown", "unnamed"}


def check_references(rows: SiteRows, findings: FindingList) -> None:
    """Report references that stand twice in a plan status, also where they differ in case or blanks only.

    A site's years within the plan and beyond it may be two rows, and its homes and bedrooms too.
    """
    folded = pd.Series(rows.texts["site_reference"], dtype="object").astype(str).str.lower()
    folded = folded.str.replace(r"[\s]+", "", regex=True)
    frame = pd.DataFrame(
        {
            "reference": folded,
            "status": rows.texts["plan_status"],
            "use": rows.texts["use_class"],
            "place": rows.texts["place"],
            "beyond": rows.is_beyond_plan,
        }
    )
    frame["use"] = frame["use"].replace({"": "C3"})
    frame["status"] = frame["status"].replace({"": "adopted"})
    again = frame.duplicated(keep="first").to_numpy() & (frame["reference"] != "").to_numpy()
    if not again.any():
        return
    first = (
        frame.reset_index()
        .groupby(["reference", "status", "use", "place", "beyond"])["index"]
        .transform("min")
    )
    for index in np.flatnonzero(again)[:500]:
        if rows.texts["kind"][index] != "site" and rows.texts["kind"][int(first[index])] != "site":
            _renamed(rows, index)
            continue
        reference = str(rows.texts["site_reference"][index])
        other = int(first[index])
        same = reference == str(rows.texts["site_reference"][other])
        found = f"'{reference}' a second time (first in row {_row(rows, other)}{_sheet(rows, other)})"
        if not same:
            found = (
                f"'{reference}', which differs from '{rows.texts['site_reference'][other]}' of row "
                f"{_row(rows, other)} in case or blanks only"
            )
        findings.add(
            _REPEATED,
            found,
            "each site once",
            row=_row(rows, index),
            sheet=rows.sheet_of(index),
            column=rows.column(index, "site_reference"),
            heading="site_reference",
            site=reference,
            done="both counted",
        )
        rows.texts["site_reference"][index] = f"{reference} (row {_row(rows, index)})"


def check_same_site(rows: SiteRows, findings: FindingList) -> None:
    """Report sites that stand under two references: the same name, or within 50 m with the same homes."""
    index = np.flatnonzero(rows.is_site & ~rows.is_recorded & np.isin(rows.texts["use_class"], ["", "C3"]))
    if len(index) < 2:
        return
    status = np.where(rows.texts["plan_status"][index] == "draft", "draft", "plan")
    reported: set[int] = set()
    _same_name(rows, index, status, reported, findings)
    _same_position(rows, index, status, reported, findings)


def _same_name(
    rows: SiteRows, index: np.ndarray, status: np.ndarray, reported: set[int], findings: FindingList
) -> None:
    given = pd.Series(rows.texts["site_name"][index].astype(str), dtype="str").str.lower()
    names = given.str.replace(r"[^a-z0-9]+", " ", regex=True).str.strip()
    frame = pd.DataFrame({"name": names, "status": status, "at": index})
    frame["reference"] = rows.texts["site_reference"][index]
    frame = frame[(frame["name"].str.len() > 2) & ~frame["name"].isin(_COMMON)]
    frame = frame.drop_duplicates(["name", "status", "reference"])
    first = frame.groupby(["name", "status"])["at"].transform("first")
    for at, other in zip(frame.loc[frame["at"] != first, "at"], first[frame["at"] != first], strict=True):
        if _plain_reference(rows, at) == _plain_reference(rows, other):
            continue
        across = rows.texts["place"][at] != rows.texts["place"][other]
        reported.add(int(at))
        findings.add(
            _SAME_SITE,
            f"'{rows.texts['site_name'][at]}', as {_reference(rows, other)} of row "
            f"{_row(rows, other)}{_sheet(rows, other)}",
            "one reference a site, or names that tell them apart",
            "warning" if across else "error",
            row=_row(rows, at),
            sheet=rows.sheet_of(at),
            column=rows.column(int(at), "site_name"),
            heading="site_name",
            site=_reference(rows, at),
            done="both counted",
        )


def _same_position(
    rows: SiteRows, index: np.ndarray, status: np.ndarray, reported: set[int], findings: FindingList
) -> None:
    x, y = _metres(rows.numbers["geo_x"][index], rows.numbers["geo_y"][index])
    homes = np.nansum(rows.homes[index], axis=1)
    capacity = rows.numbers["capacity_dwellings"][index]
    homes = np.where(np.isnan(capacity), homes, capacity)
    known = ~(np.isnan(x) | np.isnan(y)) & (homes > 0)
    if known.sum() < 2:
        return
    frame = pd.DataFrame({"x": x, "y": y, "homes": homes, "status": status == "draft", "at": index})[known]
    exact = frame.groupby(["x", "y", "homes", "status"])["at"].transform("first")
    pairs = [(int(a), int(b)) for a, b in zip(frame["at"], exact, strict=True) if a != b]
    single = frame.drop_duplicates(["x", "y", "homes", "status"])
    pairs += _near_pairs(single)
    for at, other in sorted({(max(pair), min(pair)) for pair in pairs})[:500]:
        if at in reported or _reference(rows, at) == _reference(rows, other):
            continue
        reported.add(at)
        findings.add(
            _SAME_SITE,
            f"within 50 m of {_reference(rows, other)} of row {_row(rows, other)}{_sheet(rows, other)} with "
            f"the same homes",
            "one reference a site",
            row=_row(rows, at),
            sheet=rows.sheet_of(at),
            column=rows.column(at, "geo_x"),
            site=_reference(rows, at),
            done="both counted",
        )


def _near_pairs(frame: pd.DataFrame) -> list[tuple[int, int]]:
    """Each site with another of the same homes within 50 m, all positions being different.

    On a grid whose cells measure 50 m from corner to corner, sites of one cell are near each other; a site
    alone in its cell is held against those of the cells around it. Linear in the sites, however they lie.
    """
    if len(frame) < 2:
        return []
    at, x, y = (frame[name].to_numpy() for name in ("at", "x", "y"))
    size, sizes = pd.factorize(frame["homes"] * 2 + frame["status"])
    across = np.floor(x / _CELL).astype(np.int64) - int(np.floor(x.min() / _CELL)) + _AROUND
    up = np.floor(y / _CELL).astype(np.int64) - int(np.floor(y.min() / _CELL)) + _AROUND
    column = (int(up.max()) + _AROUND + 1) * len(sizes)
    key = across * column + up * len(sizes) + size
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    first = np.searchsorted(ranked, ranked, side="left")
    pairs = [
        (int(at[order[row]]), int(at[order[first[row]]]))
        for row in np.flatnonzero(first != np.arange(len(key)))
    ]
    alone = order[np.searchsorted(ranked, ranked, side="right") - first == 1]
    for right in range(-_AROUND, _AROUND + 1):
        for above in range(-_AROUND, _AROUND + 1):
            if (right, above) == (0, 0):
                continue
            wanted = key[alone] + right * column + above * len(sizes)
            start = np.searchsorted(ranked, wanted, side="left")
            count = np.searchsorted(ranked, wanted, side="right") - start
            here = np.repeat(alone, count)
            offset = np.arange(len(here)) - np.repeat(np.cumsum(count) - count, count)
            there = order[np.repeat(start, count) + offset]
            near = np.hypot(x[here] - x[there], y[here] - y[there]) <= _NEAR
            pairs += [(int(at[a]), int(at[b])) for a, b in zip(here[near], there[near], strict=True)]
    return pairs


def _metres(x: Array, y: Array) -> tuple[Array, Array]:
    """Coordinates in metres, from eastings and northings or from degrees; near enough for 50 m."""
    degrees = (np.abs(x) <= 10) & (y > 49) & (y < 61)
    swapped = (np.abs(y) <= 10) & (x > 49) & (x < 61)
    longitude, latitude = np.where(swapped, y, x), np.where(swapped, x, y)
    east = longitude * _METRES_A_DEGREE * np.cos(np.radians(np.where(degrees | swapped, latitude, 52.0)))
    north = latitude * _METRES_A_DEGREE
    usable = (x > 10) & (y > 10)
    return (
        np.where(degrees | swapped, east, np.where(usable, x, np.nan)),
        np.where(degrees | swapped, north, np.where(usable, y, np.nan)),
    )


def _renamed(rows: SiteRows, index: int) -> None:
    """Two allowances of one name are two rows, each with a reference of its own."""
    reference = str(rows.texts["site_reference"][index])
    rows.texts["site_reference"][index] = f"{reference}_row_{_row(rows, index)}"


def _reference(rows: SiteRows, index: int) -> str:
    return str(rows.texts["site_reference"][index])


def _plain_reference(rows: SiteRows, index: int) -> str:
    """The reference as the file has it, where it stood twice and was told apart by its row."""
    return _reference(rows, index).partition(" (row ")[0].lower()


def _row(rows: SiteRows, index: int) -> int:
    return int(rows.numbers["row"][index])


def _sheet(rows: SiteRows, index: int) -> str:
    sheet = str(rows.texts["sheet"][index])
    return f" of sheet {sheet}" if sheet else ""
