"""What the fuzz tests of the balancer readers share: damaged configs, what comes of one, and many in a row.

Each reader has a module FORMAT_fuzzing.py with `damaged` (a config of a seed) and `outcome`.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

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
        span = remark.span
        # An empty word, which YAML has, is a place without an extent.
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span[:4] != (1, 1, 1, 1) or text.startswith(":")
        assert span.end_line <= last
        assert span.end_column <= len(source.line(span.end_line)) + 2
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


def damaged_characters(random_one: random.Random, seeds: Sequence[str], bits: Sequence[str]) -> str:
    """One of some configs with some of its characters changed, perhaps cut off."""
    text = random_one.choice(seeds)
    for _ in range(random_one.randint(1, 4)):
        at = random_one.randint(0, len(text))
        text = text[:at] + random_one.choice([*bits, ""]) + text[at + random_one.randint(0, 3) :]
    return text[: random_one.randint(0, len(text))] if random_one.random() < 0.1 else text


def damaged_tree(random_one: random.Random, trees: Sequence[Any], keys: Sequence[str], values: Sequence[Any]) -> Any:
    """One of some JSON values with some of what is in it taken out, doubled, renamed or replaced."""
    tree = copied(random_one.choice(trees))
    for _ in range(random_one.randint(1, 5)):
        known = list(places(tree))
        if not known:
            break
        inside, key = random_one.choice(known)
        value = copied(random_one.choice(values))
        match random_one.randrange(4):
            case 0:
                del inside[key]
            case 1 if isinstance(inside, dict):
                inside[random_one.choice(keys)] = random_one.choice([copied(inside[key]), value])
            case 2 if isinstance(inside, list):
                inside.insert(0, random_one.choice([copied(inside[key]), value]))
            case _:
                inside[key] = value
    return tree


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with every key or index in it."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        inner = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, value in list(inner):
            yield one, key
            waiting.append(value)


def copied(tree: Any) -> Any:
    """The same in objects of its own."""
    return json.loads(json.dumps(tree))


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
