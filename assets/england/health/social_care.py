"""Adult social care by council: the figures of the outcomes framework that are numbers of people.

Councils are those responsible for social care: unitary, metropolitan and London authorities and counties.
Table `authorities` says which county (`upper_tier`) a district is in. A suppressed cell is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from assets.england.authorities import authority_codes
from assets.england.published_files import PublishedFiles, numbers_of, refused
from assets.england.register import NationalTable, Origin

FILE = "social_care/ascof_2024_25.ods"
SOURCE = "ascof_2024_25"
_YEAR, _PRINTED = "2024/25", "2024 to 2025"
MEASURES = {
    "Table_2a": "reablement_completed",
    "Table_2b": "admissions_to_care_homes_18_to_64",
    "Table_2c": "admissions_to_care_homes_65_and_over",
    "Table_2d(2)": "discharges_into_reablement_65_and_over",
    "Table_2e(1)": "long_term_learning_disability_18_to_64_at_home",
    "Table_2e(2a)": "long_term_support_18_to_64_at_home",
    "Table_2e(2b)": "long_term_support_65_and_over_at_home",
    "Table_3d(1a)": "community_clients_at_31_march_with_self_directed_support",
    "Table_3d(2a)": "community_clients_at_31_march_with_direct_payments",
}
"""Measure by sheet. Its denominator is what each is a part of: people who had reablement, people of the age,
people discharged, people with long-term support in the year, with community support at the year's end."""
_LABELS = ("Local authority", "ONS area code")
TURNOVER, _TURNOVER_SHEET, _TURNOVER_HEADER = "staff_turnover", "Table_6a", 5
"""Staff of all employers of care who left their role in the year, in per cent: an outcome without parts."""
_RENUMBERED = {"E10000009": "E06000059"}
"""Dorset stands in the sheet of turnover under the code it had as a county, before 2019."""
_HEADER = 7
"""Row of the names of columns, the same in the sheets of parts and outcome."""
_PARTS = ("numerator", "denominator", "outcome")
_NONE = ("[c]", "[x]", "[z]")
_COUNCILS = ("E06", "E08", "E09", "E10")
_COUNTIES = "E10"
_ENGLAND = "E92000001"
_ROUNDED_TO = 5


def build(published: PublishedFiles) -> list[NationalTable]:
    """`social_care`: council, measure, year, numerator, denominator, outcome; raises BadInput."""
    parts = []
    proofs = []
    for sheet, measure in MEASURES.items():
        rows = _sheet(published, sheet)
        england = rows[rows["council"].eq(_ENGLAND)]
        councils = rows[rows["council"].str.startswith(_COUNCILS)]
        if len(england) != 1:
            raise refused(FILE, f"{len(england)} rows of England", f"one in the sheet {sheet}")
        missing = int(councils["denominator"].isna().sum())
        found, printed = councils["denominator"].sum(), float(england["denominator"].iloc[0])
        if missing == 0 and abs(found - printed) > len(councils) * _ROUNDED_TO / 2:
            raise refused(FILE, f"{found:,.0f} in {sheet}", f"{printed:,.0f}, its row of England")
        proofs.append(
            f"{sheet} {found:,.0f} of {printed:,.0f}" + (f" without {missing} councils" if missing else "")
        )
        parts.append(councils.assign(measure=measure))
    turnover = _sheet(published, _TURNOVER_SHEET, ("outcome",), _TURNOVER_HEADER)
    councils = turnover[turnover["council"].str.startswith((*_COUNCILS, _ENGLAND))]
    councils = councils.assign(council=councils["council"].replace(_RENUMBERED))
    missing = int(councils["outcome"].isna().sum())
    proofs.append(f"{_TURNOVER_SHEET} outcomes alone" + (f" without {missing} councils" if missing else ""))
    parts.append(councils.assign(measure=TURNOVER))
    table = pd.concat(parts, ignore_index=True).assign(year=_YEAR, source_id=SOURCE)
    current = authority_codes(published).current_of
    known = table["council"].isin(current) | table["council"].str.startswith((_COUNTIES, _ENGLAND))
    if not known.all():
        raise refused(FILE, table.loc[~known, "council"].iloc[0], "the code of a council of England")
    table["council"] = [current.get(code, code) for code in table["council"]]
    table = table[["council", "council_name", "measure", "year", *_PARTS, "source_id"]]
    proof = "denominators of councils together and of England as published: " + "; ".join(proofs)
    note = "measures of 2024/25 alone: the framework was made anew, earlier years are not the same"
    origin = Origin(FILE, SOURCE, "2024-25", proof, note)
    return [NationalTable("social_care", table, (origin,), ("council", "measure", "year"))]


def _sheet(
    published: PublishedFiles, sheet: str, parts: Sequence[str] = _PARTS, header: int = _HEADER
) -> pd.DataFrame:
    wanted = (*_LABELS, *(f"{_PRINTED} - {part}" for part in parts))
    rows = published.sheet(FILE, sheet, wanted, header=header)
    table = pd.DataFrame({"council_name": rows[_LABELS[0]], "council": rows[_LABELS[1]]})
    for part, column in zip(parts, wanted[len(_LABELS) :], strict=True):
        cells = rows[column].mask(rows[column].isin(_NONE), "")
        table[part] = numbers_of(f"{FILE}, sheet {sheet}", column, cells)
    return table
