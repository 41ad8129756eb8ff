"""`england-forecast`: people, demand and rooms of every authority of England, on the cores or a cluster."""

from __future__ import annotations

import time
from pathlib import Path

import click

from assets.inputs.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from housing_trajectories.terminal import Terminal
from pipelines.commands.options import outputs_option


@click.command()
@outputs_option
@click.option(
    "--draws", type=click.IntRange(min=2), default=DEFAULT_DRAWS, help="draws beside the principal run"
)
@click.option("--seed", type=int, default=DEFAULT_SEED, help="seed of the ensemble")
@click.option("--only", multiple=True, metavar="CODE", help="GSS code of an authority; may be repeated")
@click.option("--workers", type=click.IntRange(min=1), default=2, help="processes of this machine")
@click.option("--memory-gb", type=float, default=6.0, help="memory of each process of this machine")
@click.option("--address", default="", help="a dask scheduler, such as tcp://host:8786, in their place")
def command(
    outputs: Path, draws: int, seed: int, only: tuple[str, ...], workers: int, memory_gb: float, address: str
) -> int:
    """Forecast each authority as an area of its own and write Parquet tables under OUTPUTS/england.

    What an earlier run of the same inputs, code, draws and seed has made is kept. Ends with exit code 1 where
    an authority was refused; england/refused.csv says why.
    """
    from assets.population.cluster import Cluster
    from pipelines.england_forecast import Forecast, current_authorities, forecast_england

    console = Terminal(180, soft_wrap=True)
    every = current_authorities()
    strange = sorted(set(only) - {each.code for each in every})
    if strange:
        raise click.UsageError(
            f"--only {strange[0]}: expected the code of one of England's {len(every)} authorities"
        )
    chosen = [each for each in every if not only or each.code in only]
    into, started, done, peak = outputs.resolve() / "england", time.monotonic(), 0, 0

    def told(name: str, left: int, found: Forecast) -> None:
        nonlocal done, peak
        done, peak = done + 1, max(peak, found.peak)
        elapsed = time.monotonic() - started
        came = f"refused: {found.refused}" if found.refused else f"{found.seconds:.0f} s"
        console.print(
            f"{name}: {came}; {left} left, about {elapsed / done * left / 60:,.0f} min; {found.peak} MB"
        )

    cluster = Cluster(address=address, workers=workers, memory_gb=memory_gb)
    refused = forecast_england(into, chosen, cluster, draws, seed, told)
    minutes = (time.monotonic() - started) / 60
    kept = len(chosen) - done
    console.print(
        f"{len(chosen) - len(refused)} of {len(chosen)} authorities in {into}; {kept} of them were there, "
        f"{done} took {minutes:.1f} min; a process held at most {peak} MB"
    )
    return 1 if refused else 0
