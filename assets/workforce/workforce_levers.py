"""Effect of each lever on the gap, one at a time, draw by draw: the source of every table of levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from assets.inputs.assumptions import Assumptions
from assets.inputs.settings import RunSettings
from assets.tables.uncertain_table import Labels, summarised, summary_rows
from assets.workforce.norm_matrices import RECORDED, headroom, hours_worked, shares_by_year
from assets.workforce.staff_draws import AreaStaff
from assets.workforce.training_places import PROFESSIONS
from assets.workforce.workforce_inputs import Group, StaffingTables, Unit
from models.arrays import FloatArray
from models.workforce.action_years import first_action_year, first_intake_year
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
from models.workforce.supply_outlook import SOURCES, Variant, fewer_leavers, outlook
from models.workforce.supply_rates import common_share

CONTACTS = "minutes_per_contact"
APPOINTMENTS = "gp_appointments"
GPS, OTHER_CARE = ("general_practice", "gps"), ("general_practice", "other_direct_patient_care")
LEAVERS, TRAINING = "one_fewer_leaver_in_a_hundred", "ten_more_training_places"
RECRUITS, HOURS = "ten_more_international_recruits", "one_per_cent_more_hours_a_head"
SICKNESS, MINUTES = "one_point_less_sickness", "one_minute_off_a_contact"
MOVED = "one_point_of_appointments_from_gps_to_other_direct_patient_care"
ADDS_STAFF = (LEAVERS, TRAINING, RECRUITS, HOURS)
"""Levers that add paid staff or hours; the others free time of staff who are paid already."""
NUMBERS = (TRAINING, RECRUITS)
"""Levers that are a number of people for the system, shared out by staff."""
SIZES = {
    LEAVERS: "workforce.lever_leavers",
    TRAINING: "workforce.lever_training_places",
    RECRUITS: "workforce.lever_international_recruits",
    HOURS: "workforce.lever_participation",
    MINUTES: "workforce.lever_minutes",
    SICKNESS: "workforce.lever_sickness",
    MOVED: "workforce.lever_gp_led_share",
}
"""The assumption that says how large each lever's change is."""
_WORDS = {
    LEAVERS: "Leaver rate {} percentage point{} lower",
    TRAINING: "{} more training place{} a year",
    RECRUITS: "{} more recruit{} from abroad a year",
    HOURS: "Hours worked a head {} per cent higher",
    MINUTES: "Each contact {} minute{} shorter",
    SICKNESS: "Sickness absence {} percentage point{} lower",
    MOVED: "{} percentage point{} of GP appointments moved from GPs to other direct patient care staff",
}
_NUMBERS = {1.0: "one", 2.0: "two", 3.0: "three", 5.0: "five", 10.0: "ten"}


def lever_names(known: Assumptions) -> dict[str, str]:
    """Each lever in words, with the size of its change."""
    names = {}
    for lever, words in _WORDS.items():
        size = known.value(SIZES[lever])
        said = _NUMBERS.get(size, f"{size:g}")
        name = words.format(said, "" if size == 1 else "s")
        names[lever] = name[0].upper() + name[1:]
    return names


@dataclass(frozen=True)
class LeverEffects:
    """Effects (effect, draw, year) of levers on the gap in WTE, those of the system after its areas'.

    `units` and `levers` say whose effect and of which lever, `kind` of which areas; `present` are today's
    training places and recruits from abroad a year, by lever and group.
    """

    kind: str
    system: str
    years: NDArray[np.int64]
    units: list[Unit]
    levers: list[str]
    values: FloatArray
    present: dict[tuple[str, Group], float]


@dataclass(frozen=True)
class _Effect:
    """Effect (draw, year) of a lever on one unit, and how units make the system's."""

    lever: str
    unit: Unit
    values: FloatArray
    shared: float | None
    """The unit's share where a number for the system is shared out; None where effects add."""


