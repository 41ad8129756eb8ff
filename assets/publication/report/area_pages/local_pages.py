"""Pages of neighbourhoods, neighbourhood teams and hubs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.money_parts import (
    asked_by_site,
    by_site_and_place,
    contributions_part,
    secured_part,
)
from assets.publication.report.area_pages.page_parts import AreaPage, AreaPart, Cell, known
from assets.publication.report.area_pages.people_and_homes_parts import (
    LOCAL_BANDS,
    local_homes,
    people_lead,
    people_of,
    people_part,
    sites_of,
)
from assets.publication.report.area_pages.space_parts import (
    options_part,
    plan_part,
    practices_in,
    practices_part,
    residents_part,
    space_lead,
    space_part,
    used_part,
)

NEIGHBOURHOOD, TEAM, HUB = "neighbourhood", "team", "hub"
_COMMON_UNKNOWN = (
    "Who owns a building, on what terms and in what condition: no source of practices has it. Ask the "
    "practice and the board's premises team.",
)


def neighbourhood_pages(found: AreaTables) -> Iterator[AreaPage]:
    """A page for each small area."""
    for code, rows in found.by("neighbourhood_population", "neighbourhood", year=(found.now,)).items():
        name, place = str(rows[0]["neighbourhood_name"]), str(rows[0]["place"])
        people = people_of(found, [code])
        sites = by_site_and_place(sites_of(found, [code]))
        teams = found.of("neighbourhood_teams", "msoa", code)
        hubs = found.of("hub_catchments", "msoa", code)
        yield AreaPage(
            code=code,
            kind=NEIGHBOURHOOD,
            name=name,
            within=[
                [place, found.called(place)],
                *([str(row["team"]), f"Team {row['team_name']}"] for row in teams),
                *([str(row["hub"]), str(row["hub_name"])] for row in hubs),
            ],
            lead=[*people_lead(found, people), *space_lead(found, NEIGHBOURHOOD, code)],
            parts=[
                people_part(found, people, LOCAL_BANDS, summed=False),
                residents_part(found, code),
                used_part(found, code),
                local_homes(found, [code]),
                practices_part(found, [code]),
                space_part(found, NEIGHBOURHOOD, code),
                _of_the_team(teams),
                contributions_part(found, sites),
                secured_part(found, place, sites),
                rests_on(found, [code]),
            ],
            members=[code],
        )


def team_pages(found: AreaTables) -> Iterator[AreaPage]:
    """A page for each neighbourhood team."""
    for code, rows in found.by("neighbourhood_teams", "team").items():
        yield _grouped(found, TEAM, code, str(rows[0]["team_name"]), rows)


def hub_pages(found: AreaTables) -> Iterator[AreaPage]:
    """A page for each hub, of its catchment."""
    for code, rows in found.by("hub_catchments", "hub").items():
        yield _grouped(found, HUB, code, str(rows[0]["hub_name"]), rows)


def _grouped(
    found: AreaTables, kind: str, code: str, name: str, rows: Sequence[dict[str, object]]
) -> AreaPage:
    members = [str(row["msoa"]) for row in rows]
    place = _home(found, kind, code, rows)
    people = people_of(found, members)
    sites = by_site_and_place(sites_of(found, members))
    places = dict.fromkeys([place, *(str(row["place"]) for row in rows)])
    return AreaPage(
        code=code,
        kind=kind,
        name=name,
        within=[[each, found.called(each)] for each in places],
        lead=[*people_lead(found, people), *space_lead(found, kind, code)],
        parts=[
            people_part(found, people, LOCAL_BANDS, summed=True),
            _members(found, kind, members),
            local_homes(found, members),
            practices_part(found, members),
            space_part(found, kind, code),
            options_part(found, code),
            plan_part(found, code),
            asked_by_site(found, sites),
            secured_part(found, place, sites, scheme=code if kind == HUB else ""),
            rests_on(found, members),
        ],
        members=members,
    )


def _home(found: AreaTables, kind: str, code: str, rows: Sequence[dict[str, object]]) -> str:
    """The place a hub or team stands in: as its scheme says, or that of its first neighbourhood."""
    schemes = found.of("estate_schemes", "scheme", code) if kind == HUB else []
    return str((schemes or rows)[0]["place"])


def _members(found: AreaTables, kind: str, members: Sequence[str]) -> AreaPart:
    """The neighbourhoods of a team, or those a hub is nearest to, each with its page."""
    names: list[Cell] = [[code, found.called(code)] for code in members]
    says = (
        f"{len(names)} neighbourhoods whose middle is nearer to this hub than to another."
        if kind == HUB
        else f"{len(names)} neighbourhoods."
    )
    return AreaPart("Catchment" if kind == HUB else "Neighbourhoods", says=says, points=names, basis="")


def _of_the_team(teams: Sequence[dict[str, object]]) -> AreaPart:
    return AreaPart(
        "Options and their cost",
        says="Options are costed for the whole team and for hubs, not for a neighbourhood:",
        points=[[str(row["team"]), f"options of {row['team_name']}"] for row in teams],
    )


def rests_on(found: AreaTables, members: Sequence[str]) -> AreaPart:
    """Sources and grades of what a local page shows, and what it does not know."""
    practices = practices_in(found, members)
    seen = {
        (
            str(row["basis"]),
            str(row["as_of"]) if known(row["as_of"]) else "",
            str(row["source_id"]),
            str(row["evidence_grade"]),
        )
        for row in found.among("estates_register", "building", practices)
    }
    points: list[Cell] = [
        f"Practices' space: {basis}{f', {as_of}' if as_of else ''}, {found.source(source)} (grade {grade})."
        for basis, as_of, source, grade in sorted(seen)
    ]
    sites = sites_of(found, members)
    if sites:
        grades = ", ".join(f"{row['site_reference']} {row['evidence_grade']}" for row in sites)
        points.append(f"Where sites lie, grade: {grades}.")
    grouping = {str(row["basis"]) for row in found.among("neighbourhood_teams", "msoa", members)}
    points += [
        f"Teams: {basis}; they are not the board's own unless it says so." for basis in sorted(grouping)
    ]
    points += [f"Not known: {words}" for words in _COMMON_UNKNOWN]
    return AreaPart("What this rests on, and what is not known", points=points, wide=True)
