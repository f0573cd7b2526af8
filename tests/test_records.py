"""Records of our own making do what those of `typing` do."""

from __future__ import annotations

import copy
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from portspec import records


class Ours(records.NamedTuple):
    """Three fields."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()

    @property
    def both(self) -> str:
        """A property."""
        return f"{self.first}{self.second}"


class Theirs(typing.NamedTuple):
    """Three fields."""

    first: int
    second: str = "two"
    third: tuple[int, ...] = ()


class Nothing(records.NamedTuple):
    """No fields."""


CALLS: dict[str, Callable[[Any], object]] = {
    "by place": lambda kind: tuple(kind(1, "b", (3,))),
    "by name": lambda kind: tuple(kind(third=(3,), first=1)),
    "with defaults": lambda kind: tuple(kind(1)),
    "too few": lambda kind: kind(),
    "too many": lambda kind: kind(1, "b", (), 4),
    "another name": lambda kind: kind(1, fourth=4),
    "a name twice": lambda kind: kind(1, first=1),
    "fields": lambda kind: (kind._fields, kind._field_defaults, kind.__match_args__, kind.__doc__),
    "text": lambda kind: repr(kind(1)).partition("(")[2],
    "replace": lambda kind: tuple(kind(1)._replace(second="b")),
    "replace another": lambda kind: kind(1)._replace(fourth="b"),
    "make": lambda kind: tuple(kind._make([1, 2, 3])),
    "make too few": lambda kind: kind._make([1]),
    "as a dict": lambda kind: kind(1)._asdict(),
    "a field is not set": lambda kind: setattr(kind(1), "first", 2),
    "no other is set": lambda kind: setattr(kind(1), "fourth", 2),
    "is a tuple": lambda kind: (kind(1) == (1, "two", ()), hash(kind(1)) == hash((1, "two", ())), kind(1) < kind(2)),
    "pickle": lambda kind: (type(pickle.loads(pickle.dumps(kind(1)))) is kind, pickle.loads(pickle.dumps(kind(1)))[:]),
    "copies": lambda kind: (copy.copy(kind(1)) == kind(1), copy.deepcopy(kind(1)) == kind(1)),
    "hints": typing.get_type_hints,
    "unpacked": lambda kind: [*kind(1)],
}


@pytest.mark.parametrize("call", CALLS)
def test_as_in_typing(call: str) -> None:
    """Twice, since the first record of a class makes its constructor."""
    for _ in range(2):
        assert outcome(CALLS[call], Ours) == outcome(CALLS[call], Theirs)


def outcome(call: Callable[[Any], object], kind: Any) -> object:
    try:
        return call(kind)
    except (TypeError, ValueError, AttributeError) as error:
        return type(error), str(error).replace("Theirs", "Ours").replace(" object", "")


def test_patterns_and_methods() -> None:
    match Ours(1, "b"):
        case Ours(first, second):
            assert (first, second) == (1, "b")
    assert Ours(1).both == "1two"
    assert not Nothing()
    assert Nothing() == ()


def test_what_is_no_record() -> None:
    with pytest.raises(TypeError, match="behind one that has one"):
        type(records.NamedTuple.__mro_entries__(())[0])(  # type: ignore[attr-defined]
            "Wrong", (), {"__annotations__": {"one": "int", "two": "int"}, "one": 1}
        )
    with pytest.raises(ValueError, match="underscore"):
        type(records.NamedTuple.__mro_entries__(())[0])("Wrong", (), {"__annotations__": {"_one": "int"}})  # type: ignore[attr-defined]
