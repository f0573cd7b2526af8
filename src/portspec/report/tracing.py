"""One packet's way through a filter, as text."""

from __future__ import annotations

from portspec.configs.firewall.trace import Trace
from portspec.packets.addresses import format_address
from portspec.packets.ports import NAMES
from portspec.report.printable import printable
from portspec.report.width import clip, pad, width
from portspec.report.words import WORDS

OUTCOMES = {"accept", "drop", "reject", "unknown"}
TEXT = {
    "en": {"way": "way", "blame": "hangs on line {lines}", "none": "no rule of the file sees this packet"},
    "zh-TW": {"way": "路徑", "blame": "取決於第 {lines} 行", "none": "檔案中沒有規則會看到這個封包"},
}


def render(traced: Trace, path: str, lang: str) -> str:
    """The packet, the rules that it met with their lines, and the verdict, ending with a newline."""
    packet, result = traced.packet, traced.replay
    protocol = packet.transport if isinstance(packet.transport, int) else 0
    transport = NAMES.get(protocol, str(packet.transport))
    port = "" if packet.port is None else f"/{packet.port}"
    lines = [
        f"{format_address(packet.source)} → {format_address(packet.destination)} {transport}{port} {packet.state} "
        f"({TEXT[lang]['way']}: {traced.way})"
    ]
    rows = [
        (f"{printable(path)}:{span.line}", clip(printable(text.strip()), 90), outcome)
        for span, text, outcome in result.steps
    ]
    if not rows:
        lines.append(f"  {TEXT[lang]['none']}")
    columns = [max((width(row[at]) for row in rows), default=0) for at in (0, 1)]
    lines += [
        f"  {pad(place, columns[0])}  {pad(text, columns[1])}  {_outcome(outcome, lang)}"
        for place, text, outcome in rows
    ]
    verdict = WORDS[lang][result.verdict]
    if result.blame:
        verdict += ": " + TEXT[lang]["blame"].format(lines=", ".join(str(span.line) for span in result.blame))
    return "\n".join([*lines, verdict]) + "\n"


def _outcome(outcome: str, lang: str) -> str:
    return WORDS[lang][outcome] if outcome in OUTCOMES else outcome
