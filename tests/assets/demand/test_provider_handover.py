"""Which whole years the monthly records and forecasts give the yearly view, and in what unit."""

from __future__ import annotations

import pandas as pd
import pytest

from assets.demand.monthly_series import BEDS
from assets.demand.provider_handover import joined_years
from assets.demand.recorded_activity import BED_DAYS

MONTHS = pd.period_range("2024-04", "2028-03", freq="M")
FORECAST_FROM = pd.Period("2025-10", freq="M")


def months(provider: str, measure: str, values: dict[pd.Period, float]) -> pd.DataFrame:
    frame = pd.DataFrame({"month": [str(month) for month in values], "mean": list(values.values())})
    return frame.assign(provider=provider, measure=measure)


def joined(*missing: str, status: str = "clean") -> dict[tuple[str, str], dict[int, float]]:
    """Two trusts' beds and attendances, all months different, recorded up to September 2025."""
    pieces = []
    for size, provider in enumerate(("RC9", "RD8"), start=1):
        for measure in (BEDS, "ae_attendances"):
            values = {
                month: 100.0 * size + at for at, month in enumerate(MONTHS) if str(month) not in missing
            }
            pieces.append(months(provider, measure, values))
    every = pd.concat(pieces, ignore_index=True)
    ahead = pd.PeriodIndex(every["month"], freq="M") >= FORECAST_FROM
    recorded = every[~ahead].rename(columns={"mean": "value"}).assign(status="clean")
    recorded.loc[recorded["month"] == "2025-06", "status"] = status
    return joined_years(recorded, every[ahead], 2024)


def test_a_financial_year_is_its_recorded_and_forecast_months_and_beds_become_bed_days() -> None:
    found = joined()
    assert set(found) == {(trust, name) for trust in ("RC9", "RD8") for name in (BED_DAYS, "ae_attendances")}
    for size, trust in enumerate(("RC9", "RD8"), start=1):
        of_year = {month: 100.0 * size + at for at, month in enumerate(MONTHS) if 12 <= at < 24}
        attendances, bed_days = found[trust, "ae_attendances"], found[trust, BED_DAYS]
        assert list(attendances) == list(bed_days) == [2025, 2026, 2027]
        assert attendances[2025] == pytest.approx(sum(of_year.values()))
        assert bed_days[2025] == pytest.approx(sum(beds * at.days_in_month for at, beds in of_year.items()))


@pytest.mark.parametrize("status", ["pandemic", "repeated", "missing"])
def test_a_year_with_a_month_that_is_neither_clean_nor_forecast_is_left_out(status: str) -> None:
    for found in (joined(status=status), joined("2025-12")):
        assert all(list(years) == [2026, 2027] for years in found.values())
