"""Names of trusts and practices as people write them, from names in capitals."""

from __future__ import annotations

import pytest

from assets.areas.hospital_inputs import name_in_words


@pytest.mark.parametrize(
    ("published", "written"),
    [
        (
            "BIRMINGHAM WOMEN'S AND CHILDREN'S NHS FOUNDATION TRUST",
            "Birmingham Women's and Children's NHS Foundation Trust",
        ),
        ("THE O'BRIEN PRACTICE", "The O'Brien Practice"),
        ("UNIVERSITY HOSPITALS OF STOKE-ON-TRENT", "University Hospitals of Stoke-On-Trent"),
        ("Luton and Dunstable", "Luton and Dunstable"),
    ],
)
def test_a_name_in_capitals_is_written_as_elsewhere(published: str, written: str) -> None:
    assert name_in_words(published) == written
