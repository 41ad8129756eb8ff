"""The intake that training courses need, by professional group, to close the gap of the system."""

from __future__ import annotations

import pandas as pd

from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.tables.uncertain_table import Labels, summarised, summary_rows
from assets.workforce.staff_draws import AreaStaff
from models.workforce.action_years import first_intake_year
from models.workforce.staff_gap import unfilled
from models.workforce.staffing import Staffing
from models.workforce.supply_rates import common_share, participation_path
from models.workforce.training_intake import in_training, intake_needed, present_intake

PROFESSIONS = (
    "doctors",
    "nurses",
    "midwives",
    "scientific_therapeutic_and_technical",
    "community_staff",
    "mental_health_staff",
    "gps",
    "practice_nurses",
    "other_direct_patient_care",
)
"""Groups whose staff train for years before they join; support and care staff do not."""


def intake_rows(
    whole: Staffing, staff: AreaStaff, known: Assumptions, settings: RunSettings
) -> list[pd.DataFrame]:
    """Starters a year, on top of today's, for those who qualify to close the gap of their group.

    `whole` are the `staff` of all areas together. The first year is that of the next intake.
    Those who qualify from intakes as large as today's are among the joiners of the gap already.
    """
    years = staff.needed.years
    first = max(first_intake_year(settings.today) - int(years[0]), 0)
    take_up = common_share(
        known.range("workforce.training_take_up"), "training_take_up", settings.draws, settings.seed
    )
    path = participation_path(
        known.range("workforce.participation_change"), len(years), settings.draws, settings.seed
    )
    parts = []
    for position, (sector, group) in enumerate(staff.supplied):
        if group not in PROFESSIONS:
            continue
        training = int(known.value(f"workforce.years_in_training_{group}"))
        attrition = known.value(f"workforce.training_attrition_{group}")
        started = intake_needed(
            unfilled(
                whole.required[staff.columns[position]], whole.in_post[position], whole.temporary[position]
            ),
            known.value(f"workforce.participation_{group}"),
            path,
            known.value(f"workforce.leaver_rate_{group}"),
            training,
            attrition,
            take_up,
            int(known.value("workforce.catch_up_years")),
            first,
        )
        starting = years[first : first + started.shape[1]]
        present = _present(known, float(whole.heads[position, 0, 0, 0]), group)
        labels: Labels = {
            "scenario": ("scenario", staff.needed.scenarios),
            "year": ("year", starting),
            "qualifying_year": ("year", starting + training),
        }
        constants = {
            "sector": sector,
            "staff_group": group,
            "unit": "people",
            "present_intake": present,
            "years_in_training": training,
            "attrition_percent": attrition,
            "in_training": in_training(present, attrition, training),
            "pipeline_joiners": present * (1 - attrition / 100) * known.value("workforce.training_take_up"),
        }
        summary = summarised(started, f"training_intake of {group}", axis=-1)
        parts.append(summary_rows(summary, ("scenario", "year"), labels, constants))
    return parts


def _present(known: Assumptions, heads: float, group: str) -> float:
    """Starters a year behind the joiners from training of the base year, which has `heads`."""
    return present_intake(
        heads,
        known.value(f"workforce.leaver_rate_{group}"),
        known.value(f"workforce.joiners_per_leaver_{group}"),
        known.value(f"workforce.joiners_from_training_{group}"),
        known.value(f"workforce.training_attrition_{group}"),
        known.value("workforce.training_take_up"),
    )
