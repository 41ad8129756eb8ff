"""What the report's charts need of a release, compact: cubes of rounded numbers and small tables of columns.

It picks and packs rows of released tables; it computes nothing. Numbers are rounded to what the page shows,
so that the page and the Parquet files agree to the digit shown.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.inputs.scenarios import PRINCIPAL
from assets.scenarios_compared.headline_quantities import in_order
from assets.tables.declarations.named_values import NEIGHBOURHOOD_BANDS

FIVE_YEAR_BANDS = (*(f"{age}-{age + 4}" for age in range(0, 90, 5)), "90+")
PRINCIPAL_COLUMN, _QUANTILES = "principal", ("p10", "p90")
_VALUES = (PRINCIPAL_COLUMN, *_QUANTILES)
ON_MAP = ("team", "neighbourhood", "practice", "hub")
"""Kinds of area and building of local_estates that the map shows; no two have a code in common."""

_KINDS: dict[str, tuple[object, ...]] = {
    "counts": ("people", "homes", "service", "money"),
    "tenths": ("staff", "rooms_and_beds"),
}
"""Kinds of compared quantities, by the decimals that the other charts of the page keep of them."""


@dataclass(frozen=True)
class Cube:
    """Rows of `table` as a full product of `keys`: of the rows in `where`, `values` to so many `decimals`."""

    table: str
    keys: tuple[str, ...]
    values: tuple[str, ...] = _VALUES
    decimals: int = 0
    where: Mapping[str, tuple[object, ...]] | None = None


CUBES: dict[str, Cube] = {
    "population": Cube(
        "population",
        ("scenario", "place", "age_band", "year"),
        where={"sex": ("persons",), "age_band": ("all", "0-15", "16-64", "65+", "85+")},
    ),
    "pyramid": Cube(
        "population",
        ("scenario", "place", "sex", "age_band", "year"),
        where={"sex": ("female", "male"), "age_band": FIVE_YEAR_BANDS},
    ),
    "households": Cube(
        "households",
        ("scenario", "place", "measure", "year"),
        where={"measure": ("dwellings", "households")},
    ),
    "neighbourhoods": Cube(
        "neighbourhood_population", ("scenario", "neighbourhood", "year"), where={"age_band": ("all",)}
    ),
    "neighbourhood_older": Cube(
        "neighbourhood_population", ("scenario", "neighbourhood", "year"), where={"age_band": ("65+",)}
    ),
    "neighbourhood_ages": Cube(
        "neighbourhood_population",
        ("neighbourhood", "age_band", "year"),
        values=("principal",),
        where={
            "scenario": (PRINCIPAL,),
            "age_band": (*NEIGHBOURHOOD_BANDS, "all"),
            "year": (2024, 2030, 2035, 2040, 2045, 2050),
        },
    ),
    "delivery": Cube(
        "housing_delivery",
        ("scenario", "place", "year"),
        values=("planned_net_dwellings", *_VALUES),
        where={"site_reference": ("all",)},
    ),
    "demand": Cube("demand", ("scenario", "place", "service", "year")),
    "drivers": Cube(
        "demand_drivers", ("scenario", "place", "service", "driver", "year"), values=("principal",)
    ),
    "workforce": Cube(
        "workforce",
        ("scenario", "place", "sector", "staff_group", "measure", "year"),
        decimals=1,
        where={"measure": ("required_wte", "supply_wte", "gap_wte")},
    ),
    "provider_workforce": Cube(
        "provider_workforce",
        ("scenario", "provider", "staff_group", "measure", "year"),
        decimals=1,
        where={"measure": ("required_wte", "supply_wte", "gap_wte")},
    ),
    "estates": Cube("estates", ("scenario", "place", "facility", "measure", "year"), decimals=1),
    "provider_estates": Cube(
        "provider_estates", ("scenario", "provider", "facility", "measure", "year"), decimals=1
    ),
    "neighbourhood_estates": Cube(
        "neighbourhood_estates",
        ("neighbourhood", "facility", "measure", "year"),
        decimals=1,
        where={"scenario": (PRINCIPAL,), "year": (2024, 2030, 2035, 2040, 2045, 2050)},
    ),
    "local_gaps": Cube(
        "local_estates",
        ("area", "facility", "year"),
        decimals=1,
        where={"area_kind": ON_MAP, "measure": ("gap",)},
    ),
    "local_space": Cube(
        "local_estates",
        ("area", "facility", "measure", "year"),
        values=("principal",),
        decimals=1,
        where={"area_kind": ON_MAP, "measure": ("required", "existing")},
    ),
    "local_short": Cube(
        "local_estates",
        ("area", "facility", "year"),
        values=("probability_short",),
        decimals=3,
        where={"area_kind": ON_MAP, "measure": ("gap",)},
    ),
    **{
        f"{name}_{kinds}": Cube(table, keys, values, decimals, where={"subject_kind": _KINDS[kinds]})
        for name, table, keys, values in (
            ("headlines", "headline_draws", ("scenario", "area", "quantity", "year"), ("principal",)),
            (
                "differences",
                "scenario_differences",
                ("scenario", "compared_with", "area", "quantity", "year"),
                _VALUES,
            ),
        )
        for kinds, decimals in (("counts", 0), ("tenths", 1))
    },
    "breach": Cube(
        "capacity_breach",
        ("scenario", "area_kind", "area", "facility", "year"),
        values=("probability",),
        decimals=3,
    ),
}
"""Full products; a product of which the release has no row is left out."""

TABLES_AS_ROWS: dict[str, tuple[str, ...]] = {
    "housing_delivery": (
        "scenario",
        "place",
        "site_reference",
        "year",
        "site_name",
        "phasing_basis",
        "planned_net_dwellings",
        "principal",
        "p10",
        "p90",
    ),
    "housing_lateness": (
        "scenario",
        "place",
        "site_name",
        "outcome",
        "planned_net_dwellings",
        "principal",
        "p10",
        "p90",
    ),
    "developer_contributions": (),
    "benchmarks": ("place", "year", "measure", "comparator", "theirs"),
    "release_changes": (),
    "actual_against_plan": (),
    "sensitivity": (),
}
"""Tables that go in as they are, with these columns or (empty) with all."""


def packed(content: Mapping[str, object]) -> str:
    """JSON, compressed, as text that can stand in a page; the same content gives the same text."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)).decode("ascii")


