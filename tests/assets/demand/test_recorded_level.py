"""Which whole years the monthly records and forecasts give the yearly view, in what unit, at what level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from assets.demand.monthly.monthly_series import BEDS
from assets.demand.recorded_activity import BED_DAYS, MEASURES
from assets.demand.recorded_level import whole_years
from tests.assets.services_run import PEOPLE_2024, services

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
    rows = whole_years(recorded, every[ahead], 2024)
    found: dict[tuple[str, str], dict[int, float]] = {}
    assert (rows["months"] == 12).all()
    for row in rows.itertuples():
        found.setdefault((row.provider, row.measure), {})[row.year] = row.total
    return found


def test_a_financial_year_is_its_recorded_and_forecast_months_and_beds_become_bed_days() -> None:
    found = joined()
    assert set(found) == {(trust, name) for trust in ("RC9", "RD8") for name in (BED_DAYS, "ae_attendances")}
    for size, trust in enumerate(("RC9", "RD8"), start=1):
        of_year = {month: 100.0 * size + at for at, month in enumerate(MONTHS) if 12 <= at < 24}
        attendances, bed_days = found[trust, "ae_attendances"], found[trust, BED_DAYS]
        assert list(attendances) == list(bed_days) == [2025, 2026, 2027]
        assert attendances[2025] == pytest.approx(sum(of_year.values()))
        assert bed_days[2025] == pytest.approx(sum(beds * at.days_in_month for at, beds in of_year.items()))


def test_a_year_recorded_in_part_stands_to_the_year_before_as_its_months_do() -> None:
    values = {month: 200.0 + at for at, month in enumerate(MONTHS) if month < pd.Period("2026-08", freq="M")}
    history = months("RD8", "ae_attendances", values).rename(columns={"mean": "value"})
    none = months("RC9", "ae_attendances", {MONTHS[0]: 1.0}).iloc[:0]
    found = whole_years(history.assign(status="clean"), none, 2024).set_index("year")
    before, now = (
        [value for month, value in values.items() if (month - 3).year == year] for year in (2025, 2026)
    )
    assert len(now) == 4
    assert found.loc[2026, "total"] == pytest.approx(sum(before) * sum(now) / sum(before[:4]))
    assert found["months"].to_dict() == {2025: 12, 2026: 4}
    # Two months are no quarter, and a series that is forecast has months of its own.
    short = history[history["month"] < "2026-06"].assign(status="clean")
    assert set(whole_years(short, none, 2024)["year"]) == {2025}
    ahead = months("RD8", "ae_attendances", {pd.Period("2026-08", freq="M"): 1.0})
    assert set(whole_years(history.assign(status="clean"), ahead, 2024)["year"]) == {2025}


@pytest.mark.parametrize("status", ["pandemic", "repeated", "missing"])
def test_a_year_with_a_month_that_is_neither_clean_nor_forecast_is_left_out(status: str) -> None:
    for found in (joined(status=status), joined("2025-12")):
        assert all(list(years) == [2026, 2027] for years in found.values())


def months_by_year() -> pd.Series:
    made = services()
    rows = whole_years(made["monthly_series"], made["activity_forecast"], 2024)
    rows = rows[rows["provider"].isin(["RC9", "RD8"])]
    return rows.set_index(["provider", "measure", "year"])["total"]


def of_measure(table: pd.Series, provider: str, measure: str) -> pd.Series:
    """What a provider faces of a measure by year in the principal scenario."""
    return sum(table["local_plan", provider, service] for service in MEASURES[measure])


def test_what_trusts_face_is_what_their_months_record_and_forecast() -> None:
    """From places to providers: what the places' demand sends them comes to their own months."""
    totals = months_by_year()
    faced = services()["provider_demand"].set_index(["scenario", "provider", "service", "year"])["principal"]
    assert set(totals.index.get_level_values("measure")) == set(MEASURES)
    assert set(totals["RD8", "ae_attendances"].index) == {2025, 2026, 2027}
    for (provider, measure, year), total in totals.items():
        assert of_measure(faced, provider, measure)[year] == pytest.approx(total, rel=1e-9)
    assert faced["local_plan", "RD8", "ae_attendances", 2025] == pytest.approx(171_265), "as recorded"


