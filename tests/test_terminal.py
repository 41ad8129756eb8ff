"""What stands in a file is shown on the terminal as it stands, and neither rich nor the terminal obeys it."""

from __future__ import annotations

import ast
import html
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from housing_trajectories.__main__ import main
from housing_trajectories.plain_text import as_markdown, for_chat, for_spreadsheet, of_markdown, say
from housing_trajectories.terminal import Table, Terminal, styled
from pipelines.commands.forecast import _refuse
from pipelines.commands.summary import print_summary

ROOMS = ("pipelines", "assets", "housing_trajectories", "models")
LIVE = "H/1:b: [b]Dairy[/b] [/b] :smile: [link=x]y[/link]"
OBEYED = "\x1b[31m\x1b]0;title\x07\x9b2J\u202edesrever\u2066\r"


def past_the_border(path: Path) -> set[str]:
    """What only the border's two modules may do: import rich, print, write to the streams, take markup."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found |= {name for name in names if name.split(".")[0] == "rich"}
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            file = next((ast.unparse(k.value) for k in node.keywords if k.arg == "file"), "sys.stdout")
            if called == "print" and file.startswith("sys."):
                found.add("print")
            if called in ("sys.stdout.write", "sys.stderr.write"):
                found.add(called)
            found |= {str(k.arg) for k in node.keywords if k.arg in ("markup", "emoji")}
    return found


def test_every_module_prints_through_the_one_border(root: Path) -> None:
    border = {
        "housing_trajectories/terminal.py",
        "housing_trajectories/plain_text.py",
    }
    own_text = {
        "assets/publication/report/charts.py",
        "assets/publication/dictionary.py",
        "assets/dimensions/power_bi.py",
    }
    for room in ROOMS:
        for path in (root / room).rglob("*.py"):
            name = path.relative_to(root).as_posix()
            if name not in border | own_text:
                assert past_the_border(path) == set(), name


def test_the_scan_sees_what_goes_past_the_border(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f(x):\n    from rich.table import Table\n    print(x)\n    f(x, markup=True)\n")
    assert past_the_border(wrong) == {"rich.table", "print", "markup"}


def test_text_is_neither_markup_nor_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    screen = io.StringIO()
    console = Terminal(200, file=screen)
    table = Table(title=LIVE, caption=LIVE)
    table.add_column(LIVE + OBEYED)
    table.add_row(LIVE + OBEYED)
    table.add_row(styled(LIVE, (OBEYED + "dim", "dim")))
    console.print(table)
    console.print(LIVE, OBEYED)
    say(LIVE + OBEYED)
    shown = screen.getvalue() + capsys.readouterr().out
    assert shown.count(LIVE) == 7
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_check_shows_a_hostile_reference_and_name_as_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "any.csv"
    head = "GSS code,Site Ref,Site Name,Planning Status,Capacity,2025/26"
    path.write_text(
        f"{head}\nE06000055,H/1:b,[b]Dairy[/b]{OBEYED.strip()}[/b],permissioned,50,20\n", encoding="utf-8"
    )
    assert main(["check", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "H/1:b" in shown
    assert all(character.isprintable() or character == "\n" for character in shown)
    path.write_text(f"{head}\nE06000055,,[b]Dairy[/b] [/i],permissioned,50,20\n", encoding="utf-8")
    main(["check", str(path)])
    assert "[b]Dairy[/b] [/i]" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", [LIVE, "a\\*b\\_c", "<img src=x> | `x` ~~y~~ #1", "![x](http://h/x.png)", "\\\\"]
)
def test_markdown_shows_a_text_as_it_stands(text: str) -> None:
    page = MarkdownIt("commonmark").enable("table").render(as_markdown(text))
    assert html.unescape(page) == f"<p>{text}</p>\n"
    assert of_markdown(as_markdown(text)) == text


def test_a_chat_and_a_spreadsheet_run_nothing() -> None:
    assert for_chat("![x](http://h/x) <!channel> \x1b[b]") == "![x] (http://h/x) ‹!channel›  [b]"
    for formula in ("=cmd()", "+1", "-1", "@x", "\t=1", "＝1", "\n=1"):
        assert for_spreadsheet(formula) == f"'{formula}"
    assert for_spreadsheet("Luton = 1") == "Luton = 1"


def test_what_dagster_shows_as_markdown_goes_through_the_border(root: Path) -> None:
    """Texts of check results and of `MetadataValue.md`, in the modules that make them."""
    made: set[str] = set()
    for path in (root / "pipelines").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"AssetCheckResult\(|MetadataValue\.md\(", text):
            made.add(path.name)
            assert "as_markdown(" in text, path
    assert made == {"table_checks.py", "trajectory_check.py", "source_age.py", "table_previews.py"}


def frame(**columns: object) -> pd.DataFrame:
    """One row, or as many as the values of a list."""
    whole = {name: values for name, values in columns.items() if isinstance(values, list)}
    return pd.DataFrame(whole, index=None if whole else [0]).assign(**columns)


def test_a_hostile_place_name_stands_in_the_summary_after_publishing(tmp_path: Path) -> None:
    name = "Luton[/b] :b [link=x]" + OBEYED
    where = {"place": "X", "scenario": "local_plan", "year": 2030}
    uncertain = {"principal": 2.0, "p10": 1.0, "p50": 2.0, "p90": 3.0}
    projections = (
        "placecast_2021_based_past_rate",
        "placecast_2021_based",
        "ons_2022_based",
        "ons_2018_based",
    )
    tables = {
        "population": frame(**where, **uncertain, place_name=name, sex="persons", age_band="all"),
        "households": frame(**where, **uncertain, measure="dwellings"),
        "demand": frame(**where, **uncertain, service="gp_appointments"),
        "estates": frame(**where, **uncertain, facility="general_acute_beds", measure="required"),
        "workforce": frame(**where, **uncertain, staff_group="all", measure="required_wte"),
        "housing_delivery": frame(**where, **uncertain, site_reference="all", phasing_basis="beyond_plan"),
        "projection_errors": frame(
            year=2024,
            place_name=name,
            projection=[*projections],
            error=1.0,
            error_percent=1.0,
            base_error=1.0,
            growth_error=0.0,
        ),
        "benchmarks": frame(
            place="X",
            year=2030,
            comparator=["ONS " + LIVE, "published: " + LIVE],
            measure="population",
            ours=1.0,
            theirs=1.0,
            difference_percent=0.0,
        ),
        "assumptions": frame(evidence_grade="A"),
        "services": frame(service=LIVE, status="off"),
    }
    release = tmp_path / "[i]r"
    release.mkdir()
    for table, rows in tables.items():
        rows.to_parquet(release / f"{table}.parquet")
    told = {"local_plan": "Adopted plans. " + LIVE, "trend": "Past migration continues"}
    (release / "manifest.json").write_text(json.dumps({"scenarios": told}))
    screen = io.StringIO()
    print_summary(Terminal(260, file=screen), release, verbose=True)
    shown = screen.getvalue()
    # Five of the long summary; on the end screen the area's own name stands as a place's.
    assert shown.count("Luton[/b] :b [link=x]") == 6
    assert shown.count(LIVE) == 4
    assert "1 – 3" in shown
    assert "not made" in shown
    assert "[i]r" in shown
    assert re.search(r"local_plan +│ Adopted plans\. .* │ +2 │", shown)
    assert re.search(r"trend +│ Past migration continues +│ result from the population │", shown)
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_a_refusal_and_a_path_are_shown_as_they_stand(tmp_path: Path) -> None:
    screen = io.StringIO()
    release = tmp_path / "[b]r"
    release.mkdir()
    (tmp_path / "current").symlink_to(release)
    assert _refuse(Terminal(200, file=screen), f"places.csv, row 2: found '{LIVE}'", tmp_path) == 1
    assert f"Not published. places.csv, row 2: found '{LIVE}'" in screen.getvalue()
    assert "[b]r" in screen.getvalue()
