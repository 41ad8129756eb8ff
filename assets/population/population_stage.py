"""The population stage: every place's projection draw by draw, and the tables of people and homes made of it.

No arithmetic lives here: `population_run` brings input tables to `models.demography`, and what comes back
is laid out as tables.
"""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.places import PLACED, place_keys
from assets.inputs.settings import RunSettings
from assets.inputs.system_totals import system_code
from assets.population.custom_age_ranges import age_patterns, years_of_patterns
from assets.population.neighbourhood_population import neighbourhood_population as neighbourhood_population
from assets.population.population_figures import POPULATION_INPUTS, PopulationInputs
from assets.population.population_run import PopulationRun
from assets.scenarios_compared.compared_draws import ComparedDraws
from assets.scenarios_compared.headline_quantities import AGE_BANDS
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.declarations import TABLES
from models.demography.area_inputs import AGES
from models.demography.band_summary import PUBLISHED_BANDS, SEXES, average_household_size, published_bands
from models.demography.projection import Projection
from models.uncertainty.ensemble import Summary, summarise

_SEX = SEXES[:2]
_FLOWS = list(TABLES["components_of_change"].allowed("component"))
_MEASURES = list(TABLES["households"].allowed("measure"))
_LEVELS = _MEASURES[:-1]
_UNITS = {
    "dwellings": "dwellings",
    "households": "households",
    "household_population": "persons",
    "communal_population": "persons",
    "average_household_size": "persons a household",
}


@dg.multi_asset(
    group_name="population",
    outs={
        "projection_draws": dg.AssetOut(
            description="People by single year and sex, flows, homes and households, draw by draw",
            kinds={"xarray"},
        ),
        "components_by_age": dg.AssetOut(),
        "unrebased_projection": dg.AssetOut(),
        "local_rate_ratios": dg.AssetOut(),
    },
    ins=POPULATION_INPUTS,
    **PLACED,
)
@made_place_by_place
def projections(
    context: dg.AssetExecutionContext,
    settings: RunSettings,
    assumptions: pd.DataFrame,
    scenarios: pd.DataFrame,
    housing_delivery_draws: ByPlace,
    housing_trajectories: ByPlace,
    net_additional_dwellings: pd.DataFrame,
    **tables: pd.DataFrame,
) -> tuple[ByPlace, ByPlace, ByPlace, ByPlace]:
    """Each place projected from its census base, re-based to later estimates, in every scenario."""
    # Net additions of the last recorded financial year bring the stock to the 31 March after it.
    recorded_until = int(net_additional_dwellings["year"].max()) + 1
    run = PopulationRun(
        PopulationInputs(**tables),
        assumptions,
        scenarios,
        housing_delivery_draws,
        recorded_until,
        settings,
        trajectories=housing_trajectories,
    )

    def draws(place: str) -> xr.Dataset:
        return _dataset(context, place, run.projections(place, settings.draws), settings.draws)

    def components(place: str) -> pd.DataFrame:
        return pd.concat(
            [_cells(scenario, projection) for scenario, projection in run.projections(place, 0)],
            ignore_index=True,
        ).sort_values(list(TABLES["components_by_age"].keys), ignore_index=True)

    def unrebased(place: str) -> pd.DataFrame:
        made = [
            _frame(
                {"homes": [homes], "place": [place], "year": _years(projection)},
                {"population": projection.population[0].sum(axis=(1, 2))},
            )
            for homes, projection in run.unrebased(place)
        ]
        return pd.concat(made, ignore_index=True)

    def ratios(place: str) -> pd.DataFrame:
        ratio = run.local_ratios(place)
        return _frame({"place": [place]}, {"fertility": [ratio.fertility], "mortality": [ratio.mortality]})

    places = place_keys(context)
    return (
        ByPlace(places, draws),
        ByPlace(places, components),
        ByPlace(places, unrebased),
        ByPlace(places, ratios),
    )


def _years(projection: Projection) -> list[int]:
    return [projection.base_year + step for step in range(projection.population.shape[1])]


