"""The registers every stage leans on: places, assumptions, sources. A stage declares its own figures."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table

PLACES = Table(
    name="places",
    description="The places of the run: councils by GSS code, and the system they make up",
    keys=("place",),
    columns=(
        Column("place", "text", "GSS code"),
        Column("place_name", "text", "Name of the place"),
        Column("kind", "text", "A council, or the system as a whole", allowed=("place", "system")),
        Column("trajectory_file", "text", "The council's housing trajectory, by file name", nullable=True),
    ),
    stage="inputs",
    source_id="ons_code_history",
)

ASSUMPTIONS = Table(
    name="assumptions",
    description="Every modelling number: its value, its range, where it comes from and where it is used",
    keys=("id",),
    columns=(
        Column("id", "text", "Domain and name of the assumption"),
        Column("value", "number", "Central value"),
        Column("low", "number", "Lower end of its 80 % range (P10)", nullable=True),
        Column("high", "number", "Upper end of its 80 % range (P90)", nullable=True),
        Column("unit", "text", "Unit of value, low and high"),
        Column("source_id", "text", "A source of the sources table"),
        Column(
            "evidence_grade",
            "text",
            "A published figure, B derived or printed second-hand, C a working assumption",
            allowed=("A", "B", "C"),
        ),
        Column("used_in", "text", "The code that uses it"),
        Column("note", "text", "What a reader should know of it", nullable=True),
    ),
    stage="inputs",
)

SOURCES = Table(
    name="sources",
    description="Every source: what was published, by whom, in which release, under which licence",
    keys=("id",),
    columns=(
        Column("id", "text", "Name by which tables and assumptions cite it"),
        Column("title", "text", "Title of the publication"),
        Column("publisher", "text", "Who published it"),
        Column("series", "text", "Series or table"),
        Column("release", "text", "Release or vintage"),
        Column("licence", "text", "Licence it is used under"),
        Column("coverage", "text", "Area and period"),
        Column("note", "text", "What a reader should know of it", nullable=True),
    ),
    stage="inputs",
)

SOURCE_FRESHNESS = Table(
    name="source_freshness",
    description="How old the release we hold of each source is, its publisher's rhythm, and what comes next",
    keys=("source_id",),
    columns=(
        Column("source_id", "text", "A source of the sources table"),
        Column("released", "text", "Month in which the release we hold was published", nullable=True),
        Column(
            "rhythm_months",
            "integer",
            "Months from one release of the publisher to the next",
            unit="months",
            nullable=True,
            minimum=1,
            maximum=240,
        ),
        Column("next_release", "text", "Month in which the next was or is expected", nullable=True),
        Column("newer_release", "text", "What newer release would take the place of ours"),
        Column("note", "text", "What a reader should know of it", nullable=True),
    ),
    stage="inputs",
)

INPUT_FILES = Table(
    name="input_files",
    description="Every file the run read, with its hash",
    keys=("id",),
    columns=(
        Column("id", "text", "data/ or trajectories/ and the path of the file in that folder"),
        Column("table", "text", "The input table it holds", nullable=True),
        Column("sha256", "text", "SHA-256 of its bytes"),
        Column("size_bytes", "integer", "Size", unit="bytes", minimum=0),
        Column("source_id", "text", "A source of the sources table", nullable=True),
    ),
    stage="inputs",
)

SCENARIOS = Table(
    name="scenarios",
    description="The scenarios of the run, each with its whole definition",
    keys=("scenario",),
    columns=(
        Column("scenario", "text", "Name of the scenario"),
        Column("definition_json", "text", "Its definition"),
    ),
    stage="inputs",
)

SYSTEM_TOTALS = Table(
    name="system_totals",
    description="Figures printed for a whole system, each with the places it is of",
    keys=("total", "system"),
    columns=(
        Column("total", "text", "Domain and name of the total"),
        Column("system", "text", "Code of the system it is of"),
        Column("places", "text", "GSS codes of every place it covers, a space between two"),
        Column("value", "number", "The figure"),
        Column("unit", "text", "Unit of the value"),
        Column("source_id", "text", "A source of the sources table"),
        Column(
            "evidence_grade",
            "text",
            "A published figure, B derived or printed second-hand, C a working assumption",
            allowed=("A", "B", "C"),
        ),
        Column("note", "text", "What a reader should know of it", nullable=True),
    ),
    stage="inputs",
)

INPUTS: tuple[Table, ...] = (PLACES, ASSUMPTIONS, SOURCE_FRESHNESS, SYSTEM_TOTALS)
TABLES: tuple[Table, ...] = (SOURCES, INPUT_FILES, SCENARIOS)
