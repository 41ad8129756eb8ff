"""What the past says of the ensemble's spreads: each factor's series in a folder of authorities, pooled.

    python -m benchmarks.population.spreads --data DIR [--until 2018]

DIR is laid out like the official backtest folder. Prints, factor by factor, persistence, range and shared
variance that changes over one and five years ask for, beside what `data/assumptions.csv` has; it changes
nothing. A few years an area are far too few to say anything of that area: all areas are pooled.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.population.backtest_folder import FLOWS
from benchmarks.population.backtest_people import read_assumptions
from models.uncertainty.ensemble import NORMAL_P90
from models.uncertainty.factor_persistence import Wandering, wandering

LAG = 5
FEWEST_RESIDENTS = 20_000
"""Smaller authorities, the City and the Isles of Scilly, are left out: their rates are mostly chance."""


def factors(data: Path, until: int) -> dict[str, Wandering]:
    """Each factor's wandering over the components of change to `until`."""
    components = pd.read_csv(data / "components_of_change_2002_2018.csv")
    components = components[components["year"] <= until]
    wide = components.pivot_table(
        index="place_code", columns="year", values=["population", "births", "deaths", *FLOWS]
    ).dropna()
    wide = wide[wide["population"].min(axis=1) >= FEWEST_RESIDENTS]
    people, births, deaths = (
        wide[name].to_numpy(dtype=np.float64) for name in ("population", "births", "deaths")
    )
    flows = {name: wide[name].to_numpy(dtype=np.float64) for name in FLOWS}
    into = flows["internal_in"] + flows["international_in"]
    out = flows["internal_out"] + flows["international_out"]
    return {
        "fertility": wandering(np.log(births / people), LAG, float((1 / births).mean())),
        "mortality": wandering(np.log(deaths / people), LAG, float((1 / deaths).mean())),
        "migration_turnover": wandering(np.log(0.5 * (into + out) / people), LAG),
        "net_migration": wandering((into - out) / people * 1000, LAG),
    }


def people_a_dwelling(data: Path) -> tuple[float, float, int]:
    """Half of P10 to P90 of ten years' log change in people a dwelling 2001-2011, and the number of areas.

    As it is, and less what child share and the gap between past growth and building explain.
    """
    population = pd.read_csv(data / "population_mid_2011.csv.gz")
    total = population.groupby("place_code")["population"].sum()
    children = population[population["age"] < 16].groupby("place_code")["population"].sum() / total
    past = pd.read_csv(data / "population_totals_2001_2020.csv")
    before = past[past["year"] == 2001].set_index("place_code")["population"]
    stock = pd.read_csv(data / "dwelling_stock.csv").pivot_table(
        index="place_code", columns="year_at_31_march", values="dwellings"
    )
    components = pd.read_csv(data / "components_of_change_2002_2018.csv")
    components = components[components["year"] <= 2011].groupby("place_code").mean(numeric_only=True)
    gain = (
        components["births"] - components["deaths"] + components["internal_in"] - components["internal_out"]
    )
    gain = gain + components["international_in"] - components["international_out"]
    built = np.log(stock[2011] / stock[2001])
    frame = pd.DataFrame(
        {
            "change": np.log(total / before) - built,
            "children": children,
            "gap": 10 * gain / total - built,
            "total": total,
        }
    ).dropna()
    frame = frame[frame["total"] >= FEWEST_RESIDENTS]
    change = frame["change"].to_numpy()
    known = np.column_stack([frame["children"], frame["gap"], np.ones(len(frame))])
    left = change - known @ np.linalg.lstsq(known, change, rcond=None)[0]

    def half(values: np.ndarray) -> float:
        low, high = np.quantile(values, [0.1, 0.9])
        return float(0.5 * (high - low))

    return half(change), half(left), len(frame)


def main() -> None:
    """Read the command line, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--until", type=int, default=2018, help="last mid-year looked at")
    options = parser.parse_args()
    known = read_assumptions()
    console = Console(width=150)
    table = Table(title=f"2002 to {options.until}, authorities pooled")
    for heading in (
        "factor", "change in 1 year", f"in {LAG} years", "persistence", "P10-P90 ±", "shared",
        "in use: persistence", "low", "high", "shared",
    ):  # fmt: skip
        table.add_column(heading, justify="left" if heading == "factor" else "right")
    rows = {"fertility": "fertility_level", "mortality": "mortality_level"}
    for name, found in factors(options.data, options.until).items():
        _, low, high = known.range(f"demography.{rows.get(name, name)}")
        table.add_row(
            name, f"{found.one_year:.3f}", f"{found.lagged:.3f}", f"{found.persistence:.2f}",
            f"{found.half_range:.3f}", f"{found.shared_variance:.2f}",
            f"{known.value(f'demography.{name}_persistence'):.2f}", f"{low:g}", f"{high:g}",
            f"{known.value(f'demography.{name}_shared_variance'):.2f}",
        )  # fmt: skip
    console.print(table)
    whole, left, areas = people_a_dwelling(options.data)
    value, low, high = known.range("demography.household_size")
    console.print(
        f"people a dwelling 2001-2011, {areas} areas: ±{100 * whole:.2f} % of ten years' change lies between "
        f"P10 and P90, ±{100 * left:.2f} % of what children and past growth leave; in use "
        f"{100 * (low - value):+.2f} to {100 * (high - value):+.2f} %"
    )
    console.print(
        "Changes are standard deviations in logs, net migration in migrants a thousand; "
        f"{NORMAL_P90:.2f} of them reach P90."
    )


if __name__ == "__main__":
    main()
