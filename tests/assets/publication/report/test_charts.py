"""The chart forms that stand in a file are those of the code, and Vega-Lite can draw them."""

from __future__ import annotations

import json
from pathlib import Path

from assets.publication.report import charts
from assets.publication.report.charts import specifications

KEPT = Path(charts.__file__).parent / "page" / "charts.json"


def test_the_forms_kept_are_those_the_code_makes() -> None:
    assert json.loads(KEPT.read_text(encoding="utf-8")) == specifications()


def test_vega_lite_compiles_every_form() -> None:
    import vl_convert

    for name, form in json.loads(KEPT.read_text(encoding="utf-8")).items():
        compiled = vl_convert.vegalite_to_vega({**form, "datasets": {"rows": [], "marked": []}})
        assert compiled["marks"], name
