"""The sensitivity table of a release, taken from stored sensitivity runs.

The runs themselves are a job of their own (assets/release_history/sensitivity_runs.py, `make sensitivity`):
they take minutes, and a release that had to wait for them would be late. A release carries what they found
as long as its inputs and code are those they were made with; otherwise the table is empty and the manifest
says why.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

import hashlib
import json
from collections.abc import Mapping

import dagster as dg
import pandas as pd

from assets.inputs.settings import RunSettings
from assets.release_history.earlier_releases import Earlier
from assets.tables.declarations import TABLES

KEY = "made_with"
"""Column of the kept runs that says what they were made with."""
_DTYPES = {"text": "str", "integer": "int64", "number": "float64"}


def made_with(inputs: Mapping[str, str], code_version: str, draws: int, seed: int) -> str:
    """One digest of all that the runs depend on."""
    content = [dict(sorted(inputs.items())), code_version, draws, seed]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def standing(kept: pd.DataFrame | None, now: str) -> str:
    """Whether a release can carry the runs that were kept, in words for its manifest."""
    if kept is None or kept.empty:
        return "not made yet: make sensitivity"
    if kept[KEY].iloc[0] != now:
        return "left out: made with other inputs, code, draws or seed; make sensitivity brings it up to date"
    return "made with the inputs and code of this release"


@dg.asset(group_name="history")
def sensitivity(
    context: dg.AssetExecutionContext,
    earlier_releases: pd.DataFrame,
    input_files: pd.DataFrame,
    settings: RunSettings,
) -> pd.DataFrame:
    """The assumptions that move each headline most, where the runs for it are those of this release."""
    kept = Earlier(earlier_releases, settings).sensitivity
    inputs = dict(zip(input_files["id"], input_files["sha256"], strict=True))
    now = made_with(inputs, settings.code_version, settings.draws, settings.seed)
    context.log.info(f"what matters most: {standing(kept, now)}")
    table = TABLES["sensitivity"]
    if kept is None or kept.empty or kept[KEY].iloc[0] != now:
        return pd.DataFrame({column.name: pd.Series(dtype=_DTYPES[column.kind]) for column in table.columns})
    return kept[table.column_names]
