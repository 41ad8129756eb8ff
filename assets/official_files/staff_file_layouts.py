"""The layouts of staff files, told by their columns: those of NHS England as published, tidy ones of ours.

Which of the records are used, and for what, belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from assets.official_files.staff_layouts import general_practice_staff, hospital_staff, tidy_staff
from assets.official_files.staff_layouts.staff_records import KnownStaffNames, Read, Row

Reader = Callable[[Read, Iterable[Row], KnownStaffNames], None]

FOLDER = "published_workforce"
MAPPING_COLUMNS = ("published_staff_group", "staff_group")
MONTHS_COLUMNS = ("file", "month")
LAYOUTS: tuple[tuple[str, Collection[str], Reader], ...] = (
    (
        "NHS Workforce Statistics, staff group and organisation",
        ("date", "org code", "staff group", "data type", "total"),
        hospital_staff.staff_group_and_organisation,
    ),
    (
        "NHS Workforce Statistics, trusts and core organisations",
        ("data_month", "org_code", "main_staff_group", "staff_group_1", "fte"),
        hospital_staff.core_organisations,
    ),
    (
        "NHS Workforce Statistics, staff other than doctors by care setting",
        ("date", "org code", "staff group 1", "care setting", "total fte"),
        hospital_staff.care_settings,
    ),
    (
        "NHS Workforce Statistics, doctors by grade and specialty",
        ("date", "org code", "grade", "specialty", "total fte"),
        hospital_staff.care_settings,
    ),
    (
        "Primary Care Network Workforce, individual level",
        ("data_source", "pcn_code", "sub_icb_code", "staff_group", "staff_role", "fte", "unique_identifier"),
        general_practice_staff.network_individuals,
    ),
    (
        "General Practice Workforce, individual level",
        ("sub_icb_code", "staff_group", "staff_role", "fte", "unique_identifier"),
        general_practice_staff.practice_individuals,
    ),
    (
        "General Practice Workforce, practice level, detailed",
        (
            "prac_code",
            "total_patients",
            "total_gp_hc",
            "total_gp_fte",
            "total_gp_extg_hc",
            "total_gp_extg_fte",
            "total_nurses_hc",
            "total_nurses_fte",
        ),
        general_practice_staff.practice_detailed,
    ),
    (
        "General Practice Workforce, practice level, high level",
        ("prac_code", "staff_group", "detailed_staff_role", "measure", "value"),
        general_practice_staff.practice_high_level,
    ),
    (
        "staff in post by group and age",
        ("area", "staff_group", "age_band", "headcount", "wte"),
        tidy_staff.tidy_staff,
    ),
    ("flows of staff", ("area", "staff_group", "flow", "headcount"), tidy_staff.tidy_flows),
    ("vacancies by number", ("area", "staff_group", "vacant_wte"), tidy_staff.tidy_vacancies),
    ("vacancies by rate", ("area", "staff_group", "vacancy_percent"), tidy_staff.tidy_vacancies),
)
"""Name, the columns that a file of the layout has, and its reader; the first that fits is taken."""
