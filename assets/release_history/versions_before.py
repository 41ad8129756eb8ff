"""The version of each council's trajectory before the one in use, as the releases there are say.

Taken up with what a run takes over from earlier releases, so that a release can be made again with the same
warnings. What a version lacks is worked out in housing_trajectories/tools/fewer_sites.py.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from assets.inputs.input_store import InputStore, StoredInputMissing
from assets.release_history.release_folders import manifest_of, release_ids
from housing_trajectories.findings import Finding
from housing_trajectories.reading import read
from housing_trajectories.reading_options import copy_options
from housing_trajectories.tools.fewer_sites import fewer_than_before

BEFORE = "version_before_"
_TRAJECTORIES = "trajectories/"


def versions_before(outputs: Path, trajectories: Path, files: Mapping[str, str]) -> dict[str, bytes]:
    """Name and content of the latest other version of each place's trajectory; none where there is none.

    `files` are the places' files in use; a version in another format has the same stem.
    """
    wanted = {
        PurePosixPath(file).stem: hashlib.sha256((trajectories / file).read_bytes()).hexdigest()
        for file in files.values()
        if (trajectories / file).is_file()
    }
    store = InputStore(outputs / "inputs")
    found: dict[str, bytes] = {}
    for release in reversed(release_ids(outputs)):
        for name, digest in manifest_of(outputs, release)["inputs"].items():
            path = PurePosixPath(name)
            of_ours = name.startswith(_TRAJECTORIES) and path.stem in wanted
            if not of_ours or digest == wanted[path.stem]:
                continue
            del wanted[path.stem]
            try:
                found[f"{BEFORE}{path.name}"] = store.read(digest)
            except StoredInputMissing:
                # Pruned with the releases that used it: nothing is left to hold the new one against.
                continue
        if not wanted:
            break
    return found


def fewer_findings(
    before: Mapping[str, bytes], trajectories: Path, files: Mapping[str, str], data: Path, share: float
) -> list[Finding]:
    """A warning for each place whose file in use lacks more than `share` of its version in `before`."""
    contents = {PurePosixPath(name.removeprefix(BEFORE)).stem: name for name in before}
    findings = []
    with tempfile.TemporaryDirectory(prefix="placecast-") as folder:
        for place, file in sorted(files.items()):
            name = contents.get(PurePosixPath(file).stem)
            if name is None:
                continue
            path = Path(folder) / PurePosixPath(name.removeprefix(BEFORE)).name
            path.write_bytes(before[name])
            copy_options(trajectories / path.name, path)
            former, now = (read(one, place, data=data) for one in (path, trajectories / file))
            findings.append(fewer_than_before(former, now, share))
    return [finding for finding in findings if finding is not None]
