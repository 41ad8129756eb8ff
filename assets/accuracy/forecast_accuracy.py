"""The released table of forecast accuracy, put together from the stages that measure their own."""

from typing import Any

import dagster as dg
import pandas as pd

from assets.tables.declarations import TABLES
from assets.tables.uncertain_table import released

PARTS = tuple(name for name in ("activity_accuracy", "population_accuracy") if name in TABLES)
"""Working tables with the columns of `forecast_accuracy`; one that is not declared is not waited for."""


@dg.asset(group_name="demand", ins={name: dg.AssetIn() for name in PARTS}, kinds={"pandas"})
def forecast_accuracy(**parts: Any) -> pd.DataFrame:
    """Accuracy of every forecast that was tried on the past."""
    whole = TABLES["forecast_accuracy"].column_names
    return released("forecast_accuracy", [parts[name].reindex(columns=whole) for name in PARTS])
