"""The handover diagram: every line of a box is as wide as the others, also where a character takes two columns."""

from __future__ import annotations

from unicodedata import east_asian_width

import pytest
from running import portspec


def columns(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


@pytest.mark.parametrize("style", ["unicode", "ascii"])
@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_the_boxes_are_aligned(lang: str, style: str) -> None:
    run = portspec(["diagram", "handover", "--lang", lang, "--style", style])
    assert (run.code, run.err) == (0, "")
    boxed = [
        line for line in run.out.splitlines() if line.rstrip().endswith(("│", "┐", "┘", "|", "+")) and len(line) > 20
    ]
    assert len(boxed) == 16, "two boxes of eight lines"
    assert len({columns(line) for line in boxed}) == 1
    if style == "ascii":
        assert not set(run.out) & set("┌┐└┘│─┬▼→")
