"""Pages of trusts and of their sites: demand, staff, beds, backlog, what is not published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.money_parts import secured_part
from assets.publication.report.area_pages.page_parts import (
    NO_TABLE,
    UNKNOWN,
    AreaPage,
    AreaPart,
    Cell,
    Row,
    known,
    measured_unit,
    number,
    percent,
    square,
    to_the_pound,
    with_spread,
)
from assets.publication.report.area_pages.place_pages import demand_part, staff_words
from assets.publication.report.wording import financial, words

TRUST, SITE = "trust", "trust site"
_RISKS = ("high", "significant", "moderate", "low")
_BEDS = "general_acute_beds"
_PAST_HALF = 0.5


def trust_pages(found: AreaTables) -> Iterator[AreaPage]:
    """A page for each trust with demand and staff of its own or with a site."""
    modelled = found.by("provider_workforce", "provider")
    for code in dict.fromkeys([*modelled, *found.by("trust_sites", "provider")]):
        sites = found.of("trust_sites", "provider", code)
        name = str(modelled[code][0]["provider_name"]) if code in modelled else str(sites[0]["trust_name"])
        own = [
            _beds(found, code),
            demand_part(found, "provider_demand", "provider", code),
            _rooms(found, code),
            _staff(found, code),
            _origins(found, code),
        ]
        yield AreaPage(
            code=code,
            kind=TRUST,
            name=name,
            lead=[*_lead(found, code)] if code in modelled else [_elsewhere(found, code)],
            parts=[
                *(own if code in modelled else []),
                _sites(found, sites),
                secured_part(found, "", [], provider=code),
                _rests_on(found, code, sites, modelled=code in modelled),
            ],
        )


def site_pages(found: AreaTables) -> Iterator[AreaPage]:
    """A page for each site that a trust has returned."""
    for code, [site, *_] in found.by("trust_sites", "site_code").items():
        provider = str(site["provider"]) if known(site["provider"]) else str(site["trust"])
        within: list[Cell] = [[provider, str(site["trust_name"]) if known(site["trust_name"]) else provider]]
        if known(site["place"]):
            within.append([str(site["place"]), found.called(str(site["place"]))])
        yield AreaPage(
            code=code,
            kind=SITE,
            name=str(site["site_name"]),
            within=within,
            lead=[
                f"{site['site_type']}, {number(site['gross_internal_area_m2'])} m² gross internal area, as "
                f"returned for {site['as_of']}. Backlog maintenance: {_backlog(site)}.",
                *_lead(found, provider),
            ],
            parts=[
                _condition(found, site),
                _register(found, code),
                *([_beds(found, provider)] if found.of("provider_estates", "provider", provider) else []),
                _of_the_site(found, provider),
            ],
        )


def _lead(found: AreaTables, code: str) -> list[str]:
    """The trust's beds and staff in the year."""
    said = []
    beds = _by_measure(found, code, found.year).get(_BEDS, {})
    if {"required", "existing", "gap"} <= beds.keys():
        said.append(
            f"General and acute beds of {found.called(code)} in {financial(found.year)}: "
            f"{number(beds['required']['principal'])} required, {number(beds['existing']['principal'])} open "
            f"and staffed; short by {with_spread(beds['gap'])}."
        )
    for row in found.of(
        "provider_workforce",
        "provider",
        code,
        year=(found.year,),
        measure=("gap_wte",),
        staff_group=("all",),
    ):
        said.append(
            f"Staff of the trust in {financial(found.year)}: {with_spread(row)} whole-time equivalents short."
        )
    return said


def _elsewhere(found: AreaTables, code: str) -> str:
    shared = found.of("shared_trusts", "trust", code)
    parts = "; ".join(
        f"{number(row['share_percent'])} % of its staff taken to work here in "
        f"{words(row['sector']).lower()} ({number(row['low_percent'])} to {number(row['high_percent'])} %, "
        f"grade {row['evidence_grade']})"
        for row in shared
    )
    return (
        "Its demand, staff and space are modelled by place, not for this trust: see the pages of places."
        + (f" {parts[0].upper()}{parts[1:]}." if parts else "")
    )


def _staff(found: AreaTables, code: str) -> AreaPart:
    rows = found.of("provider_workforce", "provider", code, year=(found.year,))
    by: dict[str, dict[str, Row]] = {}
    for row in rows:
        by.setdefault(str(row["staff_group"]), {})[str(row["measure"])] = row
    shown: list[Sequence[Cell]] = [
        [
            staff_words(next(iter(measures.values()))),
            with_spread(measures.get("required_wte")),
            with_spread(measures.get("supply_wte")),
            with_spread(measures.get("gap_wte")),
        ]
        for measures in by.values()
    ]
    return AreaPart(
        f"Staff in {financial(found.year)}, whole-time equivalents",
        [("Staff", False), ("Required", True), ("Supplied", True), ("Short", True)],
        shown,
        says="80 % ranges in brackets; below zero, more than required."
        if shown
        else f"Staff are {NO_TABLE}.",
        basis="workforce",
        wide=True,
    )


