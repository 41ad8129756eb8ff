"""A changed input starts one run, once it stands still, and none is started for nothing."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import dagster as dg
import pytest

from assets.inputs.places import PLACES, place_codes
from assets.inputs.settings import RunSettings
from pipelines import sensors
from pipelines.nightly.run_lock import run_lock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    return folder


HEAD = "place,place_name,kind,trajectory_file\n"


def look(
    folder: Path, cursor: str | None, instance: dg.DagsterInstance | None = None
) -> tuple[list[dg.RunRequest], str | None]:
    settings = RunSettings(
        data_directory=str(folder),
        trajectories_directory=str(folder),
        outputs_directory=str(folder.parent / "outputs"),
    )
    with nullcontext(instance) if instance else dg.DagsterInstance.ephemeral() as knowing:
        context = dg.build_sensor_context(instance=knowing, cursor=cursor, resources={"settings": settings})
        result = sensors.changed_inputs(context)
    if isinstance(result, dg.SkipReason):
        return [], cursor
    assert isinstance(result, dg.SensorResult)
    return list(result.run_requests or []), result.cursor


def test_a_change_starts_one_run_after_it_has_stood_still(folder: Path) -> None:
    runs, cursor = look(folder, None)
    assert runs == []
    runs, cursor = look(folder, cursor)
    assert runs == []
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    runs, cursor = look(folder, cursor)
    assert runs == [], "a file that has just changed may still be growing"
    runs, cursor = look(folder, cursor)
    assert len(runs) == 1
    assert runs[0].asset_selection is None
    assert look(folder, cursor)[0] == []


def test_a_change_taken_back_starts_nothing(folder: Path) -> None:
    _, cursor = look(folder, None)
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    _, cursor = look(folder, cursor)
    (folder / "luton.csv").write_text("homes\n87\n", encoding="utf-8")
    runs, cursor = look(folder, cursor)
    assert runs == []
    assert look(folder, cursor)[0] == []


def test_a_change_during_a_run_waits_for_its_end(folder: Path) -> None:
    _, cursor = look(folder, None)
    (folder / "luton.csv").write_text("homes\n425\n", encoding="utf-8")
    _, cursor = look(folder, cursor)
    with run_lock(folder.parent / "outputs", "make forecast"):
        assert look(folder, cursor) == ([], cursor)
    assert len(look(folder, cursor)[0]) == 1


def test_a_code_location_that_runs_learns_of_a_new_place_and_forgets_one_that_is_gone(folder: Path) -> None:
    def places(*codes: str) -> None:
        rows = "".join(f"{code},Place {code},place,{code}.csv\n" for code in codes)
        (folder / "places.csv").write_text(f"{HEAD}{rows}SYSTEM,The system,system,\n", encoding="utf-8")

    def range_of(request: dg.RunRequest) -> list[str]:
        return [request.tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end")]

    places("E06000032", "E06000055")
    with dg.DagsterInstance.ephemeral() as instance:
        _, cursor = look(folder, None, instance)
        # One that sorts before the others, and one that is gone.
        for codes in (("E06000032", "E06000055", "E06000042"), ("E06000031", "E06000032", "E06000042")):
            places(*codes)
            _, cursor = look(folder, cursor, instance)
            [request], cursor = look(folder, cursor, instance)
            first, last = range_of(request)
            with dg.partition_loading_context(dynamic_partitions_store=instance):
                named = PLACES.get_partition_keys_in_range(dg.PartitionKeyRange(first, last))
            assert set(named) == set(codes)
        (folder / "places.csv").write_text("half a fi", encoding="utf-8")
        _, cursor = look(folder, cursor, instance)
        [request], cursor = look(folder, cursor, instance)
        assert range_of(request) == [first, last], "the run refuses the file in words"


def test_the_web_interface_can_choose_among_the_places_before_any_run(folder: Path) -> None:
    settings = RunSettings()
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"settings": settings})
        sensors.places(context)
        assert sorted(instance.get_dynamic_partitions(PLACES.name)) == place_codes(settings.data_path)
