"""England in every scenario on a dask cluster: seconds, and the most memory each worker took.

    python -m benchmarks.speed.england --areas 309 --draws 1000 --years 25 --workers 2

Areas are those of benchmarks/speed/scale.py. Each is projected on four paths of homes and on a trend of net
migration; scenarios that differ in models of care alone share their people. Blocks of areas go to the
workers, and each block's quantiles are written as they come, so neither side holds all of them. --into keeps
the files; --address runs on a cluster that is there already.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from assets.population.cluster import Cluster, run_blocks
from assets.tables.parquet import write_frame
from benchmarks.speed.scale import (
    RELATIVE_SPREAD_OF_BUILDING,
    SEED,
    YEARLY_GROWTH_OF_DWELLINGS,
    Scale,
)
from models.demography.age_bands import Paths, area_summaries
from models.demography.area_build import build_area
from models.demography.area_inputs import AGES
from models.demography.projection_factors import draw_factors, draw_net_migration
from models.uncertainty.ensemble import standard_normal

PACE = {"adopted_plan": 1.0, "draft_plan": 1.15, "on_schedule": 1.25, "slow_delivery": 0.7}
"""Homes of a scenario over those of the area: paths that differ, made up for the measurement."""
YEARLY_NET_MIGRATION = 0.004
"""Of the trend runs, over residents; made up like the paces."""
BANDS = np.arange(0, AGES, 5)
QUANTITIES = ("principal", "p10", "p50", "p90")
MEGABYTE = 1024


def block_of_areas(numbers: range, scale: Scale, draws: int, years: int) -> tuple[pd.DataFrame, int, int]:
    """Quantiles of a block's areas, the process that made them and the most it held so far, in MB."""
    import os

    frames = [_area(scale, number, draws, years) for number in numbers]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE
    return pd.concat(frames, ignore_index=True), os.getpid(), peak


def _area(scale: Scale, number: int, draws: int, years: int) -> pd.DataFrame:
    figures = scale.figures(number)
    area = build_area(figures, scale.national, scale.method, years)
    factors = draw_factors(scale.spreads, SEED, figures.code, draws, scale.base_year, years)
    growth = np.random.default_rng([SEED, number, 1]).uniform(*YEARLY_GROWTH_OF_DWELLINGS)
    varied = standard_normal(SEED, "net_additions", "place", figures.code, draws)
    built = np.arange(years + 1) * growth * figures.base_dwellings
    scenarios = {
        name: Paths(
            figures.base_dwellings
            + np.maximum(pace * built * (1.0 + RELATIVE_SPREAD_OF_BUILDING * varied), 0.0)
        )
        for name, pace in PACE.items()
    }
    people = area.base_population.sum()
    scenarios["trend"] = Paths(
        scenarios["adopted_plan"].dwellings,
        draw_net_migration(
            scale.spreads,
            YEARLY_NET_MIGRATION * people,
            people,
            SEED,
            figures.code,
            draws,
            scale.base_year,
            years,
        ),
    )
    summaries = area_summaries(area, factors, scenarios, BANDS)
    axes = {
        "area": [figures.code],
        "scenario": list(scenarios),
        "year": range(scale.base_year, scale.base_year + years + 1),
        "sex": ["female", "male"],
        "first_age": BANDS,
    }
    index = pd.MultiIndex.from_product(axes.values(), names=list(axes))
    values = {name: summaries[:, at].ravel() for at, name in enumerate(QUANTITIES)}
    return pd.DataFrame(values, index=index).reset_index()


def run(
    cluster: Cluster, areas: int, draws: int, years: int, areas_a_block: int, into: Path
) -> tuple[float, dict[int, int]]:
    """Seconds from the first block to the last, and each worker's peak MB; files under `into`."""
    blocks = [range(first, min(first + areas_a_block, areas)) for first in range(0, areas, areas_a_block)]
    peaks: dict[int, int] = {}

    def keep(number: int, result: tuple[pd.DataFrame, int, int]) -> None:
        frame, process, peak = result
        peaks[process] = max(peak, peaks.get(process, 0))
        write_frame(frame, into / f"block_{number:05d}.parquet")

    with cluster.client() as client:
        started = time.perf_counter()
        run_blocks(client, block_of_areas, blocks, keep, Scale(), draws, years)
        return time.perf_counter() - started, peaks


def digest(folder: Path) -> str:
    """SHA-256 of every block's bytes in order."""
    made = hashlib.sha256()
    for path in sorted(folder.glob("block_*.parquet")):
        made.update(path.read_bytes())
    return made.hexdigest()


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=309)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--years", type=int, default=25)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--areas-a-block", type=int, default=4)
    parser.add_argument("--address", default="", help="a scheduler that is there already")
    parser.add_argument("--into", type=Path, help="folder that keeps the blocks")
    options = parser.parse_args()
    cluster = Cluster(address=options.address, workers=options.workers)
    with tempfile.TemporaryDirectory() as temporary:
        into = options.into or Path(temporary)
        began = time.perf_counter()
        seconds, peaks = run(
            cluster, options.areas, options.draws, options.years, options.areas_a_block, into
        )
        whole = time.perf_counter() - began
        size = sum(path.stat().st_size for path in into.glob("block_*.parquet")) / 1e6
        made = digest(into)
    runs = options.areas * (options.draws + 1) * (len(PACE) + 1)
    print(
        f"{options.areas} areas, {options.draws} draws, {options.years} years, {len(PACE) + 1} scenarios, "
        f"{options.workers} workers: {seconds:.1f} s and {whole - seconds:.1f} s to start and end, "
        f"{seconds / runs * 1e6:.1f} microseconds an area, draw and scenario"
    )
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"processor seconds of the workers: {children.ru_utime + children.ru_stime:.1f}")
    print("peak MB of each worker: " + ", ".join(str(peak) for peak in sorted(peaks.values())))
    print(f"{size:.1f} MB written, SHA-256 {made}")


if __name__ == "__main__":
    main()
