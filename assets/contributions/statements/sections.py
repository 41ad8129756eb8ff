"""The parts a statement is made of: sections of paragraphs and tables, all text, the same in HTML and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from models.estates.contribution_rules import SHOWN


@dataclass(frozen=True)
class Grid:
    """A table: headings, rows, widths beside each other, and how many columns from the left are text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    texts: int = 1


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs that may each begin with a name, tables, and a last remark."""

    heading: str
    paragraphs: tuple[tuple[str, str], ...] = ()
    grids: tuple[Grid, ...] = ()
    remark: str = ""

    def as_sentences(self) -> Section:
        """The same with every paragraph beginning with a capital."""
        begun = tuple((name, words[:1].upper() + words[1:]) for name, words in self.paragraphs)
        return replace(self, paragraphs=begun)


def pounds(value: float) -> str:
    """`£1,441,029`, or that it is not known."""
    return "not known" if pd.isna(value) else f"£{value:,.0f}"


def shown(value: float, decimals: int = SHOWN) -> str:
    """A number with as many decimals as it has, up to those given: `0.0735`, `3,600`."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit_shown(unit: str) -> str:
    """A unit as a reader writes it."""
    return unit.replace("m2", "m²")


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
