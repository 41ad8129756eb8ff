"""Tables of what releases remember: changes between them, actuals against plan, what matters most."""

from __future__ import annotations

from assets.tables.declarations.declaration import Column, Table

_HEADLINE = (
    Column("headline", "text", "One of the headline figures"),
    Column("place", "text", "GSS code"),
    Column("year", "integer", "Mid-year, or financial year that starts in it", minimum=2001, maximum=2100),
)

RELEASE_RETENTION = Table(
    name="release_retention",
    description="How long releases and their stored inputs are kept",
    keys=("rule", "value"),
    columns=(
        Column(
            "rule",
            "text",
            "What is kept",
            allowed=("all_of_last_days", "last_of_month_for_months", "unused_inputs_for_days", "pinned"),
        ),
        Column("value", "text", "How many of them; for `pinned` the id of a release that is kept for ever"),
        Column("note", "text", "Why", nullable=True),
    ),
    stage="history",
    source_id="placecast",
)

RELEASE_BOUNDS = Table(
    name="release_bounds",
    description="How far a headline may move from one release to the next without a named acceptance",
    keys=("headline",),
    columns=(
        Column("headline", "text", "One of the headline figures"),
        Column("most_percent", "number", "Largest change either way", unit="%", minimum=0),
        Column("most_absolute", "number", "A smaller change than this is let pass", minimum=0),
        Column("note", "text", "Why", nullable=True),
    ),
    stage="history",
    source_id="placecast",
)

RELEASE_ACCEPTANCES = Table(
    name="release_acceptances",
    description="Changes beyond the bounds that somebody has looked at and accepted, for a time",
    keys=("headline", "place", "until"),
    columns=(
        Column("headline", "text", "One of the headline figures"),
        Column("place", "text", "GSS code"),
        Column("until", "text", "Last day it holds, such as 2026-12-31"),
        Column("accepted_by", "text", "Who accepts it"),
        Column("reason", "text", "Why it is right"),
    ),
    stage="history",
    may_be_empty=True,
    source_id="placecast",
)

RELEASE_CHANGES = Table(
    name="release_changes",
    description="Headlines against the release before, and which input or code changed them by how much",
    keys=("headline", "place", "year", "cause"),
    columns=(
        *_HEADLINE,
        Column(
            "cause", "text", "total, code, or the input files that changed, in the order they were let in"
        ),
        Column("place_name", "text", "Name of the place"),
        Column("unit", "text", "Unit"),
        Column("previous", "number", "Before this cause; for total in the release before", nullable=True),
        Column("current", "number", "After this cause; for total in this release", nullable=True),
        Column("change", "number", "Current less previous; causes add up to total", nullable=True),
        Column("sentence", "text", "The same in words"),
    ),
    stage="history",
)

ACTUAL_AGAINST_PLAN = Table(
    name="actual_against_plan",
    description=(
        "What was recorded beside what had been forecast for it: yearly figures scored, monthly series as "
        "XmR charts of the record and of the forecasts' errors"
    ),
    keys=("series", "period", "release"),
    columns=(
        Column("series", "text", "Measure and where; `.error` is the forecast's error in percent"),
        Column("period", "text", "Mid-year, financial year or month"),
        Column("release", "text", "The release whose forecast it was, `backtest: …`, or `recorded` for none"),
        Column("title", "text", "The series in words"),
        Column("unit", "text", "Unit"),
        Column("actual", "number", "As recorded"),
        Column("principal", "number", "As forecast", nullable=True),
        Column("p10", "number", "Lower end of the forecast's 80 % interval", nullable=True),
        Column("p90", "number", "Upper end of the forecast's 80 % interval", nullable=True),
        Column("lower_limit", "number", "Lower natural process limit", nullable=True),
        Column("centre", "number", "Mean of the series", nullable=True),
        Column("upper_limit", "number", "Upper natural process limit", nullable=True),
        Column(
            "signal",
            "text",
            "Which of the four rules the point meets",
            allowed=("none", "outside_limits", "run_one_side", "trend", "two_of_three_near_limit"),
        ),
        Column(
            "inside",
            "integer",
            "Whether the actual lies inside the interval",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
    ),
    stage="history",
)

SENSITIVITY = Table(
    name="sensitivity",
    description="The ten assumptions that move each headline most, by two ways of looking",
    keys=("headline", "place", "year", "assumption", "method"),
    columns=(
        *_HEADLINE,
        Column("assumption", "text", "Id of the assumption, or name of the factor drawn"),
        Column(
            "method",
            "text",
            "By the variance of the draws, or by runs with one assumption at its low and high",
            allowed=("variance", "one_at_a_time"),
        ),
        Column("low_value", "number", "The assumption's low; for variance minus one shock", nullable=True),
        Column("high_value", "number", "The assumption's high; for variance plus one shock", nullable=True),
        Column("at_low", "number", "The headline at it"),
        Column("at_high", "number", "The headline at it"),
        Column(
            "share_of_variance",
            "number",
            "Share of the draws' variance; shares of a headline add up to at most 1",
            nullable=True,
        ),
        Column(
            "share_error", "number", "Standard error of the share, from the draws themselves", nullable=True
        ),
        Column("rank", "integer", "1 moves it most", minimum=1),
        Column("unit", "text", "Unit of the headline"),
    ),
    stage="history",
    may_be_empty=True,
)

INPUTS: tuple[Table, ...] = (RELEASE_RETENTION, RELEASE_BOUNDS, RELEASE_ACCEPTANCES)
TABLES: tuple[Table, ...] = (RELEASE_CHANGES, ACTUAL_AGAINST_PLAN, SENSITIVITY)
