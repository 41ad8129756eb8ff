"""What rows leave open: statuses, sites that have ended, sites that say nothing, homes to be confirmed.

A site whose homes are not known in some year is phased as far as its capacity tells; without one that is an
error.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.delivery.phasing import build_out_rate
from housing_trajectories.headings.year_columns import financial_year_of
from housing_trajectories.remarks import Remark, Words, each
from housing_trajectories.rows.site_rows import SiteRows
from housing_trajectories.schema import (
    RECORDED_REFERENCE,
    REMAINDER_REFERENCE,
    TOTAL_REFERENCE,
    WITHDRAWN,
    financial_year_label,
)

_SLACK = 0.51
_MOST_NAMED = 6
_BESIDE_YEARS = (
    *("capacity_dwellings", "gross_capacity", "remaining", "built_before", "homes_beyond"),
    *("communal_bedrooms", "student_bedrooms"),
)


def without_ended(rows: SiteRows, base_date: date | None) -> tuple[SiteRows, list[Remark]]:
    """The rows without sites that ended before the base date, else before the first year.

    Built or gone, they stay in a brownfield register with an end date, and their homes must not count again.
    What such a site built before the base date stays. One that ends later, with homes in years after that, is
    kept and named: whether it was built since is not known.
    """
    dated = rows.texts["end_date"] != ""
    if not dated.any() or not rows.years:
        return rows, []
    start = base_date or date(min(rows.years), 4, 1)
    ends = np.array([date.fromisoformat(str(day or "9999-12-31")) for day in rows.texts["end_date"]])
    homes = np.nan_to_num(rows.homes)
    later = np.array(rows.years) >= financial_year_of(start)
    ended = dated & (ends <= start)
    open_cells = np.ix_(ended, later)
    remarks = []
    if ended.any():
        names = [f"{rows.reference(i)} {rows.texts['site_name'][i]}".strip() for i in np.flatnonzero(ended)]
        words: Words = {
            "sites": int(ended.sum()),
            "start": start.isoformat(),
            "homes": homes[open_cells].sum(),
            "names": "; ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else ""),
        }
        remarks.append(rows.remark("ended", int(ended.argmax()), "end_date", heading="end_date", **words))
    years = np.array([financial_year_of(day) for day in ends])
    after = (homes != 0) & (np.array(rows.years)[None, :] > years[:, None]) & (dated & ~ended)[:, None]

    def tell(index: int) -> Remark:
        words: Words = {"end": rows.texts["end_date"][index], "homes": homes[index][after[index]].sum()}
        return rows.remark(
            "homes_after_end", index, "end_date", heading="end_date", year=years[index], **words
        )

    remarks += each(np.flatnonzero(after.any(axis=1)), tell)
    left, unknown = rows.homes.copy(), rows.unknown.copy()
    left[open_cells], unknown[open_cells] = np.nan, False
    numbers = {
        name: np.where(ended, np.nan, rows.numbers[name])  # what is recorded of it need not meet them
        for name in ("capacity_dwellings", "capacity_low", "capacity_high", "remaining")
    }
    out = ended & ~(homes[:, ~later] != 0).any(axis=1)
    rows = rows.with_blocks(homes=left, unknown=unknown).with_numbers(**numbers)
    return rows.take(np.flatnonzero(~out)) if out.any() else rows, remarks


def without_withdrawn(
    rows: SiteRows, place: str | None, figures: ReferenceFigures
) -> tuple[SiteRows, list[Remark]]:
    """The rows without those of plans that were withdrawn, by the file or by the register of plans.

    A draft row is of a withdrawn plan where it names one, or where its place has a withdrawn plan in the
    register and no draft.
    """
    status = rows.texts["plan_status"]
    out = np.array(status == WITHDRAWN)
    names: dict[str, None] = {}
    for index in np.flatnonzero(status == "draft"):
        listed = figures.plans.get(place or str(rows.texts["place"][index]), ())
        withdrawn = [plan.name for plan in listed if plan.status == WITHDRAWN]
        named = str(rows.texts["plan"][index])
        if named in withdrawn or (withdrawn and not any(plan.status == "draft" for plan in listed)):
            out[index] = True
            names[named if named in withdrawn else withdrawn[-1]] = None
    if not out.any():
        return rows, []
    names |= dict.fromkeys(str(name) for name in rows.texts["plan"][status == WITHDRAWN] if name)
    words: Words = {
        "rows": int(out.sum()),
        "homes": np.nan_to_num(rows.homes[out]).sum(),
        "plans": "; ".join(names) or "no name given",
    }
    remark = rows.remark("withdrawn", int(out.argmax()), "plan_status", heading="plan_status", **words)
    return rows.take(np.flatnonzero(~out)), [remark]


def filled_statuses(
    rows: SiteRows, place: str | None, figures: ReferenceFigures
) -> tuple[SiteRows, list[Remark]]:
    """The rows with statuses that the file leaves empty; and no site called as what is no site."""
    status, plans, basis = (rows.texts[name].copy() for name in ("plan_status", "plan", "phasing_basis"))
    status[status == ""] = "adopted"
    plan = figures.plan(place, "adopted") if place else None
    if plan is not None:
        plans[(plans == "") & (status == "adopted")] = plan.name
    status[(basis == "beyond_plan") & (status == "adopted")] = "beyond_plan"
    basis[basis == ""] = "published"
    planning, references = rows.texts["planning_status"].copy(), rows.texts["site_reference"].copy()
    planning[~rows.is_site & (planning == "")] = "mixed"
    without = planning == ""
    remarks = []
    if without.any():
        built = np.nan_to_num(rows.numbers["built_before"]) > 0
        planning[without] = np.where(built[without], "permissioned", "not permissioned")
        remarks.append(rows.remark("no_planning_status", int(without.argmax()), rows=int(without.sum())))
    reserved = np.isin(references.astype(str), [TOTAL_REFERENCE, RECORDED_REFERENCE, REMAINDER_REFERENCE])
    remarks += rows.each("reserved_reference", reserved & rows.is_site, reference=rows.reference)
    for index in np.flatnonzero(reserved & rows.is_site):
        references[index] = f"site {references[index]}"
    texts = {"plan": plans, "plan_status": status, "phasing_basis": basis}
    return rows.with_texts(planning_status=planning, site_reference=references, **texts), remarks


def silent_rows(rows: SiteRows) -> list[Remark]:
    """Sites that say nothing of any year, or nought in all, and have no capacity that would tell."""
    tells = np.any([~np.isnan(rows.numbers[name]) for name in _BESIDE_YEARS], axis=0)
    bedrooms = np.nan_to_num(rows.communal) + np.nan_to_num(rows.student)
    nothing = ~(np.nan_to_num(rows.homes) + bedrooms).any(axis=1) & ~rows.unknown.any(axis=1)
    silent = nothing & ~tells & rows.is_site & ~rows.is_recorded
    codes = np.where(rows.stated.any(axis=1), "site_of_0_homes", "site_without_homes")
    return each(np.flatnonzero(silent), lambda index: rows.remark(str(codes[index]), index))


def phased_unknown(rows: SiteRows, figures: ReferenceFigures) -> tuple[SiteRows, list[Remark]]:
    """The unknown years of each row that has a capacity, filled with what is left of it.

    What is left is capacity less homes built before, stated in other years and beyond them. It comes at the
    build-out rate of the site's size from the first unknown year on, or evenly where that is too slow for
    the years there are.
    """
    open_rows = np.flatnonzero(rows.unknown.any(axis=1))
    if not len(open_rows):
        return rows, []
    unknown = rows.unknown[open_rows]
    capacity = rows.numbers["capacity_dwellings"][open_rows]
    before = np.nan_to_num(rows.numbers["built_before"][open_rows])
    beyond = np.nan_to_num(rows.numbers["homes_beyond"][open_rows])
    stated = np.nansum(rows.homes[open_rows], axis=1) + before + beyond
    left = capacity - stated
    count = unknown.sum(axis=1)
    with np.errstate(invalid="ignore"):
        phased = (left > -_SLACK) & (capacity >= 0)
        norm = np.array([build_out_rate(int(c), figures.build_out) if c >= 0 else 0 for c in capacity])
        rate = np.maximum(norm, np.ceil(left / count))
        earlier = np.cumsum(unknown, axis=1) - 1
        filled = np.clip(np.maximum(left, 0.0)[:, None] - earlier * rate[:, None], 0.0, rate[:, None])
    homes, basis = rows.homes.copy(), rows.texts["phasing_basis"].copy()
    homes[open_rows] = np.where(unknown & phased[:, None], filled, homes[open_rows])
    basis[open_rows[phased]] = "build_out_rule"

    def tell(at: int) -> Remark:
        index, years = int(open_rows[at]), np.flatnonzero(unknown[at])
        cell = rows.unknown_words.get(rows.row(index), "TBC")
        words: Words = {
            "issue": "spreadsheet error" if cell.lower().startswith(("#", "err")) else "to be confirmed",
            "cell": cell,
            "years": ", ".join(financial_year_label(rows.years[year]) for year in years[:4])
            + (" …" if len(years) > 4 else ""),
            "capacity": capacity[at],
        }
        column = str(rows.years[years[0]])
        if phased[at]:
            phased_homes = homes[index][years].sum()
            faster = phased_homes - norm[at] * len(years)
            later = f"; by the norm of {norm[at]:,.0f} a year {faster:,.0f} of them would come later"
            words |= {"homes": phased_homes, "rate": rate[at], "later": later if faster > _SLACK else ""}
            return rows.remark("unknown_phased", index, column, **words)
        why = f", and a capacity of {capacity[at]:,.0f}" if capacity[at] < 0 else ""
        if capacity[at] >= 0:
            why = f", and {stated[at]:,.0f} stated of {capacity[at]:,.0f}"
        return rows.remark("unknown", index, column, why=why, **words)

    # Told apart by whether they could be phased: alike are those of one severity.
    told = [*each(np.flatnonzero(phased), tell), *each(np.flatnonzero(~phased), tell)]
    return rows.with_blocks(homes=homes).with_texts(phasing_basis=basis), told
