"""England authority by authority: what is kept, what is made again, and what an authority's trouble stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from assets.areas.area_folder import AreaFolder, read_area
from assets.areas.area_selection import select
from assets.england.national_tables import england_table
from assets.population.cluster import Cluster
from housing_trajectories.findings import BadInput, Finding
from pipelines import england_forecast
from pipelines.__main__ import main
from pipelines.england_forecast import (
    Authority,
    Forecast,
    current_authorities,
    forecast_authority,
    forecast_england,
)
from pipelines.jobs import ENGLAND_TABLES

THREE = [
    Authority("E06000031", "Peterborough"),
    Authority("E07000178", "Oxford"),
    Authority("E07000008", "Cambridge"),
]


class _Nowhere:
    """Stands for a cluster: blocks are made here, one after the other."""

    @contextmanager
    def client(self) -> Iterator[None]:
        yield None


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The authorities that were forecast; Cambridge is refused as long as its name is in `_troubled`."""
    made: list[str] = []

    def forecast(one: Authority, draws: int, seed: int, fits: str) -> Forecast:
        made.append(one.code)
        if one.code in _troubled:
            return Forecast({}, "no such plan", 1.0, 100)
        tables = {
            name: pd.DataFrame({"place": [one.code], "principal": [float(draws)]}) for name in ENGLAND_TABLES
        }
        return Forecast(tables, "", 1.0, 100)

    def here(
        client: None, work: Any, blocks: list[Authority], keep: Callable[..., None], *common: Any
    ) -> None:
        for number, block in enumerate(blocks):
            keep(number, forecast(block, *common))

    monkeypatch.setattr(england_forecast, "run_blocks", here)
    _troubled.clear()
    return made


_troubled: set[str] = set()


def run(into: Path, draws: int = 5) -> list[str]:
    return forecast_england(into, THREE, cast(Cluster, _Nowhere()), draws, 1, lambda *_: None)


def test_every_authority_leaves_its_tables_and_a_stopped_run_goes_on(
    asked: list[str], tmp_path: Path
) -> None:
    assert run(tmp_path) == []
    codes = [one.code for one in THREE]
    assert asked == codes
    for name in ENGLAND_TABLES:
        assert sorted(pd.read_parquet(tmp_path / name)["place"]) == sorted(codes)
    (tmp_path / "demand" / f"{codes[1]}.parquet").unlink()
    assert run(tmp_path) == []
    assert asked == [*codes, codes[1]]


def test_tables_of_other_draws_are_not_mixed_in(asked: list[str], tmp_path: Path) -> None:
    run(tmp_path)
    run(tmp_path, draws=6)
    assert len(asked) == 6
    assert set(pd.read_parquet(tmp_path / "population")["principal"]) == {6.0}


def test_an_authority_that_is_refused_is_told_and_tried_again(asked: list[str], tmp_path: Path) -> None:
    _troubled.add("E07000008")
    assert run(tmp_path) == ["E07000008"]
    written = (tmp_path / "refused.csv").read_text(encoding="utf-8")
    assert written == "\ufeffauthority,why\nE07000008,no such plan\n", "Excel needs the byte order mark"
    assert set(pd.read_parquet(tmp_path / "estates")["place"]) == {"E06000031", "E07000178"}
    _troubled.clear()
    assert run(tmp_path) == []
    assert asked[3:] == ["E07000008"]
    assert not (tmp_path / "refused.csv").exists()


def test_england_has_its_current_authorities_and_no_former_one() -> None:
    codes = [one.code for one in current_authorities()]
    assert len(codes) == len(set(codes)) == 296
    assert set(codes) == set(england_table("population")["authority"])


def test_a_code_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["england-forecast", "--outputs", str(tmp_path), "--only", "E07000004"]) == 2
    assert (
        "--only E07000004: expected the code of one of England's 296 authorities" in capsys.readouterr().err
    )


def test_an_authority_is_the_area_that_its_code_selects(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found: list[AreaFolder] = []

    def stop(outputs: Path, settings: dict[str, Any]) -> None:
        found.append(read_area(Path(settings["data_directory"])))
        raise BadInput([Finding("places.csv", 2, "place", "nothing", "a code")])

    monkeypatch.setattr(england_forecast, "_run", stop)
    for one in THREE[:2]:
        refused = forecast_authority(one, 4, 1, str(tmp_path)).refused
        assert refused == "places.csv, row 2, column place: found nothing; expected a code"
    assert [area.authorities for area in found] == [(one.code,) for one in THREE[:2]]
    # Fits of an area's own series are kept under its code, which no two may share.
    assert [area.code for area in found] == [select(one.code).code for one in THREE[:2]]
    assert len({area.code for area in found}) == 2


@pytest.mark.long
def test_three_authorities_are_forecast_on_worker_processes(tmp_path: Path) -> None:
    only = [word for one in THREE for word in ("--only", one.code)]
    assert main(["england-forecast", "--outputs", str(tmp_path), "--draws", "4", *only]) == 0
    for name, column in (("population", "age_band"), ("demand", "service"), ("estates", "facility")):
        table = pd.read_parquet(tmp_path / "england" / name)
        assert set(table["place"]) == {one.code for one in THREE}
        assert table.groupby("place")[column].nunique().nunique() == 1
        assert (table["p10"] <= table["p90"]).all()
    people = pd.read_parquet(tmp_path / "england" / "population").query(
        "scenario == 'local_plan' and year == 2024 and sex == 'persons' and age_band == 'all'"
    )
    totals = england_table("population_totals").query("year == 2024").set_index("authority")["population"]
    for place, principal in zip(people["place"], people["principal"], strict=True):
        assert principal == pytest.approx(totals[place], abs=1)
    rooms = pd.read_parquet(tmp_path / "england" / "estates").query("measure == 'required'")
    assert {"gp_consulting_rooms", "general_acute_beds"} <= set(rooms["facility"])
