"""The rules of plausible.yaml measured over all authorities: how many figures each would refuse.

Reads the folder of England's published tables (`--england`). A rule whose tables are not among those read
here is left out. Rules that refuse real places are too narrow: widen them by what is printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from assets.inputs.checks.plausibility import every_measure


def tables_of_england(folder: Path) -> dict[str, pd.DataFrame]:
    """Input tables as far as England's files give them: people, births, stock, homes, small areas."""
    population, housing = folder / "population", folder / "housing"
    components = _read(population / "components_of_change_2002_2018.csv.gz")
    totals = _read(population / "population_totals_2001_2020.csv.gz")
    births = _read(population / "births_and_deaths_2014_2022.csv.gz")
    stock = _read(housing / "dwelling_stock.csv.gz").rename(columns={"year_at_31_march": "year"})
    homes = _read(housing / "net_additional_dwellings.csv.gz")
    homes["year"] = homes["financial_year"].str[:4].astype(int)
    areas = pd.read_csv(population / "msoa_age_by_single_year_2021.csv.gz")
    ages = areas.columns[3:]
    by_age = areas[ages].T.groupby(np.minimum(np.arange(len(ages)), OLDEST)).sum().T
    small = by_age.assign(msoa=areas["msoa21cd"]).melt("msoa", var_name="age", value_name="population")
    return {
        "past_components_of_change": components,
        "births_and_deaths": births,
        "mid_year_estimate_totals": totals,
        "dwelling_stock": stock,
        "net_additional_dwellings": homes.drop(columns="financial_year"),
        "msoa_population": small.assign(place="England"),
    }


OLDEST = 90


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path).rename(columns={"place_code": "place"})


def main() -> None:
    """Print a line a rule: figures measured, outside, and the extremes where they would have to lie."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--england", type=Path, required=True, help="folder of England's published tables")
    for measured in every_measure(tables_of_england(parser.parse_args().england)):
        figures = measured.figures
        outside = (figures["value"] < figures["low"]) | (figures["value"] > figures["high"])
        what = f"{measured.file}.{measured.column}, {measured.words}"
        low, high = figures["value"].quantile([0.005, 0.995])
        spread = f", from {low:.4g} to {high:.4g} but for 1 %" if (figures["row"] == 0).all() else ""
        print(f"{what}: {outside.sum()} of {len(figures):,} outside{spread}")
        for row in figures[outside].head(4).to_dict("records"):
            print("   ", {key: value for key, value in row.items() if key != "row"})


if __name__ == "__main__":
    main()
