"""Tables of the estates stage: what is required of rooms, beds, theatres and floor area, and what exists."""

from __future__ import annotations

from assets.registry.declaration import VALUES, Column, Table
from assets.registry.demand import FINANCIAL_YEAR, PLACE, PROVIDER, PROVIDER_NAME, SCENARIO, UNIT

FACILITY = Column(
    "facility",
    "text",
    "What is needed",
    allowed=(
        "general_acute_beds",
        "gp_consulting_rooms",
        "outpatient_rooms",
        "primary_care_gross_internal_area",
        "theatres",
    ),
)
MEASURE = Column("measure", "text", "What the values are", allowed=("required", "existing", "gap"))

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

_BREACH = Table(
    name="capacity_breach",
    description="Probability that the requirement exceeds what exists, where what exists is known",
    keys=("scenario", "area", "facility", "year"),
    columns=(
        SCENARIO,
        Column("area", "text", "Place, neighbourhood or provider"),
        FACILITY,
        FINANCIAL_YEAR,
        Column("area_kind", "text", "What the area is", allowed=("place", "neighbourhood", "provider")),
        Column("probability", "number", "Share of the draws in which it does", minimum=0, maximum=1),
    ),
    stage="estates",
)

INPUTS: tuple[Table, ...] = ()
TABLES: tuple[Table, ...] = (_ESTATES, _PROVIDER_ESTATES, _BREACH)
