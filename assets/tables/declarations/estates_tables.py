"""Tables of the estates stage: what is required of rooms, beds, theatres and floor area, and what exists."""

from __future__ import annotations

from assets.tables.declarations.declaration import VALUES, Column, Table
from assets.tables.declarations.demand_tables import (
    FINANCIAL_YEAR,
    PLACE,
    PLACE_NAME,
    PROVIDER,
    PROVIDER_NAME,
    SCENARIO,
    UNIT,
)
from assets.tables.declarations.estates_input_tables import BEDROOMS, FACILITY, INPUTS, ITEMS, SITE_REFERENCE
from assets.tables.declarations.population_input_tables import NEIGHBOURHOOD_BANDS
from models.estates.contribution_rules import LIMITS
from models.estates.shortfall_causes import CAUSES

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
    description="The year from which a breach stays likely to the end of the run, and the year to decide "
    "by for space to open in time; what is short today is told apart",
    keys=("scenario", "area", "facility", "threshold_percent"),
    columns=(
        SCENARIO,
        AREA,
        FACILITY,
        Column("threshold_percent", "integer", "Probability that is passed", unit="%"),
        AREA_KIND,
        Column(
            "year",
            "number",
            "First financial year from which it stays passed to the end of the run; empty where none is",
            nullable=True,
        ),
        Column("lead_time_years", "integer", "From the decision to the opening", unit="years", minimum=0),
        Column("decide_by", "number", "Financial year of the decision", nullable=True),
        Column(
            "status",
            "text",
            "Whether that is still ahead",
            allowed=("late", "in time", "not reached"),
        ),
        Column(
            "short_today",
            "text",
            "Whether it is passed in the first year of the run, though it may fall back after it",
            allowed=("yes", "no"),
        ),
    ),
    stage="estates",
)

_CAUSE_WORDS = {
    "today": "Short in the base year; its requirement where it is not known what exists",
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
            "What is built: the gap, or growth since the base year where it is not known what exists; both "
            "where the system's places differ",
            allowed=("gap", "growth", "gap and growth"),
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

_SITE_KEYS = (
    SCENARIO,
    PLACE,
    SITE_REFERENCE,
    Column("item", "text", "What it is asked for, each an ask of its own", allowed=ITEMS),
)


def _money(name: str, description: str, nullable: bool = True) -> Column:
    return Column(name, "number", description, unit="GBP", nullable=nullable)


_CONTRIBUTIONS = Table(
    name="developer_contributions",
    description="What each site is asked for, or what is secured of it; empty amounts are not known",
    keys=("scenario", "place", "site_reference", "item"),
    columns=(
        *_SITE_KEYS,
        Column("site_name", "text", "Name of the site"),
        Column(
            "status", "text", "Asked, secured by a permission, or neither", allowed=("ask", "secured", "none")
        ),
        Column("planning", "text", "Planning status, where it is from and its date where known"),
        Column("dwellings", "number", "Homes still to come", unit="dwellings", minimum=0),
        Column("residents", "number", "First occupants", unit="people", minimum=0),
        Column("net_new_residents", "number", "Of them net-new to the catchment", unit="people", minimum=0),
        Column(
            "difference_residents",
            "number",
            "People of the place with the site's homes less without them at the last mid-year, on the same "
            "draws; those who refill movers' homes and children born since among them",
            unit="people",
            nullable=True,
        ),
        Column("unit", "text", "Unit of the quantities"),
        Column("need_of_first_occupants", "number", "Space all first occupants need", minimum=0),
        Column(
            "need_counted", "number", "Of it that of net-new residents, at most the difference", minimum=0
        ),
        Column(
            "binding_limit",
            "text",
            "What the need counted is held to: the share net-new, the difference, or the growth of all sites",
            allowed=(*LIMITS, "none"),
        ),
        Column("quantity", "number", "Of it what spare capacity does not serve", minimum=0),
        Column(
            "spare_capacity_used",
            "number",
            "Spare capacity that serves the rest; empty where not known",
            nullable=True,
        ),
        Column(
            "existing_deficit_excluded",
            "number",
            "Shortfall of the catchment in the base year, no part of it asked; empty where not known",
            nullable=True,
        ),
        _money("unit_cost_gbp", "Capital cost of a unit, without optimism bias"),
        Column("cost_source_id", "text", "Source of the cost, of the sources table", nullable=True),
        Column("cost_evidence_grade", "text", "A, B or C", nullable=True),
        _money("other_funding_gbp", "Other funding taken off"),
        _money("amount_gbp", "Amount, to the pound"),
        _money("amount_low_gbp", "Its P10"),
        _money("amount_high_gbp", "Its P90"),
        _money("amount_per_dwelling_gbp", "Amount a dwelling"),
        _money("amount_per_dwelling_low_gbp", "Its P10"),
        _money("amount_per_dwelling_high_gbp", "Its P90"),
        Column("price_base", "text", "Prices it is in"),
        Column("trigger", "text", "When it is due"),
        Column("basis", "text", "What it rests on, in words"),
        Column("catchment", "text", "Where the need is met, what is free there, and as of when"),
    ),
    may_be_empty=True,
    stage="estates",
)

_RESIDENTS = Table(
    name="contribution_residents",
    description="Who first lives in the homes of each site, by bedrooms and age: what asks rest on",
    keys=("scenario", "place", "site_reference", "bedrooms", "age_band"),
    columns=(
        *_SITE_KEYS[:3],
        Column("bedrooms", "text", "Bedrooms of the home", allowed=BEDROOMS),
        Column("age_band", "text", "Age band", allowed=NEIGHBOURHOOD_BANDS),
        Column("dwellings", "number", "Homes of so many bedrooms, at every age", unit="dwellings", minimum=0),
        Column(
            "mix",
            "text",
            "Whether the mix is the trajectory's or the one assumed for every site without",
            allowed=("trajectory", "assumed"),
        ),
        Column("residents", "number", "First occupants of the age in them", unit="people", minimum=0),
        Column("source_id", "text", "Source of people a home, of the sources table"),
        Column("evidence_grade", "text", "Grade of people a home: A, B or C"),
    ),
    may_be_empty=True,
    stage="estates",
)

_SENSITIVITY = Table(
    name="contribution_sensitivity",
    description="What a site's ask would be with one assumption at either end of its range",
    keys=("scenario", "place", "site_reference", "item", "assumption"),
    columns=(
        *_SITE_KEYS,
        Column("assumption", "text", "What is changed"),
        Column("low_value", "number", "Lower end of its range, over its central value", unit="ratio"),
        Column("high_value", "number", "Upper end of its range, over its central value", unit="ratio"),
        _money("at_low_gbp", "Amount at the lower end", nullable=False),
        _money("at_high_gbp", "Amount at the upper end", nullable=False),
    ),
    may_be_empty=True,
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
    _CONTRIBUTIONS,
    _RESIDENTS,
    _SENSITIVITY,
)
