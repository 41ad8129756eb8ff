"""A site beside a boundary has the practices and the hospital flows of the other side; others their own."""

from __future__ import annotations

from inspect import unwrap

import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.neighbourhoods.site_catchments import site_catchments
from assets.tables.declarations import INPUT_TABLES, TABLES
from tests.shipped import DATA

stage_site_catchments = unwrap(site_catchments.op.compute_fn.decorated_fn)
LUTON, CENTRAL = "E06000032", "E06000056"
_NAMES = (
    "site_neighbourhoods",
    "small_areas",
    "practice_places",
    "practices_nearby",
    "place_to_provider_shares",
    "providers",
    "places",
    "assumptions",
)


@pytest.fixture(scope="module")
def read() -> dict[str, pd.DataFrame]:
    return {name: read_table(INPUT_TABLES[name], DATA / f"{name}.csv", places=None) for name in _NAMES}


def catchments(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    made: pd.DataFrame = stage_site_catchments(**tables)
    return made.set_index(["site_reference", "kind", "code"]).sort_index()


def test_a_site_at_luton_s_edge_uses_luton_s_hospital_and_practices(read: dict[str, pd.DataFrame]) -> None:
    found = catchments(read)
    assert list(found.reset_index().columns).count("place") == 1
    provider = found.loc[("CB-NLUT", "provider", "RC9")]
    assert provider["share_percent"] == pytest.approx(96.5)
    assert provider["shares_of"] == LUTON
    assert "would register with practices in Luton: Luton's flows" in provider["basis"]
    arlesey = found.loc[("CB-ARL", "provider", "RC9")]
    assert arlesey["shares_of"] == CENTRAL
    assert arlesey["share_percent"] == pytest.approx(61.0)
    practices = found.loc[("CB-NLUT", "practice")]
    assert practices["distance_km"].between(0.5, 5).all()
    assert practices["share_percent"].sum() == pytest.approx(100, abs=0.1)
    whole = found.groupby(level=["site_reference", "kind"])["share_percent"].sum()
    assert whole.between(99.8, 100.2).all()
    assert len(whole) == 2 * 23


def test_without_a_position_a_site_has_the_council_s_flows_and_beside_no_known_council_too(
    read: dict[str, pd.DataFrame],
) -> None:
    site = read["site_neighbourhoods"].query("site_reference == 'CB-NLUT'")
    lost = site.assign(latitude=float("nan"), longitude=float("nan"), msoa="unallocated")
    found = catchments({**read, "site_neighbourhoods": lost})
    assert set(found.index.get_level_values("kind")) == {"provider"}
    assert found.loc[("CB-NLUT", "provider", "RC9"), "share_percent"] == pytest.approx(61.0)
    middle = catchments({**read, "site_neighbourhoods": lost.assign(msoa="E02003636")})
    assert middle["basis"].str.contains("from the middle of its small area").any()
    # Luton's practices become another area's: their flows are not known here.
    practices = read["practice_places"]
    away = practices[practices["place"] == LUTON].assign(authority=LUTON)
    outside = away[INPUT_TABLES["practices_nearby"].column_names]
    alone = {
        **read,
        "site_neighbourhoods": site,
        "practice_places": practices[practices["place"] != LUTON],
        "practices_nearby": outside,
    }
    found = catchments(alone)
    rows = found.loc[("CB-NLUT", "provider")]
    assert set(rows["shares_of"]) == {CENTRAL}
    assert rows["basis"].str.contains("outside the area: whose flows are not known here").all()
    assert "E81632" in found.loc[("CB-NLUT", "practice")].index, "practices outside are named all the same"


def test_the_table_is_the_declared_one(read: dict[str, pd.DataFrame]) -> None:
    made = stage_site_catchments(**read)
    assert list(made.columns) == TABLES["site_catchments"].column_names
    empty = stage_site_catchments(**{**read, "site_neighbourhoods": read["site_neighbourhoods"].iloc[:0]})
    assert list(empty.columns) == list(made.columns)
    assert empty.empty
