"""The web interface in a real browser: its own pages work, and no other may change or frame it."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dagster as dg
import pytest
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.webserver import DagsterWebserver
from starlette.applications import Starlette

from pipelines.__main__ import main
from pipelines.operations.web_guard import GuardedWebserver, allowed_hosts, login_token
from tests.conftest import ROOT

TOKEN = "a-token-of-the-readers"
MUTATION = 'mutation { setConcurrencyLimit(concurrencyKey: "%s", limit: 1) }'
START = """mutation { startSchedule(scheduleSelector: {
  repositoryLocationName: "pipelines.definitions", repositoryName: "__repository__", scheduleName: "nightly"
}) { __typename } }"""
ASK = (
    "query => fetch('/graphql', {method: 'POST', headers: {'Content-Type': 'application/json'},"
    " body: JSON.stringify({query})}).then(answer => answer.json())"
)
ATTACKS = """
const base = %s, mutation = key => encodeURIComponent(%s.replace('%%s', key));
const quiet = promise => promise.then(() => 'sent', () => 'refused');
async function attack() {
  await quiet(fetch(`${base}/graphql?query=${mutation('get')}`, {mode: 'no-cors'}));
  await quiet(fetch(`${base}/graphql?query=${mutation('post')}`,
    {mode: 'no-cors', method: 'POST', body: 'x'}));
  await quiet(fetch(`${base}/graphql`, {method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({query: decodeURIComponent(mutation('json'))})}));
  await quiet(fetch(`${base}/report_asset_materialization/made_up`, {mode: 'no-cors', method: 'POST'}));
  await new Promise(done => {
    const image = new Image(); image.onload = image.onerror = done;
    image.src = `${base}/graphql?query=${mutation('image')}`; });
  await new Promise(done => {
    const form = document.createElement('form'); form.method = 'post'; form.target = 'sink';
    form.action = `${base}/graphql?query=${mutation('form')}`;
    document.body.append(form); document.getElementById('sink').onload = done; form.submit(); });
  const opened = window.open(`${base}/graphql?query=${mutation('link')}`);
  const socket = await new Promise(done => {
    const one = new WebSocket(base.replace('http', 'ws') + '/graphql', 'graphql-ws');
    one.onopen = () => done('open'); one.onerror = () => done('refused'); });
  return {socket};
}
"""


@dataclass
class Served:
    """A web interface that answers on loopback, and the history it shows."""

    port: int
    instance: dg.DagsterInstance

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """The status and the text of an answer to a program that is no browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")

    def changed(self) -> set[str]:
        """What reached the history: limits by their key, and assets reported as made."""
        log = self.instance.event_log_storage
        return {*log.get_concurrency_keys(), *(key.to_user_string() for key in log.all_asset_keys())}


@contextmanager
def running(app: Starlette) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


@contextmanager
def serving(
    folder: Path, *, bare: bool = False, token: str = "", read_only: bool = False
) -> Iterator[Served]:
    """An empty workspace under the guard, or bare as Dagster has it."""
    quiet = {"telemetry": {"enabled": False}}
    with dg.DagsterInstance.local_temp(str(folder), overrides=quiet) as instance:
        target = WorkspaceFileTarget([])
        with WorkspaceProcessContext(instance, target, read_only=read_only) as context:
            web = DagsterWebserver(context) if bare else GuardedWebserver(context, allowed_hosts({}), token)
            with running(web.create_asgi_app()) as port:
                yield Served(port, instance)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("guarded")) as served:
        yield served


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Another origin on this machine, whose page attacks the address after its `?`."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = self.path.partition("?")[2]
            script = ATTACKS % (json.dumps(base), json.dumps(MUTATION))
            frames = f"<iframe name=sink id=sink></iframe><iframe id=ui src={base}/server_info></iframe>"
            body = f"<!doctype html>{frames}<script>{script}</script>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def attacked(browser: Any, elsewhere: str, served: Served) -> tuple[str, bool]:
    """What the page's websocket came to, and whether the interface was shown in its frame."""
    page = browser.new_page()
    page.goto(f"{elsewhere}?{served.address}")
    with page.context.expect_page() as opened:
        found = page.evaluate("attack()")
    opened.value.wait_for_load_state()
    framed = page.frame_locator("#ui").locator("body").inner_text(timeout=10_000)
    page.context.close()
    return found["socket"], "dagster_version" in framed


