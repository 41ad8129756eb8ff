"""The statement's PDF shows every character of a name, or its code: never a black box."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from assets.contributions.statements.sections import Grid, Section
from assets.contributions.statements.statement import Statement
from assets.contributions.statements.statement_pdf import pdf

NAMES = "Ŵyn’s Łódź Field – ≥ 5 m², €2 <b>& Ş"


def statement(name: str) -> Statement:
    pair = ("Kind " + name, name)
    grid = Grid(("Fact", "Of"), ((f"Fact {name}", name),), (200, 200))
    return Statement(
        site="A1",
        title="Title " + name,
        issued="Issued",
        lead="Lead " + name,
        sections=(Section("Heading " + name, (pair,), (grid,), "Remark"),),
        sources=("Source " + name,),
        total="£1",
        release="r",
    )


def text_of(content: bytes, folder: Path) -> str:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("needs pdftotext, which is not here")
    (folder / "any.pdf").write_bytes(content)
    done = subprocess.run([reader, "any.pdf", "-"], cwd=folder, check=True, capture_output=True)
    return " ".join(done.stdout.decode("utf-8").split())


def test_names_outside_latin_1_stand_in_it_plain_and_bold(tmp_path: Path) -> None:
    text = text_of(pdf(statement(NAMES)), tmp_path)
    for words in ("Title", "Lead", "Heading", "Kind", "Source"):
        assert f"{words} {NAMES}" in text
    assert "■" not in text


def test_a_character_that_no_font_has_stands_as_its_code(tmp_path: Path) -> None:
    text = text_of(pdf(statement("中 Mill\u202e \U0001f600")), tmp_path)
    assert "[U+4E2D] Mill [U+1F600]" in text
    assert "■" not in text


def test_the_same_words_are_the_same_bytes_and_the_other_font_is_there_only_where_it_is_needed() -> None:
    assert pdf(statement(NAMES)) == pdf(statement(NAMES))
    assert b"DejaVu" in pdf(statement(NAMES))
    assert b"DejaVu" not in pdf(statement("Mill – £5’s m²"))
