"""England's local authorities: 296 that are, and former codes with the authorities that succeeded them.

Every other subject maps its codes here. Codes are those in force: Barnsley and Sheffield have new ones since
the boundary order of 2024, under which nobody moved house.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from assets.england.published_files import PublishedFiles, proved, refused_cell
from assets.england.register import NationalTable, Origin

CODES_FILE = "places/la_all_codes.csv"
SOURCE = "ons_code_history"
AUTHORITIES = 296
"""Since April 2023."""
_COLUMNS = (
    "LADCD",
    "LADNM",
    "LADCD_ACTIVE",
    "LADNM_ACTIVE",
    "UTLACD",
    "UTLANM",
    "RGNCD",
    "RGNNM",
    "CTRYNM",
    "Current",
)
_KINDS = {
    "E06": "unitary authority",
    "E07": "non-metropolitan district",
    "E08": "metropolitan district",
    "E09": "London borough",
}


@dataclass(frozen=True)
class AuthorityCodes:
    """Current code by any code, current or former; names of the current."""

    current_of: dict[str, str]
    names: dict[str, str]

    @property
    def current(self) -> list[str]:
        """The codes in force, sorted."""
        return sorted(self.names)

    def mapped(self, name: str, column: str, codes: pd.Series) -> pd.Series:
        """Each code's current one, by row of file `name`; raises BadInput for a code that is none."""
        mapped = codes.map(self.current_of)
        if mapped.isna().any():
            raise refused_cell(name, codes, mapped.isna(), "the code of an authority of England", column)
        return mapped

    def merged(
        self, name: str, rows: pd.DataFrame, column: str, by: Sequence[str], values: Sequence[str]
    ) -> pd.DataFrame:
        """Rows added up to current authorities: `authority`, the columns of `by`, sums of `values`.

        rows: by row of file `name`, codes in `column`. A year (any key of `by`) of an authority of which the
        file has some districts and not others is left out: their sum would be too small. A sum with an
        unknown part is unknown. Raises BadInput for an unknown code, or an authority beside its districts.
        """
        codes = self.mapped(name, column, rows[column])
        together = rows.assign(authority=codes, own=rows[column].eq(codes))
        whole: dict[frozenset[str], set[str]] = {}
        kept = pd.Series(True, index=rows.index)
        for _, group in together.groupby(list(by), sort=False) if by else [((), together)]:
            found = frozenset(group[column])
            if found not in whole:
                whole[found] = {code for code in self.current if self._is_whole(code, found)}
            kept[group.index] = group["authority"].isin(whole[found])
        keys = ["authority", *by]
        together = together[kept]
        both = together.groupby(keys)["own"].transform("nunique").gt(1)
        if both.any():
            expected = "an authority or the districts it was made of, not both"
            raise refused_cell(name, together[column], both, expected, column)
        return together.groupby(keys, as_index=False, sort=True)[list(values)].sum(skipna=False)

    def _is_whole(self, code: str, found: frozenset[str]) -> bool:
        """Whether `found` has the authority itself, or all districts it was made of."""
        former = {other for other, current in self.current_of.items() if current == code} - {code}
        parts = former & found
        for district, earlier in _MERGED_BEFORE.items():
            if parts & {district, *earlier}:
                former -= {district}
                parts = (parts | earlier if district in parts else parts) - {district}
        return code in found or (bool(parts) and parts == former)


_MERGED_BEFORE = {"E07000246": frozenset({"E07000190", "E07000191"})}
"""Somerset West and Taunton was Taunton Deane and West Somerset until 2019; the list does not say so."""


def authority_codes(published: PublishedFiles) -> AuthorityCodes:
    """The codes as the list of them has them; raises BadInput where there are not 296 authorities."""
    listed = _listed(published)
    current = listed[listed["Current"].eq("TRUE")]
    proved(CODES_FILE, "authorities of England", len(current), AUTHORITIES)
    return AuthorityCodes(
        dict(zip(listed["LADCD"], listed["LADCD_ACTIVE"], strict=True)),
        dict(zip(current["LADCD"], current["LADNM"], strict=True)),
    )


def missing(codes: AuthorityCodes, table: pd.DataFrame, why: str) -> str:
    """The note of a table that does not have every authority in every `year`; empty where it has."""
    years = table.groupby("authority")["year"].nunique().reindex(codes.current, fill_value=0)
    most = int(years.max())
    none = [code for code in codes.current if years[code] == 0]
    some = [code for code in codes.current if 0 < years[code] < most]
    parts = []
    if none:
        parts.append("without " + ", ".join(f"{codes.names[code]} ({code})" for code in none))
    if some:
        parts.append(
            "not in all years " + ", ".join(f"{codes.names[code]} ({code}, {years[code]})" for code in some)
        )
    return f"{'; '.join(parts)}: {why}" if parts else ""


def _listed(published: PublishedFiles) -> pd.DataFrame:
    codes = published.table(CODES_FILE, _COLUMNS)
    codes = codes[codes["CTRYNM"].eq("England")]
    current = set(codes.loc[codes["Current"].eq("TRUE"), "LADCD"])
    for column, wrong, expected in (
        ("Current", ~codes["Current"].isin(["TRUE", "FALSE"]), "TRUE or FALSE"),
        ("LADCD", codes["LADCD"].duplicated(), "each code once"),
        ("LADCD_ACTIVE", ~codes["LADCD_ACTIVE"].isin(current), "the code of an authority that is current"),
        ("LADCD", ~codes["LADCD"].str[:3].isin(_KINDS), "a code of " + ", ".join(_KINDS)),
    ):
        if wrong.any():
            raise refused_cell(CODES_FILE, codes[column], wrong, expected, column)
    return codes


def build(published: PublishedFiles) -> list[NationalTable]:
    """`authorities`: current and former, with region, upper tier, kind and successor."""
    codes = authority_codes(published)
    listed = _listed(published)
    current = listed["Current"].eq("TRUE")
    table = pd.DataFrame(
        {
            "code": listed["LADCD"],
            "name": listed["LADNM"],
            "status": current.map({True: "current", False: "former"}),
            "region": listed["RGNCD"],
            "region_name": listed["RGNNM"],
            "upper_tier": listed["UTLACD"],
            "upper_tier_name": listed["UTLANM"],
            "kind": listed["LADCD"].str[:3].map(_KINDS),
            "successor": listed["LADCD_ACTIVE"].where(~current, ""),
            "source_id": SOURCE,
        }
    )
    proof = proved(CODES_FILE, "authorities of England", len(codes.names), AUTHORITIES)
    origin = Origin(
        CODES_FILE, SOURCE, "2025-04", proof, "districts abolished before April 2013 are not in it"
    )
    return [NationalTable("authorities", table, (origin,))]
