"""`summary`: what a planner reads at the end of a run. Reads the published release, computes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pandas as pd

from assets.publication.report.first_screen import first_forecast_year, homes_by_scenario
from assets.release_history.release_folders import current_id, no_release
from assets.tables.parquet import read_frame
from housing_trajectories.terminal import Table, Terminal, Text, styled
from pipelines.commands.options import outputs_option
from pipelines.end_screen import print_end_screen

YEARS = (2024, 2030, 2040, 2050)
SCENARIO = "local_plan"
_NOT_GIVEN = "not given"
"""Where official_projections.csv has no figure of the projection."""


@dataclass(frozen=True)
class Line:
    """One line of a place's summary: which rows of which table it shows.

    `rests_on` names the working assumptions (grade C) behind the line, which is then marked.
    """

    label: str
    table: str
    where: Mapping[str, str]
    rests_on: str = ""
    decimals: int = 0


LINES = (
    Line("People", "population", {"sex": "persons", "age_band": "all"}),
    Line("  aged 65 and over", "population", {"sex": "persons", "age_band": "65+"}),
    Line("Homes", "households", {"measure": "dwellings"}),
    Line(
        "GP appointments",
        "demand",
        {"service": "gp_appointments"},
        rests_on="how appointments rise with age",
    ),
    Line(
        "A&E attendances",
        "demand",
        {"service": "ae_attendances"},
        rests_on="non-demographic growth to 2041",
    ),
    Line(
        "General and acute beds",
        "estates",
        {"facility": "general_acute_beds", "measure": "required"},
        rests_on="share treated outside the system",
    ),
    Line(
        "Staff, WTE",
        "workforce",
        {"staff_group": "all", "measure": "required_wte"},
        rests_on="staffing of 2018 carried forward, community and mental health levels",
    ),
    Line(
        "GP consulting rooms",
        "estates",
        {"facility": "gp_consulting_rooms", "measure": "required"},
        rests_on="room hours and utilisation",
    ),
)


@click.command()
@outputs_option
@click.option("--verbose", is_flag=True, help="every place and year, scenarios and comparisons too")
def command(outputs: Path, verbose: bool) -> int:
    """Print the summary of the current release again."""
    console = Terminal(soft_wrap=True)
    release = (outputs / "current").resolve()
    if current_id(outputs) is None:
        console.print(no_release(outputs))
        return 1
    print_summary(console, release, verbose=verbose)
    return 0


AUTHORITY = re.compile(r"E0[6-9]\d{6}")
"""GSS code of a council; that of an area as a whole is another."""


def print_summary(console: Terminal, release: Path, *, verbose: bool = False) -> None:
    """One screen: headlines by place, what is short, what changed, what is old, where to look.

    With `verbose` everything before it: every place and year, the scenarios, and what others say.
    """
    tables = {path.stem: read_frame(path) for path in sorted(release.glob("*.parquet"))}
    places = tables["population"][["place", "place_name"]].drop_duplicates().sort_values("place")
    names: dict[str, str] = dict(places.itertuples(index=False))
    councils = {place: name for place, name in names.items() if AUTHORITY.fullmatch(place)}
    # The area as a whole comes last, and a council that is the whole area is not told twice.
    names = councils if len(councils) == 1 else {**councils, **names}
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    if verbose:
        _print_everything(console, tables, names, manifest["scenarios"])
    print_end_screen(console, tables, names, release, str(manifest.get("run")))


def _print_everything(
    console: Terminal,
    tables: Mapping[str, pd.DataFrame],
    names: Mapping[str, str],
    scenarios: Mapping[str, str],
) -> None:
    """People, homes, services, staff and buildings by place, the scenarios, and what others say."""
    beyond = {at: year for at, year in _beyond_plan(tables["housing_delivery"]).items() if at in names}
    for place, name in names.items():
        console.print(_place_table(tables, place, name, beyond.get(place)))
    console.print(
        "Principal run with the 80 % prediction interval; scenario local_plan. Homes and people at mid-year, "
        "services, staff and buildings for the financial year that starts in it."
    )
    if beyond:
        listed = ", ".join(f"{names[place]} from {_financial_year(year)}" for place, year in beyond.items())
        console.print(
            "* Uses homes beyond the last adopted plan: its annual rate, delivered as usual, is assumed to "
            f"continue (grade C). {listed}."
        )
    console.print(
        "C  Uses a working assumption (grade C): "
        + "; ".join(f"{line.label}: {line.rests_on}" for line in LINES if line.rests_on)
        + ". Beds, staff and rooms are requirements, not existing capacity."
    )
    console.print(_scenarios_table(tables, scenarios))
    console.print(_errors_table(tables["projection_errors"]))
    others = tables["benchmarks"]
    by_ons = others["comparator"].str.startswith("ONS")
    official = others[by_ons & (others["measure"] == "population") & others["year"].isin([2030, 2040])]
    console.print(_comparison(official, names, beyond, "Compared with official projections"))
    console.print(
        _comparison(others[~by_ons], names, beyond, "Compared with the system's own published figures")
    )
    graded = tables["assumptions"]["evidence_grade"].value_counts()
    console.print(
        f"{len(tables['assumptions'])} assumptions: {graded.get('A', 0)} published (A), "
        f"{graded.get('B', 0)} derived or second-hand (B), {graded.get('C', 0)} working assumptions (C): "
        "see assumptions.csv in the release."
    )
    off = tables["services"].query("status == 'off'")["service"]
    if len(off):
        console.print(
            f"{len(off)} services are switched off because no rate is published for them (working "
            f"assumptions, grade C; status in services.csv): {', '.join(sorted(off))}."
        )


def _table(title: str, *headings: str, left: Collection[str] = ("",)) -> Table:
    """A table whose columns stand to the right, but for those of words."""
    shown = Table(title=title, title_justify="left", title_style="bold")
    for heading in headings:
        shown.add_column(heading, justify="left" if heading in left else "right")
    return shown


def _place_table(
    tables: Mapping[str, pd.DataFrame], place: str, name: str, beyond_plan_from: int | None
) -> Table:
    beyond = beyond_plan_from or max(YEARS) + 1
    headings = [f"{year} *" if year >= beyond else str(year) for year in YEARS]
    shown = _table(f"{name} ({place})", "", *headings)
    for line in LINES:
        frame = tables[line.table]
        frame = frame[(frame["place"] == place) & (frame["scenario"] == SCENARIO)]
        for column, value in line.where.items():
            frame = frame[frame[column] == value]
        by_year = frame.set_index("year")
        mark = " C" if line.rests_on else ""
        shown.add_row(line.label + mark, *(_cell(by_year, year, line.decimals) for year in YEARS))
    return shown


def _cell(by_year: pd.DataFrame, year: int, decimals: int) -> str | Text:
    if year not in by_year.index:
        return styled(("not made", "dim"))
    row = {name: float(by_year[name].loc[year]) for name in ("principal", "p10", "p90")}
    show: Callable[[float], str] = lambda value: f"{value:,.{decimals}f}"  # noqa: E731
    if show(row["p10"]) == show(row["p90"]):
        return show(row["principal"])
    return styled(f"{show(row['principal'])}\n", (f"{show(row['p10'])} – {show(row['p90'])}", "dim"))


def _beyond_plan(delivery: pd.DataFrame) -> dict[str, int]:
    """From which year on a place's homes rest on no adopted plan: a working assumption that must be seen."""
    totals = delivery[(delivery["scenario"] == SCENARIO) & (delivery["site_reference"] == "all")]
    first = totals[totals["phasing_basis"] == "beyond_plan"].groupby("place")["year"].min()
    return {str(place): int(year) for place, year in first.items()}


