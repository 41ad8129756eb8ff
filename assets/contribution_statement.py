"""A site's statement for a planning officer, read off a release: its HTML and its PDF say the same.

Every number comes from the released tables, to the pound. What is worked out belongs in the models; what a
statement looks like in the template and in `contribution_pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.scenarios import PRINCIPAL
from housing_trajectories.findings import BadInput, Finding

TEMPLATES = Path(__file__).resolve().parent / "templates"
TABLES = (
    "developer_contributions",
    "contribution_sensitivity",
    "assumptions",
    "sources",
    "places",
)
TITLES = {
    "general_practice_premises": "Capital for general practice premises",
    "general_practice_equipment": "Equipment of general practice rooms",
    "community_premises": "Capital for community clinic rooms",
    "hospital_capital": "Capital for hospital beds",
    "mental_health_capital": "Capital for mental health beds",
    "service_funding": "Funding of services",
}
_CITED = (
    "estates.net_new_share_practice",
    "estates.net_new_share_hospital",
    "estates.occupancy_relative",
    "estates.primary_care_area",
    "estates.equipment_gbp",
    "estates.occupancy_general_acute",
)
_MOST = 6


@dataclass(frozen=True)
class Line:
    """One kind of ask: its title, status, quantity, amounts and what it rests on, all as they are shown."""

    title: str
    status: str
    need: str
    counted: str
    quantity: str
    unit_cost: str
    amount: str
    interval: str
    a_dwelling: str
    trigger: str
    basis: str


@dataclass(frozen=True)
class Statement:
    """Everything a statement says, as text."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    heading: str
    lines: tuple[Line, ...]
    total: str
    tests: tuple[tuple[str, str], ...]
    sensitivity: tuple[tuple[str, str, str, str], ...]
    sources: tuple[str, ...]
    release: str


def pounds(value: float) -> str:
    """`£1,441,029`, or that it is not known."""
    return "not known" if pd.isna(value) else f"£{value:,.0f}"


def statement(
    tables: Mapping[str, pd.DataFrame], site: str, release: str, scenario: str = PRINCIPAL
) -> Statement:
    """The statement of a site; raises BadInput with the known ones where it is none of them."""
    contributions = tables["developer_contributions"]
    here = contributions[(contributions["scenario"] == scenario) & (contributions["site_reference"] == site)]
    if here.empty:
        listed = contributions.loc[contributions["scenario"] == scenario, "site_reference"].unique()
        raise BadInput(
            [
                Finding(
                    "developer_contributions",
                    None,
                    "SITE",
                    site or "no name of a site",
                    "one of " + ", ".join(sorted(listed)),
                )
            ]
        )
    first = here.iloc[0]
    place = tables["places"].set_index("place").loc[first["place"], "place_name"]
    secured = bool((here["status"] == "secured").any())
    asked = here[here["status"] == "ask"]
    sensitivity = tables["contribution_sensitivity"]
    swings = sensitivity[(sensitivity["scenario"] == scenario) & (sensitivity["site_reference"] == site)]
    return Statement(
        title=f"{first['site_name']} ({site}), {place}: health and developer contributions",
        lead=_lead(secured, asked, float(first["dwellings"])),
        facts=_facts(here),
        heading="What is secured, and the need beside it"
        if secured
        else "What is asked, and what it is made of",
        lines=tuple(_line(row) for _, row in here.iterrows()),
        total=pounds(asked["amount_gbp"].sum()) if len(asked) else "nothing",
        tests=_tests(here, asked, secured),
        sensitivity=tuple(_swing(row) for _, row in _largest(swings).iterrows()),
        sources=_sources(tables, here),
        release=release,
    )


def _lead(secured: bool, asked: pd.DataFrame, dwellings: float) -> str:
    if secured:
        return (
            "Permission is issued for this site. This is a statement of what is secured, not an ask: an "
            "agreement signed is not reopened, and the site's people count as committed growth."
        )
    if asked.empty:
        return "Nothing is asked of this site; the reasons stand under each heading."
    total, kinds = asked["amount_gbp"].sum(), len(asked)
    counted = asked[asked["spare_capacity_used"].notna()]["amount_gbp"].sum()
    kind = "kinds of capital are" if kinds > 1 else "kind of capital is"
    lead = (
        f"{kinds} {kind} asked for, {pounds(total)} or {pounds(total / dwellings)} a home, at "
        f"{asked['price_base'].iloc[0]}. They are separate requests and none depends on another."
    )
    if counted == total:
        return lead
    return (
        f"{lead} {pounds(counted)} of it rests on capacity that is known; {pounds(total - counted)} is "
        "provisional until what exists in the catchment has been surveyed, and falls by what spare capacity "
        "is found."
    )


def _facts(here: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    first = here[here["item"] != "service_funding"].iloc[0]
    net_new = dict(zip(here["item"], here["net_new_residents"], strict=True))
    facts = [
        ("Homes still to come", f"{first['dwellings']:,.0f}"),
        (
            "First occupants",
            f"{first['residents']:,.0f} ({first['residents'] / first['dwellings']:.2f} a home)",
        ),
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
                "People of the place with the site less without it (movers' old homes refill)",
                f"{first['difference_residents']:,.0f}",
            )
        )
    return tuple(facts)


