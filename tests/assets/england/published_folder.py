"""A folder of small published files, what is built from it and what it is refused for."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.england.published_files import PublishedFiles
from assets.england.register import NationalTable
from housing_trajectories.findings import BadInput, Finding

Build = Callable[[PublishedFiles], list[NationalTable]]


class Folder:
    """A folder of small published files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str, member: str | None = None) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if member is not None:
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(member, text)
        elif name.endswith(".gz"):
            path.write_bytes(gzip.compress(text.encode()))
        else:
            path.write_text(text)

    def tables(self, build: Build) -> dict[str, pd.DataFrame]:
        return {
            table.name: table.sorted_rows()
            for table in build(self.files)
            if isinstance(table.content, pd.DataFrame)
        }

    @property
    def files(self) -> PublishedFiles:
        return PublishedFiles(self.path)

    def refusal(self, build: Build) -> Finding:
        with pytest.raises(BadInput) as error:
            build(self.files)
        return error.value.findings[0]
