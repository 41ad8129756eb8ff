"""What each column of a sheet's table is, from its heading rows, and what a person is told of them.

Which rows those are is told by `locate`; what stands beneath them does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from housing_trajectories.files.sheets import Row, Sheet, cell_at, is_number
from housing_trajectories.headings.column_names import NameRead, field_of, is_plain, key_of
from housing_trajectories.headings.year_labels import YearLabel, is_built_before, year_label
from housing_trajectories.remarks import Remark, Words, remark
from housing_trajectories.schema import SITE_COLUMNS, financial_year

_SUBTOTAL = re.compile(
    r"\b(?:sub-?\s?totals?|totals?|sum|cumulative|five[- ]year|5[- ]?(?:year|yr)|supply|0-5|1-5|6-10"
    r"|11-15)\b",
    re.I,
)
_OWN_TIDY = {"place", "plan_status", "site_reference", "phasing_basis", "year", "planned_net_dwellings"}
_HOMES_IN_LONG = {
    *("dwellings", "homes", "units", "netdwellings", "nethomes", "netunits", "numberofdwellings"),
    *("noofdwellings", "numberofhomes", "netgain", "netcapacity", "totaldwellings"),
}
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
_LONGEST_INDEX = 7
_LIKE_YEAR = re.compile(r"^(?:\d{3,6}\s*[/\-]\s*\d{1,5}|\d{5,8})$")


@dataclass(frozen=True)
class YearColumn:
    """A column of homes: its position from 0, its heading, and what it says of years."""

    position: int
    heading: str
    label: YearLabel


@dataclass(frozen=True)
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

    @property
    def is_table(self) -> bool:
        """Whether they are those of a trajectory: sites, and years across or down."""
        return self.has_sites and bool(self.years or self.is_long)

    @property
    def used(self) -> set[int]:
        """Positions of the columns that are read."""
        return {year.position for year in self.years} | set(self.fields.values())

    def heading(self, name: str) -> str:
        """The heading of a field as it stands in the file."""
        return self.texts.get(self.fields[name], name) if name in self.fields else name


def understood(sheet: Sheet, first: int, last: int, rows: list[Row]) -> Headings:
    """The columns under the heading `rows`, which stand from `first` to `last` in the sheet."""
    headings = Headings(first, last)  # filled in below, and by nobody else
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
        names = [read for cell in cells if isinstance(cell, str) and (read := field_of(cell))]
        name = min(names, key=lambda found: found.field == "year", default=None)
        if label is not None and (name is None or name.how or label.kind not in ("bare", "relative")):
            headings.years.append(YearColumn(position, headings.texts[position], label))
        elif name is not None:
            candidates.setdefault(name.field, []).append((position, name))
        else:
            headings.unused.append(position)
    _choose(headings, candidates)
    subtotals = [p for p in headings.unused if _is_subtotal(headings.texts[p])]
    headings.totals.extend(subtotals)
    for position in subtotals:
        headings.unused.remove(position)
    _totals_of_years(headings)
    _parts_of_years(headings)
    _sums_of_years(headings)
    _use_class_by_content(sheet, headings)
    texts = {text.strip() for text in headings.texts.values()}
    own = texts >= _OWN_TIDY or (
        set(SITE_COLUMNS) - {"note"} <= texts
        and all(financial_year(y.heading) is not None for y in headings.years)
    )
    return replace(headings, own=own)


def _totals_of_years(headings: Headings) -> None:
    """`2025/26 Total` beside `2025/26` is a sum of it, not the year again."""
    named = [year for year in headings.years if "total" in year.heading.lower()]
    others = {y.label.key for y in headings.years if y not in named}
    for year in named:
        if year.label.key in others:
            headings.years.remove(year)
            headings.totals.append(year.position)


def _parts_of_years(headings: Headings) -> None:
    """Of a year's gross and net columns the net one counts; of its total and its tenures the total."""
    by_label: dict[tuple[str, int, int], list[YearColumn]] = {}
    for year in headings.years:
        if not year.label.quarter:
            by_label.setdefault(year.label.key, []).append(year)
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
        cells = {str(cell).strip() for row in body if (cell := cell_at(row, position)) != ""}
        if 0 < len(cells) <= 12 and all(_USE_CLASS.match(cell) for cell in cells):
            headings.fields["use_class"] = position
            headings.unused.remove(position)
            return


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


