"""The pictures of cost are made from what the benchmarks measured and kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from mkdocs.exceptions import PluginError
from running import REPOSITORY

from portspec.site import hooks
from portspec.site.pictures.canvas import room
from portspec.site.pictures.cost import DECADE, FILES, FOLDER, MARKER, TOP, cost_pictures, points
from portspec.spec.vocabulary import LANGUAGES

EVIDENCE = REPOSITORY / "docs" / FOLDER


def kept(ours: list[float], theirs: list[float], name: str = "other -t") -> dict[str, Any]:
    sizes = [10 ** (number + 3) for number in range(len(ours))]
    return {
        "command": "python other.py --json kept.json",
        "ours": "portspec check",
        "theirs": name,
        "with": {"ours": "portspec 9", "theirs": "other 7", "python": "3.99", "system": "Linux", "processors": 3},
        "measured": [
            {"shape": "mixed", "rules": rules, "pairs": 5, "ours_least": our, "theirs_least": their}
            for rules, our, their in zip(sizes, ours, theirs, strict=True)
        ],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, kept([0.1, 0.2, 1.5], [0.01, 0.1, 1.0]))
    return tmp_path


def write(folder: Path, content: Any) -> None:
    for name in FILES:
        (folder / name).write_text(json.dumps(content))


def drawn(folder: Path, lang: str = "en") -> list[ET.Element]:
    return list(ET.fromstring(f"<div>{cost_pictures(folder, lang)}</div>").iter("svg"))


def seconds(svg: ET.Element, kind: str) -> list[float]:
    """What the dots of a curve say."""
    top = {"1000 s": 3, "100 s": 2, "10 s": 1, "1 s": 0, "100 ms": -1, "10 ms": -2}
    highest = max(top[text.text or ""] for text in svg.iterfind("text") if text.text in top)
    dots = [float(dot.attrib["cy"]) for dot in svg.iterfind(f"circle[@class='{kind}']") if float(dot.attrib["cy"]) > 10]
    return [10 ** (highest - (y - TOP) / DECADE) for y in dots]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measured_time_is_drawn_and_told(lang: str) -> None:
    for svg, name in zip(drawn(EVIDENCE, lang), FILES, strict=True):
        measured = points(json.loads((EVIDENCE / name).read_text()))
        told = svg.findtext("desc") or ""
        for kind, times in (("ours", [one.ours for one in measured]), ("theirs", [one.theirs for one in measured])):
            assert seconds(svg, kind) == pytest.approx(times, rel=0.01)
            assert all(str(time) in told for time in times)
        assert all(f"{one.rules:,}" in told for one in measured)
        places = [float(dot.attrib["cx"]) for dot in svg.iterfind("circle[@class='ours']")][:-1]
        assert places == sorted(places)


def test_other_times_give_another_picture(folder: Path) -> None:
    before = drawn(folder)
    write(folder, kept([0.1, 0.2, 3.0], [0.01, 0.1, 1.0]))
    assert seconds(before[0], "ours")[-1] == pytest.approx(1.5, rel=0.01)
    assert seconds(drawn(folder)[0], "ours")[-1] == pytest.approx(3.0, rel=0.01)


def test_the_files_say_what_was_measured_and_with_what() -> None:
    for name in FILES:
        content = json.loads((EVIDENCE / name).read_text())
        assert set(content["with"]) == {"ours", "theirs", "python", "system", "processors"}
        assert content["with"]["ours"].startswith("portspec ")
        assert "seconds" in content["unit"]
        script, *_, option, kept_in = content["command"].split()[1:]
        assert (REPOSITORY / script).is_file()
        assert (option, REPOSITORY / kept_in) == ("--json", EVIDENCE / name)
        sizes = [one.rules for one in points(content)]
        assert {1_000, 10_000, 100_000} <= set(sizes)
        assert len(sizes) == len(set(sizes))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("close", [1.0, 1.02, 1.4, 40.0])
def test_words_stay_in_the_frame_and_apart(close: float, lang: str, tmp_path: Path) -> None:
    write(tmp_path, kept([0.1, 0.2, 1.5], [0.01, 0.1, 1.5 * close]))
    for svg in (*drawn(tmp_path, lang), *drawn(EVIDENCE, lang)):
        _, _, wide, high = map(float, svg.attrib["viewBox"].split())
        last = []
        for text in svg.iterfind("text"):
            size, kinds = float(text.attrib["font-size"]), text.attrib["class"].split()
            x, y, long = float(text.attrib["x"]), float(text.attrib["y"]), room(text.text or "", size)
            x -= long if "end" in kinds else long / 2 if "middle" in kinds else 0
            assert x >= 0
            assert x + long <= wide
            assert size / 2 < y < high
            last += [y] if "strong" in kinds else []
        assert abs(last[0] - last[1]) >= 11


REFUSED = {
    "not JSON": "{",
    "no measurements": "{}",
    "a single size": json.dumps(kept([0.1], [0.2])),
    "another shape": json.dumps(kept([0.1, 0.2], [0.1, 0.2])).replace("mixed", "flat"),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_the_site_is_not_built_on_a_broken_file(content: str, folder: Path) -> None:
    (folder / "assets").mkdir()
    place = folder / FOLDER
    place.mkdir()
    for name in FILES:
        (place / name).write_text(content)
    with pytest.raises(PluginError, match="holds no measurements"):
        page(folder, MARKER, "evidence.html")


def test_the_site_is_not_built_without_the_files(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="No such file"):
        page(tmp_path, MARKER, "evidence.html")
    assert page(tmp_path, "# Another page", "index.html") == "# Another page"


def page(docs: Path, markdown: str, url: str) -> str:
    return hooks.on_page_markdown(markdown, SimpleNamespace(url=url), {"docs_dir": str(docs)}, None)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_evidence_shows_them_in_its_language(lang: str) -> None:
    written = (REPOSITORY / "docs" / lang / "evidence.md").read_text(encoding="utf-8")
    url = "evidence.html" if lang == "en" else f"{lang}/evidence.html"
    for name in FILES:
        assert json.loads((EVIDENCE / name).read_text())["command"] in cost_pictures(EVIDENCE, lang)
    assert cost_pictures(EVIDENCE, lang) in page(REPOSITORY / "docs", written, url)


def test_names_stay_words(tmp_path: Path) -> None:
    hostile = '</text><script>alert("1")</script>'
    write(tmp_path, kept([0.1, 0.2], [0.1, 0.3], hostile))
    html = cost_pictures(tmp_path, "en")
    assert hostile not in html
    assert "script" not in {one.tag for one in ET.fromstring(f"<div>{html}</div>").iter()}


def test_what_a_benchmark_keeps_is_what_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(REPOSITORY / "benchmarks")])
    from kept import keep, of_pairs

    measured = [
        of_pairs("mixed", 1_000, [(0.3, 0.1), (0.2, 0.1), (0.4, 0.3)]),
        of_pairs("mixed", 2_000, [(0.5, 0.25)]),
        of_pairs("flat", 1_000, [(9.0, 9.0)]),
    ]
    assert measured[0].ratio == 2.0
    keep(tmp_path / "new" / "kept.json", "other -t", (sys.executable, "--version"), measured)
    content = json.loads((tmp_path / "new" / "kept.json").read_text())
    assert [tuple(one) for one in points(content)] == [(1_000, 0.2, 0.1, 3), (2_000, 0.5, 0.25, 1)]
    assert content["with"]["theirs"].startswith("Python 3")
    assert content["command"].startswith(".venv/bin/python ")
