"""Why places' levels of activity differ: age, need, their own rates and what the record adds; and what
adult social care would be at another age curve."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.activity_rates import SEXES, england_hospital_rates, england_people
from assets.demand.recorded_activity import MEASURES
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.population.population_figures import grid
from assets.tables.uncertain_table import released
from models.arrays import FloatArray
from models.demand import activity
from models.demand.age_curves import AGES
from models.demand.level_explained import at_shape, explained

NEED = "general_and_acute"
LEFT_OVER = {
    "ae_attendances": "Attendances at departments of all types today over the curve of 2014/15; who goes to "
    "which trust; urgent care centres",
    "emergency_admissions": "Same-day emergency care that one trust counts as an admission and another does "
    "not; who goes to which trust; patients from outside",
    "overnight_bed_days": "Stays longer or shorter than England's; who goes to which trust; patients from "
    "outside",
}
"""What the factor of a measure may be, beside an error of the record."""
CLIENTS = "adult_social_care_long_term_clients"
SHAPES = {
    "one rate from 65, as used": CLIENTS,
    "rising as dementia does": "dementia",
    "rising as care home residents do": "care_home_places",
}
"""Age curves of long-term clients aged 65 and over, by the service whose curve they take."""
_COMPARED_IN = 2040


@dg.asset(group_name="demand", kinds={"numpy"})
def activity_levels(
    activity_calibration: pd.DataFrame,
    population_single_year: pd.DataFrame,
    hospital_activity_rates_adults: pd.DataFrame,
    hospital_activity_rates_children: pd.DataFrame,
    ae_attendances_by_age: pd.DataFrame,
    england_population: pd.DataFrame,
    need_indices: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Each place's A&E attendances, emergency admissions and bed days, explained in steps."""
    known = Assumptions(assumptions)
    year = int(known.value("demand.base_year"))
    england = england_hospital_rates(
        known,
        hospital_activity_rates_adults,
        hospital_activity_rates_children,
        ae_attendances_by_age,
        england_population,
    )
    need = need_indices[need_indices["need"] == NEED].set_index("place")["need_index"]
    of_place = activity_calibration.set_index(["place", "service"])[["expected", "calibrated"]]
    rows = []
    for place, people in _people(population_single_year, scenarios, [year], activity_calibration).items():
        for measure, services in MEASURES.items():
            both = of_place.loc[[(place, service) for service in services]].sum()
            curve = np.sum([england[service] for service in services], axis=0)
            found = explained(
                people[0], curve, float(need[place]), float(both["expected"]), float(both["calibrated"])
            )
            rows.append(
                {
                    "place": place,
                    "measure": measure,
                    "year": year,
                    "by_age": found.by_age,
                    "need_index": float(need[place]),
                    "by_need": found.by_need,
                    "by_own_rates": found.by_own_rates,
                    "level": found.level,
                    "factor": found.factor,
                    "beyond_need": found.beyond_need,
                    "left_over": LEFT_OVER[measure],
                }
            )
    return released("activity_levels", [pd.DataFrame(rows)])


@dg.asset(group_name="demand", kinds={"numpy"})
def social_care_by_age(
    activity_rates: pd.DataFrame,
    population_single_year: pd.DataFrame,
    england_population: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Long-term clients from 65 on, were they to rise with age and England's total to stay what it is."""
    known = Assumptions(assumptions)
    years = [int(known.value("demand.base_year")), _COMPARED_IN]
    older_from = int(known.value("demand.adult_social_care_older_from_age"))
    england = england_people(england_population) * known.value("demand.england_population_growth_since_2021")
    total = known.value("demand.adult_social_care_clients_65_and_over")
    rows = []
    for place, people in _people(population_single_year, scenarios, years, activity_rates).items():
        of_place = activity_rates[activity_rates["place"] == place]
        for shape, service in SHAPES.items():
            rates = at_shape(_curve(of_place, service), england, total, older_from)
            clients = (people * rates).sum(axis=(1, 2))
            growth = 100 * (clients / clients[0] - 1)
            rows += [
                {"place": place, "shape": shape, "year": year, "clients": number, "growth_percent": change}
                for year, number, change in zip(years, clients, growth, strict=True)
            ]
    return released("social_care_by_age", [pd.DataFrame(rows)])


def _curve(rates: pd.DataFrame, service: str) -> FloatArray:
    return grid(rates[rates["service"] == service], "rate", sex=SEXES, age=range(AGES))


def _people(
    single_year: pd.DataFrame, scenarios: pd.DataFrame, years: list[int], wanted_places: pd.DataFrame
) -> dict[str, FloatArray]:
    """People (year, 2, 91) of financial years in the principal scenario by place of `wanted_places`."""
    principal = read_scenarios(scenarios)[0].name
    wanted = sorted({mid for year in years for mid in (year, year + 1)})
    # Numbers first: text is compared only where they fit.
    rows = single_year[single_year["year"].isin(wanted)]
    rows = rows[(rows["scenario"] == principal) & rows["place"].isin(wanted_places["place"].unique())]
    found = {}
    for place, of_place in rows[rows["sex"].isin(SEXES)].groupby("place"):
        at = grid(of_place, "principal", year=wanted, sex=SEXES, age=range(AGES))
        found[str(place)] = np.concatenate(
            [
                activity.financial_year_average(at[[wanted.index(year), wanted.index(year + 1)]], axis=0)
                for year in years
            ]
        )
    return found
