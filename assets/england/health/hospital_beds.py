"""Beds and births by trust: the quarterly return, monthly means of daily reports, deliveries of a year.

The quarterly return is used for general and acute and for maternity; its column for all beds is mislabelled
in the copy that is read. Trusts stand under the codes they had.
"""

from __future__ import annotations

import pandas as pd

from assets.england.published_files import PublishedFiles, numbers_of, proved, refused, refused_cell
from assets.england.register import NationalTable, Origin

QUARTERLY_FILE = "health/acute_beds_kh03_quarterly_trust.csv.gz"
MONTHLY_FILE = "health/england_critical_general_acute_beds.csv.gz"
MATERNITY_FILE = "health/hosp-epis-stat-mat-msdscsv-2022-23.csv.gz"
KH03, DAILY, MATERNITY = "nhs_england_kh03", "nhs_england_beds", "nhs_maternity_statistics_2022_23"
_QUARTERLY = {
    "kh03_avail_ga_avg_beds": "general_acute_beds_available",
    "kh03_occ_ga_avg_beds": "general_acute_beds_occupied",
    "kh03_avail_mat_avg_beds": "maternity_beds_available",
    "kh03_occ_mat_avg_beds": "maternity_beds_occupied",
}
_ENGLAND = "NAN"
"""Code of England in the copy of the quarterly return."""
_OWN = 20.0
"""Occupied beds from which the same four means to the digit in two quarters are a figure sent twice."""
_MONTHLY = {
    "general_acute_beds_available": "general_acute_beds_available",
    "general_acute_beds_occupied": "general_acute_beds_occupied",
    "adult_general_acute_beds_available": "adult_general_acute_beds_available",
    "adult_general_acute_beds_occupied": "adult_general_acute_beds_occupied",
    "paediatric_general_acute_beds_available": "paediatric_general_acute_beds_available",
    "paediatric_general_acute_beds_occupied": "paediatric_general_acute_beds_occupied",
    "adult_critical_care_beds_available": "adult_critical_care_beds_available",
    "adult_critical_care_beds_occupied": "adult_critical_care_beds_occupied",
    "paediatric_intensive_cared_beds_available": "paediatric_intensive_care_beds_available",
    "paediatric_intensive_cared_beds_occupied": "paediatric_intensive_care_beds_occupied",
    "neonatal_intensive_care_bed_available": "neonatal_intensive_care_beds_available",
    "neonatal_intensive_care_bed_occupied": "neonatal_intensive_care_beds_occupied",
}
_NOT_REPORTED = "NA"
_ROUNDED = 1.0
"""Beds that two rounded parts may be off their rounded total."""
_BIRTHS = {"TotalDeliveries": "deliveries", "TotalBabies": "babies"}
_ROUNDED_TO = 5


def build(published: PublishedFiles) -> list[NationalTable]:
    """`beds_quarterly`, `beds_monthly` and `maternity`; raises BadInput."""
    return [_quarterly(published), _monthly(published), _maternity(published)]


def _quarterly(published: PublishedFiles) -> NationalTable:
    """trust, quarter, mean beds; `repeats` names the earlier quarter whose four figures came again."""
    rows = published.table(QUARTERLY_FILE, ("org_code", "period", *_QUARTERLY), tuple(_QUARTERLY))
    strange = ~rows["period"].str.fullmatch(r"20\d\d-\d\d Q[1-4]")
    if strange.any():
        raise refused_cell(QUARTERLY_FILE, rows["period"], strange, "a quarter such as 2024-25 Q1", "period")
    rows = rows.rename(columns={"org_code": "trust", "period": "quarter", **_QUARTERLY})
    figures = list(_QUARTERLY.values())
    england = rows[rows["trust"].eq(_ENGLAND)].set_index("quarter")[figures]
    trusts = rows[rows["trust"].ne(_ENGLAND)].copy()
    added = trusts.groupby("quarter")[figures].sum()
    if set(england.index) != set(added.index):
        raise refused(
            QUARTERLY_FILE, f"{len(england)} rows of England", f"one for each of {len(added)} quarters"
        )
    off = float((added - england).abs().max().max())
    proof = proved(
        QUARTERLY_FILE,
        f"largest distance of all trusts' beds from the row of England, {added.size} totals",
        off,
        0,
        0.01,
    )
    trusts = trusts.sort_values(["trust", "quarter"])
    counted = trusts[trusts["general_acute_beds_occupied"].ge(_OWN)]
    earlier = counted.groupby(["trust", *figures], dropna=False)["quarter"].transform("first")
    trusts["repeats"] = earlier.where(earlier.ne(counted["quarter"])).reindex(trusts.index).fillna("")
    trusts["source_id"] = KH03
    note = (
        "column of all beds not used: mislabelled. "
        f"{trusts['repeats'].ne('').sum()} rows have the four figures of an earlier quarter to the digit"
    )
    vintage = f"{added.index.min()} to {added.index.max()}"
    return NationalTable(
        "beds_quarterly", trusts, (Origin(QUARTERLY_FILE, KH03, vintage, proof, note),), ("trust", "quarter")
    )


