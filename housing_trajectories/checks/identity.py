"""Whose sites they are, and whether each stands once: GSS codes, references, sites under two references."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pandas as pd

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.remarks import Remark, Words, each, remark
from housing_trajectories.rows.site_rows import Array, SiteRows

_CODE = re.compile(r"^E0[6-9]\d{6}$")
_SHORT = re.compile(r"^\d{1,4}$")
_COUNCIL = re.compile(
    r"\b(?:(?:metropolitan |london |royal )?borough|city|district|county|unitary|town)?\s*council\b"
    r"|^(?:royal |london )?borough of "
)
_NEAR = 50.0
_CELL = _NEAR / math.sqrt(2.0)
_AROUND = 2  # cells beyond the neighbouring one may still hold a site within 50 m
_METRES_A_DEGREE = 111_320.0
_COMMON = {"tbc", "various", "site", "land", "unknown", "unnamed"}


def placed(
    rows: SiteRows, place: str | None, figures: ReferenceFigures
) -> tuple[SiteRows, str | None, list[Remark]]:
    """The rows with their GSS codes, the place most of them are of, and codes that cannot be used.

    Rows keep what the file says, upper case; a row without a code takes the place asked for.
    """
    by_name = {
        name.lower(): code for code, (name, status) in figures.authorities.items() if status == "current"
    }
    at, written = pd.factorize(rows.texts["place"].astype(str))
    codes = np.array([_code_of(code.strip().upper(), by_name) for code in written], dtype=object)[at]
    given = codes != ""
    if not given.any():
        codes[:] = place or ""
        unknown = place is not None and place not in figures.authorities
        remarks = (
            [remark("no_place")]
            if place is None
            else [remark("place_unknown", place=place)]
            if unknown
            else []
        )
        return rows.with_texts(place=codes), place, remarks
    filled = _drag_filled(codes)
    counts = Counter(str(code) for code in codes[given])
    usual = place or _usual(counts, figures, {str(codes[index]) for index in filled})
    codes[~given] = usual or ""
    rows = rows.with_texts(place=codes)
    return rows, usual, _wrong_codes(rows, given, filled, usual, place, counts, figures)


def _code_of(text: str, by_name: dict[str, str]) -> str:
    """The code of a council given by name; words that name none are no code at all."""
    bare = _COUNCIL.sub("", text.lower()).strip()
    return by_name.get(text.lower()) or by_name.get(bare) or (text if re.search(r"\d", text) else "")


def _wrong_codes(
    rows: SiteRows,
    given: np.ndarray,
    filled: set[int],
    usual: str | None,
    place: str | None,
    counts: Counter[str],
    figures: ReferenceFigures,
) -> list[Remark]:
    codes = rows.texts["place"]
    remarks: list[Remark] = []
    second_council = set()
    expected = f"the GSS code {place}" if place else "the GSS code of a council in England"
    as_others = f"{usual} as in the other rows"
    for code, count in counts.items():
        known = figures.authorities.get(code)
        here = codes == code
        drag = np.array([index for index in sorted(filled) if here[index]], dtype=np.intp)
        named = f"{code} ({known[0]})" if known else code
        if known is None:
            remarks += _each(rows, np.flatnonzero(here), named, expected, bool(len(drag)))
        elif place is not None and code != place:
            remarks += _each(rows, np.flatnonzero(here & given), named, expected, bool(len(drag)))
        elif len(drag) and code != usual:
            remarks += _each(rows, drag, named, as_others, True)
        elif code != usual and count * 5 < counts.total():
            remarks += _each(rows, np.flatnonzero(here), named, as_others, False)
        elif code != usual:
            second_council.add(code)
        if known is not None and known[1] == "former" and (place is None or code == place):
            remarks.append(rows.remark("former_code", int(here.argmax()), "place", code=code, name=known[0]))
    if second_council:
        councils = sorted({*second_council, str(usual)})
        remarks.append(remark("several_councils", count=len(councils), councils=", ".join(councils)))
    return remarks


def _each(rows: SiteRows, where: np.ndarray, code: str, expected: str, drag: bool) -> list[Remark]:
    words = {
        "code": code,
        "expected": expected,
        "drag": ", one more than in the row above, as a spreadsheet fills down" if drag else "",
    }
    return each(where, lambda at: rows.remark("foreign_code", at, "place", heading="place", **words))


def _drag_filled(codes: np.ndarray) -> set[int]:
    """Rows whose code is the one above plus one, as a spreadsheet continues a series."""
    filled: set[int] = set()
    unique = pd.unique(codes)
    if len(unique) < 2:
        return filled
    numbers = [_number(str(code)) for code in codes]
    for index in range(1, len(numbers)):
        before, here = numbers[index - 1], numbers[index]
        if (
            before is not None
            and here is not None
            and here[1] == before[1] + 1
            and here[0] in (before[0], "")
        ):
            filled.add(index)
    return {index for index in filled if _is_series(index, filled, codes)}


def _is_series(index: int, filled: set[int], codes: np.ndarray) -> bool:
    """Whether a code one more than the last belongs to a series: two councils may have neighbouring codes.

    A series has at least three codes in a row, or ends a column of one code with a single other.
    """
    if index - 1 in filled or index + 1 in filled or _SHORT.match(str(codes[index])):
        return True
    before = index >= 2 and codes[index - 2] == codes[index - 1]
    return before and index == len(codes) - 1


def _number(code: str) -> tuple[str, int] | None:
    """Prefix and running number of a code; a number by itself (`35`) has no prefix."""
    if _SHORT.match(code):
        return "", int(code)
    if _CODE.match(code):
        return code[:3], int(code[-3:])
    return None


def _usual(counts: Counter[str], figures: ReferenceFigures, filled: set[str]) -> str | None:
    """The code most rows have; where all are filled down, the one the series began with."""
    known = [code for code in counts if code in figures.authorities]
    pure = [code for code in known if code not in filled]
    return max(pure or known, key=lambda code: counts[code], default=None)


def unique_references(rows: SiteRows) -> tuple[SiteRows, list[Remark]]:
    """The rows, each under a reference of its own; those that stand twice in a plan status are errors.

    Also where they differ in case or blanks only. A site's years within the plan and beyond it may be two
    rows, and its homes and bedrooms too.
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
        return rows, []
    groups = frame.reset_index().groupby(["reference", "status", "use", "place", "beyond"])
    first = groups["index"].transform("min").to_numpy()
    of_sites = rows.is_site | rows.is_site[first]
    references = rows.texts["site_reference"].copy()
    for index in np.flatnonzero(again):
        form = "{} (row {})" if of_sites[index] else "{}_row_{}"
        references[index] = form.format(references[index], rows.row(index))

    def tell(index: int) -> Remark:
        own, other = rows.reference(index), int(first[index])
        words: Words = {"reference": own, "first_row": rows.row(other)}
        code, more = "reference_twice", {"sheet_of_first": _sheet(rows, other)}
        if own != rows.reference(other):
            code, more = "reference_alike", {"other": rows.reference(other)}
        return rows.remark(code, index, "site_reference", heading="site_reference", **words, **more)

    told = each(np.flatnonzero(again & of_sites), tell)
    return rows.with_texts(site_reference=references), told


