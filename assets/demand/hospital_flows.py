"""Which hospital a place's residents use: the published and assumed shares as one labelled array."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from assets.inputs.service_list import switched_on
from assets.population.population_figures import by_keys


def hospital_services(services: pd.DataFrame) -> list[str]:
    """Services switched on that flow from places to hospitals, in the order of the services table."""
    on = switched_on(services)
    return list(on.loc[on["flow_group"].notna(), "service"])


def treating_providers(providers: pd.DataFrame) -> list[str]:
    """Providers that treat, sorted; the system as a whole is none of them."""
    return sorted(providers.loc[providers["kind"] != "system", "provider"])


def flow_shares(shares: pd.DataFrame, services: pd.DataFrame, providers: pd.DataFrame) -> xr.DataArray:
    """Share of each place's activity (place, provider, service) that each provider treats."""
    on = switched_on(services)
    group_of = dict(zip(on["service"], on["flow_group"], strict=True))
    treating, flowing = treating_providers(providers), hospital_services(services)
    unknown = set(shares["provider"]) - set(treating)
    if unknown:
        raise KeyError(
            f"place_to_provider_shares.csv names providers not in providers.csv: {sorted(unknown)}"
        )
    groups = sorted({group_of[service] for service in flowing})
    used = shares[shares["flow_group"].isin(groups)]
    without = set(groups) - set(used["flow_group"]) | set(used.loc[used["share"].isna(), "flow_group"])
    if without:
        raise KeyError(f"place_to_provider_shares.csv has no shares for the flow group {min(without)}")
    axes = {"place": sorted(used["place"].unique()), "provider": treating, "flow_group": groups}
    # A provider that is not named treats nobody of the place.
    of_group = np.nan_to_num(by_keys(used, "share", axes))
    array = of_group[..., [groups.index(group_of[service]) for service in flowing]]
    return xr.DataArray(
        array,
        dims=("place", "provider", "service"),
        coords={"place": axes["place"], "provider": treating, "service": flowing},
        name="share",
    )


def outside_shares(providers: pd.DataFrame, services: pd.DataFrame) -> xr.DataArray:
    """Share of each treating provider's activity (provider, service) for people from outside the system.

    What comes as an emergency comes from nearer by: it has a share of its own where one is given.
    """
    table = providers.set_index("provider").loc[treating_providers(providers)]
    planned = table["outside_share"]
    urgent = table["outside_share_emergency"].fillna(planned)
    on = switched_on(services).set_index("service")["flow_group"]
    flowing = hospital_services(services)
    columns = [urgent if on[service] in EMERGENCY_GROUPS else planned for service in flowing]
    return xr.DataArray(
        np.stack([column.to_numpy(float) for column in columns], axis=1),
        dims=("provider", "service"),
        coords={"provider": list(table.index), "service": flowing},
        name="outside_share",
    )


EMERGENCY_GROUPS = ("ae", "emergency")
