"""Rules of no effect: those that are found have none, and in small chains none is missed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import NamedTuple

import pytest
from differential import ipt_rulesets, nft_rulesets
from differential.probes import Probe

from portspec.configs.firewall import iptables, nftables, shadows
from portspec.configs.firewall.columns import columns_of
from portspec.configs.firewall.model import (
    Action,
    Chain,
    Condition,
    InterfaceCondition,
    Rule,
    Ruleset,
    SourcePortCondition,
    StateCondition,
    Unknown,
)
from portspec.configs.firewall.naive import Packet, replay
from portspec.configs.firewall.shadows import Covered, idle, lets_the_rest_in
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import ports
from portspec.source import SourceText, Span


class Case(NamedTuple):
    """Rules of an input chain, one to a line from line 3 on, and what of them has no effect: `kind line by lines`."""

    name: str
    rules: tuple[str, ...]
    expected: tuple[str, ...]


CASES = (
    Case("nothing", ("tcp dport 22 accept", "tcp dport 23 drop"), ()),
    Case("otherwise", ("tcp dport 20-30 accept", "tcp dport 22 drop"), ("shadowed 4 by 3",)),
    Case("alike", ("tcp dport 20-30 accept", "ip saddr 10.0.0.1 tcp dport 22 accept"), ("redundant 4 by 3",)),
    Case("a drop and a reject are alike", ("tcp dport 22 drop", "tcp dport 22 reject"), ("redundant 4 by 3",)),
    Case(
        "two halves",
        ("ip saddr 0.0.0.0/1 tcp dport 22 accept", "ip saddr 128.0.0.0/1 tcp dport 22 drop", "ip protocol tcp tcp dport 22 accept"),
        ("shadowed 5 by 3 4",),
    ),
    Case("one half is not the whole", ("ip saddr 0.0.0.0/1 tcp dport 22 accept", "tcp dport 22 accept"), ()),
    Case("IPv4 is not the whole", ("ip saddr 0.0.0.0/0 tcp dport 22 accept", "tcp dport 22 accept"), ()),
    Case("a state takes a part", ("ct state established accept", "tcp dport 22 drop"), ()),
    Case("a wider state", ("ct state new,established accept", "ct state new tcp dport 22 drop"), ("shadowed 4 by 3",)),
    Case("a narrower state", ("ct state new accept", "ct state new,established tcp dport 22 drop"), ()),
    Case("an interface", ('iifname "eth*" accept', 'iifname "eth0" tcp dport 22 drop'), ("shadowed 4 by 3",)),
    Case("another interface", ('iifname "eth0" accept', 'iifname "eth1" tcp dport 22 drop'), ()),
    Case("all but an interface", ('iifname != "lo" accept', 'iifname "eth1" tcp dport 22 drop'), ("shadowed 4 by 3",)),
    Case("all but one, and more than that one", ('iifname != "eth1" accept', 'iifname "eth*" tcp dport 22 drop'), ()),
    Case("a limit may let it pass", ("tcp dport 22 limit rate 3/second accept", "tcp dport 22 drop"), ()),
    Case("behind a limit", ("tcp dport 22 drop", "tcp dport 22 limit rate 3/second accept"), ("shadowed 4 by 3",)),
    Case("a log decides nothing", ("tcp dport 22 log", "tcp dport 22 drop"), ()),
    Case("a log that nothing gets to", ("tcp dport 22 drop", "tcp dport 22 log"), ("unreached 4 by 3",)),
    Case("a return", ("tcp dport 22 return", "tcp dport 22 accept"), ("shadowed 4 by 3",)),
    Case("a jump comes back", ("tcp dport 22 jump other", "tcp dport 22 accept"), ()),
    Case("a goto does not", ("tcp dport 22 goto other", "tcp dport 22 accept"), ("shadowed 4 by 3",)),
    Case("two ports at once", ("tcp dport 22 tcp dport 23 accept",), ("never 3 by",)),
    Case("two states at once", ("ct state new ct state established accept",), ("never 3 by",)),
    Case("no element", ("ip saddr @none tcp dport 22 accept",), ("never 3 by",)),
    Case("a map whose entries are taken", ("tcp dport 20-30 accept", "tcp dport vmap { 22 : drop, 23 : accept }"), ("shadowed 4 by 3",)),
    Case("a map of which an entry is left", ("tcp dport 22 accept", "tcp dport vmap { 22 : drop, 80 : accept }"), ()),
    Case("what is covered covers nothing", ("tcp dport 22 drop", "tcp dport 22 accept", "tcp dport 22 reject"),
         ("shadowed 4 by 3", "redundant 5 by 3")),
)  # fmt: skip


def nft(rules: tuple[str, ...]) -> Ruleset:
    """The rules in a chain, beside another chain and a set without elements."""
    lines = "\n".join(rules)
    text = f"table inet t {{ chain other {{ }}\nset none {{ type ipv4_addr; }} chain in {{ type filter hook input priority 0;\n{lines}\n}} }}\n"
    return nftables.read(SourceText("x.nft", text))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases(case: Case) -> None:
    found = [
        " ".join([one.kind, str(one.rule.span.line), "by", *(str(rule.span.line) for rule in one.by)])
        for one in idle(nft(case.rules)).covered
    ]
    assert tuple(found) == case.expected


def test_one_that_decides_otherwise_is_named() -> None:
    (found,) = idle(nft(CASES[4].rules)).covered
    assert found.named is not None
    assert (found.named.action, found.named.span.line) == ("drop", 4)


def test_one_that_takes_new_connections_is_named() -> None:
    rules = ("ct state established accept", "tcp dport 20-30 accept", "tcp dport 22 drop")
    (found,) = idle(nft(rules)).covered
    assert [rule.span.line for rule in found.by] == [3, 4]
    assert found.named is not None
    assert (found.named.action, found.named.span.line) == ("accept", 4)


def test_chains_that_nothing_leads_to() -> None:
    lost = nft(("tcp dport 22 accept",))
    assert [chain.name for chain in idle(lost).unreached] == ["other"]
    assert idle(nft(("jump other",))).unreached == ()


def packet(probe: Probe, state: str) -> Packet:
    """A probe as a packet in a state."""
    icmp = probe.protocol in (1, 58)
    return Packet(
        probe.source,
        probe.destination,
        probe.protocol,
        None if icmp else probe.low,
        source_port=probe.source_port,
        state=state,
        in_interface=None if probe.path == "output" else probe.in_interface,
        icmp_type=probe.low >> 8 if icmp else None,
        icmp_code=probe.low & 255 if icmp else None,
    )


def without(ruleset: Ruleset, found: Covered) -> Ruleset:
    """The ruleset without a rule, as it is written."""
    key = (found.chain.table, found.chain.name)
    kept = tuple(rule for rule in found.chain.rules if rule.span != found.rule.span)
    return ruleset._replace(chains={**ruleset.chains, key: found.chain._replace(rules=kept)})


@pytest.mark.parametrize("dialect", ["nftables", "iptables"])
def test_without_a_covered_rule_nothing_changes(dialect: str) -> None:
    read = nftables.read if dialect == "nftables" else iptables.read
    tried = 0
    for seed in range(90):
        made = nft_rulesets.generate(seed, 30) if dialect == "nftables" else ipt_rulesets.generate(seed, 30)[1]
        ruleset = read(SourceText("x", made.text))
        for found in idle(ruleset).covered:
            tried += 1
            changed = without(ruleset, found)
            for probe, state in product(made.probes, ("new", "established", "invalid")):
                one = packet(probe, state)
                before, after = replay(ruleset, made.path, one), replay(changed, made.path, one)
                assert before.verdict == after.verdict, (
                    f"seed {seed}: {found.kind} line {found.rule.span.line}\n{made.text}"
                )
    assert tried > 15


STATES = ("new", "established", "related", "invalid", "untracked")
ACTIONS: tuple[Action, ...] = ("accept", "accept", "drop", "reject", "continue", "return")
GRID = list(product(range(4), range(4), STATES))
"""Source, port and state of every packet of a small world."""


def small_chain(pick: Random) -> Chain:
    """A chain whose rules ask for sources 0 to 3, ports 0 to 3 and two states."""
    rules = []
    for number in range(pick.randint(1, 9)):
        low, high = sorted((pick.randint(0, 3), pick.randint(0, 3)))
        first, last = sorted((pick.randint(0, 3), pick.randint(0, 3)))
        boxes = (Box(IntervalSet.of(low, high), IntervalSet.of(0, 9), ports(6, first, last)),)
        conditions: tuple[Condition, ...] = ()
        if pick.random() < 0.4:
            conditions = (StateCondition(frozenset(pick.sample(STATES, pick.randint(1, 4)))),)
        if pick.random() < 0.1:
            conditions = (*conditions, Unknown("a limit"))
        action: Action = pick.choice(ACTIONS)
        rules.append(Rule(boxes, conditions, action, "", Span(number + 1, 1, number + 1, 9)))
    return Chain("in", "t", tuple(rules), Span(1), "input")


def taken(chain: Chain) -> Iterator[int]:
    """The lines of the rules that every packet of the small world passes by, because an earlier rule surely ended it."""
    surely: dict[tuple[int, int, str], bool] = {}
    for rule in chain.rules:
        mine = [one for one in GRID if matches(rule, one)]
        if all(surely.get(one) for one in mine):
            yield rule.span.line
        if rule.action != "continue" and not any(isinstance(each, Unknown) for each in rule.conditions):
            surely.update(dict.fromkeys(mine, True))


def matches(rule: Rule, one: tuple[int, int, str]) -> bool:
    """Whether a packet may match."""
    source, port, state = one
    (box,) = rule.boxes
    return (
        source in box.sources
        and (6 << 16 | port) in box.ports
        and all(state in each.states for each in rule.conditions if isinstance(each, StateCondition))
    )


def test_in_a_small_world_all_are_found_and_no_other() -> None:
    found_all = 0
    for seed in range(2000):
        chain = small_chain(Random(seed))
        found = [one.rule.span.line for one in idle(Ruleset("x", SourceText("x", ""), {("t", "in"): chain})).covered]
        assert found == list(taken(chain)), seed
        found_all += len(found)
    assert found_all > 1500


def test_rows_of_one_rule_are_judged_together() -> None:
    rules = nft(
        ("ip saddr { 10.0.0.1, 10.0.0.3 } tcp dport 22 accept", "ip saddr { 10.0.0.1, 10.0.0.9 } tcp dport 22 drop")
    )
    key = ("inet t", "in")
    rows = rules._replace(chains={key: rules.chains[key]._replace(rules=columns_of(rules.chains[key].rules))})
    assert len(rows.chains[key].rules) == 4
    assert idle(rows).covered == idle(rules).covered == ()


@pytest.mark.parametrize("dialect", ["iptables", "nftables"])
def test_rows_that_share_no_packets_are_left_out(dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at of a long list is picked from its columns: the same is found as when all is looked at."""
    read = nftables.read if dialect == "nftables" else iptables.read
    some = 0
    for seed in range(120):
        made = nft_rulesets.generate(seed, 1) if dialect == "nftables" else ipt_rulesets.generate(seed, 1)[1]
        ruleset = read(SourceText("x", made.text))
        chains = {key: chain._replace(rules=columns_of(chain.rules)) for key, chain in ruleset.chains.items()}
        found = []
        for many in (1, 10**9):
            monkeypatch.setattr(shadows, "MANY_ROWS", many)
            covered = idle(ruleset._replace(chains=chains), thorough=True).covered
            found.append([(one.kind, one.chain.name, one.rule.span, [by.span for by in one.by]) for one in covered])
        assert found[0] == found[1]
        some += len(found[0])
    assert some > 20