def _financial_year(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _scenarios_table(tables: Mapping[str, pd.DataFrame], told: Mapping[str, str]) -> Table:
    """What each scenario is, and the homes it builds, since their names alone would mislead."""
    people = tables["population"].query("sex == 'persons' and age_band == 'all'")
    system = str(people.sort_values("principal")["place"].iloc[-1])
    homes = homes_by_scenario(tables, system)
    year = _financial_year(first_forecast_year(tables))
    shown = _table("The scenarios", "", "what it is", f"homes in {year}", left=("", "what it is"))
    for name, words in told.items():
        shown.add_row(name, words, f"{homes[name]:,.0f}" if name in homes else "result from the population")
    return shown


def _errors_table(errors: pd.DataFrame) -> Table:
    shown = _table(
        f"Against the mid-{errors['year'].iloc[0]} estimates: projected less estimated",
        "",
        "this model from 2021, homes at past rate",
        "with recorded homes",
        "ONS 2022-based",
        "ONS 2018-based",
        "of which in the base, in growth",
    )
    by_place: dict[str, dict[str, dict[str, Any]]] = {}
    for row in errors.to_dict("records"):
        by_place.setdefault(row["place_name"], {})[row["projection"]] = row  # type: ignore[assignment]
    for name, rows in by_place.items():
        old = rows.get("ons_2018_based", {})
        parts = [old.get(key) for key in ("base_error", "growth_error")]
        shown.add_row(
            name,
            *(
                f"{rows[key]['error']:+,.0f} ({rows[key]['error_percent']:+.1f} %)"
                if key in rows
                else _NOT_GIVEN
                for key in (
                    "placecast_2021_based_past_rate",
                    "placecast_2021_based",
                    "ons_2022_based",
                    "ons_2018_based",
                )
            ),
            ", ".join(f"{part:+,.0f}" for part in parts if part is not None and pd.notna(part)) or _NOT_GIVEN,
        )
    return shown


def _comparison(
    rows: pd.DataFrame, names: Mapping[str, str], beyond: Mapping[str, int], title: str
) -> Table | str:
    if rows.empty:
        return f"{title}: no figure is given."
    rows = rows[rows["place"].isin(set(names))]
    headings = ("place", "year", "whose figure", "ours", "theirs", "difference")
    shown = _table(title, *headings, left=("place", "whose figure"))
    records: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    for row in records:
        mark = " *" if row["year"] >= beyond.get(row["place"], 9999) else ""
        shown.add_row(
            names[row["place"]],
            f"{row['year']}{mark}",
            row["comparator"].removeprefix("published: "),
            f"{row['ours']:,.0f}",
            f"{row['theirs']:,.0f}",
            f"{row['difference_percent']:+.1f} %",
        )
    return shown
