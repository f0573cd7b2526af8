"""Random nftables rulesets: tables of every family, base chains with priorities and policies, user chains, sets, maps."""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple

from differential import nft_matches as matches
from differential.generated import Generated
from differential.nft_matches import Match, NamedSet
from differential.pools import Hint, probe_near
from differential.probes import Path

PROBES = 150
HOOKS: dict[Path, tuple[str, ...]] = {
    "input": ("input", "input", "prerouting"),
    "forward": ("forward", "forward", "prerouting", "postrouting"),
    "output": ("output", "output", "postrouting"),
}
PRIORITIES = (
    "filter",
    "filter",
    "0",
    "10",
    "-10",
    "filter - 5",
    "filter + 1",
    "mangle",
    "raw",
    "security",
    "300",
    "-299",
)
SET_KINDS = ("ipv4_addr", "ipv6_addr", "inet_service", "ipv4_addr . inet_service", "ipv4_addr . ipv4_addr",
             "inet_proto . inet_service", "ipv6_addr . inet_service", "ifname . ipv4_addr", "ipv6_addr . ipv6_addr")  # fmt: skip
REJECTS = (
    "reject",
    "reject with tcp reset",
    "reject with icmpx port-unreachable",
    "reject with icmpx admin-prohibited",
)
EARLY = ("prerouting", "postrouting")
WITHOUT_EFFECT = (
    "counter",
    "counter packets 7 bytes 512",
    'log prefix "seen: "',
    "counter log",
    'log prefix "a b" level info',
)
UNSURE = ("limit rate 5/second", "limit rate over 1000/second burst 5 packets", "meta length > 100", "meta mark & 0xff == 0x1", "quota over 100 mbytes",
          "ct count over 20", "meta cpu 0", 'meta skuid 0', "numgen random mod 2 == 0", "meta hour 08:00-17:00",
          "th dport 22", "iif 2", "th sport != 53")  # fmt: skip


class ChainPlan(NamedTuple):
    """A chain to be written: a base chain has a hook. `level` grows along jumps, so that they never loop."""

    name: str
    hook: str | None
    level: int


def generate(seed: int, probes: int = PROBES) -> Generated:
    """The nftables ruleset of a seed."""
    rng = Random(f"nftables {seed}")
    path: Path = rng.choices(("input", "forward", "output"), (5, 3, 2))[0]
    unsure = rng.random() < 0.15
    lines = ["#!/usr/sbin/nft -f", "flush ruleset"] if rng.random() < 0.5 else ["flush ruleset"]
    about: list[tuple[Hint, ...]] = []
    families = rng.choice(
        (("inet",), ("inet",), ("inet",), ("ip", "ip6"), ("ip",), ("inet", "ip"), ("ip6",), ("inet", "inet"),
         ("ip6", "inet", "ip"), ("inet", "inet", "inet"))
    )  # fmt: skip
    alike = len(set(families)) == len(families) and rng.random() < 0.3
    for number, family in enumerate(families):
        table = _Table(rng, family, "filter" if alike else f"t{number}", path, unsure=unsure)
        lines += table.lines()
        about += table.about
    seen = (False, True) if "inet" in families or len(families) > 1 else (families[0] == "ip6",)
    made = tuple(
        probe_near(rng, path, rng.choice(about) if about and rng.random() < 0.9 else (), seen) for _ in range(probes)
    )
    return Generated(seed, "\n".join(lines) + "\n", path, made, unsure)


UNEQUAL = re.compile(r"ip (saddr|daddr) != [\d.]+\Z")
"""Both in a rule are left open: some versions of nft compare them at once, and 1.0.6 does not."""


