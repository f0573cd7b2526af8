"""The search index: words are cut where people look for them, and each language has its own pages first."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from built_site import LANGUAGES, site

from portspec.site.search import SHORT_BY_ONE, mend_queries
from portspec.site.terms import atomic, terms


@cache
def index(lang: str) -> Any:
    return json.loads((site() / LANGUAGES[lang] / "search" / "search_index.json").read_text(encoding="utf-8"))


def words_of(document: dict[str, Any]) -> set[str]:
    """The words of a document as the search takes them, by its own separator."""
    text = re.sub("<[^>]*>", " ", f"{document['title']} {document['text']}")
    return set(re.split(index("zh-TW")["config"]["separator"], text))


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("防火牆", "防火牆規則", "規則"), ("防火牆", "規則")),
        (("叢集", "叢集檔"), ("叢集", "叢集檔")),
        (("設定", "機器設定"), ("設定",)),
        (("伺服器", "伺服器端", "用戶端"), ("伺服器", "伺服器端", "用戶端")),
        (("埠", "連接埠"), ("連接埠",)),
    ],
)
def test_a_word_that_would_hide_another_is_left_out(words: tuple[str, ...], left: tuple[str, ...]) -> None:
    assert atomic(words) == left


def test_the_terms_are_those_of_the_glossary_and_of_the_field() -> None:
    found = terms()
    assert {"連接埠", "負載平衡器", "防火牆", "接管", "監聽", "健康檢查", "控制平面", "叢集檔"} <= set(found)
    assert atomic(found) == found


def test_terms_stay_whole_in_the_index_and_long_words_do_not() -> None:
    found = set[str]().union(*map(words_of, index("zh-TW")["docs"]))
    assert {"連接埠", "負載平衡器", "防火牆", "接管", "監聽", "健康檢查", "控制平面"} <= found
    assert not {"防火牆規則", "接管流程", "機器設定伺服器"} & found


def test_the_separator_knows_how_chinese_words_are_parted() -> None:
    assert re.split(index("en")["config"]["separator"], "接管\u200b流程 etcd-peer") == ["接管", "流程", "etcd", "peer"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_index_holds_every_page_once_and_its_own_weigh_more(lang: str) -> None:
    documents = index(lang)["docs"]
    places = [found["location"] for found in documents]
    assert len(set(places)) == len(places)
    prefix = {"en": "zh-TW/", "zh-TW": "../"}[lang]
    weights = {found["location"]: found.get("boost", 1) for found in documents}
    compared = 0
    for place, weight in weights.items():
        if not place.startswith(prefix) and prefix + place in weights:
            assert weights[prefix + place] == pytest.approx(weight * 0.05), place
            compared += 1
    assert compared > 500


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bulk_is_kept_out(lang: str) -> None:
    places = [found["location"] for found in index(lang)["docs"]]
    assert any(place.startswith("releases/4.22.html") for place in places)
    assert [place for place in places if place.startswith("releases/4.18.html")] == ["releases/4.18.html"]
    assert not any(re.search("#open-|#checks$", place) for place in places)


def test_only_a_page_itself_carries_words_of_its_own() -> None:
    tagged = [found for found in index("zh-TW")["docs"] if "tags" in found]
    assert len(tagged) > 60
    assert not [found["location"] for found in tagged if "#" in found["location"]]
    (server,) = (found for found in tagged if found["location"] == "services/machine-config-server.html")
    assert {"22623", "機器\u200b設定\u200b伺服器", "MachineConfig / Ignition Server"} <= set(server["tags"])


def test_the_themes_script_looks_whole_words_up(tmp_path: Any) -> None:
    (script,) = (site() / "assets" / "javascripts" / "workers").glob("search.*.min.js")
    mended = script.read_text(encoding="utf-8")
    assert not SHORT_BY_ONE.search(mended)
    other = tmp_path / "assets" / "javascripts" / "workers" / "search.1.min.js"
    other.parent.mkdir(parents=True)
    before = "for(let b=a+1;b<q.length;b++)q.slice(a,b)in i&&(n[a]=b-a);for(let c=d+1;c<e.length;c++)f(c)"
    other.write_text(before)
    mend_queries(tmp_path)
    assert other.read_text() == before.replace("b<q.length", "b<=q.length")
