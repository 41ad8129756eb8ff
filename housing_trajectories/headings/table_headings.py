"""What each column of a sheet's table is, from its heading rows.

Which rows those are is `heading_rows.py`, what a person is told of them `heading_findings.py`; what stands
beneath them does not belong here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from housing_trajectories.files.sheets import Sheet
from housing_trajectories.headings.column_names import NameRead, field_of, key_of
from housing_trajectories.headings.year_labels import YearLabel, is_built_before, year_label
from housing_trajectories.schema import SITE_COLUMNS, financial_year

_SUBTOTAL = re.compile(
    r"\b(?:sub-?\s?totals?|totals?|sum|cumulative|five[- ]year|5[- ]?(?:year|yr)|supply|0-5|1-5|6-10"
    r"|11-15)\b",
    re.I,
)
_OWN_TIDY = {"place", "plan_status", "site_reference", "phasing_basis", "year", "planned_net_dwellings"}
_HOMES_IN_LONG = {
    "dwellings",
    "homes",
    "units",
    "netdwellings",
    "nethomes",
    "netunits",
    "numberofdwellings",
    "noofdwellings",
    "numberofhomes",
    "netgain",
    "netcapacity",
    "totaldwellings",
}


@dataclass(frozen=True)
class YearColumn:
    """A column of homes: its position from 0, its heading, and what it says of years."""

    position: int
    heading: str
    label: YearLabel


@dataclass
class Headings:
    """The columns of a sheet's table: `first` and `last` are positions of its heading rows in the sheet.

    `fields` gives a field's column from 0. `own` tells the project's own format, in which an empty year is
    no statement by definition. `totals` are columns of row totals, `unused` those that mean nothing known,
    `parts` those of a year of which another column is the net or the whole, `added` tenures that sum to it.
    """

    first: int
    last: int
    fields: dict[str, int] = field(default_factory=dict)
    years: list[YearColumn] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    unused: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    added: set[int] = field(default_factory=set)
    own: bool = False

    @property
    def is_long(self) -> bool:
        """Whether a row is a site and year rather than a site."""
        return "year" in self.fields and "homes" in self.fields and not self.years

    @property
    def has_sites(self) -> bool:
        """Whether its rows can be told apart as sites."""
        return bool({"site_reference", "site_name", "permission_reference"} & self.fields.keys())

    def heading(self, name: str) -> str:
        """The heading of a field as it stands in the file."""
        return self.texts.get(self.fields[name], name) if name in self.fields else name


def understood(sheet: Sheet, first: int, last: int, rows: list[list[object]]) -> Headings:
    """The columns under heading rows that stand from `first` to `last` in the sheet; reports nothing."""
    headings = Headings(first, last)
    width = max(len(row) for row in sheet.rows)
    candidates: dict[str, list[tuple[int, NameRead]]] = {}
    for position in range(width):
        cells = [row[position] for row in rows if position < len(row) and row[position] != ""]
        if not cells:
            continue
        headings.texts[position] = " ".join(str(cell) for cell in cells)[:120]
        if any(is_built_before(cell) for cell in cells):
            candidates.setdefault("built_before", []).append(
                (position, NameRead("built_before", "another name"))
            )
            continue
        labels = [found for cell in cells if (found := year_label(cell)) is not None]
        label = min(labels, key=lambda found: found.kind in ("relative", "beyond"), default=None)
        named = [read for cell in cells if isinstance(cell, str) and (read := field_of(cell))]
        name = min(named, key=lambda found: found.field == "year", default=None)
        if label is not None and (name is None or name.how or label.kind not in ("bare", "relative")):
            headings.years.append(YearColumn(position, headings.texts[position], label))
        elif name is not None:
            candidates.setdefault(name.field, []).append((position, name))
        else:
            headings.unused.append(position)
    _choose(headings, candidates)
    headings.unused = [p for p in headings.unused if not _is_subtotal(headings, p)]
    _totals_of_years(headings)
    _parts_of_years(headings)
    _sums_of_years(headings)
    _use_class_by_content(sheet, headings)
    texts = {text.strip() for text in headings.texts.values()}
    headings.own = texts >= _OWN_TIDY or (
        set(SITE_COLUMNS) - {"note"} <= texts
        and all(financial_year(y.heading) is not None for y in headings.years)
    )
    return headings


def _totals_of_years(headings: Headings) -> None:
    """`2025/26 Total` beside `2025/26` is a sum of it, not the year again."""
    named = [year for year in headings.years if "total" in year.heading.lower()]
    others = {(y.label.kind, y.label.first, y.label.last) for y in headings.years if y not in named}
    for year in named:
        if (year.label.kind, year.label.first, year.label.last) in others:
            headings.years.remove(year)
            headings.totals.append(year.position)


def _parts_of_years(headings: Headings) -> None:
    """Of a year's gross and net columns the net one counts; of its total and its tenures the total."""
    by_label: dict[tuple[str, int, int], list[YearColumn]] = {}
    for year in headings.years:
        if not year.label.quarter:
            by_label.setdefault((year.label.kind, year.label.first, year.label.last), []).append(year)
    for columns in by_label.values():
        for wanted, others in ((_NET, _GROSS), (_WHOLE, _TENURE)):
            chosen = [c for c in columns if wanted.search(c.heading) and not others.search(c.heading)]
            rest = [c for c in columns if others.search(c.heading)]
            if len(chosen) == 1 and len(chosen) + len(rest) == len(columns) > 1:
                for column in rest:
                    headings.years.remove(column)
                    headings.parts.append(column.position)
                break
        else:
            if len({_TENURE.search(c.heading) and c.heading for c in columns}) == len(columns) > 1:
                headings.added.update(c.position for c in columns if _TENURE.search(c.heading))


