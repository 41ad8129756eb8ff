"""Builds England's tables from published files: all builders first, then all tables move into place.

A builder takes the files and returns tables with their origins. If one fails, all tables stay as they were.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.england import (
    authorities,
    boards,
    boundaries,
    housing_stock,
    msoas,
    people,
    plans,
    published_projections,
)
from assets.england.health import (
    emergency_departments,
    health_estates,
    hospital_beds,
    need_indices,
    pcn_staff,
    practices,
    social_care,
    trust_staff,
    trusts,
    urgent_care_providers,
)
from assets.england.national_tables import ENGLAND_DIRECTORY
from assets.england.published_files import PublishedFiles
from assets.england.register import REGISTER, NationalTable, merged_register, register_rows
from assets.inputs.defaults import SHARED_DATA
from assets.inputs.source_list import SOURCES, read_source_list
from assets.tables.parquet import finish, neighbour, write_frame
from housing_trajectories.findings import BadInput, Finding, errors

Builder = Callable[[PublishedFiles], list[NationalTable]]

BUILDERS: dict[str, Builder] = {
    "authorities": authorities.build,
    "boards": boards.build,
    "people": people.build,
    "housing_stock": housing_stock.build,
    "plans": plans.build,
    "msoas": msoas.build,
    "projections": published_projections.build,
    "boundaries": boundaries.build,
    "trusts": trusts.build,
    "emergency_departments": emergency_departments.build,
    "urgent_care": urgent_care_providers.build,
    "beds": hospital_beds.build,
    "trust_staff": trust_staff.build,
    "practices": practices.build,
    "need": need_indices.build,
    "network_staff": pcn_staff.build,
    "health_estates": health_estates.build,
    "social_care": social_care.build,
}
"""By the subject a person names; in the order they run."""


@dataclass(frozen=True)
class Built:
    """What was written: bytes by file name."""

    sizes: dict[str, int]


def build_england(
    published: PublishedFiles,
    folder: Path = ENGLAND_DIRECTORY,
    only: Collection[str] = (),
    told: Callable[[str], None] = lambda _: None,
    builders: dict[str, Builder] | None = None,
) -> Built:
    """Run the builders, all or those of `only`, and write their tables and the register into `folder`.

    `told` hears each subject as it starts. Raises BadInput with what every failed builder found; then nothing
    was written.
    """
    tables: list[NationalTable] = []
    findings: list[Finding] = []
    for subject, builder in (BUILDERS if builders is None else builders).items():
        if only and subject not in only:
            continue
        told(subject)
        try:
            tables += builder(published)
        except BadInput as error:
            findings += errors(error.findings)
    if findings:
        raise BadInput(findings)
    register = merged_register(
        folder, register_rows(tables, published, read_source_list(SHARED_DATA / SOURCES))
    )
    rows = {table.name: table.sorted_rows() for table in tables if isinstance(table.content, pd.DataFrame)}
    sizes = {}
    for table in tables:
        path = folder / table.file_name
        if table.name in rows:
            write_frame(rows[table.name], path)
        else:
            _write(path, _packed(table))
        sizes[table.file_name] = path.stat().st_size
    _write(folder / REGISTER, register.to_csv(index=False, lineterminator="\n").encode())
    return Built(sizes)


def _packed(table: NationalTable) -> bytes:
    """GeoJSON, compact, the same bytes for the same boundaries."""
    text = json.dumps(table.content, separators=(",", ":"), ensure_ascii=False)
    return gzip.compress(text.encode(), mtime=0)


def _write(path: Path, content: bytes) -> None:
    temporary = neighbour(path)
    try:
        temporary.write_bytes(content)
        finish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
