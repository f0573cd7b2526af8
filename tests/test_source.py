"""Positions in a text, held against counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portspec import source
from portspec.source import SourceText

TEXTS = st.text("ab\n\r", max_size=40)


@pytest.mark.parametrize("block", [1, 2, 3, 4096])
def test_lines_and_positions_are_those_of_the_text(block: int) -> None:
    @given(TEXTS)
    def hold(text: str) -> None:
        made = SourceText("x", text)
        lines = text.split("\n")
        for number in range(-1, len(lines) + 3):
            expected = lines[number - 1].rstrip("\r") if 1 <= number <= len(lines) else ""
            assert made.line(number) == expected
        for offset in range(len(text) + 1):
            before = text[:offset]
            assert made.position(offset) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "BLOCK", block)
        hold()
