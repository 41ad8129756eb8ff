"""Appointments in general practice as they are published: kinds of staff, boards, months."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.official_files.merging import known_of
from assets.official_files.recognise import read_publication
from housing_trajectories.findings import BadInput
from tests.assets.official_files.official_examples import (
    GP_HEADER,
    GP_ROWS,
    known,
    refusal,
    written,
)
from tests.shipped import DATA


def test_appointments_are_counted_by_whom_they_are_with(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "gp.csv", GP_HEADER, *GP_ROWS), known())
    assert read.tables["gp_appointments_monthly"].values.tolist() == [["QHG", "2021-12", 100, 20, 3]]
    assert read.proofs[0].startswith("not proved")
    assert "status, all counted: attended 100, dna 20, unknown 3" in read.unused


def test_appointments_of_later_months_renew_what_gps_deliver_and_how_many_are_missed(tmp_path: Path) -> None:
    """The latest twelve months from the base year on, as rows of assumptions; older files change none."""
    path = written(tmp_path, "gp.csv", GP_HEADER, *(row.replace("DEC2021", "MAR2026") for row in GP_ROWS))
    read = read_publication(path, known(renews_from="2024-04"))
    found = read.tables["assumptions"].set_index("id")
    assert found.loc["estates.gp_share_of_appointments", "value"] == pytest.approx(81.3)
    assert found.loc["estates.gp_not_attended", "value"] == pytest.approx(20 / 123, abs=5e-5)
    assert set(found["evidence_grade"]) == {"A"}
    assert found["note"].str.endswith("2026-03").all()
    assert set(found["source_id"]) == {read.source["id"]}
    old = read_publication(written(tmp_path, "old.csv", GP_HEADER, *GP_ROWS), known(renews_from="2024-04"))
    assert set(old.tables) == {"gp_appointments_monthly"}


@pytest.mark.parametrize("board", ["E54000024", "E54000065"])
def test_appointments_of_our_locations_count_before_and_after_the_merger_of_boards(
    root: Path, tmp_path: Path, board: str
) -> None:
    there = known_of(DATA)
    assert there.sub_boards == {"M1J4Y", "E38000249"}
    rows = [row.replace("E54000024", board) for row in GP_ROWS]
    merged = rows[0].replace("M1J4Y,E38000249", "06K,E38000049").replace(board, "E54000065")
    read = read_publication(written(tmp_path, "gp.csv", GP_HEADER, *rows, merged), there)
    assert read.tables["gp_appointments_monthly"].values.tolist() == [["QHG", "2021-12", 100, 20, 3]]
    neighbour = [row.replace("M1J4Y,E38000249", "06K,E38000049") for row in rows[:3]]
    elsewhere = [row.replace("E54000024", "E54000056") for row in neighbour]
    with pytest.raises(BadInput, match="none of our system"):
        read_publication(written(tmp_path, "gp.csv", GP_HEADER, *elsewhere), there)


@pytest.mark.parametrize("month", ["DEC2021", "01DEC2021", "2021-12", "Dec-21"])
def test_a_regional_file_has_a_month_in_the_place_of_days(tmp_path: Path, month: str) -> None:
    header = GP_HEADER.replace(
        "ICB_ONS_CODE,REGION_ONS_CODE,Appointment_Date",
        "ICB_ONS_CODE,ICB_NAME,REGION_ONS_CODE,REGION_NAME,APPOINTMENT_MONTH",
    )
    rows = [
        f"M1J4Y,E38000249,BLMK,E54000024,NHS BLMK,E40000007,East of England,{month},{row.split(',', 6)[6]}"
        for row in GP_ROWS[:3]
    ]
    read = read_publication(written(tmp_path, "gp.csv", header, *rows), known())
    assert read.tables["gp_appointments_monthly"].values.tolist() == [["QHG", "2021-12", 100, 20, 3]]


def test_a_daily_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    finding = refusal(written(tmp_path, "gp.csv", GP_HEADER, *GP_ROWS[:2]))
    assert finding.found == "2021-12 from day 1 to day 15"


def test_a_kind_of_staff_that_is_not_known_is_not_left_out(tmp_path: Path) -> None:
    odd = GP_ROWS[0].replace(",GP,", ",Robot,")
    finding = refusal(written(tmp_path, "gp.csv", GP_HEADER, odd, *GP_ROWS[1:]))
    assert (finding.row, finding.column, finding.found) == (2, "HCP_TYPE", "Robot")


def test_regional_appointments_as_they_are_published_are_read(tmp_path: Path) -> None:
    """NHS England, Appointments in General Practice, `Regional_CSV_*`: months written `01APR2023`.

    Layout: thirteen columns with the names of board and region; `UNMAPPED` in the place of codes for
    appointments of no known location; `Booked` for those with no outcome yet; lines end in CR LF or LF.
    """
    header = (
        "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_ONS_CODE,SUB_ICB_LOCATION_NAME,ICB_ONS_CODE,ICB_NAME,"
        "REGION_ONS_CODE,REGION_NAME,APPOINTMENT_MONTH,APPT_STATUS,HCP_TYPE,APPT_MODE,"
        "TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS"
    )
    board = "M1J4Y,E38000249,NHS BLMK,E54000024,NHS BLMK,E40000007,East of England"
    rows = (
        f"{board},01APR2023,Attended,GP,Video Conference/Online,Same Day,90",
        f"{board},01APR2023,Booked,Other Practice staff,Face-to-Face,22  to 28 Days,7",
        f"{board},01MAY2023,DNA,Unknown,Home Visit,Unknown / Data Quality,3",
        "UNMAPPED," * 7 + "01MAY2023,Attended,GP,Unknown,1 Day,8",
    )
    path = tmp_path / "Regional_CSV_BLMK.csv"
    path.write_bytes(("\r\n".join((header, *rows)) + "\r\n").encode("utf-8-sig"))
    read = read_publication(path, known())
    assert read.tables["gp_appointments_monthly"].values.tolist() == [
        ["QHG", "2023-04", 90, 7, 0],
        ["QHG", "2023-05", 0, 0, 3],
    ]
