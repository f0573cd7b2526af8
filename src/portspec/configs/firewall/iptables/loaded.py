"""Which match extensions a rule has loaded, and so whose options it may have."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.iptables.words import Fail

PORTED = ("tcp", "udp", "sctp", "dccp")
CONNTRACK = ("conntrack",)
MULTIPORT = ("multiport",)
ADDRTYPE = ("addrtype",)

OWNERS: Mapping[str, tuple[str, ...]] = {
    "--dport": PORTED, "--destination-port": PORTED, "--sport": PORTED, "--source-port": PORTED,
    "--dports": MULTIPORT, "--destination-ports": MULTIPORT, "--sports": MULTIPORT, "--source-ports": MULTIPORT,
    "--ports": MULTIPORT,
    "--ctstate": CONNTRACK, "--ctproto": CONNTRACK, "--ctorigsrc": CONNTRACK, "--ctorigdst": CONNTRACK,
    "--ctreplsrc": CONNTRACK, "--ctrepldst": CONNTRACK, "--ctorigsrcport": CONNTRACK, "--ctorigdstport": CONNTRACK,
    "--ctreplsrcport": CONNTRACK, "--ctrepldstport": CONNTRACK, "--ctstatus": CONNTRACK, "--ctexpire": CONNTRACK,
    "--ctdir": CONNTRACK,
    "--state": ("state",),
    "--src-range": ("iprange",), "--dst-range": ("iprange",),
    "--comment": ("comment",),
    "--icmp-type": ("icmp",), "--icmpv6-type": ("icmp6",),
    "--syn": ("tcp",), "--tcp-flags": ("tcp",), "--tcp-option": ("tcp",),
    "--mark": ("mark",),
    "--dst-type": ADDRTYPE, "--src-type": ADDRTYPE, "--limit-iface-in": ADDRTYPE, "--limit-iface-out": ADDRTYPE,
    "--chunk-types": ("sctp",), "--dccp-types": ("dccp",), "--dccp-option": ("dccp",),
}  # fmt: skip
"""The options that are read, by the extensions that have them."""

ALIASES: Mapping[str, str] = {"icmpv6": "icmp6", "ipv6-icmp": "icmp6"}
KNOWN = frozenset(owner for owners in OWNERS.values() for owner in owners)

IMPLIED: Mapping[int, str] = {6: "tcp", 17: "udp", 132: "sctp", 33: "dccp", 1: "icmp", 58: "icmp6"}
"""What `-p` loads by itself."""

PROTOCOLS: Mapping[str, int] = {name: number for number, name in IMPLIED.items()}

NEEDY = KNOWN - PROTOCOLS.keys()
"""Extensions that are loaded for nothing when no option of theirs follows."""

SAME: Mapping[str, str] = {
    "--destination-port": "--dport", "--source-port": "--sport", "--tcp-flags": "--syn", "--destination-ports": "--ports",
    "--source-ports": "--ports", "--dports": "--ports", "--sports": "--ports",
}  # fmt: skip
"""Options of which a match takes one only."""


class Loaded:
    """The extensions of one rule, in the order of `-m`."""

    __slots__ = ("_used", "protocol")

    def __init__(self) -> None:
        self._used: dict[str, set[str]] = {}
        self.protocol: int | None = None
        """What an extension such as `-m tcp` asks for; `-p` may still follow."""

    def load(self, name: str) -> bool:
        """Take note of `-m NAME`; False when its options are not read."""
        name = ALIASES.get(name, name)
        if name not in KNOWN:
            return False
        self._used[name] = set()
        self.protocol = PROTOCOLS.get(name, self.protocol)
        return True

    def has(self, option: str, protocol: int | None) -> bool:
        """Whether an option is one of an extension that is loaded, be it by `-p`."""
        owners = OWNERS.get(option, ())
        return any(owner in self._used for owner in owners) or IMPLIED.get(protocol or -1) in owners

    def multiport_for(self, option: str) -> bool:
        """Whether `--dport` is short for the `--dports` of multiport: there, and no `-m tcp` that has an own one."""
        return (
            option in ("--dport", "--sport") and "multiport" in self._used and not self._used.keys() & PROTOCOLS.keys()
        )

    def use(self, option: str, owners: tuple[str, ...], protocol: int | None) -> None:
        """Take note of an option. Raises Fail when it was given before."""
        implied = IMPLIED.get(protocol or -1, "")
        owner = next((name for name in owners if name in self._used), implied if implied in owners else owners[0])
        same = SAME.get(option, option)
        used = self._used.setdefault(owner, set())
        if same in used:
            raise Fail(f"{option} is given twice, or with another of its kind", option)
        used.add(same)

    def check(self, protocol: int | None) -> None:
        """At the end of a rule: what is loaded goes with the protocol and is used. Raises Fail."""
        for name, used in self._used.items():
            if name in PROTOCOLS and PROTOCOLS[name] != protocol:
                raise Fail(f"-m {name} needs -p {name}", name)
            if name in NEEDY and not used:
                raise Fail(f"-m {name} needs an option of its own", name)
