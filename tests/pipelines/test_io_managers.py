"""The IO manager writes a place at a time, reads a place when asked, and refuses what it cannot keep.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from assets.tables.by_place import ByPlace
from assets.tables.parquet import Spoilt, read_frame, write_frame
from pipelines.io_managers import ParquetIOManager

TWO = dg.StaticPartitionsDefinition(["E06000032", "E06000055"])
BOTH = dg.PartitionKeyRange("E06000032", "E06000055")


def run(folder: Path, made: list[str], keys: dg.PartitionKeyRange | None = BOTH) -> dg.ExecuteInProcessResult:
    @dg.asset(partitions_def=TWO, backfill_policy=dg.BackfillPolicy.single_run())
    def people(context: dg.AssetExecutionContext) -> ByPlace:
        def make(place: str) -> pd.DataFrame:
            made.append(place)
            return pd.DataFrame({"place": [place], "people": [len(made)]})

        return ByPlace(context.partition_keys, make)

    @dg.asset
    def total(people: ByPlace) -> pd.DataFrame:
        assert isinstance(people, ByPlace)
        return pd.concat([people[place] for place in people], ignore_index=True)

    tags = (
        {"dagster/asset_partition_range_start": keys.start, "dagster/asset_partition_range_end": keys.end}
        if keys
        else {}
    )
    return dg.materialize(
        [people, total],
        resources={"io_manager": ParquetIOManager(folder=str(folder))},
        tags=tags,
    )


def test_a_partitioned_asset_is_a_file_a_place_and_reaches_the_total_as_places(tmp_path: Path) -> None:
    made: list[str] = []
    assert run(tmp_path, made).success
    assert made == ["E06000032", "E06000055"]
    assert sorted(path.name for path in (tmp_path / "people").iterdir()) == [
        "E06000032.parquet",
        "E06000055.parquet",
    ]
    total = pd.read_parquet(tmp_path / "total.parquet")
    assert total["place"].tolist() == ["E06000032", "E06000055"]


def test_anything_but_a_table_or_draws_is_refused(tmp_path: Path) -> None:
    @dg.asset
    def words() -> object:
        return ["not", "a", "table"]

    with pytest.raises(TypeError, match="a pandas frame or an xarray Dataset is written, not list"):
        dg.materialize([words], resources={"io_manager": ParquetIOManager(folder=str(tmp_path))})
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_was_never_made_is_asked_for_in_words(tmp_path: Path) -> None:
    manager = ParquetIOManager(folder=str(tmp_path))
    context = dg.build_input_context(asset_key=dg.AssetKey("population"))
    with pytest.raises(FileNotFoundError, match="has not been made yet"):
        manager.load_input(context)


def test_a_working_table_that_is_no_table_is_named(tmp_path: Path) -> None:
    manager = ParquetIOManager(folder=str(tmp_path))
    path = tmp_path / "population.parquet"
    path.write_bytes(b"PAR1 and then nothing")
    context = dg.build_input_context(asset_key=dg.AssetKey("population"))
    with pytest.raises(Spoilt, match=r"population\.parquet is spoilt"):
        manager.load_input(context)


def test_a_step_that_changes_a_table_it_took_in_changes_it_for_no_other(tmp_path: Path) -> None:
    manager = ParquetIOManager(folder=str(tmp_path))
    path = tmp_path / "places.parquet"
    write_frame(pd.DataFrame({"place": ["E06000032", "E06000055"], "year": [2021, 2022]}), path)
    context = dg.build_input_context(asset_key=dg.AssetKey("places"))
    first = manager.load_input(context)
    assert isinstance(first, pd.DataFrame)
    first.loc[0, "place"] = "nowhere"
    first["year"] += 1
    first["more"] = 1
    pd.testing.assert_frame_equal(manager.load_input(context), read_frame(path))


def test_a_table_that_was_made_anew_is_read_anew(tmp_path: Path) -> None:
    manager = ParquetIOManager(folder=str(tmp_path))
    context = dg.build_input_context(asset_key=dg.AssetKey("places"))
    for year in (2021, 2022):
        write_frame(pd.DataFrame({"year": [year]}), tmp_path / "places.parquet")
        assert manager.load_input(context)["year"].tolist() == [year]
