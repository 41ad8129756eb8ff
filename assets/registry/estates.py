"""Tables of the estates stage: what is required of rooms, beds, theatres and floor area, and what exists."""

from __future__ import annotations

from assets.registry.declaration import VALUES, Column, Table
from assets.registry.demand import FINANCIAL_YEAR, PLACE, PLACE_NAME, PROVIDER, PROVIDER_NAME, SCENARIO, UNIT
from assets.registry.estates_inputs import FACILITY, INPUTS

__all__ = ["INPUTS", "TABLES"]

MEASURE = Column("measure", "text", "What the values are", allowed=("required", "existing", "gap"))
NEIGHBOURHOOD = Column("neighbourhood", "text", "Code of the neighbourhood")
NEIGHBOURHOOD_NAME = Column("neighbourhood_name", "text", "Name of the neighbourhood")

_ESTATES = Table(
    name="estates",
    description="Facilities that the demand of each place's people takes; hospital ones exist by provider",
    keys=("scenario", "place", "year", "facility", "measure"),
    columns=(SCENARIO, PLACE, FINANCIAL_YEAR, FACILITY, MEASURE, UNIT, *VALUES),
    stage="estates",
)

_PROVIDER_ESTATES = Table(
    name="provider_estates",
    description="Facilities that each trust's demand takes, and those that exist where known",
    keys=("scenario", "provider", "year", "facility", "measure"),
    columns=(SCENARIO, PROVIDER, FINANCIAL_YEAR, FACILITY, MEASURE, PROVIDER_NAME, UNIT, *VALUES),
    stage="estates",
)

_NEIGHBOURHOOD_ESTATES = Table(
    name="neighbourhood_estates",
    description="Primary care and community facilities by neighbourhood, what exists and the gap where known",
    keys=("scenario", "place", "neighbourhood", "year", "facility", "measure"),
    columns=(
        SCENARIO,
        PLACE,
        NEIGHBOURHOOD,
        FINANCIAL_YEAR,
        FACILITY,
        MEASURE,
        PLACE_NAME,
        NEIGHBOURHOOD_NAME,
        UNIT,
        *VALUES,
    ),
    stage="estates",
)

AREA = Column("area", "text", "Place, neighbourhood or provider")
AREA_KIND = Column("area_kind", "text", "What the area is", allowed=("place", "neighbourhood", "provider"))

_BREACH = Table(
    name="capacity_breach",
    description="Probability that the requirement exceeds what exists, where what exists is known",
    keys=("scenario", "area", "facility", "year"),
    columns=(
        SCENARIO,
        AREA,
        FACILITY,
        FINANCIAL_YEAR,
        AREA_KIND,
        Column("probability", "number", "Share of the draws in which it does", minimum=0, maximum=1),
    ),
    stage="estates",
)

_BY_PLACE = Table(
    name="provider_estates_by_place",
    description="Whose need a trust's requirement is: each place's part, and that of people from outside",
    keys=("scenario", "provider", "year", "facility", "origin"),
    columns=(
        SCENARIO,
        PROVIDER,
        FINANCIAL_YEAR,
        FACILITY,
        Column("origin", "text", "GSS code of the place, or outside"),
        Column("principal", "number", "Its part of the requirement", unit="as the facility"),
        Column("share_percent", "number", "Its share of the requirement", unit="%"),
    ),
    stage="estates",
)

_STAYS = Table(
    name="beds_by_length_of_stay",
    description="General and acute beds of the principal run under other lengths of stay",
    keys=("scenario", "provider", "year", "length_of_stay"),
    columns=(
        SCENARIO,
        PROVIDER,
        FINANCIAL_YEAR,
        Column(
            "length_of_stay",
            "text",
            "Held at the base year's, falling as in the past, or longer",
            allowed=("held", "as in the past", "longer"),
        ),
        UNIT,
        Column("principal", "number", "Beds required", unit="beds", minimum=0),
    ),
    stage="estates",
)

TABLES: tuple[Table, ...] = (
    _ESTATES,
    _PROVIDER_ESTATES,
    _NEIGHBOURHOOD_ESTATES,
    _BREACH,
    _BY_PLACE,
    _STAYS,
)
