"""The SARIF 2.1.0 report, for code scanning and the viewers of editors.

What a site accepts is in it, marked as suppressed. A result's identity is `portspec/v1`, which does not move when lines do.
`primaryLocationLineHash`, the one that GitHub goes by, is left to its upload action, which warns about every other value;
only where two results of a rule are about the same line it is given, or they would become one alert. GitHub reads neither
`baselineState` nor `kind`: each result is an open alert there, so what a change has mended is left out in its jobs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from portspec import __version__
from portspec.checks.api import Check
from portspec.checks.finding import Finding, Place, Step
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult, Replacement, Suppressed
from portspec.report.as_json import escaped
from portspec.report.explanation import markdown, mending
from portspec.report.phrasing import help_line, message, reason
from portspec.report.places import fingerprint, in_repository, path_of, uri
from portspec.report.printable import printable
from portspec.report.rules import help_uri, severity
from portspec.report.setting import SEVERITIES, Setting
from portspec.report.tally import numbered
from portspec.report.words import WORDS
from portspec.source import SourceText, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
MOST_RESULTS = 25_000
"""Of one run; GitHub refuses a file with more, and shows 5,000 of them, the heaviest first (docs.github.com, SARIF support
for code scanning); packed by gzip it may have 10 MB."""
MOST_SHOWN = 5_000
MOST_STEPS = 20
MOST_SNIPPET = 1_000
"""Characters of a line that are repeated in the report."""
KINDS = {"comment": "inSource", "cluster-file": "external", "baseline": "external"}


class Result(NamedTuple):
    """One finding with where it comes from; `accepted` None: it stands. `state` is how it stands to the base, where there
    is one."""

    finding: Finding
    cluster: ClusterResult
    accepted: Suppressed | None = None
    state: str = ""


def render(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The report as one JSON object, ending with a newline."""
    return escaped(json.dumps(document(results, setting), ensure_ascii=False, indent=1)) + "\n"


def document(results: Sequence[ClusterResult], setting: Setting) -> dict[str, Any]:
    """The log as plain data."""
    found = list(_found(results, setting))
    kept, left_out = found[:MOST_RESULTS], len(found) - MOST_RESULTS
    used = [checks()[code] for code in _codes(kept, setting)]
    index = {check.code: number for number, check in enumerate(used)}
    paths = [in_repository(path_of(one.finding, one.cluster), setting.folder) for one in kept]
    lines = Counter((one.finding.code, path, _line(one.finding)) for one, path in zip(kept, paths, strict=True))
    prints = numbered([fingerprint(one.finding, path) for one, path in zip(kept, paths, strict=True)])
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "portspec",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "language": setting.lang,
                        "rules": [_rule(check, setting) for check in used],
                    }
                },
                "language": setting.lang,
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {ROOT: {"description": {"text": WORDS[setting.lang]["repository"]}}},
                "invocations": [{"executionSuccessful": True, **_announced(len(found), left_out, setting)}],
                "results": [
                    _result(one, path, identity, index, lines, setting, whole=number < MOST_SHOWN)
                    for number, (one, path, identity) in enumerate(zip(kept, paths, prints, strict=True))
                ],
            }
        ],
    }


def _found(results: Sequence[ClusterResult], setting: Setting) -> Iterator[Result]:
    """The findings that stand, the heaviest first, so that a platform's limit cuts off the lightest; then the others, and
    those of the base that are no more."""
    state = _state_of(setting)
    standing = [Result(finding, result, None, state(finding)) for result in results for finding in result.findings]
    yield from sorted(standing, key=lambda one: -SEVERITIES.index(one.finding.severity))
    for result in results:
        yield from (Result(entry.finding, result, entry, state(entry.finding)) for entry in result.suppressed)
    for cluster in setting.delta.clusters if setting.delta is not None and setting.absent else ():
        yield from (Result(finding, cluster.result, None, "absent") for finding in cluster.gone)


def _state_of(setting: Setting) -> Callable[[Finding], str]:
    """How a finding stands to the base; empty without one."""
    if setting.delta is None:
        return lambda _: ""
    from portspec.report.compare_delta_findings import is_new

    new = is_new(setting.delta)
    return lambda finding: "new" if new(finding) else "unchanged"


def _codes(found: Sequence[Result], setting: Setting) -> list[str]:
    named = {one.finding.code for one in found}
    return [code for code in checks() if code in named or not setting.chosen or code in setting.chosen]


def _announced(count: int, left_out: int, setting: Setting) -> dict[str, Any]:
    """What the limits of platforms take away, in the report itself."""
    words = WORDS[setting.lang]
    told = []
    if left_out > 0:
        told.append(words["sarif-cut"].format(count=count, most=MOST_RESULTS))
    if count > MOST_SHOWN:
        told.append(words["sarif-shown"].format(most=MOST_SHOWN))
    if not told:
        return {}
    return {"toolExecutionNotifications": [{"level": "warning", "message": {"text": text}} for text in told]}


def _rule(check: Check, setting: Setting) -> dict[str, Any]:
    lang = setting.lang
    heaviest = severity(check)
    uri_of_help = help_uri(check.code, lang, setting.site)
    text = "\n".join([check.rationale[lang], *(f"- {line}" for line in mending(check, lang))])
    return {
        "id": check.code,
        "name": "".join(word.capitalize() for word in check.name.split("-")),
        "shortDescription": {"text": check.title[lang]},
        "fullDescription": {"text": check.rationale[lang]},
        "help": {"text": text, "markdown": markdown(check, lang)},
        **({"helpUri": uri_of_help} if uri_of_help else {}),
        "defaultConfiguration": {"level": heaviest},
        "properties": {
            "tags": ["openshift", "network", check.name],
            "problem.severity": "recommendation" if heaviest == "note" else heaviest,
        },
    }