def same_sites(rows: SiteRows) -> list[Remark]:
    """Sites that stand under two references: the same name, or within 50 m with the same homes."""
    index = np.flatnonzero(rows.is_site & ~rows.is_recorded & np.isin(rows.texts["use_class"], ["", "C3"]))
    if len(index) < 2:
        return []
    status = np.where(rows.texts["plan_status"][index] == "draft", "draft", "plan")
    named, remarks = _same_name(rows, index, status)
    return [*remarks, *_same_position(rows, index, status, named)]


def _same_name(rows: SiteRows, index: np.ndarray, status: np.ndarray) -> tuple[set[int], list[Remark]]:
    given = pd.Series(rows.texts["site_name"][index].astype(str), dtype="str").str.lower()
    names = given.str.replace(r"[^a-z0-9]+", " ", regex=True).str.strip()
    frame = pd.DataFrame({"name": names, "status": status, "at": index})
    frame["reference"] = rows.texts["site_reference"][index]
    frame = frame[(frame["name"].str.len() > 2) & ~frame["name"].isin(_COMMON)]
    frame = frame.drop_duplicates(["name", "status", "reference"])
    first = frame.groupby(["name", "status"])["at"].transform("first")
    first_of: dict[int, int] = {}
    for at, other in zip(frame.loc[frame["at"] != first, "at"], first[frame["at"] != first], strict=True):
        if _plain_reference(rows, at) != _plain_reference(rows, other):
            first_of[int(at)] = int(other)
    place = rows.texts["place"]
    remarks: list[Remark] = []
    for severity, across in (("error", False), ("warning", True)):

        def tell(at: int, severity: str = severity) -> Remark:
            other = first_of[at]
            words = {
                "name": rows.texts["site_name"][at],
                "other": rows.reference(other),
                "severity": severity,
            }
            where = f"{rows.row(other)}{_sheet(rows, other)}"
            return rows.remark("same_name", at, "site_name", heading="site_name", other_row=where, **words)

        alike = [at for at, other in first_of.items() if (place[at] != place[other]) == across]
        remarks += each(alike, tell)
    return set(first_of), remarks


def _same_position(rows: SiteRows, index: np.ndarray, status: np.ndarray, named: set[int]) -> list[Remark]:
    x, y = _metres(rows.numbers["geo_x"][index], rows.numbers["geo_y"][index])
    homes = np.nansum(rows.homes[index], axis=1)
    capacity = rows.numbers["capacity_dwellings"][index]
    homes = np.where(np.isnan(capacity), homes, capacity)
    known = ~(np.isnan(x) | np.isnan(y)) & (homes > 0)
    if known.sum() < 2:
        return []
    frame = pd.DataFrame({"x": x, "y": y, "homes": homes, "status": status == "draft", "at": index})[known]
    exact = frame.groupby(["x", "y", "homes", "status"])["at"].transform("first")
    pairs = [(int(a), int(b)) for a, b in zip(frame["at"], exact, strict=True) if a != b]
    single = frame.drop_duplicates(["x", "y", "homes", "status"])
    pairs += _near_pairs(single)
    near: dict[int, int] = {}
    for at, other in sorted({(max(pair), min(pair)) for pair in pairs}):
        if at not in named and rows.reference(at) != rows.reference(other):
            near.setdefault(at, other)

    def tell(at: int) -> Remark:
        other = near[at]
        where = f"{rows.row(other)}{_sheet(rows, other)}"
        return rows.remark("same_position", at, "geo_x", other=rows.reference(other), other_row=where)

    return each(list(near), tell)


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


def _plain_reference(rows: SiteRows, index: int) -> str:
    """The reference as the file has it, where it stood twice and was told apart by its row."""
    return rows.reference(index).partition(" (row ")[0].lower()


def _sheet(rows: SiteRows, index: int) -> str:
    sheet = rows.sheet_of(index)
    return f" of sheet {sheet}" if sheet else ""
