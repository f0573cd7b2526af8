"""The handover as a timeline: the events from top to bottom, a column for each port, and in it who serves the port.

The spec says which event ends the time of the bootstrap host, and not when the control plane's own listener starts;
so a column changes its colour with that event, and the words say "until" and "then".
"""

from __future__ import annotations

from portspec.site.pictures.canvas import COLUMN, Canvas, wrapped
from portspec.spec.model import Handover, HandoverPort, Snapshot

SIZE = 11
COLUMNS = 24
"""Columns of an event's title before it wraps."""
PORT = 37
"""Room for a port's column: five digits and a gap."""
BAR = 13
LINE = 13
HEAD = 44

WORDS = {
    "en": {
        "title": "Who serves which port, until which event",
        "start": "No source says when a listener starts to answer: a bar begins at the top, and changes its colour with the "
        "event that ends the time of the first one.",
        "port": "{port}: {before} until “{event}”, then {after}.",
    },
    "zh-TW": {
        "title": "各連接埠由誰提供服務，直到哪個事件為止",
        "start": "沒有出處說明各監聽程式何時開始回應：長條一律從最上方畫起，並在前者結束的事件處變色。",
        "port": "{port}：由{before}提供服務，直到「{event}」，之後由{after}提供服務。",
    },
}


def timeline(snapshot: Snapshot, lang: str) -> str:
    """The timeline of a release's handover as an HTML block."""
    handover = snapshot.handover
    words = WORDS[lang]
    rows = [wrapped(event.title[lang], COLUMNS) for event in handover.events]
    left = PORT * len(handover.ports) + 10
    canvas = Canvas("timeline", left + COLUMNS * COLUMN * SIZE + 4)
    before, after = (snapshot.roles[role].title[lang] for role in _sides(handover))
    _legend(canvas, before, after)
    tops = [HEAD + 0.0]
    for lines in rows:
        tops.append(tops[-1] + LINE * len(lines) + 9)
    for lines, top in zip(rows, tops, strict=False):
        canvas.line(0, top, left - 8, top, "rule")
        for number, line in enumerate(lines):
            canvas.text(left, top + LINE * (number + 1), line, "label", SIZE)
    ends = {event.id: top for event, top in zip(handover.events, tops, strict=False)}
    for number, port in enumerate(handover.ports):
        middle = PORT * (number + 0.5)
        canvas.text(middle, HEAD - 7, str(port.port), "middle strong" if port.core else "middle", SIZE)
        change = ends.get(port.ends_with, tops[-1])
        canvas.box(middle - BAR / 2, tops[0], BAR, change - tops[0], "before")
        canvas.box(middle - BAR / 2, change, BAR, tops[-1] - change, "after")
    told = [_told(snapshot, port, lang) for port in handover.ports]
    return canvas.figure(words["title"], [*told, words["start"]], words["start"])


def _sides(handover: Handover) -> tuple[str, str]:
    """The role that serves first and the one that serves later."""
    (sides,) = {(port.before.role, port.after.role) for port in handover.ports}
    return sides


def _legend(canvas: Canvas, before: str, after: str) -> None:
    x = 0.0
    for kind, words in (("before", before), ("after", after)):
        canvas.box(x, 3, BAR, BAR - 2, kind)
        canvas.text(x + BAR + 5, 13, words, "label", SIZE)
        x += 150


def _told(snapshot: Snapshot, port: HandoverPort, lang: str) -> str:
    titles = {event.id: event.title[lang] for event in snapshot.handover.events}
    return WORDS[lang]["port"].format(
        port=f"{port.port}/{port.transport}",
        before=snapshot.roles[port.before.role].title[lang],
        event=titles.get(port.ends_with, port.ends_with),
        after=snapshot.roles[port.after.role].title[lang],
    )
