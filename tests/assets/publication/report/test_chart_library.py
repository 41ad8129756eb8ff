"""The report's chart library is taken from the cache while it is whole, and put together anew where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.publication.report.chart_library import chart_library, kept_at

SCRIPT = "window.vegaEmbed = () => 'Größe\\r\\n';\r\n// end\n"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry each time the script was put together."""
    import vl_convert

    calls: list[int] = []

    def javascript_bundle(snippet: str | None) -> str:
        calls.append(1)
        return SCRIPT

    monkeypatch.setattr(vl_convert, "javascript_bundle", javascript_bundle)
    return calls


def test_it_is_put_together_once(tmp_path: Path, made: list[int]) -> None:
    assert [chart_library(tmp_path) for _ in range(3)] == [SCRIPT] * 3
    assert len(made) == 1
    assert [path.name for path in (tmp_path / "fits").iterdir()] == [kept_at(tmp_path).name]


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_one_that_was_cut_off_is_made_anew(tmp_path: Path, made: list[int], part: float) -> None:
    chart_library(tmp_path)
    whole = kept_at(tmp_path).read_bytes()
    kept_at(tmp_path).write_bytes(whole[: int(len(whole) * part)])
    assert chart_library(tmp_path) == SCRIPT
    assert len(made) == 2
    assert kept_at(tmp_path).read_bytes() == whole


@pytest.mark.parametrize("content", [SCRIPT.encode(), b"// sha256 abc\nwindow", b"\xff\xfe"])
def test_one_without_its_digest_is_made_anew(tmp_path: Path, made: list[int], content: bytes) -> None:
    kept_at(tmp_path).parent.mkdir()
    kept_at(tmp_path).write_bytes(content)
    assert chart_library(tmp_path) == SCRIPT
    assert len(made) == 1
