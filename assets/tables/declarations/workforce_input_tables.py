"""Input tables of the workforce stage: groups, norms, skill mix, ages, policies, recorded staff."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table
from assets.tables.declarations.demand_tables import GRADE, NOTE, PLACE, SERVICE, SOURCE_ID

SECTOR = Column(
    "sector",
    "text",
    "Sector that employs the staff; all is every sector together",
    allowed=("general_practice", "acute", "community", "mental_health", "adult_social_care", "all"),
)
STAFF_GROUP = Column(
    "staff_group",
    "text",
    "Staff group of the staff_groups table; all is all together, all_outside_hospital all but hospital staff",
)
AREA = Column("area", "text", "Place or provider; the system's code is all places or all trusts together")
AREA_KIND = Column("area_kind", "text", "What the area is", allowed=("place", "provider", "system"))
AGE_BANDS = (
    "15-19",
    "20-24",
    "25-29",
    "30-34",
    "35-39",
    "40-44",
    "45-49",
    "50-54",
    "55-59",
    "60-64",
    "65-69",
    "70+",
)
AGE_BAND = Column("age_band", "text", "Five-year age band", allowed=AGE_BANDS)
PERCENT = Column("percent", "number", "Share", unit="%", minimum=0, maximum=100)

_GROUPS = Table(
    name="staff_groups",
    description="The staff groups that are modelled, and what each is calibrated on",
    keys=("sector", "staff_group"),
    columns=(
        SECTOR,
        Column("staff_group", "text", "Name used in all tables"),
        Column("staff_group_name", "text", "Name in words"),
        Column(
            "calibrated_on",
            "text",
            "Whose posts give staff per activity: the place's own, the two trusts', or the system's",
            allowed=("place", "providers", "system"),
        ),
        Column(
            "carried_by",
            "text",
            "Recorded activity that carries staff of 2018 to the base year; none where it has not grown",
            nullable=True,
            allowed=("ae_attendances",),
        ),
        Column("age_profile", "text", "Profile of staff_age_profiles that its staff have"),
        Column("domestic_joiner_profile", "text", "Profile of those it recruits in the country"),
        Column("female_percent", "number", "Share of women (grade C)", unit="%", minimum=0, maximum=100),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_NORMS = Table(
    name="staffing_norms",
    description="What a unit of a service takes of a staff group, before calibration",
    keys=("sector", "staff_group", "service"),
    columns=(
        SECTOR,
        STAFF_GROUP,
        SERVICE,
        Column(
            "norm",
            "text",
            "Kind of norm",
            allowed=("minutes_per_contact", "hours_per_bed_day", "staff_per_theatre_session", "caseload"),
        ),
        Column("value", "number", "Its value", minimum=0),
        Column("units_per_session", "number", "Cases a theatre session takes", nullable=True, minimum=0),
        Column("unit", "text", "Unit of the value"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_SKILL_MIX = Table(
    name="skill_mix",
    description="Who does which share of a service's work: recorded, and what a scenario may move it to",
    keys=("skill_mix", "service", "sector", "staff_group"),
    columns=(
        Column("skill_mix", "text", "Name of the matrix; recorded is the base year's"),
        SERVICE,
        SECTOR,
        STAFF_GROUP,
        PERCENT,
        Column("before_year", "integer", "Last year of the recorded shares", nullable=True),
        Column("full_year", "integer", "First year of these shares", nullable=True),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_AGES = Table(
    name="staff_age_profiles",
    description="Ages of staff in post and of joiners, as shapes",
    keys=("of", "profile", "age_band"),
    columns=(
        Column("of", "text", "Whose ages", allowed=("staff", "joiners")),
        Column("profile", "text", "Profile, for joiners the source they come from"),
        AGE_BAND,
        PERCENT,
        SOURCE_ID,
        GRADE,
    ),
    stage="workforce",
)

_LEAVING = Table(
    name="leaving_by_age",
    description="Leaving for other reasons than retirement by age, relative to staff of 35 to 39",
    keys=("age_band",),
    columns=(
        AGE_BAND,
        Column("relative_leaver_rate", "number", "Ratio", minimum=0),
        SOURCE_ID,
        GRADE,
    ),
    stage="workforce",
)

_POLICIES = Table(
    name="workforce_policies",
    description="Changes of joiners, leavers or participation from a year that a scenario may name",
    keys=("policy", "lever", "staff_group", "from_year"),
    columns=(
        Column("policy", "text", "Name by which a scenario asks for it"),
        Column(
            "lever",
            "text",
            "What changes",
            allowed=(
                "leavers",
                "participation",
                "joiners_from_training",
                "joiners_domestic",
                "joiners_international",
                "joiners_return",
            ),
        ),
        STAFF_GROUP,
        Column("change_percent", "number", "Change from the year on", unit="%", minimum=-100),
        Column("from_year", "integer", "First year of the change", unit="financial year"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_TRUST_STAFF = Table(
    name="trust_workforce_june_2018",
    description="Hospital staff by trust, June 2018",
    keys=("trust", "published_staff_group"),
    columns=(
        Column("trust", "text", "Trust of 2018"),
        Column("published_staff_group", "text", "Staff group as published"),
        Column("provider", "text", "Provider the trust is part of today"),
        Column(
            "staff_group", "text", "Staff group here; none for groups that are not modelled", nullable=True
        ),
        Column("fte", "number", "Staff in post", unit="FTE", minimum=0),
    ),
    stage="workforce",
    source_id="trust_workforce_june_2018",
)

_PUBLISHED_GROUPS = Table(
    name="published_staff_groups",
    description="Staff groups as NHS England publishes them, and which of them are modelled",
    keys=("publication", "published_staff_group"),
    columns=(
        Column("publication", "text", "Publication", allowed=("nhs_workforce_statistics",)),
        Column("published_staff_group", "text", "Name as published"),
        Column(
            "kind",
            "text",
            "Modelled, not modelled, a total of others, or a part of one",
            allowed=("modelled", "not modelled", "total", "part"),
        ),
        Column("staff_group", "text", "Staff group here", nullable=True),
    ),
    stage="workforce",
    source_id="trust_workforce_june_2018",
)

_PRACTICES = Table(
    name="practice_places",
    description="The place each general practice stands in, from its postcode",
    keys=("practice",),
    columns=(
        Column("practice", "text", "Practice code"),
        Column("practice_name", "text", "Name"),
        PLACE,
        Column("registered_patients_2022_23", "integer", "Registered patients", unit="people", minimum=0),
    ),
    stage="workforce",
    source_id="gp_payments_2022_23",
)

INPUTS: tuple[Table, ...] = (
    _GROUPS,
    _NORMS,
    _SKILL_MIX,
    _AGES,
    _LEAVING,
    _POLICIES,
    _TRUST_STAFF,
    _PUBLISHED_GROUPS,
    _PRACTICES,
)
