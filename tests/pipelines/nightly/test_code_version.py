"""The code version follows every file that can change a release, and no input."""

from __future__ import annotations

import pytest

from pipelines.nightly import code_version as module
from pipelines.nightly.code_version import code_version


def with_a_change(monkeypatch: pytest.MonkeyPatch, ending: str) -> str:
    original = module.Path.read_bytes

    def changed(path: object) -> bytes:
        content = original(path)  # type: ignore[arg-type]
        return content + b"#" if str(path).endswith(ending) else content

    with monkeypatch.context() as patched:
        patched.setattr(module.Path, "read_bytes", changed)
        return code_version()


@pytest.mark.parametrize(
    "ending", ["reconciliation.py", "report.js", "report.html.j2", "io_managers.py", "requirements.lock"]
)
def test_a_changed_file_of_the_project_changes_the_version(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    assert code_version() == code_version()
    assert with_a_change(monkeypatch, ending) != code_version()


def test_a_council_s_trajectory_is_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_a_change(monkeypatch, "luton.csv") == code_version()
