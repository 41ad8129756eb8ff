"""People of the principal run as demand takes them: from rows by year, sex and age."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.demand.demand_run import Residents
from assets.population.population_figures import by_keys
from models.demography.projection import SEXES


def residents_by_scenario(cells: pd.DataFrame) -> dict[str, Residents]:
    """Principal people by scenario from rows by year, sex and age."""
    found = {}
    for scenario, rows in cells.groupby("scenario"):
        years, ages = (np.sort(rows[name].unique()).tolist() for name in ("year", "age"))
        axes = {"year": years, "sex": list(SEXES), "age": ages}
        births = np.nansum(by_keys(rows, "births", axes), axis=(1, 2))
        found[str(scenario)] = Residents(years, by_keys(rows, "population", axes)[None], births[None])
    return found
