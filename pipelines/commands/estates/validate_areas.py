"""`validate-areas`: estimated floor areas of practices held against a user's survey."""

from __future__ import annotations

from pathlib import Path

import click

from housing_trajectories.findings import BadInput
from housing_trajectories.plain_text import say
from pipelines.commands.options import FOLDER


@click.command()
@click.option("--survey", type=FOLDER, help="CSV: practice, gross_internal_area_m2")
@click.option("--draws", type=click.IntRange(100), default=1000)
def command(survey: Path | None, draws: int) -> int:
    """Print how estimated floor areas agree with a survey, on buildings kept out of any calibration.

    Without a survey it says that nothing is validated and how the payments that estimates rest on are
    dispersed. Ends with exit code 1 and what is wrong where the survey cannot be read.
    """
    from assets.buildings.area_validation import (
        FEWEST,
        dispersion,
        england_estimates,
        read_survey,
        survey_report,
    )
    from assets.inputs.csv_reading import read_table
    from assets.inputs.defaults import SHARED_DATA
    from assets.tables.declarations import INPUT_TABLES

    assumptions = read_table(INPUT_TABLES["assumptions"], SHARED_DATA / "assumptions.csv", places=None)
    estimates = england_estimates(assumptions, draws)
    for even, called in ((True, "even digit: the half they were chosen on"), (False, "odd digit: kept out")):
        half = dispersion(estimates, assumptions, even)
        low, middle, high = half.implied
        say(
            f"Code ends in an {called}. {half.practices:,} practices with a payment that is believed, "
            f"{half.not_believed_percent:.1f} % without. "
            f"Implied m2 a patient {middle:.4f} (P10 {low:.4f}, P90 {high:.4f}); "
            f"payments: median GBP {half.payments.median:.2f}, log spread {half.payments.within:.3f}, "
            f"{half.payments.place_practices:.1f} practices a place; "
            f"{half.covered:.0f} % of payments within the 80 % interval the model expects"
        )
    if survey is None:
        say("Floor areas are not validated: no survey of floor areas was given (--survey FILE)")
        return 0
    try:
        rows = read_survey(survey, estimates.practices)
    except BadInput as error:
        say(str(error), error=True)
        return 1
    report = survey_report(estimates, rows)
    if report is None:
        few = f"fewer than {FEWEST} of {len(rows)} surveyed practices are kept out"
        say(f"Floor areas are not validated: {few}")
        return 0
    say(f"Survey of {len(rows)} practices; scored on {report.kept_out} kept out of any calibration:")
    lines = [("as estimated", report.estimated), ("from lists alone", report.from_lists)]
    if report.calibrated is not None:
        called = f"calibrated on the others (x {report.factor:.3f}, width x {report.width:.2f})"
        lines.append((called, report.calibrated))
    for called, scores in lines:
        say(
            f"  {called}: median absolute error {scores.median_absolute_error:.1f} %, "
            f"bias {scores.bias:+.1f} %, {scores.coverage:.0f} % of areas within the 80 % interval"
        )
    return 0