def _sums_of_years(headings: Headings) -> None:
    """A column of several years beside a column for each of them is a sum, not more homes."""
    single = {y.label.first for y in headings.years if y.label.kind == "financial"}
    for year in [y for y in headings.years if y.label.kind == "band"]:
        span = set(range(year.label.first, year.label.last + 1))
        without_end = span - {year.label.last}
        if span <= single or (len(without_end) > 1 and without_end <= single):
            headings.years.remove(year)
            headings.totals.append(year.position)


def _use_class_by_content(sheet: Sheet, headings: Headings) -> None:
    """A column of another name, such as `Type`, that holds nothing but use classes is their column."""
    if "use_class" in headings.fields:
        return
    for position in headings.unused:
        body = sheet.rows[headings.last + 1 : headings.last + 400]
        cells = {str(row[position]).strip() for row in body if position < len(row) and row[position] != ""}
        if 0 < len(cells) <= 12 and all(_USE_CLASS.match(cell) for cell in cells):
            headings.fields["use_class"] = position
            headings.unused.remove(position)
            return


_NET = re.compile(r"\bnet\b", re.I)
_GROSS = re.compile(r"\b(?:gross|loss(?:es)?|demolitions?|lost)\b", re.I)
_WHOLE = re.compile(r"\b(?:total|all|overall)\b", re.I)
_TENURE = re.compile(
    r"\b(?:market|affordable|private|social|aff|oms?|ah|intermediate|shared ownership)\b", re.I
)
_USE_CLASS = re.compile(
    r"^(?:(?:use )?class )?c[23]a?$|^student\w*(?: \w+)?$|^pbsa$|^care(?: home)?$|^extra care$|^dwellings?$"
    r"|^(?:residential )?institutions?$|^c[23]\s*[(\-].*$",
    re.I,
)


def _choose(headings: Headings, candidates: dict[str, list[tuple[int, NameRead]]]) -> None:
    """One column a field: the one written as expected, else the first; the others are not used."""
    lows = candidates.get("capacity_low", [])
    if len(lows) > 1 and "capacity_high" not in candidates:
        candidates["capacity_high"] = [lows.pop(1)]
    references = candidates.get("site_reference", [])
    if len(references) > 1 and "site_name" not in candidates:
        candidates["site_name"] = [references.pop(1)]  # `Policy` and `Allocation`
    for name, found in candidates.items():
        if name == "row_total":
            after = [p for p, _ in found if not headings.years or p > headings.years[0].position]
            headings.totals.extend(after)
            early = [p for p, _ in found if p not in after]
            if early and "capacity_dwellings" not in candidates:
                headings.fields["capacity_dwellings"] = early[0]
            elif early:
                headings.totals.extend(early)
            continue
        chosen = min(found, key=lambda item: (item[1].how != "", item[0]))[0]
        headings.fields[name] = chosen
        headings.unused.extend(position for position, _ in found if position != chosen)
    if "place" not in headings.fields and "place_name" in headings.fields:
        headings.fields["place"] = headings.fields.pop("place_name")
    _long_or_wide(headings)


def _long_or_wide(headings: Headings) -> None:
    """Names that mean a site's capacity in a wide table mean a year's homes in a long one."""
    fields = headings.fields
    if headings.years:
        position = fields.pop("year", None)
        if position is not None:
            headings.unused.append(position)
        position = fields.pop("homes", None)
        if position is not None:
            heading = key_of(headings.texts[position])
            if (
                "complet" in heading
                and "built_before" not in fields
                and position < headings.years[0].position
            ):
                fields["built_before"] = position
            else:
                headings.unused.append(position)
    elif "year" in fields and "homes" not in fields:
        capacity = fields.get("capacity_dwellings", -1)
        for position in [capacity, *headings.unused]:
            if key_of(headings.texts.get(position, "")) in _HOMES_IN_LONG:
                fields["homes"] = position
                if position == capacity:
                    fields.pop("capacity_dwellings")
                else:
                    headings.unused.remove(position)
                break
    if "gross_capacity" in fields and "capacity_dwellings" not in fields:
        net = next((p for p in headings.unused if key_of(headings.texts[p]) == "net"), None)
        if net is not None:
            fields["capacity_dwellings"] = net
            headings.unused.remove(net)


def _is_subtotal(headings: Headings, position: int) -> bool:
    if _SUBTOTAL.search(headings.texts[position]) and year_label(headings.texts[position]) is None:
        headings.totals.append(position)
        return True
    return False
