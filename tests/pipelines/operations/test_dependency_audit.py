"""`make audit` against a database of our own that knows of a flaw, of none, or is not there."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT

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


def audit(folder: Path, address: str, *names: str, **given: str) -> subprocess.CompletedProcess[str]:
    """`make audit` of a lock that names these packages."""
    path = folder / "requirements.lock"
    path.write_text("".join(f"{name}==1.0 --hash=sha256:{'0' * 64}\n" for name in names))
    return subprocess.run(
        ["make", "--no-print-directory", "-o", ".venv/.ready", "audit", f"LOCK={path}"]
        + [f"{name}={value}" for name, value in given.items()],
        cwd=ROOT,
        env={**os.environ, "PIP_AUDIT_OSV_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_flaw_the_database_knows_of_fails_and_says_which_version_mends_it(
    database: str, tmp_path: Path
) -> None:
    found = audit(tmp_path, database, "sound", FLAWED)
    assert found.returncode != 0
    assert [FLAWED, "1.0", "PYSEC-2026-1", "99.0"] in [line.split() for line in found.stdout.splitlines()]


def test_one_that_was_accepted_passes(database: str, tmp_path: Path) -> None:
    found = audit(tmp_path, database, FLAWED, AUDIT_ARGS="--ignore-vuln PYSEC-2026-1")
    assert found.returncode == 0, found.stderr


def test_packages_without_a_flaw_pass(database: str, tmp_path: Path) -> None:
    found = audit(tmp_path, database, "sound")
    assert found.returncode == 0
    assert "No known vulnerabilities found" in found.stderr
    assert "NOT DONE" not in found.stderr


def test_a_database_that_knows_no_package_is_no_clean_bill(database: str, tmp_path: Path) -> None:
    """As a mirror of the packages' registry without its vulnerabilities answers."""
    line = "jinja2 Dependency not found on PyPI and could not be audited: jinja2 (1.0)"
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done; echo "{line}" > "$2"\n')
    program.chmod(0o755)
    found = audit(tmp_path, database, FLAWED, BIN=str(tmp_path))
    assert found.returncode == 0
    assert "audit: NOT DONE, the database of vulnerabilities does not know 1 packages" in found.stderr
    assert loud(found.stderr)


def test_without_a_database_it_passes_and_says_that_nothing_was_asked(database: str, tmp_path: Path) -> None:
    found = audit(tmp_path, "http://127.0.0.1:9/v1/query", FLAWED)
    assert found.returncode == 0
    assert "audit: NOT DONE, the database of vulnerabilities gave no answer" in found.stderr
    assert loud(found.stderr)


@pytest.mark.parametrize("lint", [0, 1])
def test_ci_says_once_more_at_its_end_that_nothing_was_asked_and_stops_at_a_flaw(
    tmp_path: Path, lint: int
) -> None:
    """The real .ci/run, with a make that does nothing but what `make lint` would say."""
    for name in ("chromium", "soffice", "pg_ctlcluster", "pdftoppm"):
        (tmp_path / name).symlink_to("/bin/true")
    words = "audit: NOT DONE, the database of vulnerabilities gave no answer"
    make = tmp_path / "make"
    make.write_text(
        f'#!/bin/sh\nif [ "$1" = lint ]; then echo "{words}" >&2; exit {lint}; fi; echo "900 passed"\n'
    )
    make.chmod(0o755)
    run = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == lint
    assert run.stderr.strip().splitlines()[-1] == words
    assert ("900 passed" in run.stdout) == (lint == 0)


def loud(screen: str) -> bool:
    """Whether it stands between two lines that nobody overlooks."""
    lines = screen.strip().splitlines()
    return lines[-4] == lines[-1] == "*" * 98
