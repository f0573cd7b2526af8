"""The comment of a pull request: within the platform's limit, and nothing of a config becomes markup in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
from report.hostile import HARMFUL, HOSTILE, MARKUP, NAMES
from report.many import result_of
from running import portspec

from portspec.report.as_markdown import MARK, MOST_CHARACTERS, render
from portspec.report.markdown_text import block, inline
from portspec.report.printable import printable
from portspec.report.setting import Setting

OURS = {
    "h3",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "p",
    "strong",
    "ul",
    "li",
    "code",
    "details",
    "summary",
    "b",
    "pre",
}
FENCED = re.compile(r"^(`{3,})text\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


class Reading(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"style"}, attrs
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(text: str) -> Reading:
    """The report rendered, without its fenced blocks: those show their text as it stands."""
    unfenced = FENCED.sub("", text)
    assert "```" not in unfenced, "every fence is closed by its own"
    reading = Reading()
    reading.feed(markdown.markdown(unfenced, extensions=["tables"]))
    assert set(reading.elements) <= OURS
    return reading


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_the_verdict_comes_first_and_every_finding_has_a_row(lang: str) -> None:
    run = portspec(["check", "examples/upi-broken", "--format", "markdown", "--lang", lang])
    mark, verdict, blank = run.out.splitlines()[:3]
    assert (mark, blank) == (MARK, "")
    assert verdict.startswith("### ❌ portspec")
    assert "15" in verdict
    reading = read(run.out)
    assert reading.elements.count("tr") == 1 + 21
    assert len(FENCED.findall(run.out)) == 21
    clean = portspec(["check", "examples/upi-right", "--format", "markdown", "--lang", lang]).out
    assert clean.splitlines()[1].startswith("### ✅ ")
    assert "table" not in read(clean).elements


def test_findings_that_do_not_fail_are_no_failure() -> None:
    run = portspec(["check", "examples/upi-broken", "--select", "PS311", "--fail-on", "error", "--format", "markdown"])
    assert run.code == 0
    assert run.out.splitlines()[1].startswith("### ⚠️ portspec: 1 warning")


TEXTS = {
    "markup": MARKUP,
    "an element": "<script>alert(1)</script>",
    "a comment": "<!-- x -->",
    "an entity": "&lt;b&gt; &#60;b&#62;",
    "emphasis": "**a** _b_ ~~c~~ __d__",
    "a link": "[a](https://b.example) <https://b.example> ![i](x.png) [r]: x",
    "code": "`a` ``b`` ```c",
    "a cell": "a | b \\| c",
    "a backslash": "a\\*b\\\\",
    "an end of details": "</details></code></td>",
    "a formula": "$a$ $$b$$",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_shown_as_it_stands(name: str) -> None:
    made = inline(TEXTS[name])
    reading = Reading()
    reading.feed(markdown.markdown(f"| a |\n|---|\n| {made} |", extensions=["tables"]))
    assert reading.elements == ["table", "thead", "tr", "th", "tbody", "tr", "td"]
    shown = "".join(reading.text).replace("\u200b", "").split("\n")
    assert TEXTS[name] in shown


# what a platform would read as a reference
REFERENCES = [
    "@everyone",
    "#12",
    "!34",
    "~label",
    "%milestone",
    "$7",
    "https://evil.example",
    "www.evil.example",
    "GH-12",
]


@pytest.mark.parametrize("text", REFERENCES)
def test_nobody_is_mentioned_and_nothing_is_linked(text: str) -> None:
    assert "&#8203;" in inline(f"member {text} here")


def test_a_fence_in_a_config_closes_nothing() -> None:
    lines = ["```", "````` <b>", "text"]
    made = block(lines)
    assert made[0] == "``````text"
    assert made[-1] == "``````"


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("count", [1, 30, 200, 10_000])
def test_the_limit_of_a_comment(count: int, lang: str) -> None:
    text = render([result_of(count)], Setting(lang))
    assert len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    reading = read(text)
    rows = reading.elements.count("tr") - 1
    told = len(FENCED.findall(text))
    if count <= 30:
        assert (rows, told) == (count, count)
    else:
        assert len(text) > MOST_CHARACTERS * 0.8, "what there is room for is used"
        assert 50 < rows <= count
        assert told > 20
        numbers = [
            int(number) for line in text.splitlines() if line.startswith("**") for number in re.findall(r"\d+", line)
        ]
        assert rows + sum(numbers) == count, "the rest is counted"
        assert str(count - told) in text


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names(name: str, tmp_path: Path) -> None:
    (tmp_path / NAMES[name]).write_text("listen api\n  bind :6443\n  mode http\n  server a 10.0.0.1:1\n")
    run = portspec(
        ["check", NAMES[name], "--release", "4.18", "--phase", "install", "--format", "markdown"], cwd=tmp_path
    )
    assert not HARMFUL.search(run.out)
    reading = read(run.out)
    assert any(printable(NAMES[name]) in text.replace("\u200b", "") for text in "".join(reading.text).split("\n"))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_configs(name: str, tmp_path: Path) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_text(text)
    run = portspec(["check", file, "--release", "4.18", "--phase", "install", "--format", "markdown"], cwd=tmp_path)
    assert not HARMFUL.search(run.out)
    if run.code != 2:
        read(run.out)