def _unit(row: pd.Series) -> str:
    """The unit of a row's quantities as a reader writes it."""
    return "m²" if row["unit"] == "m2" else str(row["unit"])


def _line(row: pd.Series) -> Line:
    unit = _unit(row)
    known = pd.notna(row["amount_gbp"])
    each = row["amount_per_dwelling_gbp"]
    service = row["item"] == "service_funding"
    return Line(
        title=TITLES[row["item"]],
        status={"ask": "Ask", "secured": "Secured", "none": "None"}[row["status"]],
        need="" if service else f"{row['need_of_first_occupants']:,.2f} {unit}",
        counted="" if service else f"{row['need_counted']:,.2f} {unit}",
        quantity="" if service else f"{row['quantity']:,.2f} {unit}",
        unit_cost="" if service else pounds(row["unit_cost_gbp"]),
        amount=pounds(row["amount_gbp"]),
        interval=f"{pounds(row['amount_low_gbp'])} to {pounds(row['amount_high_gbp'])}"
        if known and row["status"] == "ask"
        else "",
        a_dwelling=f"£{each:,.2f}" if pd.notna(each) and row["status"] == "ask" else "",
        trigger=str(row["trigger"]),
        basis=str(row["basis"]),
    )


def _tests(here: pd.DataFrame, asked: pd.DataFrame, secured: bool) -> tuple[tuple[str, str], ...]:
    """The three tests of regulation 122(2) of the Community Infrastructure Levy Regulations 2010."""
    names = (
        "Necessary to make the development acceptable",
        "Directly related",
        "Fairly and reasonably related in scale and kind",
    )
    if secured or asked.empty:
        why = "what is secured was tested when permission was granted" if secured else "nothing is asked"
        return tuple((name, f"Not put: {why}.") for name in names)
    unknown = asked[asked["spare_capacity_used"].isna()]
    known = asked[asked["spare_capacity_used"].notna()]
    necessary = []
    if len(known):
        titles = ", ".join(TITLES[item].lower() for item in known["item"])
        necessary.append(
            f"For {titles}: spare capacity serves all it can of the need that is counted, and what is asked "
            f"is left over. {_shortfall_today(known[known['existing_deficit_excluded'] > 0])}"
        )
    if len(unknown):
        titles = ", ".join(TITLES[item].lower() for item in unknown["item"])
        necessary.append(
            f"Not yet shown for {titles}: what exists in the catchment is not on the register. It must be "
            "surveyed first; spare capacity found there comes off the ask."
        )
    first = asked.iloc[0]
    return (
        (names[0], " ".join(necessary)),
        (
            names[1],
            f"The need is that of the residents of this site's {first['dwellings']:,.0f} homes in its own "
            "catchments. Growth of use by people already here, ageing and today's shortfall are left out, as "
            "are residents who only move within the area.",
        ),
        (
            names[2],
            "Each amount is the space those residents need × the cost of a unit, less other funding. It is "
            "limited by what the place gains in people with the site against without it, and all sites "
            "together by what new homes add to the need.",
        ),
    )


def _shortfall_today(short: pd.DataFrame) -> str:
    """What the catchments of some items are short of today, each in its own unit."""
    if short.empty:
        return "Their catchments are short of nothing today."
    parts = "; ".join(
        f"{row['existing_deficit_excluded']:,.1f} {_unit(row)} ({TITLES[row['item']].lower()})"
        for _, row in short.iterrows()
    )
    return f"What their catchments are short of today is no part of it: {parts}."


def _largest(swings: pd.DataFrame) -> pd.DataFrame:
    swing = (swings["at_high_gbp"] - swings["at_low_gbp"]).abs()
    return swings.assign(swing=swing)[swing > 0].nlargest(_MOST, "swing")


def _swing(row: pd.Series) -> tuple[str, str, str, str]:
    return (
        TITLES[row["item"]],
        f"{row['assumption']}, × {row['low_value']:.2f} to × {row['high_value']:.2f}",
        pounds(row["at_low_gbp"]),
        pounds(row["at_high_gbp"]),
    )


def _sources(tables: Mapping[str, pd.DataFrame], here: pd.DataFrame) -> tuple[str, ...]:
    sources = tables["sources"].set_index("id")
    rows = tables["assumptions"].set_index("id")
    found = []
    for identifier in _CITED:
        row = rows.loc[identifier]
        low, high = (float(str(row[end])) for end in ("low", "high"))
        ends = "" if pd.isna(low) else f" ({low:g} to {high:g})"
        source = sources.loc[row["source_id"]]
        found.append(
            f"{identifier}: {row['value']:g}{ends} {row['unit']}; grade {row['evidence_grade']}; "
            f"{source['publisher']}, {source['title']}"
        )
    for _, row in here[here["cost_source_id"].notna()].iterrows():
        source = sources.loc[row["cost_source_id"]]
        found.append(
            f"{TITLES[row['item']]}, {pounds(row['unit_cost_gbp'])} a {_unit(row).removesuffix('s')}; grade "
            f"{row['cost_evidence_grade']}; {source['publisher']}, {source['title']}"
        )
    return tuple(found)


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
