"""A release with one thing wrong is refused with one clear message, and readers keep seeing the last one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.areas.composing import composed_folders
from assets.inputs.input_store import InputStore
from assets.inputs.settings import RunSettings
from assets.publication.documents import FOR_DOCUMENTS, Documents
from assets.publication.release_stage import AuditFailed, examined_and_published
from assets.release_history.earlier_releases import PREVIOUS
from assets.release_history.release_folders import current_id, release_ids
from assets.tables.declarations import PROMISED
from housing_trajectories.findings import BadInput
from tests.journeys.running import Run

LUTON = "E06000032"
PAST = ("earlier_releases", "recorded_figures", "release_retention", "release_bounds", "release_acceptances")
Tables = dict[str, pd.DataFrame]


class Publication:
    """What a run hands to publication, to be doctored, and the outputs it would be published in."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.outputs = folder
        self.read_from = composed_folders(run.outputs)
        shutil.copytree(run.outputs / "inputs", folder / "inputs")
        shutil.copytree(run.outputs / "current", folder / "releases" / (current_id(run.outputs) or ""))
        (folder / "current").symlink_to(Path("releases") / (current_id(run.outputs) or ""))
        released = {path.stem for path in (run.outputs / "current").glob("*.parquet")}
        self.tables: Tables = {name: run.table(name) for name in PROMISED if name in released}
        self.past: Tables = {name: run.working_table(name) for name in PAST}
        # As a second run finds it: with the first release before it.
        previous = (run.outputs / "current" / "manifest.json").read_bytes()
        digest = InputStore(folder / "inputs").keep_bytes(previous)
        self.past["earlier_releases"] = pd.DataFrame([{"id": PREVIOUS, "sha256": digest}], dtype="str")
        self.checks: list[dict[str, object]] = []
        self.documents = Documents(**{name: run.working_table(name) for name in FOR_DOCUMENTS})

    def publish(self) -> Path:
        data, trajectories = map(str, self.read_from)
        settings = RunSettings(
            data_directory=data,
            trajectories_directory=trajectories,
            outputs_directory=str(self.outputs),
            draws=24,
        )
        folder, _ = examined_and_published(
            self.tables, self.past, self.documents, settings, run_id="doctored", checks=self.checks
        )
        return folder


@pytest.fixture
def publication(main_run: Run, tmp_path: Path) -> Publication:
    return Publication(main_run, tmp_path)


def emptied(made: Publication) -> None:
    made.tables["neighbourhood_population"] = made.tables["neighbourhood_population"].iloc[:0]


def zeroed(made: Publication) -> None:
    values = dict.fromkeys(("principal", "p10", "p50", "p90"), 0.0)
    made.tables["provider_demand"] = made.tables["provider_demand"].assign(**values)


def with_a_null(made: Publication) -> None:
    frame = made.tables["households"].copy()
    frame.loc[3, "p90"] = float("nan")
    made.tables["households"] = frame


def with_an_undeclared_column(made: Publication) -> None:
    made.tables["benchmarks"] = made.tables["benchmarks"].assign(remark="checked")


def with_a_failed_check(made: Publication) -> None:
    made.checks = [
        {
            "asset": "demand",
            "check": "as_declared",
            "passed": False,
            "severity": "ERROR",
            "description": "demand.unit: not as declared",
        }
    ]


def with_people_out_of_bounds(made: Publication) -> None:
    """A tenth more people everywhere: every sum still holds, and only the last release tells."""
    for name in ("population", "population_single_year", "components_of_change"):
        values = [c for c in ("principal", "p10", "p50", "p90") if c in made.tables[name]]
        frame = made.tables[name].copy()
        frame[values] *= 1.1
        made.tables[name] = frame
    quintiles = made.tables["population_by_deprivation"].copy()
    quintiles.loc[quintiles["measure"].str.startswith("people"), "principal"] *= 1.1
    made.tables["population_by_deprivation"] = quintiles


def with_an_input_changed_meanwhile(made: Publication) -> None:
    frame = made.tables["input_files"].copy()
    frame.loc[frame["id"] == "data/places.csv", "sha256"] = "0" * 64
    made.tables["input_files"] = frame


@pytest.mark.parametrize(
    ("doctor", "words"),
    [
        (emptied, "neighbourhood_population has no rows"),
        (zeroed, "provider_demand is zero in every row"),
        (with_a_null, "households.p90 has a null"),
        (with_an_undeclared_column, "benchmarks.remark is not declared"),
        (with_a_failed_check, "the check as_declared of demand did not pass"),
        (with_people_out_of_bounds, "release_bounds.csv"),
        (with_an_input_changed_meanwhile, "data/places.csv changed during the run"),
    ],
)
def test_what_is_wrong_is_said_and_readers_see_what_they_saw(
    publication: Publication, doctor: Callable[[Publication], None], words: str
) -> None:
    before = release_ids(publication.outputs)
    doctor(publication)
    with pytest.raises(AuditFailed, match="The release was not published: ") as refused:
        publication.publish()
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert release_ids(publication.outputs) == before
    assert current_id(publication.outputs) == before[-1]


def test_retention_that_is_not_stated_stops_a_release_before_it_is_shown(publication: Publication) -> None:
    rules = publication.past["release_retention"]
    publication.past["release_retention"] = rules[rules["rule"] != "all_of_last_days"]
    with pytest.raises(BadInput, match="all_of_last_days"):
        publication.publish()
    assert len(release_ids(publication.outputs)) == 1


def test_the_same_tables_undoctored_are_published(publication: Publication) -> None:
    folder = publication.publish()
    assert current_id(publication.outputs) == folder.name


def test_a_change_beyond_bounds_is_published_once_it_is_accepted_by_name(publication: Publication) -> None:
    with_people_out_of_bounds(publication)
    places = publication.documents.places["place"]
    publication.past["release_acceptances"] = pd.DataFrame(
        {
            "accepted": "population",
            "place": places,
            "until": "9999-12-31",
            "accepted_by": "A. Planner",
            "reason": "A test",
        },
        dtype="str",
    )
    published = publication.publish()
    assert current_id(publication.outputs) == published.name
