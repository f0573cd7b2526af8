"""The second evaluator: one packet, rule by rule, first match wins.

It shares nothing with the evaluator on sets but the model and the meaning of a condition. Its answer is the
explanation of a finding: the rules that the packet meets, in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from portspec.configs.firewall.columns import RuleColumns
from portspec.configs.firewall.context import ACK, EVERY_PORT, PATHS, SYN, Context, all_hold, seen_by
from portspec.configs.firewall.model import Chain, Hook, Rule, Ruleset
from portspec.errors import InputError
from portspec.packets.addresses import is_v6
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS, protocol_number
from portspec.records import NamedTuple
from portspec.source import Span

DEEPEST = 200
"""How many jumps may lie inside each other."""

ICMP = frozenset({1, 58})


class Packet(NamedTuple):
    """One packet. `source` and `destination` are points of the address line, of one family.

    `transport` is a protocol's name or number. Whatever is None is not known, and a rule that asks for it is
    undecided; `tcp_flags` None means SYN for state `new` and ACK for every other. What comes from the wire has mark 0.
    """

    source: int
    destination: int
    transport: str | int
    port: int | None = None
    source_port: int | None = None
    state: str = "new"
    in_interface: str | None = None
    out_interface: str | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None
    mark: int | None = 0
    tcp_flags: int | None = None


Step = tuple[Span, str, str]
"""A rule that the packet met: its span, its line's text, and what it did (`accept`, `jump web`, `unknown`, …)."""


class Replay(NamedTuple):
    """What happens to a packet. `line` is the deciding line, 0 where nothing decides (no chain sees the packet).

    `unknown`: rules whose match is undecided decide; `blame` has their spans. `steps` follow the way on which
    undecided rules do not match.
    """

    verdict: Literal["accept", "drop", "reject", "unknown"]
    line: int
    steps: tuple[Step, ...]
    blame: tuple[Span, ...]


def replay(
    ruleset: Ruleset,
    path: str,
    packet: Packet,
    chain: tuple[str, str] | None = None,
    assumed: tuple[tuple[str, bool], ...] = (),
) -> Replay:
    """Follow a packet along a path (`input`, `forward`, `output`), one hook, or from one chain (table, name) alone.
    `assumed` is what is taken of unknown matches, as in `Context`.

    Raises ValueError for a packet of two families, an unknown transport or a chain that is not there, and InputError
    for jumps nested too deeply to be followed.
    """
    if is_v6(packet.source) != is_v6(packet.destination):
        raise ValueError("source and destination are of two families")
    if chain is not None:
        if chain not in ruleset.chains:
            raise ValueError(f"no such chain: {' '.join(chain)}")
        return _Walk(ruleset, path, packet, assumed).one(ruleset.chains[chain])
    return _Walk(ruleset, path, packet, assumed).hooks(PATHS.get(path, (path,)))


class _Passage(NamedTuple):
    """What a chain does with the packet.

    `outcomes` has every outcome that some choice of the undecided rules leads to (`accept`, `drop`, `reject`,
    `return`; `changed` where an unknown target may have made another packet of it), with the span of the first rule
    that gives it; `main` is the one when none of those rules matches.
    """

    outcomes: dict[str, Span]
    main: str
    steps: tuple[Step, ...]
    undecided: tuple[tuple[Span, frozenset[str]], ...]


