"""A statement's PDF read as a reader does, and every sum of it done again from what stands on its pages."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BANDS = 8
_NUMBER = r"£?[\d,]+(?:\.\d+)?"


class Pages:
    """The text of a PDF by sections, in lines as they are printed."""

    def __init__(self, paper: Path) -> None:
        reader = shutil.which("pdftotext")
        if reader is None:
            pytest.skip("needs pdftotext, which is not here")
        done = subprocess.run([reader, "-layout", paper, "-"], check=True, capture_output=True, text=True)
        self.sections: dict[str, list[str]] = {}
        lines = self.sections.setdefault("", [])
        for line in done.stdout.replace("\f", "").splitlines():
            if found := re.match(r"\s*(\d+)\. [A-Z]", line):
                lines = self.sections.setdefault(found[1], [])
            lines.append(line)
        self.totals: list[float] = []

    def redo(self) -> None:
        """Every step from homes to pounds: each must be what the next line prints."""
        people = self._people()
        unserved: dict[tuple[str, bool], float] = {}
        rates = {name: numbers[-BANDS:] for name, numbers in self._lines("2", BANDS)}
        steps = dict(self._lines("3", 6))
        assert rates.keys() == steps.keys()
        text = "\n".join(self.sections["3"])
        for name, (need, share, net_new, counted, served, left) in steps.items():
            redone = sum(each * rate / 1000 for each, rate in zip(people, rates[name], strict=True))
            assert round(redone, 4) == pytest.approx(need, abs=1.01e-4), name
            assert round(redone * share, 4) == pytest.approx(net_new, abs=1.01e-4), name
            assert math.floor(redone * share * 1e4 + 1e-6) / 1e4 == counted, name
            assert round(counted - served, 4) == left, name
            known = re.search(rf"^\s*{name} .*known$", text, re.MULTILINE) is not None
            unserved[name[0], known] = unserved.get((name[0], known), 0.0) + left
        pounds = self._amounts()
        assert {key for key, left in unserved.items() if left > 0} == pounds.keys()
        for key, (quantity, cost, off, amount) in pounds.items():
            assert round(unserved[key], 4) == quantity, key
            assert round(quantity * cost - off) == amount, key
        printed = re.findall(r"Total.*£([\d,]+)", "\n".join(self.sections["4"]))
        asked, later = (
            sum(row[3] for (_, known), row in pounds.items() if known == is_asked)
            for is_asked in (True, False)
        )
        self.totals = [float(each.replace(",", "")) for each in printed]
        assert self.totals == [asked, later]

    def _people(self) -> list[float]:
        """First occupants by age: homes of each size times the people of a home."""
        found = [0.0] * BANDS
        for line in self.sections["1"]:
            if re.match(r"\s*Homes of \d", line):
                homes, *each = _numbers(line.partition("bedroom")[2])[-BANDS - 1 :]
                found = [total + homes * value for total, value in zip(found, each, strict=True)]
        printed = next(line for line in self.sections["1"] if line.strip().startswith("First occupants"))
        assert _numbers(printed)[-BANDS:] == pytest.approx(found, abs=0.006)
        return found

    def _lines(self, section: str, most: int) -> list[tuple[str, list[float]]]:
        """Lines of a table that begin with a letter of an item, and their last numbers."""
        found = []
        for line in self.sections[section]:
            if named := re.match(r"\s*([PECHM]\d?)\s{2,}(.*)", line):
                found.append((named[1], _numbers(re.sub(r"[A-Z]\w*\d\w*", "", named[2]))[-most:]))
        return found

    def _amounts(self) -> dict[tuple[str, bool], tuple[float, float, float, float]]:
        """By line, and whether it is requested: quantity, unit cost, what is taken off, amount."""
        found = {}
        for line in self.sections["4"]:
            if named := re.match(r"\s*([PECHM])\s{2,}.*?([\d,.]+) (?:m²|beds|rooms)\s+(.*)", line):
                cost, off, amount = _numbers(named[3])[:3]
                found[named[1], "Requested" in line] = (_number(named[2]), cost, off, amount)
        return found


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("£", ""))


def _numbers(line: str) -> list[float]:
    return [_number(each) for each in re.findall(rf"(?<![\w.]){_NUMBER}(?![\w.])", line)]
