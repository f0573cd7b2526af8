"""The sentences about what the readers of balancer configs remark: each reader brings its own.

A reader's module `remarks` has the tables UNKNOWN, REFUSED and IGNORED, by the key of the remark; `advice` has ADVICE: how
a finding is mended in that format, by `CODE.variant`, where the words of the check itself are not the format's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Literal

from portspec.configs.registry import readers
from portspec.policy.model import Text

Table = Literal["UNKNOWN", "REFUSED", "IGNORED"]


def variant(config_format: str, key: str) -> str:
    """The variant of the finding that tells of a reader's remark."""
    return f"{config_format}.{key}"


def advice(config_format: str, code: str, of_variant: str) -> Text | None:
    """How to mend a finding in the words of its format; None where the words of the check fit every format."""
    reader = readers().get(config_format)
    if reader is None or reader.KIND != "balancer":
        return None
    found: Text | None = import_module(f"{reader.__name__}.advice").ADVICE.get(f"{code}.{of_variant}")
    return found


class Remarks(Mapping[str, Text]):
    """A check's own sentences, and for every remark of every reader one: from `lead` and the remark's words, or
    `instead` for all of them. A reader's table is read when one of its sentences is asked for."""

    def __init__(
        self, own: Mapping[str, Text], table: Table, *, lead: Text | None = None, instead: Text | None = None
    ) -> None:
        self._own = own
        self._table = table
        self._lead = lead
        self._instead = instead

    def __getitem__(self, key: str) -> Text:
        if key in self._own:
            return self._own[key]
        config_format, _, remark = key.partition(".")
        words = remarked(config_format, self._table)[remark]
        if self._instead is not None:
            return self._instead
        return words if self._lead is None else {lang: self._lead[lang] + text for lang, text in words.items()}

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        for name, reader in readers().items():
            if reader.KIND == "balancer":
                yield from (variant(name, key) for key in remarked(name, self._table))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def remarked(config_format: str, table: Table) -> Mapping[str, Text]:
    """One table of a reader. Raises KeyError for a format that is not read."""
    found: Mapping[str, Text] = getattr(import_module(f"{readers()[config_format].__name__}.remarks"), table)
    return found
