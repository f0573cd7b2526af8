"""Lines read in columns mean what they mean when they are read one by one, and what a naive evaluator makes of them."""

from __future__ import annotations

from random import Random

import pytest
from configs.firewall.iptables.compact import rules
from configs.firewall.iptables.generated_tables import random_rules, table

from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.iptables import read, scan
from portspec.configs.firewall.naive import Packet, replay
from portspec.packets.addresses import parse_address, parse_addresses
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports
from portspec.source import SourceText


def one_by_one(lines: list[str]) -> list[str]:
    """The same rules with counters before them, which no line in a column has."""
    return [line if line.startswith("[") else f"[7:420] {line}" for line in lines]


def read_alone(lines: list[str]) -> list[str]:
    """Those that are right; what is wrong with the others is the same in both ways of reading."""
    kept = []
    for line in lines:
        ours, theirs = rules(table([line])), rules(table(one_by_one([line])))
        if ours[:1] and ours[0].startswith("file:"):
            assert _message(ours[0]) == _message(theirs[0]), line
        else:
            assert ours == theirs, line
            kept.append(line)
    return kept


def _message(error: str) -> str:
    return error.split(": ", 1)[1]


@pytest.mark.parametrize("seed", range(40))
def test_in_columns_and_one_by_one(seed: int) -> None:
    rng = Random(f"columns {seed}")
    lines = read_alone(random_rules(rng, 60, odd=rng.choice((0.0, 0.1, 0.5, 1.0))))
    assert lines
    assert rules(table(lines)) == rules(table(one_by_one(lines)))


def test_a_column_of_thousands_with_odd_lines_between() -> None:
    rng = Random("many")
    lines = read_alone(random_rules(rng, 120, odd=1.0))
    many = [
        f"-A INPUT -s 10.{n >> 8}.{n & 255}.{n % 7}/32 -p tcp -m tcp --dport {n % 50 + 1} -j ACCEPT"
        for n in range(3000)
    ]
    for line in lines:
        many.insert(rng.randrange(len(many)), line)
    assert rules(table(many)) == rules(table(one_by_one(many)))


SOURCES = [parse_address(f"10.0.0.{last}") for last in range(8)]
DESTINATIONS = [parse_address(f"10.0.0.{last}") for last in (1, 5, 9)]
PORTS = (21, 22, 53, 80, 81, 443)


def test_both_evaluators_on_what_was_read() -> None:
    seen = {verdict for seed in range(8) for verdict in evaluated(seed)}
    assert seen == {"accept", "drop", "reject", "unknown"}


def evaluated(seed: int) -> set[str]:
    """The verdicts of both evaluators on the packets of a small universe, which must be the same."""
    rng = Random(f"evaluators {seed}")
    # Without rules for every port, behind which nothing would count.
    lines = [
        line for line in read_alone(random_rules(rng, 60, odd=0.6)) if "port" in line or " -A INPUT" not in f" {line}"
    ]
    filler = [
        f"-A INPUT -s 172.16.{n >> 8}.{n & 255}/32 -p tcp -m tcp --dport {n % 9 + 1} -j ACCEPT" for n in range(2000)
    ]
    for line in lines:
        filler.insert(rng.randrange(len(filler)), line)
    ruleset = read(SourceText("file", table(filler)))
    context = Context(source_ports=IntervalSet.of(1024, 65535), in_interface="eth0", out_interface="")
    judge = Judge(ruleset)
    query = [Box(parse_addresses("10.0.0.0/29"), parse_addresses("10.0.0.0/28"), ports(6) | ports(17))]
    answer = judge.partition("input", query, context)
    accepted = judge.accepted("input", query, context)
    seen: set[str] = set()
    for source in SOURCES:
        for destination in DESTINATIONS:
            for transport in (6, 17):
                for port in PORTS:
                    packet = Packet(source, destination, transport, port, source_port=40000, in_interface="eth0")
                    verdict = replay(ruleset, "input", packet).verdict
                    seen.add(verdict)
                    point = (source, destination, transport << 16 | port)
                    parts = [name for name in ("allowed", "blocked", "unknown") if _holds(getattr(answer, name), point)]
                    assert parts == [{"accept": "allowed", "unknown": "unknown"}.get(verdict, "blocked")], packet
                    assert _holds(boxes_of(accepted.certain), point) == (verdict == "accept")
                    assert _holds(boxes_of(accepted.possible), point) == (verdict in ("accept", "unknown"))
    return seen


