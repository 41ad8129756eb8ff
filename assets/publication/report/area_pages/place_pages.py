"""Pages of places and of the whole system: people, homes, demand, staff, buildings, capital."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.money_parts import (
    asked_by_site,
    by_site_and_place,
    capital_part,
    secured_part,
)
from assets.publication.report.area_pages.page_parts import (
    NO_TABLE,
    AreaPage,
    AreaPart,
    Cell,
    Row,
    change,
    known,
    measured_unit,
    number,
    percent,
    pounds,
    square,
    with_spread,
    year_words,
)
from assets.publication.report.area_pages.people_and_homes_parts import (
    PLACE_BANDS,
    homes_by_place,
    people_lead,
    people_of_place,
    people_part,
    place_homes,
)
from assets.publication.report.area_pages.space_parts import FLOOR, NOT_VALIDATED, ROOMS
from assets.publication.report.assumptions_shown import LEVELS
from assets.publication.report.wording import financial, words

PLACE, SYSTEM = "place", "system"
MOST_RANKED = 12
_ALL = "all"


def place_pages(found: AreaTables, places: Sequence[str], system: str) -> Iterator[AreaPage]:
    """A page for each place, and one for all of them together."""
    for code in (system, *(each for each in places if each != system)):
        people = people_of_place(found, code)
        sites = by_site_and_place(
            [
                row
                for row in found.of("housing_delivery", "place", code)
                if row["site_reference"] not in (_ALL, "recorded", "remainder")
            ]
        )
        whole = code == system
        yield AreaPage(
            code=code,
            kind=SYSTEM if whole else PLACE,
            name=found.called(code),
            within=[] if whole else [[system, found.called(system)]],
            lead=[*people_lead(found, people), *_staff_lead(found, code)],
            parts=[
                people_part(found, people, PLACE_BANDS, summed=False),
                capital_part(found, code),
                demand_part(found, "demand", "place", code),
                staff_part(found, code),
                buildings_part(found, code),
                *([budgets_part(found), _within(found, places, system)] if whole else []),
                ranked_part(found, code, system),
                homes_by_place(found, places, system) if whole else place_homes(found, code),
                *([] if whole else [asked_by_site(found, sites), secured_part(found, code, sites)]),
                _evidence(found, code, places, system),
            ],
        )


def demand_part(found: AreaTables, table: str, key: str, code: str) -> AreaPart:
    """Demand for each service in the first year and in the year, of residents or at a trust."""
    title = "Demand a financial year"
    years = found.years(table)
    if not years:
        return AreaPart(title, says=f"Demand is {NO_TABLE}.")
    rows = {
        (str(row["service"]), int(row["year"])): row
        for row in found.of(table, key, code, year=(years[0], found.year))
    }
    shown: list[Sequence[Cell]] = []
    for service in dict.fromkeys(service for service, _ in rows):
        first, then = rows.get((service, years[0])), rows.get((service, found.year))
        shown.append(
            [
                measured_unit(str((then or first or {})["unit"]), service),
                number(first and first["principal"]),
                with_spread(then),
                change(first and first["principal"], then and then["principal"]),
            ]
        )
    return AreaPart(
        title,
        [
            ("Service", False),
            (financial(years[0]), True),
            (f"{financial(found.year)} (80 % range)", True),
            ("Change", True),
        ],
        shown,
        says="Of residents, wherever they are treated." if key == "place" else "At the trust, whoever comes.",
        basis="demand" if key == "place" else "provider_demand",
    )


def staff_part(found: AreaTables, place: str) -> AreaPart:
    """Staff required, in post and short by group in the year."""
    title = f"Staff in {financial(found.year)}, whole-time equivalents"
    rows = found.of("workforce", "place", place, year=(found.year,))
    by: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        by.setdefault((str(row["sector"]), str(row["staff_group"])), {})[str(row["measure"])] = row
    shown: list[Sequence[Cell]] = []
    for measures in sorted(by.values(), key=lambda each: _is_total(each)):
        gap = measures.get("gap_wte")
        if gap is None:
            continue
        shown.append(
            [
                staff_words(gap),
                number(measures["required_wte"]["principal"]) if "required_wte" in measures else "not known",
                number(measures["supply_wte"]["principal"]) if "supply_wte" in measures else "not known",
                with_spread(gap),
            ]
        )
    if not shown:
        return AreaPart(title, says=f"Staff are {NO_TABLE}.")
    return AreaPart(
        title,
        [("Staff", False), ("Required", True), ("Supplied", True), ("Short (80 % range)", True)],
        shown,
        says="Below zero: more than required. Staff of hospitals are known by trust only: see its page.",
        basis="workforce",
    )


def staff_words(row: Row) -> str:
    """A staff group, the total last and told as one."""
    return "All staff" if row["staff_group"] == _ALL else words(row["staff_group"])


def _is_total(measures: dict[str, Row]) -> bool:
    return any(row["staff_group"] in (_ALL, "all_outside_hospital") for row in measures.values())


def _staff_lead(found: AreaTables, place: str) -> list[str]:
    rows = found.of(
        "workforce",
        "place",
        place,
        year=(found.year,),
        measure=("gap_wte",),
        sector=(_ALL,),
        staff_group=("all_outside_hospital",),
    )
    return [
        f"Staff outside hospitals in {financial(found.year)}: {number(row['principal'])} whole-time "
        f"equivalents short, 80 % range {number(row['p10'])} to {number(row['p90'])}."
        for row in rows
    ]


def buildings_part(found: AreaTables, place: str) -> AreaPart:
    """Rooms, beds and floor that residents of a place require, and what is known to exist."""
    title = "Rooms, beds and floor required"
    years = found.years("estates")
    rows = (
        {
            (str(row["facility"]), int(row["year"])): row
            for row in found.of("estates", "place", place, measure=("required",), year=(years[0], found.year))
        }
        if years
        else {}
    )
    if not rows:
        return AreaPart(title, says=f"Rooms and beds are {NO_TABLE}.")
    local = {
        str(row["facility"]): row
        for row in found.of("local_estates", "area", place, year=(found.year,), measure=("existing",))
    }
    shown: list[Sequence[Cell]] = []
    for facility in dict.fromkeys(facility for facility, _ in rows):
        first, then = rows.get((facility, years[0])), rows.get((facility, found.year))
        unit = str((then or first or {})["unit"])
        decimals = 0 if unit in ("m2", "places", "beds") else 1
        shown.append(
            [
                measured_unit(unit, facility),
                number(first and first["principal"], decimals),
                with_spread(then, decimals),
            ]
        )
    exists = "".join(
        f"Practices here have {number(row['principal'])} {square(str(row['unit']))} of "
        f"{words(facility).lower()} ({NOT_VALIDATED if 'estimated' in row['basis'] else row['basis']}). "
        for facility in (ROOMS, FLOOR)
        if (row := local.get(facility))
    )
    return AreaPart(
        title,
        [
            ("For residents", False),
            (financial(years[0]), True),
            (f"{financial(found.year)} (80 % range)", True),
        ],
        shown,
        says=f"{exists}What else exists is not known by place, so no gap is told; hospital beds are known by "
        "trust: see its page.",
        basis="estates",
    )


def ranked_part(found: AreaTables, code: str, system: str) -> AreaPart:
    """Teams and hubs of a place, or the foremost of the system, by rank: gap, chance, capital, budgets."""
    title = "Neighbourhood teams and hubs, by need of general practice space"
    rows = [
        row
        for own in found.by("estates_pipeline", "area").values()
        for row in own
        if code in (system, _home(found, row))
    ]
    if not rows:
        return AreaPart(title, says=f"Teams and hubs are {NO_TABLE}.")
    rows.sort(key=lambda row: row["rank"])
    shown: list[Sequence[Cell]] = [
        [
            [str(row["area"]), f"{row['area_name']}"],
            str(row["area_kind"]),
            number(row["rank"]),
            _floor_gap(found, row),
            percent(row["probability_short"]),
            year_words(row["first_year_over"], "not reached"),
            pounds(row["capital_gbp"]),
            str(row["budget_status"]),
        ]
        for row in rows[:MOST_RANKED]
    ]
    more = len(rows) - len(shown)
    return AreaPart(
        title,
        [
            ("Area", False),
            ("Kind", False),
            ("Rank", True),
            (f"m² short in {financial(int(rows[0]['year']))} (80 % range)", True),
            ("Probability short", True),
            ("Short for good from", True),
            ("Capital of what is chosen", True),
            ("Budgets", False),
        ],
        shown,
        says=f"Principal run; space that exists is {NOT_VALIDATED} unless surveyed. Hubs serve the "
        f"people of teams: do not add them. Capital at {found.price_base()}."
        + (f" {more} more are in estates_pipeline." if more else ""),
        basis="estates_pipeline",
        wide=True,
    )


def _floor_gap(found: AreaTables, row: Row) -> str:
    """Floor area short of a team or hub, as its own page has it."""
    where = {
        "year": (found.year,),
        "measure": ("gap",),
        "facility": (FLOOR,),
        "area_kind": (row["area_kind"],),
    }
    for own in found.of("local_estates", "area", str(row["area"]), **where):
        return f"{number(own['principal'])} ({number(own['p10'])} to {number(own['p90'])})"
    return "not known"


def _home(found: AreaTables, row: Row) -> str:
    """The place of a team or hub: a hub's as its scheme says, not that of most of its people."""
    schemes = found.of("estate_schemes", "scheme", str(row["area"]))
    return str(schemes[0]["place"] if schemes else row["place"])


