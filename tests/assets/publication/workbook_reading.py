"""Workbooks read back: the table of a name, wherever its sheet is, and the parts of the file."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
from python_calamine import CalamineWorkbook

_NUMBER = re.compile(r"(\d+)\.xml$")


def parts(path: Path, folder: str) -> dict[int, str]:
    """The XML files of a folder of the workbook by their number, which is that of the sheet."""
    with ZipFile(path) as archive:
        return {
            int(found.group(1)): archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith(f"xl/{folder}/") and (found := _NUMBER.search(name))
        }


def sheet_of(path: Path, table: str) -> str:
    """The name of the sheet that holds an Excel table: every sheet has one."""
    numbers = {
        re.findall(r'displayName="([^"]+)"', text)[0]: number
        for number, text in parts(path, "tables").items()
    }
    return CalamineWorkbook.from_path(path).sheet_names[numbers[table] - 1]


def excel_table(path: Path, table: str) -> pd.DataFrame:
    """An Excel table as it is read back: headings, and rows below them to the last that it says it has."""
    text = next(each for each in parts(path, "tables").values() if f'displayName="{table}"' in each)
    first, last = map(int, re.findall(r'<table [^>]*? ref="[A-Z]+(\d+):[A-Z]+(\d+)"', text)[0])
    book = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet_of(path, table))
    rows = book.to_python(skip_empty_area=False)
    assert len(rows) == last, "rows below the table, or fewer than it says"
    width = len(re.findall("<tableColumn ", text))
    return pd.DataFrame([row[:width] for row in rows[first:]], columns=rows[first - 1][:width])
