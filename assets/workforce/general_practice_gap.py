"""Fully qualified GPs missing on two bases: at today's service, and at England's patients for each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.tables.uncertain_table import Labels, summarised, summary_rows
from assets.workforce.staff_draws import AreaStaff
from assets.workforce.workforce_inputs import Group, StaffingTables
from models.arrays import FloatArray
from models.uncertainty.ensemble import Summary
from models.workforce.staff_gap import grown_patients, required_by_list, unfilled
from models.workforce.staff_requirement import summed
from models.workforce.staffing import Staffing

GPS: Group = ("general_practice", "gps")
TODAY, ENGLAND = "at today's service", "at England's ratio"
_MEASURES = ("required_wte", "supply_wte", "gap_wte")


def general_practice_rows(given: StaffingTables, staff: AreaStaff) -> list[pd.DataFrame]:
    """Required, supplied and missing on both bases, by place and system, scenario and year.

    Patients grow with the principal run's people of the place; what is uncertain is the requirement at
    today's service and supply.
    """
    row, column = staff.groups.index(GPS), staff.supplied.index(GPS)
    patients = _patients(given, staff)
    held = {area: _of_gps(of_area, row, column) for area, of_area in staff.areas.items()}
    parts = list(held.values())
    held[given.system] = (
        summed([each[0] for each in parts]),
        summed([each[1] for each in parts]),
        summed([each[2] for each in parts]),
    )
    patients[given.system] = summed(list(patients.values()))
    ratio = given.known.value("workforce.patients_per_gp_england")
    rows = []
    for area, (required, in_post, temporary) in held.items():
        by_list = required_by_list(patients[area], ratio)
        drawn = [required, in_post + temporary, unfilled(required, in_post, temporary)]
        drawn.append(unfilled(by_list[..., None], in_post, temporary))
        measured = summarised(np.stack(drawn), f"GPs of {area}", axis=-1)
        # What England's ratio requires is the same in every draw.
        of_basis = {
            TODAY: Summary(*(values[:3] for values in measured)),
            ENGLAND: Summary(*(np.stack([by_list, values[1], values[3]]) for values in measured)),
        }
        for basis, summary in of_basis.items():
            labels: Labels = {
                "measure": ("measure", _MEASURES),
                "scenario": ("scenario", staff.needed.scenarios),
                "year": ("year", staff.needed.years),
            }
            made = summary_rows(
                summary,
                ("measure", "scenario", "year"),
                labels,
                {"place": area, "basis": basis, "unit": "WTE"},
            )
            list_size = patients[area] / summary.principal[0]
            made["patients_per_gp"] = np.tile(list_size.ravel(), len(_MEASURES))
            rows.append(made)
    return rows


def _of_gps(staffing: Staffing, row: int, column: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Required, in post, and bank and agency (scenario, year, draw)."""
    return staffing.required[row], staffing.in_post[column], staffing.temporary[column]


def _patients(given: StaffingTables, staff: AreaStaff) -> dict[str, FloatArray]:
    """Registered patients (scenario, year) of each place: those of the tables, grown with its people."""
    table = given.gp_workforce_and_patients
    registered = dict(zip(table["place"], table["registered_patients"], strict=True))
    people = given.people_of_all_ages
    shape = len(staff.needed.scenarios), len(staff.needed.years)
    keys = pd.MultiIndex.from_product([staff.needed.scenarios, staff.needed.years])
    return {
        place: grown_patients(registered[place], people.loc[keys, place].to_numpy().reshape(shape))
        for place in staff.areas
    }
