"""The code version follows every file that can change a release, and no input."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.nightly.code_version import code_version


def with_a_change(monkeypatch: pytest.MonkeyPatch, ending: str) -> str:
    original = Path.read_bytes

    def changed(path: object) -> bytes:
        content = original(path)  # type: ignore[arg-type]
        return content + b"#" if str(path).endswith(ending) else content

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", changed)
        return code_version()


@pytest.mark.parametrize(
    "ending",
    [
        "reconciliation.py",
        "reading.js",
        "report.html.j2",
        "io_managers.py",
        "columns.yaml",
        "requirements.lock",
    ],
)
def test_a_changed_file_of_the_project_changes_the_version(
    monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    assert code_version() == code_version()
    assert with_a_change(monkeypatch, ending) != code_version()


def test_a_council_s_trajectory_is_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_a_change(monkeypatch, "luton.csv") == code_version()


def test_how_a_council_s_file_is_read_is_no_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pipelines.nightly.code_version.ROOT", tmp_path)
    folder = tmp_path / "housing_trajectories" / "blmk"
    folder.mkdir(parents=True)
    before = code_version()
    (folder / "luton.csv.reading.yaml").write_text("years: 2021-2040\n", encoding="utf-8")
    assert code_version() == before
    (folder.parent / "words.yaml").write_text("name: site\n", encoding="utf-8")
    assert code_version() != before
