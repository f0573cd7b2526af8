"""What a check costs by the number of rules, beside a program that reads the same file: drawn from what
`benchmarks/` measured and keeps in a file. Both axes are logarithmic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from pathlib import Path
from typing import Any, NamedTuple

from portspec.configs.firewall.shadows import MOST_RULES
from portspec.site.markdown import block
from portspec.site.pictures.canvas import Canvas, room

MARKER = "<!-- picture: cost -->"
"""The line of a hand-written page that asks for the pictures."""
FOLDER = "assets/evidence"
"""Where the measurements are, below docs/ and in the site."""
FILES = ("iptables.json", "nftables.json")
"""What the benchmarks wrote."""
SHAPE = "mixed"
"""The shape that is drawn: the one most like a list that has grown over years."""
WIDE = 440
LEFT, RIGHT, TOP = 50, 388, 34
DECADE = 62
"""The height of a factor of ten."""
SIZE = 11
MARK = 3.2
UNITS = {-3: "1 ms", -2: "10 ms", -1: "100 ms", 0: "1 s", 1: "10 s", 2: "100 s", 3: "1000 s"}

WORDS = {
    "en": {
        "title": "Seconds that {ours} and {theirs} take, by the number of rules",
        "rules": "rules",
        "told": "{rules} rules: {ours} {first} s, {theirs} {second} s.",
        "caption": "A grown list of rules, the fastest of {pairs} runs each; {with_ours}, Python {python}; {with_theirs}; "
        "{system}, {processors} processors. Up to {limit} rules, portspec also looks for those that no packet reaches.",
        "files": "What was measured: {files}. The commands (*root*: iptables, nftables):",
    },
    "zh-TW": {
        "title": "{ours} 與 {theirs} 依規則數量所需的秒數",
        "rules": "條規則",
        "told": "{rules} 條規則：{ours} {first} 秒，{theirs} {second} 秒。",
        "caption": "逐年累積的規則清單，各執行 {pairs} 次取最快一次；{with_ours}，Python {python}；{with_theirs}；{system}，"
        "{processors} 個處理器。規則不超過 {limit} 條時，portspec 另會找出不會有封包到達的規則。",
        "files": "量測資料：{files}。指令（*root*：iptables、nftables）：",
    },
}


class Point(NamedTuple):
    """Seconds that both programs take for a file of so many rules, at best of so many runs each."""

    rules: int
    ours: float
    theirs: float
    pairs: int


def with_cost(markdown: str, folder: Path, lang: str) -> str:
    """A page with the pictures in the place of the line that asks for them. Raises as `cost_pictures` does."""
    return markdown.replace(MARKER, cost_pictures(folder, lang)) if MARKER in markdown else markdown


def cost_pictures(folder: Path, lang: str) -> str:
    """A picture for each file of measurements in a folder, side by side where there is room; the files and their commands.

    Raises OSError, ValueError or KeyError where a file is not what the benchmarks write.
    """
    files = {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in FILES}
    scale = _Scale.around([one for kept in files.values() for one in points(kept)])
    drawn = "".join(_picture(Path(name).stem, kept, scale, lang) for name, kept in files.items())
    links = ", ".join(f'<a href="{"../" * (lang != "en")}{FOLDER}/{name}">{name}</a>' for name in FILES)
    told = WORDS[lang]["files"].format(files=links)
    commands = block("\n".join(kept["command"] for kept in files.values()), "shell")
    return "\n\n".join((f'<div class="pictures">{drawn}</div>', told, commands))


def points(kept: Mapping[str, Any], shape: str = SHAPE) -> list[Point]:
    """What was measured of a shape, by the number of rules."""
    found = [
        Point(one["rules"], one["ours_least"], one["theirs_least"], one["pairs"])
        for one in kept["measured"]
        if one["shape"] == shape
    ]
    if len(found) < 2:
        raise ValueError(f"fewer than two sizes of the shape {shape} were measured")
    return sorted(found)


def _picture(name: str, kept: Mapping[str, Any], scale: _Scale, lang: str) -> str:
    words = WORDS[lang]
    measured = points(kept)
    canvas = Canvas(f"cost-{name}", WIDE)
    _axes(canvas, scale, [one.rules for one in measured], words["rules"])
    ends = []
    for kind, seconds in (("ours", [one.ours for one in measured]), ("theirs", [one.theirs for one in measured])):
        places = [(scale.x(one.rules), scale.y(time)) for one, time in zip(measured, seconds, strict=True)]
        canvas.lines(places, f"curve {kind}")
        for x, y in places:
            canvas.dot(x, y, MARK, kind)
        ends.append((kind, kept[kind], places[-1], seconds[-1]))
    _labels(canvas, ends)
    told = [
        words["told"].format(
            rules=_thousands(one.rules), ours=kept["ours"], theirs=kept["theirs"], first=one.ours, second=one.theirs
        )
        for one in measured
    ]
    made, runs = kept["with"], [one.pairs for one in measured]
    caption = words["caption"].format(
        pairs="–".join(str(count) for count in sorted({min(runs), max(runs)})),
        with_ours=made["ours"],
        with_theirs=made["theirs"],
        python=made["python"],
        system=made["system"],
        processors=made["processors"],
        limit=_thousands(MOST_RULES),
    )
    return canvas.figure(words["title"].format(ours=kept["ours"], theirs=kept["theirs"]), told, caption)


class _Scale(NamedTuple):
    """Both axes: the logarithms at their ends."""

    left: float
    right: float
    bottom: int
    top: int

    @classmethod
    def around(cls, measured: Sequence[Point]) -> _Scale:
        """Axes that hold every point; that of seconds from one power of ten to another."""
        seconds = [time for one in measured for time in (one.ours, one.theirs)]
        low, high = floor(log10(min(seconds))), ceil(log10(max(seconds)))
        sizes = [log10(one.rules) for one in measured]
        return cls(min(sizes), max(sizes), low, max(high, low + 1))

    def x(self, rules: float) -> float:
        return LEFT + 8 + (RIGHT - LEFT - 16) * (log10(rules) - self.left) / (self.right - self.left)

    def y(self, seconds: float) -> float:
        return TOP + DECADE * (self.top - log10(seconds))


def _axes(canvas: Canvas, scale: _Scale, sizes: Sequence[int], rules: str) -> None:
    for power in range(scale.bottom, scale.top + 1):
        y = scale.y(10.0**power)
        canvas.line(LEFT, y, RIGHT, y, "rule")
        canvas.text(LEFT - 6, y + 4, UNITS.get(power, f"10^{power} s"), "end dim", SIZE)
    bottom = scale.y(10.0**scale.bottom)
    free = 0.0
    for size in sizes:
        x, words = scale.x(size), _thousands(size)
        canvas.line(x, TOP, x, bottom, "rule")
        if x - room(words, SIZE) / 2 >= free:
            canvas.text(x, bottom + 15, words, "middle dim", SIZE)
            free = x + room(words, SIZE) / 2 + 4
    canvas.text((LEFT + RIGHT) / 2, bottom + 31, rules, "middle dim", SIZE)


def _labels(canvas: Canvas, ends: Sequence[tuple[str, str, tuple[float, float], float]]) -> None:
    """The name of each curve on top, and its last value behind it."""
    x = LEFT + 4.0
    for kind, name, _, _ in ends:
        canvas.dot(x, 10, MARK + 1, kind)
        canvas.text(x + 9, 14, name, "label", SIZE)
        x += 9 + room(name, SIZE) + 16
    higher, lower = sorted(ends, key=lambda end: end[2][1])
    close = max(0, SIZE + 2 - (lower[2][1] - higher[2][1])) / 2
    for (kind, _, (x, y), seconds), away in ((higher, -close), (lower, close)):
        canvas.text(x + 8, y + away + 4, f"{seconds:.2g} s", f"strong of-{kind}", SIZE)


def _thousands(count: int) -> str:
    return f"{count:,}"


__all__ = ["FILES", "FOLDER", "MARKER", "Point", "cost_pictures", "points", "with_cost"]
