"""A run whose history nobody keeps goes as on Dagster's own instance, and its steps see the same.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

import dagster as dg
import pytest

from pipelines.memory_instance import EventsOfOneRun, instance_in_memory

PLACES = dg.StaticPartitionsDefinition(["E06000032", "E06000042"])
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def job(broken: bool = False) -> dg.JobDefinition:
    @dg.asset(partitions_def=PLACES, backfill_policy=dg.BackfillPolicy.single_run())
    def homes() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"rows": 2})

    @dg.asset(deps=[homes])
    def people() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"rows": 1})

    @dg.asset_check(asset=people, blocking=True)
    def as_declared() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=not broken, description="a negative number of people")

    @dg.asset(deps=[people])
    def release(context: dg.AssetExecutionContext) -> None:
        evaluated = context.instance.all_logs(
            context.run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
        )
        context.log.info(f"{len(evaluated)} checks evaluated")

    return dg.Definitions(
        assets=[homes, people, release],
        asset_checks=[as_declared],
        jobs=[
            dg.define_asset_job("everything", dg.AssetSelection.all(), executor_def=dg.in_process_executor)
        ],
    ).resolve_job_def("everything")


def run(instance: dg.DagsterInstance, broken: bool = False) -> dict[str, object]:
    """What a run did and what could be seen of it afterwards."""
    tags = {
        "dagster/asset_partition_range_start": "E06000032",
        "dagster/asset_partition_range_end": "E06000042",
    }
    with instance:
        result = job(broken).execute_in_process(
            instance=instance, raise_on_error=False, tags=tags, run_config=QUIET
        )
        stored = instance.get_run_by_id(result.run_id)
        checks = instance.all_logs(result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        failures = instance.all_logs(result.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
        evaluated = [record.get_dagster_event().asset_check_evaluation_data for record in checks]
        return {
            "events": [(event.event_type_value, event.step_key) for event in result.all_events],
            "rests on": {
                materialization.asset_key.to_user_string(): sorted(
                    key for key in materialization.tags or {} if key.startswith("dagster/input_event_pointer")
                )
                for event in result.all_events
                if event.is_step_materialization
                for materialization in [event.step_materialization_data.materialization]
            },
            "checks": [
                (each.asset_key, each.check_name, each.passed, each.description) for each in evaluated
            ],
            "of what": [each.target_materialization_data is not None for each in evaluated],
            "failures": [record.step_key for record in failures],
            "status": stored.status if stored else None,
        }


@pytest.mark.parametrize("broken", [False, True])
def test_a_run_goes_as_on_dagsters_own_instance(broken: bool) -> None:
    ours = run(instance_in_memory(), broken)
    assert ours == run(dg.DagsterInstance.ephemeral(), broken)
    assert ours["of what"] == [True]
    assert ours["status"] == (dg.DagsterRunStatus.FAILURE if broken else dg.DagsterRunStatus.SUCCESS)
    made = {"homes", "people"} | (set() if broken else {"release"})
    assert set(ours["rests on"]) == made  # type: ignore[call-overload]


def test_it_keeps_the_last_version_of_what_was_made_and_none_of_the_rest() -> None:
    with instance_in_memory() as instance:
        assert isinstance(instance.event_log_storage, EventsOfOneRun)
        keys = [dg.AssetKey("people"), dg.AssetKey("release")]
        assert instance.get_asset_records(keys) == []
        for _ in range(2):
            last = job(broken=True).execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config=QUIET,
                partition_key="E06000032",
            )
        (people,) = instance.get_asset_records(keys)
        assert people.asset_entry.last_materialization_record.run_id == last.run_id
        assert not instance.all_logs(last.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
