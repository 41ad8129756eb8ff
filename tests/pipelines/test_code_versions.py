"""A code version follows the code an asset reaches, and nothing else."""

from __future__ import annotations

import pytest

from pipelines import code_versions
from pipelines.code_versions import code_version, project_version


def test_the_version_of_a_module_covers_what_it_imports() -> None:
    reached = {path.name for path in code_versions._reached("assets.publication.audit")}
    assert {"audit.py", "reconciliation.py", "declaration.py"} <= reached
    assert "forecast.py" not in reached


def test_versions_repeat_and_differ_between_modules() -> None:
    assert code_version("assets.inputs") == code_version("assets.inputs")
    assert code_version("assets.inputs") != code_version("assets.publication.release")
    assert len(project_version()) == 12


def test_a_change_in_an_imported_model_changes_the_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    before = code_version("assets.publication.audit")
    original = code_versions.Path.read_bytes

    def changed(path: object) -> bytes:
        content = original(path)  # type: ignore[arg-type]
        return content + b"#" if str(path).endswith("reconciliation.py") else content

    monkeypatch.setattr(code_versions.Path, "read_bytes", changed)
    assert code_version("assets.publication.audit") != before
