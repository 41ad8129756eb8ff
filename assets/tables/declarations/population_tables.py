"""Tables the population stage makes: projections of people and homes, and how far past ones stood from what
came. What it is given is in `population_inputs`."""

from __future__ import annotations

from assets.tables.declarations.declaration import VALUES, Column, Table
from assets.tables.declarations.population_input_tables import INPUTS as INPUTS
from assets.tables.declarations.population_input_tables import MID_YEAR, NEIGHBOURHOOD_BANDS, PLACE, SEX
from models.demography.band_summary import PUBLISHED_BANDS, SEXES

MEASURES = (
    "dwellings",
    "households",
    "household_population",
    "communal_population",
    "average_household_size",
)
COMPONENTS = ("births", "deaths", "net_migration", "other")

_SCENARIO = Column("scenario", "text", "Name of the scenario")
_PLACE_NAME = Column("place_name", "text", "Name of the place")

_MEASURED = (
    Column("subject", "text", "Place, or the system"),
    Column("measure", "text", "What is projected, or a part of its error"),
    Column("model", "text", "Whose projection"),
    Column("horizon", "text", "How far ahead"),
    Column("mase", "number", "Absolute error over that of no change since the base", nullable=True),
    Column("wape", "number", "Absolute errors over actual values", unit="ratio", nullable=True),
    Column("bias", "number", "Projected less actual over actual values", unit="ratio", nullable=True),
    Column("coverage_80", "number", "Share of actual values within the 80 % interval", nullable=True),
    Column("coverage_95", "number", "Share of actual values within the 95 % interval", nullable=True),
    Column("winkler_80", "number", "Winkler score of the 80 % interval", unit="persons", nullable=True),
    Column("origins", "integer", "Bases projected from"),
)

TABLES: tuple[Table, ...] = (
    Table(
        name="population_accuracy",
        description="How far projections of people stood from what came, ours and official ones",
        keys=("subject", "measure", "model", "horizon"),
        columns=_MEASURED,
        stage="population",
    ),
    Table(
        name="neighbourhood_population",
        description="People of neighbourhoods by the source's age bands, with prediction intervals",
        keys=("scenario", "place", "neighbourhood", "year", "age_band"),
        columns=(
            _SCENARIO,
            PLACE,
            Column("neighbourhood", "text", "Code of the neighbourhood"),
            MID_YEAR,
            Column("age_band", "text", "Age band, or all", allowed=(*NEIGHBOURHOOD_BANDS, "all")),
            _PLACE_NAME,
            Column("neighbourhood_name", "text", "Name of the neighbourhood"),
            *VALUES,
        ),
        stage="population",
    ),
    Table(
        name="population",
        description="People by sex and age band, with prediction intervals",
        keys=("scenario", "place", "year", "sex", "age_band"),
        columns=(
            _SCENARIO,
            PLACE,
            MID_YEAR,
            Column("sex", "text", "Sex, or persons", allowed=tuple(SEXES)),
            Column("age_band", "text", "Five-year age band, or a broad one", allowed=tuple(PUBLISHED_BANDS)),
            _PLACE_NAME,
            *VALUES,
        ),
        stage="population",
    ),
    Table(
        name="population_single_year",
        description="People by sex and single year of age, principal run",
        keys=("scenario", "place", "year", "sex", "age"),
        columns=(
            _SCENARIO,
            PLACE,
            MID_YEAR,
            SEX,
            Column("age", "integer", "Age last birthday, 90 for 90 and over", minimum=0, maximum=90),
            _PLACE_NAME,
            Column(
                "principal",
                "number",
                "The run with every factor at its central value",
                unit="persons",
                minimum=0,
            ),
        ),
        stage="population",
    ),
    Table(
        name="households",
        description="Dwellings, households and who lives in them, with prediction intervals",
        keys=("scenario", "place", "year", "measure"),
        columns=(
            _SCENARIO,
            PLACE,
            MID_YEAR,
            Column("measure", "text", "What is counted", allowed=MEASURES),
            _PLACE_NAME,
            Column("unit", "text", "Its unit"),
            *VALUES,
        ),
        stage="population",
    ),
    Table(
        name="components_of_change",
        description="What makes up the change in population from the mid-year before",
        keys=("scenario", "place", "year", "component"),
        columns=(
            _SCENARIO,
            PLACE,
            MID_YEAR,
            Column(
                "component",
                "text",
                "births − deaths + net_migration + other is the change",
                allowed=COMPONENTS,
            ),
            _PLACE_NAME,
            *VALUES,
        ),
        stage="population",
    ),
    Table(
        name="components_by_age",
        description="The principal run's components of change by sex and age at the end of the year",
        keys=("scenario", "place", "year", "sex", "age"),
        columns=(
            _SCENARIO,
            PLACE,
            MID_YEAR,
            SEX,
            Column("age", "integer", "Age at the mid-year, 90 for 90 and over", minimum=0, maximum=90),
            Column("opening", "number", "The cohort a year earlier", unit="persons", minimum=0),
            Column("births", "number", "Births", unit="persons", minimum=0),
            Column("deaths", "number", "Deaths", unit="persons", minimum=0),
            Column("net_migration", "number", "Net migrants", unit="persons"),
            Column("other", "number", "What the published estimate adds", unit="persons"),
            Column("closing", "number", "The cohort at the mid-year", unit="persons", minimum=0),
        ),
        stage="population",
    ),
    Table(
        name="age_patterns",
        description="Draws of persons by single year of age, packed small for the report's choice of ages",
        keys=("scenario", "place", "year"),
        columns=(
            _SCENARIO,
            PLACE,
            MID_YEAR,
            Column("patterns", "integer", "Patterns over age that the draws are held by", minimum=1),
            Column("pack", "text", "The pack of models.demography.age_range_packs, base64"),
        ),
        stage="population",
    ),
    Table(
        name="unrebased_projection",
        description="What the model says from its base year and no later estimate, on the homes recorded "
        "since and on those that the record before would have led to expect",
        keys=("homes", "place", "year"),
        columns=(
            Column(
                "homes",
                "text",
                "Homes it knows of: past_rate is a forecast, recorded tests the demography",
                allowed=("recorded", "past_rate"),
            ),
            PLACE,
            MID_YEAR,
            Column("population", "number", "Principal run", unit="persons", minimum=0),
        ),
        stage="population",
    ),
    Table(
        name="local_rates",
        description="A place's births and deaths over what national rates would give its people: "
        "the ratios by which the nation's fertility and mortality are scaled",
        keys=("place",),
        columns=(
            PLACE,
            _PLACE_NAME,
            Column("fertility", "number", "Births of the latest year", unit="ratio to the nation's rates"),
            Column("mortality", "number", "Deaths of all usual years", unit="ratio to the nation's rates"),
        ),
        stage="population",
    ),
    Table(
        name="local_rate_ratios",
        description="A place's births and deaths over what national rates would give its people",
        keys=("place",),
        columns=(
            PLACE,
            Column("fertility", "number", "Births of the latest year", unit="ratio to the nation's rates"),
            Column("mortality", "number", "Deaths of all usual years", unit="ratio to the nation's rates"),
        ),
        stage="population",
    ),
)
