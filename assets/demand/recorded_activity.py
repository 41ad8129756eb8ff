"""The level of demand: recorded activity, the factors that scale demand to it, and how well they fit."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.demand.activity_rates import SEXES
from assets.demand.births_level import births_level
from assets.demand.hospital_flows import flow_shares, outside_shares, treating_providers
from assets.demand.monthly.monthly_records import checked_months
from assets.inputs.assumptions import Assumptions
from assets.inputs.scenarios import read_scenarios
from assets.inputs.service_list import switched_on
from assets.inputs.system_totals import SystemTotals
from assets.tables.uncertain_table import released
from housing_trajectories.findings import Finding, raise_errors
from models.arrays import FloatArray
from models.demand import activity, demand_level
from models.demand.monthly.series_cleaning import suppressed

CAMHS = "camhs_referrals"
APPOINTMENTS = "gp_appointments"
BED_DAYS = "overnight_bed_days"
BEDS_AVAILABLE = "general_acute_beds_available"
MEASURES = {
    "ae_attendances": ("ae_attendances",),
    "emergency_admissions": ("emergency_admissions",),
    BED_DAYS: ("emergency_bed_days", "elective_bed_days"),
}
"""What providers record, and the services that together are it."""
_CATCHMENTS = "ohid_trust_catchments"
RECORDED_IN = {
    "ae_attendances": "ae_attendances_monthly.csv",
    "emergency_admissions": "ae_attendances_monthly.csv",
    BED_DAYS: "acute_beds_monthly.csv",
}
"""The file of a measure."""


@dg.asset(group_name="demand", kinds={"numpy"})
def recorded_activity(
    ae_attendances_monthly: pd.DataFrame,
    acute_beds_monthly: pd.DataFrame,
    providers: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Activity that providers recorded in complete financial years, and its level without repeated months.

    Counts so small that they could tell who somebody is are not shown.
    """
    known = Assumptions(assumptions)
    table = recorded_years(ae_attendances_monthly, acute_beds_monthly, providers)
    whole = released("recorded_activity", [table, *_urgent_care(table, providers)])
    small = suppressed(
        whole["recorded"].to_numpy(),
        known.value("demand.suppressed_smallest"),
        known.value("demand.suppressed_largest"),
    )
    return whole.assign(recorded=whole["recorded"].mask(small))


def recorded_years(
    ae_attendances_monthly: pd.DataFrame, acute_beds_monthly: pd.DataFrame, providers: pd.DataFrame
) -> pd.DataFrame:
    """What each provider recorded in each complete financial year: provider, measure, year, recorded, level.

    Raises BadInput for months that cannot be.
    """
    rows: list[dict[str, object]] = []
    counted = ["ae_attendances", "emergency_admissions"]
    for provider, series in checked_months(
        ae_attendances_monthly, "ae_attendances_monthly", counted, providers
    ).items():
        repeated = demand_level.repeated_months(series.to_numpy())
        for measure, unit in (("ae_attendances", "attendances"), ("emergency_admissions", "admissions")):
            for year in _years(series[measure], repeated):
                rows.append(_row(str(provider), measure, unit, year, year.recorded, year.level))
    beds = ["general_acute_beds_available", "general_acute_beds_occupied"]
    for provider, series in checked_months(acute_beds_monthly, "acute_beds_monthly", beds, providers).items():
        repeated = demand_level.repeated_months(series.to_numpy())
        for year in _years(series[BEDS_AVAILABLE], repeated):
            recorded, level = (demand_level.mean_of_months(total) for total in (year.recorded, year.level))
            rows.append(_row(str(provider), BEDS_AVAILABLE, "beds", year, recorded, level))
        for year in _years(series["general_acute_beds_occupied"], repeated):
            recorded, level = (
                demand_level.bed_days(demand_level.mean_of_months(total))
                for total in (year.recorded, year.level)
            )
            rows.append(_row(str(provider), BED_DAYS, "bed days", year, recorded, level))
    return pd.DataFrame(
        rows, columns=["provider", "measure", "year", "unit", "recorded", "level", "left_out"]
    )


