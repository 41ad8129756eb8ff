"""Input tables of the estates stage: what facilities there are, what exists, and what is planned."""

from __future__ import annotations

from assets.tables.declarations.declaration import YEAR, Column, Table
from assets.tables.declarations.demand_tables import GRADE, NOTE, PLACE, SOURCE_ID
from assets.tables.declarations.population_input_tables import NEIGHBOURHOOD_BANDS
from models.estates.capacity_formulae import FACILITIES

KINDS_OF_CAPITAL = (
    "community_premises",
    "general_practice_premises",
    "hospital_capital",
    "mental_health_capital",
)
"""Kinds of capital a facility may be asked of developers under; they are different asks."""

SITE_REFERENCE = Column("site_reference", "text", "Reference of the site")
FACILITY = Column("facility", "text", "What is needed", allowed=tuple(FACILITIES))
_UNIT = Column("unit", "text", "Unit of the quantity: that of the facility in facilities.csv")
_PROVIDER = Column("provider", "text", "The hospital provider whose it is", nullable=True)
_NEIGHBOURHOOD = Column("neighbourhood", "text", "Its neighbourhood, where known", nullable=True)


def _year(name: str, description: str, *, nullable: bool = True, earliest: int = 1900) -> Column:
    return Column(name, "integer", description, YEAR, nullable=nullable, minimum=earliest, maximum=2200)


