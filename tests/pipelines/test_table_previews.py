"""A table that a web interface sees made has its key totals and a plot beside it; a quiet run makes none."""

from __future__ import annotations

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from pipelines.table_previews import shown

HOSTILE = (
    "![x](http://127.0.0.1/x.png)",
    "](http://127.0.0.1/x.png) ![",
    "<img src=http://127.0.0.1/x.png>",
    "[a](javascript:alert(1))",
    "a | b | c",
    "\\![x](http://127.0.0.1/x.png)\\",
    "\n\n![x][1]\n\n[1]: http://127.0.0.1/x.png",
)
MARKDOWN = MarkdownIt("commonmark").enable("table")
FRAME = pd.DataFrame(
    {
        "scenario": "local_plan",
        "place": ["E06000032"] * 2 + ["E54000024"] * 2,
        "year": [2025, 2030] * 2,
        "sex": "persons",
        "age_band": "all",
        "place_name": ["Luton"] * 2 + ["The system"] * 2,
        "principal": [1.0, 2.0, 1000.0, 2500.0],
    }
)


def test_key_totals_are_the_systems_by_year(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    metadata = shown("population", FRAME)
    assert "| The system | 1,000 | 2,500 |" in metadata["key totals"].md_str
    assert metadata["plot"].md_str.startswith("![The system: 1,000 in 2025, 2,500 in 2030]")
    assert "data:image/png;base64,iVBOR" in metadata["plot"].md_str


def test_names_are_shown_as_they_stand_and_load_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    for name in HOSTILE:
        metadata = shown("population", FRAME.assign(place_name=name))
        for entry in ("key totals", "plot"):
            page = MARKDOWN.render(metadata[entry].md_str)
            assert "<a" not in page, name
            assert page.count("<img") == (entry == "plot"), name
            assert 'src="http' not in page, name
        row = MARKDOWN.render(metadata["key totals"].md_str).partition("<tbody>")[2]
        assert row.count("<td") == 3, name


def test_a_run_that_no_web_interface_sees_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    assert shown("population", FRAME) == {}