def lever_effects(given: StaffingTables, settings: RunSettings, staff: AreaStaff) -> LeverEffects:
    """Effect of each lever on the gap of the areas, one at a time; the first scenario.

    Everything starts in the first financial year after the release, training at the next intake.
    """
    effects = [*_supply_effects(given, staff, settings), *_requirement_effects(given, staff, settings)]
    together: dict[tuple[str, Group], list[_Effect]] = {}
    for effect in effects:
        together.setdefault((effect.lever, effect.unit[1:]), []).append(effect)
    units, levers = [effect.unit for effect in effects], [effect.lever for effect in effects]
    values = [effect.values for effect in effects]
    for (lever, group), of_units in together.items():
        weights = [effect.shared for effect in of_units if effect.shared is not None]
        parts = [effect.values for effect in of_units]
        values.append(shared_out(np.stack(parts, axis=-1), np.array(weights)) if weights else summed(parts))
        units.append((given.system, *group))
        levers.append(lever)
    years = staff.needed.years
    present = _present(given.known, staff)
    return LeverEffects(staff.kind, given.system, years, units, levers, np.stack(values), present)


def _present(known: Assumptions, staff: AreaStaff) -> dict[tuple[str, Group], float]:
    """Training places taken and recruits from abroad of the first projected year, by lever and group."""
    joiners = staff.supply.outlook.joiners[0, 1]
    found: dict[tuple[str, Group], float] = {}
    for position, (_, sector, group) in enumerate(staff.supply.units):
        trained, recruited = (
            joiners[position, SOURCES.index(name)] for name in ("training", "international")
        )
        if group in PROFESSIONS:
            stay = 1 - known.value(f"workforce.training_attrition_{group}") / 100
            key = (TRAINING, (sector, group))
            places = float(trained) / (stay * known.value("workforce.training_take_up"))
            found[key] = found.get(key, 0.0) + places
        key = (RECRUITS, (sector, group))
        found[key] = found.get(key, 0.0) + float(recruited)
    return found


def _supply_effects(tables: StaffingTables, staff: AreaStaff, settings: RunSettings) -> list[_Effect]:
    """Leavers, training places, recruits from abroad, hours per head: a run with each minus one without."""
    known, units, years = tables.known, staff.supply.units, staff.needed.years
    base, drawn, usual = staff.supply.base, staff.supply.drawn, staff.supply.variants[0]
    intake, start = first_intake_year(settings.today), first_action_year(settings.today)

    def extra(lever: str) -> FloatArray:
        joiners = np.zeros((len(years), len(units), len(SOURCES)))
        for position, (_, _, group) in enumerate(units):
            if lever == TRAINING and group in PROFESSIONS:
                joiners[:, position, SOURCES.index("training")] = additional_joiners(
                    known.value(SIZES[lever]),
                    known.value(f"workforce.training_attrition_{group}"),
                    years,
                    intake + int(known.value(f"workforce.years_in_training_{group}")),
                )
            if lever == RECRUITS:
                joiners[:, position, SOURCES.index("international")] = additional_joiners(
                    known.value(SIZES[lever]), 0.0, years, start
                )
        return joiners

    take_up = common_share(
        known.range("workforce.training_take_up"), "training_take_up", settings.draws, settings.seed
    )
    factor = np.ones((settings.draws + 1, len(SOURCES)))
    factor[:, SOURCES.index("training")] = take_up
    without = staff.supply.outlook.wte[0]
    kept = np.where(years[:, None] >= start, fewer_leavers(base, known.value(SIZES[LEAVERS])), 1.0)
    variants: list[Variant] = [
        replace(usual, extra_joiners=extra(TRAINING)),
        replace(usual, extra_joiners=extra(RECRUITS)),
        replace(usual, policy=replace(usual.policy, leaving=usual.policy.leaving * kept)),
    ]
    trained, recruited, fewer = outlook(base, drawn, variants, factor).wte
    begun = (years >= start)[None, :, None]
    runs = {
        LEAVERS: gained(fewer, without),
        TRAINING: gained(trained, without),
        RECRUITS: gained(recruited, without),
        HOURS: more_participation(without, known.value(SIZES[HOURS])) * begun,
    }
    effects = []
    for lever, values in runs.items():
        for position, unit in enumerate(units):
            if lever == TRAINING and unit[2] not in PROFESSIONS:
                continue
            shared = float(base.heads[position].sum()) if lever in NUMBERS else None
            effects.append(_Effect(lever, unit, values[:, :, position], shared))
    return effects


