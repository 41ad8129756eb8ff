"""Lines for a terminal that obeys nothing in them: the border for every room. Tables stand in `terminal`."""

from __future__ import annotations

import sys


def printable(text: str) -> str:
    """`text` with a space for each character that a terminal obeys: escapes, bells, turns of direction."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


def say(words: object, *, error: bool = False) -> None:
    """Print lines at once, as they stand."""
    print(printable(str(words)), file=sys.stderr if error else sys.stdout, flush=True)
