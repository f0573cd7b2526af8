"""What several reports count: findings by severity, and findings that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult

HEAVIEST_FIRST = ("error", "warning", "note")


def by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity, the heaviest first."""
    found: Counter[str] = Counter(finding.severity for finding in findings)
    return {name: found[name] for name in HEAVIEST_FIRST}


def standing(results: Sequence[ClusterResult]) -> list[tuple[Finding, ClusterResult]]:
    """The findings that nobody accepts, the heaviest first, otherwise in the order of the text report."""
    found = [(finding, result) for result in results for finding in result.findings]
    return sorted(found, key=lambda one: HEAVIEST_FIRST.index(one[0].severity))


def numbered(prints: Iterable[str]) -> list[tuple[str, int]]:
    """Fingerprints with a number from 1 that tells apart those that are alike, in their order."""
    seen: Counter[str] = Counter()
    made = []
    for one in prints:
        seen[one] += 1
        made.append((one, seen[one]))
    return made
