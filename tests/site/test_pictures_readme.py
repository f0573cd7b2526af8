"""The pictures of the READMEs: the report is what the program prints today, the explorer shows the flows of today."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from running import REPOSITORY, portspec

from portspec.policy.flows import flows
from portspec.policy.model import Profile
from portspec.policy.store import snapshot
from portspec.site.facts import phases
from portspec.site.words import WORDS as SHARED
from portspec.spec.vocabulary import LANGUAGES

PICTURE = REPOSITORY / "docs/assets/readme/report.svg"
EXPLORER = REPOSITORY / "docs/assets/readme/explorer.{lang}.png"
TEXT = "{http://www.w3.org/2000/svg}text"
DRAW = "import sys; sys.path.insert(0, 'scripts'); import readme_pictures as r; sys.stdout.buffer.write(r.report().encode())"


@pytest.fixture
def words_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], dict[str, Any]]:
    """What a picture says that it shows; its script knows how."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    import explorer_picture  # type: ignore[import-not-found] # scripts are not on mypy's path

    found: Callable[[bytes], dict[str, Any]] = explorer_picture.words_of
    return found


def test_the_picture_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", DRAW], cwd=REPOSITORY, capture_output=True, check=True, timeout=60
    )
    assert PICTURE.read_bytes() == done.stdout, "run: python scripts/readme_pictures.py"


def test_the_picture_shows_the_report_with_its_colours() -> None:
    texts = list(ET.fromstring(PICTURE.read_text(encoding="utf-8")).iter(TEXT))
    assert "error" in {text.get("class") for text in texts}
    printed = portspec(["check", "examples/upi-broken"]).out
    for text in texts[2:]:
        assert (text.text or "").strip() in printed
    assert PICTURE.stat().st_size < 60_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_explorer_shows_the_rows_of_today(lang: str, words_of: Callable[[bytes], dict[str, Any]]) -> None:
    shown = words_of((EXPLORER.parent / EXPLORER.name.format(lang=lang)).read_bytes())
    asked = shown["question"]
    known = snapshot(asked["release"])
    balancer = next(one for one in known.balancers.values() if one.role == asked["to"])
    records = [
        record for record in flows(known, Profile()) if record.sender == asked["from"] and record.via == balancer.id
    ]
    assert len(records) > 1
    for row, record in zip(shown["rows"], records, strict=True):
        service = known.services[record.service]
        (port,) = (one for one in service.ports if (one.port, one.transport) == (record.port, record.transport))
        purpose = row[1].split("\n")[1]
        assert row[0] == f"{record.port}/{record.transport}"
        assert row[1].startswith(record.title[lang])
        assert purpose == record.purpose[lang]
        assert row[2:5] == [known.roles[role].title[lang] for role in (record.sender, record.target, balancer.role)]
        assert row[5] == SHARED[lang][record.necessity]
        assert row[6] == phases(record.phases, lang)
        assert row[7] == SHARED[lang][port.reach]
        assert row[8] == str(len(record.sources))
        assert row[0] in shown["answer"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_explorer_is_light_and_stands_in_the_readme_of_its_language(lang: str) -> None:
    path = EXPLORER.parent / EXPLORER.name.format(lang=lang)
    assert path.stat().st_size < 150_000
    readme = (REPOSITORY / ("README.md" if lang == "en" else f"README.{lang}.md")).read_text(encoding="utf-8")
    assert readme.count(path.relative_to(REPOSITORY).as_posix()) == 1
    assert readme.count(PICTURE.relative_to(REPOSITORY).as_posix()) == 1


def test_a_picture_without_words_is_refused(words_of: Callable[[bytes], dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="does not say"):
        words_of(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82")
