"""The text report: for a reviewer with two minutes. The finding, the line with a caret, the packet, the help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.checks.finding import Finding, Step
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult
from portspec.report.phrasing import help_line, message
from portspec.report.printable import printable
from portspec.report.width import clip, width
from portspec.report.words import WORDS, counted
from portspec.source import SourceText, Span

LINE_COLUMNS = 110
COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m", "dim": "\x1b[2m", "end": "\x1b[0m"}
STEPS_SHOWN = 3


def render(results: Sequence[ClusterResult], lang: str, *, colour: bool = False) -> str:
    """The whole report, ending with a newline."""
    lines: list[str] = []
    for result in results:
        lines += _cluster(result, lang, colour)
    return "\n".join(lines) + "\n"


def _cluster(result: ClusterResult, lang: str, colour: bool) -> Iterator[str]:
    words = WORDS[lang]
    told: set[str] = set()
    for finding in result.findings:
        yield from _finding(finding, result, lang, colour, first=finding.code not in told)
        told.add(finding.code)
        yield ""
    yield _heading(result, lang)
    names = ", ".join(f"{printable(file.path)} ({file.format})" for file in result.files)
    yield words["file" if len(result.files) == 1 else "files"].format(count=len(result.files), names=names)
    yield _summary(result, lang)


def _heading(result: ClusterResult, lang: str) -> str:
    cluster, profile = result.cluster, result.policy.profile
    template = WORDS[lang]["bare" if cluster.bare else "cluster"]
    return template.format(
        path=printable(cluster.path),
        release=result.policy.release,
        platform=profile.platform,
        network=profile.network,
        topology=profile.topology,
        phase=cluster.phase,
    )


def _summary(result: ClusterResult, lang: str) -> str:
    words = WORDS[lang]
    accepted = "" if not result.suppressed else words["accepted"].format(count=len(result.suppressed))
    if not result.findings:
        return words["clean"] + (f" ({accepted})" if accepted else "")
    counts = dict.fromkeys(("error", "warning", "note"), 0)
    for finding in result.findings:
        counts[finding.severity] += 1
    text = words["summary"].format(
        errors=counted(lang, "errors", counts["error"]),
        warnings=counted(lang, "warnings", counts["warning"]),
        notes=counted(lang, "notes", counts["note"]),
    )
    return text + (f" ({accepted})" if accepted else "")


def _finding(finding: Finding, result: ClusterResult, lang: str, colour: bool, *, first: bool) -> Iterator[str]:
    words = WORDS[lang]
    place = printable(finding.path)
    if finding.span is not None:
        place += f":{finding.span.line}:{finding.span.column}"
    severity = words[finding.severity]
    if finding.confidence == "possible":
        severity += f" ({words['possible']})"
    severity = _paint(f"{severity} {finding.code}", finding.severity, colour)
    yield f"{place}: {severity} {message(finding, result.policy, lang)}"
    source = result.sources.get(finding.path)
    if source is not None and finding.span is not None:
        yield from _excerpt(source, finding.span, colour, finding.severity)
    if finding.witness is not None:
        yield from _witness(finding, words, colour)
    if first:
        why = checks()[finding.code].rationale[lang]
        yield f"     {_paint(words['why'], 'dim', colour)}: {why}"
    yield f"     {_paint(words['help'], 'dim', colour)}: {help_line(finding, result.policy, lang)}"


def _excerpt(source: SourceText, span: Span, colour: bool, severity: str) -> Iterator[str]:
    raw = source.line(span.line)
    text = clip(printable(raw), LINE_COLUMNS)
    before = width(printable(raw[: span.column - 1]))
    end = span.end_column if span.end_line == span.line and span.end_column > span.column else len(raw) + 1
    marked = width(printable(raw[span.column - 1 : end - 1]))
    yield f"{span.line:>5} | {text}"
    if before < LINE_COLUMNS:
        carets = "^" * max(1, min(marked, LINE_COLUMNS - before, width(text) - before))
        yield f"      | {' ' * before}{_paint(carets, severity, colour)}"


def _witness(finding: Finding, words: dict[str, str], colour: bool) -> Iterator[str]:
    witness = finding.witness
    assert witness is not None
    port = "" if witness.port is None else f"/{witness.port}"
    verdict = words.get(witness.verdict, witness.verdict)
    yield (
        f"     {_paint(words['witness'], 'dim', colour)}: {witness.source} → {witness.destination} "
        f"{witness.transport}{port}: {verdict}"
    )
    steps = [step for step in witness.steps if step.outcome != "continue"] or list(witness.steps)
    skipped = len(witness.steps) - len(steps[-STEPS_SHOWN:])
    if skipped > 0:
        yield f"        {words['more-rules'].format(count=skipped)}"
    for step in steps[-STEPS_SHOWN:]:
        yield f"        {_step(step, words)}"


def _step(step: Step, words: dict[str, str]) -> str:
    text = clip(printable(step.text.strip()), 80)
    return words["rule"].format(line=step.line, text=text, outcome=words.get(step.outcome, step.outcome))


def _paint(text: str, name: str, colour: bool) -> str:
    return f"{COLOURS[name]}{text}{COLOURS['end']}" if colour else text
