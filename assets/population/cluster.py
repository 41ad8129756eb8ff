"""Where blocks of areas are projected: two processes of this machine, or a dask cluster by its address.

For many areas at once. The default run does not start it: it costs seconds, and four places do not need it.
A block is computed from what it is given alone, so its bytes are the same whichever worker makes it, however
many there are, and however often it has to be made again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import dagster as dg

if TYPE_CHECKING:
    from distributed import Client

Block = TypeVar("Block")
Result = TypeVar("Result")

BLOCKS_AHEAD = 2
"""Blocks given out for each worker: one in work and one to go on with."""
WORKERS_LOST = 3
"""Workers that may die over one block before the block is taken for the reason."""
LOOPBACK = "127.0.0.1"


class Cluster(dg.ConfigurableResource):
    """Local worker processes, or the scheduler at `address` (`tcp://host:8786`) with the workers it has.

    `memory_gb` is what a local worker may hold: near it a worker spills and pauses, over it it starts anew.
    A scheduler runs whatever it is sent: one reached by address belongs behind TLS or on a network of trusted
    machines; the local one listens on the loopback interface alone.
    """

    address: str = ""
    workers: int = 2
    memory_gb: float = 3.0

    @contextmanager
    def client(self) -> Iterator["Client"]:
        """A connection that is closed, and local workers with it, at the end."""
        import dask
        from distributed import Client, LocalCluster

        lost = {"distributed.scheduler.allowed-failures": WORKERS_LOST}
        # A block may start processes of its own, as fits of monthly series do: a daemon must not.
        with dask.config.set({**lost, "distributed.worker.daemon": False}):
            if self.address:
                with Client(self.address) as client:
                    yield client
                return
            with (
                LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    processes=True,
                    host=LOOPBACK,
                    dashboard_address=f"{LOOPBACK}:0",
                    memory_limit=f"{self.memory_gb}GB",
                ) as cluster,
                Client(cluster) as client,
            ):
                yield client


def run_blocks(
    client: "Client",
    work: Callable[..., Result],
    blocks: Iterable[Block],
    keep: Callable[[int, Result], None],
    *common: Any,
) -> None:
    """Have work(block, *common) done for every block, and give each result to `keep` with the block's number.

    `common` is sent to each worker once. Blocks are taken when their turn comes, no more of them out than the
    workers can go on with, so that neither they nor the caller hold more than a few. Results come as they
    are ready. A block whose worker died is made again; what `work` raises is raised here.
    """
    from distributed import as_completed

    shared = [client.scatter(thing, broadcast=True, hash=False) for thing in common]
    workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    waiting = iter(enumerate(blocks))
    numbers: dict[object, int] = {}

    def submit() -> Any:
        try:
            number, block = next(waiting)
        except StopIteration:
            return None
        future = client.submit(work, block, *shared, pure=False)
        numbers[future.key] = number
        return future

    first = [future for _ in range(BLOCKS_AHEAD * workers) if (future := submit()) is not None]
    results = as_completed(first)
    for future in results:
        result = future.result()
        number = numbers.pop(future.key)
        future.release()
        more = submit()
        if more is not None:
            results.add(more)
        keep(number, result)
