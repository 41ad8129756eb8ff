"""How councils write a planning status, permission type, use class or plan status, and which of ours
they mean.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from housing_trajectories.findings import Severity
from housing_trajectories.schema import PERMISSION_TYPES, PHASING_BASES, PLAN_STATUSES, PLANNING_STATUSES


@dataclass(frozen=True)
class WordRead:
    """A category as understood, empty where it could not be; `how` is empty where it is written as
    expected.
    """

    value: str
    how: str = ""
    severity: Severity = "mended"


_LAPSED = re.compile(
    r"\b(lapsed?|expired?|withdrawn|refused?|dismissed|superseded|stalled permission|quashed)\b"
)
_NOT = re.compile(
    r"^(?:not|no|without|un)[ -]?(?:yet )?(?:permission\w*|perm|permitted|permissoned|consent\w*"
    r"|planning)|^unpermitted$|\bwithout (?:planning )?permission\b|\bno (?:planning )?permission\b"
    r"|\bnot (?:yet )?permiss?i?oned\b"
)
_PENDING = re.compile(
    r"\b(pending|awaiting|submitted|undetermined|resolution to (?:grant|approve|permit)"
    r"|subject to (?:s\.?|section )?106|minded to|s106 (?:pending|awaited)|under consideration"
    r"|live application|application (?:in|received|lodged)|at appeal|in planning"
    r"|current application)\b"
)
_BUILT = re.compile(r"\b(complete|completed|built ?out|fully built|built)\b")
_BUILDING = re.compile(
    r"\b(under construction|u/?c|started|commenced|on site|on-site|in progress|underway|under way"
    r"|part built|part[- ]complete\w*|construction)\b"
)
_PERMITTED = re.compile(
    r"\b(permission\w*|permitted|granted|approved|approval|consent\w*|extant|full|outline"
    r"|reserved matters|prior approval|committed|commitments?|detailed|pp|op|rm|ful|out|hybrid"
    r"|permissions?|implemented)\b"
)
_ALLOCATED = re.compile(
    r"\b(allocat\w*|strategic site|draft allocation|proposed|shlaa|helaa|hlaa|shelaa"
    r"|brownfield register|identified|potential|local plan|neighbourhood plan|omission|none|no status"
    r"|not started|call for sites|opportunity)\b"
)
_MIXED = re.compile(r"\b(mixed|mix|windfalls?|various|n/?a|small sites|allowance)\b")

_PERMISSION_WORDS: tuple[tuple[str, str], ...] = (
    (r"^f(?:u|ul|ull?|pp|p)?$|\bfull?\b|\bful\b|\bdetailed\b", PERMISSION_TYPES[0]),
    (r"^o(?:ut|utl|pp|p|/l)?$|\bout\w*\b|\bhybrid\b", PERMISSION_TYPES[1]),
    (r"^r\.?m\.?a?$|\brem\b|\breserved\b|\bres(?:erved)? mat\w*", PERMISSION_TYPES[2]),
    (r"^pip$|\bin principle\b", PERMISSION_TYPES[3]),
    (r"^tdc$|\btechnical\b", PERMISSION_TYPES[4]),
    (
        r"\border\b|\bprior (?:approval|notification)\b|\bpermitted development\b|^p(?:a|d|n)$|\bldo\b"
        r"|\bcopa\b",
        PERMISSION_TYPES[5],
    ),
    (r"^other$", PERMISSION_TYPES[6]),
)
_USE_CLASSES: tuple[tuple[str, str], ...] = (
    (r"student|pbsa|halls? of residence|sui generis \(student\)", "student"),
    (r"\bc2a?\b|care home|nursing|residential institution|communal|residential care|extra care \(c2\)", "C2"),
    (
        r"\bc3[abc]?\b|\bc4\b|extra[ -]?care|assisted living|dwelling|residential|housing|market|affordable"
        r"|flats?|houses?|homes?|retirement|sheltered",
        "C3",
    ),
)


@lru_cache(maxsize=4096)
def planning_status(text: str) -> WordRead:
    """One of PLANNING_STATUSES."""
    folded = _folded(text)
    if folded in PLANNING_STATUSES:
        return WordRead(folded)
    if not folded:
        return WordRead("")
    lapsed = _LAPSED.search(folded)
    if lapsed:
        return WordRead("not permissioned", f"a permission that is {lapsed.group(1)} is none", "warning")
    for pattern, status in (
        (_NOT, "not permissioned"),
        (_PENDING, "pending decision"),
        (_BUILDING, "permissioned"),
        (_BUILT, "completed"),
    ):
        if pattern.search(folded) and not (status == "permissioned" and folded.startswith("not ")):
            return WordRead(status, "another wording")
    close = difflib.get_close_matches(folded, PLANNING_STATUSES, n=1, cutoff=0.8)
    if close:
        return WordRead(close[0], "misspelt")
    for pattern, status in (
        (_PERMITTED, "permissioned"),
        (_ALLOCATED, "not permissioned"),
        (_MIXED, "mixed"),
    ):
        if pattern.search(folded):
            return WordRead(status, "another wording")
    words = {
        "permission granted": "permissioned",
        "allocation": "not permissioned",
        "pending": "pending decision",
    }
    close = difflib.get_close_matches(folded, words, n=1, cutoff=0.8)
    return WordRead(words[close[0]], "misspelt") if close else WordRead("")


@lru_cache(maxsize=4096)
def permission_type(text: str) -> WordRead:
    """One of PERMISSION_TYPES."""
    return _permission_type(text)


def _permission_type(text: str) -> WordRead:
    folded = _folded(text)
    if folded in PERMISSION_TYPES:
        return WordRead(folded)
    close = difflib.get_close_matches(folded, PERMISSION_TYPES, n=1, cutoff=0.82)
    if close:
        return WordRead(close[0], "misspelt")
    if _LAPSED.search(folded):
        return WordRead("", "a permission that has lapsed is none", "warning")
    for pattern, value in _PERMISSION_WORDS:
        if re.search(pattern, folded):
            return WordRead(value, "another wording")
    return WordRead("")


@lru_cache(maxsize=4096)
def use_class(text: str) -> WordRead:
    """`C3`, `C2` or `student`."""
    folded = _folded(text)
    if folded in ("c3", "c2", "student"):
        return WordRead(folded.upper() if folded != "student" else folded)
    if re.search(r"\bc2\b", folded) and re.search(r"\bc3\b", folded):
        return WordRead("")
    for pattern, value in _USE_CLASSES:
        if re.search(pattern, folded):
            return WordRead(value, "another wording")
    return WordRead("")


@lru_cache(maxsize=4096)
def plan_status(text: str) -> WordRead:
    """One of PLAN_STATUSES."""
    folded = _folded(text)
    if folded.replace(" ", "_") in PLAN_STATUSES:
        return WordRead(
            folded.replace(" ", "_"), "" if text.strip() == folded.replace(" ", "_") else "another wording"
        )
    if re.search(r"draft|emerging|submission|reg(?:ulation)? ?1[89]|proposed|consultation|review", folded):
        return WordRead("draft", "another wording")
    if re.search(r"adopted|in force|made|current", folded):
        return WordRead("adopted", "another wording")
    return WordRead("")


@lru_cache(maxsize=4096)
def phasing_basis(text: str) -> WordRead:
    """One of PHASING_BASES."""
    folded = _folded(text).replace(" ", "_")
    if folded in PHASING_BASES:
        return WordRead(folded, "" if text.strip() == folded else "another wording")
    if re.search(r"beyond|post|after", folded):
        return WordRead("beyond_plan", "another wording")
    if re.search(r"council|developer|agreed|published|officer|survey|promoter", folded):
        return WordRead("published", "another wording")
    if re.search(r"record|complet|actual", folded):
        return WordRead("recorded", "another wording")
    return WordRead("")


def _folded(text: str) -> str:
    return (
        " ".join(text[:200].replace("_", " ").lower().split())
        if "_" in text
        else " ".join(text[:200].lower().split())
    )
