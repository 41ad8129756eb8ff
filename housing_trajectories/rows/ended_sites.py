"""Sites of a brownfield register that have ended: built or gone, they stay in the register with an end date.

Their homes must not count again. Which cells are dates is told elsewhere.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from housing_trajectories.files.sheets import FindingList
from housing_trajectories.headings.year_columns import financial_year_of
from housing_trajectories.rows.site_rows import SiteRows
from housing_trajectories.schema import financial_year_label

_MOST_NAMED = 6


def without_ended(rows: SiteRows, base_date: date | None, findings: FindingList) -> SiteRows:
    """The rows without sites that ended before the base date, else before the first year; reported.

    What such a site built before the base date stays. One that ends later, with homes in years after that, is
    kept and named: whether it was built since is not known.
    """
    dated = rows.texts["end_date"] != ""
    if not dated.any() or not rows.years:
        return rows
    start = base_date or date(min(rows.years), 4, 1)
    first = financial_year_of(start)
    ends = np.array([date.fromisoformat(str(day or "9999-12-31")) for day in rows.texts["end_date"]])
    homes = np.nan_to_num(rows.homes)
    later = np.array(rows.years) >= first
    ended = dated & (ends <= start)
    out = ended & ~(homes[:, ~later] != 0).any(axis=1)
    rows.homes[np.ix_(ended, later)] = np.nan
    rows.unknown[np.ix_(ended, later)] = False
    for name in ("capacity_dwellings", "capacity_low", "capacity_high", "remaining"):
        rows.numbers[name][ended] = np.nan  # what is recorded of it need not meet them
    if ended.any():
        index = int(ended.argmax())
        findings.add(
            "site has ended",
            f"{int(ended.sum())} site{'s' if ended.sum() > 1 else ''} with an end date up to "
            f"{start.isoformat()}, {homes[np.ix_(ended, later)].sum():,.0f} homes: {_names(rows, ended)}",
            "sites that are still to be built",
            "warning",
            row=int(rows.numbers["row"][index]),
            sheet=rows.sheet_of(index),
            column=rows.column(index, "end_date"),
            heading="end_date",
            site=str(rows.texts["site_reference"][index]),
            done="left out: built or no longer to be built",
        )
    years = np.array([financial_year_of(day) for day in ends])
    after = (homes != 0) & (np.array(rows.years)[None, :] > years[:, None]) & (dated & ~ended)[:, None]
    for index in np.flatnonzero(after.any(axis=1))[:300]:
        findings.add(
            "site has ended",
            f"an end date of {rows.texts['end_date'][index]}, and "
            f"{homes[index][after[index]].sum():,.0f} homes after {financial_year_label(int(years[index]))}",
            "no homes after the site's end",
            "warning",
            row=int(rows.numbers["row"][index]),
            sheet=rows.sheet_of(index),
            column=rows.column(int(index), "end_date"),
            heading="end_date",
            site=str(rows.texts["site_reference"][index]),
            done="counted: take them out if they are built or given up",
        )
    return rows.take(np.flatnonzero(~out)) if out.any() else rows


def _names(rows: SiteRows, where: np.ndarray) -> str:
    names = [
        f"{rows.texts['site_reference'][i]} {rows.texts['site_name'][i]}".strip()
        for i in np.flatnonzero(where)
    ]
    return "; ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
