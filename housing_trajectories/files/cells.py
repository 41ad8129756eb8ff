"""The first pass: a file's bytes as sheets of cells. What a file holds decides what it is, not its name."""

from __future__ import annotations

from pathlib import Path

from housing_trajectories.files.csv_file import csv_sheet
from housing_trajectories.files.sheets import LARGEST_FILE, Sheet
from housing_trajectories.findings import inert
from housing_trajectories.remarks import Remark, remark

_ZIP = b"PK\x03\x04"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument"
_NO_TABLE = {
    "old_workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    "document": (b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff\xe0"),
    "gzip": (b"\x1f\x8b",),
}
"""How files begin that hold no table, by the remark on them."""
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<table")


def content_of(path: Path) -> tuple[bytes | None, list[Remark]]:
    """The file's bytes; None where they cannot be read or are none."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return None, [remark("large_file", size=size, most=LARGEST_FILE)]
        content = path.read_bytes()
    except FileNotFoundError:
        return None, [remark("no_file", folder=path.parent.name, name=inert(path.name))]
    except (OSError, ValueError) as error:
        why = inert(str(getattr(error, "strerror", None) or error))
        return None, [remark("file_not_readable", why=why)]
    return (content, []) if content.strip() else (None, [remark("no_table", found="an empty file")])


def sheets_in(content: bytes, name: str) -> tuple[list[Sheet], list[Remark]]:
    """The file's sheets, hidden ones among them; may be none."""
    suffix = Path(name).suffix.lower()
    if content[:4] == _ZIP and _OPEN_DOCUMENT in content[:120]:
        return [], [remark("open_document")]
    if content[:4] == _ZIP:
        # Imported here: most starts read CSV files, and the library of workbooks takes a fifth of a second.
        from housing_trajectories.files.workbook_file import workbook_sheets

        misnamed = suffix not in (".xlsx", ".xlsm")
        sheets, remarks = workbook_sheets(content)
        named = [remark("workbook_misnamed", suffix=suffix or "without an ending")] if misnamed else []
        return sheets, [*named, *remarks]
    for code, starts in _NO_TABLE.items():
        if content.startswith(starts):
            return [], [remark(code)]
    if content.lstrip()[:15].lower().startswith(_MARKUP):
        return [], [remark("web_page")]
    named = [remark("text_misnamed", suffix=suffix)] if suffix in (".xlsx", ".xlsm", ".xls", ".ods") else []
    sheet, remarks = csv_sheet(content)
    return [sheet], [*named, *remarks]
