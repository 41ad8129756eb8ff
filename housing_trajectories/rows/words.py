"""The words of councils: how rows call themselves totals or allowances, and how categories are written.

A site may be called by the words of totals too (Balance Farm, Losses Lane), so the whole phrase is looked at
as well. Deciding what a row is belongs in `row_kinds`.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from housing_trajectories.findings import Severity
from housing_trajectories.schema import (
    PERMISSION_TYPES,
    PHASING_BASES,
    PLAN_STATUSES,
    PLANNING_STATUSES,
    WITHDRAWN,
)

NO_REFERENCE = {"-", "--", "n/a", "na", "none", "<null>", "null", "tbc", "?", "#n/a", "."}

_TOTAL = re.compile(
    r"^\W*(?:sub|grand|overall|net|gross|annual|plan|sheet|site)?[\s\-]*totals?\b|^\W*sum of\b", re.I
)
_TOTAL_END = re.compile(r"\b(?:sub[\s\-]?)?totals?\W*$", re.I)
_PLAIN_TOTAL = re.compile(
    r"\W*(?:(?:sub|grand|overall|net|gross|running|sheet|site|plan|annual|overall)?[\s\-]*totals?"
    r"|all (?:\w+ )?(?:sites|homes|dwellings|units|sources|supply)|overall|sum|in total|total all sites)\W*"
    r"|[∑Σ]\W*(?:total|all sites)?",
    re.I,
)
_SUMMARY = re.compile(
    r"\b(?:requirement|target|annuali[sz]ed|cumulative|shortfall|surplus|over[\s\-]?supply|under[\s\-]?supply|monitor|"
    r"managed? delivery|five[\s\-]year|5[\s\-]year|housing need|past completions|average|buffer"
    r"|stepped|years? of supply|"
    r"net completions|actual completions|projected completions|housing trajectory|local housing need"
    r"|balance)\b",
    re.I,
)
_TELLING = {
    *("requirement", "requirements", "target", "annualised", "annualized", "cumulative", "shortfall"),
    *("surplus", "oversupply", "undersupply", "monitor", "manage", "managed", "average", "buffer", "stepped"),
    *("completions", "trajectory", "balance", "need", "residual", "supply", "backlog", "deficit"),
    *("yhls", "hls", "lhn", "dpa", "undelivered", "overprovision", "underprovision", "outturn"),
}
_BESIDE = {
    *("annual", "annually", "housing", "local", "plan", "plans", "past", "net", "gross", "actual"),
    *("projected", "position", "delivery", "delivered", "five", "year", "years", "yr", "yrs", "of", "the"),
    *("a", "an", "per", "annum", "pa", "dpa", "in", "and", "or", "against", "over", "under", "above"),
    *("below", "for", "to", "date", "total", "totals", "rate", "remaining", "dwellings", "homes", "units"),
    *("figure", "figures", "land", "planned", "expected", "forecast", "running", "minus", "less", "plus"),
    *("with", "by"),
    *("basic", "policy", "policies", "adopted", "emerging", "draft", "core", "strategy", "base", "period"),
    *("lpa", "standard", "method", "number", "numbers", "identified", "deliverable", "developable", "on"),
    *("from", "at", "as", "minimum", "cumulatively", "percent", "performance", "calculation", "all", "sites"),
}
_ALLOWANCES: dict[str, re.Pattern[str]] = {
    "lapse_allowance": re.compile(
        r"\blaps\w*|non[\s\-]?(?:implementation|delivery)|discount|slippage allowance", re.I
    ),
    "windfall": re.compile(r"windfall", re.I),
    "small_sites": re.compile(
        r"small(?:er)? sites?|minor sites?|sites? (?:of )?(?:less|fewer|under|below)|\b(?:1|<)\s*-?\s*\d "
        r"sites",
        re.I,
    ),
    "demolitions": re.compile(
        r"^(?:demolitions?|losses|dwellings lost|estimated losses|stock losses)\b", re.I
    ),
    "remainder": re.compile(
        r"^(?:remainder|other (?:commitments|sites|supply)|unidentified|contingency|unallocated)\b"
        r"|\ballowance\b",
        re.I,
    ),
}
_MAYBE_ALLOWANCE = re.compile(
    r"windf|laps|non|disc|slipp|small|minor|site|demol|loss|lost|remain|other|uniden|conting|unall|allow|<"
    r"|dwellings lost|estimated loss|stock loss",
    re.I,
)
_SURE_ALLOWANCE = re.compile(r"windfall|\blaps\w*|\ballowance\b|^demolition", re.I)
_STARTS = {
    *("win", "lap", "non", "dis", "sli", "sma", "min", "sit", "dem", "dwe", "est", "sto", "los", "rem"),
    *("oth", "uni", "con", "una", "all", "les", "ded", "app", "tak", "red"),
}
_TAKEN_OFF = re.compile(
    r"^(?:(?:less|minus|deduct(?:ion)?s?(?: for)?|apply|reduction for|take off)\W+)?"
    r"(?:\d+(?:\.\d+)?\s*%\s*)?(?:for |of )?",
    re.I,
)
_OF_ALLOWANCES = {
    *("small", "smaller", "minor", "site", "sites", "dwelling", "discount", "discounts", "discounted", "non"),
    *("implementation", "nonimplementation", "demolition", "demolitions", "loss", "losses", "lost"),
    *("estimated", "assumed", "stock", "remainder", "other", "commitments", "unidentified", "contingency"),
    *("unallocated", "slippage", "fewer", "than", "large", "larger", "major", "permission", "permissions"),
    *("planning", "permitted", "applied", "not", "without", "started", "unimplemented", "under"),
    *("construction", "extant", "windfalls", "conversions", "existing", "outstanding", "up", "each"),
    *("allocations", "allocated", "committed", "reduction", "factor", "deduction", "be", "rest", "sources"),
}


def is_total(text: str) -> bool:
    """Whether a text begins or ends as that of a total does; a site's name may."""
    return bool(_TOTAL.match(text) or _TOTAL_END.search(text)) or is_plain_total(text)


