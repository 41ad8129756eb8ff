"""The one way to a terminal. What a file holds, a place's name or a site's reference, is shown as it stands.

rich would take `[b]` for bold and `:b` for an emoji, and a terminal would obey an escape sequence. Here
neither reads text: colours are given beside it. No other module imports rich, and only `plain_text` prints.
"""

from __future__ import annotations

import sys
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from housing_trajectories.plain_text import printable

__all__ = ["Table", "Terminal", "Text", "styled"]


class Terminal(Console):
    """Prints text and tables. `width` holds where no terminal says its own, such as in a log file."""

    def __init__(
        self, width: int = 140, *, file: IO[str] | None = None, stderr: bool = False, soft_wrap: bool = False
    ) -> None:
        stream = file or (sys.stderr if stderr else sys.stdout)
        super().__init__(
            file=file,
            stderr=stderr,
            width=None if stream.isatty() else width,
            soft_wrap=soft_wrap,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def render_str(self, text: str, **options: Any) -> Text:
        """Every text comes through here: what is printed, and the titles, headings and cells of tables."""
        return super().render_str(printable(text), **options)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Texts after each other, those with a style beside them in it."""
    return Text.assemble(*(printable(p) if isinstance(p, str) else (printable(p[0]), p[1]) for p in parts))