def test_a_page_from_elsewhere_changes_and_frames_nothing(
    browser: Any, elsewhere: str, guarded: Served
) -> None:
    assert attacked(browser, elsewhere, guarded) == ("refused", False)
    assert guarded.changed() == set()


def test_without_the_guard_the_same_page_does_what_it_likes(
    browser: Any, elsewhere: str, tmp_path: Path
) -> None:
    with serving(tmp_path, bare=True) as bare:
        assert attacked(browser, elsewhere, bare) == ("open", True)
        assert bare.changed() == {"get", "post", "image", "form", "made_up"}


def test_the_interfaces_own_pages_work(browser: Any, guarded: Served) -> None:
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
    with page.expect_websocket() as opened:
        page.goto(guarded.address + "/runs")
    frame = opened.value.wait_for_event("framereceived")
    assert "connection_ack" in str(frame)
    page.get_by_text("No runs found").wait_for(timeout=30_000)
    answer = page.evaluate(ASK, MUTATION % "own")
    assert answer["data"] == {"setConcurrencyLimit": True}
    assert "own" in guarded.changed()
    guarded.instance.event_log_storage.delete_concurrency_limit("own")
    assert wrong == []
    page.close()


def test_nothing_is_loaded_from_elsewhere_and_no_one_may_frame_it(guarded: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", guarded.port, timeout=30)
    for path in ("/", "/graphql", "/server_info"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        policies = " ".join(answer.headers.get_all("Content-Security-Policy") or [])
        assert "frame-ancestors 'none'" in policies, path
        assert "default-src 'self'" in policies, path
        assert "http:" not in policies.partition("default-src")[2], path


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:3000"}, 200),
        ({"Host": "rebound.example.org"}, 400),
        ({"Host": "127.0.0.1.example.org"}, 400),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "http://localhost:3000", "Host": "localhost:3000"}, 200),
        ({"Origin": "http://[::1]:3000", "Host": "[::1]:3000"}, 200),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}, 200),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
    ],
)
def test_host_and_origin_are_checked(guarded: Served, headers: dict[str, str], status: int) -> None:
    assert guarded.ask("GET", "/server_info", **headers)[0] == status


@pytest.mark.parametrize(
    ("method", "kind"), [("GET", "application/json"), ("POST", "text/plain"), ("POST", "application/graphql")]
)
def test_graphql_is_taken_as_a_post_of_json_only(guarded: Served, method: str, kind: str) -> None:
    path = f"/graphql?query={quote(MUTATION % 'x')}"
    status, _ = guarded.ask(method, path, None if method == "GET" else MUTATION % "x", Content_Type=kind)
    assert status == 405
    assert "x" not in guarded.changed()
    body = json.dumps({"query": "{ __typename }"})
    assert guarded.ask("POST", "/graphql", body, Content_Type="application/json; charset=utf-8")[0] == 200


def test_readers_with_a_login_see_everything_and_change_nothing(tmp_path: Path) -> None:
    def login(password: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()}

    with serving(tmp_path, token=TOKEN, read_only=True) as served:
        for path in ("/", "/graphql", "/server_info", "/logs/x"):
            assert served.ask("GET", path)[0] == 401, path
        for wrong in (login("another"), login(""), {"Authorization": "Basic ="}):
            assert served.ask("GET", "/server_info", **wrong)[0] == 401
        assert served.ask("GET", "/server_info", Authorization=f"Bearer {TOKEN}")[0] == 401
        reader = login(TOKEN)
        assert served.ask("GET", "/runs", **reader)[0] == 200
        body = json.dumps({"query": MUTATION % "x"})
        _, answer = served.ask("POST", "/graphql", body, Content_Type="application/json", **reader)
        assert "UnauthorizedError" in answer
        assert served.ask("POST", "/report_asset_materialization/made_up", **reader)[0] == 401
        assert served.changed() == set()


