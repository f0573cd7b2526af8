"""The releases as a chart of what came and went: above, the flows that each asks to open and to close, compared with the
one before; below, the services that not every release has, each from its first release to its last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from portspec.site.edition import Edition
from portspec.site.pictures.canvas import COLUMN as LETTER
from portspec.site.pictures.canvas import Canvas, room, shortened
from portspec.site.upgrades import difference
from portspec.site.words import WORDS as SHARED

COLUMN = 34
SIZE, SMALL = 12, 10
HEAD = 38
"""Room above the bars for the legend and the number on the highest bar."""
TALLEST = 84
"""The height of the longest bar."""
ROW, BAR = 18, 15
GAP = 5

WORDS = {
    "en": {
        "title": "What came and went from release to release",
        "open": "flows to open",
        "close": "flows to close",
        "preview": "preview release",
        "services": "Services that not every release has",
        "first": "{release}: the first release of the spec.",
        "told": "{release}{preview}: {open} flows to open, {close} to close{services}.",
        "came": "; new services: {names}",
        "went": "; services gone: {names}",
        "caption": "A flow goes from one role to another on one port. Counted is what a release asks for and the one "
        "before did not, and the reverse, in any kind of cluster.",
    },
    "zh-TW": {
        "title": "各版本新增與移除的內容",
        "open": "要開放的流量",
        "close": "要關閉的流量",
        "preview": "預覽版本",
        "services": "並非每個版本都有的服務",
        "first": "{release}：規格的第一個版本。",
        "told": "{release}{preview}：要開放的流量 {open} 項，要關閉的 {close} 項{services}。",
        "came": "；新增服務：{names}",
        "went": "；移除服務：{names}",
        "caption": "一項流量是指從一個角色到另一個角色的一個連接埠。計入的是此版本有而前一版本沒有的項目，以及相反的情況，不限叢集種類。",
    },
}


class Step(NamedTuple):
    """What one release asks otherwise than the one before, in flows and services."""

    release: str
    preview: bool
    opened: int
    closed: int
    came: tuple[str, ...]
    went: tuple[str, ...]


def steps(edition: Edition) -> list[Step]:
    """Every release but the first, beside the one before."""
    found = []
    for (_, before), (release, after) in pairwise(edition.snapshots.items()):
        deltas = difference(before, after).flows
        count = {
            kind: sum(len(delta.senders) * len(delta.targets) for delta in deltas if delta.kind == kind)
            for kind in ("open", "close")
        }
        came = tuple(name for name in after.services if name not in before.services)
        went = tuple(name for name in before.services if name not in after.services)
        found.append(Step(release, after.release.preview, count["open"], count["close"], came, went))
    return found


def releases_chart(edition: Edition, lang: str) -> str:
    """The chart as an HTML block."""
    words = WORDS[lang]
    every = steps(edition)
    canvas = Canvas("releases", COLUMN * len(edition.releases))
    most_opened = max((step.opened for step in every), default=0)
    most_closed = max((step.closed for step in every), default=0)
    scale = TALLEST / max(1, most_opened, most_closed)
    up, down = scale * most_opened, scale * most_closed
    axis = HEAD + up
    below = axis + ROW + down + SIZE + 18
    rows = _comings(edition)
    low = below + 10 + ROW * len(rows)
    for number, snapshot in enumerate(edition.snapshots.values()):
        if snapshot.release.preview:
            canvas.box(COLUMN * number + 1, HEAD - SIZE - 4, COLUMN - 2, low - HEAD + SIZE + 4, "preview")
    _legend(canvas, lang, preview=any(step.preview for step in every))
    for number, release in enumerate(edition.releases):
        canvas.text(COLUMN * (number + 0.5), axis + 13, release, "middle strong", SIZE)
    for number, step in enumerate(every, 1):
        x, middle = COLUMN * number + 6, COLUMN * (number + 0.5)
        if step.opened:
            canvas.box(x, axis - scale * step.opened, COLUMN - 12, scale * step.opened, "came")
            canvas.text(middle, axis - scale * step.opened - 4, f"+{step.opened}", "middle", SMALL)
        if step.closed:
            canvas.box(x, axis + ROW, COLUMN - 12, scale * step.closed, "went")
            canvas.text(middle, axis + ROW + scale * step.closed + SIZE, f"−{step.closed}", "middle", SMALL)
    canvas.text(2, below, words["services"], "strong", SIZE)
    for number, (name, having) in enumerate(rows):
        _row(canvas, edition.services()[name].title[lang], having, len(edition.releases), below + 8 + ROW * number)
    return canvas.figure(words["title"], _told(edition, every, lang), words["caption"])


def _legend(canvas: Canvas, lang: str, *, preview: bool) -> None:
    x = 2.0
    for kind, words in (("came", "open"), ("went", "close"), ("preview", "preview")):
        if kind == "preview" and not preview:
            continue
        canvas.box(x, 1, 11, 11, kind)
        canvas.text(x + 16, 11, WORDS[lang][words], "label", SIZE)
        x += 16 + room(WORDS[lang][words], SIZE) + 14


def _comings(edition: Edition) -> list[tuple[str, list[int]]]:
    """The services that some releases lack, those that went first on top; with the numbers of the releases that have
    them."""
    last = len(edition.releases) - 1
    found = []
    for name in edition.services():
        having = [number for number, one in enumerate(edition.snapshots.values()) if name in one.services]
        if len(having) <= last:
            found.append((name, having))
    return sorted(found, key=lambda item: (item[1][-1] == last, item[1][0], item[1][-1], item[0]))


def _row(canvas: Canvas, title: str, having: Sequence[int], count: int, y: float) -> None:
    """A bar for each run of releases; the title in the first, or beside where it has no room within."""
    runs: list[list[int]] = []
    for number in having:
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        kind = "came" if run[-1] == count - 1 else "went"
        canvas.box(COLUMN * run[0] + 1, y, COLUMN * len(run) - 2, BAR, f"span {kind}")
    first, last = COLUMN * runs[0][0], COLUMN * (runs[0][-1] + 1)
    places = (
        (last - first - 2 * GAP, first + GAP, "label"),
        (COLUMN * count - last - GAP, last + GAP, "label"),
        (first - GAP, first - GAP, "end"),
    )
    free, x, kind = next((one for one in places if room(title, SMALL) <= one[0]), max(places))
    canvas.text(x, y + BAR - 4, shortened(title, int(free / SMALL / LETTER)), kind, SMALL)


def _told(edition: Edition, every: Sequence[Step], lang: str) -> list[str]:
    words, shared = WORDS[lang], SHARED[lang]
    titles = {name: service.title[lang] for name, service in edition.services().items()}
    found = [words["first"].format(release=edition.releases[0])]
    for step in every:
        services = "".join(
            words[way].format(names=shared["comma"].join(titles[name] for name in names))
            for way, names in (("came", step.came), ("went", step.went))
            if names
        )
        preview = shared["aside"].format(words=words["preview"]) if step.preview else ""
        told = words["told"].format(
            release=step.release, preview=preview, open=step.opened, close=step.closed, services=services
        )
        found.append(told)
    return found


__all__ = ["Step", "releases_chart", "steps"]
