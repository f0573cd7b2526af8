"""Texts of the spec and configs of the examples are text: nothing in them becomes markup or HTML."""

from __future__ import annotations

from functools import cache
from typing import Any

import markdown
import pytest
from built_site import checkout
from html_reading import Page, read_page

from portspec.checks.api import Check
from portspec.checks.examples import check_example
from portspec.checks.registry import checks
from portspec.site import markdown as md
from portspec.site.contents import generated_pages
from portspec.site.edition import Edition
from portspec.site.html import stackable_tables
from portspec.site.pages import checks as check_pages
from portspec.site.picture import picture
from portspec.spec.read import read_snapshot

HOSTILE = (
    "<script>alert(1)</script>",
    "</code></pre><img src=x onerror=alert(1)>",
    "`<img src=x onerror=alert(1)>` and `",
    "`` ` <b>bold</b>` ``",
    "[link](javascript:alert(1)) ![image](https://elsewhere.example/x.png)",
    "<https://elsewhere.example/> &lt;b&gt; &amp; &#60;i&#62;",
    "cell | another | third",
    "`a|b` | `<i>c</i>`",
    "# heading {#hostile onclick=alert(1)}",
    "word{onclick=alert(1)} **bold**{: .x onclick=alert(1) }",
    "{: onclick=alert(1) }",
    "- a list item",
    "1. a numbered item",
    "12) another",
    "> a quote",
    '!!! danger "box"',
    '??? danger "box"',
    "```html\n<script>alert(1)</script>\n```",
    "~~~ fence",
    "<!-- a comment",
    "<?php echo 1 ?>",
    "<div markdown>**x**</div>",
    "back\\slash \\<b\\> \\` \\[x\\](y)",
    "\"quotes\" 'and' = signs",
    "trailing `",
    "*a* _b_ __c__ ***d***",
    '=== "tab"',
    ": definition",
    "--- ***",
    "<svg/onload=alert(1)>",
    "<iframe src=//elsewhere.example>",
)
EXTENSIONS = ["attr_list", "md_in_html", "tables", "toc", "pymdownx.highlight", "pymdownx.superfences"]
"""As in mkdocs.yml."""
ALLOWED = {
    *("article", "h1", "h2", "h3", "p", "a", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "br"),
    *("strong", "code", "pre", "span", "div", "blockquote"),
    *("figure", "figcaption", "svg", "title", "desc", "g", "rect", "path", "text", "details", "summary"),
}
ATTRIBUTES = {
    "id",
    "class",
    "href",
    "style",
    "role",
    "aria-label",
    "data-label",
    "data-stack",
    "data-brief",
    "tabindex",
}
ATTRIBUTES |= {"viewbox", "x", "y", "width", "height", "d", "font-size", "aria-labelledby", "data-search-exclude"}
ATTRIBUTES |= {"stroke-width", "data-brief"}
API = ("../api/v1/", "../../api/v1/")
"""Files beside the pages, to which links are written out."""


def html(text: str) -> str:
    return stackable_tables(markdown.markdown(text, extensions=EXTENSIONS))


def read(text: str, tmp_path: Any) -> Page:
    path = tmp_path / f"{abs(hash(text))}.html"
    path.write_text(f"<article>{html(text)}</article>", encoding="utf-8")
    return read_page(path)


def refuse_foreign_markup(page: Page, known: Page | None = None) -> None:
    """`known` is the same page of calm words, whose elements may stand there."""
    own = [(one.tag, one.attributes) for one in known.elements] if known else []
    for one in page.elements:
        if (one.tag, one.attributes) in own:
            continue
        assert one.tag in ALLOWED, one
        assert one.attributes.keys() <= ATTRIBUTES, one
        target = one.attributes.get("href", "#")
        assert target.startswith(("#", *API)) or (".md" in target and ":" not in target), one


def shown(words: str) -> str:
    """What a reader must see of a text: its characters, but for blanks and the backticks around code."""
    return "".join(words.split()).replace("`", "")


def seen(page: Page) -> str:
    return shown(page.article)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_text_is_shown_as_it_is(words: str, tmp_path: Any) -> None:
    paragraph = read(md.text(words), tmp_path)
    assert seen(paragraph) == shown(words)
    assert {one.tag for one in paragraph.elements} <= {"article", "p", "code"}
    table = read(md.table(["a", "b", "c"], [[md.text(words), md.text(words), "end"]]), tmp_path)
    assert [shown(cell) for cell in table.tables[0].rows[0]] == [shown(words), shown(words), "end"]
    refuse_foreign_markup(table)
    heading = read(md.heading(2, md.text(words), "mine"), tmp_path)
    assert [(one.level, one.id, shown(one.text)) for one in heading.headings] == [(2, "mine", shown(words))]
    refuse_foreign_markup(heading)


@pytest.mark.parametrize("words", HOSTILE)
def test_two_texts_on_one_line_do_not_combine(words: str, tmp_path: Any) -> None:
    for other in HOSTILE:
        page = read(f"- {md.text(words)} ({md.text(other)})", tmp_path)
        refuse_foreign_markup(page)
        assert seen(page) == f"{shown(words)}({shown(other)})"


