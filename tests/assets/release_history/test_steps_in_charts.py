"""Charts of a record with a known step: limits on either side of it, said in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.release_history.actuals import EVERY_MONTH, _charts, known_steps
from models.evaluation.control_charts import NO_SIGNAL

NAME = "emergency_admissions.RD8"
MONTHS = pd.period_range("2022-04", periods=36, freq="M").astype(str)


def log(effect: str, first_month: str = "2023-10", provider: str = "RD8") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "provider": [provider],
            "measure": ["emergency_admissions"],
            "effect": [effect],
            "first_month": [first_month],
            "last_month": [first_month],
        }
    )


def chart(steps: pd.DataFrame) -> pd.DataFrame:
    level = np.where(MONTHS >= "2023-10", 2200.0, 2000.0)
    recorded = pd.DataFrame(
        {
            "series": NAME,
            "period": MONTHS,
            "title": "Emergency admissions",
            "unit": "admissions",
            "actual": level + np.random.default_rng(2).normal(0, 15, len(MONTHS)),
        }
    )
    none = pd.DataFrame(columns=["series", "period", "release", "principal", "p10", "p90"])
    return _charts(recorded, none, known_steps(steps, [NAME]), 12)[0]


def test_a_known_step_splits_the_limits_and_takes_its_signals_away() -> None:
    without, split = chart(log("note")), chart(log("step"))
    assert (without["signal"] != NO_SIGNAL).any()
    assert set(without["limits_of"]) == {EVERY_MONTH}
    assert (split["signal"] == NO_SIGNAL).all()
    assert split.groupby("limits_of")["centre"].nunique().to_dict() == {
        "2022-04 to 2023-09, beside a known step": 1,
        "2023-10 to 2025-03, beside a known step": 1,
    }
    assert split["centre"].min() < 2010 < 2190 < split["centre"].max()


def test_a_planned_change_that_came_is_a_step_and_another_trust_s_is_none() -> None:
    assert chart(log("planned_change"))["limits_of"].nunique() == 2
    assert chart(log("step", provider="all"))["limits_of"].nunique() == 2
    assert set(chart(log("step", provider="RC9"))["limits_of"]) == {EVERY_MONTH}


def test_a_side_too_short_for_limits_says_so() -> None:
    table = chart(log("step", "2024-10"))
    short = table[table["period"] >= "2024-10"]
    assert set(short["limits_of"]) == {"none: too few months from 2024-10 to 2025-03, beside a known step"}
    assert short[["lower_limit", "centre", "upper_limit"]].isna().all().all()
    assert (short["signal"] == NO_SIGNAL).all()
    assert table.loc[table["period"] < "2024-10", "centre"].notna().all()
