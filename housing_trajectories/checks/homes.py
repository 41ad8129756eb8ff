"""Whether a site's homes add up: with its capacity, net of losses, by size and tenure, within the plan."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.remarks import Remark, Words, each, remark
from housing_trajectories.rows.site_rows import HOME_NUMBERS, Array, SiteRows
from housing_trajectories.rows.words import is_whole_allowance
from housing_trajectories.schema import MIX_COLUMNS

_SLACK = 0.51
_YEARS_LEFT = 2.0
_DEMOLITION = re.compile(
    r"demoli|redevelop|replac|regenerat|clearance|estate renewal|loss|conversion|amalgamat|change of use",
    re.I,
)
_MAY_BE_NEGATIVE = ("losses", "capacity_low", "capacity_high")
"""Losses are written either way, and the ends of a range are judged with its middle."""
_GROSS = re.compile(r"\bgross\b", re.I)
_NET = re.compile(r"\bnet\b", re.I)
_NOT_GROSS = re.compile(r"\bnet\b|gross area|hectare|\bha\b|gross (?:capacity|dwellings|units|homes)$", re.I)
_MIXES = {"homes by bedrooms": MIX_COLUMNS[:4], "homes by tenure": MIX_COLUMNS[4:]}


def net_of_losses(rows: SiteRows, texts: tuple[str, ...]) -> tuple[SiteRows, list[Remark]]:
    """The rows with a capacity from gross less losses where none is given; gross homes in place of net."""
    gross, losses, net = (rows.numbers[name] for name in ("gross_capacity", "losses", "capacity_dwellings"))
    lost = np.abs(np.nan_to_num(losses))
    only_gross = ~np.isnan(gross) & np.isnan(net)
    has_losses = any(name == "losses" for _, name in rows.columns)
    remarks = []
    if only_gross.any() and has_losses:
        rows = rows.with_numbers(capacity_dwellings=np.where(only_gross, gross - lost, net))
    elif only_gross.any():
        sites = int(only_gross.sum())
        remarks.append(rows.remark("only_gross", int(only_gross.argmax()), "gross_capacity", sites=sites))
    off = ~np.isnan(gross) & ~np.isnan(net) & has_losses & (np.abs(gross - lost - net) > _SLACK)
    words = {"net": net, "gross": gross, "lost": lost, "expected": gross - lost}
    remarks += each(
        np.flatnonzero(off),
        lambda at: rows.remark(
            "net_differs", at, "capacity_dwellings", **{name: values[at] for name, values in words.items()}
        ),
    )
    said = [text for text in texts if _GROSS.search(text) and not _NOT_GROSS.search(text)]
    also_net = any(_NET.search(text) for text in texts)
    if said and not also_net and np.isnan(gross).all() and not has_losses:
        remarks.append(remark("gross_homes", text=said[0]))
    return rows, remarks


def meeting_capacity(rows: SiteRows, base_year: int | None) -> tuple[SiteRows, list[Remark]]:
    """Sites whose phasing and homes built before do not meet their capacity, and why if it shows.

    A capacity that is not given is what was built and what is left, where both are.
    """
    numbers = rows.numbers
    built = np.nan_to_num(numbers["built_before"])
    net = numbers["capacity_dwellings"]
    net = np.where(np.isnan(net), numbers["remaining"] + built, net)
    rows = rows.with_numbers(capacity_dwellings=net)
    planned = _over_plan(rows, rows.homes)
    low = _over_plan(rows, np.where(np.isnan(rows.low), rows.homes, rows.low))
    high = _over_plan(rows, np.where(np.isnan(rows.high), rows.homes, rows.high))
    beyond = np.nan_to_num(numbers["homes_beyond"])
    counted_again, remarks = _counted_again(rows, base_year, built, planned + built + beyond)
    smallest = np.where(np.isnan(numbers["capacity_low"]), net, np.fmin(numbers["capacity_low"], net))
    largest = np.where(np.isnan(numbers["capacity_high"]), net, np.fmax(numbers["capacity_high"], net))
    by_rule = rows.texts["phasing_basis"] == "build_out_rule"
    known = ~np.isnan(net) & rows.is_site & ~rows.is_recorded & ~counted_again
    known &= ~rows.unknown.any(axis=1) | by_rule
    under = known & (high + built + beyond + _recorded_of(rows) < smallest - _SLACK)
    over = known & (low + built + beyond > largest + _SLACK)
    total = planned + built + beyond
    left = net - total
    goes_on = under & (_goes_on(rows) | _still_building(rows, left))
    remarks += rows.each(
        "homes_after_last_year",
        goes_on,
        phased=lambda at: net[at] - left[at],
        capacity=lambda at: net[at],
        left=lambda at: left[at],
        last=lambda at: rows.years[-1],
    )
    wrong = (under & ~goes_on) | over
    is_gross = np.abs(total - numbers["gross_capacity"]) <= _SLACK

    def tell(at: int) -> Remark:
        words: Words = {"planned": planned[at], "total": total[at], "built": "", "beyond": ""}
        if built[at]:
            words["built"] = f" and {_homes(built[at])} built before"
        if beyond[at]:
            words["beyond"] = f" and {_homes(beyond[at])} beyond"
        if is_gross[at]:
            return rows.remark("capacity_is_gross", at, "capacity_dwellings", **words, net=net[at])
        ends = dict.fromkeys((_homes(smallest[at]), _homes(largest[at])))
        return rows.remark("capacity_not_met", at, "capacity_dwellings", **words, stated=" to ".join(ends))

    for alike in (wrong & is_gross, wrong & ~is_gross):
        remarks += each(np.flatnonzero(alike), tell)
    return rows, remarks


def _counted_again(
    rows: SiteRows, base_year: int | None, built: Array, total: Array
) -> tuple[NDArray[np.bool_], list[Remark]]:
    """Rows whose homes before the base date stand in `built_before` and in the years."""
    net = rows.numbers["capacity_dwellings"]
    open_rows = ~rows.is_recorded & rows.is_site
    if base_year is not None:
        early = np.nansum(rows.homes[:, np.array(rows.years, dtype=int) < base_year], axis=1)
        fits_all = np.abs(total - net) <= _SLACK
        fits_less = np.abs(total - early - net) <= _SLACK
        again = (early > 0) & (built > 0) & open_rows & ~fits_all & (fits_less | (built >= early - _SLACK))
        recorded = (early > 0) & ~again & open_rows
    else:
        early = _leading(rows, built)
        again = (early > 0) & open_rows & (np.abs(total - early - net) <= _SLACK)
        recorded = np.zeros(len(rows), dtype=bool)
    remarks = rows.each(
        "counted_again", again, "built_before", early=lambda at: early[at], built=lambda at: built[at]
    )
    if recorded.any():
        words = {"homes": early[recorded].sum(), "sites": int(recorded.sum()), "year": base_year}
        remarks.append(rows.remark("homes_before_base_date", int(recorded.argmax()), **words))
    return again, remarks


def negative_homes(rows: SiteRows) -> list[Remark]:
    """Homes below 0, in a year or of the site, that are no demolition, lapse allowance or record."""
    below = (rows.homes < 0) & ~rows.is_recorded[:, None]
    some = np.flatnonzero(below.any(axis=1))
    may_lose = {int(at): _may_lose(rows, int(at)) for at in some}
    remarks: list[Remark] = []
    for code, excused in (("homes_lost", True), ("negative_homes", False)):

        def tell(at: int, code: str = code) -> Remark:
            column = str(rows.years[int(below[at].argmax())])
            return rows.remark(code, at, column, homes=float(rows.homes[at][below[at]].sum()))

        remarks += each([at for at, loses in may_lose.items() if loses == excused], tell)
    for name in (name for name in HOME_NUMBERS if name not in _MAY_BE_NEGATIVE):
        values = rows.numbers[name]
        wrong = [
            at for at in np.flatnonzero((values < 0) & ~rows.is_recorded) if not _may_lose(rows, int(at))
        ]

        def tell_number(at: int, name: str = name, values: Array = values) -> Remark:
            return rows.remark("negative_number", at, name, number=values[at], name=name)

        remarks += each(wrong, tell_number)
    return remarks


def _may_lose(rows: SiteRows, index: int) -> bool:
    """Whether a row says that homes are lost on it, or is of lapses."""
    names = ("site_name", "note", "site_reference", "planning_status")
    words = " ".join(str(rows.texts[name][index]) for name in names)
    of_losses = rows.texts["kind"][index] in ("demolitions", "lapse_allowance")
    return of_losses or bool(_DEMOLITION.search(words) or np.nan_to_num(rows.numbers["losses"][index]))


def positive_losses(rows: SiteRows) -> list[Remark]:
    """Rows of lapses or demolitions with homes above 0, which would be added to the supply."""
    losing = np.isin(rows.texts["kind"].astype(str), ["demolitions", "lapse_allowance"]) & ~rows.is_recorded
    above = np.nan_to_num(rows.homes) > 0
    found = [
        at
        for at in np.flatnonzero(losing & above.any(axis=1))
        if is_whole_allowance(str(rows.texts["site_name"][at]))
    ]

    def tell(at: int) -> Remark:
        kind = "demolitions" if rows.texts["kind"][at] == "demolitions" else "lapses"
        column = str(rows.years[int(above[at].argmax())])
        return rows.remark("losses_above_0", at, column, homes=rows.homes[at][above[at]].sum(), kind=kind)

    return each(found, tell)


def mix_within_homes(rows: SiteRows) -> list[Remark]:
    """Sites with more homes by bedrooms or tenure than they have, gross or net, and all told."""
    planned = np.nansum(rows.homes, axis=1) + np.nan_to_num(rows.numbers["built_before"])
    largest = np.fmax(rows.numbers["gross_capacity"], rows.numbers["capacity_dwellings"])
    largest = np.fmax(largest, rows.numbers["capacity_high"])
    largest = np.where(np.isnan(largest), planned, largest)
    remarks: list[Remark] = []
    for mix, names in _MIXES.items():
        given = np.sum([np.nan_to_num(rows.numbers[name]) for name in names], axis=0)

        def tell(at: int, mix: str = mix, given: Array = given) -> Remark:
            return rows.remark("mix_exceeds_homes", at, given=given[at], mix=mix, most=largest[at])

        remarks += each(np.flatnonzero((given > largest + _SLACK) & rows.is_site & (largest > 0)), tell)
    return remarks


def within_plan(
    rows: SiteRows, place: str | None, period: tuple[int, int] | None, figures: ReferenceFigures
) -> tuple[dict[str, int], list[Remark]]:
    """The last financial year of the plan, by plan status, where it is known, and homes outside it.

    Homes after it are told once, homes before the plan site by site, on rows that do not say `beyond_plan`.
    Councils publish trajectories that run past their plan; none starts before it.
    """
    exempt = rows.is_recorded | rows.is_beyond_plan
    draft = rows.texts["plan_status"] == "draft"
    homes, years = np.nan_to_num(rows.homes), np.array(rows.years)
    last_years: dict[str, int] = {}
    remarks: list[Remark] = []
    for status, where in (("adopted", ~exempt & ~draft), ("draft", ~exempt & draft)):
        plan = figures.plan(place, status) if place is not None else None
        first_last = period or ((plan.first_year, plan.last_year) if plan is not None else None)
        if first_last is None:
            continue
        first, last = first_last
        last_years[status] = last
        before = np.where(years < first, homes, 0.0)

        def tell(at: int, before: Array = before, first: int = first, last: int = last) -> Remark:
            year = rows.years[int(np.flatnonzero(before[at])[0])]
            words = {"homes": before[at].sum(), "year": year, "first": first, "last": last}
            return rows.remark("homes_before_plan", at, str(year), **words)

        remarks += each(np.flatnonzero(where & before.any(axis=1)), tell)
        after = np.where(years > last, homes, 0.0)
        found = np.flatnonzero(where & after.any(axis=1))
        if len(found):
            year = rows.years[int(np.flatnonzero(after[found[0]])[0])]
            name = plan.name if plan is not None and period is None else "the plan"
            words = {"homes": after[found].sum(), "rows": len(found), "last": last, "plan": name}
            remarks.append(rows.remark("homes_beyond_plan", found[0], str(year), **words))
    return last_years, remarks


def _over_plan(rows: SiteRows, homes: Array) -> Array:
    """Homes of each row's site over all its rows of the same plan: adopted and beyond together, draft
    apart.
    """
    own = np.nansum(homes, axis=1)
    if not rows.is_beyond_plan.any():
        return own
    draft = rows.texts["plan_status"] == "draft"
    frame = pd.DataFrame(
        {"place": rows.texts["place"], "site": rows.texts["site_reference"], "draft": draft, "homes": own}
    )
    frame["recorded"] = rows.is_recorded
    return frame.groupby(["place", "site", "draft", "recorded"])["homes"].transform("sum").to_numpy()


def _recorded_of(rows: SiteRows) -> Array:
    """Homes that stand on recorded rows of each row's site, as those of years before the base date do."""
    recorded = rows.is_recorded
    if not recorded.any():
        return np.zeros(len(rows))
    frame = pd.DataFrame({"place": rows.texts["place"], "site": rows.texts["site_reference"]})
    frame["homes"] = np.where(recorded, np.nansum(rows.homes, axis=1), 0.0)
    return frame.groupby(["place", "site"])["homes"].transform("sum").to_numpy()


