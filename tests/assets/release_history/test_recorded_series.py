"""What is on record, and how its series are called."""

from __future__ import annotations

import pandas as pd

from assets.release_history.recorded_series import recorded_figures
from tests.assets.services_run import call_stage


def test_a_series_that_is_not_forecast_is_shown_as_a_record_that_has_ended() -> None:
    months = [
        ("QHG", "gp_appointments", "2021-07", 400.0, "clean"),
        ("QHG", "gp_appointments", "2021-08", 410.0, "clean"),
        ("RC9", "ae_attendances", "2026-05", 50.0, "clean"),
        ("RC9", "ae_attendances", "2026-06", None, "ahead"),
    ]
    yearly = {"place": ["E06000032"], "year": [2023]}
    table = call_stage(
        recorded_figures,
        {
            "monthly_series": pd.DataFrame(
                months, columns=["provider", "measure", "month", "value", "status"]
            ),
            "providers": pd.DataFrame({"provider": ["QHG", "RC9"], "provider_name": ["System", "Trust"]}),
            "places": pd.DataFrame({"place": ["E06000032"], "place_name": ["Luton"]}),
            "mid_year_estimate_totals": pd.DataFrame({**yearly, "population": [230_000]}),
            "net_additional_dwellings": pd.DataFrame({**yearly, "net_additional_dwellings": [500]}),
        },
    )
    titles = table.drop_duplicates("series").set_index("series")["title"]
    assert titles["gp_appointments.QHG"] == (
        "GP appointments, System (history: recorded until 2021-08, not forecast)"
    )
    assert titles["ae_attendances.RC9"] == "A&E attendances, Trust"
