"""Names that a terminal, Markdown, HTML or a spreadsheet would obey, from the inputs to every reader."""

from __future__ import annotations

import csv
import io
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import dagster as dg
import pytest
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.webserver import DagsterWebserver

from housing_trajectories.terminal import Terminal
from pipelines.__main__ import main
from pipelines.commands import forecast
from tests.conftest import ROOT
from tests.journeys.opened.test_web_interface import running
from tests.journeys.report_page import Page
from tests.journeys.running import DRAWS, Run
from tests.shipped import DATA

pytestmark = pytest.mark.long

LUTON, SYSTEM, SITE = "E06000032", "E54000024", "CB-NLUT"
ESCAPES = "\x1b[31m\x9b2J\u202e"


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """An address that no reader may load anything from, and what was loaded from it."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def names(asked: tuple[str, list[str]]) -> dict[str, str]:
    """The place's, the system's and a site's names."""
    address = asked[0]
    return {
        LUTON: f"Luton[/b] :b: {ESCAPES}![x]({address}/place.png) <img src={address}/tag.png>",
        SYSTEM: f'=HYPERLINK("{address}","pay") [a](javascript:alert(2)) | ![x]({address}/system.png)',
        SITE: "=cmd()[/b]<script>alert(3)</script>",
    }


@pytest.fixture(scope="module")
def run(names: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run on inputs with these names, whose history a web interface shows."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(DATA, folder / "data")
    shutil.copytree(ROOT / "housing_trajectories" / "blmk", folder / "trajectories")
    places = {code: names[code] for code in (LUTON, SYSTEM)}
    rename(folder / "data" / "places.csv", "place", "place_name", places)
    site = {SITE: names[SITE]}
    rename(folder / "trajectories" / "central_bedfordshire.csv", "site_reference", "site_name", site)
    (folder / "dagster").mkdir()
    shutil.copy(ROOT / "dagster.yaml", folder / "dagster" / "dagster.yaml")
    screen = io.StringIO()
    outputs = folder / "outputs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(folder / "dagster"))
        patch.setattr(forecast, "Terminal", lambda **_: Terminal(160, file=screen, soft_wrap=True))
        folders = ["--data", str(folder / "data"), "--trajectories", str(folder / "trajectories")]
        code = main(["forecast", "--outputs", str(outputs), "--draws", str(DRAWS), *folders])
        yield Run(code, screen.getvalue(), outputs)


def rename(path: Path, key: str, column: str, new: dict[str, str]) -> None:
    """Other names in a table, its other cells as they are."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or ())
    assert set(new) <= {row[key] for row in rows}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({**row, column: new.get(row[key], row[column])} for row in rows)


def shown(screen: str) -> bool:
    """Whether a terminal obeys nothing in it."""
    return all(character.isprintable() or character == "\n" for character in screen)


def test_the_run_is_published_and_its_summary_shows_the_names_as_they_stand(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.exit_code == 0, run.screen
    assert "Luton[/b] :b:" in run.screen
    assert shown(run.screen)
    for command in (
        ["summary"],
        ["releases", "list"],
        ["ages", "--from", "18", "--to", "24", "--place", LUTON],
        ["contribution", SITE, "--data", str(run.outputs.parent / "data")],
    ):
        assert main([*command, "--outputs", str(run.outputs)]) == 0, command
        assert shown(capsys.readouterr().out), command


def test_the_report_and_a_statement_load_and_run_nothing(
    run: Run, browser: Any, names: dict[str, str], asked: tuple[str, list[str]]
) -> None:
    main(["contribution", SITE, "--data", str(run.outputs.parent / "data"), "--outputs", str(run.outputs)])
    opened = Page(browser, run.outputs / "current")
    for place in (LUTON, SYSTEM):
        opened.choose("place", place)
        opened.page.mouse.wheel(0, 20_000)
    assert "<img src=" in opened.page.inner_text("body")
    [statement] = (run.outputs / "contributions").rglob("*.html")
    opened.page.goto(statement.as_uri())
    assert "script" in opened.page.inner_text("body")
    assert opened.page.locator("body script").count() == 0
    assert {address.partition(":")[0] for address in opened.asked} <= {"file", "data", "blob"}
    assert (opened.wrong, asked[1]) == ([], [])
    opened.page.close()


def test_a_spreadsheet_runs_nothing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    release = run.outputs / "current"
    with ZipFile(release / "workbook.xlsx") as book:
        assert "=HYPERLINK(" in book.read("xl/sharedStrings.xml").decode()
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                text = book.read(name).decode()
                assert not re.search("<f[ >]", text), name
                assert "TargetMode" not in text, name
    for path in release.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            live = [cell for row in csv.reader(file) for cell in row if re.match("[=@]|[+-][^0-9]", cell)]
        assert live == [], path.name
    arguments = ["ages", "--from", "18", "--to", "24", "--csv", "--place", SYSTEM]
    assert main([*arguments, "--outputs", str(run.outputs)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["place_name"].startswith("'=HYPERLINK(")


def test_the_web_interfaces_markdown_loads_and_links_nothing(
    run: Run, browser: Any, asked: tuple[str, list[str]]
) -> None:
    """Dagster's own server, without the guard, whose policy would hide what is not escaped."""
    with dg.DagsterInstance.from_config(str(run.outputs.parent / "dagster")) as instance:
        made = instance.get_runs()
        assert [each.status.value for each in made] == ["SUCCESS"]
        target = WorkspaceFileTarget([str(ROOT / "workspace.yaml")])
        with (
            WorkspaceProcessContext(instance, target) as context,
            running(DagsterWebserver(context).create_asgi_app()) as port,
        ):
            page = browser.new_page(viewport={"width": 1600, "height": 1200})
            for asset in ("population", "households", "demand"):
                page.goto(f"http://127.0.0.1:{port}/assets/{asset}")
                page.get_by_text("key totals").first.wait_for(timeout=60_000)
                page.wait_for_timeout(1000)
                links = page.eval_on_selector_all("a", "all => all.map(one => [one.textContent, one.href])")
                assert not [
                    link for link in links if link[0] == "a" or link[1].startswith("javascript:alert")
                ]
            page.goto(f"http://127.0.0.1:{port}/assets/population?view=checks&checkDetail=as_declared")
            page.get_by_text("as declared").first.wait_for(timeout=60_000)
            page.close()
    assert asked[1] == []