class _Table:
    """Writes one table. `about` collects, rule by rule, hints at the packets to send."""

    def __init__(self, rng: Random, family: str, name: str, path: Path, *, unsure: bool) -> None:
        self.rng, self.family, self.name, self.path, self.unsure = rng, family, name, path, unsure
        self.about: list[tuple[Hint, ...]] = []
        self.sets: list[NamedSet] = []
        self.maps: list[NamedSet] = []
        self.defined: list[str] = []
        users = [ChainPlan(f"user{level}", None, level) for level in range(1, rng.choice((1, 2, 3, 4, 5, 12)))]
        hooks = rng.sample(HOOKS[path], rng.choice((1, 1, 2, 3)))
        self.bases = [ChainPlan(f"{hook}{index}", hook, 0) for index, hook in enumerate(hooks)]
        self.chains = users + self.bases if rng.random() < 0.5 else self.bases + users

    def lines(self) -> list[str]:
        body: list[str] = []
        for kind in self.rng.sample(SET_KINDS, self.rng.randint(0, 4)):
            if self._fits(kind):
                body += self._set(kind)
        if self.rng.random() < 0.5:
            body += self._map(self.rng.choice(list(_KEYS)))
        for chain in self.chains:
            body += self._chain(chain)
        return [f"table {self.family} {self.name} {{", *(f"\t{line}" for line in body), "}"]

    def _fits(self, kind: str) -> bool:
        return not (self.family == "ip6" and "ipv4" in kind) and not (self.family == "ip" and "ipv6" in kind)

    def _set(self, kind: str) -> list[str]:
        rows = matches.rows_of(self.rng, kind, 5)
        name = f"s{len(self.sets)}"
        texts = [" . ".join(row) for row in rows]
        ranges = any("/" in text or "-" in text for text in texts)
        flags = ["flags interval"] if ranges or self.rng.random() < 0.2 else []
        if ranges and " . " not in kind and self.rng.random() < 0.3:
            flags.append("auto-merge")
        if self.rng.random() < 0.2:
            texts[0] += self.rng.choice((' comment "first"', " timeout 1h")) if not flags else ' comment "first"'
        if any("timeout" in text for text in texts):
            flags = ["flags timeout"]
        comment = ['comment "a set"'] if self.rng.random() < 0.1 else []
        self.sets.append(NamedSet(name, kind, rows))
        elements = [f"elements = {{ {', '.join(texts)} }}"] if self.rng.random() < 0.93 else []
        if not elements:
            flags = ["flags interval"] if ranges else []
        return [f"set {name} {{", f"\ttype {kind}", *(f"\t{line}" for line in (*comment, *flags, *elements)), "}"]

    def _map(self, kind: str) -> list[str]:
        if not self._fits(kind):
            return []
        rows = matches.rows_of(self.rng, kind)
        name = f"m{len(self.maps)}"
        last = max(chain.level for chain in self.chains)
        leaves = [chain.name for chain in self.chains if chain.level == last and last > 0]
        texts = [f"{' . '.join(row)} : {self._verdict(leaves)}" for row in rows]
        ranges = any("/" in text or "-" in text for row in rows for text in row)
        if " . " not in kind and self.rng.random() < 0.3:
            texts.insert(self.rng.randint(0, len(texts)), f"* : {self._verdict(leaves)}")
            ranges = ranges or kind == "ifname"
        self.maps.append(NamedSet(name, kind, rows))
        return [
            f"map {name} {{", f"\ttype {kind} : verdict", *(["\tflags interval"] if ranges else []),
            f"\telements = {{ {', '.join(texts)} }}", "}",
        ]  # fmt: skip

    def _chain(self, chain: ChainPlan) -> list[str]:
        body: list[str] = []
        if chain.hook:
            body.append(self._type(chain.hook))
        for _ in range(self.rng.randint(2, 9) if chain.hook else self.rng.randint(0, 5)):
            body += self._rule(chain)
        return [f"chain {chain.name} {{", *(f"\t{line}" for line in body), "}"]

    def _type(self, hook: str) -> str:
        rng = self.rng
        if hook != "forward" and rng.random() < 0.12:
            # A NAT chain is shown the first packet of a connection only, and it may drop it.
            return f"type nat hook {hook} priority {rng.choice(('-100', '100', '0'))}; policy accept;"
        policy = rng.choice((" policy accept;", " policy drop;", " policy drop;", ""))
        if hook in EARLY:
            policy = rng.choice((" policy accept;", ""))
        return f"type filter hook {hook} priority {rng.choice(PRIORITIES)};{policy}"

    def _rule(self, chain: ChainPlan) -> list[str]:
        rng = self.rng
        if rng.random() < 0.06:
            return [f"# {rng.choice(('web', 'ssh; drop', 'a } brace', 'accept'))}"]
        found = self._matches(chain)
        if self.unsure and rng.random() < 0.25:
            found.append(Match(rng.choice(UNSURE)))
        hints = tuple(hint for match in found for hint in match.hints)
        words = [match.text for match in found]
        if rng.random() < 0.3:
            words.append(rng.choice(WITHOUT_EFFECT))
        text = " ".join(words)
        end = self._vmap(chain, text) if rng.random() < 0.18 else None
        if end is not None:
            words.append(end.text)
            hints += end.hints
            if rng.random() < 0.25:
                words.append(rng.choice(("counter", "drop", "accept", "counter drop")))
        elif rng.random() < 0.94 or not words:
            words.append(
                self._verdict(self._below(chain)) if chain.hook in EARLY or rng.random() < 0.9 else self._reject(text)
            )
        if rng.random() < 0.1:
            words.append('comment "why; { not"')
        self.about.append(hints)
        return [" ".join(words)]

    def _matches(self, chain: ChainPlan) -> list[Match]:
        rng, found = self.rng, []
        v6 = {"ip": False, "ip6": True}.get(self.family, rng.random() < 0.35)
        roll = rng.random()
        if roll < 0.5:
            found.append(matches.port(rng, self.sets, rng.choice(("tcp", "tcp", "tcp", "udp", "th", "sctp"))))
        elif roll < 0.6:
            found.append(matches.icmp(rng, v6))
        elif roll < 0.68:
            found.append(matches.flags(rng))
        elif roll < 0.8:
            found.append(matches.concatenation(rng, v6, self.sets, self.path if chain.hook not in EARLY else "output"))
        elif roll < 0.87:
            found.append(matches.protocol(rng, v6, inet=self.family == "inet"))
        if rng.random() < 0.4 or not found:
            found.append(matches.address(rng, v6, self.sets))
        if rng.random() < 0.12:
            found.append(matches.address(rng, v6, self.sets))
            if len({side[1] for match in found if (side := UNEQUAL.match(match.text))}) > 1:
                found.pop()
        if rng.random() < 0.2:
            found.append(matches.state(rng))
        if rng.random() < 0.15 and chain.hook not in EARLY:
            found.append(matches.interface(rng, self.path))
        if rng.random() < 0.3:
            rng.shuffle(found)
        return found

    def _below(self, chain: ChainPlan) -> list[str]:
        if chain.hook in EARLY:
            return []  # a chain that rejects may not be reached from there
        return [other.name for other in self.chains if other.level > chain.level]

    def _reject(self, text: str) -> str:
        """A reject that goes with the protocol that the rule has already settled on."""
        forms = REJECTS if self.family == "inet" else REJECTS[:2]
        return self.rng.choice([form for form in forms if "tcp reset" not in form or not _settled(text)])

    def _verdict(self, below: list[str]) -> str:
        rng = self.rng
        if below and rng.random() < 0.35:
            return f"{rng.choice(('jump', 'jump', 'goto'))} {rng.choice(below)}"
        return rng.choice(("accept", "accept", "accept", "accept", "drop", "drop", "return", "continue"))

    def _vmap(self, chain: ChainPlan, text: str) -> Match | None:
        rng = self.rng
        last = max(other.level for other in self.chains)
        usable = [one for one in self.maps if chain.level < last and chain.hook not in EARLY]
        usable = [one for one in usable if _goes_with(text, _KEYS[one.kind][0])]
        if usable and rng.random() < 0.5:
            one = usable[0]
            keys, fields = _KEYS[one.kind]
            if self.path != "output" or one.kind != "ifname":
                protocol = (Hint("protocol", (6,)),) if "tcp" in keys else ()
                return Match(f"{keys} vmap @{one.name}", matches.row_hints(fields, one.texts) + protocol)
        below = self._below(chain)
        kinds = ["inet_service", "state", "l4proto"] + [
            kind for kind in _KEYS if kind not in ("inet_service", "ifname") and self._fits(kind)
        ]
        kinds = [kind for kind in kinds if kind not in _KEYS or _goes_with(text, _KEYS[kind][0])]
        kind = rng.choice(kinds)
        if kind == "state":
            names = matches.sample(rng, matches.STATES, 4)
            return Match(f"ct state vmap {self._listed(names, below)}", (Hint("state", tuple(names)),))
        if kind == "l4proto":
            names = matches.sample(rng, ("tcp", "udp", "icmp", "sctp", "ipv6-icmp"), 3)
            return Match(f"meta l4proto vmap {self._listed(names, below)}")
        rows = matches.rows_of(rng, kind)
        keys, fields = _KEYS[kind]
        protocol = (Hint("protocol", (6,)),) if "tcp" in keys else ()
        return Match(
            f"{keys} vmap {self._listed([' . '.join(row) for row in rows], below)}",
            matches.row_hints(fields, rows) + protocol,
        )

    def _listed(self, keys: list[str], below: list[str]) -> str:
        """The elements of an anonymous verdict map, sometimes with a default."""
        texts = [f"{key} : {self._verdict(below)}" for key in keys]
        if self.rng.random() < 0.3 and " . " not in keys[0]:
            texts.insert(self.rng.randint(0, len(texts)), f"* : {self._verdict(below)}")
        return f"{{ {', '.join(texts)} }}"


_KEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "inet_service": ("tcp dport", ("low",)),
    "ipv4_addr": ("ip saddr", ("source",)),
    "ipv4_addr . inet_service": ("ip saddr . tcp dport", ("source", "low")),
    "ipv6_addr": ("ip6 saddr", ("source",)),
    "ipv6_addr . inet_service": ("ip6 daddr . tcp dport", ("destination", "low")),
    "ifname": ("iifname", ("in_interface",)),
}


def _settled(text: str) -> bool:
    """Whether a rule has settled on a transport protocol that may not be TCP."""
    return any(word in text for word in ("udp ", "sctp ", "icmp", "th ", "nexthdr", "protocol ", "l4proto"))


def _goes_with(text: str, keys: str) -> bool:
    """Whether nft lets a rule go on with these selectors."""
    if "tcp" in keys and _settled(text):
        return False
    if "ip6 " in keys and any(word in text for word in ("ip ", "icmp ", "icmp}", "ipv4", "!= ipv6")):
        return False
    return "ip saddr" not in keys or not any(word in text for word in ("ip6 ", "icmpv6", "nfproto ipv6"))
