"""Input tables of the demand stage: services, published rates and records, flows, mitigation."""

from __future__ import annotations

from assets.registry.declaration import Column, Table

PLACE = Column("place", "text", "GSS code")
PLACE_NAME = Column("place_name", "text", "Name of the place")
SCENARIO = Column("scenario", "text", "Name of the scenario")
FINANCIAL_YEAR = Column(
    "year", "integer", "Financial year that starts on 1 April of it", minimum=2000, maximum=2100
)
SERVICE = Column("service", "text", "Service, of the services table")
PROVIDER = Column("provider", "text", "Provider, of the providers table")
PROVIDER_NAME = Column("provider_name", "text", "Name of the provider")
UNIT = Column("unit", "text", "Unit of the values")
SOURCE_ID = Column("source_id", "text", "A source of the sources table")
GRADE = Column(
    "evidence_grade",
    "text",
    "A published figure, B derived or printed second-hand, C a working assumption",
    allowed=("A", "B", "C"),
)
NOTE = Column("note", "text", "What a reader should know of it", nullable=True)
AGE_FROM = Column("age_from", "integer", "Youngest age of the band", unit="years", minimum=0, maximum=90)
AGE_TO = Column(
    "age_to", "integer", "Oldest age of the band; 90 is 90 and over", unit="years", minimum=0, maximum=90
)
SEX = Column("sex", "text", "Sex", allowed=("female", "male"))
MONTH = Column("month", "text", "Month, as year-month")


def _rate(name: str, description: str, unit: str) -> Column:
    return Column(name, "number", description, unit=unit, minimum=0)


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
        _rate("female_per_1000", "Rate of women", "per 1,000 a year"),
        _rate("male_per_1000", "Rate of men", "per 1,000 a year"),
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
        _rate("emergency_admissions_per_1000", "Emergency admissions", "per 1,000 a year"),
        _rate("all_admissions_per_1000", "All admissions; births among them at age 0", "per 1,000 a year"),
        _rate("day_cases_per_1000", "Day cases", "per 1,000 a year"),
        _rate("bed_days_per_1000", "Bed days; newborns' among them at age 0", "per 1,000 a year"),
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
        _rate("female_per_1000", "Rate of women", "per 1,000 a year"),
        _rate("male_per_1000", "Rate of men", "per 1,000 a year"),
    ),
    stage="demand",
    source_id="hes_outpatients_2024_25",
)

_AE_BY_AGE = Table(
    name="ae_attendances_by_age",
    description="Attendances at emergency departments by age in a sample of England, 2014/15",
    keys=("age_from",),
    columns=(AGE_FROM, AGE_TO, _rate("attendances", "Attendances", "attendances")),
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

_AE_MONTHLY = Table(
    name="ae_attendances_monthly",
    description="A&E attendances and emergency admissions by provider and month, all types",
    keys=("provider", "month"),
    columns=(
        PROVIDER,
        MONTH,
        Column("ae_attendances", "integer", "Attendances", unit="attendances", minimum=0),
        Column(
            "emergency_admissions",
            "integer",
            "Emergency admissions; published by provider from April 2021",
            unit="admissions",
            nullable=True,
            minimum=0,
        ),
    ),
    stage="demand",
    source_id="nhs_england_ae_statistics",
)

_BEDS_MONTHLY = Table(
    name="acute_beds_monthly",
    description="General and acute and adult critical care beds available and occupied by month",
    keys=("provider", "month"),
    columns=(
        PROVIDER,
        MONTH,
        *(
            Column(name, "integer", description, unit="beds, monthly mean", minimum=0)
            for name, description in (
                ("general_acute_beds_available", "General and acute beds open"),
                ("general_acute_beds_occupied", "General and acute beds occupied"),
                ("adult_critical_care_beds_available", "Adult critical care beds open"),
                ("adult_critical_care_beds_occupied", "Adult critical care beds occupied"),
            )
        ),
    ),
    stage="demand",
    source_id="nhs_england_beds",
)

_GP = Table(
    name="gp_workforce_and_patients",
    description="GPs and registered patients by place of the practice",
    keys=("place",),
    columns=(
        PLACE,
        Column("registered_patients", "integer", "Registered patients", unit="people", minimum=1),
        Column("gp_fte", "number", "GPs, trainees among them", unit="FTE", minimum=0),
    ),
    stage="demand",
    source_id="gp_workforce",
)

_PROVIDERS = Table(
    name="providers",
    description="Hospital providers, and the shares of their patients who come from outside the system",
    keys=("provider",),
    columns=(
        Column("provider", "text", "Organisation code, or a name for a group of providers"),
        PROVIDER_NAME,
        Column(
            "kind",
            "text",
            "An acute trust, urgent care beyond the trusts, hospitals elsewhere, or the whole system",
            allowed=("acute", "urgent_care", "other", "system"),
        ),
        Column(
            "outside_share", "number", "Share of its activity for people from outside", minimum=0, maximum=0.9
        ),
        Column(
            "places", "text", "GSS codes of the places its outside share is seen from, a space between two"
        ),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="demand",
)

_SHARES = Table(
    name="place_to_provider_shares",
    description="Which provider a place's residents use, by group of services",
    keys=("flow_group", "place", "provider"),
    columns=(
        Column(
            "flow_group",
            "text",
            "Group of services",
            allowed=("ae", "emergency", "elective", "outpatient"),
        ),
        PLACE,
        PROVIDER,
        Column("share", "number", "Share of the place's activity", minimum=0, maximum=1),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="demand",
)

_ASSUMED_RATES = Table(
    name="assumed_activity_rates",
    description="Working assumptions of rates nobody has published, mostly of services switched off",
    keys=("service", "age_from"),
    columns=(
        SERVICE,
        AGE_FROM,
        AGE_TO,
        _rate("per_1000", "Activity", "per 1,000 a year"),
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

_GP_MONTHLY = Table(
    name="gp_appointments_monthly",
    description="Appointments in general practice by month and whom they are with",
    keys=("provider", "month"),
    columns=(
        PROVIDER,
        MONTH,
        *(
            Column(name, "integer", description, unit="appointments", minimum=0)
            for name, description in (
                ("gp", "With a GP"),
                ("other_practice_staff", "With other practice staff"),
                ("unknown", "Not recorded with whom"),
            )
        ),
    ),
    stage="demand",
    source_id="nhs_england_gp_appointments",
)

_INTERVENTIONS = Table(
    name="intervention_log",
    description="What is known to have changed monthly records, or will: pandemic, mergers, new services",
    keys=("intervention", "provider", "measure"),
    columns=(
        Column("intervention", "text", "Name"),
        Column("provider", "text", "Provider, of the providers table, or all"),
        Column("measure", "text", "Monthly measure"),
        Column(
            "effect",
            "text",
            "Months not clean, a planned change of the months ahead, or a note that changes nothing",
            allowed=("not_clean", "planned_change", "note"),
        ),
        Column("first_month", "text", "First month"),
        Column("last_month", "text", "Last month; of a planned change, the first with its full effect"),
        Column("change_percent", "number", "Planned change", unit="%", nullable=True, minimum=-100),
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
    _AE_MONTHLY,
    _BEDS_MONTHLY,
    _GP,
    _PROVIDERS,
    _SHARES,
    _ASSUMED_RATES,
    _TARGETS,
    _EXCHANGE,
    _GP_MONTHLY,
    _INTERVENTIONS,
)
