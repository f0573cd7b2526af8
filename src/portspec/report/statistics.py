"""How often each code was found: `--statistics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.report.width import pad, width
from portspec.report.words import WORDS

HEAVIEST_FIRST = ("error", "warning", "note")


class Count(NamedTuple):
    """One code: how many findings of each severity, in how many files, and how many were accepted."""

    code: str
    errors: int
    warnings: int
    notes: int
    files: int
    accepted: int

    @property
    def total(self) -> int:
        """Findings that stand."""
        return self.errors + self.warnings + self.notes


def count(results: Sequence[ClusterResult]) -> list[Count]:
    """The codes that were found, the most frequent first."""
    severities: Counter[tuple[str, str]] = Counter()
    accepted: Counter[str] = Counter()
    files: dict[str, set[str]] = {}
    for result in results:
        for finding in result.findings:
            severities[finding.code, finding.severity] += 1
            files.setdefault(finding.code, set()).add(finding.path)
        accepted.update(entry.finding.code for entry in result.suppressed)
    found = [
        Count(
            code,
            severities[code, "error"],
            severities[code, "warning"],
            severities[code, "note"],
            len(files.get(code, ())),
            accepted[code],
        )
        for code in files.keys() | accepted.keys()
    ]
    return sorted(found, key=lambda one: (-one.total, one.code))


def as_text(results: Sequence[ClusterResult], lang: str) -> str:
    """A line for every code: its number, the heaviest severity it was found with, its title. Ends with a newline."""
    words = WORDS[lang]
    rows = []
    for one in count(results):
        severity = next((name for name in HEAVIEST_FIRST if getattr(one, f"{name}s")), "")
        rows.append((str(one.total), one.code, words.get(severity, ""), checks()[one.code].title[lang], one.accepted))
    if not rows:
        return ""
    numbers, severities = max(len(row[0]) for row in rows), max(width(row[2]) for row in rows)
    return "".join(
        f"{number:>{numbers}}  {code}  {pad(severity, severities)}  {title}"
        + (words["accepted"].format(count=accepted) if accepted else "")
        + "\n"
        for number, code, severity, title, accepted in rows
    )


def document(results: Sequence[ClusterResult]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {"code": one.code, "name": checks()[one.code].name, "count": one.total, **one._asdict()}
        for one in count(results)
    ]
