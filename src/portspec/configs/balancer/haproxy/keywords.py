"""Lines of proxy sections that HAProxy refuses or ignores by their keyword alone."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.faults import Fault
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
    SECOND_WORDS,
)
from portspec.configs.balancer.haproxy.words import MOST_WORDS, Line
from portspec.configs.balancer.model import Remark

NONE: frozenset[str] = frozenset()
JUDGED = frozenset({"no", "default", "option", "acl", "default-server", *SECOND_WORDS})
"""Keywords whose lines are looked at more closely."""
PLAIN = {
    "frontend": KNOWN - BACKEND_SIDE - JUDGED,
    "backend": KNOWN - FRONTEND_SIDE - JUDGED,
    "listen": KNOWN - JUDGED,
}
"""Keywords that stand where they may, whatever follows."""
NEGATED = frozenset({"option", "log"})
"""Proxy keywords that may stand behind `no` and `default`."""


def keyword_remarks(section: Section) -> Iterator[Remark]:
    """One remark per line that HAProxy refuses, or ignores with a warning."""
    plain = PLAIN.get(section.kind, NONE)
    for line in section.lines:
        if len(line.texts) > MOST_WORDS:
            yield Fault("words", count=str(len(line.texts)), most=str(MOST_WORDS)).at(line.span)
        if line.texts[0] in plain:
            continue
        if section.kind == "defaults" and line.texts[0] == "default-server":
            for fault in Settings({}, {}).add(line.texts[1:]):
                yield fault.at(line.span)
        if section.kind in PROXIES:
            made = _judge(section, line)
            if isinstance(made, Fault):
                yield made.at(line.span)
            elif made:
                yield Remark("ignored", "no-effect", {"keyword": made, "section": section.kind}, line.span)
        elif section.kind == "global" and line.texts[0] in NOT_IN_GLOBAL:
            yield Fault("keyword-misplaced", keyword=line.texts[0], section="global").at(line.span)


def _judge(section: Section, line: Line) -> Fault | str:
    """What is refused of a line, or the keyword that has no effect; empty when the line stands where it may."""
    texts = line.texts
    keyword, kind = texts[0], section.kind
    if keyword in REMOVED:
        if not REMOVED[keyword]:
            return Fault("keyword-removed", keyword=keyword)
        return Fault("keyword-replaced", keyword=keyword, instead=REMOVED[keyword])
    if keyword not in KNOWN and "$" in keyword:
        # A variable that is not known, perhaps an empty one.
        return ""
    if keyword not in KNOWN:
        return Fault("keyword-unknown", keyword=keyword, section=kind)
    if keyword in ("no", "default"):
        if texts[1:2] == () or texts[1] not in NEGATED or (texts[2:3] and texts[2] in CHECK_OPTIONS):
            return Fault("negation", keyword=keyword, what=" ".join(texts[1:3]))
        return ""
    if keyword == "option" and len(texts) < 2:
        return Fault("option-missing")
    if keyword == "option" and texts[1] not in OPTIONS:
        return Fault("option-unknown", option=texts[1])
    if keyword == "timeout" and len(texts) > 2 and "$" not in texts[2] and milliseconds(texts[2]) is None:
        return Fault("time", text=texts[2])
    if kind == "defaults" and not section.name and keyword == "acl":
        return Fault("acl-in-defaults")
    if kind == "defaults" and keyword in NOT_IN_DEFAULTS:
        return Fault("keyword-misplaced", keyword=keyword, section=kind)
    if kind == "backend" and keyword in FRONTEND_SIDE:
        return keyword
    if kind == "frontend":
        if keyword in ("server", "default-server", "server-template"):
            return Fault("keyword-misplaced", keyword=keyword, section=kind)
        if keyword in BACKEND_SIDE:
            return keyword
        if keyword == "option" and texts[1:2] and texts[1] in CHECK_OPTIONS:
            return f"option {texts[1]}"
    if keyword in SECOND_WORDS and len(texts) > 1 and "$" not in texts[1]:
        word = texts[1].partition("(")[0]
        if word not in SECOND_WORDS[keyword]:
            return Fault("word-unknown", keyword=keyword, word=word)
    return ""
