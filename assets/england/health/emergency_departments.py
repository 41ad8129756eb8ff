"""A&E attendances and emergency admissions of every provider in England, by month and type of department.

Read from NHS England's monthly workbooks, which have every month; the CSV files, which have some, are
compared with them. Providers stand under the codes they had: `trusts` says what trust they belong to today.
"""

from __future__ import annotations

import re

import pandas as pd

from assets.england.published_files import PublishedFiles, refused
from assets.england.register import NationalTable, Origin
from assets.official_files import ae_monthly, ae_workbook
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known, Reading

WORKBOOKS, TEXTS = "health/ae_xls", "health/ae_csv"
SOURCE = "nhs_england_ae_statistics"
NOBODY = Known(councils={}, system="", providers={}, trusts={}, census_years=frozenset())
"""The readers' counts of all providers ask nothing of a data folder."""
COUNTS = (
    *("type_1_attendances", "type_2_attendances", "other_attendances"),
    *("emergency_admissions_via_ae", "other_emergency_admissions"),
)
_CODE = re.compile(r"[0-9A-Z]{3,8}")
"""What is none is a footnote in the column of codes."""
_SUMS = {"ae_attendances": COUNTS[:3], "emergency_admissions": COUNTS[3:]}


def provider_months(published: PublishedFiles, name: str) -> pd.DataFrame:
    """provider, month and the counts of one file, held to its own row of England; raises BadInput."""
    content = Content(published.path(name))
    readers = [reader for reader in (ae_monthly, ae_workbook) if reader.recognises(content)]
    if not readers:
        raise refused(name, "another layout", "monthly A&E by provider as published")
    counts = readers[0].counts_of(Reading(content, NOBODY))
    columns = (*counts.by_type, counts.via, counts.other)
    rows = []
    for number, month, code, values in counts.rows:
        found = [sum(values[column] for column in group) for group in columns]
        if _CODE.fullmatch(code):
            rows.append((code, month, *found))
        elif any(found):
            raise refused(name, code, "the code of a provider", row=number)
    return pd.DataFrame(rows, columns=["provider", "month", *COUNTS])


def build(published: PublishedFiles) -> list[NationalTable]:
    """`ae_monthly`: provider, month, attendances and admissions; raises BadInput where a month is missing."""
    origins = []
    months: dict[str, pd.DataFrame] = {}
    for name in published.names(WORKBOOKS, ".xls", ".xlsx"):
        rows = provider_months(published, name)
        month = month_of(name, rows)
        if month in months:
            raise refused(name, f"{month} a second time", "each month once")
        months[month] = rows
        totals = rows[list(COUNTS)].sum()
        proof = (
            f"England, all providers together: {totals[list(COUNTS[:3])].sum():,} attendances and "
            f"{totals[list(COUNTS[3:])].sum():,} emergency admissions, as its row of England by column"
        )
        origins.append(Origin(name, SOURCE, month, proof))
    _hold_unbroken(months)
    for name in published.names(TEXTS, ".csv"):
        rows = provider_months(published, name)
        month = month_of(name, rows)
        origins.append(Origin(name, SOURCE, month, note=_compared(rows, months.get(month))))
    table = pd.concat(months.values(), ignore_index=True)
    for total, parts in _SUMS.items():
        table[total] = table[list(parts)].sum(axis=1)
    return [
        NationalTable("ae_monthly", table.assign(source_id=SOURCE), tuple(origins), ("provider", "month"))
    ]


def month_of(name: str, rows: pd.DataFrame) -> str:
    """The month of a file's rows; raises BadInput where it is not one."""
    months = sorted(set(rows["month"]))
    if len(months) != 1:
        raise refused(name, f"the months {', '.join(months) or 'none'}", "one month")
    return str(months[0])


def _hold_unbroken(months: dict[str, pd.DataFrame]) -> None:
    if not months:
        raise refused(WORKBOOKS, "no workbook", "a workbook a month")
    expected = [str(month) for month in pd.period_range(min(months), max(months), freq="M")]
    missing = sorted(set(expected) - set(months))
    if missing:
        raise refused(
            WORKBOOKS, f"no workbook of {', '.join(missing)}", "every month from the first to the last"
        )


def _compared(text: pd.DataFrame, book: pd.DataFrame | None) -> str:
    """What a month as CSV has otherwise than the workbook that is used."""
    if book is None:
        return "not used: no workbook of the month"
    both = text.merge(book, on=["provider", "month"], how="outer", suffixes=("_text", "_book")).fillna(0)
    differ = pd.Series(False, index=both.index)
    for count in COUNTS:
        differ |= both[f"{count}_text"].ne(both[f"{count}_book"])
    if not differ.any():
        return "compared: the workbook, which is used, has the same of every provider"
    codes = ", ".join(sorted(both.loc[differ, "provider"]))
    return (
        f"not used for {codes}: the workbook has other figures of them and is the later revision of the month"
    )
