"""Runs on the throw-away instance leave the events that Dagster's own in-memory one would have.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

import gc
from collections import Counter
from threading import Thread

import dagster as dg
import pytest

from pipelines.throw_away_instance import throw_away_instance


@dg.asset(code_version="1")
def first() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset(deps=[first])
def second(context: dg.AssetExecutionContext) -> None:
    context.log.info("made in the step's thread")
    other = Thread(target=lambda: context.log.info("made in a thread of the step"))
    other.start()
    other.join()


@dg.asset_check(asset=first)
def holds() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def events(instance: dg.DagsterInstance) -> Counter[str]:
    result = dg.materialize([first, second, holds], instance=instance)
    assert result.success
    logged = instance.all_logs(result.run_id)
    assert sum("in a thread of the step" in entry.user_message for entry in logged) == 1
    record = instance.get_latest_materialization_event(dg.AssetKey("first"))
    assert record is not None
    assert record.asset_materialization is not None
    assert record.asset_materialization.metadata["rows"].value == 3
    return Counter(entry.dagster_event_type.value if entry.dagster_event_type else "log" for entry in logged)


def test_every_event_is_kept_from_whichever_thread_it_comes() -> None:
    with throw_away_instance() as ours, dg.DagsterInstance.ephemeral() as theirs:
        assert events(ours) == events(theirs)


def test_a_failed_transaction_leaves_nothing_of_itself_and_the_next_goes_on() -> None:
    with throw_away_instance() as instance:
        storage = instance.event_log_storage
        with pytest.raises(RuntimeError, match="lost"), storage.index_connection():
            raise RuntimeError("lost")
        assert events(instance)["ASSET_MATERIALIZATION"] == 2


def test_garbage_collected_in_another_thread_closes_no_connection_of_this_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gc.collect()
    gc.disable()
    try:
        with throw_away_instance() as instance:
            events(instance)
            collector = Thread(target=gc.collect)
            collector.start()
            collector.join()
    finally:
        gc.enable()
    assert [record.message for record in caplog.records if record.name.startswith("sqlalchemy")] == []
