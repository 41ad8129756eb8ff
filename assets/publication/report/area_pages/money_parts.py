"""Money for an area: what is secured and when it expires, what developers are asked for, capital."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.page_parts import (
    NO_TABLE,
    AreaPart,
    Cell,
    Row,
    known,
    number,
    pounds,
    square,
    to_the_pound,
)
from assets.publication.report.wording import financial, words

Site = tuple[str, str]
MOST_ITEMS = 12
_ASKED = {"ask": "requested", "survey": "after a survey"}
_EXPIRY = "not on the register"


def secured_part(
    found: AreaTables, place: str, sites: Collection[Site], *, scheme: str = "", provider: str = ""
) -> AreaPart:
    """Agreements and schemes of the sites, hub or trust, and what the council holds, each with its expiry."""
    title = "Secured money and its expiry"
    if not found.has("site_funding") and not found.has("estate_schemes"):
        return AreaPart(title, says=f"The registers of funding and schemes are {NO_TABLE}.")
    rows: list[Sequence[Cell]] = []
    for of_place, reference in sites:
        for row in found.of("site_funding", "site_reference", reference):
            if row["place"] == of_place:
                rows.append(_agreement(row))
    key, value = ("scheme", scheme) if scheme else ("provider", provider)
    schemes: dict[str, list[Row]] = {}
    for row in found.of("estate_schemes", key, value) if value else []:
        schemes.setdefault(str(row["scheme"]), []).append(row)
    rows += [_scheme(own) for own in schemes.values()]
    return AreaPart(
        title,
        [
            ("What", False),
            ("Of", False),
            ("Sum", True),
            ("To be spent by", False),
            ("Grade", False),
        ],
        rows,
        says="" if rows else "Nothing is secured on the registers for this area.",
        points=[] if provider else _held(found, place),
        basis="" if provider else "developer_contributions",
        wide=True,
    )


def _agreement(row: Row) -> list[Cell]:
    if not known(row["amount_gbp"]):
        amount = "not published"
    else:
        part = "" if row["health_part"] == "all" else "; the part for health is not published"
        amount = f"{to_the_pound(row['amount_gbp'])} in all{part}"
        if known(row["price_year"]):
            amount += f" ({financial(int(row['price_year']))} prices)"
    kind = words(row["kind"])
    return [
        f"{row['name']} ({kind})",
        str(row["site_reference"]),
        amount,
        _EXPIRY,
        str(row["evidence_grade"]),
    ]


def _scheme(rows: Sequence[Row]) -> list[Cell]:
    """A scheme by what it brings, when, and whether it is funded: sums are on no register."""
    row = rows[0]
    opens, low, high = (int(row[name]) for name in ("opening_year", "opening_low", "opening_high"))
    when = financial(opens) if low == high else f"{financial(opens)} ({financial(low)} to {financial(high)})"
    counted = "counted in what exists from then" if row["switch"] == "on" else "not counted in what exists"
    sizes = ", ".join(
        f"{number(each['quantity'])} {square(str(each['unit']))} ({words(each['facility']).lower()})"
        for each in rows
    )
    funded = row["funded"] == "yes"
    return [
        f"{row['scheme_name']}: {sizes}",
        f"opening {when}; {counted}",
        f"{'funded' if funded else 'not funded'}; sum not on the register",
        _EXPIRY if funded else "nothing to expire",
        "".join(sorted({str(each["evidence_grade"]) for each in rows})),
    ]


def _held(found: AreaTables, place: str) -> list[Cell]:
    """What the council holds for health, by when it has to be spent, and its levy."""
    rows = found.of("contribution_policies", "place", place)
    name = found.called(place)
    held: list[Cell] = []
    for row in rows:
        if known(row["held_gbp"]):
            until = (
                f"to be spent by the end of {financial(int(row['expiry_year']))}"
                if known(row["expiry_year"])
                else f"its expiry is {_EXPIRY}"
            )
            spent = (
                f", {to_the_pound(row['allocated_gbp'])} of it allocated"
                if known(row["allocated_gbp"])
                else ""
            )
            held.append(
                f"{name} holds {to_the_pound(row['held_gbp'])} for {words(row['item']).lower()}{spent}: "
                f"{until} (grade {row['evidence_grade']})."
            )
    return held or [
        f"What {name} holds for health and by when it must be spent is not known: its infrastructure funding "
        "statement is not on the register. Ask the council."
    ]


def contributions_part(found: AreaTables, sites: Collection[Site]) -> AreaPart:
    """Each item requested of the sites of an area, or that a survey would let request."""
    title = "Developer contributions of its sites"
    if not found.has("developer_contributions"):
        return AreaPart(title, says=f"Developer contributions are {NO_TABLE}.")
    if not sites:
        return AreaPart(title, says="No site lies here, so nothing is requested here.")
    items = _items(found, sites)
    rows = [row for row in items if row["status"] in ("ask", "survey")]
    agreed = [
        f"{reference}: {count} item{'' if count == 1 else 's'} agreed; the "
        f"{'sum is' if count == 1 else 'sums are'} not known."
        for reference, count in Counter(
            str(row["site_reference"]) for row in items if row["status"] == "secured"
        ).items()
    ]
    if not rows:
        return AreaPart(title, says="Nothing is requested of its sites.", points=agreed)
    shown: list[Sequence[Cell]] = [
        [
            f"{row['site_reference']}: {words(row['item']).lower()}",
            _ASKED[str(row["status"])],
            _amount(row, "amount"),
            _amount(row, "subject_to_survey"),
            str(row["trigger"]),
        ]
        for row in rows[:MOST_ITEMS]
    ]
    bases = sorted({str(row["price_base"]) for row in rows})
    more = len(rows) - len(shown)
    return AreaPart(
        title,
        [
            ("Site and item", False),
            ("Status", False),
            ("Requested", True),
            ("And, if a survey finds no room to spare", True),
            ("When", False),
        ],
        shown,
        says=f"{'; '.join(bases).capitalize()}, 80 % ranges in brackets."
        + (f" {more} more items are in developer_contributions." if more > 0 else ""),
        points=agreed,
        basis="developer_contributions",
        wide=True,
    )


def asked_by_site(found: AreaTables, sites: Sequence[Site]) -> AreaPart:
    """Of each site of a place, what is requested of it in all, and what a survey would add."""
    title = "Developer contributions by site"
    rows = _items(found, sites)
    if not rows:
        return AreaPart(
            title, says="Nothing is requested of its sites, or contributions are not in this release."
        )
    by_site: dict[str, list[Row]] = {}
    for row in rows:
        by_site.setdefault(str(row["site_reference"]), []).append(row)
    shown: list[Sequence[Cell]] = []
    agreed: list[str] = []
    for reference, items in by_site.items():
        asked = [row for row in items if row["status"] in ("ask", "survey")]
        if not asked:
            agreed.append(reference)
            continue
        shown.append(
            [
                f"{items[0]['site_name']} ({reference})",
                to_the_pound(sum(row["amount_gbp"] for row in asked)),
                to_the_pound(sum(row["subject_to_survey_gbp"] for row in asked)),
                str(asked[0]["trigger"]),
            ]
        )
    shown.sort(key=lambda row: str(row[0]))
    bases = sorted({str(row["price_base"]) for row in rows if row["status"] != "secured"})
    return AreaPart(
        title,
        [("Site", False), ("Requested", True), ("And, if a survey finds no room", True), ("When", False)],
        shown,
        says=(
            f"All items of a site together, "
            f"{'; '.join(bases)}; ranges by item are in developer_contributions."
            if shown
            else ""
        )
        + (
            f" Agreed, sums not known, nothing more requested: {', '.join(sorted(agreed))}." if agreed else ""
        ),
        basis="developer_contributions",
        wide=True,
    )


def _items(found: AreaTables, sites: Collection[Site]) -> list[Row]:
    return [
        row
        for place, reference in sites
        for row in found.of("developer_contributions", "site_reference", reference)
        if row["place"] == place
    ]


def _amount(row: Row, name: str) -> str:
    value = row[f"{name}_gbp"]
    if not known(value):
        return "sum not known"
    if value == 0:
        return "£0"
    return (
        f"{to_the_pound(value)} ({to_the_pound(row[f'{name}_low_gbp'])} to "
        f"{to_the_pound(row[f'{name}_high_gbp'])})"
    )


def capital_part(found: AreaTables, place: str) -> AreaPart:
    """Capital of a place by facility, spent up to the year, and what it is for."""
    title = "Capital"
    years = [year for year in found.years("capital_requirement") if found.now < year <= found.year]
    rows = found.of("capital_requirement", "place", place, year=years)
    if not rows:
        return AreaPart(title, says=f"Capital is {NO_TABLE}.")
    spent: dict[str, float] = {}
    last: dict[str, Row] = {}
    for row in rows:
        facility = str(row["facility"])
        spent[facility] = spent.get(facility, 0.0) + row["principal"]
        if row["year"] == years[-1]:
            last[facility] = row
    return AreaPart(
        title,
        [
            ("For", False),
            (f"{financial(years[0])} to {financial(years[-1])}", True),
            ("Running cost a year by then", True),
            ("What is built", False),
        ],
        [
            [
                words(facility),
                pounds(total),
                pounds(last[facility]["running_cost_gbp"]),
                str(last[facility]["basis"]),
            ]
            for facility, total in sorted(spent.items(), key=lambda each: -each[1])
        ],
        says=f"With optimism bias, {found.price_base()}, principal run, sums to the thousand. Growth: what "
        "exists is not known, so only growth since the base year is built: options of teams and hubs close "
        "the whole estimated gap of general practice instead; do not add the two. The range of each year is "
        "in capital_requirement; that of a sum over years does not follow.",
        basis="estates",
    )


def by_site_and_place(rows: Sequence[Mapping[str, object]]) -> list[Site]:
    """Place and reference of sites, once each."""
    return list(dict.fromkeys((str(row["place"]), str(row["site_reference"])) for row in rows))
