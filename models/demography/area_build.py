"""From published figures to the inputs of a projection: the one place where an `AreaInputs` is put together.

The shipped run and the backtest both come through here, so what is measured is what is published. Figures
arrive as arrays on ages, bands and years; reading files is the assets' and the backtest's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.demography.area_inputs import AGES, AreaInputs, Flows, SizeDrift
from models.demography.children import gain_since_birth, with_children_moving
from models.demography.cohort_change import survival_at_rates, survivors, unexplained_rates
from models.demography.households import child_share, place_households
from models.demography.migration import GrossFlows, ModelSchedule, usual_flows
from models.demography.mortality import oldest_shares, survivorship_ratios
from models.demography.rate_paths import expected_births, expected_deaths, interpolate_years, local_ratio
from models.demography.structure import kept_at_turnover, structural_flow


@dataclass(frozen=True)
class NationalFigures:
    """What is known of the nation.

    death_probability: (years, 2, 1 + single ages) from birth to the first mid-year, then from each age on,
    between mid-years from that of mortality_years on. past_death_rate, past_population: (years, 2, bands)
    deaths a person a year, and people. fertility: (years, AGES) births a woman. representative_rate,
    communal_share: (AGES,). international_in, international_out: (2, AGES) migrants. population: (2, AGES)
    in the base year.
    """

    mortality_years: NDArray[np.int64]
    death_probability: FloatArray
    past_mortality_years: NDArray[np.int64]
    past_death_rate: FloatArray
    past_population: FloatArray
    fertility_years: NDArray[np.int64]
    fertility: FloatArray
    representative_rate: FloatArray
    communal_share: FloatArray
    international_in: FloatArray
    international_out: FloatArray
    population: FloatArray


@dataclass(frozen=True)
class PlaceFigures:
    """What is known of one place. Bands are those of `band_of_age`, persons or by sex as the shape says.

    base_population: (2, AGES) at mid-base_year. earlier_population: (2, AGES) at mid-earlier_year, a count
    before, if one is known: else the base is carried back with the nation's bands.
    estimates: year → (bands,) persons. births, deaths: calendar year → number; usual_deaths leaves out years
    whose deaths say nothing of the years to come. flows: published yearly migrants. census_households: on
    census day; census_dwellings: at the 31 March beside it. base_dwellings: at mid-base_year. usual_growth:
    people gained a year by births, deaths and migration of the years before, of each at the base; None where
    no such record is at hand.
    recent_births: (ages,) of the twelve months to the base, to a year before and so on; None where unknown.
    """

    code: str
    base_year: int
    base_population: FloatArray
    band_of_age: NDArray[np.int64]
    estimates: Mapping[int, FloatArray]
    births: Mapping[int, float]
    usual_deaths: Mapping[int, float]
    flows: GrossFlows
    census_households: float
    census_dwellings: float
    base_dwellings: float
    usual_growth: float | None
    earlier_year: int | None = None
    earlier_population: FloatArray | None = None
    recent_births: FloatArray | None = None


@dataclass(frozen=True)
class Parameters:
    """Numbers of the method; each is a row of the assumptions table.

    new_home_tilt: (AGES,) how many more (or fewer) of the usual in-movers of an age come to new homes.
    structure_kept: (AGES,) share of the age structure that is of the age, see `structure.structural_flow`,
    at the usual_turnover (gross migrants a resident); turnover_power: (AGES,) how it moves with turnover.
    child_share_drift: log change of people a household a year for each unit of child share above the nation.
    own_change_weight: share of what the place's own cohorts did beside the usual flows that goes on;
    own_change_most: largest such rate a year, of each resident.
    """

    sex_ratio_at_birth: float
    growth_of_the_oldest: float
    communal_share_from: int
    constant_size_weight: float
    newcomers_per_dwelling: float
    new_home_tilt: FloatArray
    schedule: ModelSchedule
    structure_kept: FloatArray
    usual_turnover: float
    turnover_power: FloatArray
    structure_window: int
    structure_prior_people: float
    first_adult_age: int
    child_share_drift: float
    growth_absorbed: float
    drift_years: int
    own_change_weight: float
    own_change_smoothing: float
    own_change_most: float


@dataclass(frozen=True)
class LocalRatios:
    """A place's births and deaths over what national rates would give: reported beside every projection."""

    fertility: float
    mortality: float


