"""What two checks find at one place is told once: by the one that sees the whole path.

A filter that blocks the balancer's way is found by PS101, which looks at the filter alone, and by PS320, which names the balancer
and every file that takes part; what is let through to the balancer by PS201 and by PS322. The report has the latter. This is
done last, once codes have been chosen and a baseline has been applied: whoever asks for PS101 alone still gets all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portspec.checks.finding import Finding, Place
from portspec.checks.result import ClusterResult

BALANCER = "-balancer"
CLIENTS = "clients"
"""The variant of PS320 that is about the way to the balancer; the others are about the way from it to its members."""


def told_once(result: ClusterResult) -> ClusterResult:
    """The result without the findings that another one tells whole."""
    told = {
        (joint.code, joint.variant == CLIENTS, place, joint.port)
        for joint in result.findings
        if joint.code in ("PS320", "PS322")
        for place in _places(joint)
    }
    if not told:
        return result
    kept = (finding for finding in result.findings if not any(one in told for one in _tellers(finding)))
    return result._replace(findings=tuple(kept))


def _places(finding: Finding) -> Iterator[Place]:
    yield Place(finding.path, finding.span)
    yield from finding.related


def _tellers(finding: Finding) -> Iterable[tuple[str, bool, Place, str]]:
    """The findings that would tell a finding whole: by code, way, place and port."""
    here = Place(finding.path, finding.span)
    if finding.code == "PS101" and finding.variant == "blocked":
        if finding.values["target"].endswith(BALANCER):
            yield "PS320", True, here, finding.port
        if finding.values["source"].endswith(BALANCER):
            yield "PS320", False, here, finding.port
    elif finding.code == "PS201" and all(one.endswith(BALANCER) for one in finding.values["holder"].split(", ")):
        yield "PS322", False, here, finding.port
