"""National tables of homes: stock and net additions."""

from __future__ import annotations

from assets.england.authorities import AuthorityCodes, authority_codes, missing
from assets.england.published_files import PublishedFiles, proved, refused_cell
from assets.england.register import NationalTable, Origin
from assets.official_files import live_table_122
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known

STOCK = "housing/dwelling_stock.csv.gz"
COUNCIL_TAX = "housing/la_council_tax.csv"
NET_ADDITIONS = "official/mhclg_live_table_122.ods"
_BANDS = tuple(f"count_band_{band}" for band in "ABCDEFGH")
_ROUNDED = 10.0 * len(_BANDS)
"""Counts of bands are rounded to ten."""
_DISTRICTS_OF_2009 = "its districts before April 2009 are not in the list of codes"


def build(published: PublishedFiles) -> list[NationalTable]:
    """dwelling_stock, council_tax_stock, net_additional_dwellings."""
    codes = authority_codes(published)
    return [_stock(published, codes), _council_tax(published, codes), _net_additions(published, codes)]


def _stock(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    columns = ("place_code", "year_at_31_march", "dwellings")
    rows = published.table(STOCK, columns, numbers=columns[1:]).rename(columns={columns[1]: "year"})
    table = codes.merged(STOCK, rows, "place_code", ["year"], ["dwellings"])
    note = missing(codes, table, "the file has neither the authorities nor all of their districts")
    origin = Origin(
        STOCK,
        "voa_ctsop_england",
        "2001 to 2021",
        "",
        f"{note}; so it has no total of England to hold to; rounded to ten",
    )
    table = table.astype({"year": "int32", "dwellings": "int32"})
    return NationalTable("dwelling_stock", table, (origin,), ("authority", "year"))


def _council_tax(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    """Its year is not stated in the file: a grade below the stock of a stated day."""
    numbers = (*_BANDS, "total_dwellings")
    rows = published.table(COUNCIL_TAX, ("code", "country", *numbers), numbers=numbers)
    rows = rows[rows["country"].eq("ENGLAND")]
    off = (rows[list(_BANDS)].sum(axis=1) - rows["total_dwellings"]).abs()
    if off.gt(_ROUNDED).any():
        expected = f"the sum of its bands, within {_ROUNDED:g}"
        stock = rows["total_dwellings"].map("{:,.0f}".format)
        raise refused_cell(COUNCIL_TAX, stock, off.gt(_ROUNDED), expected, "total_dwellings")
    table = codes.merged(COUNCIL_TAX, rows, "code", [], ["total_dwellings"])
    proved(COUNCIL_TAX, "authorities", len(table), len(codes.current))
    table = table.rename(columns={"total_dwellings": "dwellings"}).astype({"dwellings": "int32"})
    table = table.assign(year=2025, year_stated="no", grade="B")
    proof = f"stock of {len(rows)} authorities against its bands: the largest difference is {off.max():,.0f}"
    origin = Origin(
        COUNCIL_TAX,
        "council_tax_stock",
        "about 2025",
        proof,
        "the file states no year; rounded to ten, so no total of England is held",
    )
    return NationalTable("council_tax_stock", table.astype({"year": "int32"}), (origin,), ("authority",))


def _net_additions(published: PublishedFiles, codes: AuthorityCodes) -> NationalTable:
    """The publication's reader holds councils to England and counties, those of before 2009 included."""
    content = Content(published.path(NET_ADDITIONS))
    there = {
        str(cell).strip() for sheet in content.sheet_names for row in content.sheet(sheet) for cell in row[:6]
    }
    known = Known(dict.fromkeys(sorted(there & set(codes.current_of)), ""), "", {}, {}, frozenset())
    publication = live_table_122.read(content, known)
    rows = publication.tables["net_additional_dwellings"]
    table = codes.merged(NET_ADDITIONS, rows, "place", ["year"], ["net_additional_dwellings"])
    last = int(table["year"].max())
    proved(NET_ADDITIONS, f"authorities in {last}", int(table["year"].eq(last).sum()), len(codes.current))
    table = table.assign(release=publication.edition).astype(
        {"year": "int32", "net_additional_dwellings": "int32"}
    )
    origin = Origin(
        NET_ADDITIONS,
        "mhclg_live_table_122",
        publication.edition,
        "; ".join(publication.proofs),
        missing(codes, table, _DISTRICTS_OF_2009) + "; year is the financial year's first",
    )
    return NationalTable("net_additional_dwellings", table, (origin,), ("authority", "year"))