def local_ratios(place: PlaceFigures, national: NationalFigures, parameters: Parameters) -> LocalRatios:
    """Scaling of national fertility on the latest births, and of mortality on all usual years' deaths.

    Raises ValueError without births or deaths to scale on.
    """
    if not place.births or not place.usual_deaths:
        raise ValueError(f"{place.code}: no births or no deaths to scale national rates on")
    year = max(place.births)
    women = _population_at(place, year)[0]
    rates = interpolate_years(national.fertility_years, national.fertility, [year])
    fertility = local_ratio([place.births[year]], expected_births(women[None], rates))

    years = sorted(place.usual_deaths)
    expected = np.empty(len(years))
    dying = interpolate_years(national.mortality_years, national.death_probability, years, in_logs=True)
    shares = oldest_shares(national.population, dying[-1:], parameters.growth_of_the_oldest)
    projected = 1.0 - survivorship_ratios(dying, shares)
    past = interpolate_years(national.past_mortality_years, national.past_death_rate, years)
    for index, year in enumerate(years):
        if year < national.mortality_years[0]:
            expected[index] = expected_deaths(_bands_at(place, national, year), past[index])
        else:
            # The chance of dying within a year from age x on, as deaths a person at mid-year. The last age
            # group's chance stands in the last place and serves the one below it as well.
            chance = np.concatenate([projected[index, :, 1:], projected[index, :, -1:]], axis=-1)
            expected[index] = expected_deaths(_population_at(place, year), chance / (1.0 - 0.5 * chance))
    mortality = local_ratio([place.usual_deaths[year] for year in years], expected)
    return LocalRatios(fertility, mortality)


def build_area(
    place: PlaceFigures,
    national: NationalFigures,
    parameters: Parameters,
    steps: int,
    dwellings_known: int = 0,
    rebased: bool = True,
    ratios: LocalRatios | None = None,
) -> AreaInputs:
    """The inputs of a projection of `steps` years from the place's base year on.

    rebased: whether later estimates are raked to. ratios: given for a place with no events of its own.
    Raises ValueError for figures that cannot be (negative people, no flows, estimates on other bands).
    """
    if ratios is None:
        ratios = local_ratios(place, national, parameters)
    starts = place.base_year + np.arange(steps)
    dying = interpolate_years(national.mortality_years, national.death_probability, starts, in_logs=True)
    # Births of a step fall half in the year it starts and half in the year it ends.
    fertility = interpolate_years(national.fertility_years, national.fertility, starts + 0.5)
    in_households = place.census_households / place.census_dwellings
    bands = int(place.band_of_age.max()) + 1
    estimates = np.zeros((steps + 1, bands))
    raked = np.zeros(steps + 1, dtype=bool)
    for year, people in place.estimates.items():
        if rebased and 0 < year - place.base_year <= steps:
            estimates[year - place.base_year] = people
            raked[year - place.base_year] = True
    shares = oldest_shares(national.population, dying, parameters.growth_of_the_oldest)
    children = child_share(place.base_population, parameters.first_adult_age)
    survivorship = survivorship_ratios(dying, shares, ratios.mortality)
    return AreaInputs(
        code=place.code,
        base_year=place.base_year,
        base_population=place.base_population,
        survivorship=survivorship,
        fertility=fertility * ratios.fertility,
        sex_ratio_at_birth=parameters.sex_ratio_at_birth,
        flows=_flows(place, national, parameters, survivorship[0], rebased=rebased),
        households=place_households(
            place.base_population,
            national.representative_rate,
            national.communal_share,
            parameters.communal_share_from,
            place.base_dwellings * in_households,
            place.base_dwellings,
            parameters.constant_size_weight,
        ),
        estimates=estimates,
        raked=raked,
        band_of_age=place.band_of_age,
        dwellings_known=dwellings_known,
        size_drift=SizeDrift(
            yearly=parameters.child_share_drift
            * (children - child_share(national.population, parameters.first_adult_age)),
            usual_growth=place.usual_growth or 0.0,
            absorbed=0.0 if place.usual_growth is None else parameters.growth_absorbed,
            years=parameters.drift_years,
        ),
    )


def _flows(
    place: PlaceFigures,
    national: NationalFigures,
    parameters: Parameters,
    survive: FloatArray,
    *,
    rebased: bool,
) -> Flows:
    """The place's migration; survive: (2, AGES) survivorship of the first year.

    Rebased, structure is that of the latest estimate: those whom it finds at an age are of the age as far as
    anybody is, and are not sent away as strangers to the base.
    """
    latest = max(place.estimates, default=place.base_year) if rebased else place.base_year
    people = _population_at(place, latest)
    nation = _nation_at(national, parameters, place.base_year, latest)
    turnover = place.flows.turnover / people.sum() / parameters.usual_turnover
    kept = kept_at_turnover(parameters.structure_kept, turnover, parameters.turnover_power)
    flows = usual_flows(
        people,
        parameters.schedule.rates(),
        place.flows,
        nation,
        national.international_in,
        national.international_out,
        parameters.new_home_tilt,
        parameters.newcomers_per_dwelling,
        structural_flow(
            people,
            nation,
            kept,
            parameters.structure_window,
            parameters.structure_prior_people,
        ),
    )
    flows = _with_own_change(flows, place, national, parameters, survive, rebased=rebased)
    if place.recent_births is None:
        return flows
    ages = len(place.recent_births)
    boys = parameters.sex_ratio_at_birth / (1.0 + parameters.sex_ratio_at_birth)
    survival = np.array([1.0 - boys, boys]) @ np.cumprod(survive[:, :ages], axis=1)
    # Counted at the base, on which births and children both stand.
    children = float(place.base_population[:, :ages].sum())
    rate = gain_since_birth(children, place.recent_births, survival)
    return with_children_moving(flows, people, rate, ages)


