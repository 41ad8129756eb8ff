"""Where a sheet's table begins and what each of its columns is. The row of headings is found, not assumed.

What stands beneath the headings does not belong here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from housing_trajectories.column_names import NameRead, field_of, is_plain, key_of
from housing_trajectories.schema import SITE_COLUMNS, financial_year
from housing_trajectories.sheets import FindingList, Sheet
from housing_trajectories.year_labels import YearLabel, is_built_before, year_label

_ROWS_SEARCHED = 80
_LONGEST_INDEX = 7
_SUBTOTAL = re.compile(
    r"\b(?:sub-?\s?totals?|totals?|sum|cumulative|five[- ]year|5[- ]?(?:year|yr)|supply|0-5|1-5|6-10"
    r"|11-15)\b",
    re.I,
)
_LIKE_YEAR = re.compile(r"^(?:\d{3,6}\s*[/\-]\s*\d{1,5}|\d{5,8})$")
_OWN_TIDY = {"place", "plan_status", "site_reference", "phasing_basis", "year", "planned_net_dwellings"}
_MANY_FINE = {
    "site_name",
    "note",
    "site_reference",
    "place_name",
    "permission_reference",
    "hectares",
    "row_total",
}
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


def heading_score(row: list[object]) -> tuple[int, int]:
    """How many fields and how many years a row names."""
    return _names_in(row), _years_in(row)


def find_headings(sheet: Sheet) -> Headings | None:
    """The headings of the sheet's table, None where no row looks like any. Reports nothing."""
    rows = sheet.rows[:_ROWS_SEARCHED]
    scores = [(_names_in(row), _years_in(row)) for row in rows]
    best, most = None, 0
    for position, (names, years) in enumerate(scores):
        if names + years > most and (names >= 2 or years >= 3 or (names >= 1 and years >= 1)):
            best, most = position, names + years
    if best is None:
        return None
    chosen = [best]
    names, years = scores[best]
    long_named = years < 2 and any(_field_name(cell) == "year" for cell in rows[best])
    if years >= 2 and {_field_name(cell) for cell in rows[best]} - {None} == {"year"}:
        names = 0  # `Monitoring year` before the years of a row that stands above the names
    for position in (best - 1, best + 1, best - 2, best + 2):
        if not 0 <= position < len(rows) or (
            abs(position - best) > 1 and len(chosen) == 1 and min(chosen) == position + 1
        ):
            continue
        other_names, other_years = scores[position]
        if (
            (years < 2 or _relative_only(rows[best]))
            and not long_named
            and other_years >= 2
            and _labels_only(rows[position])
        ):
            chosen.append(position)
            years += other_years
        elif (
            names == 0
            and other_names >= 1
            and (position < best or (other_names >= 2 and _labels_only(rows[position])))
        ):
            chosen.append(position)
            names += other_names
    first, last = min(chosen), max(chosen)
    return _understood(sheet, first, last, [rows[position] for position in sorted(chosen)])


def _understood(sheet: Sheet, first: int, last: int, rows: list[list[object]]) -> Headings:
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


def report_headings(sheet: Sheet, headings: Headings, findings: FindingList) -> None:
    """Say what was read under another name, what is not used, and what cannot be left unused."""
    row = sheet.numbers[headings.last]
    above = sheet.numbers[: headings.first]
    if above:
        shown = str(sheet.rows[0][next(i for i, c in enumerate(sheet.rows[0]) if c != "")])
        findings.add(
            "title row",
            f"{len(above)} row{'s' if len(above) > 1 else ''} above the headings, '{shown}' first",
            "headings in the first row",
            "mended",
            row=above[0],
            done="left out",
        )
    for name, position in headings.fields.items():
        text = headings.texts[position]
        read = field_of(text)
        how = read.how if read is not None and read.field == name else "another name"
        how = "" if is_plain(text, name) else how
        if how and not headings.own:
            findings.add(
                "heading",
                f"'{text}' ({how})",
                name,
                "mended",
                row=row,
                column=position + 1,
                done=f"read as {name}",
            )
    _report_unused(sheet, headings, findings, row)
    if headings.totals and not headings.own:
        shown = ", ".join(f"'{headings.texts[position]}'" for position in sorted(headings.totals)[:6])
        findings.add(
            "total column", shown, "a column a year", "mended", row=row, done="left out: each year is counted"
        )
    for position in headings.parts:
        findings.add(
            "part of a year",
            f"'{headings.texts[position]}' beside a column of that year's net or total homes",
            "a column a year",
            "mended",
            row=row,
            column=position + 1,
            done="left out",
        )
    seen: dict[tuple[str, int, int], YearColumn] = {}
    for year in headings.years:
        if year.label.remark:
            findings.add(
                "year label",
                f"'{year.heading}'",
                "a year such as 2024/25",
                "warning",
                row=row,
                column=year.position + 1,
                done=year.label.remark,
            )
        key = (year.label.kind, year.label.first, year.label.last)
        if key in seen and year.position in headings.added and seen[key].position in headings.added:
            findings.add(
                "homes by tenure",
                f"'{year.heading}' beside '{seen[key].heading}'",
                "a column a year",
                "mended",
                row=row,
                column=year.position + 1,
                done="added up",
            )
        elif key in seen and not year.label.quarter:
            findings.add(
                "column twice",
                f"'{year.heading}', as in column {seen[key].position + 1}",
                "each year once",
                row=row,
                column=year.position + 1,
                done="both read",
            )
        seen.setdefault(key, year)