def _requirement_effects(tables: StaffingTables, staff: AreaStaff, settings: RunSettings) -> list[_Effect]:
    """Minutes, sickness, and who sees a patient: what each frees of the requirement."""
    known, needed = tables.known, staff.needed
    hours, away = hours_worked(known), headroom(known)
    shares = shares_by_year(tables.skill_mix, RECORDED, needed.groups, needed.services, needed.years)
    minutes = _minutes_of_contacts(tables.staffing_norms)
    sickness, off_a_contact, points = (known.value(SIZES[name]) for name in (SICKNESS, MINUTES, MOVED))
    begun = needed.years >= first_action_year(settings.today)
    effects = []
    for unit in staff.supply.units:
        area, sector, group = unit
        position = needed.groups.index((sector, group))
        factor = needed.factor[:, :, position] * begun
        calibrated = needed.calibrated[area][:, position]
        activity = needed.activity[tables.principal, area]
        required = needed.of(tables.principal, area)[:, :, position]
        freed = less_absence(required, away, sickness) * begun
        effects.append(_Effect(SICKNESS, unit, freed, None))
        of_group = minutes.get((sector, group), {})
        if of_group:
            parts = []
            for service in of_group:
                column = needed.services.index(service)
                share = shares[:, position, column]
                parts.append(
                    minutes_saved(activity[:, :, column], share, calibrated, factor, off_a_contact, hours)
                )
            effects.append(_Effect(MINUTES, unit, summed(parts), None))
        if (sector, group) in (GPS, OTHER_CARE):
            column = needed.services.index(APPOINTMENTS)
            moved = moved_share(points, (sector, group) == GPS, len(needed.years))
            freed = minutes_saved(
                activity[:, :, column], moved, calibrated, factor, of_group[APPOINTMENTS], hours
            )
            effects.append(_Effect(MOVED, unit, freed, None))
    return effects


def _minutes_of_contacts(norms: pd.DataFrame) -> dict[Group, dict[str, float]]:
    """Minutes of a contact by group and service, of the groups whose norm they are."""
    minutes: dict[Group, dict[str, float]] = {}
    rows = norms.loc[norms["norm"] == CONTACTS, ["sector", "staff_group", "service", "value"]]
    for sector, group, service, value in rows.itertuples(index=False, name=None):
        minutes.setdefault((sector, group), {})[service] = float(value)
    return minutes


def lever_rows(effects: LeverEffects, names: dict[str, str]) -> pd.DataFrame:
    """Rows by area, and of the system: effects added, or for a number shared out by staff, averaged."""
    # All at once: a frame an effect would take longer than the projections behind them.
    summary = summarised(effects.values[:, :, 1:], "workforce_levers", axis=1)
    areas, sectors, groups = zip(*effects.units, strict=True)
    labels: Labels = {
        "area": ("effect", areas),
        "sector": ("effect", sectors),
        "staff_group": ("effect", groups),
        "lever": ("effect", effects.levers),
        "lever_name": ("effect", [names[lever] for lever in effects.levers]),
        "area_kind": ("effect", kinds_of(areas, effects)),
        "year": ("year", effects.years[1:]),
    }
    return summary_rows(summary, ("effect", "year"), labels, {"unit": "WTE"})


def kinds_of(areas: Sequence[str], effects: LeverEffects) -> list[str]:
    """What each of the areas is."""
    return ["system" if area == effects.system else effects.kind for area in areas]
