"""Release numbers and ranges: `added` counts, `removed` does not, and nine comes before ten."""

from __future__ import annotations

import pytest

from portspec.spec.releases import covers, release_key


def test_releases_are_numbers_not_text() -> None:
    assert sorted(["4.10", "4.9", "5.0", "unknown", "4.18"], key=release_key) == [
        "unknown",
        "4.9",
        "4.10",
        "4.18",
        "5.0",
    ]


@pytest.mark.parametrize(
    ("added", "removed", "release", "expected"),
    [
        ("4.16", None, "4.15", False),
        ("4.16", None, "4.16", True),
        (None, "4.17", "4.16", True),
        (None, "4.17", "4.17", False),
        ("4.9", "4.10", "4.9", True),
        ("4.9", "4.10", "4.10", False),
        ("unknown", None, "4.1", True),
        (None, None, "4.1", True),
    ],
)
def test_a_range_holds_a_release(added: str | None, removed: str | None, release: str, expected: bool) -> None:
    assert covers(added, removed, release) is expected


@pytest.mark.parametrize("text", ["", "4.x", "latest"])
def test_what_is_no_release(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        release_key(text)
