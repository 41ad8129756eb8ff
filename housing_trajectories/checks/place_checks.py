"""Whether a trajectory's GSS codes are those of English councils, and of the council it is meant to be."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.files.sheets import FindingList
from housing_trajectories.rows.site_rows import SiteRows

_CODE = re.compile(r"^E0[6-9]\d{6}$")
_SHORT = re.compile(r"^\d{1,4}$")
_COUNCIL = re.compile(
    r"\b(?:(?:metropolitan |london |royal )?borough|city|district|county|unitary|town)?\s*council\b"
    r"|^(?:royal |london )?borough of "
)
_ISSUE = "unknown or foreign GSS code"


def check_places(
    rows: SiteRows, place: str | None, figures: ReferenceFigures, findings: FindingList
) -> str | None:
    """Report codes that cannot be used, fill in the place where the file does not say it, and return it.

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
        rows.texts["place"] = codes
        if place is None:
            findings.add(
                "missing value",
                "no GSS code of the council",
                "a GSS code, in the file or asked for with --place",
                "warning",
                done="read without a place",
            )
        elif place not in figures.authorities:
            findings.add(_ISSUE, f"'{place}', asked for", "the GSS code of a council in England")
        return place
    filled = _drag_filled(codes)
    counts = Counter(str(code) for code in codes[given])
    usual = place or _usual(counts, figures, {str(codes[index]) for index in filled})
    codes[~given] = usual or ""
    rows.texts["place"] = codes
    _report(rows, codes, given, filled, usual, place, counts, figures, findings)
    return usual


def _code_of(text: str, by_name: dict[str, str]) -> str:
    """The code of a council given by name; words that name none are no code at all."""
    bare = _COUNCIL.sub("", text.lower()).strip()
    return by_name.get(text.lower()) or by_name.get(bare) or (text if re.search(r"\d", text) else "")


def _report(
    rows: SiteRows,
    codes: np.ndarray,
    given: np.ndarray,
    filled: set[int],
    usual: str | None,
    place: str | None,
    counts: Counter[str],
    figures: ReferenceFigures,
    findings: FindingList,
) -> None:
    total = sum(counts.values())
    second_council = set()
    for code, count in counts.items():
        known = figures.authorities.get(code)
        drag = [index for index in sorted(filled) if codes[index] == code]
        expected = f"the GSS code {place}" if place else "the GSS code of a council in England"
        if known is None:
            _each(rows, np.flatnonzero(codes == code), code, expected, bool(drag), findings)
        elif place is not None and code != place:
            _each(
                rows,
                np.flatnonzero((codes == code) & given),
                f"{code} ({known[0]})",
                expected,
                bool(drag),
                findings,
            )
        elif drag and code != usual:
            _each(
                rows, np.array(drag), f"{code} ({known[0]})", f"{usual} as in the other rows", True, findings
            )
        elif code != usual and count * 5 < total:
            _each(
                rows,
                np.flatnonzero(codes == code),
                f"{code} ({known[0]})",
                f"{usual} as in the other rows",
                False,
                findings,
            )
        elif code != usual:
            second_council.add(code)
        if known is not None and known[1] == "former" and (place is None or code == place):
            index = int(np.flatnonzero(codes == code)[0])
            findings.add(
                "former GSS code",
                f"'{code}' ({known[0]}), a code no longer in use",
                "a code in use",
                "warning",
                row=_row(rows, index),
                sheet=rows.sheet_of(index),
                column=rows.column(index, "place"),
                done="kept as it is",
            )
    if second_council:
        found = f"{len(second_council) + 1} councils: {', '.join(sorted({*second_council, str(usual)}))}"
        findings.add(
            "several councils", found, "a file a council", "warning", done="each row kept under its own"
        )


def _each(
    rows: SiteRows, where: np.ndarray, code: str, expected: str, drag: bool, findings: FindingList
) -> None:
    for index in where[:200]:
        found = f"'{code}'" + (
            ", one more than in the row above, as a spreadsheet fills down" if drag else ""
        )
        findings.add(
            _ISSUE,
            found,
            expected,
            row=_row(rows, index),
            sheet=rows.sheet_of(index),
            column=rows.column(index, "place"),
            heading="place",
            site=str(rows.texts["site_reference"][index]),
            done="its homes must not be used for this place",
        )
    findings.count(_ISSUE, max(0, len(where) - 200), "error")


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


def _row(rows: SiteRows, index: int) -> int:
    return int(rows.numbers["row"][index])
