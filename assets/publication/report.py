"""The report of a release: one page that opens from disk or mail, asks the network for nothing and prints.

It puts released tables into the page and computes nothing. What a reader must not miss (the numbers of the
first screen, accuracy, every assumption and source) stands in the page as text; charts are drawn by the
page's own script from data packed beside it. Text from data is escaped wherever it goes.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from assets.publication.headlines import HEADLINE_YEARS, HEADLINES, first_full, headline_rows
from assets.publication.report_data import FIVE_YEAR_BANDS, awaited, chart_data, packed
from assets.scenarios import PRINCIPAL, read_scenarios
from assets.settings import RunSettings

_PAGE = Path(__file__).parent / "page"
_METHOD = Path(__file__).parents[2] / "docs" / "method"
STAMP = "@@release@@"
"""Stands for the release's number and moment until they are known: the page's only words of its own time."""

_YEAR = HEADLINE_YEARS[1]
_DOMAINS = ("housing", "demography", "demand", "workforce", "estates")
_DRIVERS = (
    "baseline",
    "new_homes",
    "other_population_size",
    "age_structure",
    "health_status",
    "non_demographic_growth",
    "mitigation",
    "length_of_stay",
    "interaction",
)
_WORDS = {
    "ae_attendances": "A&E attendances",
    "ae_ambulance_arrivals": "A&E arrivals by ambulance",
    "ae_walk_in_arrivals": "A&E arrivals on foot",
    "gp_appointments": "GP appointments",
    "camhs_referrals": "Referrals to children's mental health services",
    "gps": "GPs",
    "gps_in_training": "GPs in training",
    "all": "All staff",
    "all_outside_hospital": "All staff outside hospitals",
    "gp_consulting_rooms": "General practice consulting rooms",
    "primary_care_gross_internal_area": "Primary care floor area",
    "general_acute_beds": "General and acute beds",
    "theatres": "Operating theatres",
    "other_population_size": "Other population size",
    "new_homes": "People in new homes",
    "age_structure": "Ages of people",
    "baseline": "Base year",
    "non_demographic_growth": "Growth beyond people and ages",
}
"""Names that do not follow from a code by putting spaces for its underscores."""

_WEAK = re.compile(r"\*Weak:\*\s*(.+?)(?=\n\s*\n|\Z)", re.DOTALL)


def page(
    tables: Mapping[str, pd.DataFrame],
    places: pd.DataFrame,
    settings: RunSettings,
    checks: list[dict[str, object]],
    *,
    scenarios: pd.DataFrame | None = None,
    age_patterns: pd.DataFrame | None = None,
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
    system = str(places.loc[places["kind"] == "system", "place"].iloc[0])
    defined = read_scenarios(scenarios) if scenarios is not None else []
    principal = next(
        ({"name": each.name, "title": each.title} for each in defined if each.name == PRINCIPAL),
        {"name": PRINCIPAL, "title": PRINCIPAL},
    )
    beyond = beyond_plan(tables)
    until = _estimates_until(tables)
    data = chart_data(tables)
    if age_patterns is not None:
        data["ages"] = _ages(age_patterns)
    setting = {
        "system": system,
        "scenario": PRINCIPAL,
        "scenarios": [each.name for each in defined]
        or sorted(set(_column(tables, "population", "scenario"))),
        "places": [system, *sorted(set(names) - {system})],
        "names": {**names, **_provider_names(tables), **_neighbourhood_names(tables)},
        "short": {code: _short(name) for code, name in _provider_names(tables).items()},
        "words": {**_WORDS, **{each.name: each.name.replace("_", " ").capitalize() for each in defined}},
        "year": _YEAR,
        "estimates_until": until,
        "beyond": beyond,
        "bands": list(FIVE_YEAR_BANDS),
        "drivers": list(_DRIVERS),
        "draws": settings.draws,
        "awaited": awaited(tables),
        "charts": json.loads((_PAGE / "charts.json").read_text(encoding="utf-8")),
    }
    script = (_PAGE / "report.js").read_text(encoding="utf-8")
    css = (_PAGE / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        css=Markup(css),  # noqa: S704  the project's own file
        script=Markup(script),  # noqa: S704  the project's own file
        setting=_json_in_page(setting),
        data=packed(data),
        vega=_library(library or _bundle(settings.outputs_path)),
        stamp={"release": f"{STAMP}release", "moment": f"{STAMP}moment", "day": f"{STAMP}day"},
        system=names[system],
        as_of=_as_of(tables, until),
        principal=principal,
        contents=_contents(tables),
        year=_YEAR,
        headline_years=HEADLINE_YEARS,
        tiles=_tiles(tables, system),
        headline_rows=_headline_table(tables, names, system),
        beyond="; ".join(f"{names[place]} from {_financial(year)}" for place, year in beyond.items()),
        failed=[check for check in checks if not check.get("passed")],
        checks=len(checks),
        changes=_changes(tables),
        ages=age_patterns is not None,
        neighbourhoods="neighbourhood_population" in tables,
        neighbourhood_estates="neighbourhood_estates" in tables,
        contributions="developer_contributions" in tables,
        plan="actual_against_plan" in tables and len(tables["actual_against_plan"]),
        sensitivity="sensitivity" in tables and len(tables["sensitivity"]),
        accuracy=_accuracy(tables, names),
        weaknesses=_weaknesses(),
        domains=_domains(tables),
        sources=_sources(tables),
        draws=settings.draws,
        seed=settings.seed,
        code_version=settings.code_version,
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


def beyond_plan(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """By place, the first year whose homes rest on no adopted plan."""
    if "housing_delivery" not in tables:
        return {}
    rows = tables["housing_delivery"]
    rows = rows[(rows["scenario"] == PRINCIPAL) & (rows["site_reference"] == "all")]
    first = rows[rows["phasing_basis"] == "beyond_plan"].groupby("place")["year"].min()
    return {str(place): int(year) for place, year in first.items()}


def _json_in_page(content: object) -> Any:
    """JSON that can stand in a script element: nothing in it can end the element or open a comment."""
    from markupsafe import Markup

    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    for character, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, code)
    return Markup(text)  # noqa: S704  nothing of HTML is left in it


def _library(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)).decode("ascii")


def _bundle(outputs: Path) -> str:
    """Vega and its kin as one script, kept from run to run: putting it together takes three seconds."""
    from importlib.metadata import version

    kept = outputs / "fits" / f"vega_bundle_{version('vl-convert-python')}.js"
    if kept.exists():
        return kept.read_text(encoding="utf-8")
    import vl_convert

    from assets.parquet import finish, neighbour

    text = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]  # its stub forgets the default
    temporary = neighbour(kept)
    temporary.write_text(text, encoding="utf-8")
    finish(temporary, kept)
    return text


def _column(tables: Mapping[str, pd.DataFrame], table: str, column: str) -> list[str]:
    return list(tables[table][column].astype(str)) if table in tables else []


def _provider_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    names: dict[str, str] = {}
    for table in ("provider_demand", "provider_estates", "provider_workforce"):
        if table in tables:
            pairs = tables[table][["provider", "provider_name"]].drop_duplicates()
            names.update(zip(pairs["provider"].astype(str), pairs["provider_name"].astype(str), strict=True))
    return names


def _neighbourhood_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    if "neighbourhood_population" not in tables:
        return {}
    names = tables["neighbourhood_population"][["neighbourhood", "neighbourhood_name"]].drop_duplicates()
    return dict(zip(names["neighbourhood"].astype(str), names["neighbourhood_name"].astype(str), strict=True))


def _short(name: str) -> str:
    return name.removesuffix(" NHS Foundation Trust").removesuffix(" NHS Trust")


def _estimates_until(tables: Mapping[str, pd.DataFrame]) -> int:
    """The last mid-year that is estimated and not projected."""
    return int(tables["projection_errors"]["year"].max())


def _as_of(tables: Mapping[str, pd.DataFrame], until: int) -> str:
    recorded = tables["housing_delivery"]
    last = recorded.loc[recorded["phasing_basis"] == "recorded", "year"].max()
    return f"people as estimated at mid-{until}, homes as recorded to March {int(last) + 1}."


def _contents(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    found = [("summary", "In five numbers"), ("people", "People")]
    if "neighbourhood_population" in tables:
        found.append(("neighbourhoods", "Neighbourhoods"))
    return [
        *found,
        ("homes", "Homes"),
        ("services", "Services"),
        ("staff", "Staff"),
        ("buildings", "Buildings"),
        ("contributions", "Developer contributions"),
        ("plan", "Actual against plan"),
        ("matters", "What matters most"),
        ("accuracy", "How far to trust it"),
        ("method", "Method, assumptions and sources"),
    ]


def _tiles(tables: Mapping[str, pd.DataFrame], system: str) -> list[dict[str, str]]:
    rows = headline_rows(tables, years=(_estimates_until(tables), _YEAR))
    rows = rows[rows["place"] == system]
    tiles = []
    for headline in HEADLINES:
        if headline.table == "estates":
            continue
        own = rows[rows["headline"] == headline.name].set_index("year")
        if _YEAR not in own.index:
            continue
        chosen = own.loc[_YEAR]
        before = own[own.index != _YEAR]
        tiles.append(
            {
                "title": headline.title,
                "number": f"{chosen['principal']:,.0f}",
                "interval": f"({chosen['p10']:,.0f} to {chosen['p90']:,.0f}) {headline.unit}",
                "beside": " ".join(
                    f"In {year}: {value:,.0f}." for year, value in before["principal"].items()
                ),
                "domain": headline.domain,
            }
        )
    return tiles + _first_full_tile(tables)


def _first_full_tile(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    if "capacity_breach" not in tables:
        return []
    names = {**_provider_names(tables), **_neighbourhood_names(tables), **_place_names(tables)}
    full = first_full(tables["capacity_breach"])
    first_year = int(tables["capacity_breach"]["year"].min())
    known = full[full["central"].notna()]
    if known.empty:
        number, interval, beside = "None", f"of {len(full)} with a known capacity", ""
    else:
        # A building that is full in the first year already is not news: the first that becomes full is.
        coming = known[known["central"] > first_year]
        row = (known if coming.empty else coming).iloc[0]
        number = _financial(int(row["central"]))
        ends = [
            "later than shown" if pd.isna(row[end]) else _financial(int(row[end]))
            for end in ("early", "late")
        ]
        where = _short(names.get(row["area"], row["area"]))
        interval = f"({ends[0]} to {ends[1]}) {_words(row['facility'])}, {where}"
        already = int((known["central"] <= first_year).sum())
        beside = f"Already full in {_financial(first_year)}: {already} of {len(full)} with a known capacity."
    return [
        {
            "title": "First building to fill up",
            "number": number,
            "interval": interval,
            "beside": beside,
            "domain": "estates",
        }
    ]


def _place_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    pairs = tables["population"][["place", "place_name"]].drop_duplicates()
    return dict(zip(pairs["place"].astype(str), pairs["place_name"].astype(str), strict=True))


def _words(name: object) -> str:
    return _WORDS.get(str(name), str(name).replace("_", " ").capitalize())


def _financial(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _headline_table(
    tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], system: str
) -> list[dict[str, Any]]:
    frame = headline_rows(tables)
    rows = {(row["headline"], row["place"], row["year"]): row for row in frame.to_dict("records")}
    made = []
    for place in [system, *sorted(set(names) - {system})]:
        for headline in HEADLINES:
            cells = []
            for year in HEADLINE_YEARS:
                row = rows.get((headline.name, place, year))
                if row is None:
                    cells.append("not available")
                    continue
                cells.append(f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f})")
            made.append(
                {"place": names[place], "title": f"{headline.title}, {headline.unit}", "cells": cells}
            )
    return made


def _changes(tables: Mapping[str, pd.DataFrame]) -> list[str] | None:
    """A sentence a headline that changed; none where there was nothing to compare with."""
    if "release_changes" not in tables:
        return None
    rows = tables["release_changes"]
    whole = rows[(rows["cause"] == "total") & (rows["change"].abs() > 0)]
    return [str(sentence) for sentence in whole["sentence"]]


_ACCURACY_HEADINGS = {
    "coverage_80": "Within the 80 % interval, %",
    "wape": "Absolute error, %",
    "bias": "Bias, %",
    "mase": "MASE",
    "relative_mase": "MASE over seasonal naive",
}


def _accuracy(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str]) -> list[dict[str, Any]]:
    blocks = []
    if "projection_errors" in tables:
        errors = tables["projection_errors"]
        blocks.append(
            _block(
                f"Against the mid-{int(errors['year'].max())} estimates",
                "Projected less estimated. Part of an old projection's error was there in its base already: "
                "the 2021 census found people the estimates had missed. This model is shown from mid-2021 "
                "alone, without being brought to later estimates.",
                errors,
                {
                    "place_name": "Place",
                    "projection": "Projection",
                    "error": "Error, people",
                    "error_percent": "Error, %",
                    "base_error": "of which at mid-2021",
                    "growth_error": "of which growth since",
                },
                open_at_first=True,
            )
        )
    if "forecast_accuracy" in tables:
        accuracy = tables["forecast_accuracy"]
        accuracy = accuracy.assign(subject=accuracy["subject"].map(lambda each: names.get(each, each)))
        people = accuracy["measure"].str.startswith("population")
        columns = {"subject": "Whose", "measure": "Of", "model": "Method", "horizon": "Ahead"}
        percent = accuracy.assign(
            **{name: accuracy[name] * 100 for name in ("coverage_80", "wape", "bias") if name in accuracy}
        )
        blocks.append(
            _block(
                "People, tried on the past",
                "Projections made from what was known at the time, against what was estimated later. "
                "Coverage is the share of figures that fell within the 80 % interval: 80 is right, less is "
                "too sure.",
                percent[people],
                {**columns, "wape": "Absolute error, %", "bias": "Bias, %", "coverage_80": "In interval, %"},
            )
        )
        monthly = percent[~people & percent["model"].isin(["selected", "seasonal_naive"])]
        blocks.append(
            _block(
                "Months of hospital activity, tried on the past",
                "The method chosen as it would have been at each of ten origins, beside last year's same "
                "month (seasonal naive).",
                monthly,
                {
                    **columns,
                    **{name: words for name, words in _ACCURACY_HEADINGS.items() if name in monthly},
                },
            )
        )
    return blocks


def _block(
    title: str, says: str, frame: pd.DataFrame, columns: Mapping[str, str], *, open_at_first: bool = False
) -> dict[str, Any]:
    numeric = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in columns}
    return {
        "title": title,
        "says": says,
        "open": open_at_first,
        "headings": [{"words": words, "number": numeric[name]} for name, words in columns.items()],
        "rows": [
            [_shown(value, numeric[name]) for name, value in zip(columns, row, strict=True)]
            for row in frame[list(columns)].itertuples(index=False)
        ],
    }


def _shown(value: Any, numeric: bool) -> str:
    if pd.isna(value):
        return "not available"
    if not numeric:
        return str(value).replace("_", " ")
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"


@cache
def _weaknesses() -> tuple[str, ...]:
    """What the pages of the method say of themselves is weak, in their order."""
    found = []
    for name in ("housing", "population", "demand", "workforce", "estates"):
        path = _METHOD / f"{name}.md"
        if path.exists():
            for match in _WEAK.finditer(path.read_text(encoding="utf-8")):
                sentence = " ".join(match.group(1).replace("`", "").split())
                found.append(sentence[:1].upper() + sentence[1:])
    return tuple(found)


def _domains(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Assumptions by the first word of their id, in the order in which a number passes through them."""
    if "assumptions" not in tables:
        return []
    frame = tables["assumptions"]
    of = frame["id"].str.split(".").str[0]
    order = [*(each for each in _DOMAINS if (of == each).any()), *sorted(set(of) - set(_DOMAINS))]
    made: list[dict[str, Any]] = []
    for name in order:
        rows = frame[of == name]
        grades = rows["evidence_grade"].value_counts()
        upstream = [
            {"name": each["name"], "title": each["title"]} for each in made if each["name"] in _DOMAINS
        ]
        if name == "estates":
            upstream = [each for each in upstream if each["name"] != "workforce"]
        made.append(
            {
                "name": name,
                "title": _words(name),
                "grades": ", ".join(
                    f"{grades[grade]} {grade}" for grade in ("A", "B", "C") if grade in grades
                ),
                "upstream": upstream,
                "rows": [
                    {
                        "id": row["id"],
                        "value": _figure(row["value"]),
                        "range": ""
                        if pd.isna(row["low"])
                        else f"{_figure(row['low'])} to {_figure(row['high'])}",
                        "unit": row["unit"],
                        "grade": row["evidence_grade"],
                        "source": row["source_id"],
                        "note": "" if pd.isna(row["note"]) else row["note"],
                    }
                    for row in rows.to_dict("records")
                ],
            }
        )
    return made


def _figure(value: float) -> str:
    return np.format_float_positional(value, precision=6, fractional=False, trim="-")


def _sources(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    if "sources" not in tables:
        return []
    files: dict[str, list[str]] = {}
    if "input_files" in tables:
        for row in tables["input_files"].to_dict("records"):
            if not pd.isna(row["source_id"]):
                files.setdefault(row["source_id"], []).append(row["id"])
    return [
        {
            **{str(name): "" if pd.isna(value) else value for name, value in row.items()},
            "files": ", ".join(files.get(row["id"], [])),
        }
        for row in tables["sources"].to_dict("records")
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
