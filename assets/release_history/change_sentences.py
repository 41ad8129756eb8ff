"""A headline's change in a sentence: by how much, from what to what, and how much each cause contributed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from assets.publication.headlines import HEADLINES
from assets.release_history.change_causes import JOINT

_TITLES = {headline.name: headline.title for headline in HEADLINES}
_FEWEST_DIGITS = 10
"""Figures that change by less than this are written with a decimal."""


def total_sentence(
    row: Mapping[Any, Any],
    causes: Sequence[str],
    changes: np.ndarray,
    told: Mapping[str, str],
    same: str,
) -> str:
    """`General practice consulting rooms required in Northtown, 2035: +6.0 rooms, of which …`.

    row: headline, place_name, year, unit, current and change; changes: by cause; told: causes in words;
    same: why nothing changed, empty where something did.
    """
    change, current = float(row["change"]), float(row["current"])
    what = f"{_TITLES[str(row['headline'])]} in {row['place_name']}, {row['year']}"
    if np.isnan(change):
        reason = same or "new in this release"
        return f"{what}: {_number(current)} {row['unit']}; {reason}."
    digits = _digits(change)
    if _shown_as_nought(change, digits):
        moved = [cause for cause, part in zip(causes, changes, strict=True) if not _shown_as_nought(part, 1)]
        reason = same or (
            "the causes offset each other" if moved else f"{_listed(causes, told)} did not change it"
        )
        return f"{what}: {_number(current)} {row['unit']}, unchanged; {reason}."
    largest = sorted(zip(causes, changes, strict=True), key=lambda pair: -abs(pair[1]))
    shown = [(cause, part) for cause, part in largest if not _shown_as_nought(part, digits)]
    ends = f"from {_number(current - change)} to {_number(current)}"
    whole = f"{what}: {_signed(change, digits)} {row['unit']}, {ends}"
    if len(shown) == 1:
        return f"{whole}, all of it from {_named(shown[0][0], told)}."
    parts = ", ".join(f"{_signed(part, digits)} {_named(cause, told)}" for cause, part in shown)
    return f"{whole}, of which {parts}."


def cause_sentences(rows: pd.DataFrame, told: Mapping[str, str]) -> list[str]:
    """A sentence a row: what its cause did to the headline."""
    return [
        f"{_sentence_start(_named(row['cause'], told))} "
        + (
            "did not change it."
            if _shown_as_nought(row["change"], _digits(row["change"]))
            else f"changed it by {_signed(row['change'], _digits(row['change']))} {row['unit']}."
        )
        for row in rows.to_dict("records")
    ]


def _named(cause: str, told: Mapping[str, str]) -> str:
    return " with ".join(told.get(part, part) for part in cause.split(JOINT))


def _sentence_start(text: str) -> str:
    return text[0].upper() + text[1:] if text.startswith(("the ", "new ")) else text


def _listed(causes: Sequence[str], told: Mapping[str, str]) -> str:
    names = [_named(cause, told) for cause in causes]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _digits(change: float) -> int:
    return 1 if abs(change) < _FEWEST_DIGITS else 0


def _shown_as_nought(change: float, digits: int) -> bool:
    return float(f"{change:.{digits}f}") == 0.0


def _signed(change: float, digits: int) -> str:
    return f"{change:+,.{digits}f}".replace("-", "−")


def _number(value: float) -> str:
    return f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"