def _holds(boxes: tuple[Box, ...] | list[Box], packet: tuple[int, int, int]) -> bool:
    source, destination, point = packet
    return any(source in box.sources and destination in box.destinations and point in box.ports for box in boxes)


def test_a_text_so_large_that_it_is_read_in_parts() -> None:
    rng = Random("large")
    odd = read_alone(random_rules(rng, 40, odd=1.0))
    many = [
        f"-A {'web' if n % 1000 < 3 else 'INPUT'} -s 10.{n >> 8}.{n & 255}.{n % 7}/32 -d 192.168.{n % 5}.0/24 -p tcp -m tcp --dport {n % 50 + 1} -j ACCEPT"
        for n in range(14_000)
    ]
    for line in odd:
        many.insert(rng.randrange(len(many)), line)
    text = table(many).replace(":one", ":web - [0:0]\n:one", 1)
    assert len(text) > 1_100_000
    whole = read(SourceText("file", text)).chains
    by_itself = {
        line: read(SourceText("file", table([line]).replace(":one", ":web - [0:0]\n:one", 1))).chains for line in odd
    }
    first = text.count("\n", 0, text.index("-A ")) + 1
    found: dict[int, list[tuple[object, ...]]] = {}
    for (_, name), chain in whole.items():
        for rule in chain.rules:
            found.setdefault(rule.span.line - first, []).append(
                (name, rule.boxes, rule.conditions, rule.action, rule.target)
            )
    for at, line in enumerate(many):
        if line in by_itself:
            expected = [
                (key[1], rule.boxes, rule.conditions, rule.action, rule.target)
                for key, chain in by_itself[line].items()
                for rule in chain.rules
            ]
            assert found.get(at, []) == expected, line
            continue
        words = line.split()
        (row,) = found[at]
        box = Box(parse_addresses(words[3]), parse_addresses(words[5]), ports(6, int(words[11]), int(words[11])))
        assert row == (words[1], (box,), (), "accept", "")


V6_ADDRESSES = (
    "2001:db8::1",
    "2001:db8::1/128",
    "2001:db8::/32",
    "2001:db8::/127",
    "::/0",
    "fe80::/10",
    "2001:db8::2/32",
)


@pytest.mark.parametrize("part", [200, 100_000])
def test_columns_of_ipv6(monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(scan, "PART", part)
    lines = [
        f"-A INPUT -s {source} -d {destination} -p tcp -m multiport --dports 22,{port} -j ACCEPT"
        for source in V6_ADDRESSES
        for destination in V6_ADDRESSES
        for port in (80, 443, 22)
    ]
    found = rules(table(lines))
    assert len(found) == len(lines)
    assert found == rules(table(one_by_one(lines)))


@pytest.mark.parametrize(
    "wrong",
    [
        "-d 10.0.0.256/32 -p tcp -m tcp --dport 22",
        "-d 10.0.0.0/33 -p tcp -m tcp --dport 22",
        "-s 10.0.0.1/32/32 -p tcp -m tcp --dport 22",
        "-s 10.0.0.1/ -p tcp -m tcp --dport 22",
        "-s 10.0.0.1/32, -p tcp -m tcp --dport 22",
        "-s 10.0.0.1 -p tcp -m tcp --dport 65536",
        "-s 10.0.0.1 -p tcp -m multiport --dports 22,65536",
        "-s 10.0.0.1 -p tcp -m multiport --dports 22,,80",
    ],
)
@pytest.mark.parametrize("part", [200, 100_000])
def test_a_wrong_value_in_a_column(monkeypatch: pytest.MonkeyPatch, part: int, wrong: str) -> None:
    """It is told at its line, wherever among hundreds it stands, and however often."""
    monkeypatch.setattr(scan, "PART", part)
    line = f"-A INPUT {wrong} -j ACCEPT"
    (alone,) = rules(table(one_by_one([line])))
    assert alone.startswith("file:")
    many = [
        f"-A INPUT -s 10.1.{n >> 8}.{n & 255}/32 -d 10.0.0.{n % 3}/32 -p tcp -m tcp --dport 22 -j DROP"
        for n in range(300)
    ]
    before = table([]).count("\n") - 1
    for at in (0, 150, 300):
        (error,) = rules(table([*many[:at], line, *many[at:], line]))
        assert error.startswith(f"file:{before + at + 1}:")
        assert _message(error) == _message(alone)
