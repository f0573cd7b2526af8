"""One packet's way through a filter, as text."""

from __future__ import annotations

from collections.abc import Sequence

from portspec.configs.firewall.trace import Trace
from portspec.packets.addresses import format_address
from portspec.packets.ports import NAMES
from portspec.report.printable import printable
from portspec.report.width import clip, pad, width
from portspec.report.words import WORDS, outcome
from portspec.source import Span

TEXT = {
    "en": {
        "way": " (way: {way})",
        "blame": "hangs on line {lines}",
        "none": "no rule of the file sees this packet",
        "others": "the file also filters {others}: --hook {first} asks about that",
    },
    "zh-TW": {
        "way": "（路徑：{way}）",
        "blame": "取決於第 {lines} 行",
        "none": "檔案中沒有規則會看到這個封包",
        "others": "此檔案也過濾 {others}：用 --hook {first} 查詢",
    },
}


def render(traced: Trace, path: str, lang: str, others: Sequence[str] = ()) -> str:
    """The packet, the rules that it met with their lines, and the verdict, ending with a newline.

    `others` are the ways that the file filters too, where the way was not asked for but guessed.
    """
    packet, result = traced.packet, traced.replay
    protocol = packet.transport if isinstance(packet.transport, int) else 0
    transport = NAMES.get(protocol, str(packet.transport))
    port = "" if packet.port is None else f"/{packet.port}"
    lines = [
        f"{format_address(packet.source)} → {format_address(packet.destination)} {transport}{port} {packet.state}"
        + TEXT[lang]["way"].format(way=printable(traced.way))
    ]
    rows = [(_stands(traced, path, span), clip(printable(text.strip()), 90), came) for span, text, came in result.steps]
    if not rows:
        lines.append(f"  {TEXT[lang]['none']}")
    columns = [max((width(row[at]) for row in rows), default=0) for at in (0, 1)]
    lines += [
        f"  {pad(place, columns[0])}  {pad(text, columns[1])}  {outcome(came, lang)}" for place, text, came in rows
    ]
    verdict = WORDS[lang][result.verdict]
    if result.blame:
        verdict += ": " + TEXT[lang]["blame"].format(lines=", ".join(_blamed(traced, span) for span in result.blame))
    lines.append(verdict)
    if others:
        lines.append(TEXT[lang]["others"].format(others=WORDS[lang]["list"].join(others), first=others[0]))
    return "\n".join(lines) + "\n"


def _stands(traced: Trace, path: str, span: Span) -> str:
    """Path and line of a rule."""
    own, line = traced.place(span.line)
    return f"{printable(own if traced.in_files else path)}:{line}"


def _blamed(traced: Trace, span: Span) -> str:
    """A line, with what the span says beyond it."""
    if traced.in_files:
        return _stands(traced, "", span)
    return f"{span.line} ({printable(span.within)})" if span.within else str(span.line)
