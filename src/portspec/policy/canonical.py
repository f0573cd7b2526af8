"""Canonical JSON and its digest: the same bytes on every machine and every Python."""

from __future__ import annotations

from typing import Any


def canonical(value: Any) -> bytes:
    """A JSON value as canonical bytes: keys sorted, no spaces, strings in NFC as UTF-8, no line end.

    Raises TypeError for floats (their text may differ between programs), for keys that are no strings and for
    what is no JSON.
    """
    import json

    return json.dumps(_normal(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """`sha256:` and the hex digest of the canonical bytes."""
    import hashlib

    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return _composed(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key that is no string")
        return {_composed(key): _normal(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _composed(text: str) -> str:
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)