def _by_measure(found: AreaTables, code: str, year: int) -> dict[str, dict[str, Row]]:
    by: dict[str, dict[str, Row]] = {}
    for row in found.of("provider_estates", "provider", code, year=(year,)):
        by.setdefault(str(row["facility"]), {})[str(row["measure"])] = row
    return by


def _beds(found: AreaTables, code: str) -> AreaPart:
    """Facilities of the trust whose existing capacity is known: how short, from when, decide by when."""
    over = found.of("capacity_breach", "area", code)
    timing = {
        str(row["facility"]): row for row in found.of("estates_timing", "area", code, threshold_percent=(50,))
    }
    shown: list[Sequence[Cell]] = []
    for facility, measures in _by_measure(found, code, found.year).items():
        if "existing" not in measures or "required" not in measures:
            continue
        unit = str(measures["required"]["unit"])
        decimals = 0 if unit == "beds" else 1
        years = sorted((row for row in over if row["facility"] == facility), key=lambda row: row["year"])
        first = next((int(row["year"]) for row in years if row["probability"] >= _PAST_HALF), None)
        at = next((row["probability"] for row in years if row["year"] == found.year), None)
        shown.append(
            [
                measured_unit(unit, facility),
                with_spread(measures["required"], decimals),
                number(measures["existing"]["principal"], decimals),
                with_spread(measures.get("gap"), decimals),
                percent(at),
                _first(first, years),
                _decision(timing.get(facility)),
            ]
        )
    return AreaPart(
        f"Beds of the trust in {financial(found.year)}",
        [
            ("Facility", False),
            ("Required", True),
            ("Existing", True),
            ("Short", True),
            ("Probability short", True),
            ("First over capacity", True),
            ("Decide by", True),
        ],
        shown,
        says="80 % ranges in brackets; below zero, more exists than is required. Existing beds are those "
        "open and staffed."
        if shown
        else f"Beds of the trust that exist are not known or {NO_TABLE}.",
        basis="estates",
        wide=True,
    )


def _rooms(found: AreaTables, code: str) -> AreaPart:
    """Facilities of the trust whose existing capacity nobody publishes: what is required."""
    years = found.years("provider_estates")
    now = _by_measure(found, code, years[0]) if years else {}
    shown: list[Sequence[Cell]] = []
    for facility, measures in _by_measure(found, code, found.year).items():
        if "existing" in measures or "required" not in measures:
            continue
        before = now.get(facility, {}).get("required")
        shown.append(
            [
                measured_unit(str(measures["required"]["unit"]), facility),
                number(before and before["principal"], 1),
                with_spread(measures["required"], 1),
            ]
        )
    return AreaPart(
        "Rooms and spaces of the trust required",
        [
            ("Facility", False),
            (financial(years[0]) if years else "", True),
            (f"{financial(found.year)} (80 % range)", True),
        ],
        shown,
        says="How many exist is not published, so no gap is told: a survey would tell."
        if shown
        else f"Rooms of trusts are {NO_TABLE}.",
        basis="estates",
    )


def _first(first: int | None, years: Sequence[Row]) -> str:
    if not years:
        return UNKNOWN
    return financial(first) if first is not None else f"not by {financial(int(years[-1]['year']))}"


def _decision(row: Row | None) -> str:
    if row is None:
        return UNKNOWN
    if not known(row["decide_by"]):
        return "no need by then"
    late = ", which is past" if row["status"] == "late" else ""
    return f"{financial(int(row['decide_by']))}{late}"


def _origins(found: AreaTables, code: str) -> AreaPart:
    """Where those live for whom the trust's general and acute beds are required."""
    rows = found.of("provider_estates_by_place", "provider", code, year=(found.year,), facility=(_BEDS,))
    return AreaPart(
        "Whom the beds are for",
        [
            ("Residents of", False),
            (f"General and acute beds, {financial(found.year)}", True),
            ("Share", True),
        ],
        [
            [
                "outside the system"
                if row["origin"] == "outside"
                else [str(row["origin"]), found.called(str(row["origin"]))],
                number(row["principal"]),
                percent(row["share_percent"] / 100),
            ]
            for row in sorted(rows, key=lambda row: -row["principal"])
        ],
        says="" if rows else f"Beds by place are {NO_TABLE}.",
        basis="provider_demand",
    )


