"""What two budgets carry of the sets of options, by rank: `estates_budgets`, and what each area is told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.estates.choices.area_gaps import AreaGaps
from assets.estates.choices.least_cost_plans import Plan
from assets.estates.choices.option_terms import AreaOptions
from models.arrays import FloatArray
from models.estates.budget_fit import CarriedPlan, Choice, carried

LINES = ("capital", "premises_revenue")
REACHED, IN_PART, WAITS, NOT_GIVEN = "reached", "reached in part", "waits", "no budget given"
NO_GAP, UNKNOWN, WITH_TEAMS = "no gap", "existing not known", "counted with its teams"
_WHOLE = 1 - 1e-4
"""Share of a gap from which it is taken to be closed: the programme's rounding."""


class Answer(NamedTuple):
    """What the budgets say of an area.

    `choice` is the way that is carried, the first where the area waits, empty where nothing is needed;
    `opens` NaN where nothing opens; `share` of the gap that is closed.
    """

    status: str
    choice: str
    opens: float
    waits_for: str
    share: float


def budget_answers(
    areas: AreaGaps,
    given: AreaOptions,
    choices: dict[str, Plan],
    ranks: NDArray[np.int64],
    patients: FloatArray,
    budgets: pd.DataFrame,
) -> tuple[list[Answer], pd.DataFrame]:
    """Each area's answer, and rows of `estates_budgets` by year and line.

    ranks: (area,) from 1. patients: (area,) in the plan's year. Of an area's choices the first that fits both
    lines is carried, in the first year in which it does.
    """
    options = given.options
    years = np.arange(options.first_year, options.plan_year + 1)
    lines = {line: _available(budgets, line, years) for line in LINES}
    needs = (next(iter(choices.values())).gaps > 0).any(axis=-1) & areas.known
    waiting = [int(at) for at in np.argsort(ranks) if needs[at]]
    ways = {area: _ways(given, choices, area) for area in waiting}
    capital, premises = (lines[line] for line in LINES)
    if capital is None or premises is None:
        return _none_given(areas, needs, ways), _rows(years, lines, None, None, patients[needs].sum())
    fits, spent, yearly = carried([[way for _, way, _ in ways[area]] for area in waiting], capital, premises)
    answers = [Answer(NO_GAP if known else UNKNOWN, "", np.nan, "", 0.0) for known in areas.known]
    for area, fit in zip(waiting, fits, strict=True):
        answers[area] = _answer(fit, ways[area], years)
    reached = np.array(
        [
            sum(patients[at] * answers[at].share for at in waiting if answers[at].opens <= year)
            for year in years
        ]
    )
    teams = np.array([sum(answers[at].opens <= year for at in waiting) for year in years])
    committed = dict(zip(LINES, (spent, yearly), strict=True))
    return answers, _rows(years, lines, committed, (teams, reached), patients[needs].sum(), budgets)


def counted_with_teams(areas: AreaGaps, given: AreaOptions, choices: dict[str, Plan]) -> list[Answer]:
    """Answers of areas whose people are those of teams: the budgets are of teams, none is carried twice."""
    needs = (next(iter(choices.values())).gaps > 0).any(axis=-1) & areas.known
    ways = {int(at): _ways(given, choices, int(at)) for at in np.flatnonzero(needs)}
    return _none_given(areas, needs, ways, WITH_TEAMS)


_Way = tuple[str, Choice, float]
"""Its name, what it costs each line, and the share of the gap that it closes."""


def _ways(given: AreaOptions, choices: dict[str, Plan], area: int) -> list[_Way]:
    """An area's ways to close its gap that close anything."""
    options = given.options
    lead = options.number("lead_time_years")
    found = []
    for name, plan in choices.items():
        share = _share(plan.gaps[area], plan.amounts[area] @ given.beside[area])
        if share <= 0:
            continue
        priced = given.priced(plan.amounts, given.beside)
        capital = float(priced.capital[area].sum())
        if options.lease_as_capital:
            capital += float(priced.right_of_use[area].sum())
        first = int(lead[plan.amounts[area] > 0].max())
        found.append((name, Choice(capital, float(priced.premises[area].sum()), first), share))
    return found


def _share(gaps: FloatArray, gained: FloatArray) -> float:
    """The lesser share of rooms and floor short that is gained."""
    short = gaps > 0
    share = float(np.min(gained[short] / gaps[short]))
    return 1.0 if share > _WHOLE else share


def _answer(fit: CarriedPlan, ways: list[_Way], years: NDArray[np.int64]) -> Answer:
    if fit.choice < 0:
        return Answer(WAITS, ways[0][0] if ways else "", np.nan, fit.short_of, 0.0)
    name, _, share = ways[fit.choice]
    status = REACHED if share >= 1 else IN_PART
    return Answer(status, name, float(years[fit.opens]), fit.short_of, share)


def _none_given(
    areas: AreaGaps, needs: NDArray[np.bool_], ways: dict[int, list[_Way]], status: str = NOT_GIVEN
) -> list[Answer]:
    return [
        Answer(status, ways[at][0][0] if ways[at] else "", np.nan, "", 0.0)
        if needs[at]
        else Answer(NO_GAP if areas.known[at] else UNKNOWN, "", np.nan, "", 0.0)
        for at in range(len(areas.codes))
    ]


def _available(budgets: pd.DataFrame, line: str, years: NDArray[np.int64]) -> FloatArray | None:
    """What a line has for what is new (year,); None where the area gives none.

    Raises ValueError where a year is missing, which the checks of inputs tell first.
    """
    rows = budgets[budgets["line"] == line].set_index("year")["available_gbp"]
    if rows.empty:
        return None
    found = rows.reindex(years).to_numpy(dtype=float)
    if np.isnan(found).any():
        raise ValueError(f"premises_budgets has no {line} in {years[np.isnan(found)][0]}")
    return np.asarray(found)


def _rows(
    years: NDArray[np.int64],
    lines: dict[str, FloatArray | None],
    committed: dict[str, FloatArray] | None,
    reached: tuple[NDArray[np.int64], FloatArray] | None,
    people: float,
    budgets: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows by year and line. What capital leaves over is carried to the next year, revenue is not."""
    frames = []
    for line in LINES:
        available = lines[line]
        rows = pd.DataFrame({"year": years, "line": line, "status": NOT_GIVEN})
        nothing = np.full(len(years), np.nan)
        if available is None or committed is None or reached is None or budgets is None:
            values = {"available_gbp": nothing if available is None else available}
            frames.append(
                rows.assign(
                    **values,
                    committed_gbp=np.nan,
                    left_gbp=np.nan,
                    areas_reached=np.nan,
                    people_reached=np.nan,
                    people_waiting=people,
                    source_id=None,
                    evidence_grade=None,
                )
            )
            continue
        left = available - committed[line]
        of_line = budgets[budgets["line"] == line].set_index("year").reindex(years)
        frames.append(
            rows.assign(
                status="given",
                available_gbp=available,
                committed_gbp=committed[line],
                left_gbp=np.cumsum(left) if line == "capital" else left,
                areas_reached=reached[0].astype(np.float64),
                people_reached=reached[1],
                people_waiting=people - reached[1],
                source_id=of_line["source_id"].to_numpy(),
                evidence_grade=of_line["evidence_grade"].to_numpy(),
            )
        )
    return pd.concat(frames, ignore_index=True)
