"""What is told of a trajectory file that it does not say itself, and the small file beside it that keeps it.

`check` keeps what it is told in `<file>.reading.yaml`, so that the forecast, the inbox and every later check
read the file in the same way. Reading the trajectory itself belongs in `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from housing_trajectories.findings import BadInput, Finding, inert
from housing_trajectories.headings.year_labels import MEANINGS, Meaning
from housing_trajectories.schema import financial_year, financial_year_label

SUFFIX = ".reading.yaml"
_PERIOD = re.compile(r"(\d{4}(?:/\d\d)?)\s*-\s*(\d{4}(?:/\d\d)?)")
_LARGEST = 10_000


@dataclass(frozen=True)
class ReadingOptions:
    """What the reader of a file says about it, where the file does not say it itself.

    `years` is the meaning of a year by itself, `plan_period` its first and last financial year, `sheets` the
    names of the sheets to read instead of all that are in sight.
    """

    years: Meaning | None = None
    base_date: date | None = None
    plan_period: tuple[int, int] | None = None
    sheets: Sequence[str] = ()
    received: date | None = None
    issue: str | None = None

    def over(self, other: ReadingOptions) -> ReadingOptions:
        """These options, and `other`'s where these are silent."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: value for name, value in told.items() if value not in (None, ())})

    def words(self) -> str:
        """What is told, such as `years financial, plan period 2020/21-2039/40`; empty if nothing is."""
        return ", ".join(f"{name.replace('_', ' ')} {_text(value)}" for name, value in self._told().items())

    def _told(self) -> dict[str, Any]:
        written = {
            "years": self.years,
            "base_date": self.base_date.isoformat() if self.base_date else None,
            "plan_period": plan_period_text(self.plan_period) if self.plan_period else None,
            "sheets": list(self.sheets) or None,
            "received": self.received.isoformat() if self.received else None,
            "issue": self.issue,
        }
        return {name: value for name, value in written.items() if value is not None}


def options_path(path: Path) -> Path:
    """The file that keeps what is told of the trajectory at `path`."""
    return path.with_name(path.name + SUFFIX)


def keep_options(path: Path, sha256: str, options: ReadingOptions) -> Path:
    """Keep what is told of the file at `path`, whose content has that SHA-256; returns where it is kept."""
    kept = options_path(path)
    text = yaml.safe_dump({"sha256": sha256, **options._told()}, sort_keys=False, allow_unicode=True)
    kept.write_text(
        f"# How to read {inert(path.name)}; delete this file to forget it.\n{text}", encoding="utf-8"
    )
    return kept


def copy_options(path: Path, other: Path) -> None:
    """Copy what is kept of the file at `path` beside another version of it, so that both are read alike."""
    if options_path(path).is_file():
        options_path(other).write_bytes(options_path(path).read_bytes())


def kept_options(path: Path, sha256: str) -> tuple[ReadingOptions, list[Finding]]:
    """What is kept about the file at `path`, and what is wrong with it.

    What holds for one version only (base date, date of receipt, issue) is left out of the reading of
    another, and the base date said to be.
    """
    kept = options_path(path)
    if not kept.is_file():
        return ReadingOptions(), []
    name = inert(kept.name)
    try:
        if kept.stat().st_size > _LARGEST:
            raise ValueError("too large")
        content = yaml.safe_load(kept.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        found = inert(str(getattr(error, "problem", None) or error))
        return ReadingOptions(), [_finding(name, None, found, "a YAML file that `check` has written")]
    if not isinstance(content, dict):
        return ReadingOptions(), [_finding(name, None, "no option: value", "lines such as years: financial")]
    options, findings = _understood(content, name)
    if content.get("sha256") != sha256:
        if options.base_date:
            findings.append(
                Finding(
                    name,
                    None,
                    "base_date",
                    f"{options.base_date.isoformat()}, told of another version of the file",
                    "the base date of this version",
                    "warning",
                    done=f"not used: tell it with check {inert(path.name)} --base-date",
                    issue="reading options",
                )
            )
        options = replace(options, base_date=None, received=None, issue=None)
    return options, findings


def _understood(content: Mapping[Any, Any], name: str) -> tuple[ReadingOptions, list[Finding]]:
    known = {field.name: _CHECKS[field.name] for field in fields(ReadingOptions)}
    values: dict[str, Any] = {}
    findings = []
    for key, value in content.items():
        if key == "sha256":
            continue
        if key not in known:
            findings.append(
                _finding(name, None, f"the option {inert(str(key))}", f"one of {', '.join(known)}")
            )
            continue
        understand, expected = known[key]
        try:
            values[key] = understand(value)
        except (TypeError, ValueError, BadInput):
            findings.append(_finding(name, key, inert(str(value)), expected))
    return ReadingOptions(**values), findings


def plan_period(text: str) -> tuple[int, int]:
    """First and last financial year of `2020/21-2039/40`, also `2020-2039`. Raises ValueError on another."""
    match = _PERIOD.fullmatch(text.strip())
    years = [_year(label) for label in match.groups()] if match else []
    if len(years) != 2 or years[0] > years[1]:
        raise ValueError("a period such as 2020/21-2039/40")
    return years[0], years[1]


def plan_period_text(period: tuple[int, int]) -> str:
    """`2020/21-2039/40`."""
    return "-".join(financial_year_label(year) for year in period)


def _year(label: str) -> int:
    year = financial_year(label) if "/" in label else int(label)
    if year is None:
        raise ValueError(label)
    return year


def _finding(name: str, column: str | None, found: str, expected: str) -> Finding:
    return Finding(name, None, column, found, expected, done="not used", issue="reading options")


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise ValueError(value)
    return value


def _date(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(_words(value))


def _meaning(value: Any) -> Meaning:
    if value not in MEANINGS:
        raise ValueError(value)
    return value


def _sheets(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(value)
    return tuple(_words(sheet) for sheet in value)


_CHECKS = {
    "years": (_meaning, " or ".join(MEANINGS)),
    "base_date": (_date, "a date such as 2025-04-01"),
    "plan_period": (lambda value: plan_period(_words(value)), "a period such as 2020/21-2039/40"),
    "sheets": (_sheets, "a list of names of sheets"),
    "received": (_date, "a date such as 2025-04-01"),
    "issue": (_words, "a label in words"),
}
