"""The JSON report: `schema/check-report.schema.json` describes it; `version` counts its incompatible changes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from portspec.checks.finding import Finding, Witness
from portspec.checks.registry import checks
from portspec.checks.removal import Removal
from portspec.checks.result import ClusterResult
from portspec.report.phrasing import help_line, message

VERSION = 1
UNSAFE = re.compile(
    "[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]|(?<=#)#(?=\\[|vso)"
)


def render(
    results: Sequence[ClusterResult], lang: str, *, statistics: bool = False, delta: dict[str, Any] | None = None
) -> str:
    """The report as one JSON object, indented, ending with a newline. `delta` is what a change does, where that was asked."""
    made = document(results, lang)
    if delta is not None:
        made["delta"] = delta
    if statistics:
        from portspec.report.statistics import document as counts

        made["statistics"] = counts(results)
    return safe_json(made)


def safe_json(content: Any) -> str:
    """JSON, indented, ending with a newline.

    What could command a terminal or a CI runner that shows it is written as JSON escapes: the strings stay the same.
    """
    return escaped(json.dumps(content, ensure_ascii=False, indent=2)) + "\n"


def escaped(text: str) -> str:
    """JSON in which what could command a terminal or a runner is written as escapes."""
    # What is escaped is not printable, or a command; to see that there is none takes a third of looking for it.
    if "##" not in text and text.replace("\n", "").isprintable():
        return text
    return UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 0x10000:
        return f"\\u{number:04x}"
    return f"\\u{0xD800 + (number - 0x10000 >> 10):04x}\\u{0xDC00 + (number - 0x10000 & 0x3FF):04x}"


def document(results: Sequence[ClusterResult], lang: str) -> dict[str, Any]:
    """The report as plain data. `release` and `policy` are null when the clusters checked differ in them."""
    findings = [finding_document(finding, result, lang) for result in results for finding in result.findings]
    suppressed = [
        {**finding_document(accepted.finding, result, lang), "reason": accepted.reason, "where": accepted.where}
        for result in results
        for accepted in result.suppressed
    ]
    releases = {result.policy.release for result in results}
    digests = {result.policy.digest for result in results}
    return {
        "version": VERSION,
        "release": releases.pop() if len(releases) == 1 else None,
        "policy": {"digest": digests.pop()} if len(digests) == 1 else None,
        "clusters": [_cluster(result) for result in results],
        "files": [
            {"path": file.path, "format": file.format, "status": file.status, "cluster": result.cluster.path or None}
            for result in results
            for file in result.files
        ],
        "balancers": [_removal(one, result) for result in results for one in result.removals],
        "findings": findings,
        "suppressed": suppressed,
        **_mended(results, lang),
        "summary": _summary(results),
    }


def _mended(results: Sequence[ClusterResult], lang: str) -> dict[str, Any]:
    """What this run has fixed in the files, where it was to."""
    if all(result.mended is None for result in results):
        return {}
    return {"fixed": [finding_document(one, result, lang) for result in results for one in result.mended or ()]}


def _removal(one: Removal, result: ClusterResult) -> dict[str, Any]:
    return {
        "path": one.path,
        "cluster": result.cluster.path or None,
        "balancer": one.balancer,
        "service": one.service,
        "port": str(one.port),
        "pool": one.pool,
        "member": one.member,
        "probed": "passively" if one.passive else "never" if one.answering is None else "actively",
        "out_after_ms": one.answering,
        "silent_out_after_ms": one.silent,
        "limit_ms": one.limit,
        "confidence": "certain" if one.certain else "possible",
    }


def _cluster(result: ClusterResult) -> dict[str, Any]:
    profile = result.policy.profile
    return {
        "path": result.cluster.path or None,
        "release": result.policy.release,
        "platform": profile.platform,
        "network": profile.network,
        "topology": profile.topology,
        "features": list(profile.features),
        "phase": result.cluster.phase,
        "policy": {
            "digest": result.policy.digest,
            "spec_version": result.policy.spec_version,
            "lock": result.origin.lock.path if result.origin.lock is not None else None,
        },
    }


def finding_document(finding: Finding, result: ClusterResult, lang: str) -> dict[str, Any]:
    """One finding as plain data."""
    span = finding.span
    return {
        "code": finding.code,
        "name": checks()[finding.code].name,
        "variant": finding.variant,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "path": finding.path,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": (span.end_line or None) if span else None,
        "end_column": (span.end_column or None) if span else None,
        "service": finding.service or None,
        "port": finding.port or None,
        "message": message(finding, result.policy, lang),
        "help": help_line(finding, result.policy, lang),
        "witness": _witness(finding.witness),
        "related": [{"path": place.path, "line": place.span.line if place.span else None} for place in finding.related],
        "fingerprint": finding.fingerprint,
        **_fix(finding, result, lang),
    }


def _fix(finding: Finding, result: ClusterResult, lang: str) -> dict[str, Any]:
    """The proved change, where changes were asked for and there is one; else why there is none."""
    edits, why = result.fix(finding), result.why_unfixed(finding)
    if not edits:
        return {} if why is None else {"no_fix": why[lang]}
    made = [
        {"path": one.path, "line": one.line, "end_line": one.end_line, "replacement": list(one.lines)} for one in edits
    ]
    return {"fix": {"edits": made}}


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "source": witness.source,
        "source_port": witness.source_port,
        "destination": witness.destination,
        "transport": witness.transport,
        "port": witness.port,
        "verdict": witness.verdict,
        "trace": [
            {"path": step.path, "line": step.line, "text": step.text, "outcome": step.outcome} for step in witness.steps
        ],
    }


def _summary(results: Sequence[ClusterResult]) -> dict[str, int]:
    counts = {"error": 0, "warning": 0, "note": 0}
    for result in results:
        for finding in result.findings:
            counts[finding.severity] += 1
    return {
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
        "suppressed": sum(len(result.suppressed) for result in results),
        "files": sum(len(result.files) for result in results),
    }