def _goes_on(rows: SiteRows) -> np.ndarray:
    """Rows of sites that say what they build beyond the plan, and still build in the file's last year."""
    if not rows.years:
        return np.zeros(len(rows), dtype=bool)
    beyond = rows.is_beyond_plan & (np.nan_to_num(rows.homes[:, -1]) > 0)
    draft = np.where(rows.texts["plan_status"] == "draft", "draft", "plan")
    keys = (
        np.array(
            [f"{s}\0{d}" for s, d in zip(rows.texts["site_reference"], draft, strict=True)], dtype=object
        )
        if beyond.any()
        else None
    )
    return np.isin(keys, keys[beyond]) if keys is not None else beyond


def _still_building(rows: SiteRows, left: Array) -> np.ndarray:
    """Rows that build as fast as ever in the file's last year, and have as much left as two such years build.

    So does a new town, or any large site in a table of five years; a smaller gap is rather a slip.
    """
    if not rows.years:
        return np.zeros(len(rows), dtype=bool)
    homes = np.nan_to_num(rows.homes)
    last = homes[:, -1]
    return (last > 0) & (last >= homes.max(axis=1)) & (left >= _YEARS_LEFT * last)


def _leading(rows: SiteRows, built: Array) -> Array:
    """Homes of the first years of each row that together are exactly what was built before."""
    running = np.cumsum(np.nan_to_num(rows.homes), axis=1)
    matches = (np.abs(running - built[:, None]) <= _SLACK).any(axis=1) & (built > 0)
    return np.where(matches, built, 0.0)


def _homes(number: float) -> str:
    """`1,234` or `12.5`: whole where it is, and never as a power of ten."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")
