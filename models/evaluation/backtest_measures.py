"""The names under which a backtest of authorities is told: methods, measures, and the areas they are of."""

from __future__ import annotations

METHODS = (
    "placecast",
    "no_change",
    "constant_people_per_dwelling",
    "linear_trend",
    "exponential_trend_shrunk",
    "hamilton_perry",
)
ERRORS = (
    "mape",
    "medape",
    "bias",
    "p90",
    "share_5",
    "share_10",
    "age_median",
    "age_sex_median",
    "age_sex_mean",
    "age_sex_share_10",
    "mape_65_plus",
    "mape_85_plus",
)
INTERVALS = (
    "coverage_80",
    "coverage_80_bands",
    "coverage_80_65_plus",
    "coverage_80_85_plus",
    "interval_score_80",
    "interval_score_80_bands",
)
AREAS = "areas"
"""How many authorities were scored."""
PARTS = ("", "_london", "_rest")
"""What a measure's name ends in: of all authorities, of London's, of the rest."""
MEASURES = tuple(f"{measure}{part}" for measure in (*ERRORS, *INTERVALS, AREAS) for part in PARTS)
POOLED = "all"
"""In place of an origin: every origin together."""
