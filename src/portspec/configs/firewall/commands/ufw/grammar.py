"""How a command says a rule (ufw(8)). ufw 0.36.2 is followed word by word: `ufw/parser.py` and `ufw/common.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from portspec.configs.firewall.commands.shell import Word
from portspec.configs.firewall.commands.ufw.profiles import profile, protocol_of
from portspec.configs.firewall.commands.ufw.rule import ACTIONS, UfwRule
from portspec.configs.firewall.services import SERVICES
from portspec.packets.addresses import format_address, parse_address

PROTOCOLS = ("tcp", "udp", "ipv6", "esp", "ah", "igmp", "gre", "vrrp")
WITHOUT_PORTS = frozenset(PROTOCOLS) - {"tcp", "udp"}
ONLY_V4 = ("ipv6", "igmp")
KEYS = frozenset({"proto", "from", "to", "port", "app", "in", "out"})
MOST_WORDS = 13
MOST_PORTS = 14
NUMERIC = re.compile(r"\d(?:[0-9,:]*\d)?")
INTERFACE = re.compile(r"[a-zA-Z0-9_.+,=%@-]{1,15}")
ANYWHERE = ("0.0.0.0/0", "::/0")


class FaultError(Exception):
    """What ufw would say, and the word that it is about."""

    def __init__(self, message: str, word: Word, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.word = word
        self.hint = hint


class Request(NamedTuple):
    """A command about a rule. `family`: `v4`, `v6` or `both`. `position`: 0 at the end, -1 first, else the number."""

    rule: UfwRule
    family: str
    remove: bool = False
    position: int = 0


def parse(words: Sequence[Word], *, forward: bool) -> Request:
    """What the words behind `ufw` or `ufw route` ask for. Raises FaultError."""
    rest = list(words)
    remove, position = False, 0
    if rest[0].text.lower() == "delete":
        remove = True
        del rest[0]
    elif rest[0].text.lower() == "insert":
        if len(rest) < 4:
            raise FaultError("insert needs a number and a rule", rest[0])
        if not re.match(r"[0-9]+\Z", rest[1].text) or int(rest[1].text[:9]) == 0:
            raise FaultError(f"cannot insert a rule at {rest[1].text[:20]!r}", rest[1])
        position = int(rest[1].text[:9])
        del rest[:2]
    elif rest[0].text.lower() == "prepend":
        position = -1
        del rest[0]
    if not rest or rest[0].text not in ACTIONS:
        raise FaultError("expected allow, deny, reject or limit", rest[0] if rest else words[-1])
    first = rest[0]
    rule = UfwRule(first.text, first.line, first.column, forward=forward)
    rule, rest = _before(rule, rest[1:], first)
    if not 1 <= len(rest) < MOST_WORDS:
        raise FaultError(f"{first.text} needs a port, or from and to", first)
    if len(rest) == 1 and not (rule.into or rule.out_of):
        rule, family = _short(rule, rest[0]), "both"
    else:
        rule, family = _long(rule, rest)
    if rule.protocol in ONLY_V4:
        if family == "v6":
            raise FaultError(f"protocol {rule.protocol} goes with IPv4 only", first)
        family = "v4"
    if rule.protocol in WITHOUT_PORTS and (rule.port or rule.source_port):
        raise FaultError(f"protocol {rule.protocol} has no ports", first)
    if rule.protocol not in ("tcp", "udp") and re.search("[,:]", rule.port + rule.source_port):
        raise FaultError("several ports need proto tcp or proto udp", first)
    return Request(rule, family, remove, position)


def _before(rule: UfwRule, rest: list[Word], first: Word) -> tuple[UfwRule, list[Word]]:
    """What stands before the addresses: direction or interfaces, log, and the comment, wherever that is."""
    for at, word in enumerate(rest):
        if word.text == "comment" and not (at and rest[at - 1].text == "app"):
            if at + 1 == len(rest) or "'" in rest[at + 1].text:
                raise FaultError("comment needs a text without '", word)
            rule = rule._replace(comment=rest[at + 1].text)
            rest = rest[:at] + rest[at + 2 :]
            break
    while rest and rest[0].text.lower() in ("in", "out"):
        side = rest[0].text.lower()
        if len(rest) > 1 and rest[1].text.lower() == "on":
            if len(rest) < 3 or not INTERFACE.fullmatch(rest[2].text) or rest[2].text in (".", ".."):
                raise FaultError("on needs the name of an interface", rest[1])
            if (rule.into or rule.out_of) and (not rule.forward or (rule.into if side == "in" else rule.out_of)):
                raise FaultError("one interface too many", rest[1])
            if not (rule.into or rule.out_of):
                rule = rule._replace(direction=side)
            rule = rule._replace(into=rest[2].text) if side == "in" else rule._replace(out_of=rest[2].text)
            rest = rest[3:]
        else:
            if rule.forward or rule.into or rule.out_of or len(rest) == 1:
                raise FaultError(f"{side} needs on and an interface here", rest[0])
            rule = rule._replace(direction=side)
            rest = rest[1:]
            break
    if rest and rest[0].text.lower() in ("log", "log-all"):
        rule = rule._replace(log=rest[0].text.lower())
        rest = rest[1:]
    if not rest and (rule.into or rule.out_of):
        return rule, [first._replace(text="to"), first._replace(text="any")]
    return rule, rest


def _short(rule: UfwRule, word: Word) -> UfwRule:
    """`ufw allow 22/tcp`: a port, a service or a profile."""
    if word.text not in SERVICES and re.match(r"(?!\d+\Z)(?!all\Z)[a-zA-Z0-9][a-zA-Z0-9 _.+-]*\Z", word.text):
        return rule._replace(to_app=_profile(word))
    port, slash, protocol = word.text.partition("/")
    rule = rule._replace(port=_ports(word, port))
    if slash:
        if protocol not in ("tcp", "udp"):
            raise FaultError(f"{protocol[:20]!r} is no protocol that has ports", word)
        rule = rule._replace(protocol=protocol)
    return _of_services(rule, [(port, word)])


def _long(rule: UfwRule, rest: Sequence[Word]) -> tuple[UfwRule, str]:
    """`ufw allow proto tcp from A port X to B port Y`."""
    if len(rest) % 2:
        raise FaultError("wrong number of words", rest[-1])
    given: set[str] = set()
    where = ""
    families: dict[str, str] = {}
    services: list[tuple[str, Word]] = []
    for key, value in zip(rest[::2], rest[1::2], strict=True):
        name = key.text
        if name not in KEYS or name in ("in", "out"):
            raise FaultError(f"unexpected word {name[:40]!r}", key)
        if name in ("port", "app"):
            if not where:
                raise FaultError(f"{name} needs from or to before it", key)
            name = f"{where} port"
        if name in given:
            raise FaultError(f"{key.text} is given twice", key)
        given.add(name)
        if key.text in ("from", "to"):
            where = key.text
            address, families[where] = _address(value)
            rule = rule._replace(source=address) if where == "from" else rule._replace(destination=address)
        elif key.text == "proto":
            if value.text not in (*PROTOCOLS, "any"):
                raise FaultError(
                    f"{value.text[:20]!r} is no protocol that ufw knows", value, f"known: {', '.join(PROTOCOLS)}"
                )
            rule = rule._replace(protocol=value.text)
        elif key.text == "app":
            app = _profile(value)
            if where == "from" and app != value.text:
                # ufw 0.36.2 then takes the profile for that of the destination.
                raise FaultError(f"the profile's name is {app!r}", value)
            rule = rule._replace(from_app=app) if where == "from" else rule._replace(to_app=app)
        else:
            port = _ports(value, value.text)
            services.append((value.text, value))
            rule = rule._replace(source_port=port) if where == "from" else rule._replace(port=port)
    if not families and not (rule.into or rule.out_of):
        raise FaultError("needs from or to", rest[0])
    if (rule.to_app or rule.from_app) and rule.protocol != "any":
        raise FaultError("an application profile brings its protocol along", rest[0])
    named = set(families.values()) - {"both"}
    if len(named) > 1:
        raise FaultError("from and to are of different IP families", rest[0])
    return _of_services(rule, services), named.pop() if named else "both"


def _profile(word: Word) -> str:
    found = profile(word.text)
    if found is None:
        raise FaultError(
            f"no application profile {word.text[:40]!r} is known here", word, "it is a file of the host: write the port"
        )
    return found


def _address(word: Word) -> tuple[str, str]:
    """The address as ufw keeps it, empty for any, and its family."""
    text = word.text.lower()
    if text == "any":
        return "", "both"
    address, slash, mask = text.partition("/")
    v6 = ":" in address
    bits = 128 if v6 else 32
    try:
        point = parse_address(address)
        prefix = _prefix(mask, bits) if slash else bits
    except ValueError:
        raise FaultError(f"bad address {word.text[:60]!r}", word) from None
    if prefix < bits and not v6:
        # Of an IPv6 network ufw keeps what is beyond the prefix; to iptables it makes no difference.
        point = point >> (bits - prefix) << (bits - prefix)
    made = format_address(point) + (f"/{prefix}" if prefix < bits else "")
    return "" if made in ANYWHERE else made, "v6" if v6 else "v4"


def _prefix(mask: str, bits: int) -> int:
    if "." in mask and bits == 32:
        number = parse_address(mask)
        if number & (~number & 0xFFFFFFFF) >> 1 or (number and not number >> 31):
            raise ValueError(mask)
        return number.bit_count()
    if not re.fullmatch("[0-9]{1,3}", mask) or int(mask) > bits:
        raise ValueError(mask)
    return int(mask)


def _ports(word: Word, text: str) -> str:
    """The ports in the order in which ufw keeps them; a service is its number."""
    if text == "any":
        return ""
    if not NUMERIC.fullmatch(text):
        if text not in SERVICES:
            raise FaultError(
                f"bad port {text[:40]!r}", word, "a number, a range such as 8000:8099, a list, or a common service"
            )
        return str(SERVICES[text])
    if text.count(",") + text.count(":") > MOST_PORTS:
        raise FaultError(f"more than {MOST_PORTS + 1} ports, where a range counts twice", word)
    spans = []
    for part in text.split(","):
        first, colon, last = part.partition(":")
        numbers = [first, last] if colon else [first]
        if not all(re.fullmatch("[0-9]{1,5}", number) and 1 <= int(number) <= 65535 for number in numbers):
            raise FaultError(f"bad port {part[:40]!r}", word)
        if colon and int(first) >= int(last):
            raise FaultError(f"bad range {part!r}", word)
        spans.append((int(first), *((int(last),) if colon else ()), part))
    return ",".join(str(part[-1]) for part in sorted(spans, key=lambda span: span[:-1]))


def _of_services(rule: UfwRule, ports: Sequence[tuple[str, Word]]) -> UfwRule:
    """The rule with the protocol that the services in it have."""
    for text, word in ports:
        if text not in SERVICES:
            continue
        protocol = protocol_of(text)
        if rule.protocol == "any":
            rule = rule._replace(protocol=protocol)
        elif protocol not in ("any", rule.protocol):
            raise FaultError(f"service {text} is not one of {rule.protocol}", word)
    return rule