def _dataset(
    context: dg.AssetExecutionContext, place: str, projections: Iterable[tuple[str, Projection]], draws: int
) -> xr.Dataset:
    """All scenarios' projections as draws; draws that met a limit are counted in the log."""
    names: list[str] = []
    years: list[int] = []
    variables: dict[str, list[np.ndarray]] = {}
    for scenario, projection in projections:
        names.append(scenario)
        for name in ("population", *_FLOWS, *_LEVELS):
            variables.setdefault(name, []).append(getattr(projection, name))
        if projection.limited_draws:
            context.log.warning(
                f"{place}, {scenario}: in {projection.limited_draws} of {draws} draws a cell would have lost "
                f"more people than it had ({projection.limited_people:,.1f} people in all); it stops at none"
            )
        years = _years(projection)
    dims = ("scenario", "draw", "year")
    return xr.Dataset(
        {
            name: ((*dims, "sex", "age") if name == "population" else dims, np.stack(values))
            for name, values in variables.items()
        },
        coords={
            "scenario": names,
            "draw": list(range(draws + 1)),
            "year": years,
            "sex": _SEX,
            "age": list(range(AGES)),
        },
    )


def _cells(scenario: str, projection: Projection) -> pd.DataFrame:
    """Components by cell of the principal run; the base year opens and closes with itself."""
    base = projection.population[0, :1]
    return _frame(
        {
            "scenario": [scenario],
            "place": [projection.code],
            "year": _years(projection),
            "sex": _SEX,
            "age": list(range(AGES)),
        },
        {
            "opening": np.concatenate([base, projection.opening]),
            **{name: projection.components[:, index] for index, name in enumerate(_FLOWS)},
            "closing": projection.population[0],
        },
    )


def _frame(
    keys: Mapping[str, Sequence[object]], values: Mapping[str, np.ndarray | Sequence[float]]
) -> pd.DataFrame:
    """A row for every combination of keys, in their order, beside values of that shape."""
    index = pd.MultiIndex.from_product(list(keys.values()), names=list(keys))
    frame = index.to_frame(index=False)
    return frame.assign(
        **{name: np.asarray(value, dtype=np.float64).ravel() for name, value in values.items()}
    )


def _published(
    name: str, places: pd.DataFrame, keys: Mapping[str, Sequence[object]], summaries: Mapping[str, Summary]
) -> pd.DataFrame:
    """A released table: a summary a place, whose axes are `keys` in order (the scenario first)."""
    names = dict(zip(places["place"], places["place_name"], strict=True))
    scenarios, rest = next(iter(keys.values())), list(keys.items())[1:]
    pieces = [
        _frame({"scenario": scenarios, "place": [place], **dict(rest)}, summary._asdict()).assign(
            place_name=names[place]
        )
        for place, summary in summaries.items()
    ]
    table = pd.concat(pieces, ignore_index=True)
    if "unit" in TABLES[name].column_names:
        table["unit"] = table["measure"].map(_UNITS)
    return table[TABLES[name].column_names].sort_values(list(TABLES[name].keys), ignore_index=True)


def _with_system(arrays: Mapping[str, np.ndarray], system: str) -> dict[str, np.ndarray]:
    """Places' draws and the system's, summed draw by draw."""
    return {**arrays, system: np.sum(list(arrays.values()), axis=0)}


def _system(places: pd.DataFrame) -> str:
    return system_code(places)


def _read(
    projection_draws: ByPlace, cells: Callable[[xr.Dataset], np.ndarray]
) -> tuple[list[str], list[int], dict[str, np.ndarray]]:
    """Scenarios, mid-years, and what `cells` takes from each place's draws, one place at a time.

    The last mid-year is left out: it serves only the financial year before it.
    """
    arrays: dict[str, np.ndarray] = {}
    for place in projection_draws:
        draws = projection_draws[place].isel(year=slice(None, -1))
        scenarios = [str(name) for name in draws["scenario"].values]
        years = [int(year) for year in draws["year"].values]
        arrays[place] = cells(draws)
    return scenarios, years, arrays


