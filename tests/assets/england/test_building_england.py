"""England's tables built from published files: refused whole, kept whole, the same bytes again."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.england.authorities import CODES_FILE, authority_codes
from assets.england.building import build_england
from assets.england.national_tables import ENGLAND_DIRECTORY, england_boundaries, england_table
from assets.england.published_files import PublishedFiles, refused
from assets.england.register import NationalTable, Origin
from housing_trajectories.findings import BadInput
from pipelines.__main__ import main

ROWS = pd.DataFrame({"code": ["b", "a"], "homes": [2, 1]})
SHAPES = {"type": "FeatureCollection", "features": [{"properties": {"code": "a"}}]}


@pytest.fixture
def published(tmp_path: Path) -> PublishedFiles:
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "homes.csv").write_text("code,homes\nb,2\na,1\n")
    return PublishedFiles(tmp_path / "from")


def homes(rows: pd.DataFrame) -> Callable[[PublishedFiles], list[NationalTable]]:
    origin = Origin("homes.csv", "ons_code_history", "2024", "homes: found 3, published 3")
    return lambda _: [NationalTable("homes", rows, (origin,)), NationalTable("shapes", SHAPES, (origin,))]


def fails(_: PublishedFiles) -> list[NationalTable]:
    raise refused("people.csv", "the columns x", "the column code once", row=1)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_table_is_written_by_its_key_with_its_row_in_the_register(
    published: PublishedFiles, tmp_path: Path
) -> None:
    build_england(published, tmp_path / "into", builders={"homes": homes(ROWS)})
    assert england_table("homes", tmp_path / "into")["code"].tolist() == ["a", "b"]
    assert england_boundaries("shapes", tmp_path / "into") == SHAPES
    register = pd.read_csv(tmp_path / "into" / "tables.csv", dtype=str)
    assert register["table"].tolist() == ["homes", "shapes"]
    first = register.iloc[0]
    assert first["rows"] == "2"
    assert first["sha256"] == hashlib.sha256(published.path("homes.csv").read_bytes()).hexdigest()
    assert first["publisher"] == "Office for National Statistics"
    assert first["licence"] == "Open Government Licence v3.0"
    assert first["total_proved"] == "homes: found 3, published 3"


def test_equal_files_give_equal_bytes(published: PublishedFiles, tmp_path: Path) -> None:
    for into in ("one", "two"):
        build_england(published, tmp_path / into, builders={"homes": homes(ROWS)})
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    # A packed file says when it was packed, to the second, unless it is told not to.
    assert (tmp_path / "one" / "shapes.geojson.gz").read_bytes()[4:8] == bytes(4)


def test_a_builder_that_fails_leaves_every_table_as_it_was(published: PublishedFiles, tmp_path: Path) -> None:
    build_england(published, tmp_path / "into", builders={"homes": homes(ROWS)})
    before = bytes_of(tmp_path / "into")
    changed = ROWS.assign(homes=[8, 9])
    with pytest.raises(
        BadInput, match=r"people.csv, row 1: found the columns x; expected the column code once"
    ):
        build_england(published, tmp_path / "into", builders={"homes": homes(changed), "people": fails})
    assert bytes_of(tmp_path / "into") == before


def test_one_subject_built_alone_keeps_the_rows_of_the_others(
    published: PublishedFiles, tmp_path: Path
) -> None:
    builders = {"homes": homes(ROWS), "people": fails}
    with pytest.raises(BadInput):
        build_england(published, tmp_path / "into", builders=builders)
    assert not (tmp_path / "into").exists()
    build_england(published, tmp_path / "into", only=["homes"], builders=builders)
    other = Origin("homes.csv", "ons_code_history", "2025")
    build_england(
        published, tmp_path / "into", builders={"more": lambda _: [NationalTable("more", ROWS, (other,))]}
    )
    assert pd.read_csv(tmp_path / "into" / "tables.csv")["table"].tolist() == ["homes", "more", "shapes"]


@pytest.mark.parametrize("rows", [pd.concat([ROWS, ROWS]), ROWS.assign(code=["a", None])])
def test_a_key_twice_or_missing_is_not_written(
    rows: pd.DataFrame, published: PublishedFiles, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="homes has"):
        build_england(published, tmp_path / "into", builders={"homes": homes(rows)})
    assert not (tmp_path / "into").exists()


def test_a_missing_or_spoilt_table_is_told_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"england/homes.parquet: found no such file; expected .*make england"):
        england_table("homes", tmp_path)
    (tmp_path / "homes.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(BadInput, match=r"homes.parquet: found .*corrupt.*make england"):
        england_table("homes", tmp_path)
    (tmp_path / "shapes.geojson.gz").write_bytes(b"none")
    with pytest.raises(BadInput, match=r"shapes.geojson.gz: found .*make england"):
        england_boundaries("shapes", tmp_path)


def test_the_command_says_in_one_message_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["england", "--from", str(tmp_path), "--into", str(tmp_path / "into")]) == 1
    said = capsys.readouterr().out
    assert "the national tables are as they were" in said
    assert f"{CODES_FILE}: found no such file in" in said
    assert not (tmp_path / "into").exists()


def test_a_file_is_found_in_a_folder_or_beside_it(tmp_path: Path) -> None:
    for folder in ("england", "official"):
        (tmp_path / folder).mkdir()
    (tmp_path / "official" / "stock.ods").write_bytes(b"1")
    assert PublishedFiles(tmp_path / "england").path("official/stock.ods").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,dwellings\na,1\n", "row 1, column homes: found the columns code, dwellings"),
        ("code,homes,homes\na,1,2\n", "row 1, column homes: found"),
        ("code,homes\na,1\nb\n", "row 3: found 1 cells; expected 2 cells"),
        ("code,homes\na,1\nb,two\n", "row 3, column homes: found two; expected a number"),
        ("", "found an empty file"),
    ],
)
def test_a_changed_layout_is_refused_with_what_was_found(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "homes.csv").write_text(text)
    with pytest.raises(BadInput, match=said):
        PublishedFiles(tmp_path).table("homes.csv", ["code", "homes"], numbers=["homes"])


def test_numbers_keep_their_rows_and_empty_cells_are_unknown(tmp_path: Path) -> None:
    (tmp_path / "homes.csv.gz").write_bytes(gzip.compress(b'\xef\xbb\xbfcode,homes\na,"1,200"\n\nb,\n'))
    rows = PublishedFiles(tmp_path).table("homes.csv.gz", ["homes"], numbers=["homes"])
    assert rows.index.tolist() == [2, 4]
    assert rows.loc[2, "homes"] == 1200
    assert pd.isna(rows.loc[4, "homes"])


def test_the_tables_in_the_project_are_those_of_the_register() -> None:
    named = set(pd.read_csv(ENGLAND_DIRECTORY / "tables.csv")["table"])
    there = {path.name.split(".")[0] for path in ENGLAND_DIRECTORY.iterdir()} - {"tables"}
    assert there == named


LIST_HEADER = "LADCD,LADNM,LADCD_ACTIVE,LADNM_ACTIVE,UTLACD,UTLANM,RGNCD,RGNNM,CTRYNM,Current"


def test_a_list_of_codes_without_all_authorities_is_refused(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    row = "E06000001,Hartlepool,E06000001,Hartlepool,E06000001,Hartlepool,E12000001,North East,England,TRUE"
    (tmp_path / CODES_FILE).write_text(f"{LIST_HEADER}\n{row}\n")
    with pytest.raises(BadInput, match=r"authorities of England: 1; expected 296"):
        authority_codes(PublishedFiles(tmp_path))
