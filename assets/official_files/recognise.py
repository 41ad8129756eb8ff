"""Which publisher's file this is, from its content alone: its name says nothing that is believed."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from assets.official_files import (
    ae_monthly,
    ae_workbook,
    eric,
    gp_appointments,
    live_table_122,
    nomis,
    ons_estimates,
    ons_projections,
    waiting_times,
)
from assets.official_files.estate_layouts import (
    care_directory,
    dental_contracts,
    kh03,
    ods_sites,
    premises_survey,
)
from assets.official_files.file_content import Content
from assets.official_files.official_file import Known, Publication
from assets.official_files.patient_files import patients_by_lsoa
from assets.official_files.staff_file_layouts import FOLDER, LAYOUTS
from housing_trajectories.findings import BadInput, Finding


class Reader(Protocol):
    """A module that reads one publication."""

    def recognises(self, content: Content) -> bool:
        """Whether a file is this publication."""

    def read(self, content: Content, known: Known) -> Publication:
        """The file understood; raises BadInput."""


READERS: dict[str, Reader] = {
    "ONS mid-year estimates (workbook)": ons_estimates,
    "ONS subnational projections (CSV)": ons_projections,
    "MHCLG Live Table 122 (ODS)": live_table_122,
    "Nomis population estimates (CSV)": nomis,
    "NHS England monthly A&E (CSV)": ae_monthly,
    "NHS England monthly A&E (workbook)": ae_workbook,
    "Appointments in General Practice (CSV)": gp_appointments,
    "NHS England referral to treatment, full extract (CSV or workbook)": waiting_times,
    "ERIC sites (CSV)": eric,
    "NHS England patients at a GP practice by LSOA (CSV)": patients_by_lsoa,
    "Bed availability and occupancy, KH03 (workbook or CSV)": kh03,
    "CQC care directory with filters (workbook or CSV)": care_directory,
    "ODS sites of NHS trusts (CSV)": ods_sites,
    "NHS dental activity by contract (CSV)": dental_contracts,
    "premises survey (workbook or CSV)": premises_survey,
}
"""By name; no file is recognised by two of them."""


def read_publication(path: Path, known: Known) -> Publication:
    """The published file at `path` understood; raises BadInput where it is unknown or refused."""
    content = Content(path)
    for reader in READERS.values():
        if reader.recognises(content):
            return reader.read(content, known)
    header = {cell.strip().lower() for cell in content.head[0]} if content.head else set()
    staff = next((name for name, columns, _ in LAYOUTS if set(columns) <= header), None)
    if staff is not None:
        expected = f"the file in the folder {FOLDER} of the area, where staff files are read"
        raise BadInput([Finding(path.name, None, None, staff, expected)])
    shown = ", ".join(content.sheet_names) or " | ".join(
        ", ".join(cell for cell in cells if cell) for cells in content.head[:2]
    )
    raise BadInput([Finding(path.name, None, None, shown or "an empty file", "one of " + "; ".join(READERS))])