def _sites(found: AreaTables, sites: Sequence[Row]) -> AreaPart:
    return AreaPart(
        "Sites here, as returned",
        [
            ("Site", False),
            ("Kind", False),
            ("Place", False),
            ("Gross internal area, m²", True),
            ("Backlog maintenance", True),
        ],
        [
            [
                [str(site["site_code"]), str(site["site_name"])],
                str(site["site_type"]),
                found.called(str(site["place"])) if known(site["place"]) else UNKNOWN,
                number(site["gross_internal_area_m2"]),
                _backlog(site),
            ]
            for site in sorted(sites, key=lambda site: -site["gross_internal_area_m2"])
        ],
        says=f"Of {sites[0]['as_of']}, prices of that year."
        if sites
        else "No site of this trust is returned here.",
        wide=True,
    )


def _backlog(site: Row) -> str:
    """Cost of all backlog; a part that is not returned leaves the sum unknown."""
    parts = [site[f"backlog_{risk}_risk_gbp"] for risk in _RISKS]
    return to_the_pound(sum(parts)) if all(known(each) for each in parts) else "not returned"


def _condition(found: AreaTables, site: Row) -> AreaPart:
    ages = (
        ("before 1948", "built_before_1948_percent"),
        ("1948 to 1974", "built_1948_to_1974_percent"),
        ("1975 to 1994", "built_1975_to_1994_percent"),
        ("since 1995", "built_since_1995_percent"),
    )
    built = ", ".join(
        f"{number(site[column])} % {when}"
        for when, column in ages
        if known(site[column]) and site[column] > 0
    )
    rows: list[Sequence[Cell]] = [
        ["Gross internal area", f"{number(site['gross_internal_area_m2'])} m²"],
        ["Tenure", str(site["tenure_returned"]) if known(site["tenure_returned"]) else UNKNOWN],
        ["Not functionally suitable", _share(site["not_suitable_percent"])],
        ["Empty", _share(site["empty_percent"])],
        ["Under-used", _share(site["under_used_percent"])],
        *(
            [f"Backlog of {risk} risk", _money_or_not_returned(site[f"backlog_{risk}_risk_gbp"])]
            for risk in _RISKS
        ),
        ["Built", built or UNKNOWN],
        ["Running cost a year", to_the_pound(site["running_cost_gbp"])],
        ["Place found by", str(site["placed_by"]) if known(site["placed_by"]) else UNKNOWN],
    ]
    return AreaPart(
        f"The site as returned for {site['as_of']}",
        [("What", False), ("Figure", False)],
        rows,
        says=f"{found.source(site['source_id'])}, grade {site['evidence_grade']}; prices of {site['as_of']}. "
        f"{site['note']}.",
    )


def _share(value: object) -> str:
    return f"{number(value, 1)} %" if known(value) else "not returned"


def _money_or_not_returned(value: object) -> str:
    return to_the_pound(value) if known(value) else "not returned"


def _register(found: AreaTables, code: str) -> AreaPart:
    rows = found.of("estates_register", "building", code)
    return AreaPart(
        "On the register of buildings",
        [("Facility", False), ("Existing", True), ("Basis", False), ("As of", False), ("Note", False)],
        [
            [
                words(row["facility"]),
                f"{number(row['value'])} {square(str(row['unit']))}" if known(row["value"]) else UNKNOWN,
                str(row["basis"]),
                str(row["as_of"]) if known(row["as_of"]) else UNKNOWN,
                str(row["note"]),
            ]
            for row in rows
        ],
        says="" if rows else "The site is not on the register.",
        basis="estates_register",
    )


def _of_the_site(found: AreaTables, provider: str) -> AreaPart:
    points: list[Cell] = [
        "People, demand and staff are not known by site: the sources are by trust.",
        "Rooms, beds and theatres of the site are not published: enter a survey in premises.csv.",
        "Capital and secured money are not known by site.",
    ]
    points += [
        f"Scheme of the trust: {row['scheme_name']}, {number(row['quantity'])} {square(str(row['unit']))}, "
        f"{financial(int(row['opening_year']))}, {'funded' if row['funded'] == 'yes' else 'not funded'}."
        for row in found.of("estate_schemes", "provider", provider)
    ]
    return AreaPart("What is not known, and schemes of the trust", points=points, wide=True)


def _rests_on(found: AreaTables, code: str, sites: Sequence[Row], *, modelled: bool) -> AreaPart:
    points: list[Cell] = []
    if modelled:
        points += [
            f"{words(row['facility'])} that exist: {row['basis']}, {found.source(row['source_id'])} "
            f"(grade {row['evidence_grade']})."
            for row in found.of("estates_register", "building", code)
        ]
        points.append(
            "Capital is told by place, on the pages of places: not known by trust. Rooms and theatres that "
            "exist: not published."
        )
    if sites:
        grades = "".join(sorted({str(site["evidence_grade"]) for site in sites}))
        points.append(
            f"Sites: {found.source(sites[0]['source_id'])} (grade {grades}). Condition has not been returned "
            f"to this release since {sites[0]['as_of']}."
        )
    return AreaPart("What this rests on, and what is not known", points=points, wide=True)
