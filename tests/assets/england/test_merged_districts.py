"""Districts that became one authority: added up, or left out where some of them are not there."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.england.authorities import AuthorityCodes, missing
from housing_trajectories.findings import BadInput

CUMBERLAND = ["E07000026", "E07000028", "E07000029"]
SOMERSET = ["E07000187", "E07000188", "E07000189", "E07000190", "E07000191", "E07000246"]
CODES = AuthorityCodes(
    dict.fromkeys([*CUMBERLAND, "E06000063"], "E06000063")
    | dict.fromkeys([*SOMERSET, "E06000066"], "E06000066")
    | {"E06000055": "E06000055"},
    {"E06000055": "Bedford", "E06000063": "Cumberland", "E06000066": "Somerset"},
)


def merged(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["code", "year", "homes"], index=range(2, len(rows) + 2))
    return CODES.merged("homes.csv", table, "code", ["year"], ["homes"])


def by_authority(table: pd.DataFrame) -> dict[tuple[str, int], float]:
    return table.set_index(["authority", "year"])["homes"].to_dict()


def test_districts_add_up_to_their_authority_and_nothing_is_lost() -> None:
    rows = [
        ("E07000026", 2020, 1.0),
        ("E07000028", 2020, 2.0),
        ("E07000029", 2020, 4.0),
        ("E06000055", 2020, 8.0),
    ]
    assert by_authority(merged(rows)) == {("E06000055", 2020): 8, ("E06000063", 2020): 7}


def test_an_authority_without_one_of_its_districts_is_left_out_year_by_year() -> None:
    rows = [("E07000026", 2020, 1.0), ("E07000028", 2020, 2.0)]
    rows += [(code, 2021, 1.0) for code in CUMBERLAND]
    table = merged(rows)
    assert by_authority(table) == {("E06000063", 2021): 3}
    note = missing(CODES, table, "some districts are not there")
    assert note == "without Bedford (E06000055), Somerset (E06000066): some districts are not there"


def test_a_district_that_was_merged_before_stands_for_those_it_was_made_of() -> None:
    as_of_2018 = [(code, 2018, 1.0) for code in SOMERSET if code != "E07000246"]
    as_of_2021 = [(code, 2021, 1.0) for code in SOMERSET if code not in {"E07000190", "E07000191"}]
    assert by_authority(merged(as_of_2018 + as_of_2021)) == {
        ("E06000066", 2018): 5,
        ("E06000066", 2021): 4,
    }
    without_west_somerset = [row for row in as_of_2018 if row[0] != "E07000191"]
    without_taunton = [row for row in as_of_2021 if row[0] != "E07000246"]
    assert merged(without_west_somerset + without_taunton).empty


def test_an_authority_beside_its_own_district_is_refused() -> None:
    rows = [("E06000063", 2020, 7.0), ("E07000026", 2020, 1.0)]
    with pytest.raises(
        BadInput, match=r"homes.csv, row 2, column code: found E06000063; expected .* not both"
    ):
        merged(rows)


def test_an_authority_may_follow_its_districts_in_a_later_year() -> None:
    rows = [(code, 2020, 1.0) for code in CUMBERLAND] + [("E06000063", 2021, 9.0)]
    assert by_authority(merged(rows)) == {("E06000063", 2020): 3, ("E06000063", 2021): 9}
    table = merged([*rows, ("E06000055", 2020, 1.0)])
    assert "not in all years Bedford (E06000055, 1)" in missing(CODES, table, "no reason")


def test_an_unknown_part_makes_the_sum_unknown() -> None:
    rows = [("E07000026", 2020, float("nan")), ("E07000028", 2020, 2.0), ("E07000029", 2020, 4.0)]
    assert merged(rows)["homes"].isna().all()


def test_a_code_that_is_none_is_refused_with_its_row() -> None:
    with pytest.raises(
        BadInput, match=r"homes.csv, row 3, column code: found W06000001; expected the code of"
    ):
        merged([("E06000055", 2020, 1.0), ("W06000001", 2020, 1.0)])