def is_plain_total(text: str) -> bool:
    """Whether a text says total and nothing else."""
    return bool(_PLAIN_TOTAL.fullmatch(text))


def names_summary(text: str) -> bool:
    """Whether a text has a word of requirements, targets or running sums; a site's name may."""
    return bool(_SUMMARY.search(text))


def is_summary_phrase(text: str, fewest: int = 1) -> bool:
    """Whether a text has only words of requirements and running sums, at least `fewest` of them."""
    words = _words(text)
    return len(words) >= fewest and bool(_TELLING & set(words)) and set(words) <= _TELLING | _BESIDE


def allowance_named(text: str) -> str:
    """The reference of the allowance a text has a word of, empty where it has none."""
    found = {kind: match.start() for kind, pattern in _ALLOWANCES.items() if (match := pattern.search(text))}
    first = min(found, key=found.__getitem__, default="")
    if first in ("windfall", "small_sites"):
        return first  # `small sites, less 10 % for lapses` are small sites
    return next(iter(found), "")


def allowance_of(text: str) -> str:
    """The reference under which a row without a site of its own is kept, empty where the text names one."""
    text = text.strip()
    if text[:3].lower() not in _STARTS and text[:1] != "<" and "%" not in text[:6]:
        return ""
    text = _TAKEN_OFF.sub("", text)
    if not _MAYBE_ALLOWANCE.match(text):
        return ""
    found = allowance_named(text)
    pattern = _ALLOWANCES.get(found)
    if pattern is None or not pattern.match(text.strip()):
        return ""
    return found if is_whole_allowance(text) or _SURE_ALLOWANCE.search(text) else ""


def is_whole_allowance(text: str) -> bool:
    """Whether a text has the words of allowances and nothing else."""
    return set(_words(text)) <= _OF_ALLOWANCES | _BESIDE | {"lapse", "lapses", "lapsed", "allowance"}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower().replace("p.a", "pa").replace("'", ""))


@dataclass(frozen=True)
class WordRead:
    """A category as understood, empty where it could not be; `how` is empty where it is as expected."""

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
    """One of PLAN_STATUSES, or WITHDRAWN; the homes of an expired plan are those of the adopted one."""
    folded = _folded(text)
    if re.search(r"withdrawn|abandoned|revoked|quashed|not (?:proceeding|progressed)", folded):
        return WordRead(WITHDRAWN, "" if text.strip() == WITHDRAWN else "another wording")
    if folded.replace(" ", "_") in PLAN_STATUSES:
        return WordRead(
            folded.replace(" ", "_"), "" if text.strip() == folded.replace(" ", "_") else "another wording"
        )
    if re.search(r"draft|emerging|submission|reg(?:ulation)? ?1[89]|proposed|consultation|review", folded):
        return WordRead("draft", "another wording")
    if re.search(r"adopted|in force|made|current|expired", folded):
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
    return " ".join(text[:200].replace("_", " ").lower().split())