@pytest.mark.parametrize("words", HOSTILE)
def test_code_is_shown_as_it_is(words: str, tmp_path: Any) -> None:
    table = read(md.table(["a", "b", "c"], [[md.code(words), md.link(md.code("x"), "y.md"), "end"]]), tmp_path)
    assert ["".join(cell.split()) for cell in table.tables[0].rows[0]] == ["".join(words.split()), "x", "end"]
    refuse_foreign_markup(table)


@pytest.mark.parametrize("words", HOSTILE)
def test_blocks_and_pictures_hold_their_content(words: str, tmp_path: Any) -> None:
    config = f"{words}\n```\n{words}\n````\n  {words}"
    page = read(md.page(md.block(config, "text", words, marked=[1]), "after"), tmp_path)
    refuse_foreign_markup(page)
    assert "".join(config.split()) in "".join(page.article.split())
    assert page.elements[-1].tag == "p"
    drawn = read(picture(f"{words}\n{words}", words), tmp_path)
    assert {one.tag for one in drawn.elements} <= {"article", "pre", "span"}
    assert "".join(drawn.article.split()) == "".join(f"{words}{words}".split())


def poisoned(value: Any, words: str, key: str = "") -> Any:
    """A document of the spec with hostile words behind every sentence, title and free text."""
    if isinstance(value, dict):
        return {name: poisoned(inner, words, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, words, key) for inner in value]
    free = {"en", "zh-TW", "component", "application", "document", "reference", "read", "kubernetes", "released"}
    return f"{value} {words}" if isinstance(value, str) and (key in free or key == "title") else value


@cache
def document() -> Any:
    from portspec.policy.store import snapshot_document

    return snapshot_document("4.18")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("`<b>|x` | {onclick=a} ` <i>[y](javascript:z)", "{onclick=a} ` <i>[y](javascript:z)"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_a_hostile_spec_makes_no_markup_on_any_page(words: str, part: str, lang: str, tmp_path: Any) -> None:
    snapshot = read_snapshot(poisoned(document(), words))
    pages = generated_pages(Edition({"4.18": snapshot}, snapshot), lang)
    calm = read_snapshot(document())
    plain = generated_pages(Edition({"4.18": calm}, calm), lang)
    for name, text in pages.items():
        page, expected = read(without_front_matter(text), tmp_path), read(without_front_matter(plain[name]), tmp_path)
        refuse_foreign_markup(page, expected)
        shape = [(one.below, len(one.headings), len(one.rows)) for one in expected.tables]
        assert [(one.below, len(one.headings), len(one.rows)) for one in page.tables] == shape, name
        assert [one.id for one in page.headings] == [one.id for one in expected.headings], name
        if text != plain[name]:
            assert part in page.article, name


def without_front_matter(text: str) -> str:
    return text.split("---\n", 2)[2] if text.startswith("---\n") else text


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_check_makes_no_markup(words: str, tmp_path: Any) -> None:
    """Its sentences are hostile, and so is a comment of its example, which the report on the page quotes."""
    real = checks()["PS304"]
    text = {"en": words, "zh-TW": words}
    (right,) = (line for line in real.bad.text.splitlines() if "worker-0 192.168.22.211:6443" in line)
    line = f"  server worker-0 192.168.22.211:6443 check  # {' '.join(words.split())}"
    bad = real.bad._replace(text=real.bad.text.replace(right, line))
    check: Check = real._replace(title=text, rationale=text, messages={"one": text}, help={"one": text}, bad=bad)
    page = read(without_front_matter(check_pages.page(check, "en")), tmp_path)
    refuse_foreign_markup(page)
    assert [heading.id for heading in page.headings] == ["ps304", "why", "message", "mend", "bad", "report", "good"]
    assert seen(page).count(shown(words)) >= 4
    assert "".join(page.article.split()).count("".join(line[:80].split())) == 2, "the example and the report"


@pytest.mark.parametrize("name", [*HOSTILE, "two\nlines/<b>.cfg", "a\x1b[31m<i>.cfg"])
def test_a_hostile_file_name_makes_no_markup(name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report on a check's page names the file of each finding."""
    real = checks()["PS304"]
    result = check_example(real.bad)
    findings = tuple(one._replace(path=name) for one in result.findings)
    sources = {name: next(iter(result.sources.values()))}
    monkeypatch.setattr(check_pages, "checked", lambda _: result._replace(findings=findings, sources=sources))
    page = read(without_front_matter(check_pages.page(real, "en")), tmp_path)
    refuse_foreign_markup(page)
    assert [heading.id for heading in page.headings] == ["ps304", "why", "message", "mend", "bad", "report", "good"]
    report = page.article.split("What portspec check says")[1]
    assert "\x1b" not in page.article
    if name.isprintable():
        assert "".join(name.split()) in "".join(report.split())


def test_configs_on_check_pages_are_the_examples_own() -> None:
    folder = checkout() / "dist" / "site" / "checks"
    for code, check in checks().items():
        article = read_page(folder / f"{code}.html").article
        for example in (check.bad, check.good):
            assert example.text.rstrip("\n").expandtabs(4) in article.expandtabs(4), code
