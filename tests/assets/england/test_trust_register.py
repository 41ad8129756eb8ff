"""Trusts of the register: those of today, those before mergers, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.england.health import (
    trusts,
)
from housing_trajectories.findings import BadInput
from tests.assets.england.published_folder import Folder


def test_a_merger_leads_to_the_trusts_of_today_and_never_in_a_circle() -> None:
    steps = pd.DataFrame(
        {"trust": ["RAA", "RBB", "RCC", "RCC"], "successor": ["RBB", "RDD", "REE", "RFF"]},
    )
    assert trusts.successors(steps) == {"RAA": ["RDD"], "RBB": ["RDD"], "RCC": ["REE", "RFF"]}
    circle = pd.DataFrame({"trust": ["RAA", "RBB"], "successor": ["RBB", "RAA"]})
    with pytest.raises(ValueError, match="come back"):
        trusts.successors(circle)


def test_trusts_that_merged_are_one_weighted_by_their_beds() -> None:
    rows = pd.DataFrame(
        {
            "was": ["RAA", "RAA", "RBB", "RCC"],
            "trust": ["RBB", "RBB", "RBB", "RCC"],
            "authority": ["E1", "E2", "E1", "E2"],
            "share": [0.5, 0.5, 1.0, 1.0],
        }
    )
    shares, parts = trusts.merged_shares(rows, {"RAA": 100.0, "RBB": 300.0})
    assert parts == ["RAA", "RBB"]
    assert shares.to_numpy().tolist() == [["RBB", "E1", 0.875], ["RBB", "E2", 0.125], ["RCC", "E2", 1.0]]
    with pytest.raises(BadInput, match="no occupied beds of RAA"):
        trusts.merged_shares(rows, {"RBB": 300.0})


def register(folder: Folder, opened: str = "19920401", closed: str = "") -> None:
    """A trust of England and one of Wales, a care trust among the staff, and what goes with them."""
    blank = [""] * 15
    lines = [
        ["RAA", "A TRUST", "Y61", "QHG", "", "", "", "", "", "LU4 0DZ", opened, closed, *blank],
        ["RWW", "A WELSH TRUST", "W00", "", "", "", "", "", "", "CF10 4BZ", "20000401", "", *blank],
    ]
    folder.write(trusts.REGISTER_FILE, "\n".join(",".join(line) for line in lines))
    for name in trusts.STAFF_FILES:
        header = "ORG_CODE,ORG_NAME,ORG_TYPE,NHSE_REGION_CODE,ICS_CODE"
        rows = (
            "RAA,A Trust,Acute,Y61,QHG\nTAD,A Care Trust,Mental Health,Y61,QHG\nAQG,A Company,Acute,Y61,QHG"
        )
        folder.write(name, f"{header}\n{rows}\n")
    folder.write(trusts.SUCCESSORS_FILE, "old_code,new_code,date\nRC1,RAA,18353\nRB9,RAA,8856\n")
    folder.write(trusts.SYSTEMS_FILE, "Code,ICB Code\nRAA,QHG\n")
    folder.write(trusts.BEDS_FILE, "org_code,org_name\nRC1,An Old Trust\n")
    folder.write(
        trusts.MAP_FILE,
        "PRACTICE_POSTCODE,ICB_CODE\nLU4 1AA,S1Y5D\nLU1 1AA,QHG\nLU2 1AA,QHG\n",
        trusts.MAP_MEMBER,
    )


def listed_trusts(folder: Folder) -> pd.DataFrame:
    table = trusts._trusts(folder.files, trusts.mergers(folder.files))
    return table.sorted_rows().set_index("trust")


def test_the_register_has_trusts_of_england_care_trusts_and_those_before_mergers(folder: Folder) -> None:
    register(folder)
    table = listed_trusts(folder)
    assert not {"RWW", "AQG", "RB9"} & set(table[table["trust_name"].ne("")].index)
    assert table.loc["TAD", ["kind", "status", "icb_2026"]].tolist() == ["mental health", "open", "QHG"]
    assert table.loc["RAA", ["opened", "icb_2024", "icb_2026"]].tolist() == ["1992-04-01", "QHG", "S1Y5D"]
    old = table.loc["RC1", ["trust_name", "status", "closed", "successor"]]
    assert old.tolist() == ["An Old Trust", "closed", "2020-03-31", "RAA"]


def test_a_trust_that_closed_without_a_successor_or_on_no_day_is_refused(folder: Folder) -> None:
    register(folder, closed="20250331")
    with pytest.raises(BadInput, match="RAA closed on 2025-03-31; expected its successor"):
        listed_trusts(folder)
    register(folder, opened="April 1992")
    with pytest.raises(BadInput, match="row 1, column opened: found April 1992"):
        listed_trusts(folder)
