"""Which sub-ICB location and which integrated care board, of 2024 and of 2026, an authority lies in."""

from __future__ import annotations

import csv
import io
import zipfile

import pandas as pd

from assets.england.authorities import AuthorityCodes, authority_codes
from assets.england.msoas import LSOA_AUTHORITY, MID_2024_MSOA, msoa_of_lsoas, msoa_totals
from assets.england.published_files import PublishedFiles, proved, refused, refused_cell
from assets.england.register import NationalTable, Origin

LSOA_BOARDS = "places/lookup_lsoa21_icb24.csv.gz"
DERIVED = "places/ltla24_sicbl24_icb24_icb26_derived.csv"
PRACTICES = "gp/gp-reg-pat-prac-map.zip"
ALLOCATIONS = "gp/icb_allocations_practices_2025_26.csv.gz"
BOARDS_OF_2024 = 42
BOARDS_OF_2026 = 36
_UNKNOWN = "?"
_PRACTICE_COLUMNS = ("PRACTICE_CODE", "SUB_ICB_LOCATION_CODE", "ONS_ICB_CODE", "ICB_CODE", "ICB_NAME")


def build(published: PublishedFiles) -> list[NationalTable]:
    """`authority_boards`: a row an authority and sub-ICB location of 2024, with its share."""
    codes = authority_codes(published)
    lsoas = _lsoas(published, codes)
    keys = [
        "authority",
        "sub_icb",
        "sub_icb_gss",
        "sub_icb_name",
        "icb_2024",
        "icb_2024_gss",
        "icb_2024_name",
    ]
    table = lsoas.groupby(keys, as_index=False).agg(lsoas=("lsoa", "size"), people=("people", "sum"))
    for part, share in (("lsoas", "lsoa_share"), ("people", "people_share")):
        table[share] = table[part] / table.groupby("authority")[part].transform("sum")
    table["people"] = table["people"].round().astype("int32")
    table["lsoas"] = table["lsoas"].astype("int32")
    table, derived = _of_2026(published, codes, table)
    of_2024 = proved(LSOA_BOARDS, "boards of 2024", table["icb_2024"].nunique(), BOARDS_OF_2024)
    of_2026 = proved(DERIVED, "boards of 2026", table["icb_2026"].nunique(), BOARDS_OF_2026)
    origins = (
        Origin(LSOA_BOARDS, "ons_geography_lookups", "2024-04", f"{of_2024}; LSOAs: {len(lsoas):,}"),
        Origin(LSOA_AUTHORITY, "ons_geography_lookups", "2024-05", f"authorities: {len(codes.current)}"),
        Origin(DERIVED, "ons_geography_lookups", "2026-07", f"{of_2026}; {derived}"),
        Origin(PRACTICES, "nhs_gp_registrations", "2026-07", "", "sub-ICB location and board of 2026"),
        Origin(ALLOCATIONS, "nhse_icb_allocations", "2025-26", "", "authority of a practice of Frimley"),
        Origin(
            MID_2024_MSOA, "ons_msoa_mid_2024", "2024", "", "people of an MSOA shared equally by its LSOAs"
        ),
    )
    return [NationalTable("authority_boards", table, origins, ("authority", "sub_icb"))]


def _lsoas(published: PublishedFiles, codes: AuthorityCodes) -> pd.DataFrame:
    """An LSOA a row: authority, boards of 2024, people (those of its MSOA, shared equally)."""
    names = {
        "lsoa21_code": "lsoa",
        "sicbl24_code_nhs": "sub_icb",
        "sicbl24_code": "sub_icb_gss",
        "sicbl24_name": "sub_icb_name",
        "icb24_code_nhs": "icb_2024",
        "icb24_code": "icb_2024_gss",
        "icb24_name": "icb_2024_name",
    }
    boards = published.table(LSOA_BOARDS, tuple(names)).rename(columns=names)
    lsoas = msoa_of_lsoas(published, codes)
    proved(LSOA_BOARDS, "LSOAs", boards["lsoa"].nunique(), len(lsoas))
    proved(LSOA_BOARDS, "rows", len(boards), len(lsoas))
    together = boards.merge(lsoas, on="lsoa", validate="one_to_one")
    proved(LSOA_BOARDS, f"LSOAs that are in {LSOA_AUTHORITY}", len(together), len(lsoas))
    people, _ = msoa_totals(published)
    of_msoa = people.set_index("msoa")["population"]
    together["people"] = together["msoa"].map(of_msoa) / together.groupby("msoa")["lsoa"].transform("size")
    proved(MID_2024_MSOA, "people in LSOAs", round(together["people"].sum()), int(of_msoa.sum()))
    return together


