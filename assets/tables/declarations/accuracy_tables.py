"""Tables of the accuracy stage: what others project or published, and how far ours and theirs stand apart."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table

INPUTS: tuple[Table, ...] = (
    Table(
        name="official_projections",
        description="Official population projections that ours are compared with",
        keys=("projection", "place", "year", "age_band"),
        columns=(
            Column("projection", "text", "Which projection", allowed=("ons_2018_based", "ons_2022_based")),
            Column("place", "text", "GSS code"),
            Column("year", "integer", "Mid-year", minimum=2001, maximum=2100),
            Column("age_band", "text", "Age band", allowed=("all", "65+", "85+")),
            Column("population", "integer", "People", unit="persons", minimum=0),
            Column("source_id", "text", "A source of the sources table"),
        ),
        stage="accuracy",
    ),
    Table(
        name="mid_year_estimate_totals",
        description="Mid-year population estimates, totals by place, that projections are scored against",
        keys=("place", "year"),
        columns=(
            Column("place", "text", "GSS code"),
            Column("year", "integer", "Mid-year", minimum=2001, maximum=2100),
            Column("population", "integer", "People", unit="persons", minimum=0),
            Column("basis", "text", "Which release, on which census"),
            Column("source_id", "text", "A source of the sources table"),
        ),
        stage="accuracy",
    ),
    Table(
        name="published_local_figures",
        description="Figures the system itself has published on its future, as printed",
        keys=("id",),
        columns=(
            Column("id", "text", "Name of the figure"),
            Column("place", "text", "GSS code"),
            Column("year", "integer", "Mid-year it speaks of", minimum=2001, maximum=2100),
            Column(
                "measure",
                "text",
                "What it counts",
                allowed=("population", "population_65_plus", "population_85_plus"),
            ),
            Column(
                "basis", "text", "A level, or growth since the base year", allowed=("level", "growth_percent")
            ),
            Column("base_year", "integer", "Mid-year growth is counted from", nullable=True),
            Column("value", "number", "People, or percent", unit="persons or %"),
            Column("publisher_words", "text", "What was printed"),
            Column("as_of", "integer", "Year of the publication"),
            Column("source_id", "text", "A source of the sources table"),
        ),
        stage="accuracy",
    ),
)

TABLES: tuple[Table, ...] = (
    Table(
        name="benchmarks",
        description="The principal run of local_plan beside official projections and published local figures",
        keys=("place", "year", "measure", "comparator"),
        columns=(
            Column("place", "text", "GSS code"),
            Column("year", "integer", "Mid-year"),
            Column("measure", "text", "What is counted"),
            Column("comparator", "text", "Whose figure it is compared with, in words"),
            Column(
                "ours",
                "number",
                "Principal run of local_plan",
                unit="persons, or % where the figure is growth",
            ),
            Column("theirs", "number", "The other figure", unit="persons, or % where the figure is growth"),
            Column(
                "difference_percent",
                "number",
                "Ours less theirs, in percent of theirs",
                unit="%",
            ),
            Column("source", "text", "A source of the sources table"),
        ),
        stage="accuracy",
    ),
    Table(
        name="projection_errors",
        description=(
            "Projections against the mid-2024 estimates: ours from mid-2021 without re-basing, as a forecast "
            "with homes at their past rate and as a test of the demography with recorded homes, and the "
            "official ones; the error split into what was already out at mid-2021 and growth since"
        ),
        keys=("place", "projection"),
        columns=(
            Column("place", "text", "GSS code"),
            Column("place_name", "text", "Name of the place"),
            Column(
                "projection",
                "text",
                "Which projection",
                allowed=(
                    "placecast_2021_based_past_rate",
                    "placecast_2021_based",
                    "ons_2018_based",
                    "ons_2022_based",
                ),
            ),
            Column("base_year", "integer", "Mid-year of its base"),
            Column("year", "integer", "Mid-year compared"),
            Column("projected", "number", "People projected", unit="persons"),
            Column("estimate", "number", "People estimated", unit="persons"),
            Column("error", "number", "Projected less estimated", unit="persons"),
            Column("error_percent", "number", "Error in percent of the estimate", unit="%"),
            Column(
                "base_error",
                "number",
                "Part of the error that stood at mid-2021 already; unknown for a projection based later",
                unit="persons",
                nullable=True,
            ),
            Column("growth_error", "number", "The rest: growth not foreseen", unit="persons", nullable=True),
        ),
        stage="accuracy",
    ),
)
