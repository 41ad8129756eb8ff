"""Input tables of the demand stage that say what is modelled and at which rates; no records."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table
from assets.tables.declarations.demand_columns import (
    AGE_FROM,
    AGE_TO,
    GRADE,
    NOTE,
    SERVICE,
    SEX,
    SOURCE_ID,
    UNIT,
    rate,
)
from assets.tables.declarations.demand_record_tables import RECORDS

_SERVICES = Table(
    name="services",
    description="The services whose demand is modelled, and how each is treated",
    keys=("service",),
    columns=(
        Column("service", "text", "Name used in all tables"),
        Column("service_name", "text", "What it counts, in words"),
        Column(
            "setting",
            "text",
            "Where it is provided",
            allowed=(
                "general_practice",
                "hospital",
                "maternity",
                "community",
                "mental_health",
                "adult_social_care",
                "dental",
                "optometry",
            ),
        ),
        UNIT,
        Column(
            "people",
            "text",
            "Whose it is: the place's residents, the patients registered with its practices, or its births",
            allowed=("residents", "registered", "births"),
        ),
        Column(
            "growth_group",
            "text",
            "Non-demographic growth that applies",
            allowed=("ae", "elective", "non_elective", "outpatients", "maternity", "none"),
        ),
        Column(
            "uncertainty",
            "text",
            "How its rate wanders: as hospital activity, as length of stay, as other services, as an "
            "assumed one, or not at all",
            allowed=("hospital", "stay", "other", "assumed", "none"),
        ),
        Column("linked_service", "text", "Service whose uncertainty it shares", nullable=True),
        Column("flow_group", "text", "Flows between places and hospitals that apply", nullable=True),
        Column("calibrated_as", "text", "Service whose calibration factor it takes", nullable=True),
        Column(
            "health_status",
            "text",
            "Whether years of healthy life shift its age curve",
            allowed=("yes", "no"),
        ),
        Column(
            "length_of_stay_group",
            "text",
            "Whose length of stay it hangs on",
            nullable=True,
            allowed=("emergency", "elective"),
        ),
        Column(
            "status",
            "text",
            "Whether a run has it: services without a published rate are off",
            allowed=("on", "off"),
        ),
        GRADE,
        NOTE,
    ),
    stage="demand",
    source_id="placecast",
)

_ADULT_RATES = Table(
    name="hospital_activity_rates_adults",
    description="Hospital activity of residents aged 18 and over by area, sex and age",
    keys=("area", "activity", "age_from"),
    columns=(
        Column("area", "text", "GSS code of a place of the run, or E92000001 for England"),
        Column("activity", "text", "Activity"),
        AGE_FROM,
        AGE_TO,
        rate("female_per_1000", "Rate of women", "per 1,000 a year"),
        rate("male_per_1000", "Rate of men", "per 1,000 a year"),
    ),
    stage="demand",
    source_id="strategy_unit_activity_rates",
)

_CHILDREN_RATES = Table(
    name="hospital_activity_rates_children",
    description="Hospital activity of children and young people, England",
    keys=("age_from",),
    columns=(
        AGE_FROM,
        AGE_TO,
        rate("emergency_admissions_per_1000", "Emergency admissions", "per 1,000 a year"),
        rate("all_admissions_per_1000", "All admissions; births among them at age 0", "per 1,000 a year"),
        rate("day_cases_per_1000", "Day cases", "per 1,000 a year"),
        rate("bed_days_per_1000", "Bed days; newborns' among them at age 0", "per 1,000 a year"),
    ),
    stage="demand",
    source_id="hes_admitted_2023_24",
)

_OUTPATIENT_RATES = Table(
    name="outpatient_attendance_rates",
    description="Outpatient attendances by age and sex, England",
    keys=("age_from",),
    columns=(
        AGE_FROM,
        AGE_TO,
        rate("female_per_1000", "Rate of women", "per 1,000 a year"),
        rate("male_per_1000", "Rate of men", "per 1,000 a year"),
    ),
    stage="demand",
    source_id="hes_outpatients_2024_25",
)

_AE_BY_AGE = Table(
    name="ae_attendances_by_age",
    description="Attendances at emergency departments by age in a sample of England, 2014/15",
    keys=("age_from",),
    columns=(AGE_FROM, AGE_TO, rate("attendances", "Attendances", "attendances")),
    stage="demand",
    source_id="ae_age_shares_2014_15",
)

_PREVALENCE = Table(
    name="prevalence_by_age",
    description="Share of people with a condition or in contact with a service, by age and sex",
    keys=("service", "sex", "age_from"),
    columns=(
        SERVICE,
        SEX,
        AGE_FROM,
        AGE_TO,
        Column("percent", "number", "Share of people", unit="%", minimum=0, maximum=100),
        SOURCE_ID,
    ),
    stage="demand",
)

_ENGLAND = Table(
    name="england_population",
    description="England's people by sex and age, to turn national totals and shares into rates",
    keys=("year", "sex", "age_from"),
    columns=(
        Column("year", "integer", "Mid-year"),
        SEX,
        AGE_FROM,
        AGE_TO,
        Column("population", "integer", "People", unit="people", minimum=0),
    ),
    stage="demand",
    source_id="ons_england_population",
)

_ASSUMED_RATES = Table(
    name="assumed_activity_rates",
    description="Age curves as they stand: shapes that a published total scales, and working assumptions of "
    "rates nobody has published, of services switched off",
    keys=("service", "age_from"),
    columns=(
        SERVICE,
        AGE_FROM,
        AGE_TO,
        rate("per_1000", "Activity", "per 1,000 a year"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="demand",
)

_TARGETS = Table(
    name="mitigation_targets",
    description="What new models of care avoid: a step a year between two years, as published",
    keys=("mitigation", "target", "service"),
    columns=(
        Column("mitigation", "text", "Mitigation a scenario names"),
        Column("target", "text", "What the target is about"),
        SERVICE,
        Column("measured_on", "text", "For a target in per cent, the service it is a share of"),
        AGE_FROM,
        AGE_TO,
        Column(
            "measure",
            "text",
            "A change for each 100,000 people of these ages, or in per cent of activity",
            allowed=("per_100000", "percent"),
        ),
        Column("annual_change", "number", "Change in each of the years", unit="see measure"),
        Column("before_year", "integer", "Last financial year without effect"),
        Column("full_year", "integer", "First financial year with full effect"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="demand",
)

_EXCHANGE = Table(
    name="mitigation_exchange",
    description="What arrives in other services for activity avoided, and what goes with it",
    keys=("mitigation", "from_service", "to_service"),
    columns=(
        Column("mitigation", "text", "Mitigation a scenario names"),
        Column("from_service", "text", "Service whose activity is avoided"),
        Column("to_service", "text", "Service that changes"),
        Column(
            "effect",
            "text",
            "Moves: so many units for each avoided; follows: so many times the same share",
            allowed=("moves", "follows"),
        ),
        Column("quantity", "number", "Units, or times the share", minimum=0),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="demand",
)

INPUTS: tuple[Table, ...] = (
    _SERVICES,
    _ADULT_RATES,
    _CHILDREN_RATES,
    _OUTPATIENT_RATES,
    _AE_BY_AGE,
    _PREVALENCE,
    _ENGLAND,
    _ASSUMED_RATES,
    _TARGETS,
    _EXCHANGE,
    *RECORDS,
)