_FACILITIES = Table(
    name="facilities",
    description="Every facility that is worked out: its unit, where it is counted, what it costs",
    keys=("facility",),
    columns=(
        FACILITY,
        Column("facility_name", "text", "Name"),
        Column("unit", "text", "Unit"),
        Column(
            "level",
            "text",
            "Where what exists is counted",
            allowed=("provider", "place", "neighbourhood"),
        ),
        Column(
            "contribution",
            "text",
            "The capital it may be asked of developers under",
            allowed=(*KINDS_OF_CAPITAL, "none"),
        ),
        Column("cost_gbp", "number", "Capital cost of a unit", unit="GBP", nullable=True, minimum=0),
        Column("cost_low_gbp", "number", "Its P10", unit="GBP", nullable=True, minimum=0),
        Column("cost_high_gbp", "number", "Its P90", unit="GBP", nullable=True, minimum=0),
        _year("cost_year", "Financial year of its prices"),
        Column(
            "building",
            "text",
            "Kind of building, for optimism bias",
            allowed=("standard", "non_standard"),
            nullable=True,
        ),
        Column("running_cost_gbp", "number", "Running cost of a unit a year", nullable=True, minimum=0),
        Column("lead_time_years", "integer", "From the decision to the opening", unit="years", minimum=0),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
)

_PREMISES = Table(
    name="premises",
    description="Register of premises: what exists; an empty quantity is not known",
    keys=("site_code", "facility"),
    columns=(
        Column("site_code", "text", "Code of the site or practice"),
        Column("site_name", "text", "Name"),
        PLACE,
        _PROVIDER,
        _NEIGHBOURHOOD,
        FACILITY,
        Column("quantity", "number", "What exists; empty where not known", nullable=True, minimum=0),
        _UNIT,
        Column("gross_internal_area_m2", "number", "Of the site", unit="m2", nullable=True, minimum=0),
        Column("registered_patients", "integer", "List of a practice", nullable=True, minimum=0),
        Column(
            "condition",
            "text",
            "Physical condition, A as new to D",
            nullable=True,
            allowed=("A", "B", "C", "D"),
        ),
        Column(
            "functional_suitability",
            "text",
            "Functional suitability, A to D",
            nullable=True,
            allowed=("A", "B", "C", "D"),
        ),
        Column(
            "tenure",
            "text",
            "Tenure",
            nullable=True,
            allowed=("freehold", "leasehold", "licence", "lift", "pfi"),
        ),
        _year("lease_end", "In which a lease ends"),
        _year("opened", "Financial year it opened in", earliest=1700),
        _year("closes", "Financial year from which it is closed"),
        Column("planned_change", "number", "Planned change of the quantity", nullable=True),
        _year("planned_change_year", "Financial year of the change"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
)

_COVERAGE = Table(
    name="register_coverage",
    description="Facilities of a place whose every building stands in the register of premises",
    keys=("place", "facility"),
    columns=(
        PLACE,
        FACILITY,
        Column("checked_by", "text", "Who says so"),
        Column("checked_against", "text", "The list it was checked against, with its date"),
    ),
    stage="estates",
    may_be_empty=True,
    source_id="placecast",
)

_SCHEMES = Table(
    name="estate_schemes",
    description="Schemes in the pipeline: switched on or off, dated with uncertainty, sized",
    keys=("scheme", "facility"),
    columns=(
        Column("scheme", "text", "Scheme"),
        FACILITY,
        Column("scheme_name", "text", "Name"),
        PLACE,
        _PROVIDER,
        _NEIGHBOURHOOD,
        Column("quantity", "number", "What it adds"),
        _UNIT,
        Column("gross_internal_area_m2", "number", "Its area", unit="m2", nullable=True, minimum=0),
        _year("opening_year", "Financial year it opens in", nullable=False),
        _year("opening_low", "Its P10", nullable=False),
        _year("opening_high", "Its P90", nullable=False),
        Column("switch", "text", "Whether the run counts on it", allowed=("on", "off")),
        Column("funded", "text", "Whether its capital is found", allowed=("yes", "no")),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
)

_PRICES = Table(
    name="price_index",
    description="Price index that brings costs to the price base of the run",
    keys=("year",),
    columns=(
        Column("year", "integer", "Financial year that starts in it", minimum=1990, maximum=2100),
        Column("index_value", "number", "Index", minimum=0.001),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
)

ITEMS = (*KINDS_OF_CAPITAL, "general_practice_equipment", "service_funding")
"""What a site may be asked for: kinds of capital, each an ask of its own, and service funding."""

BEDROOMS = ("1", "2", "3", "4+")

_OCCUPANCY = Table(
    name="occupancy_by_bedrooms",
    description="People who first live in a new home, by its bedrooms and their age",
    keys=("bedrooms", "age_band"),
    columns=(
        Column("bedrooms", "text", "Bedrooms of the home", allowed=BEDROOMS),
        Column("age_band", "text", "Age band", allowed=NEIGHBOURHOOD_BANDS),
        Column("people_a_home", "number", "People", unit="people a home", minimum=0, maximum=10),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
    complete=("bedrooms", "age_band"),
)

_SITE_FUNDING = Table(
    name="site_funding",
    description="What is secured from a site or found elsewhere for it, named: nothing is asked twice",
    keys=("place", "site_reference", "item", "kind", "name"),
    columns=(
        PLACE,
        SITE_REFERENCE,
        Column("item", "text", "What it pays for", allowed=ITEMS),
        Column(
            "kind",
            "text",
            "An agreement with the developer, the tariff, or other funding",
            allowed=("section_106", "milton_keynes_tariff", "other_funding"),
        ),
        Column("name", "text", "What it is called"),
        Column("amount_gbp", "number", "Amount; empty where not known", "GBP", nullable=True, minimum=0),
        Column(
            "health_part",
            "text",
            "Whether all of the amount is for the item, or a part that is not published",
            allowed=("all", "not published"),
        ),
        _year("price_year", "Financial year of its prices"),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
)

_LEVY = Table(
    name="infrastructure_levy",
    description="Community infrastructure levy by council, and whether it pays for health",
    keys=("place",),
    columns=(
        PLACE,
        Column("adopted", "text", "Whether the council charges it", allowed=("yes", "no")),
        _year("since", "From which it is charged"),
        Column("funds_health", "text", "Whether it pays for health", allowed=("yes", "no", "unknown")),
        SOURCE_ID,
        GRADE,
        NOTE,
    ),
    stage="estates",
)

INPUTS: tuple[Table, ...] = (
    _FACILITIES,
    _PREMISES,
    _COVERAGE,
    _SCHEMES,
    _PRICES,
    _OCCUPANCY,
    _SITE_FUNDING,
    _LEVY,
)
