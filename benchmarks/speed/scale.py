"""Speed and memory of the engine at the size of England, with how both grow.

    python -m benchmarks.speed.scale --areas 309 --draws 1000 --years 25

Areas are the shipped places, each scaled and shifted a little so that no two are alike. Every one is
projected housing-led by single year and sex in all draws and summarised as p10, p50 and p90 by sex and
five-year band; what is kept is the summary, a block of one area's draws being in memory for each thread at
a time. Prints tables; the last line is the total.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.input_tables import INPUT_TABLES
from assets.population.population_figures import (
    PopulationInputs,
    national_figures,
    parameters,
    place_figures,
    spreads,
    stock_at_base,
)
from benchmarks.shipped import DATA
from models.demography.age_bands import project_bands
from models.demography.area_build import PlaceFigures, build_area
from models.demography.area_inputs import AGES
from models.demography.projection_factors import draw_factors
from models.uncertainty.ensemble import standard_normal, summarise

ROOT = Path(__file__).resolve().parents[2]

SEED = 20210630
YEARLY_GROWTH_OF_DWELLINGS = (0.002, 0.02)
"""Slowest and fastest yearly growth of the areas' dwellings."""
RELATIVE_SPREAD_OF_BUILDING = 0.2
"""Of a draw's net additions about the area's own."""


@dataclass
class Seconds:
    """Seconds of all threads together."""

    inputs: float = 0.0
    projection: float = 0.0
    quantiles: float = 0.0


class Scale:
    """The shipped places' figures, read once, and areas made of them."""

    def __init__(self) -> None:
        def read(name: str) -> pd.DataFrame:
            return read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None)

        inputs = PopulationInputs(**{name: read(name) for name in PopulationInputs.__annotations__})
        known = Assumptions(read("assumptions"))
        self.national = national_figures(inputs)
        self.method = parameters(known)
        self.spreads = spreads(known, inputs.base_year, inputs.base_year)
        self.base_year = inputs.base_year
        self.places = [
            place_figures(place, inputs, known, stock_at_base(place, inputs))
            for place in sorted(inputs.dwelling_stock["place"].unique())
        ]

    def figures(self, number: int) -> PlaceFigures:
        """The number-th area: a shipped place at another size, its ages shifted a little."""
        place = self.places[number % len(self.places)]
        random = np.random.default_rng([SEED, number])
        size = random.uniform(0.5, 1.5)
        tilt = np.exp(random.normal(0, 0.1) * np.linspace(-1, 1, AGES))
        base = place.base_population * tilt
        base *= size * place.base_population.sum() / base.sum()
        return replace(
            place,
            code=f"X{number:08d}",
            base_population=base,
            earlier_population=None if place.earlier_population is None else place.earlier_population * size,
            estimates={},
            recent_births=None if place.recent_births is None else place.recent_births * size,
            births={year: count * size for year, count in place.births.items() if year <= self.base_year},
            usual_deaths={year: n * size for year, n in place.usual_deaths.items() if year <= self.base_year},
            flows=replace(
                place.flows, **{name: getattr(place.flows, name) * size for name in vars(place.flows)}
            ),
            census_households=place.census_households * size,
            census_dwellings=place.census_dwellings * size,
            base_dwellings=place.base_dwellings * size,
        )

    def area(self, number: int, draws: int, years: int, seconds: Seconds) -> np.ndarray:
        """(3, years + 1, 2, bands) p10, p50, p90 of one area."""
        started = time.perf_counter()
        figures = self.figures(number)
        area = build_area(figures, self.national, self.method, years)
        factors = draw_factors(self.spreads, SEED, figures.code, draws, self.base_year, years)
        growth = np.random.default_rng([SEED, number, 1]).uniform(*YEARLY_GROWTH_OF_DWELLINGS)
        built = growth * figures.base_dwellings
        varied = standard_normal(SEED, "net_additions", "place", figures.code, draws)
        path = np.arange(years + 1) * built * (1.0 + RELATIVE_SPREAD_OF_BUILDING * varied)
        dwellings = figures.base_dwellings + np.maximum(path, 0.0)
        prepared = time.perf_counter()
        bands = project_bands(area, factors, dwellings, np.arange(0, AGES, 5))
        projected = time.perf_counter()
        summary = summarise(bands, axis=-1)
        done = time.perf_counter()
        with LOCK:
            seconds.inputs += prepared - started
            seconds.projection += projected - prepared
            seconds.quantiles += done - projected
        return np.stack([summary.p10, summary.p50, summary.p90])


LOCK = threading.Lock()


def run(areas: int, draws: int, years: int, threads: int) -> tuple[float, Seconds, np.ndarray]:
    """Wall seconds, seconds by part, and the summaries (areas, 3, years + 1, 2, bands)."""
    scale = Scale()
    scale.area(0, 2, years, Seconds())  # loads the compiled kernel
    seconds = Seconds()
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        summaries = list(pool.map(lambda number: scale.area(number, draws, years, seconds), range(areas)))
    return time.perf_counter() - started, seconds, np.stack(summaries)


def peak_memory() -> float:
    """The process's largest resident size so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def in_a_process_of_its_own(areas: int, draws: int, years: int, threads: int) -> tuple[float, float]:
    """Total seconds and peak GB of a run, read off the last line it prints."""
    sizes = ["--areas", str(areas), "--draws", str(draws), "--years", str(years)]
    command = [sys.executable, "-m", "benchmarks.speed.scale", *sizes]
    made = subprocess.run(
        [*command, "--threads", str(threads), "--once"], capture_output=True, text=True, check=True
    )
    words = made.stdout.strip().splitlines()[-1].split()
    return float(words[1]), float(words[4])


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=309)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--years", type=int, default=25)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--once", action="store_true", help="leave out how time and memory grow")
    options = parser.parse_args()
    console = Console(width=120)
    areas, draws, years, threads = options.areas, options.draws, options.years, options.threads
    if not options.once:
        growth = Table(title="how time and memory grow, each run in a process of its own")
        for heading in ("areas", "draws", "seconds", "peak GB", "microseconds an area-draw"):
            growth.add_column(heading, justify="right")
        for some, many in (
            (areas // 4, draws),
            (areas // 2, draws),
            (areas, draws // 4),
            (areas, draws // 2),
        ):
            some, many = max(some, 1), max(many, 2)
            taken, peak = in_a_process_of_its_own(some, many, years, threads)
            growth.add_row(
                str(some), str(many), f"{taken:.2f}", f"{peak:.2f}", f"{taken / some / many * 1e6:.1f}"
            )
        console.print(growth)
    total, seconds, summaries = run(areas, draws, years, threads)
    cells = areas * draws * years * 2 * AGES
    table = Table(title=f"{areas} areas, {draws} draws, {years} years on {threads} threads")
    table.add_column("")
    table.add_column("seconds of wall time", justify="right")
    table.add_column("cells a second", justify="right")
    shares = seconds.inputs + seconds.projection + seconds.quantiles
    for name, part in (
        ("inputs and factors", seconds.inputs),
        ("projection", seconds.projection),
        ("quantiles", seconds.quantiles),
    ):
        wall = total * part / shares
        table.add_row(
            name, f"{wall:.2f}", f"{cells / wall / 1e6:,.0f} million" if name != "inputs and factors" else ""
        )
    console.print(table)
    console.print(f"{summaries.size:,} quantiles kept; parts are shares of the threads' time")
    print(f"total {total:.1f} s, peak {peak_memory():.1f} GB")


if __name__ == "__main__":
    main()
