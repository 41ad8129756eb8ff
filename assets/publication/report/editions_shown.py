"""How far one edition moved the last one's figures, for the page of accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

_MEASURES = {
    "population": "All people",
    "population_65_plus": "65 and over",
    "population_85_plus": "85 and over",
    "five_year_ages": "Five-year ages, mean",
}
_UNSIGNED = "five_year_ages"
_YEARS_AHEAD = (1, 5, 10, 20)


def editions(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """A block on this release and the one before, and one on projections from two origins."""
    blocks = []
    if "edition_stability" in tables and len(tables["edition_stability"]):
        blocks.append(_of_this_release(tables["edition_stability"]))
    if "edition_movements" in tables and len(tables["edition_movements"]):
        blocks.append(_of_origins(tables["edition_movements"]))
    return blocks


def _of_this_release(frame: pd.DataFrame) -> dict[str, Any]:
    compared = frame[frame["movement_percent"].notna()]
    shown = compared[compared["horizon"].isin(_YEARS_AHEAD)]
    wide = shown.pivot_table(
        index=["place_name", "horizon", "year"], columns="measure", values="movement_percent", sort=False
    )
    says = (
        "People of this release in percent of those that the release before projected for the same year. The "
        "years ahead are counted from the last estimates that it knew. A movement is no error: what came is "
        "not known yet. "
    )
    if compared.empty:
        says += f"Nothing is compared here: {frame['previous_release'].iloc[0]}."
    else:
        says += f"The release before is {compared['previous_release'].iloc[0]}."
    rows = [
        [str(row["place_name"]), str(row["horizon"]), str(row["year"]), *_movements(row)]
        for row in wide.reset_index().to_dict("records")
    ]
    return _block(
        "How far this release moved the last one's figures",
        says,
        ["Place", "Years ahead", "Year", *_MEASURES.values()],
        rows,
    )


def _movements(row: Mapping[Any, Any]) -> list[str]:
    """Movements with their sign; a mean of ages has none."""
    signed = [_signed(row.get(measure)) for measure in _MEASURES if measure != _UNSIGNED]
    return [*signed, _plain(row.get(_UNSIGNED))]


def _of_origins(frame: pd.DataFrame) -> dict[str, Any]:
    headings = ["From", "Then from", "Year", "Of", "Half moved less than, %", "Nine of ten, %"]
    rows = [
        [
            str(row["first_origin"]),
            str(row["second_origin"]),
            str(row["target_year"]),
            _MEASURES[row["measure"]],
            *(
                _plain(row[name])
                for name in ("median_movement", "p90_movement", "first_error", "second_error")
            ),
        ]
        for row in frame.to_dict("records")
    ]
    return _block(
        "How far a later origin moved an earlier one's figures",
        "The same years projected from two origins on authorities of England: the movement between the two, "
        "and the median error of each where the year is known by now. Movements larger than errors would be "
        "unrest without gain.",
        [*headings, "Error of the first, %", "Error of the second, %"],
        rows,
    )


def _block(title: str, says: str, headings: list[str], rows: list[list[str]]) -> dict[str, Any]:
    return {
        "title": title,
        "says": says,
        "open": False,
        "points": [],
        "headings": [{"words": words, "number": words not in ("Place", "Of")} for words in headings],
        "rows": rows,
    }


def _signed(value: Any) -> str:
    if value is None or pd.isna(value):
        return "not available"
    return f"{value:+.1f}".replace("-", "−") if abs(value) >= 0.05 else "0.0"


def _plain(value: Any) -> str:
    return "not available" if value is None or pd.isna(value) else f"{value:.1f}"
