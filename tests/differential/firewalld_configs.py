"""Random firewalld configs with packets at the edges of what they mention."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from differential.pools import (
    PORTS_APART,
    PORTS_WIDE,
    SOURCE_PORTS,
    V4_APART,
    V4_WIDE,
    V6_APART,
    V6_WIDE,
    Hint,
    address_edges,
    port_edges,
    probe_near,
)
from differential.probes import Path, Probe
from portspec.configs.firewall.firewalld.stock import ICMP

PROBES = 160
ZONE_NAMES = (
    "alpha",
    "block",
    "beta",
    "dmz",
    "drop",
    "gamma",
    "home",
    "internal",
    "omega",
    "public",
    "trusted",
    "work",
)
INTERFACES = ("eth0", "eth1", "ens3", "eth+", "ens+", "eth9")
SERVICES = (
    "ssh",
    "https",
    "dns",
    "ntp",
    "etcd-server",
    "kube-api",
    "own",
    "own6",
    "wide",
    "samba-client",
    "bgp",
    "mdns",
)
PROTOCOLS = ("vrrp", "esp", "icmp", "ipv6-icmp", "6", "112")
TRANSPORTS = ("tcp", "tcp", "tcp", "udp", "sctp")
REJECTS = {
    "ipv4": ("icmp-host-prohibited", "port-unreach", "tcp-reset", "icmp-admin-prohibited"),
    "ipv6": ("icmp6-adm-prohibited", "port-unreach", "tcp-reset"),
}
ICMP_NAMES = {
    "ipv4": [name for name, (v4, _) in ICMP.items() if v4],
    "ipv6": [name for name, (_, v6) in ICMP.items() if v6],
}
OWN_SERVICES = {
    "services/own.xml": '<service><port port="9000-9010" protocol="tcp"/><destination ipv4="192.168.22.192/26"/></service>',
    "services/own6.xml": '<service><protocol value="vrrp"/><source-port port="53" protocol="udp"/>'
    '<destination ipv4="192.168.22.201" ipv6="2001:db8:b::/64"/><include service="own"/></service>',
    "services/wide.xml": '<service><include service="own6"/><include service="ssh"/><port port="6443" protocol="tcp"/></service>',
}
SETS = {
    "hosts": ("hash:ip", "ipv4"),
    "nets": ("hash:net", "ipv4"),
    "nets6": ("hash:net", "ipv6"),
    "withport": ("hash:ip,port", "ipv4"),
    "netport6": ("hash:net,port", "ipv6"),
    "marked": ("hash:ip,mark", "ipv4"),
}


class GeneratedConfig(NamedTuple):
    """A config made from a seed, as files by name, with its probes."""

    seed: int
    files: dict[str, str]
    probes: tuple[Probe, ...]

    @property
    def text(self) -> str:
        """The config as one text, as cases are written."""
        return "".join(f"== {name}\n{content}\n" for name, content in self.files.items())


def generate(seed: int) -> GeneratedConfig:
    """The config of a seed."""
    return _Maker(Random(seed), seed).make()


class _Maker:
    def __init__(self, rng: Random, seed: int) -> None:
        self.rng = rng
        self.seed = seed
        self.sources: list[str] = []
        self.destinations: list[str] = []
        self.ports: list[str] = ["22", "443", "6443", "9000-9010", "2380"]
        self.source_ports: list[str] = ["53"]
        self.taken: set[str] = set()

    def chance(self, likely: float) -> bool:
        return self.rng.random() < likely

    def make(self) -> GeneratedConfig:
        rng = self.rng
        files = dict(OWN_SERVICES)
        files["firewalld.conf"] = f"DefaultZone={rng.choice(ZONE_NAMES)}\nIPv6_rpfilter=no\n"
        if self.chance(0.2):
            files["firewalld.conf"] += f"RFC3964_IPv4=no\nLogDenied={rng.choice(('all', 'unicast', 'off'))}\n"
        for name, (kind, family) in SETS.items():
            files[f"ipsets/{name}.xml"] = self.ipset(kind, family)
        zones = rng.sample(ZONE_NAMES, rng.randint(2, 5))
        default = files["firewalld.conf"].partition("=")[2].partition("\n")[0]
        for name in dict.fromkeys([*zones, default]):
            files[f"zones/{name}.xml"] = self.zone()
        for name in rng.sample(("first", "second", "third", "fourth"), rng.randint(0, 4)):
            files[f"policies/{name}.xml"] = self.policy(zones)
        probes = tuple(self.probe() for _ in range(PROBES))
        return GeneratedConfig(self.seed, files, probes)

    def address(self, family: str, side: str) -> str:
        pools = {"ipv4": (V4_APART, V4_WIDE), "ipv6": (V6_APART, V6_WIDE)}[family]
        text = self.rng.choice([one for one in pools[self.chance(0.3)] if "-" not in one])
        (self.sources if side == "source" else self.destinations).append(text)
        return text

    def port(self) -> str:
        text = self.rng.choice(PORTS_APART if self.chance(0.7) else PORTS_WIDE)
        self.ports.append(text)
        return text

    def ipset(self, kind: str, family: str) -> str:
        option = '<option name="family" value="inet6"/>' if family == "ipv6" else ""
        entries: list[str] = []
        pool = V4_APART if family == "ipv4" else V6_APART
        single = "ip" in kind.split(":")[1].split(",")
        for text in self.rng.sample([one for one in pool if "-" not in one and (not single or "/" not in one)], 2):
            self.sources.append(text)
            more: dict[str, Callable[[], str]] = {
                "port": self.set_port,
                "mark": lambda: str(self.rng.choice((0, 0, 7))),
            }
            words = [text] + [more[part]() for part in kind.split(":")[1].split(",")[1:]]
            entries.append(f"<entry>{','.join(words)}</entry>")
        return f'<ipset type="{kind}">{option}{"".join(entries)}</ipset>'

    def set_port(self) -> str:
        text = self.rng.choice(SOURCE_PORTS)
        self.source_ports.append(text)
        self.ports.append(text)
        return self.rng.choice(("", "tcp:", "udp:")) + text

    def zone(self) -> str:
        rng = self.rng
        target = rng.choice(
            ("", "", "", ' target="ACCEPT"', ' target="DROP"', ' target="%%REJECT%%"', ' target="default"')
        )
        lines = [f"<zone{target}>"]
        for _ in range(rng.choice((0, 0, 1, 2))):
            name = rng.choice(INTERFACES)
            if name not in self.taken:
                self.taken.add(name)
                lines.append(f'<interface name="{name}"/>')
        for _ in range(rng.choice((0, 1, 1, 2))):
            if self.chance(0.25):
                name = rng.choice(list(SETS))
                text, line = f"ipset:{name}", f'<source ipset="{name}"/>'
            else:
                text = self.address(rng.choice(("ipv4", "ipv4", "ipv6")), "source")
                line = f'<source address="{text}"/>'
            if text not in self.taken:
                self.taken.add(text)
                lines.append(line)
        lines += self.settings(rules=rng.randint(0, 5), masquerade=True, to_address=False)
        if self.chance(0.5):
            lines.append("<forward/>")
        if self.chance(0.15):
            lines.append("<icmp-block-inversion/>")
        return "\n".join([*lines, "</zone>"])

    def settings(self, *, rules: int, masquerade: bool, to_address: bool) -> list[str]:
        rng = self.rng
        lines = [f'<service name="{name}"/>' for name in rng.sample(SERVICES, rng.choice((0, 1, 1, 2)))]
        lines += [
            f'<port port="{self.port()}" protocol="{rng.choice(TRANSPORTS)}"/>' for _ in range(rng.choice((0, 1, 2)))
        ]
        if self.chance(0.2):
            lines.append(f'<protocol value="{rng.choice(PROTOCOLS)}"/>')
        if self.chance(0.2):
            text = rng.choice(SOURCE_PORTS)
            self.source_ports.append(text)
            lines.append(f'<source-port port="{text}" protocol="{rng.choice(TRANSPORTS)}"/>')
        lines += [f'<icmp-block name="{rng.choice(list(ICMP))}"/>' for _ in range(rng.choice((0, 0, 1)))]
        if masquerade and self.chance(0.3):
            lines.append("<masquerade/>")
        if masquerade and self.chance(0.3):
            where = ' to-addr="10.2.0.5"' if to_address or self.chance(0.4) else ""
            lines.append(f'<forward-port port="{self.port()}" protocol="tcp" to-port="8080"{where}/>')
        lines += [self.rule(forward=masquerade, to_address=to_address) for _ in range(rules)]
        rng.shuffle(lines)
        return lines

    def rule(self, *, forward: bool, to_address: bool) -> str:
        rng = self.rng
        family = rng.choice(("ipv4", "ipv4", "ipv6", ""))
        parts: list[str] = []
        if family:
            for side in ("source", "destination"):
                if self.chance(0.5):
                    invert = ' invert="True"' if self.chance(0.15) else ""
                    parts.append(f"<{side} {self.rich_address(family, side)}{invert}/>")
        priority = f' priority="{rng.choice((-10, -1, 1, 5))}"' if self.chance(0.5) else ""
        opening = f"<rule{f' family={chr(34)}{family}{chr(34)}' if family else ''}{priority}>"
        if forward and family == "ipv4" and self.chance(0.15):
            where = ' to-addr="10.2.0.5"' if to_address or self.chance(0.5) else ""
            parts.append(f'<forward-port port="{self.port()}" protocol="tcp" to-port="8080"{where}/>')
            return f"{opening}{''.join(parts)}</rule>"
        element, only_tcp = self.element(family, conflicting="destination" in "".join(parts))
        if not element and not parts and not priority:
            element, only_tcp = f'<port port="{self.port()}" protocol="tcp"/>', True
        parts.append(element)
        if element.startswith("<icmp-block"):
            return f"{opening}{''.join(parts)}</rule>"
        action = rng.choice(("accept", "accept", "accept", "reject", "drop"))
        kind = ""
        if action == "reject" and family and self.chance(0.5):
            kinds = [one for one in REJECTS[family] if one != "tcp-reset" or only_tcp]
            kind = f' type="{rng.choice(kinds)}"'
        if self.chance(0.2):
            parts.append('<log prefix="x" level="info"/>')
        return f"{opening}{''.join(parts)}<{action}{kind}/></rule>"

    def rich_address(self, family: str, side: str) -> str:
        if self.chance(0.25):
            # A negated set with source ports is left open, so those are only asked for as they are.
            names = [name for name, (kind, own) in SETS.items() if own == family and "," not in kind]
            if names:
                return f'ipset="{self.rng.choice(names)}"'
        return f'address="{self.address(family, side)}"'

    def element(self, family: str, *, conflicting: bool) -> tuple[str, bool]:
        rng = self.rng
        kind = rng.choice(("port", "port", "port", "service", "icmp-type", "icmp-block", "protocol", "source-port", ""))
        if kind == "service":
            names = [name for name in SERVICES if not conflicting or name not in ("own", "own6", "wide", "mdns")]
            return f'<service name="{rng.choice(names)}"/>', False
        if kind in ("icmp-type", "icmp-block"):
            names = ICMP_NAMES[family] if family else list(ICMP)
            return f'<{kind} name="{rng.choice(names)}"/>', False
        if kind == "protocol":
            return f'<protocol value="{rng.choice(PROTOCOLS)}"/>', False
        if not kind:
            return "", True
        transport = rng.choice(TRANSPORTS)
        text = self.port() if kind == "port" else rng.choice(SOURCE_PORTS)
        if kind == "source-port":
            self.source_ports.append(text)
        return f'<{kind} port="{text}" protocol="{transport}"/>', transport == "tcp"

    def policy(self, zones: list[str]) -> str:
        rng = self.rng
        ends: list[list[str]] = []
        for symbolic in (("ANY", "HOST"), ("ANY", "HOST")):
            names = [rng.choice(symbolic)] if self.chance(0.5) else rng.sample(zones, rng.randint(1, 2))
            ends.append(names)
        if ends[0] == ["HOST"] and ends[1] == ["HOST"]:
            ends[0] = ["ANY"]
        host = ["HOST"] in ends
        priority = rng.choice((-20000, -100, -5, 3, 100))
        target = rng.choice(("CONTINUE", "CONTINUE", "ACCEPT", "DROP", "REJECT"))
        lines = [f'<policy target="{target}" priority="{priority}">']
        lines += [f'<ingress-zone name="{name}"/>' for name in ends[0]]
        lines += [f'<egress-zone name="{name}"/>' for name in ends[1]]
        rewriting = not host and ends[1] == ["ANY"]
        lines += self.settings(rules=rng.randint(0, 3), masquerade=rewriting, to_address=True)
        return "\n".join([*lines, "</policy>"])

    def probe(self) -> Probe:
        path: Path = self.rng.choice(("input", "input", "input", "forward", "output"))
        hints = (
            Hint("source", address_edges(self.sources)),
            Hint("destination", address_edges(self.destinations) if self.chance(0.6) else ()),
            Hint("low", port_edges(self.ports)),
            Hint("source_port", port_edges(self.source_ports) if self.chance(0.4) else ()),
        )
        return probe_near(self.rng, path, hints)
