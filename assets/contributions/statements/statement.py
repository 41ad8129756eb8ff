"""A site's statement for a planning officer, read off a release: its HTML and its PDF say the same.

Every number comes from the released tables, to the pound. What is worked out belongs in the models; what a
statement looks like in the template and in `contribution_pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from assets.contributions.contribution_items import TITLES
from assets.contributions.statement_words import ASSUMPTIONS
from assets.contributions.statements.case_sections import (
    amounts,
    compared,
    funding,
    lead,
    practices,
    survey,
    terms,
    tests,
    total_words,
)
from assets.contributions.statements.sections import Grid, Section, pounds, unit_shown
from assets.contributions.statements.site_sections import counted, in_order, people, rates
from assets.contributions.statements.statement_sources import sources_of
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import PRINCIPAL
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import financial_year_label

TEMPLATES = Path(__file__).resolve().parent / "templates"
TABLES = (
    "developer_contributions",
    "contribution_residents",
    "contribution_sensitivity",
    "contribution_rates",
    "contribution_steps",
    "contribution_practices",
    "contribution_comparisons",
    "contribution_words",
    "assumptions",
    "sources",
    "places",
)
_MOST = 6
_GRADES = (
    "Grades: A published, B derived or second-hand, C a working assumption. The Community Infrastructure "
    "Levy Regulations 2010 as amended; the limit on pooling (regulation 123) was removed in 2019."
)


@dataclass(frozen=True)
class Statement:
    """Everything a statement says, as text; `site` is its reference as the release has it."""

    site: str
    title: str
    issued: str
    lead: str
    sections: tuple[Section, ...]
    sources: tuple[str, ...]
    total: str
    release: str

    def text(self) -> str:
        """All of it as one text, for whoever looks for words in it."""
        parts = [self.title, self.issued, self.lead]
        for section in self.sections:
            parts += [section.heading, *(f"{name}. {words}" for name, words in section.paragraphs)]
            parts += [" | ".join(row) for grid in section.grids for row in (grid.headings, *grid.rows)]
            parts.append(section.remark)
        return "\n".join([*parts, *self.sources])


def known_sites(contributions: pd.DataFrame, scenario: str) -> dict[str, str]:
    """Names of a scenario's sites by reference."""
    rows = contributions[contributions["scenario"] == scenario].sort_values("site_reference")
    return dict(zip(rows["site_reference"].astype(str), rows["site_name"].astype(str), strict=True))


