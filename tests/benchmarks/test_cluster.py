"""The ensemble on dask: the same bytes on one worker and on two, and when a worker is killed in mid-run."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from distributed import Client

from assets.population.cluster import Cluster, run_blocks
from assets.tables.parquet import write_frame
from benchmarks.speed.england import Scale, block_of_areas, digest, run

pytestmark = pytest.mark.long

AREAS, DRAWS, YEARS, AREAS_A_BLOCK = 4, 20, 3, 1


@pytest.fixture(scope="module")
def on_one_worker(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("one")
    run(Cluster(workers=1), AREAS, DRAWS, YEARS, AREAS_A_BLOCK, folder)
    return digest(folder)


def test_two_workers_of_which_one_is_killed_in_mid_run_give_the_bytes_of_one(
    on_one_worker: str, tmp_path: Path
) -> None:
    killed: list[int] = []

    def keep(number: int, result: tuple) -> None:  # type: ignore[type-arg]
        frame, process, _ = result
        write_frame(frame, tmp_path / f"block_{number:05d}.parquet")
        if not killed:
            os.kill(process, signal.SIGKILL)
            killed.append(process)

    with Cluster(workers=2).client() as client:
        blocks = [range(number, number + 1) for number in range(AREAS)]
        run_blocks(client, block_of_areas, blocks, keep, Scale(), DRAWS, YEARS)
    assert len(killed) == 1
    assert len(list(tmp_path.glob("block_*.parquet"))) == AREAS
    assert digest(tmp_path) == on_one_worker


def test_two_workers_give_the_bytes_of_one_and_listen_on_the_loopback_alone(
    on_one_worker: str, tmp_path: Path
) -> None:
    cluster = Cluster(workers=2)
    with cluster.client() as client:
        assert isinstance(client, Client)
        info = client.scheduler_info(n_workers=-1)
        assert "//127.0.0.1:" in client.scheduler.address
        assert all("//127.0.0.1:" in address for address in info["workers"])
        by_address = Cluster(address=client.scheduler.address)
        run(by_address, AREAS, DRAWS, YEARS, AREAS_A_BLOCK, tmp_path)
    assert digest(tmp_path) == on_one_worker


def _refuses(block: int) -> int:
    raise ValueError(f"block {block} cannot be made")


def test_what_a_block_raises_ends_the_run() -> None:
    with Cluster(workers=1).client() as client, pytest.raises(ValueError, match="block 7 cannot be made"):
        run_blocks(client, _refuses, [7], lambda *_: None)
