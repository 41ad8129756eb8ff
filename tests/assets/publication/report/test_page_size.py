"""A report too large for mail says so, with its own size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assets.inputs.settings import RunSettings
from assets.publication.report import report_page
from tests.assets.publication.made_releases import documents, tables


def made(tmp_path: Path) -> str:
    needed = documents()
    settings = RunSettings(outputs_directory=str(tmp_path), code_version="abc")
    return report_page.page(
        tables(), needed.places, settings, [], scenarios=needed.scenarios,
        age_patterns=needed.age_patterns, geography=needed.geography, library="window.vegaEmbed = null;",
    )  # fmt: skip


def test_a_page_that_can_be_mailed_says_nothing_of_its_size(tmp_path: Path) -> None:
    text = made(tmp_path)
    assert len(text.encode()) < report_page.MAILED
    assert "This file has" not in text
    assert "size-of-this-page" not in text


def test_a_larger_page_says_its_size_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "MAILED", 100_000)
    text = made(tmp_path)
    found = re.search(
        r"This file has ([0-9.]+) MB, more than the 0 MB .*: share it as a file or a link", text
    )
    assert found
    assert float(found.group(1)) == pytest.approx(len(text.encode()) / 1e6, abs=0.06)
