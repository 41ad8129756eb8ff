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
from assets.contributions.statement_sources import sources_of
from assets.contributions.statement_words import ASSUMPTIONS
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import PRINCIPAL
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from housing_trajectories.findings import BadInput, Finding
from housing_trajectories.schema import financial_year_label

TEMPLATES = Path(__file__).resolve().parent / "templates"
TABLES = (
    "developer_contributions",
    "contribution_residents",
    "contribution_sensitivity",
    "assumptions",
    "sources",
    "places",
)
_MOST = 6
_LIMITS = {
    "net_new_share": "the share of first occupants who are net-new",
    "difference": "the population of the place with the site minus without it",
    "growth": "the need that all new homes add in the catchment",
}


@dataclass(frozen=True)
class StatementLine:
    """One kind of contribution: its title, status, quantity and amounts, as they are shown."""

    title: str
    status: str
    need: str
    counted: str
    quantity: str
    unit_cost: str
    amount: str
    interval: str
    a_dwelling: str


@dataclass(frozen=True)
class Statement:
    """Everything a statement says, as text; `site` is its reference as the release has it."""

    site: str
    title: str
    issued: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    heading: str
    lines: tuple[StatementLine, ...]
    rests: tuple[tuple[str, str], ...]
    total: str
    tests: tuple[tuple[str, str], ...]
    sensitivity: tuple[tuple[str, str, str, str], ...]
    sources: tuple[str, ...]
    release: str


