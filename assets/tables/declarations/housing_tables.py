"""Tables of the housing stage: what was built, what is required, which sites there are, what is delivered."""

from __future__ import annotations

from dataclasses import replace

from assets.tables.declarations.declaration import VALUES, Column, Table
from housing_trajectories.schema import PHASING_BASES, PLAN_STATUSES, PLANNING_STATUSES

_PLAN_STATUSES = tuple(status for status in PLAN_STATUSES if status in ("adopted", "draft"))

NET_ADDITIONAL_DWELLINGS = Table(
    name="net_additional_dwellings",
    description="Net additional dwellings recorded, by place and financial year",
    keys=("place", "year"),
    columns=(
        Column("place", "text", "GSS code"),
        Column("year", "integer", "Financial year, by the year it starts in", minimum=1990, maximum=2100),
        Column("net_additional_dwellings", "integer", "Homes added less homes lost", unit="dwellings"),
        Column("release", "text", "Release of the series that has the year, the latest one"),
    ),
    stage="housing",
    source_id="mhclg_live_table_122",
)

LOCAL_PLAN_REQUIREMENTS = Table(
    name="local_plan_requirements",
    description="Homes required by adopted and draft local plans, a row a step of the plan",
    keys=("place", "plan", "first_year"),
    columns=(
        Column("place", "text", "GSS code"),
        Column("plan", "text", "Name of the plan"),
        Column("first_year", "integer", "First financial year of the step", minimum=1990, maximum=2100),
        Column("last_year", "integer", "Last financial year of the step", minimum=1990, maximum=2100),
        Column("plan_status", "text", "Whether the plan is in force", allowed=_PLAN_STATUSES),
        Column("homes", "integer", "Homes required in the step", unit="dwellings", minimum=0),
        Column("note", "text", "What a reader should know of it", nullable=True),
    ),
    stage="housing",
    source_id="local_plans_blmk",
)

HOUSING_SITES = Table(
    name="housing_sites",
    description="Named housing sites as published: lifetime capacity, what is known of its building",
    keys=("place", "site_reference"),
    columns=(
        Column("place", "text", "GSS code"),
        Column("site_reference", "text", "Reference of the site"),
        Column("site_name", "text", "Name of the site"),
        Column("plan_status", "text", "Status of the plan that first names it", allowed=_PLAN_STATUSES),
        Column("planning_status", "text", "Whether it has permission", allowed=PLANNING_STATUSES[:3]),
        Column("capacity_dwellings", "integer", "Homes over its lifetime", unit="dwellings", minimum=1),
        Column(
            "built_dwellings",
            "integer",
            "Homes built by built_as_of, where published",
            unit="dwellings",
            nullable=True,
            minimum=0,
        ),
        Column("built_as_of", "text", "Date of built_dwellings", nullable=True),
        Column(
            "first_completions_year",
            "integer",
            "Financial year of its first homes",
            minimum=1990,
            maximum=2100,
        ),
        Column(
            "last_completions_year",
            "integer",
            "Financial year of its last homes, where stated",
            nullable=True,
            minimum=1990,
            maximum=2100,
        ),
        Column(
            "evidence_grade", "text", "A, B or C, C where the phasing leans on us", allowed=("A", "B", "C")
        ),
        Column("note", "text", "Where it was published and what a reader should know", nullable=True),
    ),
    stage="housing",
    source_id="housing_sites_blmk",
)

MIX = {
    "homes_1_bedroom": "Homes of one bedroom",
    "homes_2_bedrooms": "Homes of two bedrooms",
    "homes_3_bedrooms": "Homes of three bedrooms",
    "homes_4_or_more_bedrooms": "Homes of four or more bedrooms",
    "market_homes": "Homes for the market",
    "affordable_homes": "Affordable homes",
}