def budgets_part(found: AreaTables) -> AreaPart:
    """What the two lines of the board have, and how many people they reach."""
    rows = found.by("estates_budgets", "line")
    shown: list[Sequence[Cell]] = []
    for line, own in rows.items():
        last = max(own, key=lambda row: row["year"])
        first = min(own, key=lambda row: row["year"])
        shown.append(
            [
                words(line),
                pounds(first["available_gbp"]),
                f"{number(last['people_reached'])} by {financial(int(last['year']))}",
                number(last["people_waiting"]),
                f"{last['evidence_grade']}",
            ]
        )
    return AreaPart(
        "Budgets for general practice premises",
        [
            ("Line", False),
            ("For what is new, a year", True),
            ("People reached", True),
            ("People waiting then", True),
            ("Grade", False),
        ],
        shown,
        says=f"At {found.price_base()}." if shown else f"Budgets are {NO_TABLE}.",
        basis="estates_budgets",
    )


def _within(found: AreaTables, places: Sequence[str], system: str) -> AreaPart:
    """Pages of the places and trusts of the system."""
    trusts = sorted({*found.by("provider_workforce", "provider"), *found.by("trust_sites", "provider")})
    names = {
        str(row["provider"]): str(row["trust_name"])
        for own in found.by("trust_sites", "provider").values()
        for row in own
        if known(row["trust_name"])
    }
    inside: list[Cell] = [[each, found.called(each)] for each in places if each != system]
    return AreaPart(
        "Pages within",
        points=[*inside, *([each, names.get(each, found.called(each))] for each in trusts)],
    )


def _evidence(found: AreaTables, code: str, places: Sequence[str], system: str) -> AreaPart:
    """How many inputs are the place's own, published, or England's."""
    units = [each for each in places if each != system] if code == system else [code]
    counts: dict[str, int] = {}
    for row in found.among("area_inputs", "unit", units):
        counts[str(row["level"])] = counts.get(str(row["level"]), 0) + 1
    total = sum(counts.values())
    told = [f"{counts[level]} {said}" for level, said in LEVELS.items() if level in counts]
    points: list[Cell] = (
        [f"Of {total} inputs: {'; '.join(told)}. The report lists each with its source and year."]
        if told
        else []
    )
    points.append("Not known: rooms and theatres that exist, by place; condition of practices' buildings.")
    return AreaPart("What this rests on, and what is not known", points=points, wide=True)