def pounds(value: float) -> str:
    """`£1,441,029`, or that it is not known."""
    return "not known" if pd.isna(value) else f"£{value:,.0f}"


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
    asked = here[here["status"] == "ask"]
    residents, swings = (
        rows[
            (rows["scenario"] == scenario)
            & (rows["place"] == first["place"])
            & (rows["site_reference"] == site)
        ]
        for rows in (tables["contribution_residents"], tables["contribution_sensitivity"])
    )
    return Statement(
        site=site,
        title=f"{first['site_name']} ({site}), {place_name}: health and developer contributions",
        issued=_issued(tables["assumptions"], here, release, scenario, published),
        lead=_lead(secured, asked, float(first["dwellings"])),
        facts=_facts(here, residents),
        heading="Contribution secured, and the need"
        if secured
        else "Contribution requested and how it is calculated",
        lines=tuple(_line(row) for _, row in here.iterrows()),
        rests=_rests(here),
        total=pounds(asked["amount_gbp"].sum()) if len(asked) else "nothing",
        tests=_tests(here, asked, secured, _base_year(tables["assumptions"])),
        sensitivity=tuple(_swing(row) for _, row in _largest(swings).iterrows()),
        sources=sources_of(
            tables["sources"], tables["assumptions"], residents, list(here["item"]), _priced(here)
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
        f"{here['price_base'].mode().iloc[0]}. Planning status: {here['planning'].iloc[0]}."
    )


def _rests(here: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """The basis of each kind; kinds with the same basis are listed together."""
    said: dict[str, list[str]] = {}
    for _, row in here.iterrows():
        words = str(row["basis"])
        if row["status"] != "secured" and row["catchment"] != "none":
            words += f" {row['catchment']}"
        if row["trigger"] != "none":
            words += f" Due: {row['trigger']}."
        said.setdefault(words, []).append(TITLES[row["item"]])
    return tuple(("; ".join(titles), words) for words, titles in said.items())


def _lead(secured: bool, asked: pd.DataFrame, dwellings: float) -> str:
    if secured:
        return (
            "Permission is issued for this site. This statement records what is secured and requests "
            "nothing: a signed agreement is not reopened, and the site's residents count as committed growth."
        )
    if asked.empty:
        return "No contribution is requested for this site. The reasons are under each heading."
    total, kinds = asked["amount_gbp"].sum(), len(asked)
    counted = asked[asked["spare_capacity_used"].notna()]["amount_gbp"].sum()
    kind = "kinds of capital are" if kinds > 1 else "kind of capital is"
    lead = (
        f"{kinds} {kind} requested: {pounds(total)}, or {pounds(total / dwellings)} per home, at "
        f"{asked['price_base'].iloc[0]}. Each is a separate request and depends on no other."
    )
    if counted == total:
        return lead
    return (
        f"{lead} {pounds(counted)} of it is based on known capacity; {pounds(total - counted)} is "
        "provisional until existing capacity in the catchment has been surveyed, and is reduced by any spare "
        "capacity found."
    )


def _homes_and_ages(residents: pd.DataFrame) -> list[tuple[str, str]]:
    homes = residents.drop_duplicates("bedrooms").sort_values("bedrooms")
    ages = residents.groupby("age_band")["residents"].sum()
    known = (residents["mix"] == "trajectory").all()
    mix = (
        "of the site's trajectory"
        if known
        else "the standard mix, because the trajectory gives none for this site. A site of flats has fewer "
        "people: add its mix to its trajectory"
    )
    return [
        (
            f"Homes by bedrooms ({mix})",
            "; ".join(f"{row.bedrooms}: {row.dwellings:,.0f}" for row in homes.itertuples()),
        ),
        (
            "First occupants by age",
            "; ".join(f"{band}: {ages[band]:,.0f}" for band in NEIGHBOURHOOD_BANDS),
        ),
    ]


def _facts(here: pd.DataFrame, residents: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    first = here[here["item"] != "service_funding"].iloc[0]
    net_new = dict(zip(here["item"], here["net_new_residents"], strict=True))
    facts = [
        ("Homes still to come", f"{first['dwellings']:,.0f}"),
        (
            "First occupants",
            f"{first['residents']:,.0f} ({first['residents'] / first['dwellings']:.2f} per home)",
        ),
        *_homes_and_ages(residents),
        (
            "Net-new to the practices' catchment",
            f"{net_new['general_practice_premises']:,.0f}",
        ),
        (
            "Net-new to the hospitals' catchment",
            f"{net_new['hospital_capital']:,.0f}",
        ),
    ]
    if pd.notna(first["difference_residents"]):
        facts.append(
            (
                "Population of the place with the site minus without it, at the last mid-year of the run. "
                "Homes that movers leave are occupied again, so all homes count. People per home are the "
                "projection's, including children born since, and may exceed the first occupants",
                f"{first['difference_residents']:,.0f} "
                f"({first['difference_residents'] / first['dwellings']:.2f} per home)",
            )
        )
    return tuple(facts)


def _unit(row: pd.Series) -> str:
    """The unit of a row's quantities as a reader writes it."""
    return "m²" if row["unit"] == "m2" else str(row["unit"])


def _line(row: pd.Series) -> StatementLine:
    unit = _unit(row)
    known = pd.notna(row["amount_gbp"])
    each = row["amount_per_dwelling_gbp"]
    service = row["item"] == "service_funding"
    return StatementLine(
        title=TITLES[row["item"]],
        status={"ask": "Requested", "secured": "Secured", "none": "None"}[row["status"]],
        need="" if service else f"{row['need_of_first_occupants']:,.2f} {unit}",
        counted="" if service else f"{row['need_counted']:,.2f} {unit}",
        quantity="" if service else f"{row['quantity']:,.2f} {unit}",
        unit_cost="" if service else pounds(row["unit_cost_gbp"]),
        amount=pounds(row["amount_gbp"]),
        interval=f"{pounds(row['amount_low_gbp'])} to {pounds(row['amount_high_gbp'])}"
        if known and row["status"] == "ask"
        else "",
        a_dwelling=f"£{each:,.2f}" if pd.notna(each) and row["status"] == "ask" else "",
    )


def _tests(here: pd.DataFrame, asked: pd.DataFrame, secured: bool, today: str) -> tuple[tuple[str, str], ...]:
    """The three tests of regulation 122(2) of the Community Infrastructure Levy Regulations 2010."""
    names = (
        "Necessary to make the development acceptable",
        "Directly related",
        "Fairly and reasonably related in scale and kind",
    )
    if secured or asked.empty:
        why = (
            "the secured contribution was tested when permission was granted"
            if secured
            else "no contribution is requested"
        )
        return tuple((name, f"Not applied: {why}.") for name in names)
    unknown = asked[asked["spare_capacity_used"].isna()]
    known = asked[asked["spare_capacity_used"].notna()]
    necessary = []
    if len(known):
        titles = ", ".join(TITLES[item].lower() for item in known["item"])
        necessary.append(
            f"For {titles}: spare capacity serves as much of the counted need as it can; the amount "
            f"requested is the remainder. {_shortfall_today(known, today)}"
        )
    if len(unknown):
        titles = ", ".join(TITLES[item].lower() for item in unknown["item"])
        necessary.append(
            f"Not yet shown for {titles}: existing capacity in the catchment is not on the register. It must "
            "be surveyed first; any spare capacity found reduces the amount."
        )
    first = asked.iloc[0]
    return (
        (names[0], " ".join(necessary)),
        (
            names[1],
            f"The need is that of the residents of this site's {first['dwellings']:,.0f} homes in the "
            f"catchments named above. Growth in use by existing residents, ageing, the shortfall of "
            f"{today} and residents who only move within the area are excluded. No practice, scheme or "
            "project is named yet: one must be named for each amount before the request is made.",
        ),
        (
            names[2],
            "Each amount is the space those residents need × the unit cost, minus other funding. "
            f"{_binding(asked)}",
        ),
    )


def _binding(asked: pd.DataFrame) -> str:
    """Which limit binds the counted need; the other two are larger there."""
    parts = []
    for limit, rows in asked.groupby("binding_limit", sort=False):
        others = [words for name, words in _LIMITS.items() if name != limit]
        titles = ", ".join(TITLES[item].lower() for item in rows["item"])
        of_what = "" if len(rows) == len(asked) else f" (for {titles})"
        loose = f"; {others[0]} and {others[1]} would not reduce it" if limit == "net_new_share" else ""
        parts.append(f"The limit that applies{of_what} is {_LIMITS[str(limit)]}{loose}.")
    return " ".join(parts)


def _shortfall_today(known: pd.DataFrame, today: str) -> str:
    """The shortfall of the catchments of some items, each in its own unit."""
    short = known[known["existing_deficit_excluded"] > 0]
    if short.empty:
        return f"Their catchments had no shortfall in {today}."
    parts = "; ".join(
        f"{row['existing_deficit_excluded']:,.1f} {_unit(row)} ({TITLES[row['item']].lower()})"
        for _, row in short.iterrows()
    )
    return f"The shortfall of their catchments in {today} is not included: {parts}."


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
            f"{_unit(row).removesuffix('s')}",
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
