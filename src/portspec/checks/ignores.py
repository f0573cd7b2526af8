"""Findings that a site accepts: by entry in the cluster file, or by comment `# portspec: ignore[PS301] reason`, in XML
`<!-- portspec: ignore[PS301] reason -->`. A reason that begins with `until 2027-03-01` ends with that day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from portspec.checks.finding import Finding
from portspec.checks.result import Suppressed
from portspec.cluster.model import Cluster, Ignore
from portspec.records import NamedTuple
from portspec.source import SourceText, Span

COMMENT = re.compile(r"(?:<!--[ \t]*#?|#)[ \t]*portspec:[ \t]*ignore\[([^\]\n]{0,200})\][ \t]*([^\n]{0,500})")
UNTIL = re.compile(r"until[ \t]+(\d\S*?)[:,]?(?:[ \t]+(.*)|\Z)")
WHOLE_FILE = 0
"""The line of a finding that has none: any comment in the file speaks for it."""
CODE = re.compile(r"PS\d{3}\Z")


class CommentIgnore(NamedTuple):
    """One code of one ignore comment. `line` is the line it speaks for: its own, or the next one with content. `until` is
    its last day as written, empty when it has none."""

    code: str
    path: str
    line: int
    reason: str
    span: Span
    until: str = ""

    def ended(self, day: str) -> bool:
        """Whether its last day is past; what is no day has no meaning, and so is past."""
        return bool(self.until) and (not is_day(self.until) or day > self.until)


def apply(
    findings: Iterable[Finding], cluster: Cluster, sources: Mapping[str, SourceText], day: str
) -> tuple[list[Finding], list[Suppressed]]:
    """Split findings into those that stand and those that are accepted; ignores in error become findings.

    `day` is an ISO date, as `until` is: such texts order as the days do.
    """
    comments = [made for source in sources.values() for made in _comments(source)]
    places: dict[tuple[str, str, int], CommentIgnore] = {}
    for comment in comments:
        if comment.reason and not comment.ended(day):
            places.setdefault((comment.code, comment.path, comment.line), comment)
            places.setdefault((comment.code, comment.path, WHOLE_FILE), comment)
    used: set[int] = set()
    standing: list[Finding] = []
    suppressed: list[Suppressed] = []
    for finding in findings:
        accepted = _accepted(finding, cluster.ignores, places, day, used)
        if accepted is None:
            standing.append(finding)
        else:
            suppressed.append(accepted)
    standing += _complaints(cluster, comments, day, used)
    return standing, suppressed


def _comments(source: SourceText) -> list[CommentIgnore]:
    if "portspec:" not in source.text:
        return []
    found = []
    following = 0
    for match in COMMENT.finditer(source.text):
        span = source.span(match.start(), match.end())
        codes = [code.strip() for code in match[1].split(",")]
        before = source.line(span.line)[: span.column - 1].strip()
        if not before and following <= span.line:  # of comments that follow each other all speak for the same line
            following = _next_content(source, span.line)
        line = span.line if before else following
        reason, until = match[2].partition("-->")[0].strip(), ""
        if dated := UNTIL.match(reason):
            until, reason = dated[1], (dated[2] or "").strip()
        found += [CommentIgnore(code, source.path, line, reason, span, until) for code in codes]
    return found


def is_day(text: str) -> bool:
    """Whether a text is a day as the cluster file writes it: `2027-03-01`."""
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _next_content(source: SourceText, line: int) -> int:
    last = source.position(len(source.text))[0]
    following = line + 1
    while following < last and _is_bare(source.line(following).strip()):
        following += 1
    return following


def _is_bare(text: str) -> bool:
    """Whether a line is empty or a comment."""
    return not text or text.startswith(("#", "<!--"))


def _accepted(
    finding: Finding,
    ignores: tuple[Ignore, ...],
    places: Mapping[tuple[str, str, int], CommentIgnore],
    day: str,
    used: set[int],
) -> Suppressed | None:
    for ignore in ignores:
        if ignore.code != finding.code or not _speaks_of(ignore.path, finding.path):
            continue
        if ignore.until is not None and day > ignore.until:
            continue
        used.add(id(ignore))
        return Suppressed(finding, ignore.reason)
    line = WHOLE_FILE if finding.span is None else finding.span.line
    comment = places.get((finding.code, finding.path, line))
    if comment is None:
        return None
    used.add(id(comment))
    return Suppressed(finding, comment.reason, "comment")


def _speaks_of(path: str, found: str) -> bool:
    """Whether an ignore's path is the finding's, or a folder's that is a config as a whole."""
    return not path or path == found or found.startswith(path + "/")


def _complaints(cluster: Cluster, comments: list[CommentIgnore], day: str, used: set[int]) -> Iterable[Finding]:
    for ignore in cluster.ignores:
        if ignore.until is not None and day > ignore.until:
            yield _complaint("PS002", "expired", cluster.path, ignore.span, ignore.code, until=ignore.until)
        elif id(ignore) not in used:
            yield _complaint("PS002", "unused", cluster.path, ignore.span, ignore.code)
    for comment in comments:
        if not CODE.match(comment.code):
            yield _complaint("PS002", "no-code", comment.path, comment.span, comment.code)
        elif not comment.reason:
            yield _complaint("PS003", "no-reason", comment.path, comment.span, comment.code)
        elif comment.until and not is_day(comment.until):
            yield _complaint("PS002", "no-day", comment.path, comment.span, comment.code, until=comment.until)
        elif comment.ended(day):
            yield _complaint("PS002", "expired", comment.path, comment.span, comment.code, until=comment.until)
        elif id(comment) not in used:
            yield _complaint("PS002", "unused", comment.path, comment.span, comment.code)


def _complaint(code: str, variant: str, path: str, span: Span | None, ignored: str, **more: str) -> Finding:
    return Finding(code, variant, "warning", "certain", path, span, {"code": ignored, **more})
