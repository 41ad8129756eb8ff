"""Backtests on authorities of England for the page of accuracy: a table a horizon, and intervals in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from models.evaluation.backtest_measures import AREAS, METHODS, POOLED

_OWN = METHODS[0]
_HOMES = {"past_rate": "past rate", "known": "recorded"}
_RIVALS = {
    "no_change": "no change",
    "constant_people_per_dwelling": "constant people a home",
    "linear_trend": "linear trend",
    "exponential_trend_shrunk": "own growth halved towards the region's",
    "hamilton_perry": "past cohort changes",
}
_ERRORS = (
    ("All people", ("medape",)),
    ("Five-year ages", ("age_median", "age_sex_median")),
    ("65 and over", ("mape_65_plus",)),
)
"""Headings, and the measures of which the first there is stands under them."""
_HELD = (
    ("all people", "coverage_80"),
    ("five-year ages", "coverage_80_bands"),
    ("people of 65 and over", "coverage_80_65_plus"),
    ("people of 85 and over", "coverage_80_85_plus"),
)
_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "all ten")
_SHARED = (
    "Places share their shocks: a pandemic or a turn of migration moves nearly all of them one way. So most "
    "intervals of one decade can hold and most of another fail, and hundreds of places are far from hundreds "
    "of independent trials. The next decade can be worse than these."
)

_Scores = Mapping[tuple[str, str, str, int, str], float]
"""Value by method, homes, origin, years ahead and measure."""


def backtests(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Two blocks of the page, errors beside rivals' and intervals held; none without scores."""
    if "backtest_scores" not in tables or tables["backtest_scores"]["value"].notna().sum() == 0:
        return []
    given = tables["backtest_scores"].dropna(subset=["value"])
    keys = ["method", "homes", "origin", "horizon", "measure"]
    scores: _Scores = {
        (str(method), str(homes), str(origin), int(horizon), str(measure)): float(value)
        for method, homes, origin, horizon, measure, value in given[[*keys, "value"]].itertuples(index=False)
    }
    return [_errors(scores), *_intervals(scores)]


def _errors(scores: _Scores) -> dict[str, Any]:
    headings = ["Years ahead", "From", "Homes"]
    headings += [heading for words, _ in _ERRORS for heading in (words, "simpler")]
    rows = []
    for homes, horizon, origin in _shown(scores):
        at = (homes, origin, horizon)
        cells = [cell for _, measures in _ERRORS for cell in _beside_best(scores, at, measures)]
        rows.append([str(horizon), _origin(origin), _HOMES[homes], *cells])
    return {
        "title": "Projections of the past, beside simpler methods",
        "says": f"Measured on {_areas(scores)}, not on this area's places alone. Each was projected from "
        "what was known at the time and compared with what came. Errors are in percent: of all people and of "
        "five-year ages the median (half of the places were out by less), of 65 and over the mean. Only "
        "projections with homes at their past rate are forecasts; with recorded homes they test the method. "
        "Beside each error stands that of the simpler method that did best.",
        "open": True,
        "points": [],
        "headings": [{"words": words, "number": at != 2} for at, words in enumerate(headings)],
        "rows": rows,
    }


def _intervals(scores: _Scores) -> list[dict[str, Any]]:
    """How many outcomes the intervals of forecasts held, every origin; no block where none was measured."""
    found = [key for key in scores if key[0] == _OWN and key[1] == "past_rate"]
    of_intervals = [key for key in found if key[4].startswith("coverage_80")]
    if not of_intervals:
        return []
    parts = (("", ""), ("_london", ", London"))
    every = [(f"{words}{said}", f"{measure}{part}") for part, said in parts for words, measure in _HELD]
    columns = [(words, measure) for words, measure in every if any(key[4] == measure for key in of_intervals)]
    headings = ["Years ahead", "From", *(words[:1].upper() + words[1:] for words, _ in columns)]
    runs = sorted({(key[3], key[2] != POOLED, key[2]) for key in of_intervals})
    rows = [
        [
            str(horizon),
            _origin(origin),
            *(
                _number(scores.get((_OWN, "past_rate", origin, horizon, measure)), 0)
                for _, measure in columns
            ),
        ]
        for horizon, _, origin in runs
    ]
    return [
        {
            "title": "Of ten forecasts of this kind, how many held",
            "says": "A forecast held where the outcome lay within its 80 % interval. Eight of ten is right; "
            f"fewer means that intervals were too narrow. Measured on {_areas(scores)}, homes at their past "
            f"rate; the table has the percentages, every origin by itself. {_SHARED}",
            "open": False,
            "points": [
                point
                for homes, horizon, origin in _shown(scores)
                if homes == "past_rate" and (point := _held(scores, horizon, origin))
            ],
            "headings": [{"words": words, "number": True} for words in headings],
            "rows": rows,
        }
    ]


def _held(scores: _Scores, horizon: int, origin: str) -> str:
    """One horizon in words: of ten forecasts, so many held; London by itself."""

    def said(part: str) -> list[str]:
        shares = [
            (words, scores.get((_OWN, "past_rate", origin, horizon, f"{measure}{part}")))
            for words, measure in _HELD
        ]
        told = [f"{_of_ten(share)} for {words}" for words, share in shares if share is not None]
        return [told[0].replace(" for ", " held for ", 1), *told[1:]] if told else []

    everywhere, london = said(""), said("_london")
    if not everywhere:
        return ""
    start = "from any origin" if origin == POOLED else f"from {origin}"
    text = f"{horizon} years ahead, {start}: of ten forecasts of this kind, {_listed(everywhere)}."
    return text + (f" In London {_listed(london)}." if london else "")


def _of_ten(percent: float) -> str:
    """A percentage as so many of ten; halves count up."""
    return _COUNTS[int(percent / 10 + 0.5)]


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _shown(scores: _Scores) -> Iterable[tuple[str, int, str]]:
    """Homes, years ahead and origin of the rows shown: origins together where they were, else each."""
    runs = {(homes, horizon, origin) for method, homes, origin, horizon, _ in scores if method == _OWN}
    for homes in _HOMES:
        for horizon in sorted({run[1] for run in runs if run[0] == homes}):
            origins = sorted(run[2] for run in runs if run[:2] == (homes, horizon))
            for origin in [POOLED] if POOLED in origins else origins:
                yield homes, horizon, origin


def _beside_best(scores: _Scores, at: tuple[str, str, int], measures: tuple[str, ...]) -> list[str]:
    """Our error, and the least of the simpler methods' with its name, of the first measure there is."""
    homes, origin, horizon = at
    for measure in measures:
        own = scores.get((_OWN, homes, origin, horizon, measure))
        rivals = {
            words: scores[(method, homes, origin, horizon, measure)]
            for method, words in _RIVALS.items()
            if (method, homes, origin, horizon, measure) in scores
        }
        if own is None:
            continue
        if not rivals:
            return [_number(own, 1), "not available"]
        best = min(rivals, key=lambda words: rivals[words])
        return [_number(own, 1), f"{rivals[best]:.1f} ({best})"]
    return ["not available"] * 2


def _areas(scores: _Scores) -> str:
    """How many authorities were scored, in words."""
    counts = [int(value) for key, value in scores.items() if key[0] == _OWN and key[4] == AREAS]
    if not counts:
        return "authorities of England"
    words = " to ".join(str(count) for count in dict.fromkeys((min(counts), max(counts))))
    return f"{words} authorities of England"


def _origin(origin: str) -> str:
    return "all origins" if origin == POOLED else origin


def _number(value: float | None, decimals: int) -> str:
    return "not available" if value is None else f"{value:.{decimals}f}"