def _years(series: pd.Series, repeated: NDArray[np.bool_]) -> list[demand_level.RecordedYear]:
    first = series.index[0].asfreq("Y-MAR")
    months_in = len(pd.period_range(first.asfreq("M", how="start"), series.index[0], freq="M")) - 1
    return demand_level.recorded_years(series.to_numpy(), repeated, first.start_time.year, months_in)


def _row(
    provider: str, measure: str, unit: str, year: demand_level.RecordedYear, recorded: float, level: float
) -> dict[str, object]:
    april = pd.Period(f"{year.year}-04", freq="M")
    return {
        "provider": provider,
        "measure": measure,
        "year": year.year,
        "unit": unit,
        "recorded": recorded,
        "level": level,
        "left_out": " ".join(str(april + month) for month in year.left_out) or None,
    }


def _urgent_care(table: pd.DataFrame, providers: pd.DataFrame) -> list[pd.DataFrame]:
    """A&E attendances the system records beyond its trusts: those of urgent care centres."""
    of_kind = {kind: set(rows["provider"]) for kind, rows in providers.groupby("kind")}
    attendances = table[table["measure"] == "ae_attendances"]
    whole = attendances[attendances["provider"].isin(of_kind.get("system", set()))].set_index("year")
    trusts = attendances[attendances["provider"].isin(of_kind["acute"])].groupby("year")[
        ["recorded", "level"]
    ]
    if whole.empty or "urgent_care" not in of_kind:
        return []
    rest = whole.copy()
    rest[["recorded", "level"]] = whole[["recorded", "level"]].sub(trusts.sum(), axis=0).dropna()
    rest["provider"] = next(iter(of_kind["urgent_care"]))
    return [rest.reset_index()]