def _with_own_change(
    flows: Flows,
    place: PlaceFigures,
    national: NationalFigures,
    parameters: Parameters,
    survive: FloatArray,
    *,
    rebased: bool,
) -> Flows:
    """The flows with part of what the place's cohorts did between two counts and these flows would not have.

    The counts are the earlier one and the base or, where no earlier one is known, the base and the latest
    estimate. Young children are left to births (`children`), whoever is too young for a first count too.
    """
    base = place.base_population
    if place.earlier_population is not None and place.earlier_year is not None:
        years = place.base_year - place.earlier_year
        expected = survivors(
            place.earlier_population,
            _past_survival(place, national, parameters.growth_of_the_oldest, survive, place.earlier_year),
            years,
        )
        found = base
    elif rebased and any(year > place.base_year for year in place.estimates):
        latest = max(place.estimates)
        years = latest - place.base_year
        expected = survivors(base, survive, years)
        bands = _bands(expected, place.band_of_age).sum(axis=0)
        counted = np.divide(place.estimates[latest], bands, out=np.ones_like(bands), where=bands > 0)
        # Persons by band: women and men have done alike, and what a band did is of its middle age. Steps from
        # band to band would come out as waves from age to age.
        middle = np.bincount(place.band_of_age, np.arange(AGES)) / np.bincount(place.band_of_age)
        did = np.interp(np.arange(AGES), middle, np.log(np.maximum(counted, 1e-3)))
        found = expected * np.exp(did)
    else:
        return flows
    there = np.maximum(base, 1.0)
    usual = flows.fixed_rate + flows.inflow_rate - flows.outflow_rate
    usual = usual + (flows.fixed_count + flows.inflow_count) / there
    rates = unexplained_rates(
        expected,
        found,
        years,
        usual,
        parameters.structure_window,
        parameters.structure_prior_people,
        parameters.own_change_smoothing,
    )
    most = parameters.own_change_most
    moved = parameters.own_change_weight * np.clip(rates, -most, most)
    return replace(flows, fixed_rate=np.maximum(flows.fixed_rate + moved, -1.0))


def _past_survival(
    place: PlaceFigures,
    national: NationalFigures,
    growth_of_the_oldest: float,
    survive: FloatArray,
    since: int,
) -> FloatArray:
    """(2, AGES) survivorship in the years from a count to the base, as national death rates then were."""
    years = national.past_mortality_years
    between = (years > since) & (years <= place.base_year)
    if not between.any():
        return survive
    chance = (
        1.0
        - survivorship_ratios(
            national.death_probability[:1],
            oldest_shares(national.population, national.death_probability[:1], growth_of_the_oldest),
        )[0]
    )
    people = national.population
    now = _bands(people * chance / (1.0 - 0.5 * chance), place.band_of_age) / _bands(
        people, place.band_of_age
    )
    then = national.past_death_rate[between].mean(axis=0)
    return survival_at_rates(survive, now[:, place.band_of_age], then[:, place.band_of_age])


def _nation_at(national: NationalFigures, parameters: Parameters, base_year: int, year: int) -> FloatArray:
    """(2, AGES) the nation's cohorts carried from the base to a year; nobody comes, as many are born."""
    people = national.population
    years = np.arange(base_year, year)
    if len(years) == 0:
        return people
    dying = interpolate_years(national.mortality_years, national.death_probability, years, in_logs=True)
    shares = oldest_shares(national.population, dying, parameters.growth_of_the_oldest)
    for survive in survivorship_ratios(dying, shares):
        aged = np.empty_like(people)
        aged[:, 0] = people[:, 0]
        aged[:, 1:] = people[:, :-1] * survive[:, 1:]
        aged[:, -1] = (people[:, -2] + people[:, -1]) * survive[:, -1]
        people = aged
    return people


def _bands(values: FloatArray, band_of_age: NDArray[np.int64]) -> FloatArray:
    """(…, bands) sums of (…, AGES)."""
    starts = np.flatnonzero(np.diff(band_of_age, prepend=-1))
    return np.add.reduceat(values, starts, axis=-1)


def _bands_at(place: PlaceFigures, national: NationalFigures, year: int) -> FloatArray:
    """(2, bands) at a year up to the base: between two censuses' estimates, or as the nation's bands went."""
    base = _bands(place.base_population, place.band_of_age)
    if place.earlier_population is None or place.earlier_year is None:
        then, now = interpolate_years(
            national.past_mortality_years, national.past_population, [year, place.base_year]
        )
        return np.asarray(base * then / now)
    share = (year - place.earlier_year) / (place.base_year - place.earlier_year)
    earlier = _bands(place.earlier_population, place.band_of_age)
    return earlier * (1.0 - share) + base * share


def _population_at(place: PlaceFigures, year: int) -> FloatArray:
    """(2, AGES) at a year from the base on: its shape, each band on its way to the next estimate."""
    later = [known for known in sorted(place.estimates) if known >= year]
    if year <= place.base_year or not later:
        return place.base_population
    base = _bands(place.base_population, place.band_of_age).sum(axis=0)
    growth = place.estimates[later[0]] / base - 1.0
    share = (year - place.base_year) / (later[0] - place.base_year)
    return place.base_population * (1.0 + growth * share)[place.band_of_age]
