"""The series on record that a release may have forecast: names, what is recorded, what releases forecast.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

from collections.abc import Mapping

import dagster as dg
import numpy as np
import pandas as pd

from assets.inputs.scenarios import PRINCIPAL

_WORDS = {
    "ae_attendances": ("A&E attendances", "attendances"),
    "emergency_admissions": ("Emergency admissions", "admissions"),
    "general_acute_beds_occupied": ("General and acute beds occupied", "beds"),
    "gp_appointments": ("GP appointments", "appointments"),
}


@dg.asset(group_name="history")
def recorded_figures(
    mid_year_estimate_totals: pd.DataFrame,
    net_additional_dwellings: pd.DataFrame,
    monthly_series: pd.DataFrame,
    places: pd.DataFrame,
    providers: pd.DataFrame,
) -> pd.DataFrame:
    """Every figure on record that a release may have forecast: yearly by place, monthly by provider."""
    place_names = dict(zip(places["place"], places["place_name"], strict=True))
    provider_names = dict(zip(providers["provider"], providers["provider_name"], strict=True))
    people = pd.DataFrame(
        {
            "series": population_series(mid_year_estimate_totals["place"]),
            "period": mid_year_estimate_totals["year"].astype(str),
            "title": "Mid-year estimate of " + mid_year_estimate_totals["place"].map(place_names),
            "unit": "people",
            "actual": mid_year_estimate_totals["population"].astype("float64"),
        }
    )
    homes = pd.DataFrame(
        {
            "series": homes_series(net_additional_dwellings["place"]),
            "period": financial_year(net_additional_dwellings["year"]),
            "title": "Net additional dwellings of " + net_additional_dwellings["place"].map(place_names),
            "unit": "dwellings",
            "actual": net_additional_dwellings["net_additional_dwellings"].astype("float64"),
        }
    )
    clean = monthly_series[monthly_series["status"] == "clean"]
    ahead = set(monthly_name(monthly_series[monthly_series["status"] == "ahead"]))
    names = monthly_name(clean)
    ended = clean.groupby(names)["month"].transform("max")
    history = np.where(names.isin(ahead), "", " (history: recorded until " + ended + ", not forecast)")
    months = pd.DataFrame(
        {
            "series": names,
            "period": clean["month"],
            "title": clean["measure"].map({name: words[0] for name, words in _WORDS.items()})
            + ", "
            + clean["provider"].map(provider_names)
            + history,
            "unit": clean["measure"].map({name: words[1] for name, words in _WORDS.items()}),
            "actual": clean["value"].astype("float64"),
        }
    )
    parts = [
        people.assign(frequency="yearly"),
        homes.assign(frequency="yearly"),
        months.assign(frequency="monthly"),
    ]
    columns = ["series", "period", "frequency", "title", "unit", "actual"]
    whole = pd.concat(parts, ignore_index=True)[columns].dropna(subset=["actual"])
    return whole.sort_values(["series", "period"], ignore_index=True)


def population_series(place: pd.Series) -> pd.Series:
    """Name of the series of mid-year estimates of a place."""
    return "population." + place


def homes_series(place: pd.Series) -> pd.Series:
    """Name of the series of net additional dwellings of a place."""
    return "net_additional_dwellings." + place


def monthly_name(frame: pd.DataFrame) -> pd.Series:
    """Name of a monthly series of a provider."""
    return frame["measure"] + "." + frame["provider"]


def financial_year(year: pd.Series) -> pd.Series:
    """2024 as `2024/25`."""
    return year.astype(str) + "/" + (year + 1).astype(str).str[-2:]


def recorded_until(recorded: pd.DataFrame) -> dict[str, str]:
    """The last period on record of each series: what comes after it is forecast."""
    return {str(series): str(period) for series, period in recorded.groupby("series")["period"].max().items()}


def forecasts_of(tables: Mapping[str, pd.DataFrame], until: Mapping[str, str]) -> pd.DataFrame:
    """What a release's tables forecast of the series on record: series, period, principal, p10, p90.

    `until` is the last period that was on record when it was made.
    """
    people, homes, months = (tables[name] for name in FORECAST_TABLES)
    people = people[
        (people["scenario"] == PRINCIPAL) & (people["sex"] == "persons") & (people["age_band"] == "all")
    ]
    homes = homes[(homes["scenario"] == PRINCIPAL) & (homes["site_reference"] == "all")]
    parts = [
        people.assign(series=population_series(people["place"]), period=people["year"].astype(str)),
        homes.assign(series=homes_series(homes["place"]), period=financial_year(homes["year"])),
        months.assign(series=monthly_name(months), period=months["month"], principal=months["mean"]),
    ]
    every = pd.concat(
        [part[["series", "period", "principal", "p10", "p90"]] for part in parts], ignore_index=True
    )
    last = every["series"].map(dict(until))
    return every[last.notna() & (every["period"] > last.fillna(""))].reset_index(drop=True)


FORECAST_TABLES = ("population", "housing_delivery", "activity_forecast")
"""The released tables in which a release says what is to come of a recorded series."""
