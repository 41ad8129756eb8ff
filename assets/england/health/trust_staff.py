"""Staff of every NHS trust by month, from the returns of sickness absence: mean staff in post and its rate.

Full-time equivalent days available are every calendar day a member of staff was employed, so that over the
days of the month they are the mean of staff in post. Bank staff are not in them, and no split by group.
"""

from __future__ import annotations

import pandas as pd

from assets.england.published_files import PublishedFiles, proved, refused
from assets.england.register import NationalTable, Origin

FOLDER = "health/sickness"
SOURCE = "nhs_england_sickness_absence"
_COLUMNS = {
    "ORG_CODE": "trust",
    "ORG_NAME": "organisation_name",
    "ORG_TYPE": "kind",
    "FTE_DAYS_AVAILABLE": "fte_days_available",
    "FTE_DAYS_LOST": "fte_days_lost",
}
_RATE = "SICKNESS_ABSENCE_RATE_PERCENT"
_ROUNDED = 0.0051
"""Rates are printed with two decimals."""


def build(published: PublishedFiles) -> list[NationalTable]:
    """`trust_staff`: trust, month, days, mean_fte, sickness_rate; raises BadInput."""
    numbers = ("FTE_DAYS_AVAILABLE", "FTE_DAYS_LOST", _RATE)
    months: list[pd.DataFrame] = []
    origins = []
    for name in published.names(FOLDER, ".csv"):
        rows = published.table(name, ("DATE", *_COLUMNS, _RATE), numbers)
        days = pd.to_datetime(rows["DATE"], format="%d/%m/%Y", errors="coerce")
        if len(set(days)) != 1 or days.isna().any():
            raise refused(name, f"{len(set(rows['DATE']))} days", "the last day of one month", column="DATE")
        day = days.iloc[0]
        if any(month["month"].iloc[0] == f"{day:%Y-%m}" for month in months):
            raise refused(name, f"{day:%Y-%m} a second time", "each month once")
        table = rows.rename(columns=_COLUMNS).drop(columns=["DATE", _RATE]).assign(month=f"{day:%Y-%m}")
        table["mean_fte"] = table["fte_days_available"] / day.days_in_month
        lost = table["fte_days_lost"] / table["fte_days_available"].where(table["fte_days_available"].gt(0))
        table["sickness_rate"] = lost
        off = float((lost * 100 - rows[_RATE]).abs().max())
        england = table["fte_days_lost"].sum() / table["fte_days_available"].sum()
        proof = proved(
            name, f"largest distance from the {len(rows)} rates printed, in per cent", off, 0, _ROUNDED
        )
        note = (
            f"England, all organisations together: {table['mean_fte'].sum():,.0f} staff, {england:.2%} lost; "
            "the file prints no total of it"
        )
        origins.append(Origin(name, SOURCE, f"{day:%Y-%m}", proof, note))
        months.append(table.assign(source_id=SOURCE))
    if not months:
        raise refused(FOLDER, "no file", "a file a month")
    frame = pd.concat(months, ignore_index=True)
    columns = ["trust", "month", "organisation_name", "kind", "fte_days_available", "fte_days_lost"]
    columns += ["mean_fte", "sickness_rate", "source_id"]
    return [NationalTable("trust_staff", frame[columns], tuple(origins), ("trust", "month"))]