@dg.multi_asset(
    group_name="population",
    outs={"population": dg.AssetOut(), "age_patterns": dg.AssetOut(), "people_compared_draws": dg.AssetOut()},
    ins={"projection_draws": dg.AssetIn(metadata={"variables": ["population"]})},
)
def people(projection_draws: ByPlace, places: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, xr.Dataset]:
    """People by sex and age band with 80 % prediction intervals; draws for the report and to be compared.

    All in one pass over the draws, which take longer to read than any of it to make.
    """
    single_years: list[xr.DataArray] = []

    def bands(draws: xr.Dataset) -> np.ndarray:
        single_years.append(years_of_patterns(draws["population"]))
        return published_bands(draws["population"].values)

    scenarios, years, arrays = _read(projection_draws, bands)
    keys: dict[str, Sequence[object]] = {
        "scenario": scenarios,
        "year": years,
        "sex": SEXES,
        "age_band": PUBLISHED_BANDS,
    }
    with ThreadPoolExecutor() as threads:  # sorting and eigenvectors let go of the interpreter
        packed = threads.submit(
            age_patterns, dict(zip(projection_draws, single_years, strict=True)), _system(places)
        )
        areas = _with_system(arrays, _system(places))
        summaries = dict(zip(areas, threads.map(partial(summarise, axis=1), areas.values()), strict=True))
        compared = ComparedDraws(scenarios, years)
        persons = SEXES.index("persons")
        for place, draws in areas.items():
            for quantity, band in AGE_BANDS.items():
                compared.add(place, quantity, draws[..., persons, PUBLISHED_BANDS.index(band)])
        return _published("population", places, keys, summaries), packed.result(), compared.dataset()


@dg.asset(group_name="population")
def population_single_year(components_by_age: ByPlace, places: pd.DataFrame) -> pd.DataFrame:
    """People by sex and single year of age, principal run."""
    names = dict(zip(places["place"], places["place_name"], strict=True))
    cells = pd.concat([components_by_age[place] for place in components_by_age], ignore_index=True)
    cells = cells[cells["year"] < cells["year"].max()].rename(columns={"closing": "principal"})
    keys = list(TABLES["population_single_year"].keys)
    cells = cells[[*keys, "principal"]]
    others = [key for key in keys if key != "place"]
    system = cells.groupby(others, as_index=False)["principal"].sum().assign(place=_system(places))
    table = pd.concat([cells, system], ignore_index=True)
    table["place_name"] = table["place"].map(names)
    return table[TABLES["population_single_year"].column_names].sort_values(keys, ignore_index=True)


@dg.asset(group_name="population", ins={"projection_draws": dg.AssetIn(metadata={"variables": _LEVELS})})
def households(projection_draws: ByPlace, places: pd.DataFrame) -> pd.DataFrame:
    """Dwellings, households, who lives in them and how many a home, with 80 % prediction intervals."""
    scenarios, years, arrays = _read(
        projection_draws, lambda draws: np.stack([draws[name].values for name in _LEVELS], axis=-1)
    )
    summaries = {}
    for place, values in _with_system(arrays, _system(places)).items():
        size = average_household_size(
            values[..., _LEVELS.index("household_population")], values[..., _LEVELS.index("households")]
        )
        summaries[place] = summarise(np.concatenate([values, size[..., None]], axis=-1), axis=1)
    return _published(
        "households", places, {"scenario": scenarios, "year": years, "measure": _MEASURES}, summaries
    )


@dg.asset(group_name="population", ins={"projection_draws": dg.AssetIn(metadata={"variables": _FLOWS})})
def components_of_change(projection_draws: ByPlace, places: pd.DataFrame) -> pd.DataFrame:
    """Births, deaths, net migration and other change from each mid-year to the next."""
    scenarios, years, arrays = _read(
        projection_draws, lambda draws: np.stack([draws[name].values[..., 1:] for name in _FLOWS], axis=-1)
    )
    summaries = {
        place: summarise(values, axis=1) for place, values in _with_system(arrays, _system(places)).items()
    }
    keys: dict[str, Sequence[object]] = {"scenario": scenarios, "year": years[1:], "component": _FLOWS}
    return _published("components_of_change", places, keys, summaries)


@dg.asset(group_name="population")
def local_rates(local_rate_ratios: ByPlace, places: pd.DataFrame) -> pd.DataFrame:
    """By how much national fertility and mortality are scaled in each place."""
    table = pd.concat([local_rate_ratios[place] for place in local_rate_ratios], ignore_index=True)
    table["place_name"] = table["place"].map(dict(zip(places["place"], places["place_name"], strict=True)))
    declared = TABLES["local_rates"]
    return table[declared.column_names].sort_values(list(declared.keys), ignore_index=True)
