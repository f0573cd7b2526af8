"""The text report: for a reviewer with two minutes. The finding, the line with a caret, the packet, the help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from portspec.checks.finding import Finding, Place, Step
from portspec.checks.registry import checks
from portspec.checks.removal import seconds
from portspec.checks.result import ClusterResult, Replacement
from portspec.report.phrasing import help_line, message
from portspec.report.printable import printable
from portspec.report.width import clip, width
from portspec.report.words import WORDS, counted, outcome
from portspec.report.wrapping import wrap
from portspec.source import SourceText, Span

LINE_COLUMNS = 110
COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m", "dim": "\x1b[2m", "end": "\x1b[0m"}
BEFORE_COLUMNS = 20
MARKED_COLUMNS = 30
"""How much is shown before a span far in a long line, and how much of the span has to be seen."""
ORDINARY_PORT = 40000
"""The source port that is not shown: an ordinary client's."""

STEPS_SHOWN = 3
LINES_SHOWN = 5
"""Of another file that takes part in a finding."""
SEVERITIES = ("error", "warning", "note")


def render(results: Sequence[ClusterResult], lang: str, *, colour: bool = False) -> str:
    """The whole report, ending with a newline. Why a code matters is told where the code first appears."""
    told: set[str] = set()
    parts = ["\n".join(_cluster(result, lang, colour, told)) for result in results]
    found = [finding for result in results for finding in result.findings]
    if len(results) > 1:
        parts.append(summary(results, lang))
    if found:
        parts[-1] += "\n" + WORDS[lang]["explain"].format(code=found[0].code)
    return "\n\n".join(parts) + "\n"


def _cluster(result: ClusterResult, lang: str, colour: bool, told: set[str]) -> Iterator[str]:
    words = WORDS[lang]
    for finding in result.findings:
        yield from finding_lines(finding, result, lang, colour=colour, first=finding.code not in told)
        told.add(finding.code)
        yield ""
    yield _heading(result, lang)
    if result.origin.lock is not None:
        path, version = printable(result.origin.lock.path), printable(result.policy.spec_version)
        yield words["pinned"].format(path=path, version=version)
    names = words["list"].join(f"{printable(file.path)} ({file.format})" for file in result.files)
    files = words["file" if len(result.files) == 1 else "files"].format(count=len(result.files), names=names)
    yield from _indented(files, "  ")
    for text in out_after(result, lang):
        yield from _indented(text, "  ")
    if result.mended is not None:
        from portspec.report.fixing import mended

        for text in mended([result], lang):
            yield from _indented(text, "    ")
    yield _summary(result.findings, len(result.suppressed), lang)


def out_after(result: ClusterResult, lang: str) -> Iterator[str]:
    """For each balancer config, how long a member that fails stays in the pools of each port."""
    words = WORDS[lang]
    by_path: dict[str, dict[str, list[str]]] = {}
    for one in result.removals:
        if one.answering is None or one.silent is None:
            told = words["out-passive" if one.passive else "out-never"]
        else:
            told = words["out-seconds"].format(seconds=seconds(one.answering))
            if one.silent > one.answering:
                told += words["out-silent"].format(seconds=seconds(one.silent))
        by_path.setdefault(one.path, {}).setdefault(told, []).append(str(one.port))
    for path, alike in by_path.items():
        parts = (f"{words['list'].join(ports)}{words['colon']}{told}" for told, ports in alike.items())
        yield words["out-after"].format(path=printable(path), ports=words["parts"].join(parts))


def summary(results: Sequence[ClusterResult], lang: str) -> str:
    """The numbers of a run in one line."""
    if len(results) == 1:
        return _summary(results[0].findings, len(results[0].suppressed), lang)
    found = [finding for result in results for finding in result.findings]
    numbers = _summary(found, sum(len(result.suppressed) for result in results), lang)
    return WORDS[lang]["total"].format(count=len(results), summary=numbers)


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


def _summary(findings: Iterable[Finding], suppressed: int, lang: str) -> str:
    words = WORDS[lang]
    accepted = "" if not suppressed else words["accepted"].format(count=suppressed)
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    if not any(counts.values()):
        return words["clean"] + accepted
    return (
        words["summary"].format(**{f"{name}s": counted(lang, f"{name}s", counts[name]) for name in counts}) + accepted
    )


def finding_lines(
    finding: Finding, result: ClusterResult, lang: str, *, first: bool, colour: bool = False, fixes: bool = True
) -> Iterator[str]:
    """One finding; `first` tells why its code matters, `fixes` what would take it away, where that was asked for."""
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
        yield from _witness(finding, lang, colour)
    others = [place for place in finding.related if place.path != finding.path]
    if others:
        yield from _labelled("related", _places(others, lang), lang, colour)
    if first:
        yield from _labelled("why", checks()[finding.code].rationale[lang], lang, colour)
    yield from _labelled("help", help_line(finding, result.policy, lang), lang, colour)
    if not fixes:
        return
    if edits := result.fix(finding):
        yield from _fix(edits, result, lang, colour)
    elif (why_not := result.why_unfixed(finding)) is not None:
        yield from _labelled("no-fix", why_not[lang], lang, colour)


