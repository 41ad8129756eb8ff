"""Patients by LSOA in the published layout become flows by small area; made files, since none is here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from assets.england.national_tables import england_table
from assets.inputs.csv_reading import read_table
from assets.official_files.merging import merged
from assets.official_files.official_file import Publication
from assets.official_files.recognise import read_publication
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput
from tests.assets.official_files.official_examples import LUTON, known, written
from tests.shipped import DATA

HEADER = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"
BRAMINGHAM, SUNDON_PARK, ELSEWHERE = "E02003258", "E02003259", "E02000001"


@cache
def lsoas(msoa: str) -> list[str]:
    table = england_table("lsoas")
    return sorted(table.loc[table["msoa"] == msoa, "lsoa"])


def line(practice: str, lsoa: str, patients: object, sex: str = "ALL") -> str:
    return f"GP_PRAC_PAT_LIST,01JUL2026,{practice},A PRACTICE,{lsoa},{sex},{patients}"


def whole_file(sex: str = "ALL", times: int = 1) -> list[str]:
    near, next_to, far = lsoas(BRAMINGHAM), lsoas(SUNDON_PARK), lsoas(ELSEWHERE)
    counts = [
        ("E81005", near[0], 600),
        ("E81005", near[1], 200),
        ("E81005", next_to[0], 70),
        ("E81005", far[0], 25),
        ("E81005", "W01000001", 5),
        ("E81010", next_to[2], 330),
        ("Z00001", near[0], 200),
        ("Z00001", far[0], 9000),
    ]
    return [line(practice, lsoa, times * patients, sex) for practice, lsoa, patients in counts]


def publication(folder: Path, *lines: str) -> Publication:
    flows = pd.DataFrame(
        {
            "msoa": [BRAMINGHAM, BRAMINGHAM, SUNDON_PARK, SUNDON_PARK, "outside"],
            "practice": ["E81005", "E81010", "E81005", "K82003", "K82003"],
        }
    )
    told = known(
        practices={"E81005": (LUTON, 900), "E81010": (LUTON, 900), "K82003": ("E06000042", 50)},
        small_areas={BRAMINGHAM: LUTON, SUNDON_PARK: LUTON},
        flows=flows,
    )
    return read_publication(written(folder, "patients.csv", HEADER, *lines), told)


def test_patients_are_by_small_area_with_those_from_and_to_outside(tmp_path: Path) -> None:
    found = publication(tmp_path, *whole_file())
    table = found.tables["registered_flows"].set_index(["msoa", "practice"])
    assert table["patients"].to_dict() == {
        (BRAMINGHAM, "E81005"): 800,
        (BRAMINGHAM, "E81010"): 0,
        (BRAMINGHAM, "outside"): 200,
        (SUNDON_PARK, "E81005"): 70,
        (SUNDON_PARK, "E81010"): 330,
        ("outside", "E81005"): 30,
    }
    shares = table["residents_share_percent"]
    assert shares[BRAMINGHAM, "E81005"] == 80
    assert shares[SUNDON_PARK, "E81005"] == 17.5
    assert pd.isna(shares["outside", "E81005"])
    assert set(table["basis"]) == {"published"}
    assert set(table["uncertain"]) == {"no"}
    assert found.edition == "2026-07"
    said = " ".join(found.unused)
    assert "5 patients of small areas that are none of England's of 2021" in said
    assert "practices that the file has not, whose flows stay: K82003" in said
    assert "E81010: 330 patients, 900 on its list" in said
    assert "E81005:" not in said


def test_both_sexes_apart_are_added_up_and_one_alone_is_refused(tmp_path: Path) -> None:
    both = publication(tmp_path, *whole_file("MALE"), *whole_file("FEMALE", 2))
    pd.testing.assert_frame_equal(
        both.tables["registered_flows"],
        publication(tmp_path, *whole_file(times=3)).tables["registered_flows"],
    )
    with pytest.raises(BadInput, match="no row of FEMALE; expected ALL, or MALE and FEMALE"):
        publication(tmp_path, *whole_file("MALE"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([line("E81005", "E01015702", "many")], "row 2, column NUMBER_OF_PATIENTS: found many"),
        ([line("E81005", "E01015702", 5, "BOTH")], "row 2, column SEX: found BOTH; expected ALL"),
        ([line("E81005", "E01015702", 5)] * 2, "row 3, column LSOA_CODE: found E01015702 of E81005 a second"),
        ([line("E81005", "E01015702", 5) + ",more"], "row 2: found 8 cells; expected 7 cells"),
        (
            [line("Z00001", "E01015702", 5)],
            "found no practice of practice_places.csv; expected rows of E81005",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_row(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        publication(tmp_path, *lines)
    assert said.lower() in str(refused.value).lower()


def test_published_flows_take_the_place_of_those_by_distance(tmp_path: Path) -> None:
    table = INPUT_TABLES["registered_flows"]
    before = read_table(table, DATA / "registered_flows.csv", None)
    lines = [line("E81005", lsoas(BRAMINGHAM)[0], 600), line("E81005", lsoas(ELSEWHERE)[0], 31)]
    places = dict.fromkeys(set(before["msoa"]) - {"outside"}, LUTON)
    told = known(practices={"E81005": (LUTON, 700)}, small_areas=places, flows=before)
    found = read_publication(written(tmp_path, "patients.csv", HEADER, *lines), told)
    text, change = merged(table, DATA / "registered_flows.csv", found.tables["registered_flows"], None)
    path = written(tmp_path, "registered_flows.csv", text.rstrip("\n"))
    after = read_table(table, path, None)
    of_practice = after[after["practice"] == "E81005"]
    assert of_practice["patients"].sum() == 631
    assert set(of_practice["basis"]) == {"published"}
    others = after[after["practice"] != "E81005"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, before[before["practice"] != "E81005"].reset_index(drop=True))
    assert change.added == 0
