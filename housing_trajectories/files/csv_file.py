"""A CSV file as a sheet of texts: its encoding, its separator, and the limits of what is read.

What the texts mean does not belong here.
"""

from __future__ import annotations

import csv
import io
import re

from housing_trajectories.files.sheets import (
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_FILLED_ROWS,
    Sheet,
)
from housing_trajectories.remarks import Remark, remark

_MOJIBAKE = re.compile("Ã[\u0080-\u00bf©¨¢ª«¼½±³´¶¡]|â€[™œ“”\u009d˜¢¦]|Â[£°§ ½¼®©]|ï¿½|�")
_SEPARATORS = (",", ";", "\t", "|")
_MOST_TOLD = 200


def csv_sheet(content: bytes) -> tuple[Sheet, list[Remark]]:
    """The one sheet of a CSV file; never raises."""
    text, remarks = _text(content)
    if "\x00" in text:
        remarks.append(remark("nul_character", row=text[: text.index("\x00")].count("\n") + 1))
        text = text.replace("\x00", "")
    separator, skip, found = _separator(text)
    remarks += found
    lines = io.StringIO(text, newline="")
    if skip:
        lines.readline()
    before = csv.field_size_limit(10_000_000)
    try:
        sheet, found = _rows(csv.reader(lines, delimiter=separator), separator, skip)
    finally:
        csv.field_size_limit(before)
    return sheet, [*remarks, *found, *_cut_off(sheet, text)]


def _cut_off(sheet: Sheet, text: str) -> list[Remark]:
    """A last row that is shorter than all the others, which are alike, and does not end: half a file."""
    *others, last = sheet.rows or [[]]
    widths = {len(row) for row in others}
    if len(others) < 2 or len(widths) > 1 or len(last) >= min(widths) or text.endswith(("\n", "\r")):
        return []
    return [remark("file_cut_off", cells=len(last), width=min(widths), row=sheet.numbers[-1])]


def _rows(
    reader: csv._reader,  # type: ignore[name-defined]
    separator: str,
    skip: int,
) -> tuple[Sheet, list[Remark]]:
    rows: list[list[str]] = []
    numbers: list[int] = []
    cells = number = blank = blank_above = widest = 0
    long_text = wide_row = 0
    swallowed: list[tuple[int, int]] = []
    remarks: list[Remark] = []
    last = skip
    try:
        for record in reader:
            number = last + 1 if reader.line_num + skip > last else reader.line_num + skip
            last = max(reader.line_num + skip, number)
            if not record or not any(record) or not "".join(record).strip():
                blank += 1
                continue
            if len(record) > MOST_COLUMNS:
                if any(cell.strip() for cell in record[MOST_COLUMNS:]):
                    wide_row = wide_row or number
                    widest = max(widest, len(record))
                record = record[:MOST_COLUMNS]
            if last > number:
                if not long_text and max(map(len, record)) > LONGEST_TEXT:
                    long_text = number
                elif _holds_rows(record, separator, max(map(len, [*rows[:40], record]))):
                    swallowed.append((number, last))
            blank_above += blank
            blank = 0
            cells += len(record)
            if cells > MOST_CELLS or len(rows) >= MOST_FILLED_ROWS:
                remarks.append(remark("many_cells", row=number, cells=MOST_CELLS, rows=MOST_FILLED_ROWS))
                break
            rows.append(record)
            numbers.append(number)
    except csv.Error as error:
        remarks.append(remark("malformed_csv", why=error, row=len(rows) + skip + 1))
        blank = 0
    if wide_row:
        remarks.append(remark("many_columns", row=wide_row, columns=widest, most=MOST_COLUMNS))
    for first, until in swallowed[:_MOST_TOLD]:
        remarks.append(remark("rows_in_a_cell", row=first, lines=f"{first} to {until}"))
    if long_text:
        remarks.append(remark("cell_over_many_lines", row=long_text))
    return Sheet(None, rows, numbers, blank_above + blank), remarks


def _holds_rows(record: list[str], separator: str, width: int) -> bool:
    """Whether a cell of several lines has a line that looks like a row: separators, no blank after them."""
    fewest = max(2, (width - 1) * 6 // 10)
    pattern = re.compile(re.escape(separator) + r"(?! )")
    folded = [line for cell in record if "\n" in cell or "\r" in cell for line in cell.splitlines()]
    return any(len(pattern.findall(line)) >= fewest for line in folded)


def _text(content: bytes) -> tuple[str, list[Remark]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace"), [remark("utf_16")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(content, error)
    found = _MOJIBAKE.search(text)
    if not found:
        return text, []
    words = text[max(0, found.start() - 10) : found.end() + 10]
    return text, [remark("decoded_wrongly", row=text[: found.start()].count("\n") + 1, words=words)]


def _not_utf8(content: bytes, error: UnicodeDecodeError) -> tuple[str, list[Remark]]:
    row = content[: error.start].count(b"\n") + 1
    decoded, utf8_row, undefined = [], None, None
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            decoded.append(line.decode("ascii"))
            continue
        try:
            decoded.append(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            utf8_row = utf8_row or number
        except UnicodeDecodeError:
            try:
                decoded.append(line.decode("cp1252"))
            except UnicodeDecodeError:
                undefined = undefined or number
                decoded.append(line.decode("cp1252", errors="replace"))
    text = "\n".join(decoded)
    if utf8_row is not None:
        return text, [remark("two_encodings", row=row, windows_row=row, utf8_row=utf8_row)]
    remarks = [remark("windows_1252", row=row, byte=content[error.start])]
    if undefined:
        remarks.append(remark("no_character", row=undefined))
    return text, remarks


def _separator(text: str) -> tuple[str, int, list[Remark]]:
    """The separator of most heading rows, and how many lines to skip for a `sep=` line."""
    start = text[:200_000]
    told = re.match(r'"?sep=(.)"?\r?\n', start)
    if told:
        return told.group(1), 1, []
    lines = [line for line in start.splitlines()[:40] if line.strip()]
    best, most = ",", 0
    for separator in _SEPARATORS:
        counts = sorted((line.count(separator) for line in lines), reverse=True)
        score = counts[min(len(counts) - 1, len(counts) // 3)] if counts else 0
        if score > most:
            best, most = separator, score
    shown = {"\t": "tabs", ";": "semicolons", "|": "bars"}.get(best)
    return best, 0, [remark("separator", shown=shown)] if shown else []
