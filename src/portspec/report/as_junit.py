"""The JUnit report: a suite for every cluster, a test case for every file and check that may speak of it.

A check that finds nothing is a case that passes: so a clean run has cases, and a platform that compares two runs sees which
findings are mended. Only findings that fail the run are failures; where a base was given, a suite of its own has the flows
that the change exposes or blocks. The names of cases hold no line, so they stay when lines
move. The shape is that of Jenkins' own schema (xunit plugin, junit-10.xsd), which other readers take too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from portspec.checks.finding import Finding
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult, Suppressed
from portspec.configs.registry import readers
from portspec.report.as_concise import line
from portspec.report.fixing import told as fix_lines
from portspec.report.phrasing import help_line, reason
from portspec.report.places import in_repository, path_of
from portspec.report.printable import printable
from portspec.report.setting import Setting
from portspec.report.words import WORDS

ABOUT = {
    "firewall": ("PS001", "PS002", "PS003", "PS004", "PS1", "PS20", "PS4"),
    "balancer": ("PS001", "PS002", "PS003", "PS214", "PS3"),
}
"""Which checks look at which kind of config. One that is missing here has a case where it finds something."""
ABOUT_CLUSTER = ("PS002", "PS003", "PS5")
MOST_TOLD = 50
"""Findings of one case that are told; the others are counted."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML document can hold, not even as a reference (XML 1.0, 2.2)."""


class Case(NamedTuple):
    """One file as one check sees it."""

    path: str
    code: str
    findings: tuple[Finding, ...]
    accepted: tuple[Suppressed, ...]


def render(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The report as one XML document, ending with a newline."""
    suites: list[str] = []
    totals = [0, 0]
    named: set[tuple[str, str]] = set()
    weighs: Callable[[Finding], bool] = setting.weighs
    if setting.delta is not None:
        from portspec.report.compare_delta_findings import fails
        from portspec.report.compare_delta_junit import suite

        weighs = fails(setting)
        lines, totals = suite(setting.delta, setting)
        suites += lines
    for result in results:
        cases = list(_cases(result, setting))
        failed = sum(_fails(case, weighs) for case in cases)
        skipped = sum(_skipped(case) for case in cases)
        totals[0] += len(cases)
        totals[1] += failed
        name = result.cluster.path or WORDS[setting.lang]["no-cluster"]
        numbers = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}"'
        suites.append(f"  <testsuite name={attribute(name)} {numbers}>")
        for case in cases:
            suites += _lines(case, result, setting, named, weighs)
        suites.append("  </testsuite>")
    head = f'<testsuites name="portspec" tests="{totals[0]}" failures="{totals[1]}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _cases(result: ClusterResult, setting: Setting) -> Iterator[Case]:
    found: dict[tuple[str, str], tuple[list[Finding], list[Suppressed]]] = {}
    for path, beginnings in _looked_at(result):
        for code in checks():
            if code.startswith(beginnings) and (not setting.chosen or code in setting.chosen):
                found.setdefault((path, code), ([], []))
    for finding in result.findings:
        found.setdefault((path_of(finding, result), finding.code), ([], []))[0].append(finding)
    for accepted in result.suppressed:
        found.setdefault((path_of(accepted.finding, result), accepted.finding.code), ([], []))[1].append(accepted)
    for (path, code), (standing, old) in found.items():
        yield Case(path, code, tuple(standing), tuple(old))


def _looked_at(result: ClusterResult) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The files with the beginnings of the codes that are about them."""
    for file in result.files:
        if file.status == "checked":
            yield file.path, ABOUT[readers()[file.format.partition("+")[0]].KIND]
    if result.cluster.path:
        yield result.cluster.path, ABOUT_CLUSTER


def _fails(case: Case, weighs: Callable[[Finding], bool]) -> bool:
    return any(map(weighs, case.findings))


def _skipped(case: Case) -> bool:
    """Whether all that was found is accepted."""
    return bool(case.accepted) and not case.findings


def _lines(
    case: Case,
    result: ClusterResult,
    setting: Setting,
    named: set[tuple[str, str]],
    weighs: Callable[[Finding], bool],
) -> Iterator[str]:
    path = in_repository(case.path, setting.folder)
    name = f"{case.code} {checks()[case.code].name}"
    if (path, name) in named:  # platforms drop a second case of the same name
        name += f" ({result.cluster.path})"
    named.add((path, name))
    head = f"    <testcase name={attribute(name)} classname={attribute(path)}"
    if _fails(case, weighs):
        weighty = [finding for finding in case.findings if weighs(finding)]
        first = line(weighty[0], result, setting.lang)
        if len(weighty) > 1:
            first += WORDS[setting.lang]["and-more"].format(count=len(weighty) - 1)
        kind = weighty[0].severity
        yield f"{head}>"
        yield f'      <failure type="{kind}" message={attribute(first)}>{_told(case, result, setting)}</failure>'
        yield "    </testcase>"
    elif _skipped(case):
        reasons = "; ".join(dict.fromkeys(reason(accepted, setting.lang) for accepted in case.accepted))
        told = WORDS[setting.lang]["accepted-because"].format(count=len(case.accepted), reason=reasons)
        yield f"{head}>"
        yield f"      <skipped message={attribute(told)}/>"
        yield "    </testcase>"
    elif case.findings:
        yield f"{head}>"
        yield f"      <system-out>{_told(case, result, setting)}</system-out>"
        yield "    </testcase>"
    else:
        yield f"{head}/>"


def _told(case: Case, result: ClusterResult, setting: Setting) -> str:
    """The findings of a case, each with how to mend it."""
    words = WORDS[setting.lang]
    lines = []
    for finding in case.findings[:MOST_TOLD]:
        lines.append(line(finding, result, setting.lang))
        lines.append(f"  {words['help']}{words['colon']}{help_line(finding, result.policy, setting.lang)}")
        lines += [f"  {told}" for told in fix_lines(finding, result, setting.lang)]
    if len(case.findings) > MOST_TOLD:
        lines.append(words["more-findings"].format(count=len(case.findings) - MOST_TOLD))
    return content("\n".join(lines))


def content(text: str) -> str:
    """Text as the content of an element."""
    return escape(NOT_XML.sub("\ufffd", text))


def attribute(text: str) -> str:
    """Text as the value of an attribute, quoted."""
    return quoteattr(NOT_XML.sub("\ufffd", printable(text)))
