"""The report of a release: one page that opens from disk or mail, loads nothing from the network and prints.

It puts released tables into the page and computes nothing. What a reader must not miss (the numbers of the
first screen, accuracy, every assumption and source) stands in the page as text; charts are drawn by the
page's own script from data packed beside it. Text from data is escaped wherever it goes.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from assets.inputs.scenarios import PRINCIPAL, read_scenarios
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.publication.board import evidence_age, gaps_opening
from assets.publication.headlines import HEADLINE_YEARS, HEADLINES
from assets.publication.report import (
    assumptions_shown,
    buildings_shown,
    deprivation_shown,
    first_screen,
    growth_shown,
    homes_shown,
    levels_shown,
    mitigation_shown,
    signs_shown,
    trust,
    wording,
)
from assets.publication.report.area_pages.all_area_pages import area_pages
from assets.publication.report.ask.ask_data import ask_data, ask_setting, measured_errors
from assets.publication.report.chart_library import chart_library
from assets.publication.report.maps.map_shown import Geography, map_data
from assets.publication.report.report_data import FIVE_YEAR_BANDS, awaited, chart_data, packed
from models.demand.driver_decomposition import DRIVERS

_PAGE = Path(__file__).parent / "page"
SCRIPTS = (
    "reading",
    "forms",
    "map_classes",
    "map",
    "people_and_homes",
    "services_and_staff",
    "buildings",
    "compare",
    "accuracy",
    "ask",
    "drawing",
    "links",
    "area",
    "controls",
)
"""The page's scripts in their order: they share one scope, and the last one starts."""

MAILED = 5_000_000
"""Bytes that many mail systems take: a larger page says so."""
STAMP = "release"
"""Stands for the release's number and moment until they are known: the page's only words of its own time."""
_SIZE = "size-of-this-page"


def page(
    tables: Mapping[str, pd.DataFrame],
    places: pd.DataFrame,
    settings: RunSettings,
    checks: list[dict[str, object]],
    *,
    scenarios: pd.DataFrame | None = None,
    age_patterns: pd.DataFrame | None = None,
    geography: Geography | None = None,
    library: str | None = None,
) -> str:
    """The page of a release, with STAMP where its number and moment go (see `stamped`).

    `library` is the text of Vega, Vega-Lite and Vega-Embed; without it the locked packages' own is used.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    names = dict(zip(places["place"], places["place_name"], strict=True))
    system = system_code(places)
    defined = read_scenarios(scenarios) if scenarios is not None else []
    principal = next(
        ({"name": each.name, "title": each.title} for each in defined if each.name == PRINCIPAL),
        {"name": PRINCIPAL, "title": PRINCIPAL},
    )
    beyond = first_screen.beyond_plan(tables)
    until = first_screen.estimates_until(tables)
    data = chart_data(tables)
    if age_patterns is not None:
        data["ages"] = _ages(age_patterns)
    mapped = geography is not None and "neighbourhood_population" in tables
    if geography is not None and mapped:
        data["map"] = map_data(tables, geography)
    what_if = ask_data(tables)
    if what_if is not None:
        data["ask"] = what_if
    trusts = wording.provider_names(tables)
    neighbourhoods = wording.neighbourhood_names(tables)
    data["area_pages"] = area_pages(
        tables, {**names, **trusts, **neighbourhoods}, sorted(names), system, until, first_screen.YEAR
    )
    setting = {
        "system": system,
        "scenario": PRINCIPAL,
        "scenarios": [each.name for each in defined] or sorted(set(tables["population"]["scenario"])),
        "places": [system, *sorted(set(names) - {system})],
        "names": {**names, **trusts, **neighbourhoods},
        "short": {code: wording.short(name) for code, name in trusts.items()},
        "words": {
            **wording.WORDS,
            **{each.name: each.name.replace("_", " ").capitalize() for each in defined},
        },
        "year": first_screen.YEAR,
        "estimates_until": until,
        "beyond": beyond,
        "bands": list(FIVE_YEAR_BANDS),
        "drivers": list(DRIVERS),
        "draws": settings.draws,
        "bases": assumptions_shown.bases_in_page(tables),
        "headlines": {each.name: each.title for each in HEADLINES},
        "headline_bases": {each.name: each.basis for each in HEADLINES},
        "awaited": awaited(tables),
        "ask": ask_setting(tables, defined) if what_if is not None else None,
        "charts": json.loads((_PAGE / "charts.json").read_text(encoding="utf-8")),
    }
    homes = first_screen.homes_by_scenario(tables, system)
    scripts = "".join((_PAGE / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\n{scripts}}})();\n'
    css = (_PAGE / "report.css").read_text(encoding="utf-8")
    text = environment.get_template("report.html.j2").render(
        css=Markup(css),  # noqa: S704  the project's own file
        script=Markup(script),  # noqa: S704  the project's own file
        setting=_json_in_page(setting),
        data=packed(data),
        vega=_library(library or chart_library(settings.outputs_path)),
        stamp={"release": f"{STAMP}release", "moment": f"{STAMP}moment", "day": f"{STAMP}day", "size": _SIZE},
        system=names[system],
        as_of=first_screen.as_of(tables, until),
        principal=principal,
        contents=_contents(tables, mapped),
        year=first_screen.YEAR,
        financial_year=wording.financial(first_screen.YEAR),
        headline_years=HEADLINE_YEARS,
        tiles=first_screen.tiles(tables, system),
        lead=first_screen.lead(
            buildings := gaps_opening.building_gaps(tables), staff := gaps_opening.staff_gaps(tables)
        ),
        building_gaps=first_screen.gap_rows(tables, buildings),
        staff_gaps=first_screen.gap_rows(tables, staff),
        tolerated=gaps_opening.tolerated_percent(tables),
        main_growth=first_screen.growth_rows(tables, system),
        growth_base=growth_shown.base_year(tables),
        aged=(aged := evidence_age.dated_evidence(tables)),
        aged_in_one_line=evidence_age.in_one_line(aged),
        headline_rows=first_screen.headline_table(tables, names, system),
        scenarios=[
            {"words": each.name.replace("_", " ").capitalize(), "title": each.title, "says": each.description}
            | {"homes": f"{homes[each.name]:,.0f}" if each.name in homes else "result from the population"}
            for each in defined
        ],
        scenarios_in=wording.financial(first_screen.first_forecast_year(tables)),
        beyond="; ".join(
            f"{names[place]} from {wording.financial(year)}"
            for place, year in beyond.items()
            if place in first_screen.told_apart(names, system)
        ),
        failed=[check for check in checks if not check.get("passed")],
        checks=len(checks),
        changes=first_screen.changes(tables, system),
        ages=age_patterns is not None,
        mapped=mapped,
        ask=what_if is not None,
        ask_errors=measured_errors(),
        neighbourhoods="neighbourhood_population" in tables,
        by_deprivation="population_by_deprivation" in tables,
        deprivation=deprivation_shown.deprivation(tables, names, system),
        growth=growth_shown.growth(tables, names, system),
        levels=levels_shown.levels(tables, names),
        neighbourhood_estates="neighbourhood_estates" in tables,
        local_gaps=buildings_shown.local_gaps(tables, names, first_screen.YEAR),
        plans=homes_shown.plans(tables),
        mitigation=mitigation_shown.mitigation(tables, system),
        signs=signs_shown.signs(tables, system, first_screen.YEAR),
        by_productivity=signs_shown.by_productivity(tables, system, first_screen.YEAR),
        contributions="developer_contributions" in tables,
        quantities=data["quantities"],
        plan="actual_against_plan" in tables and len(tables["actual_against_plan"]),
        sensitivity="sensitivity" in tables and len(tables["sensitivity"]),
        accuracy=trust.accuracy(tables, names),
        weaknesses=trust.weaknesses(tables),
        domains=assumptions_shown.domains(tables),
        sources=assumptions_shown.sources(tables),
        evidence=assumptions_shown.evidence(tables, names),
        draws=settings.draws,
        seed=settings.seed,
        code_version=settings.code_version,
    )
    return text.replace(_SIZE, _said_of_size(len(text.encode("utf-8"))))


def _said_of_size(size: int) -> str:
    """What the page says of its own size: nothing while it can be mailed."""
    if size <= MAILED:
        return ""
    most = f"{MAILED / 1e6:.0f} MB"
    return (
        f" This file has {size / 1e6:.1f} MB, more than the {most} that many mail systems take: "
        "share it as a file or a link."
    )


def stamped(text: str, release: str, moment: datetime) -> str:
    """The page with the release's number and moment in it."""
    for name, words in (
        ("release", release),
        ("moment", moment.isoformat()),
        ("day", f"{moment.day} {moment:%B %Y}"),
    ):
        text = text.replace(f"{STAMP}{name}", words)
    return text


