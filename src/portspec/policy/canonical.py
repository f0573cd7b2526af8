"""Canonical JSON and its digest: the same bytes on every machine and every Python."""

from __future__ import annotations

from typing import Any

KEYS = frozenset({str})


def canonical(value: Any) -> bytes:
    """A JSON value as canonical bytes: keys sorted, no spaces, strings in NFC as UTF-8, no line end.

    Raises TypeError for floats (their text may differ between programs), for keys that are no strings and for
    what is no JSON.
    """
    _check(value)
    text = _dumped(value)
    if not text.isascii():
        from unicodedata import is_normalized

        if not is_normalized("NFC", text):
            text = _dumped(_composed(value))
    return text.encode()


def digest(value: Any) -> str:
    """`sha256:` and the hex digest of the canonical bytes."""
    import hashlib

    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def _dumped(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _check(value: Any) -> None:
    """Raise TypeError for what has no canonical form."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is str or one is None:
            continue
        if kind is dict:
            if not KEYS.issuperset(map(type, one)):
                raise TypeError("a key that is no string")
            waiting += one.values()
        elif kind is list or kind is tuple:
            waiting += one
        elif kind is not int and kind is not bool:
            raise TypeError(f"{kind.__name__} has no canonical form")


def _composed(value: Any) -> Any:
    """The value with every string in NFC: few documents have another."""
    from unicodedata import normalize

    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, list | tuple):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        return {normalize("NFC", key): _composed(item) for key, item in value.items()}
    return value