def _result(
    one: Result,
    path: str,
    identity: tuple[str, int],
    index: dict[str, int],
    lines: Counter[tuple[str, str, int]],
    setting: Setting,
    *,
    whole: bool,
) -> dict[str, Any]:
    """One finding. Not `whole`: without lines of configs and the rules that the witness met, which nobody is shown of a result
    so far back, and which could make the file larger than it may be."""
    finding, cluster, lang = one.finding, one.cluster, setting.lang
    source = cluster.sources.get(finding.path) if finding.span is not None else None
    said = message(finding, cluster.policy, lang)
    help_text = help_line(finding, cluster.policy, lang)
    text = f"{said}{'。' if lang == 'zh-TW' else '. '}{WORDS[lang]['help']}{WORDS[lang]['colon']}{help_text}"
    prints = {"portspec/v1": f"{identity[0]}:{identity[1]}"}
    if lines[finding.code, path, _line(finding)] > 1:
        prints["primaryLocationLineHash"] = prints["portspec/v1"]
    made: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": finding.severity,
        "message": {"text": _plain(text)},
        "locations": [_location(path, finding.span or Span(1), None if one.state == "absent" or not whole else source)],
        "partialFingerprints": prints,
    }
    if related := [_related(number, place, setting) for number, place in enumerate(finding.related, 1)]:
        made["relatedLocations"] = related
    if whole and finding.witness is not None and finding.witness.steps:
        made["codeFlows"] = [_way(finding.witness.steps[-MOST_STEPS:], setting)]
    if one.state:
        made["baselineState"] = one.state
    if one.accepted is not None:
        made["suppressions"] = [{"kind": KINDS[one.accepted.where], "justification": reason(one.accepted, lang)}]
    if edits := cluster.fix(finding):
        made["fixes"] = [_fix(edits, help_text, setting)]
    made["properties"] = {"confidence": finding.confidence, "variant": finding.variant}
    if finding.port:
        made["properties"]["port"] = finding.port
    if finding.service:
        made["properties"]["service"] = finding.service
    return made


def _fix(edits: Sequence[Replacement], help_text: str, setting: Setting) -> dict[str, Any]:
    """A proved change, file by file; a region ends before the first column of the line behind it."""
    files: dict[str, list[dict[str, Any]]] = {}
    for one in edits:
        region = {"startLine": one.line, "startColumn": 1, "endLine": one.end_line, "endColumn": 1}
        text = "".join(f"{line}\n" for line in one.lines)
        files.setdefault(in_repository(one.path, setting.folder), []).append(
            {"deletedRegion": region, **({"insertedContent": {"text": text}} if text else {})}
        )
    changes = [{"artifactLocation": _artifact(path), "replacements": made} for path, made in files.items()]
    return {"description": {"text": _plain(help_text)}, "artifactChanges": changes}


def _location(path: str, span: Span, source: SourceText | None) -> dict[str, Any]:
    region = _region(span)
    if source is not None and (snippet := source.line(span.line)[:MOST_SNIPPET]):
        region["snippet"] = {"text": snippet}
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}


def _region(span: Span) -> dict[str, Any]:
    """A span as a region; GitHub wants a line also of a finding that is about the whole file."""
    region: dict[str, Any] = {"startLine": max(span.line, 1)}
    if span.end_line >= span.line and span.column >= 1 and (span.end_line, span.end_column) > (span.line, span.column):
        region.update(startColumn=span.column, endLine=span.end_line, endColumn=max(span.end_column, 1))
    return region


def _artifact(path: str) -> dict[str, Any]:
    outside = path.startswith(("/", "../")) or path == ".."
    return {"uri": uri(path)} if outside else {"uri": uri(path), "uriBaseId": ROOT}


def _related(number: int, place: Place, setting: Setting) -> dict[str, Any]:
    path = in_repository(place.path, setting.folder)
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if place.span is not None:
        physical["region"] = _region(place.span)
    where = f"{printable(place.path)}:{place.span.line}" if place.span else printable(place.path)
    return {"id": number, "physicalLocation": physical, "message": {"text": _plain(where)}}


def _way(steps: Sequence[Step], setting: Setting) -> dict[str, Any]:
    """The rules that the witness met, as the platforms show a path through code."""
    lang = setting.lang
    locations = []
    for step in steps:
        text = WORDS[lang]["rule"].format(
            line=step.line, text=printable(step.text.strip())[:200], outcome=_outcome(step, lang)
        )
        place = {"artifactLocation": _artifact(in_repository(step.path, setting.folder))}
        region = {"region": {"startLine": step.line}} if step.line > 0 else {}
        locations.append({"location": {"physicalLocation": {**place, **region}, "message": {"text": _plain(text)}}})
    return {"threadFlows": [{"locations": locations}]}


def _outcome(step: Step, lang: str) -> str:
    from portspec.report.words import outcome

    return outcome(step.outcome, lang)


def _line(finding: Finding) -> int:
    return finding.span.line if finding.span is not None else 1


def _plain(text: str) -> str:
    """A message without what SARIF would take for a link: `[text](target)` (SARIF 2.1.0, 3.11.6)."""
    return text.replace("](", "] (")
