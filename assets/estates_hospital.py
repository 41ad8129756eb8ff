"""Hospital facilities by provider: requirement beside what exists, whose need it is, and lengths of stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from assets.assumptions import Assumptions
from assets.estates_areas import Area, Labels, labelled
from assets.estates_parameters import Facilities
from assets.flows import flow_shares
from assets.premises import Existing
from models.estates.facilities import stay_factor

FloatArray = NDArray[np.float64]

OUTSIDE = "outside"
BEDS = "general_acute_beds"
_STAYS: dict[str, tuple[str, str] | None] = {
    "held": None,
    "as in the past": ("stay_change_past_elective", "stay_change_past_emergency"),
    "longer": ("stay_change_longer", "stay_change_longer"),
}


def provider_areas(
    demand: xr.DataArray, run: Facilities, existing: Existing, providers: pd.DataFrame
) -> list[Area]:
    """Every acute trust's hospital facilities."""
    trusts = sorted(providers.loc[providers["kind"] == "acute", "provider"])
    names = run.at("provider")
    areas = []
    for trust in trusts:
        found = {
            name: quantity for name in names if (quantity := existing.of_provider(trust, name)) is not None
        }
        required = run.required(demand.sel(provider=trust, drop=True), names)
        areas.append(Area(trust, "provider", names, required, found))
    return areas


def by_place(
    residents: dict[str, FloatArray],
    hospitals: list[Area],
    demand: xr.DataArray,
    shares: pd.DataFrame,
    services: pd.DataFrame,
    providers: pd.DataFrame,
    run: Facilities,
    labels: Labels,
) -> pd.DataFrame:
    """Whose need a provider's requirement is: each place's part of the principal run, the rest from outside.

    residents: place → demand (scenario, year, service of the run).
    """
    flows = flow_shares(shares, services, providers)
    flowing = [name for name in run.services if name in flows["service"].to_numpy()]
    at = [run.services.index(name) for name in flowing]
    parts = []
    for area in hospitals:
        columns = run.positions(area.facilities)
        principal = demand.sel(provider=area.code, service=flowing).isel(draw=0).to_numpy()
        from_places = {
            place: of_place[..., at] * flows.sel(place=place, provider=area.code, service=flowing).to_numpy()
            for place, of_place in residents.items()
        }
        parts.append(_origins(area, from_places, principal, run.coefficients[0][at][:, columns], labels))
    return pd.concat(parts, ignore_index=True)


def _origins(
    area: Area,
    from_places: dict[str, FloatArray],
    principal: FloatArray,
    coefficients: FloatArray,
    labels: Labels,
) -> pd.DataFrame:
    """Rows of a provider by origin; people from outside keep the share of each service they have at first.

    So a provider held to its monthly forecast for a while is held for all who come to it alike.
    """
    together = np.sum(list(from_places.values()), axis=0)
    inside = np.divide(together, principal, out=np.ones_like(together), where=principal > 0)[:, :1]
    kept = np.divide(principal * inside, together, out=np.ones_like(together), where=together > 0)
    required = {place: (part * kept) @ coefficients for place, part in from_places.items()}
    required[OUTSIDE] = principal @ coefficients - np.sum(list(required.values()), axis=0)
    total = principal @ coefficients
    index: dict[str, Any] = {
        "scenario": labels.scenarios,
        "year": labels.years,
        "facility": area.facilities,
    }
    return pd.concat(
        [
            labelled(
                {
                    "principal": values,
                    "share_percent": 100
                    * np.divide(values, total, out=np.zeros_like(total), where=total > 0),
                },
                index,
            ).assign(provider=area.code, origin=origin)
            for origin, values in required.items()
        ],
        ignore_index=True,
    )


def by_length_of_stay(
    demand: xr.DataArray, run: Facilities, known: Assumptions, providers: pd.DataFrame
) -> pd.DataFrame:
    """General and acute beds of the principal run were stays to change as they have, or to lengthen."""
    years = demand["year"].to_numpy()
    base, last = int(years[0]), int(known.value("estates.stay_change_last_year"))
    column = run.names.index(BEDS)
    trusts = sorted(providers.loc[providers["kind"] == "acute", "provider"])
    kinds = {"elective_bed_days": 0, "emergency_bed_days": 1}
    parts = []
    for stay, changes in _STAYS.items():
        rates = [known.value(f"estates.{name}") for name in changes] if changes else [0.0, 0.0]
        for trust in trusts:
            of_trust = demand.sel(provider=trust).isel(draw=0)
            required = sum(
                of_trust.sel(service=service).to_numpy()
                * stay_factor(rates[at], years, base, last)
                * run.coefficients[0, run.services.index(service), column]
                for service, at in kinds.items()
            )
            index: dict[str, Any] = {"scenario": demand["scenario"].to_numpy(), "year": years}
            parts.append(
                labelled({"principal": np.asarray(required)}, index).assign(
                    provider=trust, length_of_stay=stay, unit=run.unit(BEDS)
                )
            )
    return pd.concat(parts, ignore_index=True)
