"""Sentences are broken at the right places, and nothing of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portspec.report.width import width
from portspec.report.wrapping import wrap

CASES = {
    "short": ("one line", 20, ["one line"]),
    "at a blank": ("a word and another", 10, ["a word and", "another"]),
    "a word wider than the line stays whole": ("see 192.168.22.211-192.168.22.213 now", 10, ["see", "192.168.22.211-192.168.22.213", "now"]),
    "between Chinese characters": ("控制平面的連接埠", 8, ["控制平面", "的連接埠"]),
    "no closing punctuation begins a line": ("控制平面，的連接埠", 8, ["控制平", "面，的連", "接埠"]),
    "no opening bracket ends a line": ("控制平（面）", 8, ["控制平", "（面）"]),
    "words inside Chinese stay whole": ("使用 192.0.2.1 的連接埠", 12, ["使用", "192.0.2.1 的", "連接埠"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_lines(name: str) -> None:
    text, columns, lines = CASES[name]
    assert wrap(text, columns) == lines


@given(st.text(st.sampled_from("ab1 ，。（）伺服器/"), max_size=60), st.integers(4, 30))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert width(line) <= columns or wrap(line, 1) == [line], "only one word alone is wider"
