"""What the first screen tells of an area's places."""

from __future__ import annotations

from assets.publication.report.first_screen import told_apart


def test_a_council_that_is_the_whole_area_is_not_told_twice() -> None:
    assert told_apart({"AREA": "Isles of Scilly", "E06000053": "Isles of Scilly"}, "AREA") == ["AREA"]


def test_councils_stand_after_the_area_as_a_whole() -> None:
    names = {"E06000002": "Middlesbrough", "E06000001": "Hartlepool", "AREA": "Both"}
    assert told_apart(names, "AREA") == ["AREA", "E06000001", "E06000002"]
