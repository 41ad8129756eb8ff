"""Growth beyond demography: what was recorded by trust, and demand with and without what is assumed."""

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.monthly.monthly_series import BEDS
from assets.demand.recorded_activity import BED_DAYS
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import PRINCIPAL, WITHOUT_ADDED_GROWTH
from assets.tables.uncertain_table import released
from models.demand.growth_check import growth, growth_a_year

MONTHS = 12
SHOWN_YEARS = (2030, 2035, 2040, 2050)
ASSUMED = {"ae_attendances": "ae", "emergency_admissions": "non_elective", BED_DAYS: "non_elective"}
"""The growth group whose assumption stands beside a measure."""


@dg.asset(group_name="demand", kinds={"pandas"})
def recorded_growth(
    recorded_activity: pd.DataFrame,
    monthly_series: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Growth between a provider's first and last complete year on record, its people's, and what is left."""
    known = Assumptions(assumptions)
    people = _people(monthly_series)
    rows = recorded_activity[recorded_activity["measure"].isin(ASSUMED)]
    rows = rows[rows["level"].gt(0)].merge(people, on=["provider", "measure", "year"])
    by_series = rows.sort_values("year").groupby(["provider", "measure"])[["year", "level", "people"]]
    ends = by_series.first().join(by_series.last(), lsuffix="_first", rsuffix="_last").reset_index()
    ends = ends[ends["year_last"] > ends["year_first"]]
    years = (ends["year_last"] - ends["year_first"]).to_numpy()
    grown = {
        name: growth_a_year(ends[f"{name}_first"].to_numpy(), ends[f"{name}_last"].to_numpy(), years)
        for name in ("level", "people")
    }
    first, last = ((ends[f"level_{end}"] / ends[f"people_{end}"]).to_numpy() for end in ("first", "last"))
    ids = ends["measure"].map(ASSUMED).radd("demand.non_demographic_growth_")
    table = ends.assign(
        provider_name=ends["provider"].map(providers.set_index("provider")["provider_name"]),
        first_year=ends["year_first"],
        last_year=ends["year_last"],
        recorded_growth=grown["level"],
        people_growth=grown["people"],
        growth_a_person=growth_a_year(first, last, years),
        assumed_growth=[known.range(each)[0] for each in ids],
        assumed_low=[known.range(each)[1] for each in ids],
        assumed_high=[known.range(each)[2] for each in ids],
    )
    return released("recorded_growth", [table])


@dg.asset(group_name="demand", kinds={"pandas"})
def growth_beyond_demography(demand: pd.DataFrame) -> pd.DataFrame:
    """Demand of every place and service in the principal scenario, and without growth beyond demography."""
    base_year = int(demand["year"].min())
    wanted = demand[demand["year"].isin(SHOWN_YEARS)]
    keys = ["place", "service", "year"]
    without = wanted[wanted["scenario"] == WITHOUT_ADDED_GROWTH].set_index(keys)["principal"]
    base = demand[(demand["scenario"] == PRINCIPAL) & (demand["year"] == base_year)]
    table = wanted[wanted["scenario"] == PRINCIPAL].reset_index(drop=True)
    table = table.join(without.rename("without"), on=keys)
    table = table.join(base.set_index(["place", "service"])["principal"].rename("base_value"), on=keys[:2])
    first = table["base_value"].to_numpy(float)
    table["growth_percent"] = growth(first, table["principal"].to_numpy(float))
    table["growth_without_percent"] = growth(first, table["without"].to_numpy(float))
    return released("growth_beyond_demography", [table])


def _people(monthly_series: pd.DataFrame) -> pd.DataFrame:
    """Modelled people of each provider and measure by financial year: the mean of its months."""
    period = pd.PeriodIndex(monthly_series["month"], freq="M")
    measures = monthly_series["measure"].replace({BEDS: BED_DAYS})
    labelled = monthly_series.assign(year=np.asarray(period.asfreq("Y-MAR").year - 1), measure=measures)
    by_year = labelled.groupby(["provider", "measure", "year"], as_index=False)["people"].agg(
        ["mean", "count"]
    )
    whole = by_year[by_year["count"] == MONTHS]
    return whole.rename(columns={"mean": "people"})[["provider", "measure", "year", "people"]]
