"""Whether a site's homes add up: with its capacity, with what was built before, net of losses, within
the plan.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from housing_trajectories.checks.reference_figures import ReferenceFigures
from housing_trajectories.files.sheets import FindingList
from housing_trajectories.findings import Severity
from housing_trajectories.rows.row_words import is_whole_allowance
from housing_trajectories.rows.site_rows import HOME_NUMBERS, Array, SiteRows
from housing_trajectories.schema import financial_year_label

_SLACK = 0.51
_YEARS_LEFT = 2.0
_DEMOLITION = re.compile(
    r"demoli|redevelop|replac|regenerat|clearance|estate renewal|loss|conversion|amalgamat|change of use",
    re.I,
)
_CAPACITY = "phasing does not meet capacity"
_COUNTED_AGAIN = "completions before the base date counted again"
_GROSS = "gross where net is stated"
_MAY_BE_NEGATIVE = ("losses", "capacity_low", "capacity_high")
"""Losses are written either way, and the ends of a range are judged with its middle."""


def check_net(rows: SiteRows, texts: tuple[str, ...], findings: FindingList) -> None:
    """Report gross homes where net are stated, and take a capacity from gross less losses where it is
    not given.
    """
    numbers = rows.numbers
    gross, losses, net = numbers["gross_capacity"], numbers["losses"], numbers["capacity_dwellings"]
    lost = np.abs(np.nan_to_num(losses))
    only_gross = ~np.isnan(gross) & np.isnan(net)
    has_losses = any(name == "losses" for _, name in rows.columns)
    if only_gross.any() and has_losses:
        net[only_gross] = (gross - lost)[only_gross]
    elif only_gross.any():
        index = int(np.flatnonzero(only_gross)[0])
        findings.add(
            _GROSS,
            f"{int(only_gross.sum())} sites with gross homes only",
            "net homes, or the homes lost beside",
            row=_row(rows, index),
            sheet=rows.sheet_of(index),
            column=rows.column(index, "gross_capacity"),
            site=_site(rows, index),
            done="no capacity taken from them",
        )
    stated = ~np.isnan(gross) & ~np.isnan(net) & ~only_gross
    off = stated & has_losses & (np.abs(gross - lost - net) > _SLACK)
    for index in np.flatnonzero(off)[:200]:
        findings.add(
            _GROSS,
            f"{net[index]:,.0f} net of {gross[index]:,.0f} gross and {lost[index]:,.0f} lost",
            f"{gross[index] - lost[index]:,.0f} net",
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            column=rows.column(int(index), "capacity_dwellings"),
            site=_site(rows, int(index)),
            done="the net figure kept",
        )
    said = [
        text
        for text in texts
        if re.search(r"\bgross\b", text, re.I)
        and not re.search(
            r"\bnet\b|gross area|hectare|\bha\b|gross (?:capacity|dwellings|units|homes)$", text, re.I
        )
    ]
    also_net = any(re.search(r"\bnet\b", text, re.I) for text in texts)
    if said and not also_net and np.isnan(gross).all() and not has_losses:
        findings.add(_GROSS, f"'{said[0]}'", "net homes, less those lost", done="read as they stand")


def check_capacity(rows: SiteRows, findings: FindingList, base_year: int | None) -> None:
    """Report sites whose phasing and homes built before do not meet their capacity, and why if it shows."""
    numbers = rows.numbers
    built = np.nan_to_num(numbers["built_before"])
    _take_remaining(rows)
    net = numbers["capacity_dwellings"]
    planned = _over_plan(rows, rows.homes)
    low = _over_plan(rows, np.where(np.isnan(rows.low), rows.homes, rows.low))
    high = _over_plan(rows, np.where(np.isnan(rows.high), rows.homes, rows.high))
    beyond = np.nan_to_num(numbers["homes_beyond"])
    early = _before(rows, base_year)
    counted_again = early_counted_again(rows, base_year, planned, built, beyond, early, findings)
    smallest = np.where(np.isnan(numbers["capacity_low"]), net, np.fmin(numbers["capacity_low"], net))
    largest = np.where(np.isnan(numbers["capacity_high"]), net, np.fmax(numbers["capacity_high"], net))
    known = ~np.isnan(net) & rows.is_site & ~rows.is_recorded & ~counted_again & ~rows.unknown.any(axis=1)
    known |= (
        ~np.isnan(net)
        & rows.is_site
        & ~rows.is_recorded
        & ~counted_again
        & rows.unknown.any(axis=1)
        & (rows.texts["phasing_basis"] == "build_out_rule")
    )
    under = known & (high + built + beyond + _recorded_of(rows) < smallest - _SLACK)
    over = known & (low + built + beyond > largest + _SLACK)
    gross = numbers["gross_capacity"]
    left = net - planned - built - beyond
    goes_on = _goes_on(rows) | _still_building(rows, left)
    for index in np.flatnonzero(under & goes_on):
        last = financial_year_label(rows.years[-1])
        findings.add(
            "homes after the last year",
            f"{net[index] - left[index]:,.0f} of {net[index]:,.0f} homes, and building in {last}: "
            f"{left[index]:,.0f} left",
            "years to its end",
            "warning",
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            site=_site(rows, int(index)),
            done=f"the {left[index]:,.0f} homes left come after {last}, in no year of the file",
        )
    under &= ~goes_on
    for index in np.flatnonzero(under | over)[:500]:
        total = planned[index] + built[index] + beyond[index]
        if not np.isnan(gross[index]) and abs(total - gross[index]) <= _SLACK:
            issue, expected = _GROSS, f"a net capacity of {net[index]:,.0f}"
        else:
            issue, expected = _CAPACITY, f"a stated capacity of {_range(smallest[index], largest[index])}"
        parts = f"{_homes(planned[index])} phased"
        parts += f" and {_homes(built[index])} built before" if built[index] else ""
        parts += f" and {_homes(beyond[index])} beyond" if beyond[index] else ""
        findings.add(
            issue,
            f"{parts}: {_homes(total)} homes, against {expected}",
            expected,
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            column=rows.column(int(index), "capacity_dwellings"),
            site=_site(rows, int(index)),
            done="kept as stated",
        )
    findings.count(_CAPACITY, max(0, int((under | over).sum()) - 500), "error")


def early_counted_again(
    rows: SiteRows,
    base_year: int | None,
    planned: Array,
    built: Array,
    beyond: Array,
    early: Array,
    findings: FindingList,
) -> np.ndarray:
    """Rows whose homes before the base date stand in `built_before` and in the years: reported, and
    marked.
    """
    net = rows.numbers["capacity_dwellings"]
    total = planned + built + beyond
    open_rows = ~rows.is_recorded & rows.is_site
    if base_year is not None:
        known = ~np.isnan(net)
        again = (early > 0) & (built > 0) & open_rows
        fits_all = known & (np.abs(total - net) <= _SLACK)
        fits_less = known & (np.abs(total - early - net) <= _SLACK)
        again &= ~fits_all & (fits_less | (built >= early - _SLACK))
    else:
        early = _leading(rows, built)
        again = (early > 0) & open_rows & ~np.isnan(net) & (np.abs(total - early - net) <= _SLACK)
    for index in np.flatnonzero(again)[:200]:
        column = rows.column(int(index), "built_before")
        findings.add(
            _COUNTED_AGAIN,
            f"{early[index]:,.0f} homes in years before the base date, and "
            f"{built[index]:,.0f} built before it",
            "each home once",
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            column=column,
            site=_site(rows, int(index)),
            done="kept as stated",
        )
    left = (early > 0) & ~again & open_rows if base_year is not None else np.zeros(len(rows), dtype=bool)
    if left.any() and base_year is not None:
        index = int(np.flatnonzero(left)[0])
        findings.add(
            "completions before the base date",
            f"{early[left].sum():,.0f} homes on {int(left.sum())} sites in years before "
            f"{financial_year_label(base_year)}",
            "homes from the base date on",
            "warning",
            row=_row(rows, index),
            sheet=rows.sheet_of(index),
            site=_site(rows, index),
            done="kept as homes recorded, not planned",
        )
    return again


def check_negative(rows: SiteRows, findings: FindingList) -> None:
    """Report homes below 0, in a year or of the site, that are no demolition, lapse allowance or record."""
    negative = (rows.homes < 0) & ~rows.is_recorded[:, None]
    for index in np.flatnonzero(negative.any(axis=1))[:500]:
        years = np.flatnonzero(negative[index])
        lost = float(-rows.homes[index][years].sum())
        excused = _may_lose(rows, int(index))
        severity: Severity = "mended" if excused else "error"
        findings.add(
            "homes lost" if excused else "negative homes",
            f"{-lost:,.0f} homes",
            "homes of at least 0, or demolitions named so",
            severity,
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            column=rows.column(int(index), str(rows.years[years[0]])),
            site=_site(rows, int(index)),
            done="kept as homes lost"
            if excused
            else "kept as stated: name them demolitions if homes are lost",
        )
    for name in (name for name in HOME_NUMBERS if name not in _MAY_BE_NEGATIVE):
        for index in np.flatnonzero((rows.numbers[name] < 0) & ~rows.is_recorded)[:100]:
            if not _may_lose(rows, int(index)):
                findings.add(
                    "negative homes",
                    f"{rows.numbers[name][index]:,.5g} ({name})",
                    "a number of at least 0, or demolitions named so",
                    row=_row(rows, int(index)),
                    sheet=rows.sheet_of(int(index)),
                    column=rows.column(int(index), name),
                    site=_site(rows, int(index)),
                    done="kept as stated",
                )


def _may_lose(rows: SiteRows, index: int) -> bool:
    """Whether a row says that homes are lost on it, or is of lapses."""
    names = ("site_name", "note", "site_reference", "planning_status")
    words = " ".join(str(rows.texts[name][index]) for name in names)
    of_losses = rows.texts["kind"][index] in ("demolitions", "lapse_allowance")
    return of_losses or bool(_DEMOLITION.search(words) or np.nan_to_num(rows.numbers["losses"][index]))


def check_positive_losses(rows: SiteRows, findings: FindingList) -> None:
    """Report rows of lapses or demolitions with homes above 0, which would be added to the supply."""
    losing = np.isin(rows.texts["kind"].astype(str), ["demolitions", "lapse_allowance"]) & ~rows.is_recorded
    for index in np.flatnonzero(losing & (np.nan_to_num(rows.homes) > 0).any(axis=1))[:500]:
        if not is_whole_allowance(str(rows.texts["site_name"][index])):
            continue
        years = np.flatnonzero(np.nan_to_num(rows.homes[index]) > 0)
        findings.add(
            "losses above 0",
            f"{rows.homes[index][years].sum():,.5g} homes on a row of "
            f"{'demolitions' if rows.texts['kind'][index] == 'demolitions' else 'lapses'}",
            "homes lost below 0, such as -5",
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            column=rows.column(int(index), str(rows.years[years[0]])),
            site=_site(rows, int(index)),
            done="kept as stated, so added: they must be subtracted",
        )


def check_plan_period(
    rows: SiteRows,
    place: str | None,
    period: tuple[int, int] | None,
    figures: ReferenceFigures,
    findings: FindingList,
) -> dict[str, int]:
    """The last financial year of the plan, by plan status, where it is known.

    Homes after it are reported once, homes before the plan site by site, on rows that do not say
    `beyond_plan`. Councils publish trajectories that run past their plan; none starts before it.
    """
    exempt = rows.is_recorded | rows.is_beyond_plan
    draft = rows.texts["plan_status"] == "draft"
    last_years: dict[str, int] = {}
    for status, where in (("adopted", ~exempt & ~draft), ("draft", ~exempt & draft)):
        plan = figures.plan(place, status) if place is not None else None
        first_last = period or ((plan.first_year, plan.last_year) if plan is not None else None)
        if first_last is None:
            continue
        last_years[status] = first_last[1]
        if where.any():
            name = plan.name if plan is not None and period is None else "the plan"
            _homes_before_plan(rows, where, first_last, findings)
            _homes_beyond_plan(rows, where, first_last[1], name, findings)
    return last_years


def _homes_before_plan(
    rows: SiteRows, where: NDArray[np.bool_], period: tuple[int, int], findings: FindingList
) -> None:
    homes = np.where(np.array(rows.years) < period[0], np.nan_to_num(rows.homes), 0.0)
    for index in np.flatnonzero(where & (np.abs(homes).sum(axis=1) > 0))[:500]:
        out = np.flatnonzero(homes[index])
        findings.add(
            "homes before the plan",
            f"{homes[index].sum():,.5g} homes, first in {financial_year_label(rows.years[out[0]])}",
            f"years {financial_year_label(period[0])} to {financial_year_label(period[1])}",
            row=_row(rows, int(index)),
            sheet=rows.sheet_of(int(index)),
            column=rows.column(int(index), str(rows.years[out[0]])),
            site=_site(rows, int(index)),
            done="kept as stated",
        )


def _homes_beyond_plan(
    rows: SiteRows, where: NDArray[np.bool_], last_year: int, name: str, findings: FindingList
) -> None:
    homes = np.where(np.array(rows.years) > last_year, np.nan_to_num(rows.homes), 0.0)
    found = np.flatnonzero(where & (np.abs(homes).sum(axis=1) > 0))
    if not len(found):
        return
    first, year = int(found[0]), int(np.flatnonzero(homes[found[0]])[0])
    findings.add(
        "homes beyond the plan",
        f"{homes[found].sum():,.0f} homes in {len(found):,} row{'' if len(found) == 1 else 's'} after "
        f"{financial_year_label(last_year)}, the last year of {name}",
        "years of the plan, or years marked beyond_plan",
        "warning",
        row=_row(rows, first),
        sheet=rows.sheet_of(first),
        column=rows.column(first, str(rows.years[year])),
        done="taken as beyond_plan",
    )


def _take_remaining(rows: SiteRows) -> None:
    """A capacity that is not given is what was built and what is left, where both are."""
    net, left = rows.numbers["capacity_dwellings"], rows.numbers["remaining"]
    whole = left + np.nan_to_num(rows.numbers["built_before"])
    rows.numbers["capacity_dwellings"] = np.where(np.isnan(net), whole, net)


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


def _before(rows: SiteRows, base_year: int | None) -> Array:
    if base_year is None:
        return np.zeros(len(rows))
    early = np.array(rows.years, dtype=int) < base_year
    return np.nansum(rows.homes[:, early], axis=1)


def _leading(rows: SiteRows, built: Array) -> Array:
    """Homes of the first years of each row that together are exactly what was built before."""
    running = np.cumsum(np.nan_to_num(rows.homes), axis=1)
    matches = (np.abs(running - built[:, None]) <= _SLACK).any(axis=1) & (built > 0)
    return np.where(matches, built, 0.0)


def _range(low: float, high: float) -> str:
    return _homes(low) if low == high else f"{_homes(low)} to {_homes(high)}"


def _homes(number: float) -> str:
    """`1,234` or `12.5`: whole where it is, and never as a power of ten."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def _site(rows: SiteRows, index: int) -> str:
    return str(rows.texts["site_reference"][index])


def _row(rows: SiteRows, index: int) -> int:
    return int(rows.numbers["row"][index])
