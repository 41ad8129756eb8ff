"""What a run takes over from earlier releases, gathered once at its start and kept in the input store.

So a release rests on stored files alone, those of its inputs and these, and can be made again when the
releases it looked back at have long been pruned.

Asset modules do without postponed annotations: Dagster reads the type of `context` as it stands.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.inputs.input_store import InputStore
from assets.inputs.scenarios import PRINCIPAL
from assets.inputs.settings import RunSettings
from assets.release_history.recorded_series import FORECAST_TABLES, forecasts_of, recorded_until
from assets.release_history.release_folders import (
    Manifest,
    manifest_of,
    read_manifest,
    release_before,
    release_ids,
)
from assets.release_history.versions_before import BEFORE, versions_before
from assets.tables.parquet import read_frame, write_frame

FOLDER = "history"
PREVIOUS = f"{FOLDER}/previous_manifest.json"
FORECASTS = f"{FOLDER}/earlier_forecasts.parquet"
SENSITIVITY = f"{FOLDER}/sensitivity.parquet"
PEOPLE = f"{FOLDER}/previous_people.parquet"
COMPARED_AGES = ("all", "65+", "85+", *(f"{age}-{age + 4}" for age in range(0, 90, 5)), "90+")
FORECAST_COLUMNS = ["release", "series", "period", "principal", "p10", "p90"]


@dg.asset(group_name="history")
def earlier_releases(
    settings: RunSettings, recorded_figures: pd.DataFrame, places: pd.DataFrame
) -> pd.DataFrame:
    """The files in which this run finds what earlier releases said, each kept in the store by its SHA-256."""
    store = InputStore(settings.inputs_path)
    if settings.history_directory:
        folder = Path(settings.history_directory)
        contents = {f"{FOLDER}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
    else:
        contents = _gathered(settings, recorded_figures, trajectory_files(places))
    rows = [{"id": name, "sha256": store.keep_bytes(content)} for name, content in sorted(contents.items())]
    return pd.DataFrame(rows, columns=["id", "sha256"], dtype="str")


def trajectory_files(places: pd.DataFrame) -> dict[str, str]:
    """Each council's trajectory file, by its GSS code."""
    councils = places[places["kind"] == "place"]
    return dict(zip(councils["place"], councils["trajectory_file"], strict=True))


def _gathered(
    settings: RunSettings, recorded: pd.DataFrame, trajectories: Mapping[str, str]
) -> dict[str, bytes]:
    outputs = settings.outputs_path
    contents: dict[str, bytes] = {}
    previous = release_before(outputs)
    if previous is not None:
        contents[PREVIOUS] = (outputs / "releases" / previous / "manifest.json").read_bytes()
        people = _people_of(outputs, previous)
        if len(people):
            contents[PEOPLE] = _as_bytes(people, outputs)
    forecasts = _earlier_forecasts(outputs, recorded)
    if len(forecasts):
        contents[FORECASTS] = _as_bytes(forecasts, outputs)
    latest = outputs / "sensitivity" / "sensitivity.parquet"
    if latest.exists():
        contents[SENSITIVITY] = latest.read_bytes()
    before = versions_before(outputs, settings.trajectories_path, trajectories)
    return contents | {f"{FOLDER}/{name}": content for name, content in before.items()}


def _earlier_forecasts(outputs: Path, recorded: pd.DataFrame) -> pd.DataFrame:
    """What earlier releases forecast of what is now on record; of equal forecasts the first release's."""
    wanted = recorded[["series", "period"]]
    parts = []
    seen: set[tuple[str, ...]] = set()
    for release in release_ids(outputs):
        manifest = manifest_of(outputs, release)
        until = manifest.get("recorded_until")
        said = tuple(manifest["tables"].get(name, {}).get("parquet_sha256", "") for name in FORECAST_TABLES)
        if until is None or "" in said or said in seen:
            continue
        seen.add(said)
        if all(recorded_until(recorded).get(series) == last for series, last in until.items()):
            continue  # Nothing has been recorded since that it could have forecast.
        folder = outputs / "releases" / release
        tables = {name: read_frame(folder / f"{name}.parquet") for name in FORECAST_TABLES}
        rows = forecasts_of(tables, until).merge(wanted, on=["series", "period"])
        if len(rows):
            parts.append(rows.assign(release=release)[FORECAST_COLUMNS])
    if not parts:
        return pd.DataFrame(columns=FORECAST_COLUMNS)
    every = pd.concat(parts, ignore_index=True)
    said_before = every.duplicated([column for column in FORECAST_COLUMNS if column != "release"])
    return every[~said_before].sort_values(["series", "period", "release"], ignore_index=True)


def figures_of_people(population: pd.DataFrame) -> pd.DataFrame:
    """place, year, age_band, principal: persons of the principal scenario, of the ages that are compared."""
    chosen = population[
        (population["scenario"] == PRINCIPAL)
        & (population["sex"] == "persons")
        & population["age_band"].isin(COMPARED_AGES)
    ]
    return chosen[["place", "year", "age_band", "principal"]].reset_index(drop=True)


def _people_of(outputs: Path, release: str) -> pd.DataFrame:
    """What the release said of people, with its id and the last estimates it knew; or no rows."""
    folder = outputs / "releases" / release
    tables = {name: folder / f"{name}.parquet" for name in ("population", "projection_errors")}
    if not all(path.is_file() for path in tables.values()):
        return pd.DataFrame()
    known_until = int(read_frame(tables["projection_errors"])["year"].max())
    people = figures_of_people(read_frame(tables["population"]))
    return people.assign(known_until=known_until, release=release)


def _as_bytes(frame: pd.DataFrame, outputs: Path) -> bytes:
    path = outputs / "inputs" / f".{FOLDER}.parquet"
    write_frame(frame, path)
    content = path.read_bytes()
    path.unlink()
    return content


class Earlier:
    """What earlier releases left for this run, read back from the store."""

    def __init__(self, earlier_releases: pd.DataFrame, settings: RunSettings) -> None:
        self._files = dict(zip(earlier_releases["id"], earlier_releases["sha256"], strict=True))
        self._store = InputStore(settings.inputs_path)

    @property
    def previous(self) -> Manifest | None:
        """The manifest of the release before: the one readers saw when this run began."""
        content = self._content(PREVIOUS)
        return None if content is None else read_manifest(content)

    @property
    def forecasts(self) -> pd.DataFrame:
        """FORECAST_COLUMNS of every earlier forecast of what is now on record."""
        return self._frame(FORECASTS, FORECAST_COLUMNS)

    @property
    def people(self) -> pd.DataFrame | None:
        """What the release before said of people, with its id and the last estimates it knew."""
        return self._frame(PEOPLE, []) if PEOPLE in self._files else None

    @property
    def sensitivity(self) -> pd.DataFrame | None:
        """The latest runs of what matters most, where there are any."""
        return None if SENSITIVITY not in self._files else self._frame(SENSITIVITY, [])

    @property
    def versions_before(self) -> dict[str, bytes]:
        """The version of each trajectory before the one in use, by a name that ends in its file's."""
        names = [name for name in self._files if name.startswith(f"{FOLDER}/{BEFORE}")]
        return {name.removeprefix(f"{FOLDER}/"): self._store.read(self._files[name]) for name in names}

    def _frame(self, name: str, columns: list[str]) -> pd.DataFrame:
        content = self._content(name)
        if content is None:
            return pd.DataFrame(columns=columns)
        return pd.read_parquet(io.BytesIO(content))

    def _content(self, name: str) -> bytes | None:
        return self._store.read(self._files[name]) if name in self._files else None
