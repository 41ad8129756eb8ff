"""`compare`: two scenarios or releases side by side, with the interval of their difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pandas as pd

from assets.publication.headlines import HEADLINE_YEARS
from assets.scenarios_compared.headline_quantities import in_order
from assets.scenarios_compared.runs_compared import CannotCompare, RunsCompared, compared
from housing_trajectories.plain_text import for_spreadsheet, say
from housing_trajectories.terminal import Table, Terminal
from pipelines.commands.options import outputs_option

_WIDTH = 165
_MILLION = 1e6
_VALUES_YEAR = HEADLINE_YEARS[1]
"""The year of which both values are shown beside the differences of all."""


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--place", default="", help="code or name of a place or trust; the whole system without")
@click.option("--csv", "csv", type=click.Path(path_type=Path), help="file for every area, unrounded")
@outputs_option
def command(a: str, b: str, place: str, csv: Path | None, outputs: Path) -> int:
    """Print A less B: people, homes, demand, staff, rooms and money, each with its 80 % interval.

    A and B are each a scenario of the current release (`trend`), a release (its id, `current` or `last`), or
    `release:scenario`. Ends with exit code 2 and one line where they cannot be compared.
    """
    try:
        found = compared(outputs.resolve(), a, b)
        rows = _of_area(found.rows, place)
    except CannotCompare as wrong:
        say(f"compare: {wrong}", error=True)
        return 2
    console = Terminal(_WIDTH)
    console.print(_table(found, rows))
    for note in [*_about_values(found), *found.notes]:
        console.print(note)
    if csv is not None:
        _write(found, csv)
        console.print(f"All {found.rows['area'].nunique()} areas, unrounded: {csv}")
    else:
        console.print(_other_areas(found.rows, rows))
    return 0


def _of_area(rows: pd.DataFrame, place: str) -> pd.DataFrame:
    """The rows of one area, by code or name in any case; without one those of the system."""
    if not place:
        return rows[rows["area_kind"] == "system"]
    wanted = place.casefold()
    chosen = rows[(rows["area"].str.casefold() == wanted) | (rows["area_name"].str.casefold() == wanted)]
    if chosen.empty:
        raise CannotCompare(f"no place or trust {place!r}; there are {_areas(rows)}")
    return chosen


def _areas(rows: pd.DataFrame) -> str:
    pairs = rows[["area", "area_name"]].drop_duplicates().itertuples(index=False)
    return "; ".join(f"{code} {name}" for code, name in pairs)


def _table(found: RunsCompared, rows: pd.DataFrame) -> Table:
    ours, theirs = _names(found)
    area = rows.iloc[0]
    title = f"A {ours} less B {theirs}: {area['area_name']} ({area['area']})"
    shown = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    shown.add_column("", no_wrap=True)
    for letter in "AB":
        shown.add_column(f"{letter}, {_VALUES_YEAR}", justify="right", no_wrap=True)
    years = sorted(set(rows["year"]))
    for year in years:
        shown.add_column(f"A less B, {year}", justify="right")
    for name in in_order(rows["quantity"].unique()):
        by_year = rows[rows["quantity"] == name].set_index("year")
        first = by_year.iloc[0]
        values = by_year.loc[_VALUES_YEAR] if _VALUES_YEAR in by_year.index else None
        shown.add_row(
            f"{first['quantity_name']}{_unit(first)}",
            *("" if values is None else _number(values, column) for column in ("value", "compared_value")),
            *(_difference(by_year.loc[year]) if year in by_year.index else "" for year in years),
        )
    return shown


def _names(found: RunsCompared) -> tuple[str, str]:
    """What tells both apart: their scenarios within a release, else with their releases."""
    if found.ours.release == found.theirs.release:
        return found.ours.scenario, found.theirs.scenario
    return found.ours.name, found.theirs.name


def _about_values(found: RunsCompared) -> list[str]:
    years = "People and homes: mid-year; all else: the financial year that starts in it."
    if found.rows["p10"].isna().all():
        return [years]
    return [
        f"In brackets: the 80 % interval of the difference, from {found.ours.draws} common draws. {years}"
    ]


def _other_areas(rows: pd.DataFrame, shown: pd.DataFrame) -> str:
    others = rows[~rows["area"].isin(shown["area"])]
    return f"Others with --place, or all with --csv FILE: {_areas(others)}"


def _unit(row: Any) -> str:
    """The unit where the name of the quantity does not say it."""
    shown = {"GBP": " (£ million)", "WTE": " (WTE)", "m2": " (m2)"}
    return shown.get(str(row["unit"]), "")


def _decimals(row: Any) -> int:
    return (
        1 if row["unit"] == "GBP" or (row["subject_kind"] == "rooms_and_beds" and row["unit"] != "m2") else 0
    )


def _number(row: Any, column: str, sign: str = "") -> str:
    value = row[column] / (_MILLION if row["unit"] == "GBP" else 1)
    # A zero has no sign.
    rounded = round(float(value), _decimals(row)) + 0.0
    return f"{rounded:{sign if rounded else ''},.{_decimals(row)}f}"


def _difference(row: Any) -> str:
    middle = _number(row, "principal", "+")
    if pd.isna(row["p10"]):
        return middle
    return f"{middle} ({_number(row, 'p10', '+')} to {_number(row, 'p90', '+')})"


def _write(found: RunsCompared, path: Path) -> None:
    """Every row as CSV that a spreadsheet opens, texts that it would run with an apostrophe."""
    ours, theirs = found.ours.name, found.theirs.name
    table = found.rows.assign(a=ours, b=theirs)
    order = ["a", "b", *(name for name in found.rows.columns)]
    for name in ("area_name", "quantity_name"):
        table[name] = table[name].map(for_spreadsheet)
    renamed = {"value": "value_a", "compared_value": "value_b", "principal": "a_less_b"}
    path.parent.mkdir(parents=True, exist_ok=True)
    table[order].rename(columns=renamed).to_csv(path, index=False, encoding="utf-8-sig")
