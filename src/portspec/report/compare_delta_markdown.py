"""What a change does, for a comment in a pull request: the verdict, a table, the packets folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.compare.delta import ClusterDelta, PlacedChange
from portspec.compare.review import Delta
from portspec.report.compare_delta import (
    Group,
    beside,
    flow_lines,
    flow_sentence,
    gates,
    groups,
    headline,
    numbers,
    since,
    where,
)
from portspec.report.compare_delta_words import DELTA
from portspec.report.markdown_text import block, code, folded, inline, row
from portspec.report.phrasing import message
from portspec.report.setting import Setting

SIGNS = {
    "exposed": "🔴",
    "blocked": "🔴",
    "wrong": "🟠",
    "no-longer-exposed": "🟢",
    "no-longer-blocked": "🟢",
    "right": "🟢",
    "opened": "🔵",
    "closed": "🔵",
}
ACCEPTED = "-accepted"
ORDER = (
    "exposed",
    "blocked",
    "wrong",
    "exposed-accepted",
    "blocked-accepted",
    "no-longer-exposed",
    "no-longer-blocked",
    "right",
    "opened",
    "closed",
)
MOST_BESIDE = 30
FOR_ROWS = 0.6
"""The share of the room that the table may take, the packets have the rest."""


class _Row(NamedTuple):
    kind: str
    where: str
    what: str
    details: tuple[str, ...]


def title(delta: Delta, setting: Setting) -> str:
    """The heading of the whole comment where the change alone decides: whether it makes anything worse."""
    count = numbers(delta)
    sign = "❌" if gates(delta, setting) else "⚠️" if any(count[:3]) else "✅"
    return f"### {sign} portspec{'：' if setting.lang == 'zh-TW' else ': '}{inline(headline(delta, setting.lang))}"


def everything(lang: str) -> str:
    """The heading of the table of all findings, below what the change does."""
    return f"**{inline(DELTA[lang]['everything'])}**"


def section(delta: Delta, setting: Setting, room: int, measure: Callable[[str], int]) -> list[str]:
    """The change in at most so much, as measured."""
    lang = setting.lang
    words = DELTA[lang]
    head = [f"**{inline(words['heading'].format(since=since(delta, lang)))}**", ""]
    if not setting.fail_on_new:  # else it is the heading of the whole
        head += [inline(headline(delta, lang)), ""]
    told = list(beside(delta, lang))
    extra: list[str] = []
    if told:
        shown = [f"- {inline(text)}" for text in told[:MOST_BESIDE]]
        if len(told) > MOST_BESIDE:
            shown.append(f"- {words['and-more'].format(count=len(told) - MOST_BESIDE)}")
        extra = [*folded(inline(words["beside"]), shown, opened=len(told) <= 3), ""]
    found = sorted(_rows(delta, lang), key=lambda one: ORDER.index(one.kind))
    room -= measure("\n".join([*head, *extra]))
    table = _table(found, lang, int(room * FOR_ROWS), measure)
    return [*head, *table, *extra, *_details(found, lang, room - measure("\n".join(table)), measure)]


def _rows(delta: Delta, lang: str) -> Iterator[_Row]:
    for cluster in delta.clusters:
        for placed in cluster.places:
            for group in groups(placed):
                yield _flow_row(cluster, placed, group, lang)
        for kind, findings in (("wrong", cluster.wrong), ("right", cluster.right)):
            for finding in findings:
                yield _finding_row(kind, cluster, finding, lang)


def _flow_row(cluster: ClusterDelta, placed: PlacedChange, group: Group, lang: str) -> _Row:
    change = group[0]
    fate = change.shown.old if change.kind.startswith("no-longer") and not placed.new else change.shown.new
    spot = f"{fate.path}:{fate.line}" if fate.line else placed.new or placed.old
    what = inline(flow_sentence(group, cluster.result, lang))
    if change.code:
        what = f"{change.code} {what}"
    if change.accepted:
        what += f" ({inline(DELTA[lang]['accepted'].format(reason=change.accepted))})"
    lines = (where(placed, lang), *flow_lines(group, cluster.result, lang))
    return _Row(f"{change.kind}{ACCEPTED if change.accepted else ''}", code(spot), what, lines)


def _finding_row(kind: str, cluster: ClusterDelta, finding: Finding, lang: str) -> _Row:
    spot = finding.path if finding.span is None else f"{finding.path}:{finding.span.line}"
    what = f"{finding.code} {inline(message(finding, cluster.result.policy, lang))}"
    before = f" ({DELTA[lang]['before']})" if kind == "right" else ""
    return _Row(kind, f"{code(spot)}{before}", what, ())


def _table(found: Sequence[_Row], lang: str, room: int, measure: Callable[[str], int]) -> list[str]:
    if not found:
        return []
    words = DELTA[lang]
    rows = [
        row([words["column-kind"], words["column-where"], words["column-what"]]),
        row(["---", "---", "---"]),
    ]
    used = measure("\n".join(rows))
    for number, one in enumerate(found):
        kind = one.kind.removesuffix(ACCEPTED)
        sign = SIGNS[kind] if kind == one.kind else "⚪"
        made = row([f"{sign} {words[f'kind-{kind}']}", one.where, one.what])
        used += measure(made) + 1
        if used > room:
            return [*rows, "", f"**{words['and-more'].format(count=len(found) - number)}**", ""]
        rows.append(made)
    return [*rows, ""]


def _details(found: Sequence[_Row], lang: str, room: int, measure: Callable[[str], int]) -> list[str]:
    words = DELTA[lang]
    heading = inline(words["details"])
    room -= measure("\n".join(folded(heading, [""]))) + 100
    lines: list[str] = []
    left = [one for one in found if one.details]
    for number, one in enumerate(left):
        piece = block(list(one.details))
        room -= measure("\n".join(piece)) + 1
        if room < 0:
            lines.append(words["and-more"].format(count=len(left) - number))
            break
        lines += piece
    return [*folded(heading, lines), ""] if lines else []
