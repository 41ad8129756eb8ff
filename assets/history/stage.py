"""The history stage: what a release says of the releases before it."""

from assets.history.actuals import actual_against_plan
from assets.history.actuals_series import recorded_figures
from assets.history.changes import release_changes
from assets.history.earlier import earlier_releases
from assets.history.sensitivity import sensitivity

# The stage's assets: a stage is loaded by this module's name.
__all__ = ["actual_against_plan", "earlier_releases", "recorded_figures", "release_changes", "sensitivity"]
