"""Every message stands once in the catalogue, is used, and says where it holds in the file."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from housing_trajectories.findings import SEVERITIES
from housing_trajectories.remarks import (
    CATALOGUE,
    MOST_ALIKE,
    Remark,
    each,
    findings_of,
    on_sheet,
    remark,
)


def texts_in(root: Path) -> tuple[set[str], set[str]]:
    """All texts in the code of the reader, and those by which a call names its message."""
    texts: set[str] = set()
    codes: set[str] = set()
    for path in (root / "housing_trajectories").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("remark", "each"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    codes.add(str(first.value))
    return texts, codes


def test_every_message_is_used_and_every_code_has_one(root: Path) -> None:
    texts, codes = texts_in(root)
    assert codes <= CATALOGUE.keys()
    kinds_of_rows = {f"{text}_row" for text in texts}
    assert CATALOGUE.keys() <= texts | kinds_of_rows


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_message_is_whole(code: str) -> None:
    said = CATALOGUE[code]
    assert said.severity in (*SEVERITIES, "{severity}")
    assert said.issue
    assert said.found
    assert said.expected
    for text in said:
        assert all(name != "" for _, name, _, _ in string.Formatter().parse(text)), "words are named"


def test_words_are_filled_in_as_people_write_them() -> None:
    assert remark("title_row", rows=1, first="Plan").found == "1 row above the headings, 'Plan' first"
    assert remark("title_row", rows=2, first="{x}").found == "2 rows above the headings, '{x}' first"
    assert remark("year_not_told", text="2025", told="", year=2025).done == "provisionally read as 2025/26"
    words = {"planned": 1_234_567.0, "built": "", "beyond": "", "total": 12.5, "stated": "60"}
    found = remark("capacity_not_met", **words).found
    assert found == "1,234,567 phased: 12.5 homes, against a stated capacity of 60"


def test_many_alike_are_told_once_with_their_number() -> None:
    told = each(range(500), lambda at: remark("hidden_row", row=at + 1))
    assert len(told) == MOST_ALIKE
    first = remark("hidden_row", row=900)
    *listed, rest = findings_of("a.csv", [first, *told])
    assert [finding.row for finding in listed] == [900, *range(1, MOST_ALIKE)]
    assert rest.found == f"{501 - MOST_ALIKE} more of the same: hidden row"
    assert each([], lambda at: remark("hidden_row", row=at)) == []


def test_a_remark_names_the_site_of_its_row_on_its_own_sheet() -> None:
    sites = [("Large", [4, 5], ["A4", "A5"]), ("Small", [5], ["S5"])]
    remarks = [
        *on_sheet([remark("hidden_row", row=5)], "Small"),
        *on_sheet([remark("hidden_row", row=5), remark("no_reference_of_row", row=4, site="own")], "Large"),
    ]
    assert [finding.site for finding in findings_of("a.xlsx", remarks, sites)] == ["S5", "A5", "own"]


def test_a_sheet_that_was_turned_is_shown_as_it_stands_in_the_file() -> None:
    [turned] = on_sheet([remark("too_wide", row=2, column=3, cells=5, width=4)], None, (1, 7, 9))
    assert isinstance(turned, Remark)
    [finding] = findings_of("a.csv", on_sheet([turned], None))
    assert (finding.row, finding.column, finding.cell) == (9, "B", "B9")
