"""Effect of each lever on the gap, one at a time, as a table the ICB can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.settings import RunSettings
from assets.tables.uncertain_table import Labels, summarised, summary_rows
from assets.workforce.norm_matrices import RECORDED, headroom, hours_worked, shares_by_year
from assets.workforce.staff_draws import AreaStaff
from assets.workforce.training_places import PROFESSIONS
from assets.workforce.workforce_inputs import Group, StaffingTables, Unit
from models.arrays import FloatArray
from models.workforce.lever_effects import (
    additional_joiners,
    gained,
    less_absence,
    minutes_saved,
    more_participation,
    moved_share,
    shared_out,
)
from models.workforce.staff_requirement import summed
from models.workforce.supply_outlook import SOURCES, outlook
from models.workforce.supply_rates import common_share

CONTACTS = "minutes_per_contact"
APPOINTMENTS = "gp_appointments"
GPS, OTHER_CARE = ("general_practice", "gps"), ("general_practice", "other_direct_patient_care")


@dataclass(frozen=True)
class _Effect:
    """Effect (draw, year) of a lever on one unit, and how units make the system's."""

    lever: str
    unit: Unit
    values: FloatArray
    shared: float | None
    """The unit's share where a number for the system is shared out; None where effects add."""


def lever_rows(given: StaffingTables, settings: RunSettings, staff: AreaStaff) -> pd.DataFrame:
    """Effect of each lever on the gap of the areas, one at a time; the first scenario."""
    effects = [*_supply_effects(given, staff, settings), *_requirement_effects(given, staff)]
    return _rows(effects, staff.needed.years, staff.kind, given.system)


def _supply_effects(tables: StaffingTables, staff: AreaStaff, settings: RunSettings) -> list[_Effect]:
    """Leavers, training places, recruits from abroad, hours per head: a run with each minus one without."""
    known, units, years = tables.known, staff.supply.units, staff.needed.years
    base, drawn, usual = staff.supply.base, staff.supply.drawn, staff.supply.variants[0]
    start = int(years[0]) + 1

    def extra(source: str) -> FloatArray:
        joiners = np.zeros((len(years), len(units), len(SOURCES)))
        for position, (_, _, group) in enumerate(units):
            if source == "training" and group in PROFESSIONS:
                joiners[:, position, SOURCES.index(source)] = additional_joiners(
                    known.value("workforce.lever_training_places"),
                    known.value(f"workforce.training_attrition_{group}"),
                    years,
                    start + int(known.value(f"workforce.years_in_training_{group}")),
                )
            if source == "international":
                people = known.value("workforce.lever_international_recruits")
                joiners[:, position, SOURCES.index(source)] = additional_joiners(people, 0.0, years, start)
        return joiners

    take_up = common_share(
        known.range("workforce.training_take_up"), "training_take_up", settings.draws, settings.seed
    )
    factor = np.ones((settings.draws + 1, len(SOURCES)))
    factor[:, SOURCES.index("training")] = take_up
    without = staff.supply.outlook.wte[0]
    variants = [replace(usual, extra_joiners=extra(source)) for source in ("training", "international")]
    trained, recruited = outlook(base, drawn, variants, extra_factor=factor).wte
    (fewer,) = outlook(base, drawn, [usual], known.value("workforce.lever_leavers")).wte
    runs = {
        "one_fewer_leaver_in_a_hundred": gained(fewer, without),
        "ten_more_training_places": gained(trained, without),
        "ten_more_international_recruits": gained(recruited, without),
        "one_per_cent_more_hours_a_head": more_participation(
            without, known.value("workforce.lever_participation")
        ),
    }
    effects = []
    for lever, values in runs.items():
        for position, unit in enumerate(units):
            if lever == "ten_more_training_places" and unit[2] not in PROFESSIONS:
                continue
            shared = float(base.heads[position].sum()) if lever.startswith("ten_more") else None
            effects.append(_Effect(lever, unit, values[:, :, position], shared))
    return effects


def _requirement_effects(tables: StaffingTables, staff: AreaStaff) -> list[_Effect]:
    """Minutes, sickness, and who sees a patient: what each frees of the requirement."""
    known, needed = tables.known, staff.needed
    hours, away = hours_worked(known), headroom(known)
    shares = shares_by_year(tables.skill_mix, RECORDED, needed.groups, needed.services, needed.years)
    minutes = _minutes_of_contacts(tables.staffing_norms)
    sickness, off_a_contact, points = (
        known.value(f"workforce.lever_{name}") for name in ("sickness", "minutes", "gp_led_share")
    )
    effects = []
    for unit in staff.supply.units:
        area, sector, group = unit
        position = needed.groups.index((sector, group))
        factor = needed.factor[:, :, position]
        calibrated = needed.calibrated[area][:, position]
        activity = needed.activity[tables.principal, area]
        required = needed.of(tables.principal, area)[:, :, position]
        freed = less_absence(required, away, sickness)
        effects.append(_Effect("one_point_less_sickness", unit, freed, None))
        of_group = minutes.get((sector, group), {})
        if of_group:
            parts = []
            for service in of_group:
                column = needed.services.index(service)
                share = shares[:, position, column]
                parts.append(
                    minutes_saved(activity[:, :, column], share, calibrated, factor, off_a_contact, hours)
                )
            effects.append(_Effect("one_minute_off_a_contact", unit, summed(parts), None))
        if (sector, group) in (GPS, OTHER_CARE):
            column = needed.services.index(APPOINTMENTS)
            moved = moved_share(points, (sector, group) == GPS, len(needed.years))
            freed = minutes_saved(
                activity[:, :, column], moved, calibrated, factor, of_group[APPOINTMENTS], hours
            )
            effects.append(
                _Effect("one_point_of_appointments_from_gps_to_other_direct_patient_care", unit, freed, None)
            )
    return effects


def _minutes_of_contacts(norms: pd.DataFrame) -> dict[Group, dict[str, float]]:
    """Minutes of a contact by group and service, of the groups whose norm they are."""
    minutes: dict[Group, dict[str, float]] = {}
    rows = norms.loc[norms["norm"] == CONTACTS, ["sector", "staff_group", "service", "value"]]
    for sector, group, service, value in rows.itertuples(index=False, name=None):
        minutes.setdefault((sector, group), {})[service] = float(value)
    return minutes


def _rows(effects: Sequence[_Effect], years: NDArray[np.int64], kind: str, system: str) -> pd.DataFrame:
    """Rows by area, and of the system: effects added, or for a number shared out by staff, averaged."""
    values = [effect.values for effect in effects]
    names = [(*effect.unit, effect.lever, kind) for effect in effects]
    together: dict[tuple[str, str, str], list[_Effect]] = {}
    for effect in effects:
        _, sector, group = effect.unit
        together.setdefault((effect.lever, sector, group), []).append(effect)
    for (lever, sector, group), of_units in together.items():
        weights = [effect.shared for effect in of_units if effect.shared is not None]
        parts = [effect.values for effect in of_units]
        values.append(shared_out(np.stack(parts, axis=-1), np.array(weights)) if weights else summed(parts))
        names.append((system, sector, group, lever, "system"))
    # All at once: a frame an effect would take longer than the projections behind them.
    summary = summarised(np.stack(values)[:, :, 1:], "workforce_levers", axis=1)
    columns = ("area", "sector", "staff_group", "lever", "area_kind")
    labels: Labels = {
        name: ("effect", told) for name, told in zip(columns, zip(*names, strict=True), strict=True)
    }
    return summary_rows(summary, ("effect", "year"), {**labels, "year": ("year", years[1:])}, {"unit": "WTE"})
