"""Proved fixes as reports show them: as a patch, in a few lines, and what a run has fixed and left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from portspec.checks.finding import Finding
from portspec.checks.result import ClusterResult, Replacement
from portspec.report.printable import printable
from portspec.report.words import WORDS
from portspec.source import SourceText

CONTEXT = 2
"""Lines of the file that are shown before and behind a change."""
MOST_LINES = 12
"""Of a change in an annotation, which shows few."""


def hunks(edits: Sequence[Replacement], result: ClusterResult) -> list[str]:
    """The change as a patch shows it, file by file, with a little around it. Lines are safe to print."""
    made: list[str] = []
    for path, group in groupby(sorted(edits, key=_order), key=lambda one: one.path):
        made += [f"--- a/{printable(path)}", f"+++ b/{printable(path)}"]
        source = result.sources.get(path)
        shift = 0
        for near in _near(list(group)):
            lines, removed, added = _hunk(near, source)
            first = max(near[0].line - CONTEXT, 1)
            made.append(f"@@ -{_range(first, removed)} +{_range(first + shift, added)} @@")
            made += lines
            shift += added - removed
    return made


def _order(edit: Replacement) -> tuple[str, int, int]:
    """By place; what comes before one line stays in the order in which it comes."""
    return edit.path, edit.line, edit.end_line


def _near(edits: list[Replacement]) -> list[list[Replacement]]:
    """Changes whose surroundings meet are one hunk."""
    groups: list[list[Replacement]] = []
    for one in edits:
        if groups and one.line - groups[-1][-1].end_line <= 2 * CONTEXT:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _hunk(edits: list[Replacement], source: SourceText | None) -> tuple[list[str], int, int]:
    """The lines of a hunk, and how many of them the file has before and behind the change."""
    last = 0 if source is None else source.text.count("\n") + (not source.text.endswith("\n"))
    lines: list[str] = []
    removed = added = 0
    at = max(edits[0].line - CONTEXT, 1)
    for one in edits:
        kept = _texts(source, at, min(one.line, last + 1))
        lines += [f" {text}" for text in kept]
        gone = _texts(source, one.line, min(one.end_line, last + 1))
        lines += [f"-{text}" for text in gone] + [f"+{_safe(text)}" for text in one.lines]
        removed, added = removed + len(kept) + len(gone), added + len(kept) + len(one.lines)
        at = one.end_line
    kept = _texts(source, at, min(at + CONTEXT, last + 1))
    return [*lines, *(f" {text}" for text in kept)], removed + len(kept), added + len(kept)


def _texts(source: SourceText | None, first: int, end: int) -> list[str]:
    return [] if source is None else [_safe(source.line(at)) for at in range(first, end)]


def _safe(text: str) -> str:
    """A line as a patch needs it: safe to print, with its tabs."""
    return "\t".join(printable(part) for part in text.split("\t"))


def _range(first: int, count: int) -> str:
    if not count:
        return f"{first - 1},0"
    return str(first) if count == 1 else f"{first},{count}"


def told(finding: Finding, result: ClusterResult, lang: str) -> list[str]:
    """The fix of a finding, or why there is none, in a few lines; none at all where that was not asked for."""
    words = WORDS[lang]
    edits = result.fix(finding)
    if not edits:
        why = result.why_unfixed(finding)
        return [] if why is None else [f"{words['no-fix']}{words['colon']}{why[lang]}"]
    lines = []
    for one in sorted(edits, key=_order):
        lines.append(f"{words['fix']}{words['colon']}{printable(one.path)}:{one.line}")
        gone = _texts(result.sources.get(one.path), one.line, one.end_line)
        lines += [f"- {text.strip()}" for text in gone] + [f"+ {printable(text).strip()}" for text in one.lines]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]


def mended(results: Sequence[ClusterResult], lang: str) -> Iterator[str]:
    """What a run has fixed, and what it has left with the reason: lines for the end of a report."""
    words = WORDS[lang]
    fixed = [finding for result in results for finding in result.mended or ()]
    if all(result.mended is None for result in results):
        return
    paths = words["list"].join(dict.fromkeys(printable(one.path) for one in fixed))
    codes = words["list"].join(
        f"{code} ({count})" for code, count in sorted(Counter(one.code for one in fixed).items())
    )
    kind = "mended-none" if not fixed else "mended-1" if len(fixed) == 1 else "mended"
    yield words[kind].format(count=len(fixed), paths=paths, codes=codes)
    left = [
        (finding.code, why[lang])
        for result in results
        for finding in result.findings
        if (why := result.why_unfixed(finding)) is not None
    ]
    if left:
        yield words["unmended-1" if len(left) == 1 else "unmended"].format(count=len(left))
        for (code, reason), count in sorted(Counter(left).items()):
            yield words["unmended-line"].format(code=code, count=count, why=reason)
