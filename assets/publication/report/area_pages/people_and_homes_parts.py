"""People by age and homes by site and year, of a neighbourhood, a team, a hub or a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.page_parts import (
    AreaPart,
    Cell,
    Row,
    change,
    known,
    number,
    spread,
)
from assets.publication.report.wording import financial, words

LOCAL_BANDS = ("all", "0-4", "5-15", "16-24", "25-44", "45-64", "65-74", "75-84", "85+")
PLACE_BANDS = ("all", "0-4", "0-15", "16-64", "65+", "85+")
MOST_SITES = 14
_BETWEEN, _LATER = 2030, 2040
_RANGE = "80 % range"
People = Mapping[tuple[str, int], Row]


def people_of(found: AreaTables, codes: Collection[str]) -> People:
    """People of neighbourhoods together by band and year; of several the principal run alone.

    The interval of a sum does not follow from the intervals of its parts.
    """
    rows = found.among("neighbourhood_population", "neighbourhood", codes, year=_years(found))
    summed: dict[tuple[str, int], Row] = {}
    for row in rows:
        key = (str(row["age_band"]), int(row["year"]))
        before = summed.get(key)
        alone = {"principal": row["principal"], "p10": row["p10"], "p90": row["p90"]}
        together = before and {"principal": before["principal"] + row["principal"], "p10": None, "p90": None}
        summed[key] = together or alone
    return summed


def people_of_place(found: AreaTables, place: str) -> People:
    """People of a place by band and year."""
    rows = found.of("population", "place", place, sex=("persons",), age_band=PLACE_BANDS, year=_years(found))
    return {(str(row["age_band"]), int(row["year"])): row for row in rows}


def _years(found: AreaTables) -> tuple[int, ...]:
    return (found.now, _BETWEEN, found.year, _LATER)


def people_part(found: AreaTables, people: People, bands: Sequence[str], *, summed: bool) -> AreaPart:
    """People by age at four mid-years, with the interval of the year the page leads with."""
    years = sorted({year for _, year in people})
    headings = [
        ("Age", False),
        *((f"mid-{year}", True) for year in years),
        *([] if summed else [(_RANGE, True)]),
        (f"Change to {found.year}", True),
    ]
    rows: list[Sequence[Cell]] = []
    for band in bands:
        at = {year: people.get((band, year)) for year in years}
        if not any(at.values()):
            continue
        values = {year: row and row["principal"] for year, row in at.items()}
        rows.append(
            [
                "All\u00a0ages" if band == "all" else band,
                *(number(values[year]) for year in years),
                *([] if summed else [spread(at.get(found.year))]),
                change(values.get(found.now), values.get(found.year)),
            ]
        )
    without = (
        "No range: that of a sum is not the sum of its parts' ranges."
        if summed
        else f"The range and the change since mid-{found.now} are those of mid-{found.year}."
    )
    return AreaPart(
        title="People by age",
        columns=headings,
        rows=rows,
        says=f"Residents on 30 June. {without}"
        if rows
        else "People by age are not in this release for this area.",
        basis="population" if not summed and bands == PLACE_BANDS else "neighbourhood_population",
    )


def people_lead(found: AreaTables, people: People) -> list[str]:
    """One sentence on how many people there are and will be."""
    now, then = people.get(("all", found.now)), people.get(("all", found.year))
    if now is None or then is None:
        return ["How many people live here is not in this release."]
    older, before = (_older(people, year) for year in (found.year, found.now))
    within = f" ({spread(then)})" if known(then["p10"]) else ""
    aged = f" Of them {number(older)} are 65 or over ({change(before, older)})." if older else ""
    return [
        f"People: {number(now['principal'])} at mid-{found.now}, {number(then['principal'])}{within} "
        f"at mid-{found.year}, {change(now['principal'], then['principal'])}.{aged}"
    ]


def _older(people: People, year: int) -> float | None:
    """People of 65 and over, of whichever bands the area has."""
    bands = ("65+",) if ("65+", year) in people else ("65-74", "75-84", "85+")
    values = [people[band, year]["principal"] for band in bands if (band, year) in people]
    return float(sum(values)) if len(values) == len(bands) else None


def sites_of(found: AreaTables, codes: Collection[str]) -> list[Row]:
    """Sites that lie in neighbourhoods."""
    return found.among("site_neighbourhoods", "msoa", codes)


def local_homes(found: AreaTables, codes: Collection[str]) -> AreaPart:
    """Homes of each site of an area, others, and all, for the years ahead."""
    first = _first_year(found)
    years = range(first, found.year + 1)
    homes: dict[str, dict[int, float]] = {"spread_homes": {}, "homes": {}, "recorded_homes": {}}
    for row in found.among("neighbourhood_homes", "msoa", codes):
        for name, summed in homes.items():
            year = int(row["year"])
            summed[year] = summed.get(year, 0.0) + row[name]
    if not homes["homes"]:
        return AreaPart(
            "Homes by site and year", says="Homes are not in this release by neighbourhood.", wide=True
        )
    sites = [(str(row["place"]), str(row["site_reference"])) for row in sites_of(found, codes)]
    rows = _site_rows(found, sites, years)
    rows += [
        [words_of, "", *_by_year(homes[name], years)]
        for words_of, name in (("Homes of no named site", "spread_homes"), ("All homes expected", "homes"))
    ]
    recorded = {year: value for year, value in homes["recorded_homes"].items() if year < first}
    past = ""
    if recorded:
        past = (
            f"Recorded from {financial(min(recorded))} to {financial(max(recorded))}: "
            f"{number(sum(recorded.values()))}, placed by where people came. "
        )
    without = "" if sites else "No site of the trajectories lies here. "
    return AreaPart(
        "Homes by site and year",
        _home_columns(years),
        rows,
        says=f"Net additional dwellings a financial year, principal run. {without}{past}"
        "Homes of no named site are spread by a rule.",
        basis="neighbourhood_homes",
        wide=True,
    )


def place_homes(found: AreaTables, place: str) -> AreaPart:
    """Homes of a place's sites, the remainder, and all with their interval, for the years ahead."""
    years = range(_first_year(found), found.year + 1)
    rows = found.of("housing_delivery", "place", place)
    if not rows:
        return AreaPart("Homes by site and year", says="Homes are not in this release for this place.")
    sites = dict.fromkeys((str(row["place"]), str(row["site_reference"])) for row in rows)
    named = [site for site in sites if site[1] not in ("all", "recorded", "remainder")]
    rest = [site for site in sites if site[1] in ("remainder", "all")]
    rest.sort(reverse=True)
    lines = _site_rows(found, [*named[:MOST_SITES], *rest], years, ranges=("all",))
    more = len(named) - MOST_SITES
    cut = f" {more} more sites are in housing_delivery." if more > 0 else ""
    return AreaPart(
        "Homes by site and year",
        _home_columns(years),
        lines,
        says=f"Net additional dwellings a financial year, principal run.{cut}",
        basis="housing_delivery",
        wide=True,
    )


