"""Error of past projections of the places: 2011 to 2021 by the shipped method, and since 2021.

No arithmetic lives here: figures of 2011 are brought to the models, and what comes back is laid out.
"""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Iterable, Sequence

import dagster as dg
import numpy as np
import pandas as pd

from assets.accuracy.accuracy_stage import OWN
from assets.accuracy.england_as_known import BASE_YEAR, TARGET_YEAR, national_figures_known_in
from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.population.population_figures import (
    BANDS,
    SEXES,
    grid,
    parameters,
    past_rate_path,
    past_rate_spread,
    recent_births,
    spreads,
    spreads_of,
    yearly_growth,
)
from assets.population.population_run import PAST_RATE, RECORDED
from assets.tables.by_place import ByPlace
from assets.tables.declarations import TABLES
from models.demography.area_build import NationalFigures, Parameters, PlaceFigures, build_area
from models.demography.area_inputs import AGES
from models.demography.graduation import band_edges, band_of_age, graduate
from models.demography.households import dwellings_at_mid_year
from models.demography.migration import GrossFlows
from models.demography.projection import project_area
from models.demography.projection_factors import draw_factors, wander
from models.evaluation.projection_errors import age_sex_error, error_split, winkler_score, within
from models.uncertainty.ensemble import summarise

STEPS = TARGET_YEAR - BASE_YEAR
MODELS = {
    "placecast_2021_based_past_rate": "placecast from 2021, homes at their past rate",
    "placecast_2021_based": "placecast from 2021, recorded homes",
    "ons_2018_based": "ONS 2018-based",
    "ons_2022_based": "ONS 2022-based, migration category variant",
}
FROM_2011 = {
    PAST_RATE: "placecast from 2011, homes at their past rate",
    RECORDED: "placecast from 2011, recorded homes",
}
"""Only the first is a forecast; the second knows ten years of homes and tests the demography."""
NO_CHANGE, SAME_SIZE = "no change", "constant people a dwelling"
BASED = {**dict.fromkeys(OWN.values(), 2021), "ons_2018_based": 2018, "ons_2022_based": 2022}
CENSUS = 2021


