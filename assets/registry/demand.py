"""Tables of the demand stage: published activity rates and records, calibration, and demand itself."""

from __future__ import annotations

from assets.registry.declaration import VALUES, Column, Table

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
            ),
        ),
        UNIT,
        Column(
            "people",
            "text",
            "Whose it is: the place's residents, or the patients registered with its practices",
            allowed=("residents", "registered"),
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
            "How its rate wanders: as hospital activity, as length of stay, as other services, or not at all",
            allowed=("hospital", "stay", "other", "none"),
        ),
        Column("linked_service", "text", "Service whose uncertainty it shares", nullable=True),
        Column("flow_group", "text", "Flows between places and hospitals that apply", nullable=True),
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

_MITIGATION = Table(
    name="mitigation_effects",
    description="What new models of care change, by service: in a straight line between two years",
    keys=("mitigation", "service"),
    columns=(
        Column("mitigation", "text", "Mitigation a scenario names"),
        SERVICE,
        Column("change_percent", "number", "Change of activity once complete", unit="%", minimum=-100),
        Column("before_year", "integer", "Last financial year without effect"),
        Column("full_year", "integer", "First financial year with full effect"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="demand",
)

_RATES = Table(
    name="activity_rates",
    description="Activity a person-year by single year of age and sex before calibration",
    keys=("place", "service", "sex", "age"),
    columns=(
        PLACE,
        SERVICE,
        SEX,
        Column("age", "integer", "Age; 90 is 90 and over", minimum=0, maximum=90),
        Column("rate", "number", "Activity a person-year", minimum=0),
    ),
    stage="demand",
)

_RECORDED = Table(
    name="recorded_activity",
    description="What providers recorded in complete financial years, and its level without repeated months",
    keys=("provider", "measure", "year"),
    columns=(
        PROVIDER,
        Column("measure", "text", "What is recorded"),
        FINANCIAL_YEAR,
        UNIT,
        Column("recorded", "number", "As recorded", minimum=0),
        Column("level", "number", "With repeated months replaced by their usual proportion", minimum=0),
        Column("left_out", "text", "Months that repeat those of a year before to the digit", nullable=True),
    ),
    stage="demand",
)

_CALIBRATION = Table(
    name="activity_calibration",
    description="The factor that brings a place's expected activity to what was recorded, by service",
    keys=("place", "service"),
    columns=(
        PLACE,
        SERVICE,
        UNIT,
        Column("expected", "number", "People × rates in the base year", minimum=0),
        Column("factor", "number", "Calibration factor", minimum=0),
        Column("calibrated", "number", "Expected × factor", minimum=0),
        Column("basis", "text", "What it is calibrated on"),
    ),
    stage="demand",
)

_PROVIDER_CALIBRATION = Table(
    name="provider_calibration",
    description="What the calibrated model gives each provider in the base year beside what it recorded",
    keys=("provider", "measure"),
    columns=(
        PROVIDER,
        Column("measure", "text", "What is recorded"),
        Column("recorded", "number", "Recorded level of the base year", minimum=0),
        Column("from_residents", "number", "Modelled for residents of the system", minimum=0),
        Column("from_outside", "number", "Modelled for people from outside", minimum=0),
        Column("difference_percent", "number", "Modelled against recorded", unit="%"),
    ),
    stage="demand",
)

_DEMAND = Table(
    name="demand",
    description="What residents of each place need, wherever they are treated",
    keys=("scenario", "place", "year", "service"),
    columns=(
        SCENARIO,
        PLACE,
        FINANCIAL_YEAR,
        SERVICE,
        PLACE_NAME,
        Column("setting", "text", "Where the service is provided"),
        UNIT,
        *VALUES,
    ),
    stage="demand",
)

_PROVIDER_DEMAND = Table(
    name="provider_demand",
    description="What each hospital provider faces, people from outside the system included",
    keys=("scenario", "provider", "year", "service"),
    columns=(SCENARIO, PROVIDER, FINANCIAL_YEAR, SERVICE, PROVIDER_NAME, UNIT, *VALUES),
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
    _MITIGATION,
)
TABLES: tuple[Table, ...] = (
    _RATES,
    _RECORDED,
    _CALIBRATION,
    _PROVIDER_CALIBRATION,
    _DEMAND,
    _PROVIDER_DEMAND,
)
