"""What a check means: its page as text for a terminal, and as Markdown for reports that carry their rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from portspec.checks.api import Check, Example
from portspec.checks.registry import checks
from portspec.report.markdown_text import block, inline
from portspec.report.wrapping import wrap

if TYPE_CHECKING:
    from portspec.checks.result import ClusterResult

COLUMNS = 98
MOST_FINDINGS = 2
"""Of an example, how many findings are shown as a check prints them."""
CONTEXT = 5
"""Lines of an example that are shown around one that differs."""
HEADINGS = {
    "en": {
        "why": "Why it matters",
        "says": "What it says, with the values of the case for <…>",
        "mend": "How to mend it",
        "bad": "Bad",
        "good": "Good",
        "place": "{heading} ({format}, at: {place})",
        "beside": "Together with",
        "report": "What portspec check says about it",
    },
    "zh-TW": {
        "why": "為何重要",
        "says": "訊息（<…> 為實際的值）",
        "mend": "如何修正",
        "bad": "錯誤範例",
        "good": "正確範例",
        "place": "{heading}（{format}，at: {place}）",
        "beside": "同時還有",
        "report": "portspec check 的報告",
    },
}


def page(code: str, lang: str) -> str:
    """The check's page as text."""
    check = checks()[code]
    words = HEADINGS[lang]
    lines = [
        f"{check.code} {check.name}: {check.title[lang]}",
        "",
        words["why"],
        *_paragraph(check.rationale[lang]),
        "",
    ]
    lines.append(words["says"])
    for sentence in sayings(check, lang):
        lines += _paragraph(sentence)
    lines += ["", words["mend"]]
    for sentence in mending(check, lang):
        lines += _paragraph(sentence)
    for heading, example, other in (("bad", check.bad, check.good), ("good", check.good, check.bad)):
        place = words["place"].format(heading=words[heading], format=example.format, place=_place(example))
        lines += ["", place, *_compared(example.text, other.text)]
        for where, text in _beside(heading, example, other, lang):
            lines += ["", where, *text]
        if heading == "bad":
            lines += ["", words["report"], *reported(check, lang)]
    return "\n".join(lines)


def markdown(check: Check, lang: str) -> str:
    """The check's page as Markdown, for reports that carry the help of their rules."""
    words = HEADINGS[lang]
    parts = [inline(check.rationale[lang]), f"**{words['mend']}**"]
    parts.append("\n".join(f"- {inline(text)}" for text in mending(check, lang)))
    for heading, example, other in (("bad", check.bad, check.good), ("good", check.good, check.bad)):
        place = words["place"].format(heading=words[heading], format=example.format, place=_place(example))
        parts += [f"**{inline(place)}**", "\n".join(block(list(_compared(example.text, other.text))))]
        for where, text in _beside(heading, example, other, lang):
            parts += [f"**{inline(where)}**", "\n".join(block(text))]
    return "\n\n".join(parts)


def sayings(check: Check, lang: str) -> list[str]:
    """What findings of the check say: each sentence once, with `<…>` for the values of the case."""
    return [_with_marks(text) for text in dict.fromkeys(entry[lang] for entry in check.messages.values())]


def mending(check: Check, lang: str) -> list[str]:
    """How findings of the check are mended: each sentence once, with `<…>` for the values of the case."""
    return [_with_marks(text) for text in dict.fromkeys(entry[lang] for entry in check.help.values())]


def reported(check: Check, lang: str, result: ClusterResult | None = None) -> Iterator[str]:
    """What a check of the bad example really prints, without the reason that the page gives already. `result` is what
    `check_example` says of it, where somebody has that."""
    from portspec.report.as_text import finding_lines

    if result is None:
        from portspec.checks.examples import check_example

        result = check_example(check.bad)
    found = [finding for finding in result.findings if finding.code == check.code]
    for finding in found[:MOST_FINDINGS]:
        yield from (f"  {line}" for line in finding_lines(finding, result, lang, first=False))


def _paragraph(text: str) -> Iterator[str]:
    first, *more = wrap(text, COLUMNS)
    yield f"  {first}"
    yield from (f"    {line}" for line in more)


def _with_marks(template: str) -> str:
    """`{source_addresses}` of a sentence as `<source addresses>`."""
    from string import Formatter

    parts = Formatter().parse(template)
    return "".join(literal + ("" if name is None else f"<{name.replace('_', ' ')}>") for literal, name, _, _ in parts)


def _beside(heading: str, example: Example, other: Example, lang: str) -> Iterator[tuple[str, list[str]]]:
    """The config that takes part, under its heading; one that is the same for both examples is shown once."""
    if example.beside is None or other.beside is None or (heading == "good" and example.beside == other.beside):
        return
    words, beside = HEADINGS[lang], example.beside
    place = words["place"].format(heading=words["beside"], format=beside.format, place=_place(beside))
    yield place, list(_compared(beside.text, other.beside.text))


def _place(example: Example) -> str:
    """The placement as the cluster file writes it."""
    if example.placement == "edge":
        return "{between: [[admin, client], [api-balancer, ingress-balancer]]}"
    word, _, name = example.placement.partition(" ")
    return f"{{{word}: {name}}}" if name else word


def _compared(text: str, other: str) -> Iterator[str]:
    """The lines of an example; where the other one differs they are marked, what is far from there is left out."""
    from difflib import SequenceMatcher

    lines = text.splitlines()
    changes = SequenceMatcher(None, lines, other.splitlines(), autojunk=False).get_opcodes()
    differ = [(first, last) for kind, first, last, _, _ in changes if kind != "equal"]
    marked = {at for first, last in differ for at in range(first, last)}
    near = {at for first, last in differ for at in range(first - CONTEXT, last + CONTEXT)}
    shown = [at for at in range(len(lines)) if at in near or not near]
    for at, before in zip(shown, [-1, *shown], strict=False):
        if at != before + 1:
            yield "  …"
        yield f"> {lines[at]}" if at in marked else f"  {lines[at]}".rstrip()
    if shown[-1] != len(lines) - 1:
        yield "  …"
