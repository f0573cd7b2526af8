"""Annotations for GitHub Actions: what stands beside the lines of a pull request, and a listing for the job's log.

A step shows ten annotations of each level and no more; so ten are given, of as many checks as there are, and the log and the
step's summary (`report.step_summary`) have everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from portspec.checks.finding import Finding
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.errors import InputError
from portspec.report.as_concise import line
from portspec.report.as_text import summary
from portspec.report.fixing import told as fix_lines
from portspec.report.phrasing import help_line, message
from portspec.report.places import in_repository, path_of
from portspec.report.printable import printable
from portspec.report.setting import Setting
from portspec.report.tally import standing
from portspec.report.words import WORDS

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
MOST_OF_A_LEVEL = 10
"""Of the annotations of one level that a step makes, GitHub shows these and drops the others."""
MOST_LOGGED = 2_000
"""Findings that are listed in the log; a browser gets slow with more."""


def render(results: Sequence[ClusterResult], setting: Setting) -> str:
    """The lines for standard output of a step, ending with a newline."""
    found = standing(results)
    chosen = _chosen(found)
    lines = [_annotation(finding, result, setting) for finding, result in chosen]
    if setting.delta is not None:
        from portspec.report.compare_delta_github import lines as delta_lines

        told = {(one.code, one.path, one.span.line if one.span else 0) for one, _ in chosen}
        lines = [*delta_lines(setting.delta, setting, told), *lines]
    if len(found) > len(chosen):
        lines += _listing(found, len(chosen), setting)
    return "\n".join([*lines, summary(results, setting.lang)]) + "\n"


def _chosen(found: Sequence[tuple[Finding, ClusterResult]]) -> list[tuple[Finding, ClusterResult]]:
    """The findings to annotate: of each level the first of every code, then the second of every code, and so on."""
    seen: Counter[tuple[str, str]] = Counter()
    ranked = []
    for finding, result in found:
        ranked.append((seen[finding.severity, finding.code], finding, result))
        seen[finding.severity, finding.code] += 1
    made = []
    for severity in COMMANDS:
        level = sorted((one for one in ranked if one[1].severity == severity), key=lambda one: one[0])
        made += [(finding, result) for _, finding, result in level[:MOST_OF_A_LEVEL]]
    return made


def _listing(found: Sequence[tuple[Finding, ClusterResult]], annotated: int, setting: Setting) -> Iterator[str]:
    words = WORDS[setting.lang]
    yield f"::group::{words['github-all'].format(count=len(found), annotated=annotated)}"
    yield from (line(finding, result, setting.lang) for finding, result in found[:MOST_LOGGED])
    if len(found) > MOST_LOGGED:
        yield words["more-findings"].format(count=len(found) - MOST_LOGGED)
    yield "::endgroup::"


def _annotation(finding: Finding, result: ClusterResult, setting: Setting) -> str:
    words = WORDS[setting.lang]
    path = in_repository(path_of(finding, result), setting.folder)
    properties = {"file": printable(path)}
    span = finding.span
    if span is not None:
        properties["line"] = str(span.line)
        if span.end_line > span.line:  # columns belong to a single line
            properties["endLine"] = str(span.end_line)
        else:
            properties["endLine"] = str(span.line)
            properties["col"] = str(span.column)
            if span.end_line == span.line and span.end_column > span.column:
                properties["endColumn"] = str(span.end_column)
    properties["title"] = f"{finding.code} {checks()[finding.code].title[setting.lang]}"
    said = message(finding, result.policy, setting.lang)
    mended = f"{words['help']}{words['colon']}{help_line(finding, result.policy, setting.lang)}"
    fix = fix_lines(finding, result, setting.lang)
    return command(COMMANDS[finding.severity], properties, "\n".join([said, mended, *fix]))


def command(name: str, properties: Mapping[str, str], text: str) -> str:
    """One annotation, of texts that are safe to print."""
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_message(text)}"


def problem(error: InputError) -> str:
    """The annotation of an input that cannot be used, in a line. `error.path` is named from the repository's root."""
    properties = {"file": printable(error.path)} if error.path else {}
    if error.path and error.line:
        properties.update(line=str(error.line), col=str(error.column or 1))
    given = ",".join(f"{name}={_property(value)}" for name, value in {**properties, "title": "portspec"}.items())
    said = printable(error.message) + (f"\n{printable(error.hint)}" if error.hint else "")
    return f"::error {given}::{_message(said)}"


def _message(text: str) -> str:
    """As the runner reads what stands behind the second `::`."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """As the runner reads the value of a property."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")