class _Walk:
    """One packet on its way. A chain is walked once per base chain, however often it is jumped to."""

    def __init__(self, ruleset: Ruleset, path: str, packet: Packet, assumed: tuple[tuple[str, bool], ...] = ()) -> None:
        self.ruleset = ruleset
        self.path = path
        self.packet = packet
        self.points = _points(packet)
        self.seen: dict[tuple[str, str], _Passage] = {}
        self.context = Context(
            state=packet.state,
            source_ports=EVERY_PORT if packet.source_port is None else IntervalSet.of(packet.source_port),
            in_interface=packet.in_interface,
            out_interface=packet.out_interface,
            tcp_flags=packet.tcp_flags if packet.tcp_flags is not None else SYN if packet.state == "new" else ACK,
            mark=packet.mark,
            assumed=assumed,
        )

    def hooks(self, hooks: tuple[str, ...]) -> Replay:
        """The base chains of the hooks in the kernel's order; a drop in any of them is final."""
        passages: list[_Passage] = []
        for hook in hooks:
            certain = hook != "ingress" or hooks == ("ingress",)
            for chain in self.ruleset.base_chains(_hook(hook)):
                passage = self._base(chain)
                if passage is None:
                    continue
                if not certain:
                    passage = _at_most(passage, chain)
                passages.append(passage)
                if "accept" not in passage.outcomes or "changed" in passage.outcomes:
                    # Behind a target that may change the packet, its addresses or its state, nothing is known of it.
                    return _conclude(passages)
        return _conclude(passages)

    def one(self, chain: Chain) -> Replay:
        """One chain alone. Where a chain without policy comes to its end the verdict is open, so unknown."""
        if chain.hook is not None:
            passage = self._base(chain)
            return _conclude([passage] if passage is not None else [])
        passage = self._chain(chain, self.context, 0)
        concluded = _conclude([passage])
        if "return" not in passage.outcomes:
            return concluded
        line = chain.span.line if passage.main == "return" else concluded.line
        return concluded._replace(verdict="unknown", line=line)

    def _base(self, chain: Chain) -> _Passage | None:
        if chain.universe is not None and self.packet.source not in chain.universe:
            return None
        context = seen_by(chain, self.path, self.context)
        if context is None:
            return None
        self.seen = {}
        passage = self._chain(chain, context, 0)
        if "return" not in passage.outcomes:
            return passage
        outcomes = {name: span for name, span in passage.outcomes.items() if name != "return"}
        outcomes.setdefault(chain.policy, chain.span)
        if passage.main != "return":
            return passage._replace(outcomes=outcomes)
        text = self.ruleset.source.quoted(chain.span)
        steps = (*passage.steps, (chain.span, text, f"policy {chain.policy}"))
        return passage._replace(outcomes=outcomes, main=chain.policy, steps=steps)

    def _chain(self, chain: Chain, context: Context, depth: int) -> _Passage:
        key = (chain.table, chain.name)
        if key not in self.seen:
            if depth > DEEPEST:
                source = self.ruleset.source
                raise InputError(
                    f"jumps nested more than {DEEPEST} deep", source.path, chain.span.line, chain.span.column
                )
            self.seen[key] = self._follow(chain, context, depth)
        return self.seen[key]

    def _follow(self, chain: Chain, context: Context, depth: int) -> _Passage:
        outcomes: dict[str, Span] = {}
        steps: list[Step] = []
        undecided: list[tuple[Span, frozenset[str]]] = []
        main = ""
        for rule in self._rules(chain):
            matched = self._matches(rule, context)
            if matched is False:
                continue
            inner: _Passage | None = None
            if rule.action in ("jump", "goto"):
                inner = self._chain(self.ruleset.chains[chain.table, rule.target], context, depth + 1)
                undecided += inner.undecided
            ends = _ends(rule, inner)
            if matched is None or rule.action == "unknown":
                undecided.append((rule.span, frozenset(ends)))
            for outcome, span in ends.items():
                outcomes.setdefault(outcome, span)
            if not main:
                steps.append(self._step(rule, matched))
                if matched and inner is not None:
                    steps += inner.steps
                if matched:
                    main = _main(rule, inner)
            if matched and _is_final(rule, inner):
                return _Passage(outcomes, main, tuple(steps), tuple(undecided))
        outcomes.setdefault("return", chain.span)
        return _Passage(outcomes, main or "return", tuple(steps), tuple(undecided))

    def _rules(self, chain: Chain) -> Iterator[Rule]:
        rules = chain.rules
        if isinstance(rules, RuleColumns):
            return (rules[index] for index in rules.holding(self.packet.source, self.packet.destination))
        return iter(rules)

    def _matches(self, rule: Rule, context: Context) -> bool | None:
        boxed: bool | None = False
        for box in rule.boxes:
            if self.packet.source in box.sources and self.packet.destination in box.destinations:
                if self.points <= box.ports:
                    boxed = True
                    break
                if self.points.overlaps(box.ports):
                    boxed = None
        if boxed is False:
            return False
        held = all_hold(rule.conditions, context)
        return boxed if held is True else held

    def _step(self, rule: Rule, matched: bool | None) -> Step:
        outcome: str = rule.action if matched else "unknown"
        if matched and rule.action in ("jump", "goto"):
            outcome = f"{rule.action} {rule.target}"
        return rule.span, self.ruleset.source.quoted(rule.span), outcome


