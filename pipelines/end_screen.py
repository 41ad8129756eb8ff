"""One screen at the end of a run: headlines by place, what is short from when, what changed, where to look.

At most 40 lines of at most 100 characters, and readable at 80. It picks rows of the published release.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from assets.publication.board.evidence_age import dated_evidence, in_one_line, overdue_at
from assets.publication.board.gaps_opening import ROOMS, YEAR, Gap, building_gaps, staff_gaps
from assets.publication.board.service_growth import main_growth
from assets.publication.headlines import headline_rows
from assets.publication.report.first_screen import changes, estimates_until
from assets.publication.report.wording import financial, short, words
from assets.release_history.release_changes import TOTAL
from housing_trajectories.findings import inert
from housing_trajectories.terminal import Table, Terminal
from pipelines.run_warnings import counted, of_run

WIDEST = 100
NARROWEST = 60
LINES = 40
_PLACES = 5
"""Places on the screen, the area as a whole among them; of more the rest is one line."""
_HOSPITAL_LINES = 8
_CHANGES = 3
_SERVICE = "ae_attendances"
_LONGEST_NAME = 28
_LONGEST_TEXT = 280
_EXACT_BELOW = 10_000


def print_end_screen(
    console: Terminal,
    tables: Mapping[str, pd.DataFrame],
    names: Mapping[str, str],
    release: Path,
    run: str,
    *,
    now: datetime | None = None,
) -> None:
    """Print the screen of a release whose tables these are; `names` by code of the places, the whole last.

    `run` made the release: its warnings are counted where the outputs still have them.
    """
    width = max(NARROWEST, min(console.width, WIDEST))
    outputs = release.parent.parent
    buildings, staff = building_gaps(tables), staff_gaps(tables)

    def say(text: str, hanging: int = 0) -> None:
        indent = " " * hanging
        for line in textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]:
            console.print(line)

    def show(table: Table) -> None:
        console.print(table, width=width, soft_wrap=False)

    show(_places_table(tables, names, buildings, width))
    left = len(names) - _PLACES
    if left > 0:
        say(f"{left} more places: python -m pipelines summary --verbose")
    say(
        f"People {estimates_until(tables)} → {YEAR}, homes {YEAR}; A&E attendances "
        f"{financial(int(tables['demand']['year'].min()))} to {financial(YEAR)} (without growth beyond "
        f"demography); rooms and staff outside hospitals short in {financial(YEAR)}, minus to spare; from: "
        "half of the draws are short. Line two: 80 % prediction interval."
    )
    if any(gap.what != ROOMS for gap in buildings) or any(gap.what == "all" for gap in staff):
        show(_hospital_table(buildings, staff, width))
    for title, text in (
        ("Changed", _changed(tables, list(names)[-1])),
        ("Old", _old(tables, now or datetime.now(UTC))),
        ("Warnings", _warned(outputs, run)),
    ):
        if text:
            for number, line in enumerate(text):
                say(f"{title if not number else '':<9} {line}", 10)
    shown = _shown(outputs / "current")
    console.print(f"Report    {shown}/report.html")
    console.print(f"Workbook  {shown}/workbook.xlsx")
    say("Tables    beside them, each as .parquet and .csv: docs/release_files.md", 10)
    say("More      python -m pipelines summary --verbose, make releases", 10)
    say(f"Release   {release.name}", 10)


def _plain_table(width: int, columns: Mapping[str, str]) -> Table:
    """A table without lines; columns stand to the right or left as given, and only the first may wrap."""
    table = Table(box=None, padding=(0, 2 if width >= 90 else 1, 0, 0), pad_edge=False, header_style="bold")
    for number, (heading, justify) in enumerate(columns.items()):
        table.add_column(heading, justify=justify, no_wrap=number > 0)  # type: ignore[arg-type]
    return table


def _places_table(
    tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], buildings: list[Gap], width: int
) -> Table:
    until = estimates_until(tables)
    found = headline_rows(tables, years=(until, YEAR))
    at = {(row["headline"], row["place"], row["year"]): row for row in found.to_dict("records")}
    growth = {each.place: each for each in main_growth(tables) if each.service == _SERVICE}
    rooms = {gap.area: gap for gap in buildings if gap.what == ROOMS}
    table = _plain_table(
        width,
        {
            "Place": "left",
            "People": "right",
            "Homes": "right",
            "A&E": "right",
            "GP rooms\nshort": "right",
            "\nfrom": "right",
            "Staff short\nWTE": "right",
        },
    )
    shown = [*list(names)[: _PLACES - 1], list(names)[-1]] if len(names) > _PLACES else list(names)
    for place in shown:
        name = inert(names[place], _LONGEST_NAME)
        if place == shown[-1] and len(names) > 1:
            name = "Whole area"
        people, homes, staff = (
            at.get((headline, place, YEAR)) for headline in ("population", "homes", "workforce_gap")
        )
        before = at.get(("population", place, until))
        grown, room = growth.get(place), rooms.get(place)
        table.add_row(
            name,
            _two_lines(
                people
                and f"{_in_short(before['principal']) if before else '?'} → {_in_short(people['principal'])}",
                people and f"{_in_short(people['p10'])}–{_in_short(people['p90'])}",
            ),
            _two_lines(
                homes and _in_short(homes["principal"]),
                homes and f"{_in_short(homes['p10'])}–{_in_short(homes['p90'])}",
            ),
            _two_lines(
                grown and f"{grown.percent:+.0f} %",
                grown and (f"({grown.without:+.0f} %)" if grown.without is not None else ""),
            ),
            _two_lines(room and _signed(room.value), room and f"{_signed(room.low)} to {_signed(room.high)}"),
            _from(room) if room else "",
            _two_lines(
                staff and _signed(staff["principal"]),
                staff and f"{_signed(staff['p10'])} to {_signed(staff['p90'])}",
            ),
        )
    return table


def _hospital_table(buildings: list[Gap], staff: list[Gap], width: int) -> Table:
    """Beds and staff of trusts, those that are short first leading."""
    gaps = [gap for gap in buildings if gap.what != ROOMS] + [gap for gap in staff if gap.what == "all"]
    gaps.sort(key=lambda gap: (gap.central or gap.last + 1, gap.area))
    table = _plain_table(
        width, {"Hospitals": "left", "Short from": "left", f"Short in {financial(YEAR)}": "right"}
    )
    of_trust: dict[str, list[Gap]] = {}
    told = 0
    for gap in gaps:
        new = short(gap.area_name) not in of_trust
        if told + len(of_trust) + 1 + new > _HOSPITAL_LINES:
            break
        of_trust.setdefault(short(gap.area_name), []).append(gap)
        told += 1
    for trust, own in of_trust.items():
        table.add_row(inert(trust, width - 50), "", "")
        for gap in own:
            table.add_row(
                f"  {'Staff, WTE' if gap.what == 'all' else words(gap.what)}",
                _from(gap)
                if gap.late == gap.first
                else f"{_from(gap)} ({_end(gap.early)} to {_end(gap.late)})",
                f"{_signed(gap.value)} ({_signed(gap.low)} to {_signed(gap.high)})",
            )
    if told < len(gaps):
        table.add_row(f"{len(gaps) - told} more in the report", "", "")
    return table


def _changed(tables: Mapping[str, pd.DataFrame], system: str) -> list[str]:
    found = changes(tables, system)
    if not found.known:
        return ["There is no earlier release to compare with."]
    if found.same:
        return [inert(f"No headline changed: {found.same}", _LONGEST_TEXT)]
    rows = tables["release_changes"]
    rows = rows[(rows["cause"] == TOTAL) & (rows["place"] == system) & (rows["year"] == YEAR)]
    moved = rows[rows["change"].abs() > 0]
    told = [
        f"{words(row['headline'])} {YEAR}: {row['previous']:,.0f} → {row['current']:,.0f} {row['unit']}"
        for row in moved.to_dict("records")
    ]
    more = len(found.told) + len(found.others) - len(told[:_CHANGES])
    return [
        *told[:_CHANGES],
        *([f"{more} headlines more by place and year, with causes: in the report"] * (more > 0)),
    ]


def _old(tables: Mapping[str, pd.DataFrame], now: datetime) -> list[str]:
    line = in_one_line(dated_evidence(tables))
    overdue, sources = overdue_at(tables, f"{now:%Y-%m}")
    due = f"{overdue} of {sources} sources have a newer release due: make inputs-status" if overdue else ""
    return [each for each in (f"Evidence: {line}." if line else "", due) if each]


def _warned(outputs: Path, run: str) -> list[str]:
    found = of_run(outputs, run)
    return [f"{counted(*found)}, with what to do: {_shown(outputs)}/warnings.txt"] if found else []


def _shown(path: Path) -> str:
    """A path as short as it can be typed."""
    relative = os.path.relpath(path)
    return relative if not relative.startswith("..") else str(path)


def _two_lines(first: object, second: object) -> str:
    return "\n".join(str(each) for each in (first, second) if each) or "not given"


def _from(gap: Gap) -> str:
    if gap.central is None:
        return "later"
    return "now" if gap.central == gap.first else financial(gap.central)


def _end(year: int | None) -> str:
    return "later" if year is None else financial(year)


def _in_short(value: float) -> str:
    return f"{value / 1000:,.0f}k" if abs(value) >= _EXACT_BELOW else f"{value:,.0f}"


def _signed(value: float) -> str:
    return f"{value:,.0f}" if round(value) else "0"
