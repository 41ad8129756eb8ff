"""General practice of an area: its practices, space required, existing and short, options and their cost."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assets.publication.report.area_pages.area_tables import AreaTables
from assets.publication.report.area_pages.page_parts import (
    NO_TABLE,
    UNKNOWN,
    AreaPart,
    Cell,
    Row,
    known,
    measured_unit,
    number,
    percent,
    pounds,
    pounds_between,
    spread,
    with_spread,
    year_words,
)
from assets.publication.report.wording import financial, words

ROOMS, FLOOR = "gp_consulting_rooms", "primary_care_gross_internal_area"
MOST_PRACTICES, MOST_USED = 9, 6
NOT_VALIDATED = "estimated, not validated"
_CALLED = {ROOMS: "Consulting rooms", FLOOR: "Gross internal area, m²"}
_DECIMALS = {"rooms": 1, "m2": 0}
_FOR_RESIDENTS = ("gp_treatment_rooms", "community_clinic_rooms", "dental_surgeries")
_NEED = "required"


def practices_in(found: AreaTables, codes: Collection[str]) -> list[str]:
    """Practices whose main building stands in the neighbourhoods, the longest list first."""
    rows = found.among("estates_register", "msoa", codes, kind=("general practice",))
    sizes = found.registered()
    return sorted({str(row["building"]) for row in rows}, key=lambda code: (-sizes.get(code, 0.0), code))


def _space(found: AreaTables, practice: str) -> list[Cell]:
    """Name, list, rooms and floor of a practice with their range, and what they rest on."""
    rows = {str(row["facility"]): row for row in found.of("estates_register", "building", practice)}
    basis = {
        f"{NOT_VALIDATED}" if row["basis"] == "estimated" else words(row["basis"]).lower()
        for row in rows.values()
    }
    size = found.registered().get(practice)
    name = next((str(row["building_name"]) for row in rows.values()), practice)
    return [
        f"{name} ({practice})",
        number(size),
        _measured(rows.get(ROOMS), 1),
        _measured(rows.get(FLOOR), 0),
        "; ".join(sorted(basis)) or UNKNOWN,
    ]


def _measured(row: Row | None, decimals: int) -> str:
    return with_spread(None if row is None else {**row, "principal": row["value"]}, decimals)


def practices_part(found: AreaTables, codes: Collection[str]) -> AreaPart:
    """Practices that stand in the area, with their lists and space."""
    here = practices_in(found, codes)
    title = "Practices that stand here"
    if not found.has("estates_register"):
        return AreaPart(title, says=f"The register of buildings is {NO_TABLE}.")
    if not here:
        return AreaPart(
            title,
            says="No practice has its main building here. Whether a branch stands here is not known: "
            "the register counts branches with their main practice.",
        )
    rows = [_space(found, code) for code in here[:MOST_PRACTICES]]
    more = len(here) - len(rows)
    cut = f" {more} with smaller lists: see estates_register." if more else ""
    return AreaPart(
        title,
        [
            ("Practice", False),
            ("Registered list", True),
            ("Consulting rooms (80 % range)", True),
            ("Gross internal area, m² (80 % range)", True),
            ("Space is", False),
        ],
        rows,
        says=f"Branches are counted with their main practice.{cut}",
        basis="estates_register",
        wide=True,
    )


def used_part(found: AreaTables, code: str) -> AreaPart:
    """Where the residents of a neighbourhood are registered, the most used practice first."""
    title = "Where residents are registered"
    rows = sorted(
        found.of("registered_flows", "msoa", code), key=lambda row: (-row["patients"], row["practice"])
    )
    if not rows:
        return AreaPart(title, says=f"Residents by practice are {NO_TABLE} or not known here.")
    names = {
        practice: str(of_one[0]["building_name"])
        for practice, of_one in found.by("estates_register", "building").items()
    }
    made = any(row["basis"] == "distance" for row in rows)
    shown: list[Sequence[Cell]] = [
        [
            "Practices outside the area"
            if row["practice"] == "outside"
            else f"{names.get(str(row['practice']), 'Practice')} ({row['practice']})",
            number(row["patients"]),
            f"{number(row['residents_share_percent'])} %"
            if known(row["residents_share_percent"])
            else UNKNOWN,
        ]
        for row in rows[:MOST_USED]
    ]
    more = len(rows) - len(shown)
    return AreaPart(
        title,
        [("Practice", False), ("Residents", True), ("Share", True)],
        shown,
        says=("Estimated from distance and lists, not as registered." if made else "As registered.")
        + (f" {more} more practices are in registered_flows." if more else ""),
        basis="registered_flows",
    )


def space_part(found: AreaTables, kind: str, code: str) -> AreaPart:
    """What the practices of an area require, have and are short of, today and in the year."""
    title = "General practice: required, existing and short"
    rows = _local(found, kind, code)
    if not rows:
        return AreaPart(
            title,
            says="No space of general practice is told here: no practice has its main building here."
            if found.has("local_estates")
            else f"Space of general practice is {NO_TABLE}.",
        )
    shown: list[Sequence[Cell]] = []
    for facility in (ROOMS, FLOOR):
        for year in sorted({year for of, year, _ in rows if of == facility}):
            required, existing, gap = (
                rows.get((facility, year, measure)) for measure in (_NEED, "existing", "gap")
            )
            unit = str(required["unit"]) if required else ""
            decimals = _DECIMALS.get(unit, 1)
            shown.append(
                [
                    f"{_CALLED[facility]}, {financial(year)}",
                    with_spread(required, decimals),
                    with_spread(existing, decimals),
                    with_spread(gap, decimals),
                    percent(gap and gap["probability_short"]),
                    percent(gap and gap["probability_short_without_estimate"]),
                    year_words(gap and gap["first_year_short"], "not by " + financial(_last(found))),
                ]
            )
    bases = {str(row["basis"]) for (_, _, measure), row in rows.items() if measure == "existing"}
    said = f"Existing space is {' and '.join(sorted(bases))}." if bases else "Existing space is not known."
    if any("estimated" in basis for basis in bases):
        said += (
            " An estimate is not validated: it ranks what to survey and supports no contribution requested."
        )
    return AreaPart(
        title,
        [
            ("Of the practices here", False),
            ("Required", True),
            ("Existing", True),
            ("Short", True),
            ("Probability short", True),
            ("If payments of rent and rates are left out", True),
            ("Short for good from", True),
        ],
        shown,
        says=f"{said} 80 % ranges in brackets; below zero, more exists than is required.",
        basis="local_estates",
        wide=True,
    )


def space_lead(found: AreaTables, kind: str, code: str) -> list[str]:
    """One sentence on the floor area of general practice in the year."""
    rows = _local(found, kind, code)
    required, existing, gap = (
        rows.get((FLOOR, found.year, measure)) for measure in (_NEED, "existing", "gap")
    )
    if required is None:
        return []
    said = f"Practices here: {number(required['principal'])} m² required in {financial(found.year)}"
    if existing is None or gap is None:
        return [f"{said}; what exists is not known, so no gap is told."]
    basis = NOT_VALIDATED if "estimated" in str(existing["basis"]) else str(existing["basis"])
    much = f"{number(abs(gap['principal']))} m² {'short' if gap['principal'] >= 0 else 'to spare'}"
    patients = "".join(
        f" It is for their {number(row['patients'])} patients of that year, wherever they live."
        for row in found.of("estates_pipeline", "area", code)
        if row["year"] == found.year and known(row["patients"])
    )
    return [
        f"{said}, {number(existing['principal'])} m² existing ({basis}): {much}. 80 % range of the shortfall "
        f"{spread(gap)}; probability of a shortfall {percent(gap['probability_short'])}.{patients}"
    ]


def _local(found: AreaTables, kind: str, code: str) -> dict[tuple[str, int, str], Row]:
    years = found.years("local_estates")
    wanted = (years[0], found.year) if years else ()
    rows = found.of("local_estates", "area", code, area_kind=(kind,), year=wanted)
    return {(str(row["facility"]), int(row["year"]), str(row["measure"])): row for row in rows}


def _last(found: AreaTables) -> int:
    return found.years("local_estates")[-1]


def residents_part(found: AreaTables, code: str) -> AreaPart:
    """Space that residents of a neighbourhood require, wherever they use it; what exists is not known."""
    years = found.years("neighbourhood_estates")
    title = "Space its residents require, wherever they go"
    if not years:
        return AreaPart(title, says=f"Space by neighbourhood is {NO_TABLE}.")
    first = years[0]
    rows = found.of(
        "neighbourhood_estates", "neighbourhood", code, year=(first, found.year), measure=(_NEED,)
    )
    by = {(str(row["facility"]), int(row["year"])): row for row in rows}
    shown: list[Sequence[Cell]] = [
        [
            measured_unit(str(then["unit"]), facility),
            number(by[facility, first]["principal"] if (facility, first) in by else None, 1),
            with_spread(then, 0 if then["unit"] == "m2" else 1),
        ]
        for facility in (ROOMS, *_FOR_RESIDENTS, FLOOR)
        if (then := by.get((facility, found.year)))
    ]
    return AreaPart(
        title,
        [("Space", False), (financial(first), True), (f"{financial(found.year)} (80 % range)", True)],
        shown,
        says="What exists is not known by neighbourhood for these, so no gap is told.",
        basis="estates",
    )


def options_part(found: AreaTables, code: str) -> AreaPart:
    """Every option for the gap of a team or hub, alone, with what it gains and costs."""
    title = "Options for the gap, each alone"
    rows = found.of("estates_options", "area", code)
    if not rows:
        none = found.of("estates_pipeline", "area", code)
        return AreaPart(
            title,
            says="No option is costed: no gap in the plan's year, or what exists is not known."
            if none
            else f"Options are {NO_TABLE} for this area.",
        )
    order = sorted(rows, key=lambda row: (row["net_present_cost_gbp"], row["option"]))
    shown: list[Sequence[Cell]] = [
        [
            str(row["option_name"]),
            number(row["rooms_gained"], 1),
            number(row["m2_gained"]),
            _capital(row),
            pounds(row["premises_revenue_gbp"]),
            pounds(row["net_present_cost_gbp"]),
            financial(int(row["opens"])),
            str(row["binds"]),
        ]
        for row in order
    ]
    gap = rows[0]
    grades = "".join(sorted({str(row["evidence_grade"]) for row in rows}))
    return AreaPart(
        title,
        [
            ("Option", False),
            ("Rooms gained", True),
            ("m² gained", True),
            ("Capital (range of optimism bias)", True),
            ("Premises revenue a year", True),
            ("Net present cost", True),
            ("Could open", True),
            ("What stops it", False),
        ],
        shown,
        says=f"For a gap of {number(gap['rooms_gap'], 1)} rooms and {number(gap['m2_gap'])} m² in "
        f"{financial(int(gap['year']))} (medians of the draws), {found.price_base()}, evidence grade "
        f"{grades}; sums to the thousand. The least costly is not thereby preferred.",
        basis="estates_options",
        wide=True,
    )


def plan_part(found: AreaTables, code: str) -> AreaPart:
    """The least-cost set by the certainty with which it closes the gap, and what the budgets reach."""
    title = "Least-cost set and budgets"
    rows = sorted(
        found.of("estates_plan", "area", code, option=("all",)), key=lambda row: row["probability_percent"]
    )
    points: list[Cell] = list(chosen_points(found, code))
    if not rows:
        return AreaPart(title, says="No set of options is made for this area.", points=points)
    shown: list[Sequence[Cell]] = [
        [
            f"{row['probability_percent']} %",
            _capital(row),
            pounds(row["premises_revenue_gbp"]),
            pounds(row["net_present_cost_gbp"]),
            percent(row["probability_closed"]),
        ]
        for row in rows
    ]
    return AreaPart(
        title,
        [
            ("Wanted certainty of closing the gap", False),
            ("Capital (range of optimism bias)", True),
            ("Premises revenue a year", True),
            ("Net present cost", True),
            ("Reached", True),
        ],
        shown,
        says=f"By {financial(int(rows[0]['year']))}, {found.price_base()}.",
        points=points,
        basis="estates_plan",
        wide=True,
    )


def _capital(row: Row) -> str:
    return pounds_between(row["capital_gbp"], row["capital_low_bias_gbp"], row["capital_high_bias_gbp"])


def chosen_points(found: AreaTables, code: str) -> list[str]:
    """What is chosen for an area, what it waits for, and by when to decide."""
    points = []
    certainty = "".join(
        f"{number(row['value'])} % probability"
        for row in found.of("assumptions", "id", "estates.option_probability")
    )
    for row in found.of("estates_pipeline", "area", code):
        rank = f"Rank {row['rank']} of {len(found.by('estates_pipeline', 'area'))} by need."
        if not known(row["chosen_options"]):
            points.append(f"{rank} Nothing is chosen: {row['budget_status']}.")
            continue
        waits = f", for {row['waits_for']}" if known(row["waits_for"]) else ""
        opens = f"; opens {financial(int(row['opens']))}" if known(row["opens"]) else ""
        sure = f", to close the gap with {certainty}" if certainty else ""
        goal = f" ({row['chosen_for']})" if known(row["chosen_for"]) else ""
        points.append(
            f"{rank} Chosen{goal}{sure}: {row['chosen_options']}. Capital {_capital(row)}, premises revenue "
            f"{pounds(row['premises_revenue_gbp'])} a year, net present cost "
            f"{pounds(row['net_present_cost_gbp'])}. Budgets: {row['budget_status']}{waits}{opens}."
        )
        if known(row["first_year_over"]):
            points.append(
                f"Floor is short for good from {year_words(row['first_year_over'])}: a new building "
                + ("would have had" if row["decide_by"] < found.years("local_estates")[0] else "has")
                + f" to be decided in {year_words(row['decide_by'])}."
            )
    return points
