"""The level of births as a service: modelled births tied to the latest year on record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from models.arrays import FloatArray
from models.demand.demand_level import births_tie

UNTIED = "modelled births: none recorded for this place"


@dataclass(frozen=True)
class BirthsLevel:
    """Of each place, recorded over modelled births (1 where it is not tied), and what that rests on."""

    factors: FloatArray
    basis: dict[str, str]


def births_level(
    by_mid_year: xr.DataArray,
    births_and_deaths: pd.DataFrame,
    recorded_births: pd.DataFrame,
    area_inputs: pd.DataFrame,
) -> BirthsLevel:
    """The tie of each place of `by_mid_year`: modelled births (place, year) of twelve months to a mid-year.

    A place whose births are a region's rate has no record of its own and is left as modelled.
    """
    borrowed = area_inputs[
        (area_inputs["input"] == "births_and_deaths") & (area_inputs["level"] == "england")
    ]
    own = births_and_deaths[~births_and_deaths["place"].isin(borrowed["unit"])]
    # What was recorded later stands in place of the same year's row of the longer table.
    known = pd.concat([own, recorded_births])[["place", "year", "births"]]
    known = known.drop_duplicates(["place", "year"], keep="last")
    years = by_mid_year["year"].to_numpy()
    factors, basis = [], {}
    for place in by_mid_year["place"].to_numpy().astype(str):
        of_place = known[known["place"] == place].set_index("year")["births"].sort_index()
        tie = births_tie(
            by_mid_year.sel(place=place).to_numpy(), years, {int(y): float(b) for y, b in of_place.items()}
        )
        factors.append(1.0 if tie is None else tie.factor)
        basis[place] = (
            UNTIED
            if tie is None
            else f"{tie.recorded:,.0f} births recorded in {tie.year}, {tie.modelled:,.0f} modelled for it"
        )
    return BirthsLevel(np.array(factors), basis)
