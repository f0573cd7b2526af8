"""Configs of keepalived made by chance: right ones, odd ones, and ones with mistakes that people make. IPv4 and TCP mostly."""

from __future__ import annotations

import random

NUMBERS = ("1", "2", "5", "0", "10", "0.5", "1.25", "-1", "x", "3s", "+4", "1e1", "007", "99999999999")
PORTS = ("80", "443", "6443", "22623", "0", "", "65535", "65536", "http", "-1")
ADDRESSES = ("10.0.0.1", "10.0.0.2", "10.0.1.7", "192.168.22.10", "10.0.0.300", "lb.example", "10.0.0.9/24", "1.2.3")
WEIGHTS = ("0", "1", "x", "3s", "007", "1e1")
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "sh", "mh", "dh", "fo", "sed", "nq", "lblc", "RR", "random", "")
METHODS = ("NAT", "DR", "TUN", "nat", "MASQ", "")
PROTOCOLS = ("TCP", "tcp", "UDP", "SCTP", "ICMP", "")
WORDS = (
    "frobnicate",
    "nat_mask 255.255.255.0",
    "lb_kind DR",
    "}",
    "{",
    "weight 3 }",
    '"',
    "alpha",
    "omega",
    "ha_suspend",
)


class Maker:
    """Makes one config from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.wild = self.random.choice((0.0, 0.0, 0.03, 0.12))
        self.lines: list[str] = []
        self.servers = 0
        self.port = ""

    def text(self) -> str:
        groups = self.random.randint(0, 2)
        if self.random.random() < 0.3:
            self.block("global_defs", [f"router_id lb{self.random.randint(1, 9)}", "lvs_timeouts tcp 300"])
        for number in range(groups):
            self.group(number)
        for _ in range(self.random.randint(1, 3)):
            self.virtual(groups)
        return "\n".join(self.lines) + "\n"

    def pick(self, usual: str, odd: tuple[str, ...]) -> str:
        return self.random.choice(odd) if self.random.random() < self.wild else usual

    def block(self, head: str, body: list[str], indent: int = 0) -> None:
        space = "  " * indent
        one_line = self.random.random() < 0.1
        opening = "\n{" if self.random.random() < 0.05 else "{" if self.random.random() < 0.1 else " {"
        if one_line:
            self.lines.append(f"{space}{head}{opening} {' '.join(body[:1])}")
            body = body[1:]
        else:
            self.lines.append(f"{space}{head}{opening}")
        self.lines += [f"{space}  {line}{self.comment()}" for line in body]
        self.lines.append(f"{space}}}")

    def comment(self) -> str:
        return self.random.choice((" # note }", " ! note {", "\t", " #", "\r")) if self.random.random() < 0.05 else ""

    def group(self, number: int) -> None:
        body = []
        for _ in range(self.random.randint(self.wild == 0.0, 3)):
            port = self.pick(self.random.choice(PORTS[:4]), PORTS)
            address = self.random.choice(
                ("10.0.5.1-3", "10.0.6.0/30", "10.0.7.9", "10.0.8.5-10.0.8.7", "10.0.9.5-2", "x")
            )
            if address in ("10.0.9.5-2", "x") and self.wild == 0.0:
                address = "10.0.7.8"
            body.append(f"{address} {port}" if self.random.random() > 0.1 else f"fwmark {self.random.randint(1, 3)}")
        self.block(f"virtual_server_group G{number}", body)

    def virtual(self, groups: int) -> None:
        kind = self.random.random()
        if kind < 0.15 and groups:
            head = f"group G{self.random.randrange(groups + (self.wild > 0))}"
        elif kind < 0.2:
            head = f"fwmark {self.random.randint(1, 9)}"
        else:
            head = f"{self.pick(self.random.choice(ADDRESSES[:4]), ADDRESSES)} {self.pick(self.random.choice(PORTS[:4]), PORTS)}"
        # Without NAT a server has the port of the clients, and a config that is right says so.
        own = head.split()[-1] if kind >= 0.2 and self.wild == 0.0 and self.random.random() < 0.7 else ""
        self.port = own if own != "0" else ""
        body: list[str] = []
        self.add(body, 0.95, "lvs_sched", self.random.choice(SCHEDULERS[:11]), SCHEDULERS)
        self.add(body, 0.95, self.random.choice(("lvs_method", "lb_kind")), self.random.choice(METHODS[:3]), METHODS)
        if not head.startswith("fwmark"):
            self.add(body, 0.97, "protocol", self.random.choice(PROTOCOLS[:2]), PROTOCOLS)
        self.add(body, 0.2, "persistence_timeout", "50", NUMBERS)
        self.times(body)
        self.add(body, 0.1, "weight", "4", WEIGHTS)
        if self.random.random() < self.wild:
            body.insert(self.random.randint(0, len(body)), self.random.choice(WORDS))
        self.random.shuffle(body)
        start = len(self.lines)
        self.block(f"virtual_server {head}", body)
        closing = self.lines.pop()
        for _ in range(self.random.randint(1, 4)):
            self.real()
        if self.random.random() < 0.2:
            self.lines.append(f"  sorry_server 10.9.9.9 {self.random.choice(PORTS[:3])}")
        self.lines.append(closing)
        if self.random.random() < 0.1:
            self.defined(start)

    def defined(self, start: int) -> None:
        """Move some words into definitions."""
        for name, value in (("SCHED", "lvs_sched"), ("PORT", "443")):
            self.lines[start:] = [
                line.replace(f"{value} ", f"${{{name}}} ") if not line.startswith("$") else line
                for line in self.lines[start:]
            ]
            self.lines.insert(start, f"${name}={value}")

    def add(self, body: list[str], often: float, name: str, usual: str, odd: tuple[str, ...]) -> None:
        if self.random.random() < often:
            body.append(f"{name} {self.pick(usual, odd)}".rstrip())

    def times(self, body: list[str]) -> None:
        for name in ("delay_loop", "retry", "delay_before_retry", "connect_timeout"):
            self.add(body, 0.25, name, self.random.choice(NUMBERS[:3]), NUMBERS)

    def real(self) -> None:
        self.servers += 1
        address = self.pick(f"10.1.0.{self.servers}", (*ADDRESSES, f"10.1.0.{self.servers - 1}"))
        port = self.port or self.pick(self.random.choice(PORTS[:4]), PORTS)
        body: list[str] = []
        self.add(body, 0.3, "weight", self.random.choice(("0", "1", "3", "100")), WEIGHTS)
        self.add(body, 0.1, "lvs_method", self.random.choice(METHODS[:3]), METHODS)
        self.times(body)
        if self.random.random() < 0.1:
            body.append("inhibit_on_failure")
        self.block(f"real_server {address} {port}".rstrip(), body, 1)
        closing = self.lines.pop()
        for _ in range(self.random.choice((0, 1, 1, 1, 2))):
            self.checker()
        self.lines.append(closing)

    def checker(self) -> None:
        kind = self.random.choice(
            ("SSL_GET", "HTTP_GET", "TCP_CHECK", "TCP_CHECK", "SMTP_CHECK", "PING_CHECK", "DNS_CHECK")
        )
        body: list[str] = []
        self.times(body)
        self.add(body, 0.2, "connect_port", "1936", PORTS[:5])
        self.add(body, 0.1, "connect_ip", "10.2.0.1", ADDRESSES)
        self.block(kind, body, 2)
        if kind in ("SSL_GET", "HTTP_GET"):
            closing = self.lines.pop()
            for _ in range(self.random.choice((1, 1, 1, 2))):
                path = self.random.choice(("/readyz", '"/healthz/ready"', "/"))
                self.block(
                    "url", [f"path {path}", f"status_code {self.random.choice(('200', '200-299', '200 404'))}"], 3
                )
            self.lines.append(closing)


def generated(seed: int) -> str:
    """The config of a seed."""
    return Maker(seed).text()
