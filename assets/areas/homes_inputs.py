"""An area's homes in the input tables, from England's: stock, net additions, requirements of local plans.

A council without a requirement goes on at its past rate, and its row says so: no plan is made up.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from assets.areas.national_rows import AreaOfEngland, Level, NationalRows
from assets.areas.plan_steps import plan_rows
from models.areas.stock_years import even_years, stock_back_from

LAST_STOCK = 2021
"""The last 31 March of the published series of stock."""
_FIRST_STOCK = 2001


def homes_rows(area: AreaOfEngland) -> list[NationalRows]:
    """The housing inputs of an area, each in its input table's columns."""
    additions, levels_of_additions = _net_additions(area)
    stock, levels_of_stock = _stock(area, additions)
    plans = plan_rows(area, additions, stock)
    return [
        NationalRows(
            "net_additional_dwellings",
            additions,
            "derived",
            "mhclg_live_table_122",
            "2020/21, then council tax stock of about 2025",
            levels=levels_of_additions,
        ),
        NationalRows(
            "dwelling_stock", stock, "published", "voa_ctsop_england", "2021", levels=levels_of_stock
        ),
        plans,
        _levy(area),
    ]


def _net_additions(area: AreaOfEngland) -> tuple[pd.DataFrame, dict[str, Level]]:
    """Live Table 122, and after its last year an even share of what the council tax stock has grown by."""
    published = area.of("net_additional_dwellings")
    stock = area.of("dwelling_stock")
    before = stock[stock["year"] == LAST_STOCK].set_index("place")["dwellings"]
    taxed = area.of("council_tax_stock").set_index("place")[["year", "dwellings"]].to_dict("index")
    mean = published[published["year"] > published["year"].max() - 5]
    usual = mean.groupby("place")["net_additional_dwellings"].mean()
    rows: list[dict[str, Any]] = []
    levels: dict[str, Level] = {}
    for place in area.authorities:
        year = int(taxed[place]["year"])
        years = year - LAST_STOCK
        if place in before.index:
            change, told = int(taxed[place]["dwellings"] - before[place]), "council tax stock, even years"
            levels[place] = "derived"
        else:
            change, told = round(float(usual[place]) * years), "mean of the last five published years"
            levels[place] = "derived"
        for offset, homes in enumerate(even_years(change, years)):
            rows.append(
                {
                    "place": place,
                    "year": LAST_STOCK + offset,
                    "net_additional_dwellings": int(homes),
                    "release": told,
                }
            )
    return pd.concat([published, pd.DataFrame(rows)], ignore_index=True), levels


def _stock(area: AreaOfEngland, additions: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Level]]:
    """The published stock; for a council without, back from its council tax stock by its net additions."""
    published = area.of("dwelling_stock")
    published = published[published["year"] >= _FIRST_STOCK]
    taxed = area.of("council_tax_stock").set_index("place")["dwellings"].to_dict()
    pieces, levels = [published], dict[str, Level]()
    for place in area.without(published):
        own = additions[(additions["place"] == place) & (additions["year"] >= _FIRST_STOCK)]
        own = own.sort_values("year")
        stock = stock_back_from(float(taxed[place]), own["net_additional_dwellings"].to_numpy(float))
        years = [*own["year"], own["year"].max() + 1]
        made = pd.DataFrame({"place": place, "year": years, "dwellings": stock.astype("int64")})
        pieces.append(made[made["year"] <= LAST_STOCK])
        levels[place] = "derived"
    return pd.concat(pieces, ignore_index=True), levels


def _levy(area: AreaOfEngland) -> NationalRows:
    rows = pd.DataFrame(
        {
            "place": list(area.authorities),
            "adopted": "no",
            "since": float("nan"),
            "funds_health": "unknown",
            "source_id": "placecast",
            "evidence_grade": "C",
            "note": "No list of charging authorities is in the national tables: ask the council",
        }
    )
    return NationalRows("infrastructure_levy", rows, "none", "placecast", "")
