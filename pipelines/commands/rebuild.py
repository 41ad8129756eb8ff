"""`rebuild`: a release made again from its stored inputs, compared byte by byte."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.release_history.release_folders import Manifest, NoSuchRelease, current_id, manifest_of
from housing_trajectories.terminal import Terminal
from pipelines.commands.options import outputs_option
from pipelines.failures import reason_of
from pipelines.in_process import execute

_ENDINGS = {"parquet": "parquet_sha256", "csv": "csv_sha256"}


@click.command()
@click.argument("release", required=False)
@outputs_option
def command(release: str | None, outputs: Path) -> int:
    """Make RELEASE, or the current one, again from its stored inputs and compare it byte by byte.

    Restores the inputs the release was made from, and what it took over from the releases before it, into a
    temporary folder, runs with its draws and seed as of its moment, and holds every table to the manifest's
    hashes. Exit code 0: every byte is the same. 1: it is not, or cannot be told; the messages say which files
    differ and what is another than it was (code, libraries, processor). Nothing that readers see is changed.
    """
    console = Terminal(soft_wrap=True)
    outputs = outputs.resolve()
    try:
        release = release or current_id(outputs)
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


def _run(manifest: Manifest, outputs: Path, folder: Path) -> Manifest:
    """The manifest of the same release made again under `folder`."""
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
    result = execute(again, settings, history=False)
    if not result.success:
        raise RunFailed(reason_of(result))
    made = current_id(again)
    if made is None:
        raise RunFailed("the run made no release")
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
            f"the code is different: {before['code_version']} then, {after['code_version']} now. "
            "Check out the release's code to get the same bytes"
        )
    then, now = (
        {**manifest["libraries"], "python": manifest["python"], **manifest.get("environment", {})}
        for manifest in (before, after)
    )
    lines += [
        f"{name} is different: {then.get(name)} then, {now.get(name)} now"
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]
    return lines or ["code, libraries and machine are those of the release: this is an error of the model"]
