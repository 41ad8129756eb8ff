"""Tables of the workforce stage: staff groups, norms, base year; requirement, supply, gap, levers, intake."""

from __future__ import annotations

from assets.tables.declarations.declaration import VALUES, Column, Table
from assets.tables.declarations.demand_tables import (
    FINANCIAL_YEAR,
    GRADE,
    NOTE,
    PLACE,
    PROVIDER,
    PROVIDER_NAME,
    SCENARIO,
    SOURCE_ID,
    UNIT,
)
from assets.tables.declarations.workforce_input_tables import (
    AGE_BAND,
    AREA,
    AREA_KIND,
    INPUTS,
    SECTOR,
    STAFF_GROUP,
)

MEASURES = (
    "required_wte",
    "headroom_wte",
    "supply_wte",
    "temporary_wte",
    "gap_wte",
    "headcount",
    "vacancy_rate",
)
"""What is said of a staff group; headroom is part of the requirement, bank and agency part of the supply."""

LEVERS = (
    "one_fewer_leaver_in_a_hundred",
    "ten_more_training_places",
    "ten_more_international_recruits",
    "one_per_cent_more_hours_a_head",
    "one_minute_off_a_contact",
    "one_point_less_sickness",
    "one_point_of_appointments_from_gps_to_other_direct_patient_care",
)

MEASURE = Column(
    "measure",
    "text",
    "required_wte: staff the demand takes, headroom_wte the part of it for leave, sickness and study; "
    "supply_wte: staff in post with bank and agency, temporary_wte the latter alone; gap_wte: required less "
    "supply; headcount: people in post; vacancy_rate: share of the requirement without staff in post",
    allowed=MEASURES,
)

_BASE = Table(
    name="staffing_base",
    description="Posts of the base year that requirements are calibrated on: funded establishment, not need",
    keys=("area", "sector", "staff_group"),
    columns=(
        AREA,
        AREA_KIND,
        SECTOR,
        STAFF_GROUP,
        Column("wte", "number", "Posts", unit="WTE", minimum=0),
        Column(
            "vacancy_percent", "number", "Share of posts that is vacant", unit="%", minimum=0, maximum=100
        ),
        Column("in_post_wte", "number", "Staff in post", unit="WTE", minimum=0),
        Column("participation", "number", "WTE a head", minimum=0, maximum=1),
        Column(
            "recorded", "text", "Whether staff in post are of a published file", allowed=("file", "figures")
        ),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="workforce",
)

_STAFF_IN_POST = Table(
    name="staff_in_post",
    description="Staff in post in the base year by age: held to 4,856 near retirement and 77 % women",
    keys=("area", "sector", "staff_group", "age_band"),
    columns=(
        AREA,
        SECTOR,
        STAFF_GROUP,
        AGE_BAND,
        Column("headcount", "number", "People in post", unit="people", minimum=0),
        Column("female_headcount", "number", "Women among them", unit="people", minimum=0),
        Column("wte", "number", "Their whole-time equivalents", unit="WTE", minimum=0),
    ),
    stage="workforce",
)

_WORKFORCE = Table(
    name="workforce",
    description="Staff that each place's people take, and outside hospital those there will be and the gap",
    keys=("scenario", "place", "year", "sector", "staff_group", "measure"),
    columns=(SCENARIO, PLACE, FINANCIAL_YEAR, SECTOR, STAFF_GROUP, MEASURE, UNIT, *VALUES),
    stage="workforce",
)

_PROVIDER_WORKFORCE = Table(
    name="provider_workforce",
    description="Staff that each trust's demand takes, those it will have, and the gap",
    keys=("scenario", "provider", "year", "staff_group", "measure"),
    columns=(SCENARIO, PROVIDER, FINANCIAL_YEAR, STAFF_GROUP, MEASURE, PROVIDER_NAME, UNIT, *VALUES),
    stage="workforce",
)

_SHORTAGE = Table(
    name="workforce_shortage",
    description="How likely more of the requirement is unfilled than is tolerated, and from which year",
    keys=("scenario", "area", "sector", "staff_group", "year"),
    columns=(
        SCENARIO,
        AREA,
        SECTOR,
        STAFF_GROUP,
        FINANCIAL_YEAR,
        AREA_KIND,
        Column("tolerance_percent", "number", "Unfilled share that is tolerated", unit="%", minimum=0),
        Column("probability", "number", "That it is exceeded in the year", minimum=0, maximum=1),
        Column(
            "probability_by", "number", "That it is exceeded in this or an earlier year", minimum=0, maximum=1
        ),
        Column(
            "first_year", "text", "The first in which the principal run exceeds it", allowed=("yes", "no")
        ),
    ),
    stage="workforce",
)

_LEVERS = Table(
    name="workforce_levers",
    description="What one small change closes of the gap, one at a time; scenario local_plan",
    keys=("area", "sector", "staff_group", "lever", "year"),
    columns=(
        AREA,
        SECTOR,
        STAFF_GROUP,
        Column("lever", "text", "The change, from the first projected year on", allowed=LEVERS),
        FINANCIAL_YEAR,
        AREA_KIND,
        UNIT,
        *VALUES,
    ),
    stage="workforce",
)

_INTAKE = Table(
    name="training_intake",
    description="Starters a year, on top of today's, for those who qualify to close the gap of their group",
    keys=("scenario", "sector", "staff_group", "year"),
    columns=(
        SCENARIO,
        SECTOR,
        STAFF_GROUP,
        FINANCIAL_YEAR,
        Column("qualifying_year", "integer", "Year in which they qualify", unit="year"),
        Column(
            "present_intake",
            "number",
            "Starters a year behind the joiners from training of the base year",
            unit="people",
            minimum=0,
        ),
        UNIT,
        *VALUES,
    ),
    stage="workforce",
)

_FLOWS = Table(
    name="workforce_flows",
    description="Stock and flow of staff in post, principal run of local_plan: they add up to closing",
    keys=("scenario", "area", "sector", "staff_group", "year", "flow"),
    columns=(
        SCENARIO,
        AREA,
        SECTOR,
        STAFF_GROUP,
        FINANCIAL_YEAR,
        Column(
            "flow",
            "text",
            "From the year before to this one; leavers and moves out are negative",
            allowed=(
                "opening",
                "retirement",
                "other_leavers",
                "moves_in",
                "moves_out",
                "rotation_in",
                "rotation_out",
                "joiners_training",
                "joiners_domestic",
                "joiners_international",
                "joiners_return",
                "closing",
            ),
        ),
        AREA_KIND,
        UNIT,
        Column("principal", "number", "The run with every factor at its central value"),
    ),
    stage="workforce",
)

TABLES: tuple[Table, ...] = (
    _BASE,
    _STAFF_IN_POST,
    _WORKFORCE,
    _PROVIDER_WORKFORCE,
    _SHORTAGE,
    _LEVERS,
    _INTAKE,
    _FLOWS,
)

__all__ = ["INPUTS", "LEVERS", "MEASURES", "TABLES"]
