"""Monthly series ready for forecasting: records, which months are clean and why others are not, people."""

from collections.abc import Sequence

import dagster as dg
import numpy as np
import pandas as pd

from assets.demand.monthly.monthly_records import checked_months, missing_months
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.settings import RunSettings
from assets.tables.uncertain_table import released
from models.demand.demand_level import repeated_months
from models.demand.monthly.series_cleaning import monthly_people

GP = "gp_appointments"
BEDS = "general_acute_beds_occupied"
OPEN_BEDS = "general_acute_beds_available"
COUNTS = ("ae_attendances", "emergency_admissions")
FLOW_OF = {"ae_attendances": "ae", "emergency_admissions": "emergency", BEDS: "emergency"}
"""Whose shares of places' people make a provider's modelled population, by measure."""
FILE_OF = {
    "ae_attendances": "ae_attendances_monthly.csv",
    "emergency_admissions": "ae_attendances_monthly.csv",
    BEDS: "acute_beds_monthly.csv",
    GP: "gp_appointments_monthly.csv",
}
"""Which file a measure is recorded in."""


@dg.asset(group_name="demand", kinds={"pandas"})
def monthly_series(
    context: dg.AssetExecutionContext,
    ae_attendances_monthly: pd.DataFrame,
    acute_beds_monthly: pd.DataFrame,
    gp_appointments_monthly: pd.DataFrame,
    intervention_log: pd.DataFrame,
    census_based_population: pd.DataFrame,
    population_single_year: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    scenarios: pd.DataFrame,
    assumptions: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """Recorded months by provider and measure, and the months ahead, with the modelled population of each.

    A series that ended longer ago than a record may be old is history: it has no months ahead.
    """
    known = Assumptions(assumptions)
    to_come = int(known.value("demand.monthly_ahead"))
    oldest = pd.Period(settings.today, freq="M") - int(known.value("demand.monthly_oldest_record"))
    system = str(providers.loc[providers["kind"] == "system", "provider"].item())
    people = _people(
        census_based_population,
        population_single_year,
        place_to_provider_shares,
        read_scenarios(scenarios)[0].name,
        system,
    )
    recorded = set(ae_attendances_monthly["provider"])
    frames = []
    warned: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (provider, measure), (values, repeated) in _series(
        ae_attendances_monthly, acute_beds_monthly, gp_appointments_monthly, providers, system
    ).items():
        ahead = to_come if values.index[-1] >= oldest else 0
        months = pd.period_range(values.index[0], periods=len(values) + ahead, freq="M")
        names = months.astype(str)
        not_clean = _not_clean(provider, measure, months, intervention_log)
        # What a system has beyond its trusts is in no file: a gap of it is one of theirs.
        worked_out = measure in COUNTS and provider not in recorded
        known_gaps = {month for inside, _ in not_clean for month in names[inside]}
        gaps = [month for month in missing_months(values) if month not in known_gaps]
        same = [str(month) for month in values.index[repeated & values.notna().to_numpy()]]
        for listed, what in ((gaps, "no such month"), (same, "repeats the year before to the digit")):
            if listed and not worked_out:
                warned.setdefault((measure, what, tuple(listed)), []).append(provider)
        mid_years, residents = people[provider, measure]
        frames.append(
            pd.DataFrame(
                {
                    "provider": provider,
                    "measure": measure,
                    "month": names,
                    "value": values.reindex(months).to_numpy(),
                    "status": _status(values, repeated, len(months), not_clean),
                    "people": monthly_people(
                        mid_years, residents, months[0].year, months[0].month - 1, len(months)
                    ),
                }
            )
        )
    for (measure, what, months_of), concerned in warned.items():
        where = f"{FILE_OF[measure]}, provider {', '.join(concerned)}, column {measure}"
        context.log.warning(
            f"{where}: {', '.join(months_of)}: {what}; left out of fits and levels, not filled in"
        )
    return released("monthly_series", frames)


Stretch = tuple[np.ndarray, str]
"""Which of some months are not clean, and the name of the intervention that makes them so."""


def _not_clean(provider: str, measure: str, months: pd.PeriodIndex, log: pd.DataFrame) -> list[Stretch]:
    """What the intervention log leaves out of a series by name: nobody needs to be warned of it."""
    concerned = log[
        log["provider"].isin([provider, "all"]) & (log["measure"] == measure) & (log["effect"] == "not_clean")
    ]
    columns = (concerned[name].tolist() for name in ("first_month", "last_month", "intervention"))
    return [
        (
            np.asarray((months >= pd.Period(first, freq="M")) & (months <= pd.Period(last, freq="M"))),
            intervention,
        )
        for first, last, intervention in zip(*columns, strict=True)
    ]


def _series(
    ae: pd.DataFrame, beds: pd.DataFrame, gp: pd.DataFrame, providers: pd.DataFrame, system: str
) -> dict[tuple[str, str], tuple[pd.Series, np.ndarray]]:
    """Values by month, and which repeat the year before, by provider and measure."""
    found: dict[tuple[str, str], tuple[pd.Series, np.ndarray]] = {}
    for provider, table in checked_months(ae, "ae_attendances_monthly", COUNTS, providers).items():
        repeated = repeated_months(table.to_numpy())
        for measure in COUNTS:
            known = np.flatnonzero(table[measure].notna().to_numpy())
            if len(known):
                span = slice(known[0], known[-1] + 1)
                found[provider, measure] = (table[measure].iloc[span], repeated[span])
    for measure in COUNTS:
        beyond = _beyond_the_trusts(found, measure, providers, system)
        if beyond is not None:
            found[_of_kind(providers, "urgent_care")[0], measure] = beyond
    occupied = checked_months(beds, "acute_beds_monthly", [OPEN_BEDS, BEDS], providers)
    for provider, table in occupied.items():
        found[provider, BEDS] = (table[BEDS], repeated_months(table.to_numpy()))
    if system not in occupied:
        together = pd.concat([table[BEDS] for table in occupied.values()], axis=1).sum(axis=1, skipna=False)
        marked = pd.concat(
            [pd.Series(found[provider, BEDS][1], index=table.index) for provider, table in occupied.items()],
            axis=1,
        )
        found[system, BEDS] = (together, marked.eq(True).any(axis=1).to_numpy())
    parts = ["gp", "other_practice_staff", "unknown"]
    for provider, table in checked_months(gp, "gp_appointments_monthly", parts, providers).items():
        found[provider, GP] = (table.sum(axis=1, skipna=False), repeated_months(table.to_numpy()))
    return found


def _beyond_the_trusts(
    found: dict[tuple[str, str], tuple[pd.Series, np.ndarray]],
    measure: str,
    providers: pd.DataFrame,
    system: str,
) -> tuple[pd.Series, np.ndarray] | None:
    """What a system recorded beyond its trusts, which is at urgent care centres; None where there is nothing.

    A month that repeats the year before in both cancels out.
    """
    trusts = [(trust, measure) for trust in _of_kind(providers, "acute")]
    whole = found.get((system, measure))
    centres = _of_kind(providers, "urgent_care")
    if whole is None or not centres or (centres[0], measure) in found:
        return None
    if not trusts or not {*trusts} <= {*found}:
        return None
    together = pd.concat([whole[0], *(found[key][0] for key in trusts)], axis=1, join="inner")
    beyond = together.iloc[:, 0] - together.iloc[:, 1:].sum(axis=1, skipna=False)
    if not len(beyond) or not (beyond.dropna() > 0).all():
        return None
    return beyond, repeated_months(beyond.to_numpy()[:, None])


def _of_kind(providers: pd.DataFrame, kind: str) -> list[str]:
    return [str(provider) for provider in providers.loc[providers["kind"] == kind, "provider"]]


def _status(values: pd.Series, repeated: np.ndarray, months: int, not_clean: Sequence[Stretch]) -> np.ndarray:
    """Clean, missing, repeated, ahead, or the name of the intervention that makes a month not clean."""
    status = np.full(months, "ahead", dtype=object)
    status[: len(values)] = np.where(values.isna(), "missing", np.where(repeated, "repeated", "clean"))
    for inside, intervention in not_clean:
        status[inside & (status == "clean")] = intervention
    return status


def _people(
    census: pd.DataFrame, projected: pd.DataFrame, shares: pd.DataFrame, scenario: str, system: str
) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """Mid-years and modelled people of each provider and measure, of the system as a whole for itself.

    The census-based mid-years before the projection that all places have, straight between them, then the
    principal run.
    """
    of_run = projected[(projected["scenario"] == scenario) & projected["place"].isin(set(shares["place"]))]
    run = of_run.groupby(["year", "place"])["principal"].sum().to_xarray().to_pandas()
    before = census.pivot_table("population", "year", "place", aggfunc="sum").dropna()
    by_year = pd.concat([before[before.index < run.index.min()], run]).astype("float64")
    mid_years = by_year.index.to_numpy().astype(np.int64)
    found: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
    for measure, group in FLOW_OF.items():
        of_group = shares[shares["flow_group"] == group].pivot_table(
            index="place", columns="provider", values="share", fill_value=0.0
        )
        catchment = by_year @ of_group.reindex(by_year.columns)
        for provider in catchment.columns:
            found[str(provider), measure] = (mid_years, catchment[provider].to_numpy())
        found[system, measure] = (mid_years, by_year.sum(axis=1).to_numpy())
    found[system, GP] = (mid_years, by_year.sum(axis=1).to_numpy())
    return found
