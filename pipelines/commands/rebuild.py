"""`python -m pipelines.commands.rebuild RELEASE`: a release made again from its stored inputs, compared
byte by byte.

Restores the inputs the release was made from, and what it took over from the releases before it, into a
temporary folder, runs with its draws and seed as of its moment, and holds every table to the manifest's
hashes. Exit code 0: every byte is the same. 1: it is not, or cannot be told; the messages say which files
differ and what is another than it was (code, libraries, processor). Nothing that readers see is changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.release_history.releases import Manifest, NoSuchRelease, current_id, manifest_of
from housing_trajectories.tools.terminal import Terminal

_ENDINGS = {"parquet": "parquet_sha256", "csv": "csv_sha256"}


def main(arguments: list[str] | None = None) -> int:
    """Rebuild, compare, say, and return the exit code."""
    options = _parser().parse_args(arguments)
    console = Terminal(soft_wrap=True)
    outputs = options.outputs.resolve()
    try:
        release = options.release or current_id(outputs)
        if release is None:
            raise NoSuchRelease(f"there is no release in {outputs / 'releases'}")
        manifest = manifest_of(outputs, release)
        with tempfile.TemporaryDirectory(prefix="placecast-rebuild-") as folder:
            InputStore(outputs / "inputs").restore(manifest, Path(folder))
            made = _run(manifest, outputs, Path(folder))
    except (NoSuchRelease, StoredInputMissing, RunFailed) as error:
        console.print(f"Not rebuilt. {error}")
        return 1
    different = differences(manifest, made)
    total = len(manifest["tables"]) * len(_ENDINGS)
    if not different:
        console.print(
            f"{release}: all {total} table files are the same to the byte as when they were published."
        )
        return 0
    console.print(f"{release}: {len(different)} of {total} table files differ: {', '.join(different)}")
    for line in _what_is_another(manifest, made):
        console.print(f"  {line}")
    return 1


class RunFailed(Exception):
    """The run on restored inputs was not published; the message is its own."""


def _parser() -> argparse.ArgumentParser:
    from assets.inputs.defaults import OUTPUTS_DIRECTORY

    parser = argparse.ArgumentParser(prog="rebuild", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("release", nargs="?", help="id of the release; the current one without it")
    parser.add_argument("--outputs", type=Path, default=OUTPUTS_DIRECTORY, help="where releases are")
    return parser


def _run(manifest: Manifest, outputs: Path, folder: Path) -> Manifest:
    """The manifest of the same release made again under `folder`."""
    # Places are fixed when the code is loaded, so the folders are named before it is.
    os.environ["PLACECAST_DATA"] = str(folder / "data")
    os.environ["PLACECAST_TRAJECTORIES"] = str(folder / "trajectories")
    warnings.filterwarnings("ignore", message=".*backfill_policy.*")
    import dagster as dg

    from pipelines.code_location import build_definitions, default_resources
    from pipelines.commands.forecast import reason_of
    from pipelines.jobs import ALL_PLACES_TAGS

    again = folder / "outputs"
    again.mkdir()
    # Shared with the outputs: what is in them is named after its own content or what it was made from.
    for name in ("inputs", "fits"):
        (outputs / name).mkdir(exist_ok=True)
        (again / name).symlink_to(outputs / name)
    (folder / "history").mkdir(exist_ok=True)
    settings: dict[str, Any] = {
        "data_directory": str(folder / "data"),
        "trajectories_directory": str(folder / "trajectories"),
        "history_directory": str(folder / "history"),
        "published_at": manifest["published_at"],
        "draws": manifest["draws"],
        "seed": manifest["seed"],
    }
    job = build_definitions(default_resources(again, **settings)).resolve_job_def("refresh")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            tags=ALL_PLACES_TAGS,
            raise_on_error=False,
            run_config={"loggers": {"progress": {"config": {}}}},
        )
    if not result.success:
        raise RunFailed(reason_of(result))
    made = current_id(again)
    if made is None:
        raise RunFailed("the run left no release")
    return manifest_of(again, made)


def differences(before: Manifest, after: Manifest) -> list[str]:
    """Files of tables whose bytes differ, or that only one of two releases has."""
    files = [
        {
            f"{name}.{ending}": table[digest]
            for name, table in manifest["tables"].items()
            for ending, digest in _ENDINGS.items()
        }
        for manifest in (before, after)
    ]
    then, now = files
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))


def _what_is_another(before: Manifest, after: Manifest) -> list[str]:
    """What besides the inputs is not what it was when the release was made."""
    lines = []
    if before["code_version"] != after["code_version"]:
        lines.append(
            f"the code is another: {before['code_version']} then, {after['code_version']} now; "
            "check out the code of the release to have its bytes"
        )
    then, now = (
        {**manifest["libraries"], "python": manifest["python"], **manifest.get("environment", {})}
        for manifest in (before, after)
    )
    lines += [
        f"{name} is another: {then.get(name)} then, {now.get(name)} now"
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]
    return lines or ["code, libraries and machine are those of the release: this is an error of the model"]


if __name__ == "__main__":
    sys.exit(main())
