"""The text of `firewall-cmd --list-all-zones` (or `--list-all`, `--list-all-policies`)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from portspec.configs.firewall.firewalld import objects, rich, values
from portspec.configs.firewall.firewalld.objects import POLICY_TARGETS, ZONE_TARGETS
from portspec.configs.firewall.firewalld.records import (
    Address,
    Element,
    PolicyObject,
    Ports,
    RichRule,
    Settings,
    Word,
    Zone,
)
from portspec.configs.firewall.firewalld.stock import DEFAULT_ZONE
from portspec.configs.firewall.firewalld.values import Source, nearest
from portspec.source import Span

_HEAD = re.compile(r"([\w/-]+)(?: \(([a-z, ]*)\))?[ \t]*\Z")
_FIELD = re.compile(r"  ([a-z][a-z -]*):[ \t]?(.*)\Z")
_FORWARD = re.compile(r"port=([^:]*):proto=([^:]*):toport=([^:]*):toaddr=(.*)\Z")
_DEFAULT = re.compile(r"DefaultZone\s*=\s*(\S+)\s*\Z")
KEYS = (
    "summary", "description", "priority", "ingress-priority", "egress-priority", "target", "icmp-block-inversion",
    "ingress-zones", "egress-zones", "interfaces", "sources", "services", "ports", "protocols", "forward", "masquerade",
    "forward-ports", "source-ports", "icmp-blocks", "rich rules",
)  # fmt: skip
MANY_LINES = ("description", "forward-ports", "rich rules")
"""Fields that go on in lines of their own."""


class Block:
    """One zone or policy: its fields, each a list of (text, line, column of the text)."""

    def __init__(self, name: str, marks: set[str], span: Span) -> None:
        self.name = name
        self.marks = marks
        self.span = span
        self.fields: dict[str, list[tuple[str, int, int]]] = {}


class Listing:
    """Reads a listing from its first line to its last. `many_lines` are the fields that go on in lines of their own."""

    def __init__(self, source: Source, many_lines: Container[str] = MANY_LINES) -> None:
        self.source = source
        self.many_lines = many_lines
        self.zones: dict[str, Zone] = {}
        self.policies: dict[str, PolicyObject] = {}
        self.default_zone = ""

    def read(self) -> Listing:
        blocks = list(self.blocks())
        for block in blocks:
            known = self.policies if "ingress-zones" in block.fields else self.zones
            if block.name in known:
                self.source.fail(block.span, f"{block.name} is listed twice")
            if "target" not in block.fields:
                self.source.fail(block.span, f"{block.name}: the target is missing", "give the output whole")
            if "ingress-zones" in block.fields:
                self.policies[block.name] = self.policy(block)
                continue
            self.zones[block.name] = self.zone(block)
            if "default" in block.marks:
                self.default_zone = block.name
        if not self.default_zone:
            # `--list-all` without a zone's name tells of the default one.
            alone = len(self.zones) == 1
            self.default_zone = next(iter(self.zones)) if alone else DEFAULT_ZONE if DEFAULT_ZONE in self.zones else ""
        return self

    def blocks(self) -> Iterator[Block]:
        block: Block | None = None
        key = ""
        for number, raw in enumerate(self.source.text.split("\n"), 1):
            line = raw.rstrip()
            if not line or line.startswith("#"):
                continue
            span = self.source.lifted(Span(number, len(line) - len(line.lstrip()) + 1, number, len(line) + 1))
            default = _DEFAULT.match(line)
            head, field = _HEAD.match(line), _FIELD.match(line)
            if default:
                self.default_zone = default[1]
            elif head:
                if block is not None:
                    yield block
                block = Block(head[1], set((head[2] or "").split(", ")), span)
                key = ""
            elif block is None:
                self.source.fail(
                    span, f"{line[:60]!r} stands before any zone", "expected what firewall-cmd --list-all-zones prints"
                )
            elif field and (field[1] in KEYS or key != "description"):
                key = field[1]
                if key not in KEYS:
                    self.source.fail(span, f"unknown field {key[:40]!r}", nearest(key, KEYS))
                if key in block.fields:
                    self.source.fail(span, f"{key} stands twice")
                block.fields[key] = [(field[2], number, field.start(2) + 1)]
            elif key in self.many_lines:
                text = line.strip()
                block.fields[key].append((text, number, line.index(text) + 1))
            else:
                self.source.fail(span, f"{line.strip()[:60]!r} belongs to no field")
        if block is not None:
            yield block

    def zone(self, block: Block) -> Zone:
        target = self.one(block, "target")
        if target.text not in ZONE_TARGETS:
            self.source.fail(
                target.span, f"unknown target {target.text[:40]!r}", "known: default, ACCEPT, DROP, %%REJECT%%"
            )
        for key in ("ingress-priority", "egress-priority"):
            for word in self.words(block, key):
                if word.text != "0":
                    self.source.fail(
                        word.span, f"{key} of zones is not modelled", "give the output of nft list ruleset"
                    )
        return Zone(
            name=block.name,
            target=ZONE_TARGETS[target.text],
            interfaces=tuple(
                objects.interface(self.source, word.text, word.span) for word in self.words(block, "interfaces")
            ),
            sources=tuple(self.address(word) for word in self.words(block, "sources")),
            settings=self.settings(block),
            forward=self.switch(block, "forward"),
            inversion=self.switch(block, "icmp-block-inversion"),
            span=block.span,
        )

    def policy(self, block: Block) -> PolicyObject:
        target, priority = self.one(block, "target"), self.one(block, "priority")
        if target.text not in POLICY_TARGETS:
            self.source.fail(target.span, f"unknown target {target.text[:40]!r}", f"known: {', '.join(POLICY_TARGETS)}")
        return PolicyObject(
            name=block.name,
            target=target.text,
            priority=values.number(self.source, "priority", priority.text, priority.span),
            ingress=tuple(self.words(block, "ingress-zones")),
            egress=tuple(self.words(block, "egress-zones")),
            settings=self.settings(block),
            span=block.span,
        )

    def settings(self, block: Block) -> Settings:
        return Settings(
            services=tuple(self.words(block, "services")),
            ports=tuple(self.ports(word) for word in self.words(block, "ports")),
            forward_ports=tuple(self.forward_port(word) for word in self.words(block, "forward-ports")),
            source_ports=tuple(self.ports(word) for word in self.words(block, "source-ports")),
            icmp_blocks=tuple(self.words(block, "icmp-blocks")),
            rules=tuple(self.rules(block)),
            protocols=tuple(self.protocol(word) for word in self.words(block, "protocols")),
            masquerade=self.switch(block, "masquerade"),
        )

    def words(self, block: Block, key: str) -> list[Word]:
        """The words of a field, each with its place."""
        found = []
        for text, number, column in block.fields.get(key, ()):
            for match in re.finditer(r"\S+", text):
                start = column + match.start()
                found.append(Word(match[0], self.source.lifted(Span(number, start, number, start + len(match[0])))))
        return found

    def one(self, block: Block, key: str) -> Word:
        words = self.words(block, key)
        if len(words) != 1:
            self.source.fail(words[1].span if words else block.span, f"{key}: expected one word")
        return words[0]

    def switch(self, block: Block, key: str) -> Span | None:
        """Where something is switched on; None when it is not."""
        if key not in block.fields:
            return None
        word = self.one(block, key)
        if word.text not in ("yes", "no"):
            self.source.fail(word.span, f"{key}: expected yes or no")
        return word.span if word.text == "yes" else None

    def ports(self, word: Word) -> Ports:
        numbers, _, transport = word.text.partition("/")
        return values.ports(self.source, numbers, transport, word.span)

    def protocol(self, word: Word) -> Word:
        return Word(values.protocol(self.source, word.text, word.span), word.span)

    def address(self, word: Word) -> Address:
        if word.text.startswith("ipset:"):
            return Address("ipset", word.text.removeprefix("ipset:"), negated=False, span=word.span)
        return values.address(self.source, word.text, word.span)

    def forward_port(self, word: Word) -> Element:
        found = _FORWARD.match(word.text)
        if found is None:
            self.source.fail(
                word.span, f"{word.text[:60]!r} is no forward-port", "expected port=…:proto=…:toport=…:toaddr=…"
            )
        attributes = {"port": found[1], "protocol": found[2], "to-port": found[3], "to-addr": found[4]}
        return objects.forward_port(self.source, attributes, word.span)

    def rules(self, block: Block) -> Iterator[RichRule]:
        for text, number, column in block.fields.get("rich rules", ()):
            if text.strip():
                span = self.source.lifted(Span(number, column, number, column + len(text)))
                yield rich.from_text(self.source, text, span)
