"""People of a place with a site's homes less people without them: projected both ways on the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.by_place import ByPlace
from assets.contribution_sites import Site
from assets.population_figures import PopulationInputs
from assets.population_run import PopulationRun
from assets.registry.population_inputs import NEIGHBOURHOOD_BANDS
from assets.scenarios import Scenario, scenario_table
from assets.settings import RunSettings
from models.demography.area import AGES
from models.demography.graduation import band_of_age
from models.estates.contributions import gained_by_site

FloatArray = NDArray[np.float64]

_FIRST_AGES = np.flatnonzero(np.diff(band_of_age(list(NEIGHBOURHOOD_BANDS), AGES), prepend=-1))
_HOMES = "net_additional_dwellings"


def site_differences(
    sites: Mapping[str, Sequence[Site]],
    template: Scenario,
    delivery_draws: ByPlace,
    inputs: PopulationInputs,
    assumptions: pd.DataFrame,
    recorded_until: int,
    settings: RunSettings,
) -> dict[tuple[str, str, str], FloatArray]:
    """(draw, band) people each site adds to its place once all of it stands, by scenario, place, reference.

    sites: those to work out, by scenario. Taken at the last mid-year, and for each home that stands by then:
    a draw in which a site is late counts as much as one in which it is not, and one in which it is never
    built as the principal run. All runs of a place share their draws of everything but the site's homes.
    """
    wanted = {
        place: [
            (scenario, site)
            for scenario, found in sites.items()
            for site in [None, *(site for site in found if site.place == place)]
        ]
        for place in sorted({site.place for found in sites.values() for site in found})
    }
    if not wanted:
        return {}
    names = [f"run {number}" for number in range(max(len(runs) for runs in wanted.values()))]
    built = {place: _Built(delivery_draws[place][_HOMES]) for place in wanted}
    run = PopulationRun(
        inputs,
        assumptions,
        scenario_table([template.model_copy(update={"name": name}) for name in names]),
        ByPlace(wanted, lambda place: built[place].runs(wanted[place], names)),
        recorded_until,
        settings,
    )
    differences: dict[tuple[str, str, str], FloatArray] = {}
    for place, runs in wanted.items():
        whole: FloatArray | None = None
        for (scenario, site), (_, projection) in zip(
            runs, run.projections(place, settings.draws), strict=False
        ):
            people = np.add.reduceat(projection.population[:, -1].sum(axis=1), _FIRST_AGES, axis=-1)
            if site is None or whole is None:
                whole = people
                continue
            stand = built[place].of_site(scenario, site.reference).sum(axis=-1)
            differences[scenario, place, site.reference] = gained_by_site(
                whole, people, stand, site.dwellings
            )
    return differences


class _Built:
    """A place's homes (scenario, draw, year, site), read once."""

    def __init__(self, homes: xr.DataArray) -> None:
        self._coordinates = {name: homes[name].to_numpy() for name in ("draw", "year")}
        self._scenarios = [str(name) for name in homes["scenario"].to_numpy()]
        self._sites = [str(name) for name in homes["site_reference"].to_numpy()]
        self._homes = homes.transpose("scenario", "draw", "year", "site_reference").to_numpy()
        self._totals = self._homes.sum(axis=-1)

    def of_site(self, scenario: str, reference: str) -> FloatArray:
        """(draw, year) homes of one site."""
        return np.asarray(self._homes[self._scenarios.index(scenario), :, :, self._sites.index(reference)])

    def runs(self, runs: Sequence[tuple[str, Site | None]], names: Sequence[str]) -> xr.Dataset:
        """Homes of the place with all its sites, and without one at a time; the first stands in for none."""
        values = []
        for scenario, site in runs:
            total = self._totals[self._scenarios.index(scenario)]
            values.append(total if site is None else total - self.of_site(scenario, site.reference))
        values += [values[0]] * (len(names) - len(values))
        return xr.Dataset(
            {_HOMES: (("scenario", "draw", "year", "site_reference"), np.stack(values)[..., None])},
            coords={"scenario": list(names), **self._coordinates, "site_reference": ["all"]},
        )
