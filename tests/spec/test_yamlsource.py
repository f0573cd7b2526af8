"""YAML into nodes: values, places, and one precise error for whatever is refused."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from portspec.errors import InputError
from portspec.source import SourceText, Span
from portspec.yamlsource import MOST_CHARACTERS, MappingNode, find_span, load_yaml, plain

BILLION_LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)

VALUES = {
    "": None,
    "# nothing": None,
    "release: 4.10": {"release": 4.1},
    'release: "4.10"': {"release": "4.10"},
    "a: yes\nb: no\nc: on": {"a": "yes", "b": "no", "c": "on"},
    "a: true\nb: False\nc: null\nd: ~\ne:": {"a": True, "b": False, "c": None, "d": None, "e": None},
    "a: 0o17\nb: 0x1F\nc: 017\nd: 1e3\ne: 22:22": {"a": 15, "b": 31, "c": 17, "d": 1000.0, "e": "22:22"},
    "until: 2027-03-01": {"until": "2027-03-01"},
    "a: ::1\nb: fd00::/8\nc: [fd00::1, 10.0.0.1-10.0.0.9]": {
        "a": "::1",
        "b": "fd00::/8",
        "c": ["fd00::1", "10.0.0.1-10.0.0.9"],
    },
    "- a: 1\n  b: [x, {y: z}]\n- - c": [{"a": 1, "b": ["x", {"y": "z"}]}, ["c"]],
    "a:\n- 1\n- 2\nb: 'it''s'": {"a": [1, 2], "b": "it's"},
    "a: &x [1]\nb: *x": {"a": [1], "b": [1]},
    "a: |\n  two\n  lines\nb: >-\n  one\n  line": {"a": "two\nlines\n", "b": "one line"},
    "\ufeffa: 1": {"a": 1},
    "a: 1\r\nb: 2\r\n": {"a": 1, "b": 2},
    "8080: x\nnull: y": {"8080": "x", "null": "y"},
    "'<<': {a: 1}\nb: 負載平衡器": {"<<": {"a": 1}, "b": "負載平衡器"},
}

REFUSED = {
    "a: [1, 2\n": "2:1: not valid YAML: expected ',' or ']', but got '<stream end>'",
    "a:\n\tb: 1\n": "2:1: not valid YAML: found character '\\t' that cannot start any token",
    "a: b: c\n": "1:5: not valid YAML: mapping values are not allowed here",
    "a: x\0y\n": "1:5: character U+0000 is not allowed in YAML",
    "a: !!python/object:os.system x\n": "1:4: tag tag:yaml.org,2002:python/object:os.system: tags are not read here",
    "a: 1\nb:\n  a: 1\n  a: 2\n": "4:3: duplicate key 'a'; it is set in line 3 already",
    "b: *y\n": "1:4: alias *y without an anchor &y before it",
    "a: &a [*a]\n": "1:8: alias *a inside its own anchor",
    "a: 1\n---\nb: 2\n": "2:1: a second YAML document; expected one",
    "? [a]\n: 1\n": "1:3: a key that is a list or a mapping; expected text",
    'a: "\\ud800"\n': "1:4: half a surrogate pair is no character",
    'a: "\\UFFFFFFFF"\n': "1:1: not valid YAML: ",
    "%YAML 1.99999999999999999999\n---\na: 1\n": "1:1: not valid YAML: ",
    "[" * 40: "1:33: nested more than 32 deep",
    "- " * 40: "1:65: nested more than 32 deep",
    BILLION_LAUGHS: "5:30: more than 50000 values once aliases are expanded",
    "x" * (MOST_CHARACTERS + 1): " the file has 500001 characters; at most 500000 are read",
}


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_values_follow_the_core_schema(text: str, value: object) -> None:
    assert plain(load_yaml(SourceText("f.yaml", text))) == value


@pytest.mark.parametrize(("text", "told"), REFUSED.items(), ids=lambda text: text[:24])
def test_what_is_refused_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        load_yaml(SourceText("f.yaml", text))
    assert str(caught.value).startswith(f"f.yaml:{told}")


def test_text_stays_as_written_where_the_value_is_a_number() -> None:
    node = load_yaml(SourceText("f", "release: 4.10"))
    assert isinstance(node, MappingNode)
    assert node.entries["release"].value[:3] == (4.1, "4.10", True)


@pytest.mark.parametrize("end", ["", "\nlast: &anchor 1\n"], ids=["quick reader", "full reader"])
def test_every_key_and_value_knows_its_place(end: str) -> None:
    root = load_yaml(SourceText("f", "# first\na: [x, 'y z']\nb:\n  - c: 1  # one\n    d:\n" + end))
    assert isinstance(root, MappingNode)
    assert root.entries["b"].key_span == Span(3, 1, 3, 2)
    assert find_span(root, ["a"]) == Span(2, 4, 2, 14)
    assert find_span(root, ["a", 1]) == Span(2, 8, 2, 13)
    assert find_span(root, ["b", 0]) == Span(4, 5, 5, 6)
    assert find_span(root, ["b", 0, "c"]) == Span(4, 8, 4, 9)
    assert find_span(root, ["b", 0, "d"]) == Span(5, 6, 5, 6)
    assert find_span(root, ["b", 7, "c"]) == find_span(root, ["b"]) == Span(4, 3, 5, 6)


LONG = {
    "flow list": "[" + "a, " * 160_000,
    "block list": "-\n" * 240_000,
    "one scalar": "a" * 490_000,
    "blank lines": "\n" * 490_000,
    "folded scalar": "a\n" * 240_000,
    "comment signs": "a: x" + " #" * 240_000 + "y",
    "quotes": "a: '" + "''" * 240_000,
    "brackets": "[" * 490_000,
    "tags": "!" * 490_000,
    "keys": "".join(f"k{n}: v\n" for n in range(40_000)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_file_takes_long(text: str) -> None:
    started = time.perf_counter()
    with suppress(InputError):
        load_yaml(SourceText("f", text))
    assert time.perf_counter() - started < 20
