"""The IO manager writes a place at a time, reads a place when asked, and refuses what it cannot keep.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from assets.inputs.settings import RunSettings
from assets.tables import parquet
from assets.tables.by_place import ByPlace, made_place_by_place
from assets.tables.parquet import Spoilt, read_frame, write_frame
from pipelines.io_managers import ParquetIOManager

FIRST, SECOND, THIRD = ("E06000032", "E06000042", "E06000055")
PLACES = dg.StaticPartitionsDefinition([FIRST, SECOND, THIRD])


def manager_of(folder: Path) -> ParquetIOManager:
    settings = RunSettings(outputs_directory=str(folder), data_directory="nowhere")
    return ParquetIOManager(settings=settings)


def run(
    folder: Path,
    make: Callable[[str], object],
    *,
    skipped: str = "",
    instance: dg.DagsterInstance | None = None,
) -> dg.ExecuteInProcessResult:
    @dg.asset(partitions_def=PLACES, backfill_policy=dg.BackfillPolicy.single_run())
    @made_place_by_place
    def people(context: dg.AssetExecutionContext) -> ByPlace:
        return ByPlace([key for key in context.partition_keys if key != skipped], make)

    @dg.asset
    def total(people: ByPlace) -> pd.DataFrame:
        assert isinstance(people, ByPlace)
        return pd.concat([people[place] for place in people], ignore_index=True)

    return dg.materialize(
        [people, total],
        instance=instance,
        resources={"io_manager": manager_of(folder)},
        tags={
            "dagster/asset_partition_range_start": FIRST,
            "dagster/asset_partition_range_end": THIRD,
        },
        raise_on_error=False,
    )


def of_one_place(place: str) -> pd.DataFrame:
    return pd.DataFrame({"place": [place], "people": [1]})


def test_a_partitioned_asset_is_a_file_a_place_and_reaches_the_total_as_places(tmp_path: Path) -> None:
    made: list[str] = []

    def make(place: str) -> pd.DataFrame:
        made.append(place)
        return of_one_place(place)

    with dg.DagsterInstance.ephemeral() as instance:
        result = run(tmp_path, make, instance=instance)
        assert instance.get_materialized_partitions(dg.AssetKey("people")) == {FIRST, SECOND, THIRD}
    assert made == [FIRST, SECOND, THIRD]
    assert result.success
    [event, *_] = result.asset_materializations_for_node("people")
    assert event.metadata["dagster/row_count"].value == 3
    kept = sorted(path.stem for path in (tmp_path / "tables" / "people").iterdir())
    assert kept == [FIRST, SECOND, THIRD]
    total = pd.read_parquet(tmp_path / "tables" / "total.parquet")
    assert total["place"].tolist() == kept


def test_no_more_than_two_places_are_held_at_once(tmp_path: Path) -> None:
    """One is written while the next is made: the first is kept by the time the third has been made."""
    there: dict[str, list[str]] = {}

    def make(place: str) -> pd.DataFrame:
        there[place] = sorted(path.stem for path in (tmp_path / "tables" / "people").glob("E*.parquet"))
        return of_one_place(place)

    assert run(tmp_path, make).success
    assert there[FIRST] == []
    assert FIRST in there[THIRD]


def failure_of(result: dg.ExecuteInProcessResult) -> tuple[str, str, str]:
    """The step that failed, what the failure came from, and the last line of that one's own traceback."""
    [event] = [event for event in result.all_events if event.is_step_failure]
    error = event.step_failure_data.error
    assert error is not None
    cause = error.cause or error
    return str(event.step_key), cause.message.strip(), cause.stack[-1]


def test_an_error_of_a_stage_is_its_step_s_own_with_its_own_traceback(tmp_path: Path) -> None:
    def make(place: str) -> pd.DataFrame:
        return of_one_place(place) if place != THIRD else pd.DataFrame({"people": [1 // len("")]})

    with dg.DagsterInstance.ephemeral() as instance:
        result = run(tmp_path, make, instance=instance)
        assert instance.get_materialized_partitions(dg.AssetKey("people")) == {FIRST, SECOND}
    step, message, where = failure_of(result)
    assert step == "people"
    assert message.startswith("ZeroDivisionError")
    assert 'pd.DataFrame({"people": [1 // len("")]})' in where
    assert "handling output" not in str(result.all_events)


def test_a_place_that_is_skipped_fails_the_step_and_is_not_materialised(tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(tmp_path, of_one_place, skipped=SECOND, instance=instance)
        assert instance.get_materialized_partitions(dg.AssetKey("people")) == {FIRST, THIRD}
    step, message, _ = failure_of(result)
    assert step == "people"
    assert message.endswith("people: nothing was made for E06000042")
    assert not (tmp_path / "tables" / "total.parquet").exists()


def test_a_place_that_cannot_be_written_is_not_materialised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = parquet.finish

    def full(temporary: Path, path: Path) -> None:
        if path.stem == THIRD:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(temporary))
        finish(temporary, path)

    monkeypatch.setattr(parquet, "finish", full)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run(tmp_path, of_one_place, instance=instance)
        assert instance.get_materialized_partitions(dg.AssetKey("people")) == {FIRST, SECOND}
    assert "No space left on device" in failure_of(result)[1]


def test_a_partitioned_asset_that_keeps_nothing_is_refused(tmp_path: Path) -> None:
    @dg.asset(partitions_def=PLACES)
    def people(context: dg.AssetExecutionContext) -> ByPlace:
        return ByPlace(context.partition_keys, of_one_place)

    with pytest.raises(TypeError, match="people is partitioned and must be made place by place"):
        dg.materialize([people], resources={"io_manager": manager_of(tmp_path)}, partition_key=FIRST)


def test_anything_but_a_table_or_draws_is_refused(tmp_path: Path) -> None:
    @dg.asset
    def words() -> object:
        return ["not", "a", "table"]

    with pytest.raises(TypeError, match="a pandas frame or an xarray Dataset is written, not list"):
        dg.materialize([words], resources={"io_manager": manager_of(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_was_never_made_is_asked_for_in_words(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    context = dg.build_input_context(asset_key=dg.AssetKey("population"))
    with pytest.raises(FileNotFoundError, match="has not been made yet"):
        manager.load_input(context)


def test_a_working_table_that_is_no_table_is_named(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    path = tmp_path / "tables" / "population.parquet"
    path.parent.mkdir()
    path.write_bytes(b"PAR1 and then nothing")
    context = dg.build_input_context(asset_key=dg.AssetKey("population"))
    with pytest.raises(Spoilt, match=r"population\.parquet is corrupt"):
        manager.load_input(context)


def test_a_step_that_changes_a_table_it_took_in_changes_it_for_no_other(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    path = tmp_path / "tables" / "places.parquet"
    write_frame(pd.DataFrame({"place": ["E06000032", "E06000055"], "year": [2021, 2022]}), path)
    context = dg.build_input_context(asset_key=dg.AssetKey("places"))
    first = manager.load_input(context)
    assert isinstance(first, pd.DataFrame)
    first.loc[0, "place"] = "nowhere"
    first["year"] += 1
    first["more"] = 1
    pd.testing.assert_frame_equal(manager.load_input(context), read_frame(path))


def test_a_table_that_was_made_anew_is_read_anew(tmp_path: Path) -> None:
    manager = manager_of(tmp_path)
    context = dg.build_input_context(asset_key=dg.AssetKey("places"))
    for year in (2021, 2022):
        write_frame(pd.DataFrame({"year": [year]}), tmp_path / "tables" / "places.parquet")
        assert manager.load_input(context)["year"].tolist() == [year]