@dg.asset(group_name="demand", kinds={"numpy"})
def activity_calibration(
    activity_rates: pd.DataFrame,
    recorded_activity: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    gp_workforce_and_patients: pd.DataFrame,
    population_single_year: pd.DataFrame,
    components_of_change: pd.DataFrame,
    births_and_deaths: pd.DataFrame,
    recorded_births: pd.DataFrame,
    area_inputs: pd.DataFrame,
    scenarios: pd.DataFrame,
    places: pd.DataFrame,
    system_totals: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """The factor that scales a place's expected activity to recorded activity, by service."""
    known = Assumptions(assumptions)
    base_year = int(known.value("demand.base_year"))
    principal = read_scenarios(scenarios)[0].name
    services = switched_on(services)
    people = _principal_people(population_single_year, principal, base_year, activity_rates)
    births = _births(components_of_change, principal, people["place"])
    expected = _expected(activity_rates, people, births, base_year, services)
    factors = xr.ones_like(expected)
    basis = {str(service): "not calibrated: no comparable record" for service in services["service"]}
    told: dict[tuple[str, str], str] = {}

    registered = gp_workforce_and_patients.set_index("place")["registered_patients"].to_xarray()
    ratio = demand_level.registered_to_resident_ratio(
        registered.sel(place=expected["place"]).to_numpy(),
        people.sel(year=base_year).sum(("sex", "age")).to_numpy(),
    )
    places_of = [str(place) for place in expected["place"].to_numpy()]
    _plausible(known, "gp_workforce_and_patients.csv", "registered_patients", places_of, ratio)
    for service in services.loc[services["people"] == "registered", "service"]:
        factors.loc[{"service": service}] = ratio
        basis[str(service)] = "registered patients a resident"

    flows = flow_shares(place_to_provider_shares, services, providers).sel(place=expected["place"])
    outside = outside_shares(providers, services)
    for measure, parts in MEASURES.items():
        solved = demand_level.calibrate_places(
            _contributions(flows, expected, parts),
            _contributions(flows / (1 - outside), expected, parts),
            _recorded(recorded_activity, providers, measure, base_year),
        )
        of_england = _flows_of_england(place_to_provider_shares, places_of)
        own = [place for place in places_of if place not in of_england]
        _plausible(known, RECORDED_IN[measure], measure, own, solved.factors[~np.isin(places_of, of_england)])
        low, high = _plausible_factors(known)
        held = np.where(np.isin(places_of, of_england), solved.factors.clip(low, high), solved.factors)
        for service in parts:
            factors.loc[{"service": service}] = held
            basis[service] = f"{measure} recorded by the area’s trusts"
            told |= {
                (place, service): f"{basis[service]}, held at {end:g} times England’s rate by need: by the "
                f"published catchments alone it would be {factor:.2f} times"
                for place, factor, end in zip(places_of, solved.factors, held, strict=True)
                if factor != end
            }
    if CAMHS in basis:
        referrals = SystemTotals(system_totals, places).value("demand.camhs_referrals")
        total = expected.sel(service=CAMHS).sum("place").item()
        factors.loc[{"service": CAMHS}] = demand_level.one_factor(total, referrals)
        basis[CAMHS] = "referrals of the area as a whole, one factor for all places"
    born = births_level(births, births_and_deaths, recorded_births, area_inputs)
    _plausible(known, "recorded_births.csv or births_and_deaths.csv", "births", places_of, born.factors)
    for service in services.loc[services["people"] == "births", "service"]:
        factors.loc[{"service": service}] = born.factors
        told |= {(place, str(service)): basis for place, basis in born.basis.items()}
    published = SystemTotals(system_totals, places).of_a_year("demand.gp_appointments")
    if published and APPOINTMENTS in basis:
        total, year = published
        since = _growth(population_single_year, principal, places_of, year, base_year)
        ours = (expected * factors).sel(service=APPOINTMENTS).sum("place").item()
        factors.loc[{"service": APPOINTMENTS}] = factors.sel(service=APPOINTMENTS) * demand_level.one_factor(
            ours, total * since
        )
        basis[APPOINTMENTS] = (
            f"appointments of the area as a whole in {_financial(year)}, carried to the base year with its "
            "people, by registered patients a resident"
        )
    as_another = services[services["calibrated_as"].notna()]
    for service, another in zip(as_another["service"], as_another["calibrated_as"], strict=True):
        factors.loc[{"service": service}] = factors.sel(service=another).to_numpy()
        basis[str(service)] = f"as {another}"
    table = xr.Dataset({"expected": expected, "factor": factors, "calibrated": expected * factors})
    frame = table.to_dataframe().reset_index()
    frame["basis"] = [
        told.get(key, basis[key[1]]) for key in zip(frame["place"], frame["service"], strict=True)
    ]
    frame["unit"] = frame["service"].map(services.set_index("service")["unit"])
    return released("activity_calibration", [frame])


def _growth(people: pd.DataFrame, scenario: str, places: list[str], first: int, last: int) -> float:
    """How many times as many people the places have at the second mid-year; BadInput for no such year."""
    own = people[(people["scenario"] == scenario) & people["place"].isin(places)]
    own = own[own["sex"].isin(SEXES) & own["year"].isin([first, last])]
    by_year = own.groupby("year")["principal"].sum()
    if first not in by_year:
        found = f"a figure of {_financial(first)}"
        expected = f"one of {_financial(last)}, the base year, or of a year before it that is projected"
        raise_errors([Finding("system_totals.csv", None, "unit", found, expected)])
    return float(by_year[last] / by_year[first])


def _financial(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def _plausible_factors(known: Assumptions) -> tuple[float, float]:
    lowest, highest = (known.value(f"demand.calibration_factor_{end}") for end in ("lowest", "highest"))
    return lowest, highest


def _flows_of_england(shares: pd.DataFrame, places: list[str]) -> list[str]:
    """Places whose flows are out of the published catchments: their record is a sum of parts of trusts."""
    known = shares.groupby("place")["source_id"].agg(lambda cited: set(cited) == {_CATCHMENTS})
    return [place for place in places if known.get(place, False)]


def _plausible(known: Assumptions, file: str, measure: str, places: list[str], factors: FloatArray) -> None:
    """Raise BadInput for a place whose record is far from what its people would have by the rates."""
    low, high = _plausible_factors(known)
    raise_errors(
        [
            Finding(
                file,
                None,
                measure,
                f"{factor:.2f} times what the people of {place} would have",
                f"{low:g} to {high:g} times; look at this record, and at the shares of "
                "place_to_provider_shares.csv and providers.csv",
            )
            for place, factor in zip(places, factors, strict=True)
            if not low <= factor <= high
        ]
    )


@dg.asset(group_name="demand", kinds={"numpy"})
def provider_calibration(
    activity_calibration: pd.DataFrame,
    recorded_activity: pd.DataFrame,
    place_to_provider_shares: pd.DataFrame,
    providers: pd.DataFrame,
    services: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> pd.DataFrame:
    """Modelled and recorded activity of each provider in the base year, after calibration."""
    base_year = int(Assumptions(assumptions).value("demand.base_year"))
    calibrated = activity_calibration.set_index(["place", "service"])["calibrated"].to_xarray()
    flows = flow_shares(place_to_provider_shares, services, providers).sel(place=calibrated["place"])
    outside = outside_shares(providers, services)
    frames = []
    for measure, parts in MEASURES.items():
        recorded = _recorded(recorded_activity, providers, measure, base_year)
        check = demand_level.check_providers(
            _contributions(flows, calibrated, parts),
            _contributions(flows / (1 - outside), calibrated, parts),
            recorded,
        )
        frame = pd.DataFrame({"provider": treating_providers(providers), "measure": measure, **check})
        frames.append(frame[frame["recorded"].notna()])
    return released("provider_calibration", frames)


def _principal_people(
    population_single_year: pd.DataFrame, scenario: str, base_year: int, rates: pd.DataFrame
) -> xr.DataArray:
    # Numbers first: text is compared only where they fit.
    of_years = population_single_year[population_single_year["year"].between(base_year, base_year + 1)]
    wanted = of_years[
        (of_years["scenario"] == scenario)
        & of_years["place"].isin(rates["place"].unique())
        & of_years["sex"].isin(SEXES)
    ]
    people = wanted.set_index(["place", "year", "sex", "age"])["principal"].to_xarray().sel(sex=list(SEXES))
    if people.sizes["year"] != 2 or not np.isfinite(people.to_numpy()).all():
        raise ValueError(f"population_single_year lacks people of {scenario} at mid-{base_year} or the next")
    return people


def _expected(
    rates: pd.DataFrame,
    people: xr.DataArray,
    births: xr.DataArray,
    base_year: int,
    services: pd.DataFrame,
) -> xr.DataArray:
    """Expected activity of the base year (place, service), `births` (place, year) from the projection."""
    by_cell = rates.set_index(["place", "service", "sex", "age"])["rate"].to_xarray()
    by_cell = by_cell.sel(service=list(services["service"]), sex=list(SEXES), place=people["place"])
    values = [
        activity.expected_activity(of_place[None], of_rates)[0, 0]
        for of_place, of_rates in zip(people.to_numpy(), by_cell.to_numpy(), strict=True)
    ]
    expected = xr.DataArray(
        np.stack(values),
        dims=("place", "service"),
        coords={"place": people["place"], "service": list(services["service"])},
        name="expected",
    )
    of_base = births.sel(year=[base_year, base_year + 1])
    born = activity.financial_year_births(of_base.to_numpy(), axis=1)[:, 0]
    for service in services.loc[services["people"] == "births", "service"]:
        # What goes with births is calibrated on them: a rate a birth comes with demand itself.
        expected.loc[{"service": service}] = born
    return expected


def _births(components: pd.DataFrame, scenario: str, places: xr.DataArray) -> xr.DataArray:
    """Modelled births (place, year) of the twelve months to each mid-year."""
    births = components[(components["scenario"] == scenario) & (components["component"] == "births")]
    by_year = births.set_index(["place", "year"])["principal"].to_xarray()
    return by_year.sel(place=places).transpose("place", "year")


def _contributions(flows: xr.DataArray, quantity: xr.DataArray, parts: tuple[str, ...]) -> FloatArray:
    chosen = list(parts)
    together = (flows.sel(service=chosen) * quantity.sel(service=chosen)).sum("service")
    return together.transpose("place", "provider").to_numpy()


def _recorded(recorded: pd.DataFrame, providers: pd.DataFrame, measure: str, year: int) -> FloatArray:
    of_year = recorded[(recorded["measure"] == measure) & (recorded["year"] == year)]
    return of_year.set_index("provider")["level"].reindex(treating_providers(providers)).to_numpy(float)
