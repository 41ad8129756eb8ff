"""Input tables of what was recorded of demand, by which providers, and who uses which."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table
from assets.tables.declarations.demand_columns import (
    GRADE,
    MONTH,
    NOTE,
    PLACE,
    PROVIDER,
    PROVIDER_NAME,
    SOURCE_ID,
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

RECORDS: tuple[Table, ...] = (
    _AE_MONTHLY,
    _BEDS_MONTHLY,
    _GP,
    _PROVIDERS,
    _SHARES,
    _GP_MONTHLY,
    _INTERVENTIONS,
)
