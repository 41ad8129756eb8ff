"""The XML of a worksheet without its rows that hold nothing, so that a million of them cost no parsing.

Only bytes in, bytes out; what cells hold does not belong here.
"""

from __future__ import annotations

import re
from typing import IO

_CLOSED_ROW = re.compile(rb"<row\b[^<>]*/>")
_NUMBERED_ROW = re.compile(rb"<row\b[^<>]*\br=[\"']\d")
_BLOCK = 1 << 20
_LONGEST_ROW = 1 << 24


class WithoutEmptyRows:
    """A stream of the worksheet `source` that leaves out rows without a value, formula or text.

    Only where rows carry their numbers and no namespace prefix, as every spreadsheet writes them; any other
    sheet passes unchanged. `dropped` counts the rows left out.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._ready = b""
        self._rest = b""
        self._started = False
        self._plain = False
        self.dropped = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all of them where it is negative."""
        while size < 0 or len(self._ready) < size:
            block = self._source.read(_BLOCK)
            if not block:
                self._ready += self._closed(self._rest)
                self._rest = b""
                break
            self._ready += self._filtered(block)
        result = self._ready if size < 0 else self._ready[:size]
        self._ready = self._ready[len(result) :]
        return result

    def close(self) -> None:
        """Nothing to close: the source belongs to whoever opened it."""

    def _filtered(self, block: bytes) -> bytes:
        if self._plain:
            return block
        data = self._rest + block
        if not self._started:
            if b"<row" not in data and len(data) < _LONGEST_ROW:
                self._rest = data
                return b""
            self._started = True
            if not _NUMBERED_ROW.search(data):
                self._plain, self._rest = True, b""
                return data
        *rows, self._rest = data.split(b"</row>")
        kept = []
        for row in rows:
            if b"<v" in row or b"<is" in row or b"<f" in row or b"<sheetData" in row:
                kept.append(self._closed(row) + b"</row>")
            else:
                self.dropped += 1 + (len(_CLOSED_ROW.findall(row)) if b"/>" in row else 0)
        if len(self._rest) > _BLOCK:
            self._rest = self._closed(self._rest)
        return b"".join(kept)

    def _closed(self, data: bytes) -> bytes:
        """Without rows that are one empty tag."""
        if b"<row" not in data:
            return data
        result, count = _CLOSED_ROW.subn(b"", data)
        self.dropped += count
        return result
