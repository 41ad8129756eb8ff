"""Which hospital a place's residents use: the table of shares, service by service."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.demand.hospital_flows import flow_shares, hospital_services, treating_providers
from tests.shipped import DATA


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    names = ("place_to_provider_shares", "services", "providers")
    return {name: pd.read_csv(DATA / f"{name}.csv") for name in names}


def test_every_service_has_the_shares_of_its_flow_group(tables: dict[str, pd.DataFrame]) -> None:
    shares = tables["place_to_provider_shares"]
    found = flow_shares(shares, tables["services"], tables["providers"])
    published = shares.set_index(["place", "provider", "flow_group"])["share"].to_dict()
    group_of = tables["services"].set_index("service")["flow_group"].to_dict()
    assert list(found["service"].to_numpy()) == hospital_services(tables["services"])
    assert list(found["provider"].to_numpy()) == treating_providers(tables["providers"])
    for place in found["place"].to_numpy():
        for provider in found["provider"].to_numpy():
            for service in found["service"].to_numpy():
                share = float(found.sel(place=place, provider=provider, service=service))
                assert share == published.get((place, provider, group_of[service]), 0.0)


def test_a_flow_group_without_shares_stops_the_run(tables: dict[str, pd.DataFrame]) -> None:
    shares = tables["place_to_provider_shares"]
    group = shares["flow_group"].iloc[0]
    with pytest.raises(KeyError, match=f"no shares for the flow group {group}"):
        flow_shares(shares[shares["flow_group"] != group], tables["services"], tables["providers"])
    empty = shares.assign(share=shares["share"].mask(shares["flow_group"] == group))
    with pytest.raises(KeyError, match=f"no shares for the flow group {group}"):
        flow_shares(empty, tables["services"], tables["providers"])


def test_shares_of_a_provider_that_nobody_knows_stop_the_run(tables: dict[str, pd.DataFrame]) -> None:
    shares = tables["place_to_provider_shares"]
    strange = shares.assign(provider=shares["provider"].mask(shares.index == 0, "R0X"))
    with pytest.raises(KeyError, match="R0X"):
        flow_shares(strange, tables["services"], tables["providers"])