def _json_in_page(content: object) -> Any:
    """JSON that can stand in a script element: nothing in it can end the element or open a comment."""
    from markupsafe import Markup

    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    for character, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, code)
    return Markup(text)  # noqa: S704  nothing of HTML is left in it


def _library(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)).decode("ascii")


def _contents(tables: Mapping[str, pd.DataFrame], mapped: bool) -> list[tuple[str, str]]:
    found = [("summary", "Summary"), *([("maps", "Map")] if mapped else []), ("people", "People")]
    if "neighbourhood_population" in tables:
        found.append(("neighbourhoods", "Neighbourhoods"))
    if "population_by_deprivation" in tables:
        found.append(("deprivation", "Who lives where"))
    return [
        *found,
        ("area", "A page for each area"),
        ("homes", "Homes"),
        ("services", "Services"),
        ("staff", "Staff"),
        ("buildings", "Buildings"),
        *([("compare", "Compare scenarios")] if len(tables.get("scenario_differences", ())) else []),
        ("contributions", "Developer contributions"),
        *([("ask", "Ask it: what if?")] if "homes_responses" in tables else []),
        ("plan", "Actual against plan"),
        ("matters", "Sensitivity: what matters most"),
        ("accuracy", "Accuracy and known weaknesses"),
        ("method", "Method, assumptions and sources"),
    ]


def _ages(patterns: pd.DataFrame) -> dict[str, object]:
    """The packs of draws by scenario, place and year, each text once."""
    texts = list(dict.fromkeys(patterns["pack"]))
    place_of = {text: number for number, text in enumerate(texts)}
    keys = patterns["scenario"] + "|" + patterns["place"] + "|" + patterns["year"].astype(str)
    return {
        "years": sorted({int(year) for year in patterns["year"]}),
        "patterns": int(patterns["patterns"].iloc[0]),
        "texts": texts,
        "packs": {key: place_of[text] for key, text in zip(keys, patterns["pack"], strict=True)},
    }
