"""Homes and bedrooms kept apart: class C3 is homes, class C2 and students' rooms house the communal
population.

What a site's words say of bedrooms is told by `bedroom_words`.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.files.sheets import FindingList
from housing_trajectories.rows.bedroom_words import Kind, Said, kinds_under, said, telling_texts
from housing_trajectories.rows.site_rows import SiteRows

_COLUMN: dict[str, str] = {"C2": "communal_bedrooms", "student": "student_bedrooms"}
_MOST_NAMED = 5


def bedrooms_apart(rows: SiteRows, figures: ReferenceFigures, findings: FindingList) -> None:
    """Move the numbers of C2 and student rows to their own columns, and phase bedrooms given without years.

    A row whose words say that its number is of bedrooms counts as one of that class; homes counted for
    bedrooms by the Housing Delivery Test's ratios become bedrooms again; where words and number do not tell
    which they are, that is an error.
    """
    ratios: dict[Kind, float] = {
        "C2": figures.communal_bedrooms_per_home,
        "student": figures.student_bedrooms_per_home,
    }
    by_words = _judge(rows, ratios, findings)
    for name, block in (("C2", rows.communal), ("student", rows.student)):
        where = rows.texts["use_class"] == name
        if where.any():
            block[where] = np.where(np.isnan(rows.homes[where]), block[where], rows.homes[where])
            rows.homes[where] = np.nan
            rows.low[where] = rows.high[where] = np.nan
            found = f"{_rows(where.sum())} of class {name}, {np.nansum(block[where]):,.0f} bedrooms"
            told = where & by_words
            if told.any():
                found += f"; class by name, notes or type: {_named(rows, told)}"
            findings.add(
                "bedrooms",
                found,
                "homes of class C3",
                "warning" if told.any() else "mended",
                row=int(rows.numbers["row"][int(where.argmax())]),
                sheet=rows.sheet_of(int(where.argmax())),
                done="kept apart as bedrooms, for the communal population",
            )
    for name, block in (("communal_bedrooms", rows.communal), ("student_bedrooms", rows.student)):
        _phase_bedrooms(rows, name, block, findings)


def _judge(rows: SiteRows, ratios: dict[Kind, float], findings: FindingList) -> np.ndarray:
    """Give each row of bedrooms its class and bring its number to bedrooms; marks those told by words."""
    by_words = np.zeros(len(rows), dtype=bool)
    turned: dict[Kind, list[tuple[int, Said]]] = {"C2": [], "student": []}
    for index in _rows_to_judge(rows):
        stated = str(rows.texts["use_class"][index])
        kind = cast(Kind, stated) if stated in _COLUMN else None
        text = "\n".join(str(rows.texts[name][index]) for name in ("site_name", "note", "words"))
        given = sum(float(np.nan_to_num(rows.numbers[name][index])) for name in _COLUMN.values())
        under = set() if kind else kinds_under(str(rows.texts["section"][index]))
        found = said(text, _numbers(rows, index), kind, given, under, ratios)
        if found.verdict in ("bedrooms", "equivalents"):
            by_words[index] = kind is None
            rows.texts["use_class"][index] = found.kind
            for name in _COLUMN.values() if given else ():
                rows.numbers[name][index] = np.nan  # the row's years hold them
            if found.verdict == "equivalents":
                rows.homes[index] *= found.bedrooms / found.number
                turned[found.kind].append((int(index), found))
        elif found.verdict in ("unclear", "maybe homes"):
            _report(rows, int(index), found, findings)
    for name, items in turned.items():
        if items:
            places = np.zeros(len(rows), dtype=bool)
            places[[index for index, _ in items]] = True
            findings.add(
                "bedrooms counted as homes",
                f"{sum(s.number for _, s in items):,.0f} homes for {sum(s.bedrooms for _, s in items):,.0f} "
                f"bedrooms of class {name}, by the ratio of {ratios[name]:g}: {_named(rows, places)}",
                "bedrooms",
                "warning",
                row=int(rows.numbers["row"][items[0][0]]),
                sheet=rows.sheet_of(items[0][0]),
                done="turned back into bedrooms",
            )
    return by_words


def _rows_to_judge(rows: SiteRows) -> np.ndarray:
    """Rows with homes of which a word or number tells bedrooms, and no class says that they are homes."""
    with_homes = (np.nan_to_num(rows.homes) > 0).any(axis=1) & ~rows.is_recorded
    open_class = with_homes & (rows.texts["use_class"] != "C3")
    columns = [rows.texts[name] for name in ("site_name", "note", "words", "section")]
    telling = telling_texts({str(text) for column in columns for text in column[open_class]})
    given = np.any([np.nan_to_num(rows.numbers[name]) > 0 for name in _COLUMN.values()], axis=0)
    if telling:
        given |= np.any([np.isin(column.astype(str), list(telling)) for column in columns], axis=0)
    return np.flatnonzero(open_class & given)


def _numbers(rows: SiteRows, index: int) -> list[float]:
    """The row's capacity, its homes in all years, and those with what was built and comes later."""
    phased = float(np.nansum(rows.homes[index]))
    beside = sum(float(np.nan_to_num(rows.numbers[name][index])) for name in ("built_before", "homes_beyond"))
    stated = [rows.numbers[name][index] for name in ("capacity_dwellings", "remaining", "gross_capacity")]
    return [float(n) for n in dict.fromkeys([*stated, phased, phased + beside]) if n == n and n > 0]


def _report(rows: SiteRows, index: int, found: Said, findings: FindingList) -> None:
    name = " ".join(f"'{rows.texts['site_name'][index]}' {rows.texts['note'][index]}".split())
    unclear = found.verdict == "unclear"
    findings.add(
        "homes or bedrooms" if unclear else "use class not stated",
        f"{found.why}: {name}" if unclear else name,
        "a use class, C3, C2 or student, or the bedrooms in its name"
        if unclear
        else "use class C2 or student where these are bedrooms",
        "error" if unclear else "warning",
        row=int(rows.numbers["row"][index]),
        sheet=rows.sheet_of(index),
        site=str(rows.texts["site_reference"][index]),
        done="kept as homes: say C3, C2 or student in a column 'Use class'"
        if unclear
        else "counted as homes of class C3",
    )


def _named(rows: SiteRows, where: np.ndarray) -> str:
    references = [str(rows.texts["site_reference"][index]) for index in np.flatnonzero(where)]
    return ", ".join(references[:_MOST_NAMED]) + (" …" if len(references) > _MOST_NAMED else "")


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _phase_bedrooms(rows: SiteRows, name: str, block: np.ndarray, findings: FindingList) -> None:
    """A site's bedrooms without a year come as its homes come."""
    given = np.nan_to_num(rows.numbers[name])
    for index in np.flatnonzero(given):
        homes = np.nan_to_num(rows.homes[index])
        row, site = int(rows.numbers["row"][index]), str(rows.texts["site_reference"][index])
        if homes.sum() <= 0:
            findings.add(
                "bedrooms",
                f"{given[index]:,.0f} bedrooms on a site without homes in any year",
                "a year for them",
                row=row,
                column=rows.column(int(index), name),
                site=site,
                done="not counted",
            )
            continue
        block[index] = np.where(homes != 0, given[index] * homes / homes.sum(), block[index])
        findings.add(
            "bedrooms",
            f"{given[index]:,.0f} bedrooms without a year",
            "bedrooms by year",
            "warning",
            row=row,
            column=rows.column(int(index), name),
            site=site,
            done="phased as the site's homes",
        )
