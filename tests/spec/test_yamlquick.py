"""The quick reader says what the full one says, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portspec.source import SourceText
from portspec.yamlfull import read_full
from portspec.yamlquick import read_quick

ROOT = Path(__file__).parents[2]

PIECES = (
    "a", "b: ", "key:", "- ", "-", "[", "]", "{", "}", ", ", ",", '"x"', "'y'", "# c", " #d", " ", "  ", "\n", "\n  ",
    "\n    ", "\n- ", "1", "4.10", "::1", "fd00::/8", "~", "null", "#", ":", "?", "&a", "*a", "!t", "|", ">", "%",
    "...", "---", "é", "負", "a b", "-1", "10.0.0.1-10.0.0.9", "<<: ", "''", '"', "\\", "x: 1", "\n  - ", "\n  y: ",
    "[a, b]", "{a: 1}", "@", "'", "it's", "a#b", "a:b", "/x/", ".", "=", "(", ")", "0x1f", "+1", "1e3", "true", "\t",
    "\u3000", "\u2028", "\x85", "\ufeff",
)  # fmt: skip

words = st.sampled_from(
    ["a", "x-y", "10.0.0.0/8", "fd00::1", "it's", '"q r"', "'s'", "4.10", "負載 平衡", "~", "a:b", "ports/*.yaml"]
)
flows = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n}: {item}" for n, item in enumerate(items)) + "}"
        )
    ),
    max_leaves=6,
)
comments = st.sampled_from(["", "", " # why", "\n# alone"])


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Lines of a block mapping or list, indented by two per level."""
    lines: list[str] = []
    is_list = draw(st.booleans())
    for number in range(draw(st.integers(1, 3))):
        lead = "- " if is_list else f"k{number}:"
        kind = draw(st.integers(0, 3)) if depth < 3 else 0
        if kind == 0:
            lines.append(lead + ("" if is_list else " ") + draw(flows) + draw(comments))
        else:
            inner = draw(blocks(depth + 1))
            if is_list:
                lines.append(lead + inner[0])
                lines += ["  " + line for line in inner[1:]]
            else:
                lines.append(lead + draw(comments))
                lines += ["  " + line for line in inner]
    return lines


def agrees(text: str) -> bool:
    """Whether the quick reader answered; it must then have answered as the full one does."""
    quick = read_quick(text)
    if quick is None:
        return False
    assert quick == read_full(SourceText("f", text))
    return True


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_agrees_on_anything(text: str) -> None:
    agrees(text)


@settings(max_examples=300, deadline=None)
@given(blocks().map("\n".join))
def test_agrees_on_what_files_look_like(text: str) -> None:
    agrees(text)


FILES = sorted([*ROOT.glob("spec/**/*.yaml"), *ROOT.glob("examples/**/*.yaml")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_agrees_on_the_repository(path: Path) -> None:
    agrees(path.read_text(encoding="utf-8"))


def test_cluster_files_are_quick() -> None:
    examples = [path for path in FILES if path.name == "portspec.yaml"]
    assert examples
    assert all(agrees(path.read_text(encoding="utf-8")) for path in examples)
