"""The handover diagram: the original note's picture in its own words, and straight whatever the words are."""

from __future__ import annotations

import os
from pathlib import Path
from unicodedata import category, east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portspec.policy.store import releases, snapshot
from portspec.report.width import clip, pad, width
from portspec.site.diagram import STYLES, handover_diagram
from portspec.spec.model import Diagram, Handover, HandoverPort
from portspec.spec.vocabulary import LANGUAGES, Text

DRAWN = Path(__file__).parent / "diagram"
"""`zh-TW.unicode.txt` is section 5 of the original note, character by character."""

WORDS = st.text(
    st.one_of(
        st.sampled_from("臨時正式API接手，（）　ｆ→e\u0301한글あア"),
        st.characters(codec="ascii", categories=("L", "N")),
    ),
    min_size=1,
    max_size=30,
)


def columns(text: str) -> int:
    """What a terminal takes, told without the program's own measure."""
    return sum(
        2 if east_asian_width(char) in {"W", "F"} else 0 if category(char) in {"Mn", "Me", "Cf"} else 1 for char in text
    )


@pytest.mark.parametrize("release", releases())
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_as_it_is_drawn(lang: str, style: str, release: str) -> None:
    drawn = handover_diagram(snapshot(release).handover, lang, style)
    file = DRAWN / f"{lang}.{style}.txt"
    if os.environ.get("PORTSPEC_REFRESH") == "1":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def same(text: str) -> Text:
    return dict.fromkeys(LANGUAGES, text)


def titled(port: HandoverPort, before: str, after: str) -> HandoverPort:
    return port._replace(before=port.before._replace(title=same(before)), after=port.after._replace(title=same(after)))


@given(words=st.lists(WORDS, min_size=11, max_size=11), style=st.sampled_from(STYLES))
def test_it_is_straight_whatever_the_words_are(words: list[str], style: str) -> None:
    real = snapshot("4.22").handover
    core = [port for port in real.ports if port.core]
    ports = tuple(titled(port, words[2 * n], words[2 * n + 1]) for n, port in enumerate(core))
    handover: Handover = real._replace(ports=ports, diagram=Diagram(*map(same, words[8:])))
    lines = handover_diagram(handover, "zh-TW", style).splitlines()
    box = [*lines[:8], *lines[10:18]]
    assert len({columns(line) for line in box}) == 1
    assert len(lines) == 18 + len(core)
    fork, shaft, head = lines[7], lines[8], lines[9]
    place = len(head) - 1
    assert (fork[place], shaft[place], head[place]) == (("┬", "│", "▼") if style == "unicode" else ("+", "|", "v"))


@given(text=WORDS, room=st.integers(min_value=0, max_value=40))
def test_texts_are_padded_and_clipped_by_columns(text: str, room: int) -> None:
    assert width(text) == columns(text)
    assert columns(pad(text, room)) == max(room, columns(text))
    assert columns(clip(text, room)) <= room
    assert clip(text, columns(text)) == text
