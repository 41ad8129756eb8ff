"""A published file that is not what it was: refused with what was found, and nothing is built of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.england import housing_stock, people, plans
from assets.england.authorities import CODES_FILE, authority_codes
from assets.england.published_files import PublishedFiles, proved, published_total
from housing_trajectories.findings import BadInput

COLUMNS = (
    "planning_authority,name,ons_code,plan_title,plan_id,start_year,end_year,housing_number_type,number,min,max,"
    "joint_plan_total,is_joint_plan,source_document,notes,updated_date,published,submitted,found_sound,adopted"
)
ROW = {
    "name": "Bedford Borough Council",
    "ons_code": "E06000055",
    "plan_title": "Local Plan",
    "plan_id": "a",
    "start_year": "2015",
    "end_year": "2030",
    "housing_number_type": "HOUSING_REQUIREMENT_TOTAL",
    "number": "14550",
    "is_joint_plan": "False",
    "updated_date": "2025-03-21 01:29:01.591140",
    "adopted": "2020-01-15",
}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pd.DataFrame]:
    """The table of plans made of rows that differ from ROW."""
    (tmp_path / "places").mkdir()
    (tmp_path / "housing").mkdir()
    lines = ["LADCD,LADNM,LADCD_ACTIVE,LADNM_ACTIVE,UTLACD,UTLANM,RGNCD,RGNNM,CTRYNM,Current"]
    for code, now in (("E06000055", "E06000055"), ("E07000026", "E06000063"), ("E06000063", "E06000063")):
        lines.append(f"{code},Name,{now},Name,{code},Name,E12000006,East,England,{str(code == now).upper()}")
    (tmp_path / CODES_FILE).write_text("\n".join(lines))
    monkeypatch.setattr("assets.england.authorities.AUTHORITIES", 2)

    def make(*changes: dict[str, str]) -> pd.DataFrame:
        columns = COLUMNS.split(",")
        rows = pd.DataFrame([ROW | change for change in changes], columns=columns, dtype=object).fillna("")
        (tmp_path / plans.PLANS).write_bytes(gzip.compress(rows.to_csv(index=False).encode()))
        [table] = plans.build(PublishedFiles(tmp_path))
        return table.sorted_rows()

    return make


@pytest.mark.parametrize(
    ("change", "given"),
    [
        ({}, "total"),
        ({"housing_number_type": "HOUSING_REQUIREMENT_YEARLY_AVERAGE", "number": "970"}, "a_year"),
        ({"housing_number_type": "HOUSING_REQUIREMENT_RANGE", "number": "", "min": "1", "max": "2"}, "range"),
        (
            {"housing_number_type": "HOUSING_REQUIREMENT_YEARLY_RANGE", "number": "", "min": "1", "max": "2"},
            "range_a_year",
        ),
        ({"number": "", "joint_plan_total": "24244", "is_joint_plan": "True"}, "joint_total"),
        ({"joint_plan_total": "24244", "is_joint_plan": "True"}, "total"),
        (
            {
                "housing_number_type": "HOUSING_REQUIREMENT_YEARLY_AVERAGE",
                "number": "",
                "joint_plan_total": "1230",
            },
            "joint_a_year",
        ),
        ({"number": ""}, "none"),
        ({"housing_number_type": "", "number": ""}, "none"),
    ],
)
def test_a_plan_says_how_its_number_is_given(
    change: dict[str, str], given: str, made: Callable[..., pd.DataFrame]
) -> None:
    assert made(change)["number_given"].tolist() == [given]


def test_a_plan_has_its_status_and_those_it_is_joint_with(made: Callable[..., pd.DataFrame]) -> None:
    other = {"ons_code": "E07000026", "is_joint_plan": "True", "adopted": "", "submitted": "2020-02-01"}
    withdrawn = {"plan_id": "b", "plan_title": "Plan (WITHDRAWN 3 MARCH 2022)", "adopted": ""}
    table = made({"is_joint_plan": "True"}, other, withdrawn).set_index(["planning_authority", "plan_id"])
    own = table.loc[("E06000055", "a")]
    assert own[["status", "joint", "joint_with"]].tolist() == ["adopted", "yes", "E07000026"]
    joint = table.loc[("E07000026", "a")]
    assert joint[["authority", "status", "joint_with"]].tolist() == ["E06000063", "submitted", "E06000055"]
    assert table.loc[("E06000055", "b"), ["status", "withdrawn"]].tolist() == ["withdrawn", "2022-03-03"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"housing_number_type": "A_DECADE"}, "column housing_number_type: found A_DECADE"),
        ({"is_joint_plan": "maybe"}, "column is_joint_plan: found maybe"),
        ({"adopted": "15/01/2020"}, "column adopted: found 15/01/2020; expected a date"),
        ({"number": "about 500"}, "column number: found about 500; expected a number"),
        ({"number": "12.5"}, "column number: found 12.5; expected a whole number"),
        ({"min": "3", "max": "2"}, "column min: found 3"),
        ({"min": "3"}, "column min: found 3"),
        ({"start_year": "2031"}, "column start_year: found 2031"),
        ({"ons_code": "BDF"}, "column ons_code: found BDF"),
    ],
)
def test_a_plan_that_cannot_be_typed_is_refused(
    change: dict[str, str], said: str, made: Callable[..., pd.DataFrame]
) -> None:
    with pytest.raises(BadInput, match=rf"{plans.PLANS}, row 3, {said}"):
        made({}, {"plan_id": "b"} | change)


def copied(
    shared: Callable[[str], Path], folder: Path, name: str, change: Callable[[str], str]
) -> PublishedFiles:
    """The published files, one of them changed."""
    text = gzip.decompress((shared("england") / name).read_bytes()).decode("utf-8-sig")
    changed = change(text)
    assert changed != text
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(gzip.compress(changed.encode()))
    return PublishedFiles(folder, shared("england"))


@pytest.mark.parametrize(
    ("name", "build", "change", "said"),
    [
        (
            people.COMPONENTS,
            lambda files: people._components(files, authority_codes(files)),
            lambda text: text.replace("E06000001,2003,90134.0,1022.0", "E06000001,2003,90134.0,1024.0"),
            "most by which components stand off the change of a total.*: 2; expected 0",
        ),
        (
            people.BIRTHS_AND_DEATHS,
            lambda files: people._births_and_deaths(files, authority_codes(files)),
            lambda text: text.replace("births", "live_births"),
            "column births: found the columns place_code, year, live_births",
        ),
        (
            housing_stock.STOCK,
            lambda files: housing_stock._stock(files, authority_codes(files)),
            lambda text: text.replace("E06000001,2002", "E06099999,2002"),
            "found E06099999; expected the code of an authority",
        ),
    ],
)
def test_a_file_with_another_layout_or_other_sums_is_refused(
    name: str,
    build: Callable[[PublishedFiles], object],
    change: Callable[[str], str],
    said: str,
    shared: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    files = copied(shared, tmp_path, name, change)
    with pytest.raises(BadInput, match=said):
        build(files)


def test_a_sum_off_the_published_total_is_refused() -> None:
    assert proved("a.csv", "people", 10, 10) == "people: found 10, published 10"
    assert "within 1 of rounding" in proved("a.csv", "people", 10, 11, within=1)
    for found in (12, float("nan")):
        with pytest.raises(BadInput, match=r"a.csv: found people: .*; expected 10, the total published"):
            proved("a.csv", "people", found, 10, within=1)
    with pytest.raises(BadInput, match=r"published_totals.csv: found 0 rows of a.csv, people"):
        published_total("a.csv", "people", 10)
