"""Tables of the workforce stage: recorded staff, what drives it, posts of the base year, requirement."""

from __future__ import annotations

from assets.registry.declaration import VALUES, Column, Table
from assets.registry.demand import (
    FINANCIAL_YEAR,
    GRADE,
    NOTE,
    PLACE,
    PROVIDER,
    PROVIDER_NAME,
    SCENARIO,
    SERVICE,
    SOURCE_ID,
    UNIT,
)

SECTOR = Column(
    "sector",
    "text",
    "Sector that employs the staff; all is every sector together",
    allowed=("general_practice", "acute", "community", "mental_health", "adult_social_care", "all"),
)
STAFF_GROUP = Column("staff_group", "text", "Staff group of the staff_groups table; all is all together")
MEASURE = Column(
    "measure",
    "text",
    "What the values are; supply and gap come with the supply model",
    allowed=("required_wte", "supply_wte", "gap_wte"),
)

_GROUPS = Table(
    name="staff_groups",
    description="The staff groups whose requirement is modelled, and what each is calibrated on",
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
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_DRIVERS = Table(
    name="staff_group_drivers",
    description="Which services make a staff group's work, as shares of it",
    keys=("sector", "staff_group", "service"),
    columns=(
        SECTOR,
        STAFF_GROUP,
        SERVICE,
        Column("weight", "number", "Share of the group's work", minimum=0, maximum=1),
        SOURCE_ID,
        GRADE,
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

_BASE = Table(
    name="staffing_base",
    description="Posts of the base year that requirements are calibrated on: funded establishment, not need",
    keys=("area", "sector", "staff_group"),
    columns=(
        Column("area", "text", "Place, provider or system the posts are of"),
        SECTOR,
        STAFF_GROUP,
        Column("wte", "number", "Posts", unit="WTE", minimum=0),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_WORKFORCE = Table(
    name="workforce",
    description="Whole-time equivalents that the demand of each place's people takes",
    keys=("scenario", "place", "year", "sector", "staff_group", "measure"),
    columns=(SCENARIO, PLACE, FINANCIAL_YEAR, SECTOR, STAFF_GROUP, MEASURE, UNIT, *VALUES),
    stage="workforce",
)

_PROVIDER_WORKFORCE = Table(
    name="provider_workforce",
    description="Whole-time equivalents that each trust's demand takes",
    keys=("scenario", "provider", "year", "staff_group", "measure"),
    columns=(SCENARIO, PROVIDER, FINANCIAL_YEAR, STAFF_GROUP, MEASURE, PROVIDER_NAME, UNIT, *VALUES),
    stage="workforce",
)

INPUTS: tuple[Table, ...] = (_GROUPS, _DRIVERS, _TRUST_STAFF)
TABLES: tuple[Table, ...] = (_BASE, _WORKFORCE, _PROVIDER_WORKFORCE)
