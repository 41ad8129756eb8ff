"""Monthly forecasts of parts and their system: who gives way when they do not add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.demand.monthly.forecast_totals import VALUES, with_totals

MONTHS = pd.period_range("2022-01", periods=36, freq="M")
AHEAD = pd.period_range("2025-01", periods=2, freq="M").astype(str)
NO_LOG = pd.DataFrame(
    columns=["provider", "measure", "effect", "first_month", "last_month", "change_percent"]
)


def totals(spread_of_first: float, whole: float = 170.0) -> pd.DataFrame:
    """Forecasts of 100 and 50, and of their system."""
    means = {"R1": 100.0, "R2": 50.0, "QHG": whole}
    deviation = {"R1": spread_of_first, "R2": 0.04, "QHG": 0.02}
    random = np.random.default_rng(5)
    values = {name: 40 + random.standard_normal(36) for name in ("R1", "R2")}
    values["QHG"] = values["R1"] + values["R2"]
    forecast = pd.concat(
        [
            pd.DataFrame({"provider": name, "measure": "ae_attendances", "month": AHEAD})
            .assign(**dict.fromkeys(VALUES, mean))
            .assign(p10=0.9 * mean, p90=1.2 * mean, deviation=deviation[name])
            for name, mean in means.items()
        ]
    )
    return with_totals(
        forecast,
        {(name, "ae_attendances"): pd.Series(own, MONTHS) for name, own in values.items()},
        "QHG",
        NO_LOG,
    ).set_index(["provider", "month"])


def test_the_less_sure_part_is_moved_more_and_the_system_gives_way_too() -> None:
    found = totals(spread_of_first=0.01)["mean"][:, "2025-01"]
    assert found["QHG"] == pytest.approx(found["R1"] + found["R2"])
    assert 150 < found["QHG"] < 170
    assert 0 < found["R1"] - 100 < found["R2"] - 50
    unsure = totals(spread_of_first=0.08)["mean"][:, "2025-01"]
    assert unsure["R1"] - 100 > unsure["R2"] - 50 > 0


def test_what_adds_up_already_stays_and_intervals_go_with_their_means() -> None:
    same = totals(0.02, whole=150.0)
    assert same["mean"][:, "2025-01"].to_dict() == {"QHG": 150.0, "R1": 100.0, "R2": 50.0}
    moved = totals(0.02)
    assert (moved["p90"] / moved["mean"]).to_numpy() == pytest.approx(1.2, abs=0.003)
    assert (moved["p10"] / moved["mean"]).to_numpy() == pytest.approx(0.9, abs=0.003)
    assert "deviation" not in moved
