"""Many damaged configs through the filter readers that have no campaign of their own: a model or one clear error with its place, and
nothing else, within a second.

`python tests/configs/firewall/fuzz_campaign.py --inputs 100000 --seed 7 [--reader commands]`
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.folders import JoinedText
from portspec.configs.registry import readers
from portspec.errors import InputError
from portspec.packets.addresses import parse_address
from portspec.source import SourceText

LONGEST = 1.0
"""Seconds that one damaged config may take."""
PACKETS = (
    ("input", Packet(parse_address("10.1.2.3"), parse_address("192.168.22.5"), 6, 22, source_port=40000)),
    ("forward", Packet(parse_address("2001:db8::1"), parse_address("2001:db8::2"), 17, None, state="established")),
    ("output", Packet(parse_address("192.168.22.5"), parse_address("10.1.2.3"), 1, None, out_interface="eth0")),
)
BITS = (
    "'",
    '"',
    "\\",
    "$",
    "${A}",
    ";",
    "&&",
    "|",
    "\n",
    "#",
    "{",
    "}",
    "é",
    "\x00",
    "\ud800",
    "99999999999",
    "-1",
    "::",
    "/",
    ":",
    "- ",
    "\t",
    "&a ",
    "*a",
)


class Fuzzer(NamedTuple):
    """Makes a text, and tells whether a reader takes it; whatever else comes of it is an exception."""

    damaged: Callable[[Random], str]
    tried: Callable[[str], bool]


def asked(ruleset: Ruleset) -> bool:
    """A model answers, and its rules lie in the file."""
    for path, packet in PACKETS:
        assert replay(ruleset, path, packet).verdict in ("accept", "drop", "reject", "unknown")
    return True


def reading(
    format_: str, source: Callable[[str], SourceText] = lambda text: SourceText("fuzz", text)
) -> Callable[[str], bool]:
    """Whether the reader of a format takes a text."""

    def tried(text: str) -> bool:
        reader = readers()[format_]
        reader.sniff(text)
        given = source(text)
        try:
            model = reader.read(given)
        except InputError as error:
            placed = 0 <= error.line <= given.text.count("\n") + 1 and str(error).startswith(("fuzz", "sets", "("))
            if not (placed and error.message):
                raise AssertionError(f"no place in the file: {error}") from error
            return False
        assert isinstance(model, Ruleset)
        return asked(model)

    return tried


def changed(texts: Sequence[str]) -> Callable[[Random], str]:
    """Some texts with words, lines and characters of theirs changed."""
    words = [*dict.fromkeys(" ".join(texts).split()), *BITS]

    def damaged(pick: Random) -> str:
        if pick.random() < 0.05:
            return "\n".join(" ".join(pick.choices(words, k=pick.randint(0, 9))) for _ in range(pick.randint(1, 5)))
        text = pick.choice(texts)
        for _ in range(pick.choice((0, 1, 1, 1, 2, 5))):
            text = _changed(pick, text, texts, words)
        return text

    return damaged


def _changed(pick: Random, text: str, texts: Sequence[str], words: Sequence[str]) -> str:
    """One change to a line or to a stretch of characters."""
    lines = text.split("\n")
    at = pick.randrange(len(lines))
    parts = lines[at].split(" ")
    match pick.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, pick.choice(pick.choice(texts).split("\n")))
        case 2:
            lines.insert(at, lines[at])
        case 3 | 4:
            parts[pick.randrange(len(parts))] = pick.choice(words)
            lines[at] = " ".join(parts)
        case _:
            start = pick.randint(0, len(text))
            return text[:start] + pick.choice(("", pick.choice(BITS))) + text[start + pick.choice((0, 1, 3, 30)) :]
    return "\n".join(lines)


def firewalld() -> Fuzzer:
    """Folders, single XML files and listings."""
    from configs.firewall.firewalld import firewalld_fuzzing

    return Fuzzer(lambda pick: next(firewalld_fuzzing.inputs(pick.randrange(1 << 40), 1)), firewalld_fuzzing.tried)


def commands() -> Fuzzer:
    """Scripts and Ansible tasks, of iptables, nft, firewall-cmd and ufw."""
    from configs.firewall.commands.test_commands import BUILT, REFUSED

    good = [text for text, _ in BUILT.values()]
    return Fuzzer(changed([*good, *good, *(text for text, _ in REFUSED.values())]), reading("commands"))


def machineconfig() -> Fuzzer:
    """MachineConfig and Butane objects."""
    from configs.firewall.machineconfig.test_machineconfig import ANSWERS, REFUSED

    good = [text for text, _ in ANSWERS.values()]
    return Fuzzer(changed([*good, *good, *(text for text, _ in REFUSED.values())]), reading("machineconfig"))


def nftables_json() -> Fuzzer:
    """What `nft -j list ruleset` prints."""
    from configs.firewall.nftables.test_nftables_json import ANSWERS, inside, mutated

    trees = [json.loads(text) for text, _ in ANSWERS.values()]
    pool = [part for tree in trees for part in inside(tree)]
    by_text = changed([text for text, _ in ANSWERS.values()])

    def damaged(pick: Random) -> str:
        return by_text(pick) if pick.random() < 0.2 else json.dumps(mutated(pick, pick.choice(trees), pool))

    return Fuzzer(damaged, reading("nftables"))


def ipsets() -> Fuzzer:
    """What `ipset save` prints, beside a file of iptables."""
    from configs.firewall.iptables.test_ipset_file import MATCHES, REFUSED

    rules = {
        flags: f"*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set s {flags} -j ACCEPT\nCOMMIT\n"
        for _, flags, _ in MATCHES.values()
    }
    texts = [f"{sets}\n" for sets, _, _ in MATCHES.values()] * 2 + [f"{sets}\n" for sets, _ in REFUSED.values()]
    damaged = changed(texts)

    def source(text: str) -> SourceText:
        flags = list(rules)[len(text) % len(rules)]
        return JoinedText(
            "fuzz",
            [
                SourceText("fuzz", rules[flags]),
                SourceText("sets", f"create s hash:ip\n{text}" if "create s " not in text else text),
            ],
        )

    return Fuzzer(damaged, reading("iptables", source))


FUZZERS = {
    "firewalld": firewalld,
    "commands": commands,
    "machineconfig": machineconfig,
    "nftables-json": nftables_json,
    "ipset-save": ipsets,
}


@cache
def fuzzer(name: str) -> Fuzzer:
    """The fuzzer of a name, made once."""
    return FUZZERS[name]()


def read_whole(name: str, rounds: int, first: int) -> int:
    """Try the damaged configs of so many seeds, from one on; how many of them were read whole."""
    of = fuzzer(name)
    found = 0
    for seed in range(first, first + rounds):
        text = of.damaged(Random(seed))
        started = time.process_time()
        try:
            found += of.tried(text)
        except Exception as error:
            raise AssertionError(f"{name}, seed {seed}: {text!r}") from error
        assert time.process_time() - started < LONGEST, (name, seed)
    return found


def main() -> int:
    """Run from the command line; an assertion names the seed of the first config that is neither read nor refused."""
    parser = argparse.ArgumentParser(description="Damaged filter configs through their readers.")
    parser.add_argument("--inputs", type=int, default=10_000, help="of each (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first; the others follow (default: 0)")
    parser.add_argument("--reader", choices=FUZZERS, action="append", help="only this one")
    options = parser.parse_args()
    for name in options.reader or FUZZERS:
        begun = time.monotonic()
        read = read_whole(name, options.inputs, options.seed)
        refused = options.inputs - read
        print(
            f"{name}: {options.inputs} inputs, {read} read, {refused} refused; {time.monotonic() - begun:.0f} s",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
