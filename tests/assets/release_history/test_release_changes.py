"""What changed and why: the code alone, nothing, causes that only go together, and each told in words."""

from __future__ import annotations

import csv
import io
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from assets.inputs.input_store import InputStore
from assets.inputs.settings import RunSettings
from assets.publication.headlines import headline_rows
from assets.release_history import release_changes as changes_module
from assets.release_history.change_causes import in_words
from assets.release_history.earlier_releases import PREVIOUS
from assets.release_history.release_changes import HEADLINE_TABLES, changed, release_changes
from assets.release_history.replay import Replay
from assets.stages import MODELLED, assets_of
from tests.assets.publication.made_releases import NAMES, PLACE, tables
from tests.conftest import ROOT
from tests.shipped import DATA

INPUTS = {"data/facilities.csv": "1" * 64, "data/assumptions.csv": "2" * 64, "data/places.csv": "3" * 64}
KEYS = ["headline", "place", "year"]


@pytest.fixture
def headline_tables() -> dict[str, pd.DataFrame]:
    made = tables()
    return {name: made[name] for name in HEADLINE_TABLES}


def found(
    outputs: Path,
    headline_tables: dict[str, pd.DataFrame],
    *,
    inputs_before: dict[str, str] = INPUTS,
    code_before: str = "now",
    more: float = 0.0,
) -> pd.DataFrame:
    """The table where the release before had other inputs, another code, and `more` of every headline."""
    settings = RunSettings(outputs_directory=str(outputs), code_version="now")
    headlines = headline_rows(headline_tables)
    before = headlines.assign(principal=headlines["principal"] + more)
    manifest = {
        "release": "20261101T000000Z-00000000",
        "inputs": inputs_before,
        "code_version": code_before,
        "headlines": before.to_dict("records"),
    }
    digest = InputStore(settings.inputs_path).keep_bytes(json.dumps(manifest).encode())
    listed = pd.DataFrame({"id": list(INPUTS), "sha256": list(INPUTS.values())})
    return release_changes.op.compute_fn.decorated_fn(
        context=SimpleNamespace(log=logging.getLogger("tests")),
        earlier_releases=pd.DataFrame({"id": [PREVIOUS], "sha256": [digest]}),
        input_files=listed,
        places=pd.DataFrame({"place": list(NAMES), "place_name": list(NAMES.values())}),
        monthly_series=pd.DataFrame(),
        activity_forecast=pd.DataFrame(),
        settings=settings,
        **headline_tables,
    )


def sentence(table: pd.DataFrame, headline: str = "population", cause: str = "total") -> str:
    rows = table.set_index(["cause", *KEYS])["sentence"]
    return str(rows[cause, headline, PLACE, 2035])


def test_nothing_changed_is_said_with_the_hashes_of_inputs_and_code(
    tmp_path: Path, headline_tables: dict[str, pd.DataFrame]
) -> None:
    table = found(tmp_path, headline_tables)
    assert set(table["cause"]) == {"total"}
    assert (table["change"] == 0).all()
    digest = changes_module.inputs_digest(INPUTS)[:12]
    assert (
        f"unchanged; nothing changed since 20261101T000000Z-00000000: the same 3 inputs (digest {digest})"
        in sentence(table)
    )
    assert sentence(table).endswith("the same code (now).")


def test_a_change_of_the_code_alone_is_all_the_codes(
    tmp_path: Path, headline_tables: dict[str, pd.DataFrame]
) -> None:
    table = found(tmp_path, headline_tables, code_before="then", more=-6.0)
    assert set(table["cause"]) == {"total", "code"}
    by_cause = table.set_index(["cause", *KEYS])["change"]
    assert by_cause["code"].tolist() == pytest.approx([6.0] * len(by_cause["code"]))
    assert "People in Milton Keynes, 2035: +6.0 persons, from " in sentence(table)
    assert sentence(table).endswith("all of it from the code.")
    assert sentence(table, cause="code") == "The code changed it by +6.0 persons."


def test_new_code_that_moves_nothing_says_so(
    tmp_path: Path, headline_tables: dict[str, pd.DataFrame]
) -> None:
    table = found(tmp_path, headline_tables, code_before="then")
    assert sentence(table).endswith("unchanged; the code did not change it.")


