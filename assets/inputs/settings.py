"""Settings of a run: folders of inputs and outputs, number of draws, seed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets.areas.area_folder import is_area
from assets.areas.composing import composed, composed_folders
from assets.inputs.defaults import DATA_DIRECTORY, DEFAULT_DRAWS, DEFAULT_SEED, TRAJECTORIES_DIRECTORY


class RunSettings(dg.ConfigurableResource):
    """What a run may be told: folders of inputs and outputs, number of draws, seed.

    `data_directory` is an area's folder, which is composed under the outputs before a run, or a complete
    folder of input tables. `draws` is the number of ensemble members beside the principal run; the same seed
    and inputs give the same bytes. `history_directory` holds what earlier releases left, for a release that
    is made again; without it a run looks at the releases under its outputs. `published_at` is that release's
    moment; without it a release is published at the time it is.
    """

    data_directory: str = str(DATA_DIRECTORY)
    trajectories_directory: str = TRAJECTORIES_DIRECTORY
    outputs_directory: str = "outputs"
    draws: int = Field(default=DEFAULT_DRAWS, ge=2)
    seed: int = DEFAULT_SEED
    code_version: str = "unversioned"
    history_directory: str = ""
    published_at: str = ""

    @property
    def data_path(self) -> Path:
        """Complete folder of input tables: the one composed of an area, as `prepared` left it."""
        folder = Path(self.data_directory)
        return composed_folders(self.outputs_path)[0] if is_area(folder) else folder

    @property
    def trajectories_path(self) -> Path:
        """Folder of the councils' trajectories."""
        if is_area(Path(self.data_directory)):
            return composed_folders(self.outputs_path)[1]
        return Path(self.trajectories_directory or self.data_path.parent / "trajectories")

    def prepared(self) -> RunSettings:
        """These settings, once an area's folders are composed anew where anything has changed.

        Raises BadInput where its `area.yaml` is wrong.
        """
        folder = Path(self.data_directory)
        if is_area(folder):
            own = Path(self.trajectories_directory) if self.trajectories_directory else None
            composed(folder, self.outputs_path, own)
        return self

    @property
    def today(self) -> date:
        """The day the release is published on: today, or its own where it is made again."""
        now = datetime.fromisoformat(self.published_at) if self.published_at else datetime.now(UTC)
        return now.astimezone(UTC).date()

    @property
    def outputs_path(self) -> Path:
        """Folder of tables and releases."""
        return Path(self.outputs_directory)

    @property
    def inputs_path(self) -> Path:
        """Folder of the input store, shared by all releases of these outputs."""
        return self.outputs_path / "inputs"