def test_in_a_small_world_few_rows_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    pick = Random(5)
    some = 0
    for _ in range(600):
        rules = []
        for line in range(1, pick.randint(3, 12)):
            low = pick.randint(0, 5)
            sources = IntervalSet([(low, low + pick.choice((0, 0, 0, 1, 2)))] + [(9, 9)] * (pick.random() < 0.2))
            points = pick.choice((ports(6), ports(6, 22, 22), ports(6, 80, 80), ports(6, 22, 80)))
            conditions: tuple[Condition, ...] = pick.choice(
                (
                    (),
                    (),
                    (),
                    (StateCondition(frozenset({"new"})),),
                    (StateCondition(frozenset({"established"})),),
                    (Unknown("x"),),
                )
            )
            action: Action = pick.choice(("accept", "accept", "drop", "continue", "return"))
            where = IntervalSet.of(pick.choice((0, 0, 1)), 1)
            rules.append(Rule((Box(sources, where, points),), conditions, action, "", Span(line - pick.randint(0, 1))))
        chain = Chain("INPUT", "filter", columns_of(rules), Span(99), "input")
        ruleset = Ruleset("iptables", SourceText("x", ""), {("filter", "INPUT"): chain})
        found = []
        for many in (1, 10**9):
            monkeypatch.setattr(shadows, "MANY_ROWS", many)
            found.append(
                [(one.kind, one.rule.span, [by.span for by in one.by]) for one in idle(ruleset, thorough=True).covered]
            )
        assert found[0] == found[1]
        some += len(found[0])
    assert some > 200