@dg.asset(group_name="population")
def population_accuracy(
    settings: RunSettings,
    assumptions: pd.DataFrame,
    unrebased_projection: ByPlace,
    official_projections: pd.DataFrame,
    mid_year_estimate_totals: pd.DataFrame,
    census_based_population: pd.DataFrame,
    past_components_of_change: pd.DataFrame,
    census_households: pd.DataFrame,
    dwelling_stock: pd.DataFrame,
    national_deaths: pd.DataFrame,
    england_population: pd.DataFrame,
    household_representative_rates: pd.DataFrame,
    national_fertility_2013: pd.DataFrame,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """Error of projections of 2011 and since 2018, that of the base and that of growth separate."""
    known = Assumptions(assumptions)
    method = parameters(known)
    national = national_figures_known_in(
        BASE_YEAR,
        STEPS,
        known,
        method.schedule.rates(),
        national_deaths,
        england_population,
        household_representative_rates,
        national_fertility_2013,
    )
    system = system_code(places)
    drawn: dict[str, dict[str, np.ndarray]] = {PAST_RATE: {}, RECORDED: {}}
    truth: dict[str, np.ndarray] = {}
    flat: dict[str, dict[str, float]] = {}
    of_2011 = known_in_2011(list(unrebased_projection), census_based_population, census_households)
    for place in of_2011:
        figures, dwellings = figures_of_2011(
            place, census_based_population, past_components_of_change, census_households, dwelling_stock,
            national, known,
        )  # fmt: skip
        usual = known.value("demography.usual_dwelling_growth_2011")
        likely = past_rate_path(place, dwelling_stock, BASE_YEAR, STEPS, known, usual)
        spread = past_rate_spread(known, BASE_YEAR)
        wandering = wander(spread, settings.seed, place, settings.draws, BASE_YEAR, STEPS)
        homes = {
            PAST_RATE: likely * wandering,
            RECORDED: np.tile(dwellings, (settings.draws + 1, 1)),
        }
        for knowing, path in homes.items():
            drawn[knowing][place] = _projected(figures, path, national, method, known, settings)
        truth[place] = _census(census_based_population, place, CENSUS)
        base = float(figures.base_population.sum())
        flat[place] = {NO_CHANGE: base, SAME_SIZE: base * float(dwellings[-1] / dwellings[0])}
    if len(of_2011) == len(list(unrebased_projection)):
        for by_place in (*drawn.values(), truth):
            by_place[system] = np.sum(list(by_place.values()), axis=0)
        flat[system] = {name: sum(by[name] for by in flat.values()) for name in (NO_CHANGE, SAME_SIZE)}
    rows = [
        row
        for place in truth
        for row in rows_from_2011(
            place, {homes: by_place[place] for homes, by_place in drawn.items()}, truth[place], flat[place]
        )
    ]
    rows.extend(_rows_since(unrebased_projection, official_projections, mid_year_estimate_totals, system))
    declared = TABLES["population_accuracy"]
    table = pd.DataFrame(rows).reindex(columns=declared.column_names)
    numbers = {c.name: "float64" for c in declared.columns if c.kind == "number"}
    return table.astype(numbers).sort_values(list(declared.keys), ignore_index=True)


def known_in_2011(
    places: Sequence[str], census_based_population: pd.DataFrame, census_households: pd.DataFrame
) -> list[str]:
    """Those of the places whose people by age and households of 2011 are at hand; no other is scored."""
    people = census_based_population.loc[census_based_population["year"] == BASE_YEAR, "place"]
    households = census_households.loc[census_households["census_year"] == BASE_YEAR, "place"]
    return [place for place in places if place in set(people) & set(households)]


def figures_of_2011(
    place: str,
    census_based_population: pd.DataFrame,
    past_components_of_change: pd.DataFrame,
    census_households: pd.DataFrame,
    dwelling_stock: pd.DataFrame,
    national: NationalFigures,
    known: Assumptions,
) -> tuple[PlaceFigures, np.ndarray]:
    """A place as it was known in 2011, and its dwellings at the mid-years 2011 to 2021."""
    people = _census(census_based_population, place, BASE_YEAR)
    components = past_components_of_change
    components = components[(components["place"] == place) & (components["year"] <= BASE_YEAR)]
    averaged = int(known.value("demography.flow_averaging_years"))
    flows = components.nlargest(averaged, "year").mean(numeric_only=True)
    recent = components.nlargest(averaged, "year")
    years = list(range(BASE_YEAR, TARGET_YEAR + 1))
    stock = grid(dwelling_stock[dwelling_stock["place"] == place], "dwellings", year=years)
    additions = np.diff(stock)
    dwellings = dwellings_at_mid_year(float(stock[0]), np.append(additions, additions[-1]))
    households = census_households[census_households["place"] == place]
    figures = PlaceFigures(
        code=place,
        base_year=BASE_YEAR,
        base_population=graduate(people, BANDS, pattern=national.population),
        band_of_age=band_of_age(BANDS, AGES),
        estimates={},
        births=_by_year(components, "births"),
        usual_deaths=_by_year(recent, "deaths"),
        flows=GrossFlows(
            float(flows["internal_in"]),
            float(flows["internal_out"]),
            float(flows["international_in"]),
            float(flows["international_out"]),
        ),
        census_households=float(grid(households, "households", census_year=[BASE_YEAR])[0]),
        census_dwellings=float(stock[0]),
        base_dwellings=float(dwellings[0]),
        usual_growth=yearly_growth(components, float(people.sum()), int(components["year"].min())),
        recent_births=recent_births(BASE_YEAR, _by_year(components, "births"), {}, known),
    )
    return figures, dwellings


def _projected(
    figures: PlaceFigures,
    dwellings: np.ndarray,
    national: NationalFigures,
    method: Parameters,
    known: Assumptions,
    settings: RunSettings,
) -> np.ndarray:
    """(draws + 1, 2, bands) people of 2021, from (draws + 1, years) dwellings."""
    area = build_area(figures, national, method, STEPS)
    factors = draw_factors(
        spreads_of(
            figures.code,
            spreads(known, BASE_YEAR, BASE_YEAR),
            known,
            counted_before=figures.earlier_year is not None,
        ),
        settings.seed,
        figures.code,
        settings.draws,
        BASE_YEAR,
        STEPS,
    )
    projection = project_area(area, factors, dwellings)
    return np.add.reduceat(
        projection.population[:, -1], [first for first, _ in band_edges(BANDS, AGES)], axis=-1
    )


def rows_from_2011(
    place: str, drawn: dict[str, np.ndarray], truth: np.ndarray, flat: dict[str, float]
) -> Iterable[dict[str, object]]:
    """Rows of one subject: people of 2021 by homes known, (draws + 1, 2, bands) each, beside the census."""
    horizon = f"{STEPS} years"
    actual = float(truth.sum())
    totals = {FROM_2011[homes]: summarise(people.sum(axis=(1, 2))) for homes, people in drawn.items()}
    said = {**{model: float(total.principal) for model, total in totals.items()}, **flat}
    for model, value in said.items():
        split = error_split(actual, actual, value, actual)
        interval = (float(totals[model].p10), float(totals[model].p90)) if model in totals else None
        yield {
            "subject": place, "measure": "population", "model": model, "horizon": horizon, "origins": 1,
            "bias": split.whole / actual, "wape": abs(split.whole) / actual,
            "mase": abs(split.whole) / abs(flat[NO_CHANGE] - actual),
            "coverage_80": within(*interval, actual) if interval else None,
            "winkler_80": winkler_score(*interval, actual, 0.8) if interval else None,
        }  # fmt: skip
    for homes, people in drawn.items():
        yield {
            "subject": place, "measure": "population by sex and age band", "model": FROM_2011[homes],
            "horizon": horizon, "origins": 1, "wape": age_sex_error(people[0], truth) / 100,
        }  # fmt: skip


def _rows_since(
    own: ByPlace, official: pd.DataFrame, estimates: pd.DataFrame, system: str
) -> Iterable[dict[str, object]]:
    """Rows of projections against estimates after 2021, with the parts of base and growth."""
    ours = pd.concat([own[place] for place in own], ignore_index=True)
    ours = ours.assign(projection=ours["homes"].map(OWN))
    every = pd.concat([ours, official[official["age_band"] == "all"]], ignore_index=True)
    both = every.merge(estimates, on=["place", "year"], suffixes=("", "_estimate"))
    both = both[["projection", "place", "year", "population", "population_estimate"]]
    whole = both.groupby(["projection", "year"], as_index=False).agg(
        population=("population", "sum"),
        population_estimate=("population_estimate", "sum"),
        places=("place", "nunique"),
    )
    complete = whole[whole["places"] == estimates["place"].nunique()].assign(place=system)
    both = pd.concat([both, complete.drop(columns="places")], ignore_index=True)
    at = both.set_index(["projection", "place", "year"])
    for projection, place, year in at.index:
        based = max(BASED[projection], CENSUS)
        if year <= based:
            continue
        now = at.loc[(projection, place, year)]
        known_base = (projection, place, based) in at.index
        base = at.loc[(projection, place, based)] if known_base else now * np.nan
        actual = float(now["population_estimate"])
        split = error_split(
            base["population"], base["population_estimate"], now["population"], now["population_estimate"]
        )
        unchanged = abs(float(base["population_estimate"]) - actual)
        for measure, part in (
            ("population", split.whole),
            (f"population, error at mid-{based}", split.base),
            (f"population, growth since mid-{based}", split.growth),
        ):
            if np.isnan(part):
                continue
            yield {
                "subject": place, "measure": measure, "model": MODELS[projection],
                "horizon": f"{year - BASED[projection]} years", "origins": 1,
                "bias": float(part) / actual, "wape": abs(float(part)) / actual,
                "mase": abs(float(part)) / unchanged if measure == "population" else None,
            }  # fmt: skip


def _census(frame: pd.DataFrame, place: str, year: int) -> np.ndarray:
    chosen = frame[(frame["place"] == place) & (frame["year"] == year)]
    return grid(chosen, "population", sex=SEXES, age_band=BANDS)


def _by_year(frame: pd.DataFrame, value: str) -> dict[int, float]:
    return {int(year): float(number) for year, number in zip(frame["year"], frame[value], strict=True)}
