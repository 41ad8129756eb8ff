"""The real audit program against a database of our own that knows of a flaw, of none, or is not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.operations import dependency_audit

FLAWED = "jinja2"


class Database(BaseHTTPRequestHandler):
    """Answers as osv.dev does: one flaw of one package, mended in a later version."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        flaw = {
            "id": "PYSEC-2026-1",
            "summary": "a flaw",
            "affected": [
                {
                    "package": {"name": name, "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
                }
            ],
        }
        body = json.dumps({"vulns": [flaw]} if name == FLAWED else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


def lock(folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    path = folder / "requirements.lock"
    path.write_text("".join(f"{name}==1.0 --hash=sha256:{'0' * 64}\n" for name in names))
    monkeypatch.setattr(dependency_audit, "_LOCK", path)


def test_a_flaw_the_database_knows_of_fails_lint(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", database)
    lock(tmp_path, monkeypatch, "sound", FLAWED)
    assert dependency_audit.main() == 1
    screen = capsys.readouterr().out
    assert f"{FLAWED} 1.0: PYSEC-2026-1, mended in 99.0" in screen
    assert "audit: 2 packages, 1 known vulnerabilities" in screen


def test_packages_without_a_flaw_pass(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", database)
    lock(tmp_path, monkeypatch, "sound")
    assert dependency_audit.main() == 0
    assert "audit: 1 packages, 0 known vulnerabilities" in capsys.readouterr().out


def test_without_a_database_lint_passes_and_says_that_nothing_was_asked(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://127.0.0.1:9/v1/query")
    lock(tmp_path, monkeypatch, FLAWED)
    assert dependency_audit.main() == 0
    assert "audit: not done, the database of vulnerabilities gave no answer" in capsys.readouterr().out
