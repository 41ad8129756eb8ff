"""A headline that jumps stops a release, unless somebody has accepted it by name and in time."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from assets.publication.headlines import HEADLINES
from assets.publication.last_release import audit_against_last

LUTON, SYSTEM = "E06000032", "E54000024"
TODAY = date(2026, 11, 22)
NAMES = {LUTON: "Luton", SYSTEM: "the system"}


def headlines(people: float, headline: str = "population") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"headline": headline, "place": LUTON, "year": 2035, "principal": people},
            {"headline": headline, "place": SYSTEM, "year": 2035, "principal": 1_200_000.0},
        ]
    )


def bounds() -> pd.DataFrame:
    return pd.DataFrame(
        [{"headline": h.name, "most_percent": 3.0, "most_absolute": 500.0, "note": ""} for h in HEADLINES]
    )


def acceptances(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"accepted": h, "place": p, "until": until, "accepted_by": "A. Planner", "reason": "census"}
            for h, p, until in rows
        ],
        columns=["accepted", "place", "until", "accepted_by", "reason"],
        dtype="str",
    )


def audited(now: float, *accepted: tuple[str, str, str]) -> list[str]:
    previous = {"headlines": headlines(250_000.0).to_dict("records")}
    return audit_against_last(headlines(now), previous, bounds(), acceptances(*accepted), NAMES, TODAY)


def test_a_headline_within_its_bounds_passes() -> None:
    assert audited(257_000.0) == []


def test_a_headline_beyond_its_bounds_is_named_with_both_figures_and_the_way_out() -> None:
    (sentence,) = audited(300_000.0)
    for words in ("People in Luton, 2035", "300,000", "250,000", "3 %", "release_acceptances.csv"):
        assert words in sentence


def test_a_named_acceptance_lets_it_pass_until_its_day_and_for_its_place_alone() -> None:
    assert audited(300_000.0, ("population", LUTON, "2026-11-22")) == []
    assert len(audited(300_000.0, ("population", LUTON, "2026-11-21"))) == 1
    assert len(audited(300_000.0, ("population", SYSTEM, "2027-01-01"))) == 1
    assert len(audited(300_000.0, ("homes", LUTON, "2027-01-01"))) == 1


def test_a_small_number_may_double() -> None:
    previous = {"headlines": headlines(10.0).to_dict("records")}
    assert audit_against_last(headlines(20.0), previous, bounds(), acceptances(), NAMES, TODAY) == []


def test_the_first_release_is_held_to_no_other() -> None:
    assert audit_against_last(headlines(1.0), None, bounds(), acceptances(), NAMES, TODAY) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("popluation", LUTON, "2027-01-01"), "popluation"),
        (("population", LUTON, "next week"), "next week"),
    ],
)
def test_an_acceptance_that_names_nothing_is_not_passed_over(row: tuple[str, str, str], words: str) -> None:
    (sentence,) = audited(250_000.0, row)
    assert words in sentence
