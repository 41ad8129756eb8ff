"""Tables the demand stage makes: rates, calibration, demand and its drivers, forecasts."""

from __future__ import annotations

from dataclasses import replace

from assets.tables.declarations.declaration import VALUES, Column, Table
from assets.tables.declarations.demand_columns import (
    FINANCIAL_YEAR,
    GRADE,
    MONTH,
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
from assets.tables.declarations.demand_input_tables import INPUTS
from models.demand.driver_decomposition import DRIVERS
from models.demand.provider_flows import PARTS

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

MEASURE = Column("measure", "text", "What is counted")

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
        Column("recorded", "number", "As recorded; empty for 1 to 7 real people", nullable=True, minimum=0),
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
    description="What residents of each place need, wherever they are treated. Growth beyond people and ages "
    "stops after 2041, the horizon of its published rates: the kink there is no forecast",
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

_PLACE_DRIVERS = replace(
    _DRIVERS, name="place_demand_drivers", description="A place's part of demand_drivers"
)

_PROVIDER_DEMAND = Table(
    name="provider_demand",
    description="What each hospital provider faces, people from outside the system included; its first years "
    "agree with the monthly forecast (see provider_demand_parts)",
    keys=("scenario", "provider", "year", "service"),
    columns=(SCENARIO, PROVIDER, FINANCIAL_YEAR, SERVICE, PROVIDER_NAME, UNIT, *VALUES),
    stage="demand",
)

_PROVIDER_PARTS = Table(
    name="provider_demand_parts",
    description="What a provider's demand is made of: why providers and places do not add up alike",
    keys=("scenario", "provider", "year", "service", "part"),
    columns=(
        SCENARIO,
        PROVIDER,
        FINANCIAL_YEAR,
        SERVICE,
        Column(
            "part",
            "text",
            "Residents of the system (over all providers, the demand of its places); people from outside; "
            "what the monthly forecast adds or takes in the years that agree with it",
            allowed=PARTS,
        ),
        PROVIDER_NAME,
        UNIT,
        Column("principal", "number", "Its amount in the principal run; the parts add up to provider_demand"),
    ),
    stage="demand",
)

_SERIES = Table(
    name="monthly_series",
    description="Recorded months and the months ahead, with what keeps a month out of fits and scores",
    keys=("provider", "measure", "month"),
    columns=(
        PROVIDER,
        MEASURE,
        MONTH,
        Column("value", "number", "As recorded; a mean of the month for beds", nullable=True, minimum=0),
        Column("status", "text", "clean, missing, repeated, ahead, or the intervention that applies"),
        Column("people", "number", "Modelled population of the provider", unit="people", minimum=0),
    ),
    stage="demand",
)

_FITS = Table(
    name="monthly_fits",
    description="Forecasts of every method at every origin, in logs a day",
    keys=("provider", "measure", "origin", "step", "method"),
    columns=(
        PROVIDER,
        MEASURE,
        Column("origin", "integer", "Months of history known", unit="months"),
        Column("step", "integer", "Months ahead", unit="months", minimum=1),
        Column("method", "text", "Method"),
        Column("log_forecast", "number", "Natural log of the value a day, of the month's mean for beds"),
    ),
    stage="demand",
)

_ACCURACY_COLUMNS = (
    Column("subject", "text", "Whose forecast: a provider, a place, or all series together"),
    Column("measure", "text", "What is forecast"),
    Column("model", "text", "Method; selected is the choice as it would have been made at each origin"),
    Column("horizon", "text", "How far ahead"),
    Column("mase", "number", "Mean absolute error over that of the seasonal naive in sample", nullable=True),
    Column("wape", "number", "Absolute errors over actual values", unit="ratio", nullable=True),
    Column("bias", "number", "Forecast less actual over actual values", unit="ratio", nullable=True),
    Column("coverage_80", "number", "Share of actual values within the 80 % interval", nullable=True),
    Column("coverage_95", "number", "Share of actual values within the 95 % interval", nullable=True),
    Column(
        "winkler_80", "number", "Winkler score of the 80 % interval", unit="as the measure", nullable=True
    ),
    Column("origins", "integer", "Origins tried"),
    Column("relative_mase", "number", "MASE over the seasonal naive's of the same months", nullable=True),
)

_ACTIVITY_ACCURACY = Table(
    name="activity_accuracy",
    description="How good each monthly method was at the origins tried",
    keys=("subject", "measure", "model", "horizon"),
    columns=_ACCURACY_COLUMNS,
    stage="demand",
)

_FORECAST_ACCURACY = Table(
    name="forecast_accuracy",
    description="Accuracy of every forecast that was tried on the past",
    keys=("subject", "measure", "model", "horizon"),
    columns=_ACCURACY_COLUMNS,
    stage="demand",
)

_FORECAST = Table(
    name="activity_forecast",
    description="Activity of the next two years by month, with conformal prediction intervals",
    keys=("provider", "measure", "month"),
    columns=(
        PROVIDER,
        MEASURE,
        MONTH,
        Column("model", "text", "Method its accuracy chooses; level where too little is recorded to try any"),
        *(
            Column(name, "number", description, unit="as the measure", minimum=0)
            for name, description in (
                ("mean", "Mean"),
                ("p10", "Lower end of the 80 % prediction interval"),
                ("p50", "Median"),
                ("p90", "Upper end of the 80 % prediction interval"),
                ("p2_5", "Lower end of the 95 % prediction interval"),
                ("p97_5", "Upper end of the 95 % prediction interval"),
            )
        ),
        Column(
            "confidence",
            "text",
            "Whether its accuracy is measured, or low for want of months",
            allowed=("measured", "low"),
        ),
    ),
    stage="demand",
)

TABLES: tuple[Table, ...] = (
    _RATES,
    _RECORDED,
    _CALIBRATION,
    _PROVIDER_CALIBRATION,
    _DEMAND,
    _WITHOUT_HOMES,
    _PLACE_DRIVERS,
    _DRIVERS,
    _PROVIDER_DEMAND,
    _PROVIDER_PARTS,
    _SERIES,
    _FITS,
    _ACTIVITY_ACCURACY,
    _FORECAST_ACCURACY,
    _FORECAST,
)
