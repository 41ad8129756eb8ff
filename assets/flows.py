"""Which hospital a place's residents use: the published and assumed shares as one labelled array."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from assets.service_list import switched_on


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
    flowing = on.loc[on["flow_group"].notna(), ["service", "flow_group"]]
    unknown = set(shares["provider"]) - set(treating_providers(providers))
    if unknown:
        raise KeyError(
            f"place_to_provider_shares.csv names providers not in providers.csv: {sorted(unknown)}"
        )
    joined = flowing.merge(shares[["flow_group", "place", "provider", "share"]], on="flow_group", how="left")
    if joined["share"].isna().any():
        group = joined.loc[joined["share"].isna(), "flow_group"].iloc[0]
        raise KeyError(f"place_to_provider_shares.csv has no shares for the flow group {group}")
    array = joined.set_index(["place", "provider", "service"])["share"].to_xarray().fillna(0.0)
    return array.reindex(
        provider=treating_providers(providers), service=hospital_services(services), fill_value=0.0
    ).transpose("place", "provider", "service")


def outside_shares(providers: pd.DataFrame) -> xr.DataArray:
    """Share of each treating provider's activity that is for people from outside the system."""
    return (
        providers.set_index("provider")["outside_share"]
        .to_xarray()
        .sel(provider=treating_providers(providers))
    )
