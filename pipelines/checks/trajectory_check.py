"""A warning beside `housing_trajectories` where a council's file lacks much of what its version before had.

It stops nothing: a council may drop sites. It stands, in the log, the web interface, the manifest and the
report, until the next version of the file.

Annotations are not postponed here: Dagster reads the type of `context` as it stands.
"""

import dagster as dg
import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.release_history.earlier_releases import Earlier, trajectory_files
from assets.release_history.versions_before import fewer_findings
from housing_trajectories.findings import BadInput
from housing_trajectories.plain_text import as_markdown

SHARE = "housing.fewer_than_before_share"


@dg.asset_check(
    asset="housing_trajectories",
    name="not_fewer_than_before",
    blocking=False,
    additional_ins={name: dg.AssetIn(name) for name in ("earlier_releases", "places", "assumptions")},
    description="No trajectory has lost many sites or homes since its last version",
)
def not_fewer_than_before(
    context: dg.AssetCheckExecutionContext,
    settings: RunSettings,
    earlier_releases: pd.DataFrame,
    places: pd.DataFrame,
    assumptions: pd.DataFrame,
) -> dg.AssetCheckResult:
    """A warning with a sentence a council's file; each is logged too."""
    before = Earlier(earlier_releases, settings).versions_before
    files = trajectory_files(places)
    try:
        share = Assumptions(assumptions).value(SHARE)
        found = fewer_findings(before, settings.trajectories_path, files, settings.data_path, share)
        sentences = [finding.sentence() for finding in found]
    except BadInput as error:
        # Inputs of an older version lack the row: a warning must not stop a release.
        sentences = [str(error)]
    for sentence in sentences:
        context.log.warning(sentence)
    fine = f"{len(before)} of {len(files)} files have an earlier version; none has lost many sites or homes"
    return dg.AssetCheckResult(
        passed=not sentences,
        severity=dg.AssetCheckSeverity.WARN,
        description=as_markdown("; ".join(sentences) or fine),
        metadata={"held_against_a_version_before": len(before)},
    )
