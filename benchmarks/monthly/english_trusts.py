"""England's acute trusts with an A&E department: which there are, which 40 were drawn, their monthly series.

`python -m benchmarks.monthly.english_trusts` draws them again with the same seed and says whether the list is
the one on file. A trust's months before a merger are the sum of the trusts that merged.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[2] / "data"
LIST = Path(__file__).with_name("trusts.csv")
SEED, DRAWN = 2026, 40
FIRST, LAST = "2019-04", "2026-05"
CHOSEN_ON, SCORED_ON = "chosen_on", "scored_on"
COUNTS = ("ae_attendances", "emergency_admissions")


def table(name: str) -> pd.DataFrame:
    """A table of data/england."""
    return pd.read_parquet(DATA / "england" / f"{name}.parquet")


def counted() -> pd.DataFrame:
    """A&E attendances, type 1 attendances and emergency admissions by trust of today and month."""
    trusts = table("trusts").set_index("trust")
    successor = trusts["successor"].fillna("")
    became = {trust: _of_today(trust, successor) for trust in trusts.index}
    months = table("ae_monthly")
    months = months[months["provider"].isin(trusts.index)]
    months = months.assign(trust=months["provider"].map(became))
    return months.groupby(["trust", "month"])[["type_1_attendances", *COUNTS]].sum()


def _of_today(trust: str, successor: pd.Series) -> str:
    while successor.get(trust, ""):
        trust = str(successor[trust])
    return trust


def eligible() -> pd.DataFrame:
    """Open acute trusts with a type 1 department and attendances in every month on record: trust, name."""
    trusts = table("trusts").set_index("trust")
    by_month = counted()["type_1_attendances"].unstack("month").fillna(0)  # noqa: PD010  a row a trust
    every = pd.period_range(FIRST, LAST, freq="M").astype(str)
    whole = by_month.reindex(columns=every, fill_value=0).gt(0).all(axis=1)
    known = trusts[(trusts["kind"] == "acute") & (trusts["status"] == "open")]
    kept = sorted(set(by_month.index[whole]) & set(known.index))
    return pd.DataFrame({"trust": kept, "trust_name": known.loc[kept, "trust_name"].to_numpy()})


def drawn() -> pd.DataFrame:
    """The eligible trusts with the half each is in: 40 drawn without replacement, evenly."""
    frame = eligible()
    at = np.random.default_rng(SEED).choice(len(frame), DRAWN, replace=False)
    half = np.full(len(frame), SCORED_ON, dtype=object)
    half[at] = CHOSEN_ON
    return frame.assign(half=half)


def trusts_of(half: str) -> list[str]:
    """The trusts of a half, as in the list on file."""
    listed = pd.read_csv(LIST)
    return list(listed.loc[listed["half"] == half, "trust"])


def main() -> None:
    """Draw, and write the list where there is none."""
    frame = drawn()
    if not LIST.exists():
        frame.to_csv(LIST, index=False)
    same = frame.equals(pd.read_csv(LIST))
    print(f"{len(frame)} trusts, {DRAWN} drawn with seed {SEED}: {'as' if same else 'NOT as'} in {LIST.name}")


if __name__ == "__main__":
    main()