def test_what_is_too_much_is_not_looked_at_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    many = nft((*(f"ip saddr 10.0.{number}.0/24 accept" for number in range(200)), "ip saddr 10.0.7.1 drop"))
    assert [found.rule.span.line for found in idle(many).covered] == [203]
    monkeypatch.setattr(shadows, "MOST_RULES", 100)
    assert idle(many) == shadows.Idle((), idle(many).unreached, whole=False)
    assert [found.rule.span.line for found in idle(many, thorough=True).covered] == [203]
    monkeypatch.setattr(shadows, "MOST_RULES", 1000)
    monkeypatch.setattr(shadows, "MOST_WORK", 500)
    assert not idle(many).whole


CONDITIONS: list[tuple[Condition, Condition, bool]] = [
    (SourcePortCondition(IntervalSet.of(5)), SourcePortCondition(IntervalSet.of(1, 9)), True),
    (SourcePortCondition(IntervalSet.of(1, 9)), SourcePortCondition(IntervalSet.of(5)), False),
    (InterfaceCondition("in", frozenset({"a"})), InterfaceCondition("out", frozenset({"a"})), False),
    (InterfaceCondition("in", frozenset({"a"}), True), InterfaceCondition("in", frozenset({"b"})), False),
    (InterfaceCondition("in", frozenset({"eth0", "eth1"})), InterfaceCondition("in", frozenset({"eth*"})), True),
    (InterfaceCondition("in", frozenset({"eth*"})), InterfaceCondition("in", frozenset({"eth0"})), False),
]


