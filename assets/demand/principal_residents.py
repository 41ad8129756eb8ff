"""People of the principal run as demand takes them: from rows by year, sex and age."""

from __future__ import annotations

import pandas as pd

from assets.demand.demand_run import Residents
from models.demography.projection import SEXES


def residents_by_scenario(cells: pd.DataFrame) -> dict[str, Residents]:
    """Principal people by scenario from rows by year, sex and age."""
    found = {}
    for scenario, rows in cells.groupby("scenario"):
        by_cell = rows.set_index(["year", "sex", "age"])[["population", "births"]].to_xarray()
        by_cell = by_cell.sel(sex=list(SEXES)).transpose("year", "sex", "age")
        found[str(scenario)] = Residents(
            by_cell["year"].to_numpy().tolist(),
            by_cell["population"].to_numpy()[None],
            by_cell["births"].sum(("sex", "age")).to_numpy()[None],
        )
    return found
