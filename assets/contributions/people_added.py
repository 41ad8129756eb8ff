"""People of a place with a site's homes less people without them: projected both ways on the same draws.

Made place by place: it rests on the place's own trajectory and draws of its homes, and on input tables.
"""

# Dagster reads the annotations of assets itself, so they are not postponed here.

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg
import numpy as np
import pandas as pd
import xarray as xr

from assets.contributions.contribution_sites import PlannedSite, planned_sites, scenarios_with_asks
from assets.inputs.assumptions import Assumptions
from assets.inputs.places import PLACED, place_keys
from assets.inputs.scenarios import read_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.population.population_figures import POPULATION_INPUTS, PopulationInputs
from assets.population.population_run import PopulationRun
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS
from models.arrays import FloatArray
from models.demography.area_inputs import AGES
from models.demography.graduation import band_of_age
from models.estates.contribution_rules import gained_by_site

_BANDS = list(NEIGHBOURHOOD_BANDS)
_FIRST_AGES = np.flatnonzero(np.diff(band_of_age(_BANDS, AGES), prepend=-1))
_HOMES = "net_additional_dwellings"
_PEOPLE = "people_added"


@dg.asset(group_name="estates", kinds={"xarray"}, ins=POPULATION_INPUTS, **PLACED)
@made_place_by_place
def site_population_draws(
    context: dg.AssetExecutionContext,
    settings: RunSettings,
    assumptions: pd.DataFrame,
    scenarios: pd.DataFrame,
    housing_trajectories: ByPlace,
    housing_delivery_draws: ByPlace,
    net_additional_dwellings: pd.DataFrame,
    **tables: pd.DataFrame,
) -> ByPlace:
    """People by age that each site without a permission adds to its place once all of it stands.

    At the last mid-year; a site that is none of a scenario is empty there. A place without such a site has
    none.
    """
    base_year = int(Assumptions(assumptions).value("demand.base_year"))
    recorded_until = int(net_additional_dwellings["year"].max()) + 1
    listed = read_scenarios(scenarios)

    def added(place: str) -> xr.Dataset:
        trajectory = housing_trajectories[place]
        sites = {
            scenario.name: [
                site
                for site in planned_sites(
                    place, trajectory, scenario.plans, base_year, scenario.homes_changes(place)
                )
                if not site.committed
            ]
            for scenario in scenarios_with_asks(listed)
        }
        built = _Built(housing_delivery_draws[place][_HOMES])
        runs = [(scenario, site) for scenario, found in sites.items() if found for site in [None, *found]]
        if not runs:
            return _labelled(sites, built, {})
        names = [f"run {number}" for number in range(len(runs))]
        run = PopulationRun(
            PopulationInputs(**tables),
            assumptions,
            scenario_table([listed[0].model_copy(update={"name": name}) for name in names]),
            ByPlace([place], lambda _: built.runs(runs, names)),
            recorded_until,
            settings,
        )
        people = (
            np.add.reduceat(projection.population[:, -1].sum(axis=1), _FIRST_AGES, axis=-1)
            for _, projection in run.projections(place, settings.draws)
        )
        return _labelled(sites, built, _differences(runs, people, built))

    return ByPlace(place_keys(context), added)


def site_differences(drawn: Mapping[str, xr.Dataset]) -> dict[tuple[str, str, str], FloatArray]:
    """(draw, band) people each site adds to its place, by scenario, place and reference."""
    found = {}
    for place, draws in drawn.items():
        for scenario in draws["scenario"].to_numpy():
            people = draws[_PEOPLE].sel(scenario=scenario).isel(year=0)
            of_sites = people.transpose("site_reference", "draw", "age_band").to_numpy()
            for reference, of_site in zip(draws["site_reference"].to_numpy(), of_sites, strict=True):
                if not np.isnan(of_site).all():
                    found[str(scenario), place, str(reference)] = of_site
    return found


_Run = tuple[str, PlannedSite | None]
"""A scenario, and the site it is taken without; None: with all of its sites."""


class _Built:
    """A place's homes (scenario, draw, year, site), read once."""

    def __init__(self, homes: xr.DataArray) -> None:
        self.coordinates = {name: homes[name].to_numpy() for name in ("draw", "year")}
        self._scenarios = [str(name) for name in homes["scenario"].to_numpy()]
        self._sites = [str(name) for name in homes["site_reference"].to_numpy()]
        self._homes = homes.transpose("scenario", "draw", "year", "site_reference").to_numpy()
        self._totals = self._homes.sum(axis=-1)

    def of_site(self, scenario: str, reference: str) -> FloatArray:
        """(draw, year) homes of one site."""
        return np.asarray(self._homes[self._scenarios.index(scenario), :, :, self._sites.index(reference)])

    def runs(self, runs: Sequence[_Run], names: Sequence[str]) -> xr.Dataset:
        """Homes of the place with all its sites, and without one at a time."""
        values = []
        for scenario, site in runs:
            total = self._totals[self._scenarios.index(scenario)]
            values.append(total if site is None else total - self.of_site(scenario, site.reference))
        return xr.Dataset(
            {_HOMES: (("scenario", "draw", "year", "site_reference"), np.stack(values)[..., None])},
            coords={"scenario": list(names), **self.coordinates, "site_reference": ["all"]},
        )


def _differences(
    runs: Sequence[_Run], people: Iterable[FloatArray], built: _Built
) -> dict[tuple[str, str], FloatArray]:
    """(draw, band) people each site adds, by scenario and reference; people: (draw, band) of every run.

    For each home that stands by the last mid-year: a draw in which a site is late counts as much as one in
    which it is not, and one in which it is never built as the principal run. All runs share their draws of
    everything but the site's homes.
    """
    differences: dict[tuple[str, str], FloatArray] = {}
    whole: FloatArray | None = None
    for (scenario, site), of_run in zip(runs, people, strict=True):
        if site is None or whole is None:
            whole = of_run
            continue
        stand = built.of_site(scenario, site.reference).sum(axis=-1)
        differences[scenario, site.reference] = gained_by_site(whole, of_run, stand, site.dwellings)
    return differences


def _labelled(
    sites: Mapping[str, Sequence[PlannedSite]],
    built: _Built,
    differences: Mapping[tuple[str, str], FloatArray],
) -> xr.Dataset:
    """The people sites add, with the last mid-year for the only year."""
    references = sorted({site.reference for found in sites.values() for site in found})
    draws, years = built.coordinates["draw"], built.coordinates["year"]
    people = np.full((len(sites), len(draws), 1, len(references), len(_BANDS)), np.nan)
    for at, scenario in enumerate(sites):
        for number, reference in enumerate(references):
            if (scenario, reference) in differences:
                people[at, :, 0, number] = differences[scenario, reference]
    return xr.Dataset(
        {_PEOPLE: (("scenario", "draw", "year", "site_reference", "age_band"), people, {"units": "persons"})},
        coords={
            "scenario": list(sites),
            "draw": draws,
            "year": years[-1:],
            "site_reference": np.array(references, dtype=str),
            "age_band": _BANDS,
        },
    )