def chart_data(tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    """Cubes and small tables of those tables that the release has."""
    return {
        "cubes": {
            name: cube(tables[made.table], made)
            for name, made in CUBES.items()
            if made.table in tables and len(_rows_of(tables[made.table], made))
        },
        "rows": {
            name: columns(tables[name], wanted or tuple(tables[name].columns))
            for name, wanted in TABLES_AS_ROWS.items()
            if name in tables
        },
        "neighbourhoods": _neighbourhoods(tables),
        "units": _units(tables),
        "quantities": _quantities(tables),
    }


def cube(frame: pd.DataFrame, made: Cube) -> dict[str, object]:
    """Labels of each key, and of each value its steps along the last key; a cell without a row is null.

    Steps are a third smaller than levels: along the last key from one cell with a row to the next, the first
    from nothing. A quantile is the steps of its distance from the principal run.
    """
    frame = _rows_of(frame, made)
    labels: dict[str, list[object]] = {}
    position = np.zeros(len(frame), dtype=np.int64)
    for key in made.keys:
        codes, found = pd.factorize(frame[key], sort=True)
        labels[key] = [int(each) if key == "year" else str(each) for each in found]
        position = position * len(found) + codes
    shape = [len(each) for each in labels.values()]
    if len(np.unique(position)) != len(frame):
        raise ValueError(f"{made.table}: {', '.join(made.keys)} do not tell rows apart")
    whole = {name: np.round(frame[name].to_numpy(np.float64) * 10**made.decimals) for name in made.values}
    if PRINCIPAL_COLUMN in whole:
        whole |= {name: whole[name] - whole[PRINCIPAL_COLUMN] for name in _QUANTILES if name in whole}
    return {
        "keys": labels,
        "values": {name: _steps(values, position, shape) for name, values in whole.items()},
        "decimals": made.decimals,
    }


def _rows_of(frame: pd.DataFrame, made: Cube) -> pd.DataFrame:
    for column, wanted in (made.where or {}).items():
        frame = frame[frame[column].isin(wanted)]
    return frame


def _steps(values: np.ndarray, position: np.ndarray, shape: Sequence[int]) -> list[int | None]:
    """Whole numbers in the cells at `position` of a product of `shape`, as steps along its last key."""
    cells = np.full(int(np.prod(shape)), np.nan)
    cells[position] = values
    table = pd.DataFrame(cells.reshape(-1, shape[-1]))
    steps = (table - table.ffill(axis=1).shift(axis=1).fillna(0)).to_numpy().ravel()
    there = ~np.isnan(steps)
    flat: list[int | None] = np.where(there, steps, 0).astype(np.int64).tolist()
    return flat if there.all() else [each if known else None for each, known in zip(flat, there, strict=True)]


def columns(frame: pd.DataFrame, wanted: Sequence[str]) -> dict[str, list[object]]:
    """The wanted columns as lists; a missing value is null, a number has at most three decimals."""
    made: dict[str, list[object]] = {}
    for name in wanted:
        values = frame[name]
        if pd.api.types.is_float_dtype(values):
            rounded = values.astype(object).where(values.notna(), None)
            made[name] = [each if each is None else round(float(each), 3) for each in rounded]
        elif pd.api.types.is_integer_dtype(values):
            made[name] = [None if pd.isna(each) else int(each) for each in values]
        else:
            made[name] = [None if pd.isna(each) else str(each) for each in values]
    return made


def _neighbourhoods(tables: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    """Code, name and place of every neighbourhood."""
    if "neighbourhood_population" not in tables:
        return []
    names = ["neighbourhood", "neighbourhood_name", "place"]
    pairs = tables["neighbourhood_population"][names].drop_duplicates().sort_values("neighbourhood")
    return [[str(each) for each in row] for row in pairs.itertuples(index=False)]


def _units(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Unit of every service and facility."""
    units: dict[str, str] = {}
    for table, key in (("demand", "service"), ("estates", "facility"), ("provider_estates", "facility")):
        if table in tables:
            pairs = tables[table][[key, "unit"]].drop_duplicates()
            words = pairs["unit"].astype(str).replace("m2", "m²")
            units.update(zip(pairs[key].astype(str), words, strict=True))
    return units


def _quantities(tables: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    """Name, title, unit and kind of every quantity by which scenarios are compared, in their order."""
    if "scenario_differences" not in tables:
        return []
    told = ["quantity", "quantity_name", "unit", "subject_kind"]
    rows = tables["scenario_differences"][told].drop_duplicates("quantity").set_index("quantity")
    return [[name, *(str(each) for each in rows.loc[name])] for name in in_order(rows.index)]


def awaited(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Sources whose next release has a month, earliest first: the page knows in which it is read."""
    if "source_freshness" not in tables:
        return []
    titles = dict(zip(tables["sources"]["id"], tables["sources"]["title"], strict=True))
    rows = tables["source_freshness"].dropna(subset="next_release")
    return [
        {
            "title": str(titles.get(row["source_id"], row["source_id"])),
            "month": str(row["next_release"]),
            "newer": str(row["newer_release"]),
        }
        for row in rows.sort_values(["next_release", "source_id"]).to_dict("records")
    ]