def _is_subtotal(text: str) -> bool:
    return bool(_SUBTOTAL.search(text)) and year_label(text) is None


def heading_remarks(sheet: Sheet, headings: Headings) -> list[Remark]:
    """What was read under another name, what is not used, and what cannot be left unused."""
    row = sheet.numbers[headings.last]
    above = sheet.numbers[: headings.first]
    remarks = []
    if above:
        first = next(cell for cell in sheet.rows[0] if cell != "")
        remarks.append(remark("title_row", row=above[0], rows=len(above), first=first))
    for name, position in headings.fields.items():
        text = headings.texts[position]
        read = field_of(text)
        how = read.how if read is not None and read.field == name else "another name"
        if how and not is_plain(text, name) and not headings.own:
            remarks.append(remark("heading", row=row, column=position + 1, text=text, how=how, name=name))
    remarks += _unused_columns(sheet, headings, row)
    if headings.totals and not headings.own:
        shown = ", ".join(f"'{headings.texts[position]}'" for position in sorted(headings.totals)[:6])
        remarks.append(remark("total_column", row=row, shown=shown))
    for position in headings.parts:
        remarks.append(remark("part_of_year", row=row, column=position + 1, text=headings.texts[position]))
    seen: dict[tuple[str, int, int], YearColumn] = {}
    for year in headings.years:
        at: Words = {"row": row, "column": year.position + 1}
        if year.label.remark:
            remarks.append(remark("year_label_read", **at, text=year.heading, how=year.label.remark))
        other = seen.setdefault(year.label.key, year)
        if other is year:
            continue
        if {year.position, other.position} <= headings.added:
            remarks.append(remark("homes_by_tenure", **at, text=year.heading, other=other.heading))
        elif not year.label.quarter:
            remarks.append(remark("column_twice", **at, text=year.heading, other=other.position + 1))
    return remarks


def _unused_columns(sheet: Sheet, headings: Headings, row: int) -> list[Remark]:
    positions = [year.position for year in headings.years]
    remarks, plain = [], []
    for position in headings.unused:
        text = headings.texts[position]
        like_year = positions and (
            min(positions) < position < max(positions) or _LIKE_YEAR.match(text.strip())
        )
        if key_of(text).startswith("unnamed") or key_of(text) == "":
            remarks.append(remark("unnamed_column", row=row, column=position + 1, text=text))
        elif like_year and _is_numeric(sheet, headings.last, position):
            remarks.append(remark("like_a_year", row=row, column=position + 1, text=text))
        else:
            plain.append(text)
    if plain and not headings.own:
        shown = ", ".join(f"'{text}'" for text in plain[:6]) + (" …" if len(plain) > 6 else "")
        remarks.append(remark("not_used", row=row, columns=len(plain), shown=shown))
    for position in _without_heading(sheet, headings):
        is_index = _is_index(sheet.rows[headings.last + 1 : headings.last + 400], position)
        code = "index_column" if is_index else "missing_heading"
        remarks.append(remark(code, row=row, column=position + 1))
    return remarks


def _without_heading(sheet: Sheet, headings: Headings) -> list[int]:
    """Columns without a heading that hold numbers in several rows."""
    if not headings.years or headings.own:
        return []
    counts: dict[int, int] = {}
    body = sheet.rows[headings.last + 1 : headings.last + 400]
    for row in body:
        for position in range(len(row)):
            if position not in headings.texts and row[position] != "" and is_number(row[position]):
                counts[position] = counts.get(position, 0) + 1
    return [position for position, count in sorted(counts.items()) if count >= max(1, len(body) // 3)]


def _is_index(body: Sequence[Row], position: int) -> bool:
    """Whether a column counts the rows, as tools write before the first column."""
    cells = [str(row[position]).strip() for row in body if position < len(row) and row[position] != ""]
    numbers = [int(cell) for cell in cells if cell.isdecimal() and len(cell) < _LONGEST_INDEX]
    if position > 0 or len(numbers) != len(cells) or not numbers or numbers[0] not in (0, 1):
        return False
    return all(later == number + 1 for number, later in pairwise(numbers))


def _is_numeric(sheet: Sheet, last: int, position: int) -> bool:
    cells = [row[position] for row in sheet.rows[last + 1 : last + 200] if position < len(row)]
    return any(is_number(cell) for cell in cells)