def _monthly(published: PublishedFiles) -> NationalTable:
    """trust, month, means of the days; NaN where a trust did not report the kind of bed."""
    rows = published.table(MONTHLY_FILE, ("nhs_trust22_code", "date", *_MONTHLY))
    table = pd.DataFrame({"trust": rows["nhs_trust22_code"], "month": _months(rows["date"])})
    for column, name in _MONTHLY.items():
        table[name] = numbers_of(MONTHLY_FILE, column, rows[column].mask(rows[column].eq(_NOT_REPORTED), ""))
    table["source_id"] = DAILY
    parts = table[["adult_general_acute_beds_available", "paediatric_general_acute_beds_available"]]
    both = parts.notna().all(axis=1)
    off = (parts.sum(axis=1) - table["general_acute_beds_available"]).abs()[both]
    note = (
        "the file has no row of England; adult and paediatric beds together are general and acute, as "
        f"rounded, in {off.le(_ROUNDED).sum():,} of {off.size:,} rows, and at most {off.max():g} beds off"
    )
    vintage = f"{table['month'].min()} to {table['month'].max()}"
    origin = Origin(MONTHLY_FILE, DAILY, vintage, note=note)
    return NationalTable("beds_monthly", table, (origin,), ("trust", "month"))


def _months(cells: pd.Series) -> pd.Series:
    months = pd.to_datetime(cells, format="%B %Y", errors="coerce")
    if months.isna().any():
        raise refused_cell(MONTHLY_FILE, cells, months.isna(), "a month such as April 2022", "date")
    return months.dt.strftime("%Y-%m")


def _maternity(published: PublishedFiles) -> NationalTable:
    """provider, year, deliveries and babies as rounded to 5."""
    columns = ("Period", "Dimension", "Org_Level", "Org_Code", "Value")
    rows = published.table(MATERNITY_FILE, columns, ("Value",))
    rows = rows[rows["Dimension"].isin(_BIRTHS)].assign(what=rows["Dimension"].map(_BIRTHS))
    providers = rows[rows["Org_Level"].eq("Provider")]
    keys = ["Org_Code", "Period"]
    double = providers.duplicated([*keys, "what"])
    if double.any():
        raise refused_cell(MATERNITY_FILE, providers["Org_Code"], double, "each provider once", "Org_Code")
    wide = providers.pivot_table(index=keys, columns="what", values="Value").reset_index()
    if set(_BIRTHS.values()) - set(wide.columns):
        raise refused(MATERNITY_FILE, "no such rows", "rows of " + " and ".join(_BIRTHS), column="Dimension")
    national = rows[rows["Org_Level"].eq("National")].set_index("what")["Value"]
    sums = wide[list(_BIRTHS.values())].sum()
    proof = proved(
        MATERNITY_FILE,
        f"deliveries of {len(wide)} providers, each rounded to {_ROUNDED_TO}",
        float(sums["deliveries"]),
        float(national["deliveries"]),
        len(wide) * _ROUNDED_TO / 2,
    )
    note = (
        f"babies of all providers add up to {sums['babies']:,.0f}, England has {national['babies']:,.0f}: "
        "the file counts a baby in England once"
    )
    table = wide.rename(columns={"Org_Code": "provider", "Period": "year"}).assign(source_id=MATERNITY)
    table = table[["provider", "year", "deliveries", "babies", "source_id"]]
    origin = Origin(MATERNITY_FILE, MATERNITY, str(table["year"].max()), proof, note)
    return NationalTable("maternity", table, (origin,), ("provider", "year"))
