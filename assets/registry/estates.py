"""Tables of the estates stage: what is required of rooms, beds, theatres and floor area, and what exists."""

from __future__ import annotations

from assets.registry.declaration import VALUES, Column, Table
from assets.registry.demand import FINANCIAL_YEAR, PLACE, PLACE_NAME, PROVIDER, PROVIDER_NAME, SCENARIO, UNIT
from assets.registry.estates_inputs import FACILITY, INPUTS
from models.estates.causes import CAUSES

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

_TIMING = Table(
    name="estates_timing",
    description="The year in which a breach is likely, and the year to decide by for space to open in time",
    keys=("scenario", "area", "facility", "threshold_percent"),
    columns=(
        SCENARIO,
        AREA,
        FACILITY,
        Column("threshold_percent", "integer", "Probability that is passed", unit="%"),
        AREA_KIND,
        Column("year", "number", "First financial year in which it is; empty where not", nullable=True),
        Column("lead_time_years", "integer", "From the decision to the opening", unit="years", minimum=0),
        Column("decide_by", "number", "Financial year of the decision", nullable=True),
        Column(
            "status",
            "text",
            "Whether that is still ahead",
            allowed=("short today", "late", "in time", "not reached"),
        ),
    ),
    stage="estates",
)

_CAUSE_WORDS = {
    "today": "Short today; the requirement of the base year where it is not known what exists",
    "planned_capacity": "What opens and closes, less what exists today",
    "new_homes": "People of homes built after the base year",
    "ageing": "An older population",
    "other_population_size": "More or fewer people in the homes of the base year",
    "health_status": "Health at a given age",
    "non_demographic_growth": "More use by the same people",
    "models_of_care": "Prevention, shifts of care, length of stay, and all factors together",
    "outside_and_level": "A hospital's people from outside, and its agreement with the monthly forecast",
    "local": "How a neighbourhood ages and moves beside its place",
}

_CAUSES = Table(
    name="estates_causes",
    description="Why space is short: today's shortfall and each cause of growth; they add up to the total. "
    "Principal run; neighbourhoods in the principal scenario",
    keys=("scenario", "area", "facility", "year"),
    columns=(
        SCENARIO,
        AREA,
        FACILITY,
        FINANCIAL_YEAR,
        AREA_KIND,
        Column("part_of", "text", "The place a neighbourhood lies in; the system otherwise"),
        Column(
            "measure",
            "text",
            "What the causes add up to: the gap, or the requirement where it is not known what exists",
            allowed=("gap", "required"),
        ),
        UNIT,
        Column("total", "number", "Gap or requirement", unit="as the facility"),
        *(Column(name, "number", _CAUSE_WORDS[name], unit="as the facility") for name in CAUSES),
    ),
    stage="estates",
)

_CAPITAL = Table(
    name="capital_requirement",
    description="Capital by the year it is spent in, optimism bias within it, at the prices of one year",
    keys=("scenario", "place", "year", "facility"),
    columns=(
        SCENARIO,
        PLACE,
        FINANCIAL_YEAR,
        FACILITY,
        Column("price_base", "text", "Prices it is in"),
        *VALUES,
        Column(
            "basis",
            "text",
            "What is built: the gap, or growth since the base year where it is not known what exists",
            allowed=("gap", "growth"),
        ),
        Column(
            "present_value_gbp",
            "number",
            "The principal run's, discounted to the first year of decision",
            unit="GBP",
        ),
        Column("running_cost_gbp", "number", "Running cost of what has opened by then", unit="GBP a year"),
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
    _TIMING,
    _CAUSES,
    _CAPITAL,
)