def test_causes_that_cannot_be_let_in_one_by_one_are_named_together(
    tmp_path: Path, headline_tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []

    def headlines_on(_replay: Any, _store: Any, files: Any, _settings: Any, index: pd.Index) -> pd.Series:
        asked.append(dict(files))
        if len(asked) == 1:
            raise ValueError("old and new do not fit together")
        current = headline_rows(headline_tables).set_index(KEYS)["principal"]
        return current.reindex(index) - 1.0

    monkeypatch.setattr(changes_module, "_headlines_on", headlines_on)
    old = {**INPUTS, "data/facilities.csv": "a" * 64, "data/assumptions.csv": "b" * 64}
    table = found(tmp_path, headline_tables, inputs_before=old, code_before="then", more=-6.0)
    together = "code + data/facilities.csv"
    assert set(table["cause"]) == {"total", together, "data/assumptions.csv"}
    # Code first, on the inputs of the release before; then each file; assumptions last.
    assert asked[0] == old
    assert asked[1] == {**old, "data/facilities.csv": INPUTS["data/facilities.csv"]}
    by_cause = table.set_index(["cause", *KEYS])["change"]
    assert by_cause[together].tolist() == pytest.approx([5.0] * len(by_cause[together]))
    assert by_cause["data/assumptions.csv"].tolist() == pytest.approx([1.0] * len(by_cause["total"]))
    assert sentence(table).endswith("of which +5.0 the code with facilities.csv, +1.0 assumptions.csv.")


def test_a_file_on_which_no_headline_rests_is_no_cause() -> None:
    replay = Replay(assets_of(MODELLED))
    previous = {"inputs": {**INPUTS, "data/release_bounds.csv": "c" * 64}, "code_version": "now"}
    now = {**INPUTS, "data/release_bounds.csv": "d" * 64}
    assert changed(previous, now, "now", replay) == []
    assert changed(previous, {**now, "data/assumptions.csv": "e" * 64}, "now", replay) == [
        "data/assumptions.csv"
    ]


def words_of(tmp_path: Path, name: str, before: str, after: str) -> str:
    store = InputStore(tmp_path / "inputs")
    versions = [store.keep_bytes(text.encode()) for text in (before, after)]
    told = in_words([name], {name: versions[0]}, {name: versions[1]}, store, DATA)
    return told[name]


def test_a_trajectory_is_told_by_its_sites_and_how_they_moved(tmp_path: Path) -> None:
    shipped = (ROOT / "housing_trajectories" / "blmk" / "milton_keynes.csv").read_text(encoding="utf-8")
    header, *rows = list(csv.reader(io.StringIO(shipped)))
    row = next(row for row in rows if row[0:1] and "MK-EAST" in row and "adopted" in row)
    years = [at for at, name in enumerate(header) if name.startswith("20")]

    def with_homes(*homes: int) -> str:
        cells = {at: str(count) for at, count in zip(years, homes, strict=False)}
        new = [cells.get(at, "0" if at in years else cell) for at, cell in enumerate(row)]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, new])
        return text.getvalue()

    name, late = "trajectories/milton_keynes.csv", with_homes(0, 0, 0, 100, 200, 100)
    assert (
        words_of(tmp_path, name, late, with_homes(0, 100, 200, 100))
        == "Milton Keynes East brought forward 2 years (trajectories/milton_keynes.csv)"
    )
    assert (
        words_of(tmp_path, name, late, with_homes(0, 0, 0, 110, 220, 110))
        == "Milton Keynes East 40 homes more (trajectories/milton_keynes.csv)"
    )


def test_assumptions_are_told_by_id_and_value_and_tables_by_the_years_that_came(tmp_path: Path) -> None:
    rows = "id,value,low,high\na.one,60,50,70\na.two,1,,\na.three,3,2,4\n"
    after = rows.replace("a.one,60", "a.one,62").replace("a.two,1", "a.two,2").replace("3,2,4", "3,1,4")
    assert (
        words_of(tmp_path, "data/assumptions.csv", rows, after)
        == "a.one from 60 to 62 and the range of a.three and 1 more assumptions (assumptions.csv)"
    )
    estimates = "place,year,population\nA,2023,1\n"
    name = "data/mid_year_estimate_totals.csv"
    assert (
        words_of(tmp_path, name, estimates, estimates + "A,2024,2\n")
        == "mid year estimate totals of 2024 (mid_year_estimate_totals.csv)"
    )
    assert in_words([name, "code"], {name: "0" * 64}, {name: "1" * 64}, InputStore(tmp_path), tmp_path) == {
        name: "mid_year_estimate_totals.csv",
        "code": "the code",
    }