def _of_2026(
    published: PublishedFiles, codes: AuthorityCodes, table: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """With the sub-ICB location and the board of July 2026, as the derived lookup or practices have them."""
    columns = ("ltla24_code", "sicbl24_code_nhs", "icb26", "icb26_ons", "icb26_name", "lsoas")
    derived = published.table(DERIVED, columns, numbers=("lsoas",))
    derived["authority"] = codes.mapped(DERIVED, "ltla24_code", derived["ltla24_code"])
    practices = _practices(published)
    boards = practices.drop_duplicates("ICB_CODE").set_index("ICB_CODE")
    known = derived[derived["icb26"].ne(_UNKNOWN)]
    other = known[known["icb26_ons"].ne(known["icb26"].map(boards["ONS_ICB_CODE"]))]
    if len(other):
        raise refused_cell(
            DERIVED, other["icb26"], other["icb26"].notna(), f"a board of {PRACTICES} and its code", "icb26"
        )
    merged = table.merge(
        derived.rename(columns={"sicbl24_code_nhs": "sub_icb", "lsoas": "listed"}),
        on=["authority", "sub_icb"],
        how="outer",
        validate="one_to_one",
    )
    wrong = merged["lsoas"].ne(merged["listed"])
    if wrong.any():
        first = merged[wrong].iloc[0]
        found = f"{first['listed']} LSOAs of {first['authority']} in {first['sub_icb']}"
        raise refused(DERIVED, found, f"{first['lsoas']}, as in {LSOA_BOARDS}")
    merged["icb_2026"] = merged["icb26"]
    merged["sub_icb_2026"] = merged["sub_icb"]
    merged["basis_2026"] = "lookup"
    placed = _by_practices(published, codes, practices)
    for at in merged.index[merged["icb26"].eq(_UNKNOWN)]:
        authority = merged.loc[at, "authority"]
        here = placed.get(str(authority))
        if here is None:
            rest = merged[merged["authority"].eq(authority) & merged["icb26"].ne(_UNKNOWN)]
            if len(set(rest["icb_2026"])) != 1:
                raise refused(
                    DERIVED, f"no board of 2026 for {authority}", "a practice of it, or one other board"
                )
            here = (str(rest["sub_icb"].iloc[0]), str(rest["icb_2026"].iloc[0]))
            merged.loc[at, "basis_2026"] = "the rest of the authority"
        else:
            merged.loc[at, "basis_2026"] = "practices"
        merged.loc[at, ["sub_icb_2026", "icb_2026"]] = here
    merged["icb_2026_gss"] = merged["icb_2026"].map(boards["ONS_ICB_CODE"])
    merged["icb_2026_name"] = merged["icb_2026"].map(boards["ICB_NAME"].map(_plain))
    by_practices = int(merged["basis_2026"].ne("lookup").sum())
    kept = [*table.columns, "sub_icb_2026", "icb_2026", "icb_2026_gss", "icb_2026_name", "basis_2026"]
    return merged[
        kept
    ], f"{by_practices} rows the lookup leaves open are placed by their practices of July 2026"


def _plain(name: str) -> str:
    return name.replace(" Integrated Care Board", " ICB")


def _practices(published: PublishedFiles) -> pd.DataFrame:
    with zipfile.ZipFile(published.path(PRACTICES)) as archive:
        name = archive.namelist()[0]
        text = archive.read(name).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for column in _PRACTICE_COLUMNS:
        if not rows or column not in rows[0]:
            found = "the columns " + ", ".join(rows[0]) if rows else "no rows"
            raise refused(PRACTICES, found, f"the column {column}", row=1, column=column)
    return pd.DataFrame(rows)[list(_PRACTICE_COLUMNS)]


def _by_practices(
    published: PublishedFiles, codes: AuthorityCodes, practices: pd.DataFrame
) -> dict[str, tuple[str, str]]:
    """Sub-ICB location and board of 2026 by authority, where all practices of the board of 2024 agree."""
    listed = published.table(ALLOCATIONS, ("Practice_Code", "ICB", "LAD"))
    listed = listed[listed["ICB"].eq(_FRIMLEY)]
    listed["authority"] = codes.mapped(ALLOCATIONS, "LAD", listed["LAD"])
    there = listed.merge(practices, left_on="Practice_Code", right_on="PRACTICE_CODE")
    placed = {}
    for authority, group in there.groupby("authority"):
        pairs = set(zip(group["SUB_ICB_LOCATION_CODE"], group["ICB_CODE"], strict=True))
        if len(pairs) != 1:
            raise refused(PRACTICES, f"practices of {authority} in {sorted(pairs)}", "all in one location")
        placed[str(authority)] = pairs.pop()
    return placed


_FRIMLEY = "QNQ"
"""The one board of 2024 that was shared out among others in 2026."""