HOUSING_TRAJECTORIES = Table(
    name="housing_trajectories",
    description="A place's housing trajectory as understood, a row a site, plan status and financial year",
    keys=("place", "plan_status", "site_reference", "year"),
    columns=(
        Column("place", "text", "GSS code"),
        Column("plan", "text", "Plan or series the row belongs to"),
        Column("plan_status", "text", "Recorded, in force, beyond the plan, draft", allowed=PLAN_STATUSES),
        Column("site_reference", "text", "Reference of the site; recorded, remainder where it is none"),
        Column("site_name", "text", "Name of the site"),
        Column("planning_status", "text", "Whether it has permission", allowed=PLANNING_STATUSES),
        Column("phasing_basis", "text", "Where the years come from", allowed=PHASING_BASES),
        Column("year", "integer", "Financial year, by the year it starts in", minimum=1990, maximum=2200),
        Column("planned_net_dwellings", "number", "Homes of class C3 planned in the year", unit="dwellings"),
        Column(
            "planned_low", "number", "Lower end where the council gives a range", "dwellings", nullable=True
        ),
        Column(
            "planned_high", "number", "Upper end where the council gives a range", "dwellings", nullable=True
        ),
        Column(
            "communal_bedrooms", "number", "Bedrooms of class C2, for the communal population", "bedrooms"
        ),
        Column("student_bedrooms", "number", "Bedrooms of students, for the communal population", "bedrooms"),
        Column("capacity_dwellings", "number", "Lifetime capacity of the site", "dwellings", nullable=True),
        Column("built_before", "number", "Homes built before the phased years", "dwellings", nullable=True),
        Column("capacity_high", "number", "Its upper end where given as a range", "dwellings", nullable=True),
        *(
            Column(
                name, "number", f"{words} over the site's lifetime, where given", "dwellings", nullable=True
            )
            for name, words in MIX.items()
        ),
    ),
    stage="housing",
)

_SKEWED = (
    ". Draws are skewed: a site comes late or lapses, never early, and in the principal run it does neither. "
    "So principal may stand above p90 for a few sites, "
)
HOUSING_DELIVERY = Table(
    name="housing_delivery",
    description=(
        "Net additional dwellings by site and financial year as delivery is expected to turn out"
        f"{_SKEWED}in the last years they build"
    ),
    keys=("scenario", "place", "site_reference", "year"),
    columns=(
        Column("scenario", "text", "Name of the scenario; those without a housing constraint have no rows"),
        Column("place", "text", "GSS code"),
        Column("site_reference", "text", "Reference of the site; recorded, remainder, and all for the total"),
        Column("year", "integer", "Financial year, by the year it starts in"),
        Column("site_name", "text", "Name of the site"),
        Column("planning_status", "text", "Whether it has permission", allowed=PLANNING_STATUSES),
        Column(
            "phasing_basis",
            "text",
            "Where planned homes come from; beyond_plan marks years past the last plan, grade C",
            allowed=PHASING_BASES,
        ),
        Column("planned_net_dwellings", "number", "Homes planned in the year", unit="dwellings"),
        *VALUES,
    ),
    stage="housing",
)

PLACE_HOUSING_DELIVERY = replace(
    HOUSING_DELIVERY,
    name="place_housing_delivery",
    description="A place's part of housing_delivery: its sites and their total",
)

LOCAL_AUTHORITIES = Table(
    name="local_authorities",
    description="Local authority districts of England by GSS code, those no longer in use among them",
    keys=("code",),
    columns=(
        Column("code", "text", "GSS code"),
        Column("name", "text", "Name"),
        Column("status", "text", "Whether the code is in use", allowed=("current", "former")),
        Column("source_id", "text", "Block of sources.yaml that has the code"),
    ),
    stage="housing",
    source_id="ons_code_history",
)

HOUSING_LATENESS = Table(
    name="housing_lateness",
    description=(
        "Planned homes of named sites by what becomes of them: on time, late, not before the last year"
        f"{_SKEWED}in their late homes"
    ),
    keys=("scenario", "place", "site_reference", "outcome"),
    columns=(
        Column("scenario", "text", "Name of the scenario"),
        Column("place", "text", "GSS code"),
        Column("site_reference", "text", "Reference of the site; all for the named sites together"),
        Column("outcome", "text", "What becomes of the homes", allowed=("on_time", "late", "not_at_all")),
        Column("site_name", "text", "Name of the site"),
        Column("planned_net_dwellings", "number", "Homes planned on the site in all years", unit="dwellings"),
        *VALUES,
    ),
    stage="housing",
)

INPUTS: tuple[Table, ...] = (
    NET_ADDITIONAL_DWELLINGS,
    LOCAL_PLAN_REQUIREMENTS,
    HOUSING_SITES,
    LOCAL_AUTHORITIES,
)
TABLES: tuple[Table, ...] = (HOUSING_TRAJECTORIES, PLACE_HOUSING_DELIVERY, HOUSING_DELIVERY, HOUSING_LATENESS)
