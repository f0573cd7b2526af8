"""What the fuzz tests of the balancer readers share: damaged configs, what comes of one, and many in a row."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from types import ModuleType

from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.source import SourceText

LONGEST_ROUND = 1.0
"""Seconds that one damaged config may take."""


def outcome(reader: ModuleType, path: str, text: str) -> Balancer | InputError:
    """The model that a reader's package makes of a text, or the error, which has a place in the file."""
    source = SourceText(path, text)
    reader.sniff(text)
    last = text.count("\n") + 1
    try:
        model: Balancer = reader.read(source)
    except InputError as error:
        if not (1 <= error.line <= last and error.column >= 1):
            raise AssertionError(f"no place in the file: {error}") from error
        return error
    for remark in model.remarks:
        assert 1 <= remark.span.line <= last
        assert 1 <= remark.span.column < remark.span.end_column
        assert remark.span.end_column <= len(source.line(remark.span.line)) + 2
    return model


def damaged_lines(random_one: random.Random, seeds: Sequence[str], words: Sequence[str]) -> str:
    """One of some configs with some of its words, lines and characters changed."""
    lines = random_one.choice(seeds).split("\n")
    for _ in range(random_one.randint(1, 6)):
        at = random_one.randrange(len(lines))
        match random_one.randrange(7):
            case 0:
                lines[at] = ""
            case 1:
                lines.insert(at, random_one.choice(random_one.choice(seeds).split("\n")))
            case 2 | 3:
                parts = lines[at].split(" ")
                parts[random_one.randrange(len(parts))] = random_one.choice(words)
                lines[at] = " ".join(parts)
            case 4:
                lines[at] += " " + " ".join(random_one.choices(words, k=random_one.randint(1, 5)))
            case 5:
                cut = random_one.randint(0, len(lines[at]))
                lines[at] = lines[at][:cut] + random_one.choice(words) + lines[at][cut:]
            case _:
                lines[at] = " ".join(random_one.choices(words, k=random_one.randint(1, 8)))
    text = "\n".join(lines)
    return text[: random_one.randint(0, len(text))] if random_one.random() < 0.1 else text


def read_whole(
    rounds: int, first: int, damaged: Callable[[random.Random], str], of: Callable[[str], Balancer | InputError]
) -> int:
    """Try the damaged configs of so many seeds, from one on; how many of them were read whole."""
    found = 0
    for seed in range(first, first + rounds):
        text = damaged(random.Random(seed))
        started = time.process_time()
        try:
            found += isinstance(of(text), Balancer)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {text!r}") from error
        assert time.process_time() - started < LONGEST_ROUND, seed
    return found
