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
    FindingList,
    Sheet,
)

_MOJIBAKE = re.compile("Ã[\u0080-\u00bf©¨¢ª«¼½±³´¶¡]|â€[™œ“”\u009d˜¢¦]|Â[£°§ ½¼®©]|ï¿½|�")
_SEPARATORS = (",", ";", "\t", "|")


def csv_sheet(content: bytes, findings: FindingList) -> Sheet:
    """The one sheet of a CSV file; never raises."""
    text = _text(content, findings)
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        findings.add("control character", "a NUL character", "text", "error", row=row, done="left out")
        text = text.replace("\x00", "")
    separator, skip = _separator(text, findings)
    lines = io.StringIO(text, newline="")
    if skip:
        lines.readline()
    sheet = Sheet(None)
    before = csv.field_size_limit(10_000_000)
    try:
        _fill(sheet, csv.reader(lines, delimiter=separator), separator, skip, findings)
    except csv.Error as error:
        findings.add("malformed file", str(error), "a well-formed CSV file", row=len(sheet.rows) + skip + 1)
    finally:
        csv.field_size_limit(before)
    _report_cut(sheet, text, findings)
    return sheet


def _report_cut(sheet: Sheet, text: str, findings: FindingList) -> None:
    """A last row that is shorter than all the others, which are alike, and does not end: half a file."""
    *others, last = sheet.rows or [[]]
    widths = {len(row) for row in others}
    if len(others) > 1 and len(widths) == 1 and len(last) < min(widths) and not text.endswith(("\n", "\r")):
        findings.add(
            "file cut off",
            f"{len(last)} of {min(widths)} cells, and the file ends",
            "a last row as long as the others",
            row=sheet.numbers[-1],
            done="read as far as it goes: rows may be missing",
        )


def _fill(
    sheet: Sheet,
    reader: csv._reader,  # type: ignore[name-defined]
    separator: str,
    skip: int,
    findings: FindingList,
) -> None:
    rows, numbers = sheet.rows, sheet.numbers
    cells = number = blank = widest = 0
    long_text = wide_row = 0
    swallowed: list[tuple[int, int]] = []
    last = skip
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
        sheet.blank_rows += blank
        blank = 0
        cells += len(record)
        if cells > MOST_CELLS or len(rows) >= MOST_FILLED_ROWS:
            sheet.left_early = True
            found = f"more than {MOST_CELLS:,} cells or {MOST_FILLED_ROWS:,} rows"
            findings.add("too large", found, "a trajectory", row=number, done="not read beyond")
            break
        rows.append(record)
        numbers.append(number)
    sheet.blank_rows += blank
    if wide_row:
        findings.add(
            "too many columns",
            f"{widest:,} columns",
            f"at most {MOST_COLUMNS}",
            row=wide_row,
            done="the columns beyond are not read",
        )
    for first, until in swallowed[:200]:
        findings.add(
            "quote that does not close",
            f"a cell over lines {first} to {until} with separators as a row has them",
            "quotes in pairs",
            row=first,
            done="read as one cell: the rows within it are missing",
        )
    if long_text:
        findings.add(
            "quote that does not close",
            "a cell that runs over many lines",
            "quotes in pairs",
            row=long_text,
            done="read as one cell: rows may be missing",
        )


def _holds_rows(record: list[str], separator: str, width: int) -> bool:
    """Whether a cell of several lines has a line that looks like a row: separators, no blank after them."""
    fewest = max(2, (width - 1) * 6 // 10)
    pattern = re.compile(re.escape(separator) + r"(?! )")
    folded = [line for cell in record if "\n" in cell or "\r" in cell for line in cell.splitlines()]
    return any(len(pattern.findall(line)) >= fewest for line in folded)


def _text(content: bytes, findings: FindingList) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        findings.add("encoding", "UTF-16", "CSV UTF-8", "mended", done="read as UTF-16")
        return content.decode("utf-16", errors="replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(content, error, findings)
    found = _MOJIBAKE.search(text)
    if found:
        row = text[: found.start()].count("\n") + 1
        findings.add(
            "encoding",
            f"'{text[max(0, found.start() - 10) : found.end() + 10]}', text that was decoded wrongly once",
            "the council's own spelling",
            "warning",
            row=row,
            done="kept as it is",
        )
    return text


def _not_utf8(content: bytes, error: UnicodeDecodeError, findings: FindingList) -> str:
    row = content[: error.start].count(b"\n") + 1
    lines = content.split(b"\n")
    decoded, utf8_row, undefined = [], None, None
    for number, line in enumerate(lines, start=1):
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
    if utf8_row is not None:
        findings.add(
            "two encodings",
            f"row {row} in Windows-1252 and row {utf8_row} in UTF-8",
            "one encoding in a file",
            row=row,
            done="each row read in its own: check the names",
        )
        return "\n".join(decoded)
    found = f"byte 0x{content[error.start]:02x} that is not UTF-8"
    findings.add("encoding", found, "CSV UTF-8", "warning", row=row, done="read as Windows-1252")
    if undefined:
        findings.add("encoding", "a byte that is no character", "text", row=undefined, done="shown as �")
    return "\n".join(decoded)


def _separator(text: str, findings: FindingList) -> tuple[str, int]:
    """The separator of most heading rows, and how many lines to skip for a `sep=` line."""
    start = text[:200_000]
    told = re.match(r'"?sep=(.)"?\r?\n', start)
    if told:
        return told.group(1), 1
    lines = [line for line in start.splitlines()[:40] if line.strip()]
    best, most = ",", 0
    for separator in _SEPARATORS:
        counts = sorted((line.count(separator) for line in lines), reverse=True)
        score = counts[min(len(counts) - 1, len(counts) // 3)] if counts else 0
        if score > most:
            best, most = separator, score
    if best != ",":
        shown = {"\t": "tabs", ";": "semicolons", "|": "bars"}[best]
        findings.add("separator", f"cells separated by {shown}", "commas", "mended", done="read with them")
    return best, 0