def test_the_token_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    assert login_token({}) == ""
    assert login_token({"PLACECAST_UI_TOKEN": TOKEN}) == TOKEN
    assert login_token({"PLACECAST_UI_TOKEN_FILE": str(file)}) == TOKEN
    with pytest.raises(ValueError, match="PLACECAST_UI_TOKEN: found 5 characters"):
        login_token({"PLACECAST_UI_TOKEN": "short"})
    file.write_text("")
    with pytest.raises(ValueError, match="PLACECAST_UI_TOKEN_FILE: found 0"):
        login_token({"PLACECAST_UI_TOKEN_FILE": str(file)})
    with pytest.raises(ValueError, match=r"PLACECAST_UI_TOKEN_FILE: .*missing cannot be read"):
        login_token({"PLACECAST_UI_TOKEN_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (["--host", "0.0.0.0"], {}, "--host 0.0.0.0 is reached from other machines: set PLACECAST_UI_TOKEN"),
        ([], {"PLACECAST_UI_TOKEN": "short"}, "PLACECAST_UI_TOKEN: found 5 characters"),
        ([], {"DAGSTER_HOME": ""}, "DAGSTER_HOME names no folder"),
        ([], {}, "Address already in use"),
    ],
)
def test_it_says_why_it_does_not_start(
    arguments: list[str],
    settings: dict[str, str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {"DAGSTER_HOME": str(tmp_path), "PLACECAST_UI_TOKEN": "", **settings}.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["ui", "--port", str(taken.getsockname()[1]), *arguments]) == 1
    assert f"The web interface did not start. {words}" in capsys.readouterr().err.replace("[Errno 98] ", "")


def test_a_proxys_name_is_allowed_by_the_address_that_people_use() -> None:
    assert allowed_hosts({}) == ["127.0.0.1", "[::1]", "localhost"]
    address = {"PLACECAST_UI_ADDRESS": "https://Placecast.Example.nhs.uk/"}
    assert "placecast.example.nhs.uk" in allowed_hosts(address)


@pytest.mark.long
def test_make_uis_command_keeps_a_schedule_off_for_pages_from_elsewhere_and_ends_whole(
    browser: Any, tmp_path: Path
) -> None:
    """The command of `make ui` over the real code location, with the daemon beside it."""
    shutil.copy(ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(tmp_path),
        "PLACECAST_OUTPUTS": str(tmp_path / "outputs"),
    }
    command = [sys.executable, "-m", "pipelines", "ui", "--daemon", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
                served = Served(port, instance)
                _wait(lambda: served.ask("GET", "/server_info")[0] == 200)
                _wait(lambda: bool(instance.get_daemon_heartbeats()))
                page = browser.new_page()
                page.goto(served.address + "/automation")
                page.get_by_text("nightly").first.wait_for(timeout=60_000)
                assert served.ask("GET", f"/graphql?query={quote(START)}")[0] == 405
                assert (
                    served.ask("POST", f"/graphql?query={quote(START)}", Origin="http://localhost:1")[0]
                    == 403
                )
                assert _running(instance) == set()
                answer = page.evaluate(ASK, START)
                assert answer["data"]["startSchedule"]["__typename"] == "ScheduleStateResult"
                assert _running(instance) == {"nightly"}
                page.close()
        finally:
            [daemon] = _children(process.pid, "dagster._daemon")
            process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0
    assert not Path(f"/proc/{daemon}").exists()


def _wait(until: Callable[[], bool]) -> None:
    for _ in range(240):
        with suppress(OSError):
            if until():
                return
        time.sleep(0.5)
    raise AssertionError("not within two minutes")


def _running(instance: dg.DagsterInstance) -> set[str]:
    return {
        s.name for s in instance.all_instigator_state() if s.status.value == "RUNNING" and s.name == "nightly"
    }


def _children(parent: int, words: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and words in (folder / "cmdline").read_text():
                found.append(int(folder.name))
    return found
