"""The Code Quality report of GitLab: a list of findings that a merge request shows beside its lines.

GitLab shows only the first of several with the same fingerprint, so alike ones are numbered.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.report.as_json import safe_json
from portspec.report.compare_delta_words import DELTA
from portspec.report.fixing import told as fix_lines
from portspec.report.phrasing import help_line, message
from portspec.report.places import fingerprint, in_repository, path_of
from portspec.report.setting import Setting
from portspec.report.tally import numbered, standing
from portspec.report.words import WORDS

if TYPE_CHECKING:
    from portspec.compare.review import Delta

SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}
"""GitLab knows info, minor, major, critical and blocker."""


def render(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The report as a JSON list, ending with a newline; empty when there is nothing to report."""
    found = standing(results)
    paths = [in_repository(path_of(finding, result), setting.folder) for finding, result in found]
    prints = numbered(fingerprint(finding, path) for (finding, _), path in zip(found, paths, strict=True))
    issues = [
        _issue(finding, result, path, identity, setting.lang)
        for (finding, result), path, identity in zip(found, paths, prints, strict=True)
    ]
    if setting.delta is not None:
        from portspec.report.compare_delta_findings import is_new

        new, word = is_new(setting.delta), DELTA[setting.lang]["kind-wrong"]
        for issue, (finding, _) in zip(issues, found, strict=True):
            if new(finding):
                issue["description"] = f"{word}{WORDS[setting.lang]['colon']}{issue['description']}"
        issues += _flows(setting.delta, setting)
    return safe_json(issues)


def _flows(delta: Delta, setting: Setting) -> Iterator[dict[str, Any]]:
    """What a change exposes or blocks and no finding tells, at the file that it is about."""
    from portspec.report.compare_delta import flow_sentence
    from portspec.report.compare_delta_findings import untold

    words, lang = DELTA[setting.lang], setting.lang
    alike: Counter[str] = Counter()
    for one in untold(delta):
        flow = one.flow
        path = in_repository(one.path, setting.folder)
        identity = f"{flow.code}:{flow.kind}:{path}:{flow.service}:{flow.port}:{flow.transport}"
        alike[identity] += 1
        said = flow_sentence((flow,), one.cluster.result, lang)
        yield {
            "type": "issue",
            "description": f"{words[f'kind-{flow.kind}']}{WORDS[lang]['colon']}{flow.code} {said}",
            "check_name": flow.code,
            "fingerprint": hashlib.sha256(f"{identity}:{alike[identity]}".encode()).hexdigest()[:32],
            "severity": SEVERITIES[flow.severity],
            "location": {"path": path, "lines": {"begin": max(flow.shown.new.line, 1)}},
            "categories": ["Security"],
        }


def _issue(finding: Finding, result: ClusterResult, path: str, identity: tuple[str, int], lang: str) -> dict[str, Any]:
    words = WORDS[lang]
    said = message(finding, result.policy, lang)
    mended = f"{words['help']}{words['colon']}{help_line(finding, result.policy, lang)}"
    lines = {"begin": 1}
    if finding.span is not None:
        lines = {"begin": finding.span.line}
        if finding.span.end_line > finding.span.line:
            lines["end"] = finding.span.end_line
    return {
        "type": "issue",
        "description": f"{finding.code} {said}",
        "check_name": finding.code,
        "fingerprint": hashlib.sha256(f"{identity[0]}:{identity[1]}".encode()).hexdigest()[:32],
        "severity": SEVERITIES[finding.severity],
        "location": {"path": path, "lines": lines},
        "content": {"body": "\n".join([mended, *fix_lines(finding, result, lang)])},
        "categories": ["Security"],
    }
