"""Speed of the workforce stage: requirement, supply, gap and tables for all groups, places and scenarios.

    python -m benchmarks.speed.workforce_speed --draws 1000 --runs 3

Runs on made-up demand and people of the shipped size, no two scenarios alike, so that nothing but this stage
is timed. Prints a table of seconds on the clock and of processor seconds, judges nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from rich.console import Console
from rich.table import Table

from assets.inputs.assumptions import Assumptions
from assets.inputs.csv_reading import read_table
from assets.inputs.scenarios import load_scenarios, scenario_table
from assets.inputs.settings import RunSettings
from assets.official_files.staff_files import recorded_staff_files
from assets.tables.by_place import ByPlace
from assets.tables.declarations import INPUT_TABLES
from assets.workforce.posts_and_staff import staff_in_post, staffing_base
from assets.workforce.workforce_stage import staffing
from benchmarks.shipped import DATA

BASE = (recorded_staff_files, staffing_base, staff_in_post)
PARTS = {
    "base year": BASE,
    "requirement, supply, gap, shortage, intakes, flows, levers": (staffing,),
}
PEOPLE = 250_000.0
"""Adults of working age of each made-up place."""
UNIT = 100_000.0
"""Units of every service a place takes in a year."""


def made_up(draws: int) -> dict[str, Any]:
    """Inputs of the stage: the shipped tables, and demand that grows by about one per cent a year."""
    places = read_table(INPUT_TABLES["places"], DATA / "places.csv", places=None)
    made: dict[str, Any] = {
        name: read_table(table, DATA / f"{name}.csv", list(places["place"]))
        for name, table in INPUT_TABLES.items()
        if table.stage in ("workforce", "demand", "inputs")
    }
    made["scenarios"] = scenario_table(load_scenarios(DATA / "scenarios"))
    made["settings"] = RunSettings(draws=draws)
    known = Assumptions(made["assumptions"])
    years = np.arange(int(known.value("demand.base_year")), int(known.value("demand.last_year")) + 1)
    names = list(made["scenarios"]["scenario"])
    codes = list(places.loc[places["kind"] == "place", "place"])
    services = list(made["services"]["service"])
    # A tenth of a point more in each scenario.
    growth = (1.01 + 0.001 * np.arange(len(names)))[:, None] ** (years - years[0])
    shocks = np.concatenate([[1.0], 1 + 0.02 * np.random.default_rng(4).standard_normal(draws)])

    def demand(kind: str, areas: list[str]) -> xr.DataArray:
        values = UNIT * shocks[:, None] * growth[:, None]
        shape = (len(names), draws + 1, len(years), len(areas), len(services))
        return xr.DataArray(
            np.array(np.broadcast_to(values[..., None, None], shape)),
            dims=("scenario", "draw", "year", kind, "service"),
            coords={
                "scenario": names,
                "draw": np.arange(draws + 1),
                "year": years,
                kind: areas,
                "service": services,
            },
        )

    by_place = demand("place", codes)
    made["demand_draws"] = ByPlace(
        codes, lambda place: xr.Dataset({"demand": by_place.sel(place=place, drop=True)})
    )
    trusts = list(made["providers"].loc[made["providers"]["kind"] == "acute", "provider"])
    rows = pd.MultiIndex.from_product([names[:1], trusts, years, services])
    of_trusts = rows.to_frame(index=False, name=["scenario", "provider", "year", "service"])
    made["provider_demand"] = of_trusts.assign(principal=UNIT)
    # A dip of two per cent after the base year, which makes the stage keep posts.
    made["provider_level"] = of_trusts.drop(columns="scenario").assign(
        ratio=np.where(of_trusts["year"] > years[0], 0.98, 1.0)
    )
    made["recorded_level"] = pd.DataFrame(columns=["place", "service", "year", "measure", "ratio", "basis"])
    made["provider_demand_draws"] = xr.Dataset({"provider_demand": demand("provider", trusts)})
    system = str(places.loc[places["kind"] == "system", "place"].item())
    rows = pd.MultiIndex.from_product([names[:1], [*codes, system], years[:1], services])
    table = rows.to_frame(index=False, name=["scenario", "place", "year", "service"])
    made["demand"] = table.assign(principal=np.where(table["place"] == system, UNIT * len(codes), UNIT))
    ages = pd.MultiIndex.from_product([names, codes, years, ["female", "male"], [30, 50]])
    people = ages.to_frame(index=False, name=["scenario", "place", "year", "sex", "age"])
    size = pd.Series(growth.ravel(), index=pd.MultiIndex.from_product([names, years]))
    people["principal"] = (
        PEOPLE / 4 * size.loc[zip(people["scenario"], people["year"], strict=True)].to_numpy()
    )
    made["population_single_year"] = people
    keys = pd.MultiIndex.from_product([["ae_attendances"], trusts, [2018, int(years[0])]])
    made["recorded_activity"] = keys.to_frame(index=False, name=["measure", "provider", "year"]).assign(
        level=UNIT
    )
    return made


def seconds(made: dict[str, Any], assets: tuple[Any, ...]) -> tuple[float, float]:
    """Seconds on the clock and processor seconds of these assets; what they make goes into `made`."""
    started, used = time.perf_counter(), time.process_time()
    for asset in assets:
        taken = {
            each
            for each in asset.keys_by_input_name
            if not asset.op.input_def_named(each).dagster_type.is_nothing
        }
        needed = {*taken, *(asset.required_resource_keys & made.keys())}
        value = asset.op.compute_fn.decorated_fn(**{each: made[each] for each in needed})
        tables = [key.path[-1] for key in asset.keys_by_output_name.values()]
        made |= zip(tables, value if isinstance(value, tuple) else (value,), strict=True)
    return time.perf_counter() - started, time.process_time() - used


def main() -> None:
    """Time the stage a few times and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    warm = made_up(2)
    seconds(warm, (*BASE, staffing))  # compiles the projection
    made = made_up(options.draws)
    runs = [{part: seconds(made, assets) for part, assets in PARTS.items()} for _ in range(options.runs)]
    for run in runs:
        clock, used = zip(*run.values(), strict=True)
        run["whole stage"] = sum(clock), sum(used)
    title = f"workforce stage, {options.draws} draws, {options.runs} runs on {os.cpu_count()} cores"
    table = Table(title=title)
    for heading in ("seconds", "minimum", "median", "maximum", "processor, median"):
        table.add_column(heading, justify="left" if heading == "seconds" else "right")
    for part in runs[0]:
        clock, used = zip(*(run[part] for run in runs), strict=True)
        values = [*(f(clock) for f in (min, statistics.median, max)), statistics.median(used)]
        table.add_row(part, *(f"{value:.2f}" for value in values))
    console = Console()
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    rows = sum(len(made[name]) for name in ("workforce", "provider_workforce"))
    console.print(f"peak memory {peak:.2f} GB; {rows:,} rows of workforce and provider_workforce")


if __name__ == "__main__":
    main()
