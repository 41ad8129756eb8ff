"""Tables the demand stage makes: rates, calibration, demand and its drivers, forecasts."""

from __future__ import annotations

from assets.registry.declaration import VALUES, Column, Table
from assets.registry.demand_inputs import (
    FINANCIAL_YEAR,
    GRADE,
    INPUTS,
    NOTE,
    PLACE,
    PLACE_NAME,
    PROVIDER,
    PROVIDER_NAME,
    SCENARIO,
    SERVICE,
    SEX,
    SOURCE_ID,
    UNIT,
)
from models.demand.drivers import DRIVERS

__all__ = [
    "FINANCIAL_YEAR",
    "GRADE",
    "INPUTS",
    "NOTE",
    "PLACE",
    "PLACE_NAME",
    "PROVIDER",
    "PROVIDER_NAME",
    "SCENARIO",
    "SERVICE",
    "SOURCE_ID",
    "TABLES",
    "UNIT",
]

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

_WITHOUT_HOMES = Table(
    name="people_without_new_homes",
    description="The principal run's people had no home come after the base year of demand",
    keys=("place", "year", "sex", "age"),
    columns=(
        PLACE,
        Column("year", "integer", "Mid-year"),
        SEX,
        Column("age", "integer", "Age; 90 is 90 and over", minimum=0, maximum=90),
        Column("population", "number", "People", unit="people", minimum=0),
        Column("births", "number", "Births since the mid-year before, at age 0", unit="births", minimum=0),
    ),
    stage="demand",
)

_DRIVERS = Table(
    name="demand_drivers",
    description="Why demand changes: what each driver adds to the base year's, together the principal run",
    keys=("scenario", "place", "year", "service", "driver"),
    columns=(
        SCENARIO,
        PLACE,
        FINANCIAL_YEAR,
        SERVICE,
        Column("driver", "text", "Driver of change", allowed=DRIVERS),
        UNIT,
        Column("principal", "number", "What it adds in the principal run"),
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

TABLES: tuple[Table, ...] = (
    _RATES,
    _RECORDED,
    _CALIBRATION,
    _PROVIDER_CALIBRATION,
    _DEMAND,
    _WITHOUT_HOMES,
    _DRIVERS,
    _PROVIDER_DEMAND,
)
