"""A folder for what is known locally of an area: tables to fill in, and what it rests on until they are.

A table that is only a header says nothing: England's rows stay. One row of a place, trust or site stands in
place of England's of the same key.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.areas.area_folder import write_area
from assets.areas.area_selection import Selection
from assets.areas.composing import composed
from assets.release_history.release_folders import current_id
from assets.tables.declarations import INPUT_TABLES
from assets.tables.parquet import read_frame
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.plain_text import as_markdown

RESTS_ON = "what_it_rests_on.md"
TO_FILL_IN = {
    "housing_sites": "the council's named sites, with homes and status",
    "local_plan_requirements": "homes the plan requires, by its steps; a joint plan's by the policy's split",
    "net_additional_dwellings": "homes completed each year, of a place all years together",
    "place_to_provider_shares": "shares of a place's hospital activity by provider, of a group all together",
    "gp_workforce_and_patients": "GPs and registered patients of the place's practices",
    "trust_staff_groups": "a trust's staff by group, from its own record, all groups together",
    "shared_trusts": "trusts that serve the area in part, of a sector all together, with its share of each",
    "place_staff_rates": "a place's own turnover of a staff group, with England's",
    "staff_pay": "what a whole-time equivalent of a staff group costs a year with on-costs",
    "workforce_budgets": "budgets for staff by place, trust or system, sector and financial year",
    "workforce_lever_limits": "how far each lever may go in a plan, and what its programme costs",
    "system_totals": "the system's published staff, vacancies and leavers",
    "premises": "surgeries, community sites and hospitals with rooms or beds, area and condition",
    "register_coverage": "facilities of which the register of premises is complete",
    "estate_schemes": "schemes that are planned: what, where, when, funded or not",
    "premises_budgets": "capital and recurring premises revenue that each year has for what is new",
    "estate_options": "what an option for more space costs here, and how far it can go",
    "pipeline_fields": "what NHS England asks of each neighbourhood's pipeline beside the forecast",
    "mitigation_targets": "published targets of prevention, with the years they were published in and for",
    "mitigation_shares": "how much of a service's activity is of a type of the mitigation library",
    "infrastructure_levy": "whether the council charges a levy",
    "recorded_births": "births of years after the table of England's, by place",
    "waiting_lists": "a trust's referrals, completed pathways and lists of twelve months or more",
    "published_local_figures": "figures the area has published itself, to be set beside the results",
    "assumptions": "an assumption of England's that is known better here, under the same id",
}
"""Tables one typically fills in, and what goes into them."""
_RUNGS = {
    "none": "no figure there is",
    "england": "England's figure or rate alone",
    "england_by_need": "England's rate by need",
    "derived": "made of published rows by a rule",
    "published": "published for the place or trust",
}
"""The rungs of evidence, the weakest first."""
_FACTORS = 10


@dataclass(frozen=True)
class NewArea:
    """The folder that was written, and how many inputs stand on each rung."""

    folder: Path
    rungs: dict[str, int]


def new_area(selection: Selection, name: str, folder: Path, outputs: Path) -> NewArea:
    """Write an area's folder to fill in; raises BadInput where there is something in it already.

    outputs: those of the default area, whose last release may say which assumptions move headlines most.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        expected = "a folder that is empty or not there yet: nothing is written over"
        raise BadInput([Finding(str(folder), None, None, "something there already", expected)])
    (folder / "trajectories").mkdir(parents=True)
    for table in TO_FILL_IN:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(INPUT_TABLES[table].column_names)
    write_area(folder, name, selection.code, selection.authorities)
    with tempfile.TemporaryDirectory(prefix="placecast-new-area-") as temporary:
        data, _ = composed(folder, Path(temporary))
        inputs = pd.read_csv(data / "area_inputs.csv", dtype=str, keep_default_na=False)
    ranked = _ranked(inputs)
    (folder / RESTS_ON).write_text(_page(selection, name, ranked, outputs), encoding="utf-8")
    counts = ranked["level"].value_counts()
    return NewArea(folder, {str(level): int(count) for level, count in counts.items()})


