"""One rule of ufw, and the rules of iptables that it stands for (ufw-framework(8); `ufw/backend_iptables.py` of 0.36.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from portspec.configs.firewall.commands.ufw.profiles import PROFILES

ACTIONS = {"allow": "ACCEPT", "deny": "DROP", "reject": "REJECT", "limit": ""}


class UfwRule(NamedTuple):
    """A rule as ufw keeps it; `line` and `column` are those of its command. An empty text is whatever there may be."""

    action: str
    line: int
    column: int
    log: str = ""
    direction: str = "in"
    forward: bool = False
    protocol: str = "any"
    source: str = ""
    source_port: str = ""
    destination: str = ""
    port: str = ""
    into: str = ""
    out_of: str = ""
    to_app: str = ""
    from_app: str = ""
    comment: str = ""

    @property
    def kind(self) -> tuple[object, ...]:
        """What two rules have in common of which a list holds one."""
        return (self.direction, self.forward, self.protocol, self.source, self.source_port, self.destination, self.port,
                self.into, self.out_of, self.to_app, self.from_app)  # fmt: skip

    @property
    def application(self) -> tuple[object, ...] | None:
        """What the rules have in common that one application profile made; None for others."""
        if not self.to_app and not self.from_app:
            return None
        ports = ("" if self.to_app else self.port, "" if self.from_app else self.source_port)
        return (
            self.to_app,
            self.from_app,
            self.destination,
            self.source,
            self.into,
            self.out_of,
            self.direction,
            *ports,
        )


def of_profile(rule: UfwRule) -> Iterator[UfwRule]:
    """The rules that one with application profiles stands for."""
    if not rule.to_app and not rule.from_app:
        yield rule
        return
    for to in PROFILES.get(rule.to_app, ("",)):
        for source in (to,) if rule.to_app == rule.from_app else PROFILES.get(rule.from_app, ("",)):
            one = rule
            protocol = source.partition("/")[2] or to.partition("/")[2] or "any"
            if to:
                one = one._replace(port=_sorted(to))
            if source:
                one = one._replace(source_port=_sorted(source))
            yield one._replace(protocol=protocol)


def _sorted(ports: str) -> str:
    return ",".join(sorted(ports.partition("/")[0].split(","), key=lambda part: int(part.partition(":")[0])))


def written(rule: UfwRule, *, v6: bool) -> Iterator[str]:
    """The rules of iptables that ufw writes for one of its own. What only logs is left out: it decides nothing."""
    prefix = "ufw6" if v6 else "ufw"
    chain = f"{prefix}-user-{'forward' if rule.forward else 'output' if rule.direction == 'out' else 'input'}"
    both = rule.protocol == "any" and (rule.port or rule.source_port)
    for protocol in ("tcp", "udp") if both else (rule.protocol,):
        matches = " ".join(_matches(rule, protocol))
        head = f"-A {chain} {matches}".rstrip()
        if rule.action == "limit":
            yield f"{head} -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j {prefix}-user-limit"
            yield f"{head} -j {prefix}-user-limit-accept"
        else:
            answer = " --reject-with tcp-reset" if rule.action == "reject" and protocol == "tcp" else ""
            yield f"{head} -j {ACTIONS[rule.action]}{answer}"


def _matches(rule: UfwRule, protocol: str) -> Iterator[str]:
    if rule.into:
        yield f"-i {rule.into}"
    if rule.out_of:
        yield f"-o {rule.out_of}"
    if protocol != "any":
        yield f"-p {protocol}"
    several = any(char in rule.port + rule.source_port for char in ",:")
    if rule.destination:
        yield f"-d {rule.destination}"
    if rule.port:
        yield f"-m multiport --dports {rule.port}" if several else f"--dport {rule.port}"
    if rule.source:
        yield f"-s {rule.source}"
    if rule.source_port:
        yield f"-m multiport --sports {rule.source_port}" if several else f"--sport {rule.source_port}"
