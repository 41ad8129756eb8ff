"""Input tables of the population stage: what is published of people, homes and national rates."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table

ESTIMATE_BANDS = ("0", "1-4", *(f"{first}-{first + 4}" for first in range(5, 90, 5)), "90+")
"""The bands of the published estimates, youngest first."""
NEIGHBOURHOOD_BANDS = ("0-4", "5-15", "16-24", "25-44", "45-64", "65-74", "75-84", "85+")
"""The bands of the published estimates of small areas."""
UNALLOCATED = "unallocated"
"""Where a site stands whose neighbourhood is not known."""
RATE_BANDS = (*(f"{first}-{first + 4}" for first in range(0, 85, 5)), "85+")
"""The bands of the published household representative rates."""

PLACE = Column("place", "text", "GSS code")
MID_YEAR = Column("year", "integer", "Mid-year (30 June)", minimum=2001, maximum=2100)
SEX = Column("sex", "text", "Sex", allowed=("female", "male"))
_CALENDAR = Column("year", "integer", "Calendar year", minimum=1991, maximum=2100)
_BAND = Column("age_band", "text", "Age band", allowed=ESTIMATE_BANDS)
_PEOPLE = Column("population", "integer", "Usual residents", unit="persons", minimum=0)


INPUTS: tuple[Table, ...] = (
    Table(
        name="census_based_population",
        description="Mid-year estimates that stand on a census, by sex and age band; the latest is the base",
        keys=("place", "year", "sex", "age_band"),
        columns=(PLACE, MID_YEAR, SEX, _BAND, _PEOPLE),
        stage="population",
        source_id="ons_mye_census_based",
    ),
    Table(
        name="population_estimates",
        description="Mid-year estimates after the base, persons by age band, to which projections are raked",
        keys=("place", "year", "age_band"),
        columns=(PLACE, MID_YEAR, _BAND, _PEOPLE),
        stage="population",
        source_id="ons_mye_2023_2024",
    ),
    Table(
        name="past_components_of_change",
        description="Components of change of past mid-years: births, deaths and gross migration",
        keys=("place", "year"),
        columns=(
            PLACE,
            Column("year", "integer", "Mid-year the components lead to", minimum=1991, maximum=2100),
            Column("births", "integer", "Births", unit="persons", minimum=0),
            Column("deaths", "integer", "Deaths", unit="persons", minimum=0),
            Column("internal_in", "integer", "From elsewhere in the country", unit="persons", minimum=0),
            Column("internal_out", "integer", "To elsewhere in the country", unit="persons", minimum=0),
            Column("international_in", "integer", "From abroad", unit="persons", minimum=0),
            Column("international_out", "integer", "To abroad", unit="persons", minimum=0),
            Column("other_change", "integer", "Other change, prisoners and armed forces", unit="persons"),
        ),
        stage="population",
        source_id="ons_components_of_change",
    ),
    Table(
        name="births_and_deaths",
        description="Births and registered deaths of calendar years",
        keys=("place", "year"),
        columns=(
            PLACE,
            _CALENDAR,
            Column("births", "integer", "Live births", unit="persons", minimum=0),
            Column("deaths", "integer", "Registered deaths", unit="persons", minimum=0),
            Column(
                "deaths_usual",
                "text",
                "Whether deaths of the year say something of the years to come; no for 2020 and 2021",
                allowed=("yes", "no"),
            ),
        ),
        stage="population",
        source_id="ons_births_and_deaths",
    ),
    Table(
        name="census_households",
        description="Households on census day",
        keys=("place", "census_year"),
        columns=(
            PLACE,
            Column("census_year", "integer", "Year of the census", minimum=2001, maximum=2100),
            Column("households", "integer", "Households with a usual resident", unit="households", minimum=1),
        ),
        stage="population",
        source_id="ons_census_households",
    ),
    Table(
        name="dwelling_stock",
        description="Dwellings on 31 March",
        keys=("place", "year"),
        columns=(
            PLACE,
            Column("year", "integer", "31 March of the year", minimum=1991, maximum=2100),
            Column("dwellings", "integer", "Properties on the council tax list", unit="dwellings", minimum=1),
        ),
        stage="population",
        source_id="voa_ctsop",
    ),
    Table(
        name="household_representative_rates",
        description="Household representatives and communal residents, of the residents of an age band",
        keys=("age_band",),
        columns=(
            Column("age_band", "text", "Age band", allowed=RATE_BANDS),
            Column(
                "household_representative_rate",
                "number",
                "Residents who represent a household",
                unit="households a resident",
                minimum=0,
                maximum=1,
            ),
            Column(
                "communal_share",
                "number",
                "Residents of communal establishments",
                unit="share of residents",
                minimum=0,
                maximum=1,
            ),
        ),
        stage="population",
        source_id="dclg_2012_household_projections",
    ),
    Table(
        name="national_fertility",
        description="Births a thousand women by single year of age, national assumptions",
        keys=("year", "age"),
        columns=(
            MID_YEAR,
            Column("age", "integer", "Age of the mother", unit="years", minimum=10, maximum=60),
            Column(
                "births_per_1000_women",
                "number",
                "Births a year",
                unit="births a thousand women",
                minimum=0,
                maximum=1000,
            ),
        ),
        stage="population",
        source_id="ons_npp_2020",
    ),
    Table(
        name="national_mortality",
        description="Deaths between two mid-years of 100,000 people of an age, national assumptions",
        keys=("year", "sex", "age"),
        columns=(
            MID_YEAR,
            SEX,
            Column("age", "text", "Single year of age at the first mid-year, or birth"),
            Column(
                "deaths_per_100000",
                "number",
                "Deaths before the next mid-year; for birth, before the first",
                unit="deaths a hundred thousand people",
                minimum=0,
                maximum=100000,
            ),
        ),
        stage="population",
        source_id="ons_npp_2020",
    ),
    Table(
        name="national_deaths",
        description="Deaths registered in England and its population, by sex and age band",
        keys=("year", "sex", "age_band"),
        columns=(
            _CALENDAR,
            SEX,
            _BAND,
            Column("deaths", "integer", "Deaths registered", unit="persons", minimum=0),
            _PEOPLE,
        ),
        stage="population",
        source_id="ons_deaths_and_population_england",
    ),
    Table(
        name="international_migration_profile",
        description="Migrants into and out of England by age and sex, national assumptions",
        keys=("flow", "sex", "age_band"),
        columns=(
            Column("flow", "text", "Direction", allowed=("in", "out", "net")),
            SEX,
            _BAND,
            Column("migrants", "integer", "Migrants of a year", unit="persons"),
        ),
        stage="population",
        source_id="ons_npp_2020",
    ),
    Table(
        name="national_fertility_2013",
        description="Births a thousand women as assumed about 2011, for projections held against 2021",
        keys=("age",),
        columns=(
            Column("age", "integer", "Age of the mother", unit="years", minimum=10, maximum=60),
            Column(
                "births_per_1000_women", "number", "Births a year", unit="births a thousand women", minimum=0
            ),
        ),
        stage="population",
        source_id="ons_npp_2012",
    ),
    Table(
        name="msoa_population",
        description="People of small areas before the base, persons by age band",
        keys=("place", "msoa", "age_band"),
        columns=(
            PLACE,
            Column("msoa", "text", "Code of the middle layer super output area"),
            Column("age_band", "text", "Age band", allowed=NEIGHBOURHOOD_BANDS),
            _PEOPLE,
        ),
        stage="population",
        source_id="ons_small_area_2020",
    ),
    Table(
        name="neighbourhoods",
        description="Which neighbourhood a small area belongs to: itself, or one of the user's own lookup",
        keys=("msoa",),
        columns=(
            Column("msoa", "text", "Code of the middle layer super output area"),
            Column("neighbourhood", "text", "Code of the neighbourhood, network or catchment"),
            Column("neighbourhood_name", "text", "Its name"),
        ),
        stage="population",
        source_id="ons_small_area_2020",
    ),
    Table(
        name="site_neighbourhoods",
        description="Small area in which a housing site lies, or unallocated where that is not known",
        keys=("place", "site_reference"),
        columns=(
            PLACE,
            Column("site_reference", "text", "Reference of the site"),
            Column("msoa", "text", "Code of the middle layer super output area, or unallocated"),
            Column("evidence_grade", "text", "C for an assignment of ours", allowed=("A", "B", "C")),
            Column("note", "text", "What the assignment rests on", nullable=True),
        ),
        stage="population",
        source_id="placecast",
    ),
)