def _report_unused(sheet: Sheet, headings: Headings, findings: FindingList, row: int) -> None:
    positions = [year.position for year in headings.years]
    plain = []
    for position in headings.unused:
        text = headings.texts[position]
        if key_of(text).startswith("unnamed") or key_of(text) == "":
            findings.add(
                "unnamed column",
                f"'{text}'",
                "a heading",
                "mended",
                row=row,
                column=position + 1,
                done="left out",
            )
        elif (
            positions
            and (min(positions) < position < max(positions) or _LIKE_YEAR.match(text.strip()))
            and _numeric(sheet, headings.last, position)
        ):
            findings.add(
                "year label",
                f"'{text}', numbers in a column like a year's",
                "a year such as 2024/25",
                row=row,
                column=position + 1,
                done="not counted",
            )
        else:
            plain.append(text)
    if plain and not headings.own:
        shown = ", ".join(f"'{text}'" for text in plain[:6]) + (" …" if len(plain) > 6 else "")
        found = f"{len(plain)} column{'s' if len(plain) > 1 else ''} not used: {shown}"
        findings.add("column not used", found, "columns of a trajectory", "mended", row=row, done="left out")
    blank = _without_heading(sheet, headings)
    for position in blank:
        index = _is_index(sheet.rows[headings.last + 1 : headings.last + 400], position)
        findings.add(
            "unnamed column" if index else "missing heading",
            "a column that counts the rows" if index else "numbers in a column without a heading",
            "a heading",
            "mended" if index else "error",
            row=row,
            column=position + 1,
            done="left out" if index else "not counted",
        )


def _without_heading(sheet: Sheet, headings: Headings) -> list[int]:
    """Columns without a heading that hold numbers in several rows."""
    if not headings.years or headings.own:
        return []
    counts: dict[int, int] = {}
    body = sheet.rows[headings.last + 1 : headings.last + 400]
    for row in body:
        for position in range(len(row)):
            if position not in headings.texts and row[position] != "" and _is_number(row[position]):
                counts[position] = counts.get(position, 0) + 1
    return [position for position, count in sorted(counts.items()) if count >= max(1, len(body) // 3)]


def _is_index(body: list[list[object]], position: int) -> bool:
    """Whether a column counts the rows, as tools write before the first column."""
    cells = [str(row[position]).strip() for row in body if position < len(row) and row[position] != ""]
    numbers = [int(cell) for cell in cells if cell.isdigit() and len(cell) < _LONGEST_INDEX]
    if position > 0 or len(numbers) != len(cells) or not numbers or numbers[0] not in (0, 1):
        return False
    return all(later == number + 1 for number, later in pairwise(numbers))


def _numeric(sheet: Sheet, last: int, position: int) -> bool:
    cells = [row[position] for row in sheet.rows[last + 1 : last + 200] if position < len(row)]
    return any(_is_number(cell) for cell in cells)


def _is_number(cell: object) -> bool:
    if isinstance(cell, int | float):
        return cell != 0
    return bool(re.match(r"^\s*[\d,.]*[1-9][\d,.]*\s*$", str(cell)))


def _is_subtotal(headings: Headings, position: int) -> bool:
    if _SUBTOTAL.search(headings.texts[position]) and year_label(headings.texts[position]) is None:
        headings.totals.append(position)
        return True
    return False


def _field_name(cell: object) -> str | None:
    read = field_of(cell) if isinstance(cell, str) and len(cell) <= 80 else None
    return read.field if read else None


def _names_in(row: list[object]) -> int:
    """How many different fields a row names; a sentence or a number names none."""
    return len({name for cell in row[:200] if (name := _field_name(cell)) is not None})


def _years_in(row: list[object]) -> int:
    found = set()
    for cell in row[:200]:
        if cell == "" or (isinstance(cell, str) and len(cell) > 60):
            continue
        label = year_label(cell)
        if label is not None:
            found.add((label.kind, label.first, label.last))
    return len(found)


def _relative_only(row: list[object]) -> bool:
    """Whether the years of a row are all of the kind `Year 1`, which another row may say better."""
    labels = [found for cell in row[:200] if (found := year_label(cell)) is not None]
    return bool(labels) and all(label.kind == "relative" for label in labels)


def _labels_only(row: list[object]) -> bool:
    """Whether a row holds year labels and other headings, but no data beside them."""
    cells = [cell for cell in row if cell != ""]
    plain = [cell for cell in cells if year_label(cell) is None]
    return all(isinstance(cell, str) and not _is_number(cell) for cell in plain)
