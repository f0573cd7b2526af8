"""Canonical JSON: one text per value, whatever the order or the composition of its characters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portspec.policy.canonical import canonical, digest

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(values)
def test_reads_back_and_is_stable(value: Any) -> None:
    text = canonical(value)
    assert b"\n" not in text
    assert canonical(json.loads(text)) == text


def test_the_form() -> None:
    assert canonical({"b": [1, None, True], "a": "é負"}) == '{"a":"é負","b":[1,null,true]}'.encode()
    assert canonical({"e\u0301": "e\u0301"}) == canonical({"é": "é"})
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [1.5, float("nan"), {1: 2}, {"a": {2, 3}}, b"x"])
def test_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)
