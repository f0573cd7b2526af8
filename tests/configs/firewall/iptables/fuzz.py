"""Mutated and random texts for the iptables reader: a model or an InputError, within bounded time, and never anything else.

A campaign: `PYTHONPATH=src:tests python tests/configs/firewall/iptables/fuzz.py 100000`.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random

from configs.firewall.iptables.file_cases import FILES, NO_FILES
from configs.firewall.iptables.rule_cases import CASES, HEAD, REFUSED

from portspec.configs.firewall.iptables import read, sniff
from portspec.configs.firewall.naive import Packet, replay
from portspec.errors import InputError
from portspec.source import SourceText

GOOD = [*(text for _, text, _ in FILES), *(case.text for case in CASES)]
SEEDS = [
    *GOOD,
    *(text for _, text, _ in NO_FILES if len(text) < 5000),
    *(f"{HEAD}{lines}\nCOMMIT\n" for _, lines, _ in REFUSED if len(lines) < 500),
]
WORDS = sorted({word for text in SEEDS for word in text.split()})
CHARACTERS = " \t\n\r\"'\\!,:/-+*#[]=.0129aAxX²é\u2028\x0b\x0c\x85\ufeff{}$<%"
LONGEST = 20.0
"""Seconds for one text; what is measured is thousands of times less."""


def mutated(rng: Random) -> str:
    """A text that is nearly right, or not at all."""
    roll = rng.random()
    if roll < 0.05:
        return "".join(rng.choices(CHARACTERS, k=rng.randint(0, 200)))
    if roll < 0.2:
        lines = [" ".join(["-A", "INPUT", *rng.choices(WORDS, k=rng.randint(0, 9))]) for _ in range(rng.randint(1, 5))]
        return "\n".join((HEAD.rstrip(), *lines, "COMMIT", ""))
    text = rng.choice(SEEDS if roll < 0.4 else GOOD)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 5))):
        text = rng.choice(MUTATORS)(rng, text)
    return text


def _character(rng: Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(CHARACTERS) + text[at + rng.randint(0, 1) :]


def _cut(rng: Random, text: str) -> str:
    start = rng.randint(0, len(text))
    return text[:start] + text[start + rng.choice((1, 2, 10, 100)) :]


def _word(rng: Random, text: str) -> str:
    words = text.split(" ")
    at = rng.randrange(len(words))
    words[at : at + rng.randint(0, 2)] = rng.choices(WORDS, k=rng.randint(0, 2))
    return " ".join(words)


def _line(rng: Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    other = rng.choice(rng.choice(SEEDS).split("\n"))
    lines[at : at + rng.randint(0, 1)] = [other] * rng.choice((0, 1, 1, 2))
    return "\n".join(lines)


def _swap(rng: Random, text: str) -> str:
    words = text.split(" ")
    one, other = rng.randrange(len(words)), rng.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _repeat(rng: Random, text: str) -> str:
    start = rng.randint(0, len(text))
    piece = text[start : start + rng.randint(1, 20)]
    return text[:start] + piece * rng.choice((2, 3, 50)) + text[start:]


MUTATORS = (_character, _character, _cut, _word, _word, _line, _swap, _repeat)


def outcome(text: str) -> str:
    """What the reader makes of a text: `read` or `refused`. Raises whatever else it raises."""
    started = time.perf_counter()
    sniff(text)
    ruleset, error = None, None
    try:
        ruleset = read(SourceText("file", text))
    except InputError as raised:
        error = raised
    assert time.perf_counter() - started < LONGEST, "too long"
    if ruleset is None:
        assert error is not None
        assert 0 <= error.line <= text.count("\n") + 1
        assert error.message
        assert str(error).startswith("file")
        return "refused"
    for chain in ruleset.chains.values():
        for rule in chain.rules:
            assert 1 <= rule.span.line <= text.count("\n") + 1
            assert rule.span.column <= rule.span.end_column
    replay(ruleset, "input", Packet(0x0A010203, 0xC0A81605, "tcp", 22, source_port=40000, in_interface="eth0"))
    return "read"


def campaign(count: int, seed: str) -> Counter[str]:
    """How many texts were read, and how many refused. The text that breaks the reader is printed."""
    rng = Random(seed)
    found: Counter[str] = Counter()
    for _ in range(count):
        text = mutated(rng)
        try:
            found[outcome(text)] += 1
        except Exception:
            print(repr(text), file=sys.stderr)
            raise
    return found


if __name__ == "__main__":
    print(dict(campaign(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "campaign")))
