"""An area's folder: `area.yaml`, which says what it is of, beside tables of what is known locally.

Only the standard library and YAML: a command can ask before it imports anything that takes seconds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from housing_trajectories.findings import BadInput, Finding, inert

NAME = "area.yaml"
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader as libyaml has it, which is ten times as fast."""
_FIELDS = {
    "name": "the name of the area as a whole",
    "code": "the code of the area as a whole: its ICB or sub-ICB, or one of your own",
    "authorities": "a list of GSS codes of councils",
    "trajectories": "the folder of the councils' trajectories, as seen from here",
}
_GSS = re.compile(r"[EWSN]\d{8}")
_OWN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class AreaFolder:
    """What `area.yaml` says: the councils by GSS code, the area's own code and name, and two folders."""

    folder: Path
    name: str
    code: str
    authorities: tuple[str, ...]
    trajectories: Path


def is_area(folder: Path) -> bool:
    """Whether a folder is of an area, and not a complete folder of input tables."""
    return (folder / NAME).is_file()


def read_area(folder: Path) -> AreaFolder:
    """The area of a folder; raises BadInput with everything that is wrong in its `area.yaml`."""
    path = folder / NAME
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput([_finding(None, "no such file", "an area's name, code and authorities")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput([_finding(None, inert(str(error), 200), "a YAML file of four fields")]) from None
    if not isinstance(content, dict):
        raise BadInput([_finding(None, type(content).__name__, "lines such as name: Peterborough")])
    findings = _wrong(content)
    if findings:
        raise BadInput(findings)
    trajectories = folder / str(content.get("trajectories", "trajectories"))
    return AreaFolder(
        folder,
        str(content["name"]),
        str(content["code"]),
        tuple(str(code) for code in content["authorities"]),
        trajectories.resolve(),
    )


def write_area(folder: Path, name: str, code: str, authorities: Sequence[str]) -> Path:
    """Write an area's `area.yaml` into a folder; nothing where it is as it is."""
    path = folder / NAME
    content = {"name": name, "code": code, "authorities": list(authorities)}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{NAME}.{os.getpid()}.part")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    return path


def _wrong(content: Mapping[Any, Any]) -> list[Finding]:
    unknown = [str(name) for name in content if name not in _FIELDS]
    meant = {
        name: get_close_matches(name, [each for each in _FIELDS if each not in content], 1)
        for name in unknown
    }
    findings = [
        _finding(
            inert(name, 40), "an unknown field", " or ".join(meant[name]) or f"only {', '.join(_FIELDS)}"
        )
        for name in unknown
    ]
    findings += [
        _finding(name, "no such field", _FIELDS[name])
        for name in ("name", "code", "authorities")
        if not content.get(name) and [name] not in meant.values()
    ]
    if findings:
        return findings
    for name in ("name", "trajectories"):
        if name in content and not isinstance(content[name], str):
            findings.append(_finding(name, inert(str(content[name]), 60), _FIELDS[name]))
    if not _OWN_CODE.fullmatch(str(content["code"])):
        expected = f"{_FIELDS['code']}, of letters, figures and dashes"
        findings.append(_finding("code", inert(str(content["code"]), 60), expected))
    listed = content["authorities"]
    if isinstance(listed, list) and content["code"] in listed:
        expected = f"a code that none of its authorities has, such as AREA-{content['code']}"
        findings.append(_finding("code", inert(str(content["code"]), 60), expected))
    if not isinstance(listed, list):
        return [*findings, _finding("authorities", inert(str(listed), 60), _FIELDS["authorities"])]
    for code in listed:
        if not isinstance(code, str) or not _GSS.fullmatch(code):
            findings.append(_finding("authorities", inert(str(code), 60), "a GSS code such as E06000031"))
        elif listed.count(code) > 1:
            findings.append(_finding("authorities", f"{code} twice", "each council once"))
    return list(dict.fromkeys(findings))


def _finding(field: str | None, found: str, expected: str) -> Finding:
    return Finding(NAME, None, field, found, expected)
