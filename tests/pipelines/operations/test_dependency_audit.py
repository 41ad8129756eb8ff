"""A known vulnerability fails lint; a database that cannot be reached is said and does not."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from pipelines.operations import dependency_audit

FOUND: dict[str, Any] = {
    "dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {
            "name": "leaky",
            "version": "2.0",
            "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"]}],
        },
    ]
}


def test_a_vulnerability_fails_and_says_which_version_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert dependency_audit.judge(FOUND) == 1
    assert "leaky 2.0: PYSEC-1, mended in 2.1" in capsys.readouterr().out


def test_one_that_was_accepted_is_still_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dependency_audit, "ACCEPTED", {"CVE-1": "not called by us"})
    assert dependency_audit.judge(FOUND) == 0
    assert "not called by us" in capsys.readouterr().out


def test_without_a_network_it_is_said_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unreached = subprocess.CompletedProcess([], 1, stdout="", stderr="ConnectionError: no route to host")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: unreached)
    assert dependency_audit.main() == 0
    assert "gave no answer (ConnectionError" in capsys.readouterr().out


def test_a_database_that_answers_for_no_package_is_no_clean_bill(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"dependencies": [{"name": "sound", "skip_reason": "503 from the database"}]}
    assert dependency_audit.judge(answer) == 0
    assert "not done" in capsys.readouterr().out
