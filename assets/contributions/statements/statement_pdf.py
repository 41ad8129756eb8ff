"""A site's statement as a PDF: the words of the HTML on A4, the same bytes for the same release.

A PDF's own Helvetica has the characters of Windows-1252. Others, as in Welsh and Polish names, come
from DejaVu Sans, which travels with matplotlib; of what it has not either, the code is printed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from assets.contributions.statements.statement import Statement
from housing_trajectories.plain_text import printable

_BLUE, _GREY = "#12436D", "#B1B4B6"
_TEXT_WIDTH = 511
"""Points between the margins."""
_OTHER_FONT = "DejaVuSans"


def pdf(content: Statement) -> bytes:
    """The statement as PDF bytes, with its title and without a time of making."""
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    body = ParagraphStyle("body", fontName="Helvetica", fontSize=8.5, leading=10.3, spaceAfter=3)
    cell = ParagraphStyle("cell", parent=body, fontSize=7.5, leading=9, spaceAfter=0)
    number = ParagraphStyle("number", parent=cell, alignment=TA_RIGHT)
    title = ParagraphStyle(
        "title",
        parent=body,
        fontName="Helvetica-Bold",
        fontSize=13,
        leading=16,
        textColor=_BLUE,
        spaceAfter=4,
    )
    heading = ParagraphStyle(
        "heading", parent=title, fontSize=9.5, leading=12, spaceBefore=5, spaceAfter=2, keepWithNext=1
    )

    def words(text: str, style: ParagraphStyle = body) -> Paragraph:
        return Paragraph(_marked(text), style)

    def bold(name: str, text: str) -> Paragraph:
        return Paragraph(f"<b>{_marked(name)}.</b> {_marked(text)}", body)

    def row(values: Sequence[str], texts: int) -> list[Paragraph]:
        return [words(value, cell if at < texts else number) for at, value in enumerate(values)]

    story = [words(content.title, title), words(content.issued, cell), words(content.lead)]
    for section in content.sections:
        story.append(words(section.heading, heading))
        story.extend(bold(name, text) for name, text in section.paragraphs)
        for grid in section.grids:
            rows = [row(values, grid.texts) for values in (grid.headings, *grid.rows)]
            story.append(_table(rows, grid.widths))
        if section.remark:
            story.append(words(section.remark, cell))
    story.append(words("Sources", heading))
    story.extend(words(source, cell) for source in content.sources)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=36,
        rightMargin=36,
        topMargin=34,
        bottomMargin=34,
        title=content.title,
        author="placecast",
        lang="en-GB",
        invariant=1,
    )
    document.build(story)
    return buffer.getvalue()


def _marked(text: str) -> str:
    """`text` as reportlab reads it, with each run of characters that Helvetica lacks in the other font."""
    text = printable(text)
    if not _in_helvetica(text):
        known = _other_characters()
        lacking = "".join({re.escape(each) for each in text if not _in_helvetica(each)})
        text = "".join(
            each if _in_helvetica(each) or ord(each) in known else f"[U+{ord(each):04X}]" for each in text
        )
        runs = re.split(f"([{lacking}]+)", text)
        return "".join(
            f'<font name="{_OTHER_FONT}">{run}</font>' if number % 2 else escape(run)
            for number, run in enumerate(runs)
        )
    return escape(text)


def _in_helvetica(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _other_characters() -> frozenset[int]:
    """The codes of the characters of the other font, which reportlab knows from here on."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RuntimeError("matplotlib is not installed: the font of the statement comes with it")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    plain, bold = (TTFont(name, folder / f"{name}.ttf") for name in (_OTHER_FONT, f"{_OTHER_FONT}-Bold"))
    registerFont(plain)
    registerFont(bold)
    registerFontFamily(_OTHER_FONT, plain.fontName, bold.fontName, plain.fontName, bold.fontName)
    both = frozenset(plain.face.charToGlyph) & frozenset(bold.face.charToGlyph)
    return frozenset(code for code in both if code <= 0xFFFF)  # reportlab names none above to a screen reader


def _table(rows: Sequence[Sequence[object]], widths: Sequence[int]) -> object:
    from reportlab.platypus import Table, TableStyle

    styles = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _GREY),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
    ]
    styles.append(("LINEBELOW", (0, 0), (-1, 0), 1, _BLUE))
    scale = _TEXT_WIDTH / sum(widths)
    table = Table(rows, colWidths=[width * scale for width in widths], repeatRows=1)
    table.setStyle(TableStyle(styles))
    return table
