"""A JSON value that does not fit; whoever reads the element adds the place."""

from __future__ import annotations

from typing import Any


class Misfit(Exception):  # noqa: N818
    """What is wrong with a value. `at` is its offset where it has no place of its own, and is known."""

    def __init__(self, value: Any, message: str, hint: str = "", at: int | None = None) -> None:
        super().__init__(message)
        self.value = value
        self.message = message
        self.hint = hint
        self.at = at


def shown(value: Any) -> str:
    """A value as messages quote it."""
    import json

    try:
        text = json.dumps(value)
    except RecursionError:
        return "what is nested so deep"
    return text if len(text) <= 60 else text[:59] + "…"
