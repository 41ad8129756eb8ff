"""What a national table is, what it was made of, and the register of both: data/england/tables.csv.

Publisher, series and licence are those of the block in data/sources.yaml that an origin names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from assets.england.published_files import PublishedFiles
from housing_trajectories.findings import BadInput, Finding

REGISTER = "tables.csv"
COLUMNS = (
    "table",
    "file",
    "sha256",
    "rows",
    "source_id",
    "publisher",
    "series",
    "vintage",
    "licence",
    "total_proved",
    "note",
)


@dataclass(frozen=True)
class Origin:
    """One published file of a table.

    source_id: block of sources.yaml. vintage: what the figures are of, such as 2024 or 2026-07. total_proved:
    sums held to totals published, in words. note: what the file does not have, and why.
    """

    file: str
    source_id: str
    vintage: str
    total_proved: str = ""
    note: str = ""


@dataclass(frozen=True)
class NationalTable:
    """A table to be written: rows unique on `keys`, or a GeoJSON collection with a `code` a feature."""

    name: str
    content: pd.DataFrame | dict[str, Any]
    origins: tuple[Origin, ...]
    keys: tuple[str, ...] = field(default=("code",))

    @property
    def file_name(self) -> str:
        """Name of the file in data/england."""
        return f"{self.name}.{'parquet' if isinstance(self.content, pd.DataFrame) else 'geojson.gz'}"

    def sorted_rows(self) -> pd.DataFrame:
        """The rows in the order of their key; raises ValueError where a key is missing or comes twice."""
        assert isinstance(self.content, pd.DataFrame)
        keys = list(self.keys)
        if self.content[keys].isna().to_numpy().any():
            raise ValueError(f"{self.name} has a row without a {' or '.join(keys)}")
        double = self.content.duplicated(keys)
        if double.any():
            first = self.content.loc[double, keys].iloc[0].tolist()
            raise ValueError(f"{self.name} has {double.sum():,} rows of a key twice, first {first}")
        return self.content.sort_values(keys, kind="stable").reset_index(drop=True)


def register_rows(
    tables: list[NationalTable], published: PublishedFiles, blocks: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Rows of the register, one a table and file; raises BadInput for a source that has no block."""
    rows = []
    for table in tables:
        frame = table.content
        count = len(frame) if isinstance(frame, pd.DataFrame) else len(frame["features"])
        for origin in table.origins:
            block = blocks.get(origin.source_id)
            if block is None:
                raise BadInput(
                    [
                        Finding(
                            "sources.yaml",
                            None,
                            "id",
                            f"no block {origin.source_id}",
                            f"one for {table.name}",
                        )
                    ]
                )
            rows.append(
                (
                    table.name,
                    origin.file,
                    published.sha256(origin.file),
                    count,
                    origin.source_id,
                    block["publisher"],
                    block["series"],
                    origin.vintage,
                    block["licence"],
                    origin.total_proved,
                    origin.note,
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def merged_register(folder: Path, new: pd.DataFrame) -> pd.DataFrame:
    """The register in `folder` with the rows of rebuilt tables in the place of their old ones."""
    path = folder / REGISTER
    if path.is_file():
        old = pd.read_csv(path, dtype=str, keep_default_na=False)
        new = pd.concat([old[~old["table"].isin(new["table"])], new.astype(str)])
    return new.sort_values(["table", "file"], kind="stable").reset_index(drop=True)