def _ends(rule: Rule, inner: _Passage | None) -> dict[str, Span]:
    """The outcomes for the chain that a match of the rule can have, apart from going on to the next rule."""
    if inner is not None:
        if rule.action == "goto":
            return inner.outcomes
        return {outcome: span for outcome, span in inner.outcomes.items() if outcome != "return"}
    if rule.action == "unknown":
        return {"accept": rule.span, "drop": rule.span, "changed": rule.span}
    return {} if rule.action == "continue" else {rule.action: rule.span}


def _main(rule: Rule, inner: _Passage | None) -> str:
    """The outcome of the main way at a matching rule; empty when it goes on to the next rule."""
    if inner is not None:
        return "" if rule.action == "jump" and inner.main == "return" else inner.main
    return "" if rule.action in ("continue", "unknown") else rule.action


def _is_final(rule: Rule, inner: _Passage | None) -> bool:
    """Whether no choice leads on to the next rule, once the rule matches."""
    if rule.action == "jump":
        return inner is not None and "return" not in inner.outcomes
    return rule.action not in ("continue", "unknown")


def _at_most(passage: _Passage, chain: Chain) -> _Passage:
    """A chain of the ingress hook stands at one device, which may not be the one that the packet comes in by."""
    undecided = (*passage.undecided, (chain.span, frozenset(passage.outcomes)))
    return passage._replace(outcomes={"accept": chain.span, **passage.outcomes}, main="accept", undecided=undecided)


def _conclude(passages: list[_Passage]) -> Replay:
    steps = tuple(step for passage in passages for step in passage.steps)
    blocks = {name: span for passage in passages for name, span in passage.outcomes.items() if name in BLOCKING}
    passes = all("accept" in passage.outcomes for passage in passages)
    line = decisive(steps).line if steps else 0
    if blocks and passes:
        main = "drop" if any(passage.main in BLOCKING for passage in passages) else "accept"
        undecided = [entry for passage in passages for entry in passage.undecided]
        blame = [span for span, ends in undecided if _differs(ends, main)] or [span for span, _ in undecided]
        spans = tuple(dict.fromkeys(blame))
        return Replay("unknown", spans[0].line if spans else line, steps, spans)
    if blocks:
        main = next((passage.main for passage in passages if passage.main in BLOCKING), "drop")
        verdict: Literal["drop", "reject"] = "reject" if main == "reject" else "drop"
        return Replay(verdict, line, steps, ())
    return Replay("accept", line, steps, ())


def decisive(steps: Sequence[Step]) -> Span:
    """The place of the step that decided: of a packet that gets through, the last rule that accepted it rather than a
    later chain that lets everything pass."""
    accepting = [span for span, _, outcome in steps if outcome == "accept"]
    return accepting[-1] if accepting and steps[-1][2] == "policy accept" else steps[-1][0]


BLOCKING = ("drop", "reject")


def _differs(ends: frozenset[str], main: str) -> bool:
    other = BLOCKING if main == "accept" else ("accept",)
    return "return" in ends or any(outcome in ends for outcome in other)


def _points(packet: Packet) -> IntervalSet:
    """Where on the port line the packet may lie: one point, or a stretch where its port or type is not known."""
    name = packet.transport
    protocol = name if isinstance(name, int) else protocol_number(name)
    base = protocol << 16
    if protocol in WITH_PORTS and packet.port is not None:
        return IntervalSet.of(base | packet.port)
    if protocol in ICMP and packet.icmp_type is not None:
        kind = base | packet.icmp_type << 8
        return IntervalSet.of(kind, kind | 255) if packet.icmp_code is None else IntervalSet.of(kind | packet.icmp_code)
    return IntervalSet.of(base, base | 65535)


def _hook(name: str) -> Hook:
    for known in ("ingress", "prerouting", "input", "forward", "output", "postrouting"):
        if name == known:
            return known
    raise ValueError(f"unknown hook: {name!r}")