def statement(
    tables: Mapping[str, pd.DataFrame],
    site: str,
    release: str,
    scenario: str = PRINCIPAL,
    published: str = "",
    place: str | None = None,
) -> Statement:
    """The statement of a site, its reference in large or small letters; raises BadInput where it is unknown.

    published: the moment of the release, as its manifest has it. place: the site's, which has to be said
    where two councils have a site of the same name.
    """
    contributions = tables["developer_contributions"]
    if place is not None:
        contributions = contributions[contributions["place"] == place]
    listed = known_sites(contributions, scenario)
    site = next((name for name in listed if name.casefold() == site.strip().casefold()), site)
    here = contributions[(contributions["scenario"] == scenario) & (contributions["site_reference"] == site)]
    if here.empty:
        raise BadInput(
            [
                Finding(
                    "developer_contributions",
                    None,
                    "SITE",
                    site or "no name of a site",
                    f"one of {', '.join(sorted(listed))}" if listed else "a site, but no file names one",
                )
            ]
        )
    councils = sorted(here["place"].unique())
    if len(councils) > 1:
        expected = f"a place with it, as two councils have a site of this reference: --place {councils[0]}"
        other = " or ".join(["", *(f"--place {council}" for council in councils[1:])])
        raise BadInput([Finding("developer_contributions", None, "SITE", site, expected + other)])
    first = here.iloc[0]
    place_name = tables["places"].set_index("place").loc[first["place"], "place_name"]
    secured = bool((here["status"] == "secured").any())

    def of_site(name: str) -> pd.DataFrame:
        rows = tables[name]
        mine = (rows["place"] == first["place"]) & (rows["site_reference"] == site)
        return rows[mine & (rows["scenario"] == scenario)]

    residents, swings, words = (
        of_site(f"contribution_{name}") for name in ("residents", "sensitivity", "words")
    )
    steps = in_order(of_site("contribution_steps"))
    every = tables["contribution_practices"]
    near = every[(every["place"] == first["place"]) & (every["site_reference"] == site)]
    units = dict(zip(here["item"], here["unit"].astype(str), strict=True))
    known, today = Assumptions(tables["assumptions"]), _base_year(tables["assumptions"])
    of_all = words[words["item"] == "all"].set_index("subject")["words"]
    sections = [
        people(here, residents, of_all),
        rates(steps, tables["contribution_rates"], units, known),
        counted(steps, units),
        amounts(here),
        survey(here, steps, near),
        practices(near),
        tests(here, steps, words, secured, today),
        funding(here, words),
        compared(here, of_site("contribution_comparisons")),
        terms(here, words),
        _sensitivity(swings),
    ]
    return Statement(
        site=site,
        title=f"{first['site_name']} ({site}), {place_name}: health and developer contributions",
        issued=_issued(tables["assumptions"], here, release, scenario, published),
        lead=lead(here, secured),
        sections=tuple(section.as_sentences() for section in sections if section is not None),
        total=total_words(here),
        sources=(
            *sources_of(
                tables["sources"],
                tables["assumptions"],
                residents,
                list(here["item"]),
                _priced(here),
                str(first["site_type"]),
            ),
            _GRADES,
        ),
        release=release,
    )


def _base_year(assumptions: pd.DataFrame) -> str:
    """The financial year of today's need: the last recorded in whole."""
    return financial_year_label(int(Assumptions(assumptions).value("demand.base_year")))


def _issued(
    assumptions: pd.DataFrame, here: pd.DataFrame, release: str, scenario: str, published: str
) -> str:
    """Issue, scenario and years of the statement's figures."""
    day = f"{datetime.fromisoformat(published):%-d %B %Y}" if published else "a date not given"
    return (
        f"Issued with release {release} of {day}. Homes of the scenario {scenario}; today's need is that of "
        f"{_base_year(assumptions)}, the last financial year recorded in whole; "
        f"{here['price_base'].mode().iloc[0]}."
    )


def _sensitivity(swings: pd.DataFrame) -> Section | None:
    """The assumptions that change the amount most."""
    largest = _largest(swings)
    if largest.empty:
        return None
    headings = ("Kind", "Assumption and its range", "Amount at its low end", "At its high end")
    rows = tuple(_swing(row) for _, row in largest.iterrows())
    grid = Grid(headings, rows, (130, 234, 80, 80), 2)
    return Section("11. Assumptions that change the amounts most", (), (grid,))


def _largest(swings: pd.DataFrame) -> pd.DataFrame:
    swing = (swings["at_high_gbp"] - swings["at_low_gbp"]).abs()
    return swings.assign(swing=swing)[swing > 0].nlargest(_MOST, "swing")


def _swing(row: pd.Series) -> tuple[str, str, str, str]:
    assumption = ASSUMPTIONS.get(row["assumption"], row["assumption"])
    return (
        TITLES[row["item"]],
        f"{assumption}, × {row['low_value']:.2f} to × {row['high_value']:.2f}",
        pounds(row["at_low_gbp"]),
        pounds(row["at_high_gbp"]),
    )


def _priced(here: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Grade, source and words of the cost of a unit of each kind."""
    return [
        (
            str(row["cost_evidence_grade"]),
            str(row["cost_source_id"]),
            f"{TITLES[row['item']].lower()} {pounds(row['unit_cost_gbp'])} per "
            f"{unit_shown(str(row['unit'])).removesuffix('s')}",
        )
        for _, row in here[here["cost_source_id"].notna()].iterrows()
    ]


def html(content: Statement) -> str:
    """The statement as one HTML page that needs nothing else; every text is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("contribution.html").render(statement=content)
