"""Changes of lines: everything else stays as it is, byte for byte."""

from __future__ import annotations

import pytest

from portspec.fixes.edits import Edit, apply, insertion, removal, replacement
from portspec.fixes.writing import diff
from portspec.source import SourceText

CASES = {
    "removed": ("a\nb\nc\n", [removal("f", 2)], "a\nc\n"),
    "the first": ("a\nb\n", [removal("f", 1)], "b\n"),
    "inserted": ("a\nb\n", [insertion("f", 2, "x", "y")], "a\nx\ny\nb\n"),
    "at the end": ("a\nb\n", [insertion("f", 3, "x")], "a\nb\nx\n"),
    "replaced": ("a\nb\n", [replacement("f", 1, "x")], "x\nb\n"),
    "two at one place": ("a\n", [insertion("f", 1, "x"), insertion("f", 1, "y")], "x\ny\na\n"),
    "before one that goes": ("a\nb\n", [insertion("f", 2, "x"), removal("f", 2)], "a\nx\n"),
    "line ends of Windows": ("a\r\nb\r\n", [insertion("f", 2, "x")], "a\r\nx\r\nb\r\n"),
    "a form feed is no line end": ("a\x0cb\nc\n", [removal("f", 2)], "a\x0cb\n"),
    "another file": ("a\n", [removal("g", 1)], "a\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_lines_change(name: str) -> None:
    text, edits, expected = CASES[name]
    assert apply(SourceText("f", text), edits).text == expected


@pytest.mark.parametrize("edits", [[removal("f", 1), removal("f", 1)], [removal("f", 9)], [Edit("f", 2, 1, ())]])
def test_what_does_not_fit_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="line"):
        apply(SourceText("f", "a\nb\n"), edits)


def test_a_patch_says_where_no_line_end_is() -> None:
    assert diff(SourceText("f", "a"), SourceText("f", "b")).splitlines()[-3:] == [
        "\\ No newline at end of file",
        "+b",
        "\\ No newline at end of file",
    ]


def test_a_name_with_a_line_end_stays_one_line() -> None:
    assert diff(SourceText("f\n+x", "a\n"), SourceText("f\n+x", "b\n")).splitlines()[0] == "--- a/f\\n+x"


OPEN_ENDED = {
    "behind the last line": ("a\nb", [insertion("f", 3, "x")], "a\nb\nx"),
    "an end for the last line": ("a\nb", [insertion("f", 3, "")], "a\nb\n"),
    "the same for Windows": ("a\r\nb", [insertion("f", 3, "")], "a\r\nb\r\n"),
    "behind it, for Windows": ("a\r\nb", [insertion("f", 3, "x", "y")], "a\r\nb\r\nx\r\ny"),
    "the last one otherwise": ("a\nb", [replacement("f", 2, "x")], "a\nx"),
    "the one before": ("a\nb", [replacement("f", 1, "x")], "x\nb"),
}


@pytest.mark.parametrize("name", OPEN_ENDED)
def test_a_file_without_a_last_line_end(name: str) -> None:
    text, edits, expected = OPEN_ENDED[name]
    assert apply(SourceText("f", text), edits).text == expected
