"""A comparison of two configs as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.compare.balancers import BalancerComparison
from portspec.compare.model import Difference, FilterComparison, Pair, Refused
from portspec.configs.firewall.naive import Replay, decisive
from portspec.configs.folders import place
from portspec.report import compare_balancers
from portspec.report.compare_sets import circumstances, closed_up, flow, merged, packet
from portspec.report.compare_words import COMPARE
from portspec.report.markdown_text import block, code, inline
from portspec.report.printable import printable
from portspec.report.width import clip
from portspec.report.words import WORDS
from portspec.source import SourceText

MOST_FLOWS = 12
"""Boxes that are told of one difference."""
MOST_DIFFERENCES = 40
LINE_COLUMNS = 100
SIGNS = {"equal": "✅", "less": "🔵", "more": "🟠", "both": "🟠", "unknown": "⚠️", "differs": "🟠"}

Comparison = FilterComparison | BalancerComparison


def as_text(found: Comparison, lang: str) -> str:
    """The verdict, then what differs with a packet or a client for each, ending with a newline."""
    return "\n".join([*_heading(found, lang), *_body(found, lang)]) + "\n"


def as_markdown(found: Comparison, lang: str) -> str:
    """The same for a comment: the verdict as a heading, the details in a block."""
    words = COMPARE[lang]
    names = words["files"].format(
        old=code(found.old.path), new=code(found.new.path), old_format=found.formats[0], new_format=found.formats[1]
    )
    head = [f"### {SIGNS[found.relation]} {inline(verdict(found, lang))}", "", names, ""]
    return "\n".join([*head, *block(list(_body(found, lang)))]) + "\n"


def verdict(found: Comparison, lang: str) -> str:
    """What the comparison comes to, in one sentence."""
    if isinstance(found, BalancerComparison):
        return COMPARE[lang][f"balancer-{found.relation}"]
    other = {"more": "less", "less": "more"}.get(found.relation)
    perhaps = any(one.direction == other for one in found.differences)
    return COMPARE[lang][f"{found.relation}{'?' if perhaps else ''}"]


def _heading(found: Comparison, lang: str) -> Iterator[str]:
    yield COMPARE[lang]["files"].format(
        old=printable(found.old.path),
        new=printable(found.new.path),
        old_format=found.formats[0],
        new_format=found.formats[1],
    )
    yield verdict(found, lang)


def _body(found: Comparison, lang: str) -> Iterator[str]:
    if isinstance(found, BalancerComparison):
        yield from compare_balancers.lines(found, lang, MOST_DIFFERENCES)
        return
    words = COMPARE[lang]
    for way in found.ways:
        yield words["way"].format(way=way.way, relation=words[f"way-{way.relation}"])
        for one in way.differences[:MOST_DIFFERENCES]:
            yield from (f"  {line}" for line in difference_lines(one, found.old, found.new, lang))
        if len(way.differences) > MOST_DIFFERENCES:
            yield "  " + words["and-more"].format(count=len(way.differences) - MOST_DIFFERENCES)
        for each in way.refused:
            yield from (f"  {line}" for line in _refused_lines(each, found.old, found.new, lang))
    if found.taken_alike:
        reasons = words["list"].join(printable(reason) for reason in found.taken_alike)
        yield words["taken-alike"].format(reasons=clip(reasons, 300))
    if found.left_out:
        yield words["left-out"].format(families=words["list"].join(found.left_out))


def _refused_lines(one: Refused, old: SourceText, new: SourceText, lang: str) -> Iterator[str]:
    """Packets that are stopped in another manner."""
    words = COMPARE[lang]
    boxes = merged(one.boxes)
    told = [closed_up(flow(box, lang)) for box in boxes[:MOST_FLOWS]]
    if len(boxes) > MOST_FLOWS:
        told.append(words["and-more"].format(count=len(boxes) - MOST_FLOWS))
    yield words[f"refused-{one.refusal}"].format(flow="; ".join(told))
    yield from (f"    {line}" for line in pair_lines(one.pair, old, new, lang))


def difference_lines(one: Difference, old: SourceText, new: SourceText, lang: str) -> Iterator[str]:
    """One difference: its packets as ranges, when that is so, and one packet with what becomes of it."""
    words = COMPARE[lang]
    boxes = merged(one.boxes)
    sign = words[f"sign-{one.direction}" if one.certain else f"sign-{one.direction}?"]
    for box in boxes[:MOST_FLOWS]:
        yield closed_up(f"{sign} {flow(box, lang)}")
    if len(boxes) > MOST_FLOWS:
        yield words["and-more"].format(count=len(boxes) - MOST_FLOWS)
    told = circumstances(one.contexts, lang, usual=True)
    if told:
        yield "    " + closed_up(words["when"].format(circumstances=told))
    yield from (f"    {line}" for line in pair_lines(one.pair, old, new, lang))


def pair_lines(pair: Pair, old: SourceText, new: SourceText, lang: str) -> Iterator[str]:
    """A packet, and what becomes of it in each version with the line that decides."""
    words = COMPARE[lang]
    yield f"{words['packet']}{words['colon']}{packet(pair.packet)}"
    for name, replay, source in (("old", pair.old, old), ("new", pair.new, new)):
        yield f"  {words[name]}{words['colon']}{WORDS[lang][replay.verdict]}  {decided(replay, source, lang)}"
    if pair.assumed and "unknown" not in (pair.old.verdict, pair.new.verdict):
        reasons = [words["true" if true else "false"].format(reason=printable(reason)) for reason, true in pair.assumed]
        yield "  " + clip(words["assumed"].format(reasons=words["list"].join(reasons)), LINE_COLUMNS * 2)


def decided(replay: Replay, source: SourceText, lang: str) -> str:
    """The line that decided about a packet."""
    words = COMPARE[lang]
    spans = replay.blame[:1] or ((decisive(replay.steps),) if replay.steps else ())
    if not spans:
        return words["no-rule"]
    path, line = place(source, spans[0].line)
    text = clip(printable(source.quoted(spans[0]).strip()), LINE_COLUMNS)
    told = words["line"].format(line=line, text=text)
    return told if path == source.path else f"{printable(path)} {told}"
