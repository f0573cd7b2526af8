"""Random and mutated nftables files. `python tests/configs/firewall/nftables/fuzzing.py --inputs 100000` runs many."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from configs.firewall.nftables import bug_cases, corpus, field_cases
from differential.handwritten import files

from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.firewall.nftables import read
from portspec.errors import InputError
from portspec.packets.addresses import parse_address
from portspec.source import SourceText

TEXTS: tuple[str, ...] = (
    *corpus.READ.values(),
    *(case.text for case in (*field_cases.CASES, *bug_cases.CASES)),
    *(path.read_text(encoding="utf-8") for path in files("nftables")),
)
WORDS = tuple(dict.fromkeys(" ".join(TEXTS).split())) + tuple('{};,=<>!&|^()"\\#$@*.-:/\n\t\0ä') + (
    "0x", "99999999999999999999", "-1", "::", "0/0", "1-", "-", "..", "$", "@", "{{", "jhash", "vmap", "map", "set",
    "10.0.0.0/8-10.0.0.1", "2001:db8::/129", "٣", "²", "0o7", "1_0", "add rule", "elements =", "0x1g", "1e3",
)  # fmt: skip
"""What mutations put in: every word of the good files, symbols, and what parsers stumble over."""

PACKETS = (
    Packet(parse_address("10.1.2.3"), parse_address("192.168.22.5"), 6, 22, source_port=40000),
    Packet(parse_address("2001:db8::1"), parse_address("2001:db8::2"), 17, None, state="established"),
)


def inputs(seed: int, count: int) -> Iterator[str]:
    """Texts of a seed, most of them a good file with a few changes."""
    rng = Random(seed)
    for _ in range(count):
        if rng.random() < 0.1:
            yield _soup(rng)
            continue
        text = rng.choice(TEXTS)
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            text = _changed(rng, text)
        yield text


def _soup(rng: Random) -> str:
    words = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 60)))
    return rng.choice((words, corpus.rule(words), f"table inet t {{\n set s {{\n type ipv4_addr\n {words}\n}}\n}}\n"))


def _changed(rng: Random, text: str) -> str:
    return _reworded(rng, text) if rng.random() < 0.6 else _cut(rng, text)


def _reworded(rng: Random, text: str) -> str:
    """A word of a rule or of an element gone, doubled or replaced."""
    lines = text.split("\n")
    chosen = [number for number, line in enumerate(lines) if len(line.split()) > 2 and "{" not in line.split()[2:3]]
    number = rng.choice(chosen or [0])
    words = lines[number].split(" ")
    at = rng.randrange(len(words))
    words[at : at + 1] = rng.choice(([], [words[at], rng.choice(WORDS)], [rng.choice(WORDS)], [rng.choice(words)]))
    lines[number] = " ".join(words)
    return "\n".join(lines)


def _cut(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    until = min(len(text), at + rng.choice((1, 1, 2, 5, 20, 200)))
    change = rng.randrange(5)
    if change == 0:
        return text[:at] + text[until:]
    if change == 1:
        return text[:until] + text[at:]
    if change == 2:
        return text[:at]
    if change == 3:
        other = rng.choice(TEXTS)
        start = rng.randrange(len(other))
        return text[:at] + other[start : start + rng.randint(1, 80)] + text[at:]
    return text[:at] + rng.choice(("", " ")) + rng.choice(WORDS) + rng.choice(("", " ")) + text[until:]


def tried(text: str) -> bool:
    """Whether the reader accepts a text; a model that it makes can be asked. Any exception but InputError gets out."""
    try:
        ruleset = read(SourceText("fuzz", text))
        for path in ("input", "forward"):
            for packet in PACKETS:
                replay(ruleset, path, packet)
    except InputError as error:
        if not str(error).startswith("fuzz:"):
            raise ValueError(f"an error without its place: {error}") from error
        return False
    return True


def main() -> int:
    """Run from the command line; 1 at the first text that is neither read nor refused."""
    parser = argparse.ArgumentParser(description="Random and mutated nftables files through the reader.")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    begun, accepted, slowest = time.monotonic(), 0, 0.0
    for text in inputs(options.seed, options.inputs):
        start = time.monotonic()
        try:
            accepted += tried(text)
        except Exception:
            print(f"neither read nor refused:\n{text!r}", file=sys.stderr)
            raise
        slowest = max(slowest, time.monotonic() - start)
    print(
        f"nftables: {options.inputs} inputs (seed {options.seed}), {accepted} read, {options.inputs - accepted} refused, "
        f"no other exception; the slowest took {slowest * 1000:.0f} ms; {time.monotonic() - begun:.0f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
