"""`python -m pipelines.operations.dependency_audit`: the locked packages against the database of known
vulnerabilities.

A vulnerability that is found fails (exit code 1). A database that gives no answer is said and does not: lint
must not depend on the network, and the next one that has it will tell. Which database is asked, the variables
of pip-audit say: PIP_AUDIT_VULNERABILITY_SERVICE (pypi, or osv) and PIP_AUDIT_OSV_URL.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from housing_trajectories.tools.plain_text import say

_LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
_SECONDS = 120

ACCEPTED: Mapping[str, str] = {}
"""Vulnerability → why it does not concern us. Whatever stands here is printed each time."""


def main() -> int:
    """Ask, print, and return the exit code."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(_LOCK), "--disable-pip", "--no-deps"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return _unreached("no answer")
    try:
        answer = json.loads(result.stdout)
    except ValueError:
        words = (result.stderr.strip().splitlines() or ["no answer"])[-1]
        return _unreached(words)
    return judge(answer)


def judge(answer: Mapping[str, Any]) -> int:
    """The exit code for what the audit answered, saying each vulnerability and how it is mended."""
    wrong = 0
    packages = answer.get("dependencies", [])
    for package in packages:
        for found in package.get("vulns", []):
            names = {found["id"], *found.get("aliases", ())}
            accepted = next((ACCEPTED[name] for name in sorted(names) if name in ACCEPTED), None)
            mended = ", ".join(found.get("fix_versions", ())) or "no version yet"
            say(f"{package['name']} {package['version']}: {found['id']}, mended in {mended}{_why(accepted)}")
            wrong += accepted is None
    skipped = [package for package in packages if "skip_reason" in package]
    if skipped and len(skipped) == len(packages):
        return _unreached(str(skipped[0]["skip_reason"]))
    some = f", {len(skipped)} of them could not be asked about" if skipped else ""
    say(f"audit: {len(packages)} packages, {wrong} known vulnerabilities{some}")
    return 1 if wrong else 0


def _why(accepted: str | None) -> str:
    return f" (accepted: {accepted})" if accepted else ""


def _unreached(words: str) -> int:
    say(f"audit: not done, the database of vulnerabilities gave no answer ({words[:200]})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
