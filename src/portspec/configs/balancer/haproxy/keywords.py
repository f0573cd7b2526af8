"""Lines of proxy sections that HAProxy refuses or ignores by their keyword alone."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.probes import CHECK_OPTIONS
from portspec.configs.balancer.haproxy.sections import PROXIES, Section
from portspec.configs.balancer.haproxy.servers import Settings
from portspec.configs.balancer.haproxy.vocabulary import (
    BACKEND_SIDE,
    FRONTEND_SIDE,
    KNOWN,
    NOT_IN_DEFAULTS,
    NOT_IN_GLOBAL,
    OPTIONS,
    REMOVED,
)
from portspec.configs.balancer.haproxy.words import MOST_WORDS, Line
from portspec.configs.balancer.model import Remark

NEGATED = frozenset({"option", "log"})
"""Proxy keywords that may stand behind `no` and `default`."""


def keyword_remarks(section: Section) -> Iterator[Remark]:
    """One remark per line that HAProxy refuses, or ignores with a warning."""
    for line in section.lines:
        if len(line.words) > MOST_WORDS:
            message = f"{len(line.words)} words in one line; HAProxy takes {MOST_WORDS}"
            yield Remark("refused", "too-many-words", message, line.span)
        if section.kind == "defaults" and line.texts[0] == "default-server":
            for fault in Settings({}, {}).add(line.texts[1:]):
                yield Remark("refused", "server", fault, line.span)
        if section.kind in PROXIES:
            made = _judge(section, line)
            if made is not None:
                yield made
        elif section.kind == "global" and line.texts[0] in NOT_IN_GLOBAL:
            yield Remark("refused", "misplaced", f"{line.texts[0]!r} cannot stand in global", line.span)


def _judge(section: Section, line: Line) -> Remark | None:
    texts = line.texts
    keyword, kind = texts[0], section.kind
    if keyword in REMOVED:
        instead = f"; write {REMOVED[keyword]!r}" if REMOVED[keyword] else ""
        return Remark("refused", "removed-keyword", f"{keyword!r} was removed{instead}", line.span)
    if keyword not in KNOWN:
        return Remark("refused", "unknown-keyword", f"{keyword!r} is no keyword of a {kind} section", line.span)
    if keyword in ("no", "default"):
        if texts[1:2] == () or texts[1] not in NEGATED or (texts[2:3] and texts[2] in CHECK_OPTIONS):
            what = " ".join(texts[1:3])
            return Remark("refused", "negation", f"{keyword!r} cannot stand before {what!r}", line.span)
        return None
    if keyword == "option" and (len(texts) < 2 or texts[1] not in OPTIONS):
        shown = texts[1] if len(texts) > 1 else ""
        return Remark("refused", "unknown-option", f"there is no option {shown!r}", line.span)
    if keyword == "timeout" and len(texts) > 2 and "$" not in texts[2] and milliseconds(texts[2]) is None:
        return Remark("refused", "time", f"{texts[2]!r} is no time that HAProxy takes", line.span)
    if kind == "defaults" and not section.name and keyword == "acl":
        return Remark("refused", "misplaced", "'acl' cannot stand in defaults without a name", line.span)
    if kind == "defaults" and keyword in NOT_IN_DEFAULTS:
        return Remark("refused", "misplaced", f"{keyword!r} cannot stand in a defaults section", line.span)
    if kind == "backend" and keyword in FRONTEND_SIDE:
        return Remark("ignored", "misplaced", f"{keyword!r} has no effect in a backend", line.span)
    if kind == "frontend":
        if keyword in ("server", "default-server", "server-template"):
            return Remark("refused", "misplaced", f"{keyword!r} cannot stand in a frontend", line.span)
        if keyword in BACKEND_SIDE:
            return Remark("ignored", "misplaced", f"{keyword!r} has no effect in a frontend", line.span)
        if keyword == "option" and texts[1:2] and texts[1] in CHECK_OPTIONS:
            return Remark("ignored", "misplaced", f"'option {texts[1]}' has no effect in a frontend", line.span)
    return None