def slug(name: str) -> str:
    """A name as that of a folder: small letters, figures and dashes; empty where it has none of them."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")


def _ranked(inputs: pd.DataFrame) -> pd.DataFrame:
    """Inputs by the rung their weakest unit stands on, the weakest first; then in the order of the stages."""
    rungs, tables = list(_RUNGS), list(INPUT_TABLES)
    known = inputs[inputs["level"].isin(rungs) & (inputs["input"] != "weaknesses")].copy()
    known["at"] = known["level"].map(rungs.index)
    known["table_at"] = known["input"].map(tables.index)
    known = known.sort_values(["at", "table_at", "unit"], kind="stable")
    first = known.groupby("input", sort=False).agg(
        level=("level", "first"),
        weakest=("at", lambda at: int((at == at.iloc[0]).sum())),
        units=("unit", "size"),
        source_id=("source_id", "first"),
        vintage=("vintage", "first"),
    )
    return first.reset_index()


def _page(selection: Selection, name: str, ranked: pd.DataFrame, outputs: Path) -> str:
    authorities = ", ".join(selection.authorities)
    others = [table for table in TO_FILL_IN if table not in set(ranked["input"])]
    lines = [
        f"# What {as_markdown(name)} rests on",
        "",
        f"Area {selection.code}: {authorities}. Written by `make new-area`; no run reads this page.",
        *([""] if selection.notes else []),
        *(f"- {note}" for note in selection.notes),
        "",
        "## What is missing, and nowhere national",
        "",
        "- the councils' housing trajectories, on which all else rests: a file a council, named after its "
        f"code, such as `trajectories/{selection.authorities[0]}.csv` or `.xlsx`. Until then its plan's "
        "requirement, else its past rate, stands in.",
        *(f"- `{table}.csv`: {TO_FILL_IN[table]}" for table in others),
        "",
        "A row cites a source: a block of `data/sources.yaml`, or of a `sources.yaml` of your own here.",
        "",
        "## What is national",
        "",
        "The weakest evidence first, which is where a row of your own improves most: no figure, England's "
        "alone, England's by need, derived, published; then in the order of the stages. The order is of the "
        "evidence, not measured.",
        "",
        "| input | rests on | units | source | vintage | what you can send |",
        "|---|---|---|---|---|---|",
    ]
    for row in ranked.to_dict("records"):
        table = row["input"]
        send = f"`{table}.csv`: {TO_FILL_IN[table]}" if table in TO_FILL_IN else ""
        units = str(row["units"]) if row["weakest"] == row["units"] else f"{row['weakest']} of {row['units']}"
        cells = (table, _RUNGS[row["level"]], units, row["source_id"], row["vintage"], send)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", "## What makes the headlines uncertain", "", *_factors(outputs)]) + "\n"


def _factors(outputs: Path) -> Sequence[str]:
    """Which assumptions make the headlines' intervals wide, as far as a release has measured it."""
    path = outputs / "current" / "sensitivity.parquet"
    release = current_id(outputs)
    rows = read_frame(path) if release and path.is_file() else pd.DataFrame()
    if rows.empty:
        return ["Not measured yet: `make sensitivity` measures it for the default area's next release."]
    rows = rows[rows["method"] == "variance"]
    rows = rows[rows["year"] == rows["year"].max()]
    headlines = rows["headline"].nunique()
    shares = rows.groupby("assumption")["share_of_variance"].sum().div(headlines)
    shares = shares.sort_values(ascending=False).head(_FACTORS)
    return [
        f"Share of the variance of {headlines} headlines in {rows['year'].iloc[0]}, on average, as measured "
        f"in release {release} of the default area; here it may differ. Your own value goes into "
        "`assumptions.csv`.",
        "",
        "| assumption | share |",
        "|---|---|",
        *(f"| {name} | {share:.0%} |" for name, share in shares.items()),
    ]
