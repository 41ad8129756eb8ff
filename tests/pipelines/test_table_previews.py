"""A table that a web interface sees made has its key totals and a plot beside it; a quiet run makes none."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.table_previews import shown

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


def test_a_run_that_no_web_interface_sees_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    assert shown("population", FRAME) == {}
