"""An area from a few words: every authority and board of England, and what is said of what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.areas.area_folder import read_area
from assets.areas.area_selection import select, wrong_authorities
from assets.areas.boards_by_date import area_of, boards, parts_of
from assets.england.national_tables import england_table
from housing_trajectories.findings import BadInput

AUTHORITIES = england_table("authorities")


def codes(kind: str, ended: bool) -> list[str]:
    return [board.gss for board in boards() if board.kind == kind and bool(board.until) is ended]


def refusal(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        select(text)
    assert len(refused.value.findings) == 1
    return str(refused.value)


def test_every_authority_is_an_area_under_a_code_of_its_own() -> None:
    current = AUTHORITIES[AUTHORITIES["status"] == "current"]
    assert len(current) == 296
    for code, name in zip(current["code"], current["name"], strict=True):
        found = select(code)
        assert (found.name, found.code, found.authorities) == (name, f"AREA-{code}", (code,))
        assert select(name.upper()) == found
        assert found.notes == ()


def test_every_board_and_sub_icb_of_today_is_an_area_by_either_code() -> None:
    assert len(codes("icb", ended=False)) == 36
    assert len(codes("sub_icb", ended=False)) == 106
    for board in boards():
        if not board.until:
            found = select(board.gss)
            assert found == select(board.code) == select(board.name)
            assert (found.code, found.authorities) == (board.gss, area_of(board))
            assert found.authorities


def test_every_authority_is_in_exactly_one_icb_of_today() -> None:
    found = [code for board in boards() if board.gss in codes("icb", ended=False) for code in area_of(board)]
    assert len(found) == len(set(found)) == 296


def test_a_board_of_2024_is_one_of_today_or_names_boards_that_are() -> None:
    ended = codes("icb", ended=True)
    assert (
        len(ended)
        + len({b.gss for b in boards() if b.kind == "icb" and b.since == "2022-07" and not b.until})
        == 42
    )
    today = {board.code for board in boards() if not board.until}
    for board in boards():
        if board.until:
            said = refusal(board.gss)
            assert f"found {board.gss}" in said
            assert "up to March 2026" in said
            assert board.successors[0] in said
            assert set(board.successors) <= today


def test_the_board_of_bedfordshire_names_its_successor_and_the_sub_icb_that_is_left_of_it() -> None:
    for code in ("E54000024", "QHG", "e54000024"):
        said = refusal(code)
        assert "E54000065 (S1Y5D, NHS Central East ICB)" in said
        assert said.endswith("or the sub-ICB that is left of it, M1J4Y")
    assert select("M1J4Y").authorities == ("E06000032", "E06000042", "E06000055", "E06000056")


def test_a_board_that_kept_its_name_under_a_new_code_names_the_new_one() -> None:
    assert "E54000067 (QRL" in refusal("E54000042")
    assert select("QRL").code == "E54000067"


def test_an_authority_in_two_boards_is_in_that_with_most_of_it_and_the_rest_is_said() -> None:
    notes = select("E54000070").notes
    assert any("95.1%" in note and "E07000180" in note and "8,754 people too many" in note for note in notes)
    assert any("11.5%" in note and "E07000212" in note and "12,633 people too few" in note for note in notes)
    assert select("E54000058").notes == ()


def test_of_an_authority_in_two_sub_icbs_the_one_with_half_of_it_has_it() -> None:
    assert "E07000200" in select("06L").authorities
    other = select("07K")
    assert "E07000200" not in other.authorities
    assert any("49.1%" in note and "it is not counted" in note for note in other.notes)


def test_shares_of_all_boards_make_every_authority_whole() -> None:
    whole: dict[str, float] = {}
    for board in boards():
        if board.kind == "icb" and not board.until:
            for part in parts_of(board):
                whole[part.authority] = whole.get(part.authority, 0.0) + part.lsoa_share
    assert len(whole) == 296
    assert all(abs(share - 1) < 1e-9 for share in whole.values())


def test_a_sub_icb_with_half_of_no_authority_is_the_one_most_in_it_and_says_so() -> None:
    found = select("01V")
    assert found.authorities == ("E08000014",)
    assert "167,265 people too many" in found.notes[0]


def test_a_list_is_one_area_whatever_its_order() -> None:
    found = select("E07000012, E07000008")
    assert found == select("cambridge,South Cambridgeshire")
    assert found.code == "AREA-E07000008-E07000012"
    assert found.name == "Cambridge and South Cambridgeshire"
    assert found.slug == "e07000008-e07000012"


def test_long_lists_have_codes_that_differ_and_that_a_folder_may_have(tmp_path: Path) -> None:
    five = "E07000008,E07000009,E07000010,E07000011,E07000012"
    found, other = select(five), select(five.replace("E07000012", "E06000031"))
    assert found.code != other.code
    assert found.name == "Cambridge, East Cambridgeshire, Fenland and 2 more"
    listed = ", ".join(found.authorities)
    (tmp_path / "area.yaml").write_text(f"name: x\ncode: {found.code}\nauthorities: [{listed}]\n", "utf-8")
    assert read_area(tmp_path).code == found.code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "AREA: found an empty text; expected a code"),
        ("  ", "found an empty text"),
        (
            "E07000004",
            "the former code of Aylesbury Vale; expected its successor E06000060 (Buckinghamshire)",
        ),
        ("aylesbury vale", "the former code of Aylesbury Vale; expected its successor E06000060"),
        ("E07000100", "expected its successor E07000240 (St Albans)"),
        ("W06000015", "a code of Wales; expected an authority or board of England"),
        ("S12000033", "a code of Scotland"),
        ("N09000003", "a code of Northern Ireland"),
        ("E92000001", "the code of England as a whole"),
        ("E12000006", "the code of a region"),
        ("E01000001", "the code of a small area (LSOA)"),
        ("E02003731", "the code of a neighbourhood (MSOA)"),
        ("E10000003", 'the county of Cambridgeshire; expected its districts, AREA="E07000008,'),
        ("E06999999", "a code of no authority or board; expected an authority"),
        ("Peterboro", "found Peterboro, no code, name or folder; expected Peterborough, or a code"),
        ("Atlantis", "make areas FIND=text"),
        ("./nowhere", "found ./nowhere, no such folder"),
        ("tests/", "found tests/, a folder without area.yaml"),
        ("E07000008,E07000008", "E07000008 twice"),
        ("M1J4Y,E06000055", "E06000055 twice"),
        ("E07000008,W06000015", "a code of Wales"),
        ("E07000008,Atlantis", "found Atlantis, no code"),
        ("x" * 5000, "xxx…; expected"),
        ("~nobody-of-that-name", "no code, name or folder"),
        ("a\0b", "no code, name or folder"),
        ("\x1b[31m", "no code, name or folder"),
    ],
)
def test_what_is_no_area_is_refused_in_one_sentence(text: str, said: str) -> None:
    sentence = refusal(text)
    assert said in sentence
    assert not {"\n", "\x1b"} & set(sentence)


def test_a_folder_is_found_by_its_path_and_by_its_name_among_others(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "area.yaml").write_text("name: Mine\ncode: mine-1\nauthorities: [E06000031]\n", "utf-8")
    found = select(str(folder))
    assert (found.name, found.code, found.slug, found.folder) == ("Mine", "mine-1", "mine-1", folder)
    assert select("mine", [tmp_path]) == select("Mine", [tmp_path]) == found


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (
            "authorities: [E07000004]",
            "area.yaml, column authorities: found E07000004, the former code of Aylesbury",
        ),
        ("authorities: [W06000015]", "a code of Wales"),
        ("authorities: [E06999999]", "a code of no authority or board"),
        ("authorities: [E06000031, E06000031]", "E06000031 twice"),
        ("authorities: [M1J4Y]", "found M1J4Y; expected a GSS code such as E06000031"),
        (
            "authorities: [E54000065]",
            "found E54000065, NHS Central East ICB; expected codes of authorities: E06",
        ),
        ("authoritys: [E06000031]", "column authoritys: found an unknown field; expected authorities"),
        ("authorities: [E06000031]\ncode: E06000031", "a code that none of its authorities has"),
    ],
)
def test_a_folder_that_selects_no_authority_is_refused_by_field(
    tmp_path: Path, field: str, said: str
) -> None:
    code = "" if "code:" in field else "code: mine\n"
    (tmp_path / "area.yaml").write_text(f"name: Mine\n{code}{field}\n", "utf-8")
    assert said in refusal(str(tmp_path))


def test_codes_of_a_file_are_told_one_by_one() -> None:
    found = wrong_authorities(["E06000031", "E07000004", "W06000015"])
    assert [finding.found.split(",")[0] for finding in found] == ["E07000004", "W06000015"]
