"""Time and memory of reading trajectories: a large one, and files made to do harm. Prints a table,
judges nothing.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
_READ = (
    "import resource, sys, time; from housing_trajectories import read; start = time.process_time(); "
    "t = read(sys.argv[1]); took = time.process_time() - start; "
    "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024; "
    "print(f'{took:.1f}|{peak:.0f}|{len(t.table)}|{len(t.errors)}|{len(t.findings)}')"
)
_CHECK = (
    "import contextlib, io, resource, sys, time; from housing_trajectories.__main__ import main; "
    "start = time.process_time()\n"
    "with contextlib.redirect_stdout(io.StringIO()): main(['check', sys.argv[1], '--place', 'E06000042'])\n"
    "took = time.process_time() - start; peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024; "
    "print(f'{took:.1f}|{peak:.0f}')"
)


def large_csv(path: Path, sites: int = 50_000, years: int = 30) -> None:
    """A plain trajectory: whole homes, capacities that they meet, coordinates."""
    random = np.random.default_rng(1)
    homes = random.integers(0, 60, (sites, years))
    place = random.integers(0, 600_000, (sites, 2))
    labels = ",".join(f"{year}/{(year + 1) % 100:02d}" for year in range(2025, 2025 + years))
    with path.open("w", encoding="utf-8") as file:
        file.write(f"GSS code,SiteReference,SiteNameAddress,PlanningStatus,GeoX,GeoY,Capacity,{labels}\n")
        for site in range(sites):
            cells = ",".join(map(str, homes[site]))
            name = f'"Land at {site} High Street, Town"'
            file.write(
                f"E06000001,S{site:05d},{name},permissioned,{place[site, 0]},{place[site, 1]},"
                f"{homes[site].sum()},{cells}\n"
            )


def large_workbook(path: Path, sites: int = 50_000, years: int = 30) -> None:
    """The same as a workbook."""
    random = np.random.default_rng(1)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Trajectory")
    sheet.append(
        [
            "GSS code",
            "SiteReference",
            "SiteNameAddress",
            "PlanningStatus",
            *(f"{y}/{(y + 1) % 100:02d}" for y in range(2025, 2025 + years)),
        ]
    )
    for site in range(sites):
        homes = [int(value) for value in random.integers(0, 60, years)]
        sheet.append(["E06000001", f"S{site:05d}", f"Land at {site} High Street", "permissioned", *homes])
    book.save(path)


def empty_rows(path: Path) -> None:
    """A million rows of commas and one site."""
    path.write_text("SiteReference,SiteName,2025/26\n" + ",,\n" * 1_000_000 + "A1,Late,5\n", encoding="utf-8")


def empty_rows_workbook(path: Path) -> None:
    """A million empty rows in a workbook, each with a cell that holds nothing."""
    rows = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(2, 1_000_001))
    head = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>SiteReference</t></is></c><c r="B1" '
        't="inlineStr"><is><t>2025/26</t></is></c></row>'
    )
    _workbook_with(path, f"<sheetData>{head}{rows}</sheetData>")


def many_columns(path: Path) -> None:
    """10,000 columns and 300 rows."""
    row = ",".join(["1"] * 10_000)
    head = "SiteReference,SiteName,2025/26," + ",".join(f"c{number}" for number in range(9_997))
    path.write_text(head + "\n" + (row + "\n") * 300, encoding="utf-8")


def zip_bomb(path: Path) -> None:
    """A workbook that unpacks to 2 GB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            block = b" " * 10_000_000
            for _ in range(200):
                file.write(block)


def many_texts(path: Path) -> None:
    """A million cells of distinct text."""
    rows = "".join(f"S{number},Name {number},TBC{number}\n" for number in range(330_000))
    path.write_text("SiteReference,SiteName,2025/26\n" + rows, encoding="utf-8")


def live_names(path: Path) -> None:
    """Formulas and markup in names."""
    path.write_text(
        'SiteReference,SiteName,2025/26\nA1,"=HYPERLINK(""http://x"",""y"")",5\nA2,<script>alert(1)</script>,6\n',
        encoding="utf-8",
    )


def _workbook_with(path: Path, body: str) -> None:
    template = io.BytesIO()
    openpyxl.Workbook().save(template)
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                content = f'<worksheet xmlns="{space}">{body}</worksheet>'.encode()
            target.writestr(entry.filename, content)


CASES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "50,000 sites × 30 years, CSV": ("large.csv", large_csv),
    "50,000 sites × 30 years, workbook": ("large.xlsx", large_workbook),
    "a million empty rows, CSV": ("empty.csv", empty_rows),
    "a million empty rows, workbook": ("empty.xlsx", empty_rows_workbook),
    "10,000 columns": ("wide.csv", many_columns),
    "zip bomb of 2 GB": ("bomb.xlsx", zip_bomb),
    "330,000 sites to be confirmed": ("texts.csv", many_texts),
    "formulas and markup in names": ("names.csv", live_names),
}


def measured(program: str, path: Path) -> list[str]:
    """What the program prints of a file, in a process of its own: CPU seconds, peak memory in MB, counts."""
    finished = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    return finished.stdout.strip().split("|") if finished.returncode == 0 else ["failed", ""]


def main() -> None:
    """Make each file, read and check it, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="part of a case's name")
    options = parser.parse_args()
    table = Table(
        title="Trajectories, each once in a process of its own: CPU seconds without imports, peak MB"
    )
    for heading in ("file", "read s", "MB", "rows read", "errors", "findings", "check s", "MB"):
        table.add_column(heading, justify="left" if heading == "file" else "right")
    with tempfile.TemporaryDirectory() as folder:
        for name, (file, make) in CASES.items():
            if options.only and options.only not in name:
                continue
            path = Path(folder) / file
            make(path)
            table.add_row(name, *measured(_READ, path), *measured(_CHECK, path))
            path.unlink()
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