def _fix(edits: Sequence[Replacement], result: ClusterResult, lang: str, colour: bool) -> Iterator[str]:
    """The lines that go and come, each with its place."""
    yield from _labelled("fix", WORDS[lang]["fix-proved"], lang, colour)
    for one in sorted(edits, key=lambda edit: edit[:3]):
        yield f"        {printable(one.path)}:{one.line}"
        source = result.sources.get(one.path)
        if source is not None:
            yield from (f"        - {printable(source.line(at))}" for at in range(one.line, one.end_line))
        yield from (f"        + {printable(line)}" for line in one.lines)


def _excerpt(source: SourceText, span: Span, colour: bool, severity: str) -> Iterator[str]:
    """The line with carets under the span; of a long line, the part that holds the span's beginning."""
    raw = source.line(span.line)
    at = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line and span.end_column > span.column else len(raw)
    start, cut = 0, ""
    if width(printable(raw[: min(at + MARKED_COLUMNS, end)])) > LINE_COLUMNS and at > BEFORE_COLUMNS:
        start, cut = at - BEFORE_COLUMNS, "…"
    text = clip(cut + printable(raw[start : start + 2 * LINE_COLUMNS]), LINE_COLUMNS)
    before = width(cut + printable(raw[start:at]))
    marked = width(printable(raw[at : min(end, at + LINE_COLUMNS)]))
    yield f"{span.line:>5} | {text}"
    if before < LINE_COLUMNS:
        carets = "^" * max(1, min(marked, width(text) - before))
        yield f"      | {' ' * before}{_paint(carets, severity, colour)}"


def _witness(finding: Finding, lang: str, colour: bool) -> Iterator[str]:
    """The packet, and the rules that decided about it unless that is only the one shown above."""
    witness = finding.witness
    assert witness is not None
    words = WORDS[lang]
    port = "" if witness.port is None else f"/{witness.port}"
    verdict = words.get(witness.verdict, witness.verdict)
    source = witness.source
    if witness.source_port not in (None, ORDINARY_PORT):
        source = f"[{source}]:{witness.source_port}" if ":" in source else f"{source}:{witness.source_port}"
    packet = f"{source} → {witness.destination} {witness.transport}{port}{words['colon']}{verdict}"
    yield from _labelled("witness", packet, lang, colour)
    steps = [step for step in witness.steps if step.outcome != "continue"] or list(witness.steps)
    shown = steps[-STEPS_SHOWN:]
    if len(shown) == 1 and finding.span is not None and shown[0].line == finding.span.line:
        return
    if len(steps) > len(shown):
        yield f"        {words['more-rules'].format(count=len(steps) - len(shown))}"
    for step in shown:
        yield f"        {_step(step, lang, finding.path)}"


def _step(step: Step, lang: str, path: str) -> str:
    text = clip(printable(step.text.strip()), 80)
    if step.path != path:
        # A rule of another file, or one that a program brings along: those have no lines to look up.
        place = step.path if step.path.startswith("(") else f"{step.path}:{step.line}"
        return f"{place}{WORDS[lang]['colon']}{text}  → {outcome(step.outcome, lang)}"
    return WORDS[lang]["rule"].format(line=step.line, text=text, outcome=outcome(step.outcome, lang))


def _places(places: Sequence[Place], lang: str) -> str:
    """Places in other files that take part, file by file: `lb/haproxy.cfg:16, 20`."""
    lines: dict[str, list[str]] = {}
    for place in places:
        found = lines.setdefault(place.path, [])
        if place.span is not None and str(place.span.line) not in found:
            found.append(str(place.span.line))
    words = WORDS[lang]
    told = []
    for path, numbers in lines.items():
        more = words["and-more"].format(count=len(numbers) - LINES_SHOWN) if len(numbers) > LINES_SHOWN else ""
        told.append(printable(path) + (":" + ", ".join(numbers[:LINES_SHOWN]) if numbers else "") + more)
    return words["list"].join(told)


def _labelled(label: str, text: str, lang: str, colour: bool) -> Iterator[str]:
    """`why: …`, its further lines indented."""
    words = WORDS[lang]
    first, *more = wrap(text, LINE_COLUMNS - 5 - width(words[label] + words["colon"]))
    yield f"     {_paint(words[label], 'dim', colour)}{words['colon']}{first}"
    yield from (f"       {line}" for line in more)


def _indented(text: str, indent: str) -> Iterator[str]:
    first, *more = wrap(text, LINE_COLUMNS)
    yield first
    yield from (indent + line for line in more)


def _paint(text: str, name: str, colour: bool) -> str:
    return f"{COLOURS[name]}{text}{COLOURS['end']}" if colour else text