@pytest.mark.parametrize(("mine", "theirs", "expected"), CONDITIONS)
def test_what_one_condition_says_of_another(mine: Condition, theirs: Condition, expected: bool) -> None:
    box = (Box(IntervalSet.of(1), IntervalSet.of(2), ports(6, 3, 3)),)
    rules = (Rule(box, (theirs,), "drop", "", Span(1, 1)), Rule(box, (mine,), "accept", "", Span(2, 1)))
    chain = Chain("in", "t", rules, Span(1), "input")
    assert bool(idle(Ruleset("x", SourceText("x", ""), {("t", "in"): chain})).covered) == expected


@pytest.mark.parametrize(
    ("rules", "policy", "expected"),
    [
        (("tcp dport 22 accept", "udp dport 53 accept"), "accept", 3),
        (("tcp dport 22 accept",), "drop", None),
        (("tcp dport 22 accept", "drop"), "accept", None),
        (("tcp dport 22 accept", "jump other"), "accept", None),
        ((), "accept", None),
    ],
)
def test_a_list_in_a_chain_that_accepts_the_rest(rules: tuple[str, ...], policy: str, expected: int | None) -> None:
    chain = nft(rules).chains["inet t", "in"]._replace(policy="drop" if policy == "drop" else "accept")
    span = lets_the_rest_in(chain)
    assert (span.line if span else None) == expected