def homes_by_place(found: AreaTables, places: Sequence[str], system: str) -> AreaPart:
    """All homes of each place and of the system with their intervals, for the years ahead."""
    years = range(_first_year(found), found.year + 1)
    lines: list[Sequence[Cell]] = []
    for place in (*(each for each in places if each != system), system):
        for row in _site_rows(found, [(place, "all")], years, ranges=("all",)):
            lines.append([[place, found.called(place)] if row[0] != _RANGE else _RANGE, *row[2:]])
    return AreaPart(
        "Homes by place and year",
        [("Place", False), *((financial(year), True) for year in years)],
        lines,
        says="Net additional dwellings a financial year, principal run.",
        basis="housing_delivery",
        wide=True,
    )


def _first_year(found: AreaTables) -> int:
    """The first financial year whose homes are expected everywhere, not recorded."""
    rows = found.by("housing_delivery", "site_reference", phasing_basis=("recorded",)).get("all", [])
    return max((int(row["year"]) for row in rows), default=found.now) + 1


def _home_columns(years: range) -> list[tuple[str, bool]]:
    return [("Site", False), ("Planning", False), *((financial(year), True) for year in years)]


def _site_rows(
    found: AreaTables, sites: Sequence[tuple[str, str]], years: range, ranges: Collection[str] | None = None
) -> list[Sequence[Cell]]:
    """Rows of sites, each with its interval below it where `ranges` has it or is None."""
    lines: list[Sequence[Cell]] = []
    for place, reference in sites:
        rows = [
            row for row in found.of("housing_delivery", "site_reference", reference) if row["place"] == place
        ]
        by_year = {int(row["year"]): row for row in rows}
        ahead = [by_year[year] for year in years if year in by_year]
        if not ahead:
            lines.append(
                [f"{reference}: no homes in these years in the principal scenario", "", *("0" for _ in years)]
            )
            continue
        name, status = str(ahead[0]["site_name"]), words(ahead[0]["planning_status"]).lower()
        shown = name if reference in ("all", "remainder") else f"{name} ({reference})"
        lines.append(
            [
                shown,
                status,
                *(number(by_year[year]["principal"]) if year in by_year else "0" for year in years),
            ]
        )
        if ranges is None or reference in ranges:
            lines.append([_RANGE, "", *(spread(by_year[year]) if year in by_year else "0" for year in years)])
    return lines


def _by_year(values: Mapping[int, float], years: range) -> list[str]:
    return [number(values.get(year)) for year in years]
