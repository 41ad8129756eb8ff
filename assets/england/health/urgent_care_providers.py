"""Providers of A&E by name and board, and which acute trusts' areas those that are no acute trust serve.

From two sheets of NHS England's monthly workbooks: the boards of providers, and the proportions by which the
attendances of walk-in and urgent treatment centres count in the footprints of acute trusts.
"""

from __future__ import annotations

import pandas as pd

from assets.england.health.emergency_departments import SOURCE, WORKBOOKS, month_of, provider_months
from assets.england.health.trusts import MAP_FILE, MAP_MEMBER, SYSTEMS_FILE
from assets.england.published_files import PublishedFiles, proved, refused
from assets.england.register import NationalTable, Origin
from assets.official_files.file_content import Content

BOARDS_SHEET, FOOTPRINTS_SHEET = "System Mapping", "Acute Trust Mapping"
_BOARDS_HEADER = {0: "Org code", 2: "Name", 3: "STP"}
_FOOTPRINTS_HEADER = 4
_PROPORTION = "Proportion of Attends Acute 1"
_WHOLE = 0.011
"""Proportions are written with two decimals."""
FIRST_OF_2026 = "2026-04"
"""The month boards were merged."""


def build(published: PublishedFiles) -> list[NationalTable]:
    """`ae_providers` and `ae_footprints`; raises BadInput."""
    names = published.names(WORKBOOKS, ".xls", ".xlsx")
    return built_from(published, {month_of(name, provider_months(published, name)): name for name in names})


def built_from(published: PublishedFiles, by_month: dict[str, str]) -> list[NationalTable]:
    """The tables from the newest workbook and the last of before boards merged; names by month."""
    if not by_month:
        raise refused(WORKBOOKS, "no workbook", "a workbook a month")
    newest = max(by_month)
    before = max((month for month in by_month if month < FIRST_OF_2026), default=newest)
    origins = [Origin(by_month[newest], SOURCE, newest, note="names, and boards since April 2026")]
    tables = {"icb_2026": _boards(published, by_month[newest], _codes_of_2026(published))}
    if before != newest:
        origins.append(Origin(by_month[before], SOURCE, before, note="boards up to March 2026"))
        tables["icb_2024"] = _boards(published, by_month[before], _codes_of_2024(published))
    providers = pd.concat([table[["provider", "provider_name"]] for table in tables.values()])
    providers = providers.drop_duplicates("provider").reset_index(drop=True)
    for column in ("icb_2024", "icb_2026"):
        table = tables.get(column)
        of = {} if table is None else dict(zip(table["provider"], table["icb"], strict=True))
        providers[column] = providers["provider"].map(of).fillna("")
    providers["source_id"] = SOURCE
    return [
        NationalTable("ae_providers", providers, tuple(origins), ("provider",)),
        _footprints(published, by_month[newest], newest),
    ]


def _boards(published: PublishedFiles, name: str, codes: dict[str, str]) -> pd.DataFrame:
    """provider, provider_name, icb; '' for a board that is none of `codes` (providers that closed)."""
    cells = [[str(cell) for cell in row] for row in Content(published.path(name)).sheet(BOARDS_SHEET)]
    at = next((n for n, row in enumerate(cells) if row[0].strip() == _BOARDS_HEADER[0]), None)
    if at is None or any(cells[at][column].strip() != word for column, word in _BOARDS_HEADER.items()):
        expected = f"a row with {', '.join(_BOARDS_HEADER.values())} in the sheet {BOARDS_SHEET}"
        raise refused(name, "another header or no such sheet", expected)
    rows = [
        (row[0].strip().upper(), " ".join(row[2].split()), codes.get(_plain(row[3]), ""))
        for row in cells[at + 1 :]
        if row[0].strip()
    ]
    return pd.DataFrame(rows, columns=["provider", "provider_name", "icb"]).drop_duplicates("provider")


def _plain(name: str) -> str:
    """A board's name as it can be compared: publishers write the same board in several ways."""
    return " ".join(name.casefold().split())


def _codes_of_2024(published: PublishedFiles) -> dict[str, str]:
    rows = published.table(SYSTEMS_FILE, ("ICB Name", "ICB Code"))
    return {_plain(name): code for name, code in zip(rows["ICB Name"], rows["ICB Code"], strict=True)}


def _codes_of_2026(published: PublishedFiles) -> dict[str, str]:
    rows = published.table(MAP_FILE, ("ICB_NAME", "ICB_CODE"), member=MAP_MEMBER)
    return {_plain(name): code for name, code in zip(rows["ICB_NAME"], rows["ICB_CODE"], strict=True)}


def _footprints(published: PublishedFiles, name: str, month: str) -> NationalTable:
    """provider, acute_trust, proportion: of the provider's attendances, what counts in the trust's area."""
    columns = ("Code", "Acute Code", _PROPORTION)
    rows = published.sheet(name, FOOTPRINTS_SHEET, columns, header=_FOOTPRINTS_HEADER)
    rows = rows[rows["Code"].ne("") & rows["Acute Code"].ne("")]
    table = pd.DataFrame(
        {
            "provider": rows["Code"].str.upper(),
            "acute_trust": rows["Acute Code"].str.upper(),
            "proportion": pd.to_numeric(rows[_PROPORTION], errors="coerce"),
        }
    )
    wrong = ~table["proportion"].between(0, 1)
    if wrong.any():
        found = f"{rows.loc[wrong, _PROPORTION].iloc[0]} of {table.loc[wrong, 'provider'].iloc[0]}"
        raise refused(name, found, f"a proportion in the sheet {FOOTPRINTS_SHEET}", column=_PROPORTION)
    sums = table.groupby("provider")["proportion"].sum()
    off = float((sums - 1).abs().max())
    proof = proved(name, f"largest distance from 1 of {len(sums)} providers' proportions", off, 0, _WHOLE)
    keys = ["provider", "acute_trust"]
    added = table.groupby(keys)["proportion"].sum().reset_index().assign(source_id=SOURCE)
    origin = Origin(name, SOURCE, month, proof, "as NHS England shares attendances out to acute trusts")
    return NationalTable("ae_footprints", added, (origin,), tuple(keys))
