"""Text at each border: a terminal, a log, Markdown, a chat, a spreadsheet obey nothing that stands in a name.

A function a border. Tables on a terminal stand in `terminal`; HTML is escaped by its templates.
"""

from __future__ import annotations

import logging
import re
import sys

FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
"""How a text begins that a spreadsheet would run when it opens a CSV file."""
_MARKDOWN = re.compile(r"[\\`*~\[\]<>|#]|(?<![^\W_])_|_(?![^\W_])")
_ESCAPED = re.compile(r"\\([\\`*_~\[\]<>|#])")


def printable(text: str) -> str:
    """`text` with a space for each character that a terminal obeys: escapes, bells, turns of direction."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


def say(words: object, *, error: bool = False) -> None:
    """Print lines at once, as they stand."""
    print(printable(str(words)), file=sys.stderr if error else sys.stdout, flush=True)


class PlainRecord(logging.LogRecord):
    """A line of Python's log that a terminal obeys nothing in; errors with their traces are part of it."""

    def getMessage(self) -> str:  # noqa: N802
        """The line as it is printed and kept."""
        return printable(super().getMessage())


def as_markdown(text: str) -> str:
    """One line of Markdown that shows `text` as it stands: no picture, link, tag or column of a table."""
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(printable(text).split()))


def of_markdown(line: str) -> str:
    """The text that a line made by `as_markdown` shows."""
    return _ESCAPED.sub(r"\1", line)


def for_chat(text: str) -> str:
    """`text` for a chat or incident service, each with a markup of its own: no tag, no link behind words."""
    return printable(text).replace("<", "‹").replace(">", "›").replace("](", "] (")


def for_spreadsheet(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if re.match(FORMULA, text) else text
