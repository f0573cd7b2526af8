"""Whatever stands in a file, the reader makes a model of it or refuses it, and soon. PORTSPEC_FUZZ=N tries N texts, and
hostile files of a whole megabyte."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest
from configs.firewall.nftables.fuzzing import TEXTS, inputs, tried

COUNT = int(os.environ.get("PORTSPEC_FUZZ", "4000"))
SCALE = 1.0 if "PORTSPEC_FUZZ" in os.environ else 0.2
"""How much of a megabyte the hostile files have."""
LONGEST = 10.0
"""Seconds for a hostile file."""

MEGABYTE = 1_000_000


def many(count: int) -> int:
    """A number of things, scaled to the size that is tried."""
    return int(count * SCALE)


HEAD = "table inet t {\n"
BASE = " chain c {\n  type filter hook input priority 0; policy drop;\n"
TAIL = " }\n}\n"


def chained(link: str) -> str:
    """Chains that each lead on to the next, as many as a megabyte holds."""
    count = many(MEGABYTE) // (len(link) + 25)
    chains = "".join(f" chain x{number} {{ {link % (number + 1)}; }}\n" for number in range(count))
    return HEAD + chains + f" chain x{count} {{ accept; }}\n" + BASE + "  jump x0\n" + TAIL


def rules(rule: Callable[[int], str]) -> str:
    """A base chain of a megabyte of rules."""
    lines: list[str] = []
    size = 0
    while size < many(MEGABYTE):
        lines.append(f"  {rule(len(lines))}\n")
        size += len(lines[-1])
    return HEAD + BASE + "".join(lines) + TAIL


def listed(element: Callable[[int], str], count: int) -> str:
    return "{ " + ", ".join(element(number) for number in range(count)) + " }"


def octets(number: int) -> str:
    return f"{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


HOSTILE: dict[str, Callable[[], str]] = {
    "jumps through every chain": lambda: chained("jump x%d"),
    "gotos through every chain": lambda: chained("tcp dport 22 goto x%d"),
    "a loop of all chains": lambda: chained("jump x%d").replace("{ accept; }", "{ jump x0; }"),
    "verdict maps that lead to each other": lambda: chained("tcp dport vmap { 22 : jump x%d, * : drop }"),
    "braces": lambda: HEAD + BASE + "tcp dport " + "{" * many(MEGABYTE) + "\n" + TAIL,
    "braces closed": lambda: HEAD + BASE + "tcp dport " + "{" * many(400_000) + "22" + "}" * many(400_000) + " accept\n" + TAIL,
    "blocks": lambda: "table inet t {\n" * many(60_000),
    "parentheses": lambda: HEAD + BASE + "tcp flags & " + "(" * many(900_000) + "syn == syn accept\n" + TAIL,
    "a long line": lambda: HEAD + BASE + "  accept comment \"" + "x" * 1_100_000 + "\"\n" + TAIL,
    "a long word": lambda: HEAD + BASE + "  tcp dport " + "9" * many(900_000) + " accept\n" + TAIL,
    "a long address": lambda: HEAD + BASE + "  ip saddr " + "1." * many(400_000) + " accept\n" + TAIL,
    "a huge set of addresses": lambda: HEAD + f" set s {{ type ipv4_addr; elements = {listed(lambda n: f'10.{octets(n)}'[:15], many(60_000))} }}\n"
    + BASE + "  ip saddr @s accept\n" * 50 + TAIL,
    "a huge anonymous set of ports": lambda: HEAD + BASE + f"  tcp dport {listed(lambda n: str(n % 65536), many(150_000))} accept\n" + TAIL,
    "a huge negated set": lambda: HEAD + BASE + f"  ip saddr != {listed(lambda n: f'10.{octets(2 * n)}', many(55_000))} accept\n" + TAIL,
    "a huge verdict map": lambda: HEAD + BASE + f"  tcp dport vmap {listed(lambda n: f'{n % 65536} : accept', many(65_000))}\n" + TAIL,
    "a huge verdict map with a default": lambda: HEAD + BASE + f"  ip saddr vmap {listed(lambda n: f'10.{octets(2 * n)} : continue', many(30_000))[:-2]}, * : drop }} drop\n" + TAIL,
    "overlapping ranges in concatenations": lambda: HEAD + BASE
    + f"  ip saddr . tcp dport {listed(lambda n: f'10.0.0.{n % 200}-10.9.{n % 251}.255 . {n % 60000}-{n % 60000 + 5000}', many(20_000))} accept\n" + TAIL,
    "overlapping ranges not in concatenations": lambda: HEAD + BASE
    + f"  ip saddr . tcp dport != {listed(lambda n: f'10.0.0.{n % 200}-10.9.{n % 251}.255 . {n % 60000}-{n % 60000 + 5000}', many(20_000))} accept\n" + TAIL,
    "concatenations of interfaces": lambda: HEAD + BASE + f"  iifname . tcp dport {listed(lambda n: f'eth{n} . {n % 65536}', many(42_000))} accept\n" + TAIL,
    "many choices in a rule": lambda: rules(lambda n: f"th dport {n % 65536} th dport 23 th sport 24 th dport 25 th dport 26 th sport 1 th dport 3 th dport 9 th dport 5 th dport 6 th dport 7 accept"),
    "flags in every rule": lambda: rules(lambda n: f"tcp flags {{ fin, syn, rst, psh, ack, urg | ack }} tcp flags != {{ {n % 256}, 3, 77 }} accept"),
    "variables that double": lambda: "".join(f"define V{n} = {{ $V{n - 1}, $V{n - 1} }}\n" if n else "define V0 = { 22, 80 }\n" for n in range(40))
    + HEAD + BASE + "  tcp dport $V39 accept\n" + TAIL,
    "many variables": lambda: "".join(f"define V{n} = {n % 65536}\n" for n in range(many(30_000))) + HEAD + BASE + "".join(f"  tcp dport $V{n} accept\n" for n in range(many(20_000))) + TAIL,
    "many tables": lambda: "".join(f"table inet t{n} {{ chain c {{ type filter hook input priority {n}; drop; }}; }}\n" for n in range(many(14_000))),
    "many inserted rules": lambda: "add table inet t\nadd chain inet t c\n" + "insert rule inet t c tcp dport 22 accept\n" * many(24_000),
    "many elements added": lambda: "add table inet t\nadd set inet t s { type inet_service; }\n" + "add element inet t s { 22 }\n" * many(35_000)
    + "add chain inet t c { type filter hook input priority 0; }\nadd rule inet t c tcp dport @s accept\n",
    "dots": lambda: HEAD + BASE + "  ip saddr" + " . ip saddr" * many(90_000) + " accept\n" + TAIL,
    "hashes": lambda: HEAD + BASE + "  " + "jhash " * many(150_000) + "\n" + TAIL,
    "commas": lambda: HEAD + BASE + "  tcp dport {" + "," * many(900_000) + "} accept\n" + TAIL,
    "quotes": lambda: HEAD + BASE + '"" ' * many(300_000) + "\n" + TAIL,
    "semicolons": lambda: HEAD + BASE + ";" * many(900_000) + "\n" + TAIL,
    "colons": lambda: HEAD + BASE + "  tcp dport " + ":" * many(900_000) + " accept\n" + TAIL,
    "comments": lambda: "#" * many(900_000) + "\n" + HEAD + BASE + "  accept # " + "{" * many(90_000) + "\n" + TAIL,
    "line ends": lambda: "\n" * many(900_000) + HEAD + BASE + "  accept\n" + TAIL,
    "backslashes": lambda: HEAD + BASE + "\\\n" * many(400_000) + "accept\n" + TAIL,
}  # fmt: skip


def test_mutated_files() -> None:
    accepted = sum(tried(text) for text in inputs(20260, COUNT))
    # Were nearly all of them refused at their first word, this would try little.
    assert 0.1 < accepted / COUNT < 0.9


def test_the_files_that_are_mutated_are_good() -> None:
    assert all(tried(text) for text in TEXTS)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(name: str) -> None:
    text = HOSTILE[name]()
    assert len(text) > 600_000 * SCALE or name == "variables that double"
    begun = time.monotonic()
    tried(text)
    assert time.monotonic() - begun < LONGEST
