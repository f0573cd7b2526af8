"""The text report in one line per finding: `path:line:column: CODE severity message`, and a line of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult
from portspec.report.as_text import COLOURS, summary
from portspec.report.phrasing import message
from portspec.report.printable import printable
from portspec.report.setting import Setting
from portspec.report.words import WORDS


def render(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The whole report, ending with a newline."""
    found = [line for result in results for line in concise(result, setting.lang, colour=setting.colour)]
    return "\n".join([*found, summary(results, setting.lang)]) + "\n"


def concise(result: ClusterResult, lang: str, *, colour: bool = False) -> Iterator[str]:
    """A line for every finding of a cluster."""
    for finding in result.findings:
        yield line(finding, result, lang, colour=colour)


def line(finding: Finding, result: ClusterResult, lang: str, *, colour: bool = False) -> str:
    """One finding in one line."""
    words = WORDS[lang]
    severity = words[finding.severity]
    if finding.confidence == "possible":
        severity += f" ({words['possible']})"
    head = f"{finding.code} {severity}"
    if colour:
        head = f"{COLOURS[finding.severity]}{head}{COLOURS['end']}"
    return f"{place(finding)}: {head} {message(finding, result.policy, lang)}"


def place(finding: Finding) -> str:
    """`path:line:column`, or the path alone when the finding is about the whole file."""
    path = printable(finding.path)
    return path if finding.span is None else f"{path}:{finding.span.line}:{finding.span.column}"
