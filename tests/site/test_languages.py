"""Both languages have the same pages with the same anchors, and each is in its own language."""

from __future__ import annotations

import re

from built_site import LANGUAGES, checkout, pages, site
from html_reading import Page, read_page

from portspec.checks.registry import checks
from portspec.policy.store import releases

MAINLAND = re.compile("端口|負載均衡|服務器|集群|默認|網絡|信息|支持|接口|[负载务个这设规则终动应许连]")
HAN = re.compile("[\u4e00-\u9fff]")
TITLED_AS_THEY_ARE = {"reference/sources.html", "guides/add-a-release.html", "guides/own-services.html"}
"""A source keeps its title; the original note's is Chinese. What a guide writes into the spec is in both languages."""


def page(name: str, lang: str) -> Page:
    return read_page(site() / LANGUAGES[lang] / name)


GUIDES = ("first-check", "cluster-file", "pin-and-upgrade")


def test_every_kind_of_page_is_there() -> None:
    names = set(pages())
    assert {f"checks/{code}.html" for code in checks()} < names
    assert {f"releases/{release}.html" for release in releases()} < names
    services = {path.stem for path in (checkout() / "spec" / "services").glob("*.yaml")}
    assert {f"services/{name}.html" for name in services} < names
    hand_written = ("index", "note", "handover", "evidence", *(f"guides/{name}" for name in GUIDES))
    assert {f"{name}.html" for name in hand_written} < names


def test_the_languages_have_the_same_pages() -> None:
    chinese = site() / "zh-TW"
    assert {path.relative_to(chinese).as_posix() for path in chinese.rglob("*.html")} - {"404.html"} == set(pages())


def test_headings_have_the_same_ids_and_levels() -> None:
    for name in pages():
        english, chinese = page(name, "en"), page(name, "zh-TW")
        shape = [(heading.level, heading.id) for heading in english.headings]
        assert [(heading.level, heading.id) for heading in chinese.headings] == shape, name
        assert [level for level, _ in shape].count(1) == 1, name
        assert shape[0][0] == 1, name
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", anchor) for _, anchor in shape), shape
        assert len({anchor for _, anchor in shape}) == len(shape), shape


def test_tables_have_the_same_shape() -> None:
    for name in pages():
        english, chinese = (
            [(table.below, len(table.headings), len(table.rows)) for table in page(name, lang).tables]
            for lang in LANGUAGES
        )
        assert english == chinese, name


def test_each_page_is_in_its_language() -> None:
    for name in pages():
        english, chinese = page(name, "en"), page(name, "zh-TW")
        assert (english.language, chinese.language) == ("en", "zh-TW"), name
        assert name in TITLED_AS_THEY_ARE or not HAN.search(english.article), name
        assert HAN.search(chinese.headings[0].text + chinese.article), name
        assert not MAINLAND.search(chinese.article), name


def test_nothing_is_unfinished() -> None:
    for name in pages():
        for lang in LANGUAGES:
            article = page(name, lang).article
            found = re.search(r"\bTODO\b|\bTBD\b|lorem ipsum|coming soon", article)
            assert found is None, (name, lang, found)
            # Only a guide, which shows Python, may speak of None.
            assert name.startswith("guides/") or not re.search(r"\bNone\b", article), (name, lang)


def test_titles_in_the_navigation_are_translated() -> None:
    html = (site() / "zh-TW" / "index.html").read_text(encoding="utf-8")
    tabs = html[html.index('<nav class="md-tabs"') :].split("</nav>")[0]
    titles = re.findall(r'class="md-tabs__link">\s*(.*?)\s*</a>', tabs, re.DOTALL)
    assert titles == ["首頁", "連接埠查詢", "操作指南", "連接埠", "服務", "角色", "版本", "檢查項目", "參考資料"]