def test_after_the_months_a_provider_stays_at_its_level_and_drivers_alone_move_it() -> None:
    made = services()
    last = months_by_year().reset_index().groupby("measure")["year"].max()
    faced = made["provider_demand"].set_index(["scenario", "provider", "service", "year"])["principal"]
    ends = made["recorded_level"].groupby(["measure", "place"])["ratio"].last()
    assert (ends.sub(1).abs().groupby("measure").max() > 0.01).all(), "the months differ from rates"
    for measure, year in last.items():
        yearly = of_measure(faced, "RC9", measure)
        drivers = made["demand_growth"].query("subject == 'RC9' and service == @MEASURES[@measure][0]")
        steps = 100 * yearly.pct_change().loc[year + 1 : 2030]
        own = float(drivers["drivers_to_2030"].iloc[0])
        assert (steps - own).abs().max() < 0.25, (measure, steps.to_dict(), own)


def test_places_and_providers_hold_one_level_in_every_year() -> None:
    """From providers to places: what residents of all providers use is the places' demand, level included."""
    made = services()
    growth = made["demand_growth"].set_index(["subject", "service"])
    for service in ("ae_attendances", "emergency_admissions", "emergency_bed_days"):
        of_places = growth.loc[(list(PEOPLE_2024), service), "level_difference"]
        of_trusts = growth.loc[(["RC9", "RD8"], service), "level_difference"]
        assert of_places.min() - 1e-9 <= of_trusts.min() <= of_trusts.max() <= of_places.max() + 1e-9


def test_a_level_beyond_its_uncertainty_is_a_finding_and_is_not_closed() -> None:
    rows = services()["demand_growth"]
    known = rows[rows["level_difference"].notna()]
    beyond = known["level_difference"].abs() > known["level_uncertainty"]
    assert set(known.loc[beyond, "finding"]) <= {"above", "below"}
    assert set(known.loc[~beyond, "finding"]) == {"as expected"}
    assert set(rows.loc[rows["level_difference"].isna(), "finding"]) == {"no record"}
    found = rows.set_index(["subject", "service"]).loc[("RC9", "emergency_admissions")]
    assert (found["finding"], found["level_year"]) == ("above", 2027)
    # 82,359 to 87,817 on record, and 1 % of it by people.
    assert 5.5 < found["level_difference"] < 9.5


def test_a_change_above_what_drivers_bring_lies_in_the_years_of_the_months() -> None:
    rows = services()["demand_growth"]
    above = rows["largest_change"].abs() > 1.5 * rows["drivers_of_that_year"].abs()
    recorded = rows["level_difference"].notna() & (rows["largest_change_year"] <= rows["level_year"])
    assert above.any()
    assert recorded[above].all()


def test_a_provider_s_own_months_grow_as_its_demand_does() -> None:
    rows = services()["demand_growth"]
    own = rows[rows["forecast_to_level"].notna() & rows["subject"].isin(["RC9", "RD8"])]
    single = own[own["service"].isin(["ae_attendances", "emergency_admissions"])]
    assert len(single) == 4
    assert single["forecast_to_level"].to_numpy() == pytest.approx(single["growth_to_level"].to_numpy())


def test_draws_part_only_after_the_last_year_on_record() -> None:
    """A year that is recorded in full is known; one that is forecast wanders like any other."""
    demand = (
        services()["demand_draws"]["E06000042"]["demand"].sel(scenario="local_plan").isel(draw=slice(1, None))
    )
    logs = np.log(demand.transpose("service", "year", "draw"))

    def parted(service: str, year: int) -> float:
        change = logs.sel(service=service, year=year) - logs.sel(service=service, year=year - 1)
        return float(change.std())

    for service in ("ae_attendances", "emergency_admissions"):
        assert parted(service, 2025) < 0.01 < 0.02 < parted(service, 2026)
    assert parted("outpatient_attendances", 2025) > 0.02
