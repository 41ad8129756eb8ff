"""Tables and draws come back as they were written, and equal tables are equal bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from assets.tables.parquet import Spoilt, is_draws, read_draws, read_frame, write_draws, write_frame


def some_draws() -> xr.Dataset:
    generator = np.random.default_rng(1)
    return xr.Dataset(
        {
            "population": (("scenario", "draw", "year", "sex", "age"), generator.random((2, 4, 3, 2, 5))),
            "births": (("scenario", "draw", "year"), generator.random((2, 4, 3))),
        },
        coords={
            "scenario": ["local_plan", "trend"],
            "draw": [0, 1, 2, 3],
            "year": [2021, 2022, 2023],
            "sex": ["female", "male"],
            "age": [0, 1, 2, 3, 4],
        },
    )


def test_draws_come_back_to_the_bit_with_their_labels(tmp_path: Path) -> None:
    draws = some_draws()
    write_draws(draws, tmp_path / "draws.parquet")
    back = read_draws(tmp_path / "draws.parquet")
    xr.testing.assert_identical(draws, back)


def test_draws_are_a_row_a_draw_and_year_and_a_column_a_cell(tmp_path: Path) -> None:
    draws = some_draws()
    write_draws(draws, tmp_path / "draws.parquet")
    frame = pd.read_parquet(tmp_path / "draws.parquet")
    assert len(frame) == 2 * 4 * 3
    row = frame.query("scenario == 'trend' and draw == 2 and year == 2022").iloc[0]
    cell = draws["population"].sel(scenario="trend", draw=2, year=2022, sex="male", age=3).item()
    assert row["population[male,3]"] == cell


def test_only_the_variables_asked_for_are_read(tmp_path: Path) -> None:
    write_draws(some_draws(), tmp_path / "draws.parquet")
    assert list(read_draws(tmp_path / "draws.parquet", ["births"]).data_vars) == ["births"]
    with pytest.raises(KeyError, match="deaths"):
        read_draws(tmp_path / "draws.parquet", ["deaths"])


def test_draws_of_nothing_keep_their_scenarios_draws_and_years(tmp_path: Path) -> None:
    draws = some_draws().isel(age=slice(0, 0))
    write_draws(draws, tmp_path / "draws.parquet")
    back = read_draws(tmp_path / "draws.parquet")
    xr.testing.assert_equal(draws, back)
    assert back.sizes == draws.sizes


def test_draws_without_the_draw_dimension_are_refused(tmp_path: Path) -> None:
    wrong = some_draws().isel(draw=0)
    with pytest.raises(ValueError, match="not \\('scenario', 'draw', 'year'\\) first"):
        write_draws(wrong, tmp_path / "draws.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_table_comes_back_and_is_told_from_draws(tmp_path: Path) -> None:
    frame = pd.DataFrame({"place": ["E06000032", None], "year": [2021, 2022], "principal": [1.5, np.nan]})
    write_frame(frame, tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "t.parquet"), frame)
    assert not is_draws(tmp_path / "t.parquet")
    write_frame(frame.copy(), tmp_path / "u.parquet")
    assert (tmp_path / "t.parquet").read_bytes() == (tmp_path / "u.parquet").read_bytes()


def test_a_failed_write_leaves_the_old_table_and_no_debris(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"year": [2021]})
    write_frame(frame, tmp_path / "t.parquet")
    before = (tmp_path / "t.parquet").read_bytes()

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("assets.tables.parquet.pq.write_table", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_frame(pd.DataFrame({"year": [2022]}), tmp_path / "t.parquet")
    assert (tmp_path / "t.parquet").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_a_table_with_one_byte_changed_on_disk_is_refused_and_not_read_as_other_numbers(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.parquet"
    write_frame(pd.DataFrame({"principal": np.random.default_rng(1).random(2_000)}), path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Spoilt, match=r"t\.parquet is corrupt"):
        read_frame(path)


@pytest.mark.parametrize("left", [0, 4, 100])
def test_half_a_file_of_draws_is_refused_by_its_name(tmp_path: Path, left: int) -> None:
    path = tmp_path / "draws.parquet"
    write_draws(some_draws(), path)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(Spoilt, match=r"draws\.parquet is corrupt"):
        is_draws(path)
    with pytest.raises(Spoilt, match=r"draws\.parquet is corrupt"):
        read_draws(path)


def test_an_error_of_the_disk_is_not_taken_for_a_spoilt_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_frame(tmp_path / "absent.parquet")


def test_draws_of_one_scenario_come_back_as_they_were_given(tmp_path: Path) -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 1, 3, 4)
    given = xr.Dataset(
        {"required": (("area", "facility", "year", "draw"), values)},
        coords={
            "area": ["N01", "N02"],
            "facility": ["rooms"],
            "year": [2026, 2027, 2028],
            "draw": np.arange(4),
            "area_name": ("area", ["North, by the river", "South"]),
        },
        attrs={"scenario": "local_plan"},
    )
    write_draws(given, tmp_path / "gap.parquet")
    assert is_draws(tmp_path / "gap.parquet")
    found = read_draws(tmp_path / "gap.parquet")
    xr.testing.assert_identical(found, given)
    assert found["required"].dtype == np.float32
    assert found["required"].dims == given["required"].dims
