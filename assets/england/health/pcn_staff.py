"""Staff of primary care networks, added up from the published rows of individuals.

No row of a person leaves this module: what is kept are sums of full-time equivalents.
"""

from __future__ import annotations

from assets.england.published_files import PublishedFiles, refused, refused_cell
from assets.england.register import NationalTable, Origin

FILE = "gp/PCNWFIndividualCSV.062026.zip"
MEMBER = "1.Primary Care Networks - June 2026 Individual Level.csv"
SOURCE = "nhs_england_pcn_workforce"
_COLUMNS = {
    "PCN_CODE": "pcn",
    "SUB_ICB_CODE": "sub_icb",
    "ICB_CODE": "icb",
    "STAFF_GROUP": "staff_group",
    "STAFF_ROLE": "staff_role",
}
_TABLES = {
    "pcn_staff": ("pcn", "sub_icb", "icb", "staff_group"),
    "pcn_staff_roles": ("sub_icb", "icb", "staff_group", "staff_role"),
}
"""Roles by sub-ICB location alone: in a network a role is often one person."""


def build(published: PublishedFiles) -> list[NationalTable]:
    """`pcn_staff` by network and group, `pcn_staff_roles` by sub-ICB location and role; raises BadInput."""
    rows = published.table(FILE, ("CENSUS_YEAR", "CENSUS_MONTH", *_COLUMNS, "FTE"), ("FTE",), member=MEMBER)
    months = {
        f"{year}-{int(month):02d}"
        for year, month in set(zip(rows["CENSUS_YEAR"], rows["CENSUS_MONTH"], strict=True))
    }
    if len(months) != 1:
        raise refused(FILE, f"the months {', '.join(sorted(months))}", "one month", column="CENSUS_MONTH")
    if rows["FTE"].isna().any():
        raise refused_cell(FILE, rows["FTE"], rows["FTE"].isna(), "full-time equivalents", "FTE")
    month = months.pop()
    rows = rows.rename(columns=_COLUMNS)
    tables = {}
    for name, keys in _TABLES.items():
        table = rows.groupby(list(keys), as_index=False)["FTE"].sum()
        table["fte"] = table.pop("FTE").round(4)
        tables[name] = table.assign(month=month, source_id=SOURCE)
    table = tables["pcn_staff"]
    note = (
        f"{len(rows):,} rows of individuals added up to {table['fte'].sum():,.1f} full-time equivalents of "
        f"{table['pcn'].nunique():,} networks; the file prints no total"
    )
    origin = Origin(FILE, SOURCE, month, note=note)
    return [NationalTable(name, tables[name], (origin,), keys) for name, keys in _TABLES.items()]
