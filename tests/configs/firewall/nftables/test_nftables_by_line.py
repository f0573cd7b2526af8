"""Large files are read line by line where rules are alike: the model is the one that reading word by word gives."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from differential import nft_rulesets
from running import REPOSITORY

from portspec.configs.firewall import halves
from portspec.configs.firewall.columns import columns_of
from portspec.configs.firewall.nftables import lower, rule_lines
from portspec.errors import InputError
from portspec.source import SourceText

HANDWRITTEN = sorted((REPOSITORY / "tests/differential/rulesets/nftables").glob("*.nft"))
ALL = 10**9


def shown(text: str, large: int, monkeypatch: pytest.MonkeyPatch) -> object:
    """The chains with their rules, one row to a rule, or the error."""
    monkeypatch.setattr(lower, "LARGE", large)
    try:
        found = lower.read_ruleset(SourceText("x.nft", text))
    except InputError as error:
        return str(error)
    return [
        (key, chain.hook, chain.policy, chain.span, [tuple(rule) for rule in columns_of(chain.rules)])
        for key, chain in found.chains.items()
    ]


def assert_same(text: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """By line and by word are the same, and what that is."""
    by_word = shown(text, ALL, monkeypatch)
    assert shown(text, 0, monkeypatch) == by_word
    return by_word


@pytest.mark.parametrize("path", HANDWRITTEN, ids=lambda path: path.stem)
def test_files_written_by_hand(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(path.read_text(), monkeypatch)


def test_random_rulesets(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(150):
        assert_same(nft_rulesets.generate(seed, probes=1).text, monkeypatch)


MATCHES = (
    "ct state new", "ct state established,related", 'iifname "eth0"', "iif lo", "oifname != \"br*\"", "meta l4proto tcp",
    "ip protocol udp", "meta nfproto ipv4", "meta nfproto ipv6", "ip saddr @few", "ip daddr != @few", "ip saddr @all",
    "tcp flags syn / fin,syn,rst,ack", "ip6 saddr ::1", "limit rate 3/second", "meta mark 0x1",
)  # fmt: skip
ADDRESSES = ("10.0.0.1", "10.0.0.77/24", "0.0.0.0/0", "198.51.100.0/25", "10.0.0.1/33", "10.0.0.256", "010.0.0.1")
PORTS = ("22", "0", "65535", "65536", "080", "1-5", "{ 80, 443 }", "https", "!= 22", "@ports", "{ 80, 100-200 }")
VERDICTS = ("accept", "drop", "return", "continue", "jump one", "goto two", "jump three", "reject",
            "reject with icmpx admin-prohibited", "reject with tcp reset", "queue", "log", "masquerade")  # fmt: skip
ENDS = ("", "", ' comment "a ticket 1"', " # handle 12", ' comment "x" # handle 3', " # a word", "  ", ";", " ; drop")


def line(pick: Random, addresses: tuple[str, ...], ports: tuple[str, ...], verdicts: tuple[str, ...]) -> str:
    """A rule that is nearly of a known form."""
    parts = [pick.choice(MATCHES)] if pick.random() < 0.3 else []
    if pick.random() < 0.7:
        parts.append(f"ip saddr {pick.choice(addresses)}")
    if pick.random() < 0.5:
        parts.append(f"ip daddr {pick.choice(addresses)}")
    if pick.random() < 0.3:
        parts.append(pick.choice(MATCHES))
    if pick.random() < 0.7:
        parts.append(f"{pick.choice(('tcp', 'udp', 'sctp', 'th'))} dport {pick.choice(ports)}")
    if pick.random() < 0.2:
        parts.append(pick.choice(MATCHES))
    if pick.random() < 0.3:
        parts.append(pick.choice(("counter", "counter packets 12 bytes 345")))
    parts.append(pick.choice(verdicts))
    return "\t\t" + " ".join(parts) + pick.choice(ENDS)


def ruleset(lines: list[str], family: str = "inet") -> str:
    """The lines as rules of two chains."""
    half = len(lines) // 2
    rules = "\n".join(lines[:half]), "\n".join(lines[half:])
    return (
        f"table {family} t {{\n\tset few {{ type ipv4_addr; elements = {{ 10.0.0.1, 10.0.0.9 }} }}\n"
        "\tset all { type ipv4_addr; flags interval; elements = { 0.0.0.0/0 } }\n"
        "\tset ports { type inet_service; elements = { 22, 443 } }\n"
        f"\tchain one {{\n{rules[0]}\n\t}}\n\tchain two {{ }}\n"
        f"\tchain in {{\n\t\ttype filter hook input priority filter; policy drop;\n{rules[1]}\n\t}}\n}}\n"
    ).replace("jump one", "jump two")


GOOD_PORTS = tuple(port for port in PORTS if port not in ("65536", "080"))


def test_lines_that_are_nearly_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    for seed in range(300):
        pick = Random(seed)
        right = seed % 2 == 0
        addresses = ADDRESSES[:4] if right else ADDRESSES
        verdicts = tuple(one for one in VERDICTS if one != "jump three") if right else VERDICTS
        ports = GOOD_PORTS if right else PORTS
        made = [line(pick, addresses, ports, verdicts) for _ in range(pick.randint(1, 60 if right else 4))]
        found = assert_same(ruleset(made, pick.choice(("inet", "inet", "ip", "ip6"))), monkeypatch)
        read += not isinstance(found, str)
    assert read > 50


ELSEWHERE = {
    "a verdict in the elements of a map": "map m { type ipv4_addr : verdict; elements = { 10.0.0.1 :\ndrop\n} }",
    "rules in braces": "chain c { ip saddr 10.0.0.1 jump {\nip saddr 10.0.0.2 tcp dport 22 accept\n} }",
    "a rule outside of a chain": "tcp dport 22 accept",
    "a list over several lines": "chain c { tcp dport {\n22,\n80 } accept\n ip saddr 10.0.0.1 drop\n}",
    "a line that goes on": "chain c { ip saddr 10.0.0.1 \\\n tcp dport 22 accept\n}",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_looks_like_a_rule_elsewhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(f"table ip t {{\n{ELSEWHERE[name]}\n}}\n", monkeypatch)
    assert_same(f"{ELSEWHERE[name]}\n", monkeypatch)


def test_what_an_address_comes_to_beside_a_set_is_not_taken_from_another_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line lies in the set, the others do not: they match nothing."""
    lines = [f"ip saddr @few ip saddr 10.0.0.{last} tcp dport 22 accept" for last in (1, 2, 9, 3)]
    found = assert_same(ruleset(lines * 2), monkeypatch)
    assert isinstance(found, list)
    assert len(found[0][4]) == 2


@pytest.mark.parametrize("processors", [1, 2])
@pytest.mark.parametrize("part", [1, 60, 100_000])
def test_parts_and_halves_make_the_whole(monkeypatch: pytest.MonkeyPatch, part: int, processors: int) -> None:
    monkeypatch.setattr(rule_lines, "PART", part)
    monkeypatch.setattr(rule_lines, "IN_HALVES", 100)
    monkeypatch.setattr(halves, "_processors", lambda: processors)
    pick = Random(part)
    verdicts = ("accept", "drop", "jump two", "log")
    for _ in range(10):
        made = [line(pick, ADDRESSES[:4], GOOD_PORTS, verdicts) for _ in range(50)]
        assert not isinstance(assert_same(ruleset(made), monkeypatch), str)
