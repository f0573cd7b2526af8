"""Server lines with what default-server lines and the pool's health check give them (configuration manual, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portspec.configs.balancer.haproxy.addresses import FILE_DESCRIPTORS, Endpoint, endpoint, is_socket
from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.probes import Probe
from portspec.configs.balancer.haproxy.sections import FORBIDDEN
from portspec.configs.balancer.haproxy.vocabulary import SERVER_FLAGS, SERVER_VALUES
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import HealthCheck, Member
from portspec.packets.addresses import parse_address

MOST_FROM_TEMPLATES = 100_000
"""Servers that the templates of one file may make; more are not read."""
TIMES = ("inter", "fastinter", "downinter")
COUNTS = {"fall": 1, "rise": 1, "weight": 0, "port": 0}
"""Options that are whole numbers, with the least that HAProxy takes."""


class TooManyServersError(Exception):
    """The templates of a file make more servers than are read."""


class Settings(NamedTuple):
    """Options of a server line, gathered from default-server lines and its own."""

    values: dict[str, str]
    flags: dict[str, bool]

    def copy(self) -> Settings:
        """A copy to add to."""
        return Settings(dict(self.values), dict(self.flags))

    def add(self, words: Sequence[str]) -> list[Fault]:
        """Take options over; later ones win. The answer is what HAProxy refuses of them."""
        faults: list[Fault] = []
        at = 0
        while at < len(words):
            word = words[at]
            at += 1
            if word in SERVER_VALUES:
                if at >= len(words):
                    faults.append(Fault("server-option-value", option=word))
                    break
                faults += value_faults(word, words[at])
                self.values[word] = words[at]
                at += 1
            elif word not in SERVER_FLAGS:
                if "$" not in word:
                    faults.append(Fault("server-option", option=word))
            elif word == "enabled":
                self.flags["disabled"] = False
            elif word.startswith("no-"):
                self.flags[word[3:]] = False
            else:
                self.flags[word] = True
        return faults

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        text = self.values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default

    def time(self, name: str) -> int | None:
        """A time in milliseconds."""
        return milliseconds(self.values.get(name, ""))


def value_faults(name: str, value: str) -> Iterator[Fault]:
    """What is wrong with the value of an option; a variable that is not known may be anything."""
    if "$" in value:
        return
    if name in TIMES and not milliseconds(value):
        yield Fault("server-time", option=name, value=value)
    if name in COUNTS and not (value.isascii() and value.isdigit() and int(value[:9]) >= COUNTS[name]):
        yield Fault("server-number", option=name, value=value, least=str(COUNTS[name]))
    elif name == "weight" and int(value[:9]) > 256:
        yield Fault("server-weight", value=value)


class Circle(NamedTuple):
    """What the pool gives to each of its members: the probe, its timeout, and whether certificates are verified where
    the line does not say (`ssl-server-verify` of global)."""

    probe: Probe
    timeout: int | None
    verify: bool
    room: list[int]
    """How many servers the file's templates may still make."""


def members(line: Line, defaults: Settings, circle: Circle) -> tuple[list[Member], list[Fault]]:
    """The members of a server or server-template line, as far as they can be read, and what HAProxy refuses of it.

    Raises TooManyServersError.
    """
    template = line.texts[0] == "server-template"
    needed = 4 if template else 3
    if len(line.words) < needed:
        return [], [Fault("template-incomplete" if template else "server-incomplete")]
    settings = defaults.copy()
    faults = settings.add(line.texts[needed:])
    try:
        names = _template_names(line.texts, circle.room) if template else [line.texts[1]]
        found = _endpoint(line, needed - 1)
    except Fault as fault:
        return [], [fault]
    if FORBIDDEN.search(line.texts[1]):
        faults.append(Fault("name-character", character=FORBIDDEN.findall(line.texts[1])[0], name=line.texts[1]))
    if found is None:
        return [], faults
    faults += _faults(settings, found, circle, line)
    check = _check(settings, circle, line)
    made = Member(
        name="",
        host=found.host,
        address=found.address,
        port=found.first_port or None,
        backup=settings.flags.get("backup", False),
        disabled=settings.flags.get("disabled", False),
        weight=settings.number("weight", 1),
        send_proxy=any(flag.startswith("send-proxy") and on for flag, on in settings.flags.items()),
        tls=settings.flags.get("ssl", False),
        check=check,
        span=line.span,
        offset=found.offset,
        follows=settings.values.get("track", ""),
    )
    return [made._replace(name=name) for name in names], faults


def dispatched(line: Line) -> tuple[list[Member], list[Fault]]:
    """The member of a `dispatch` line, which has no name and no options."""
    if len(line.words) < 2:
        return [], [Fault("dispatch-incomplete")]
    try:
        found = endpoint(line.words[1].address, open_host=True)
    except Fault as fault:
        return [], [fault]
    check = HealthCheck("none", span=line.span)
    port = found.first_port or None
    return [Member("dispatch", found.host, found.address, port, False, False, 1, False, False, check, line.span)], []


def is_elsewhere(line: Line) -> bool:
    """Whether a server line leads to no TCP port of a machine: a socket, a file descriptor, a reverse connection."""
    at = 3 if line.texts[0] == "server-template" else 2
    return len(line.words) > at and (
        is_socket(line.words[at].address) or line.words[at].address.startswith(FILE_DESCRIPTORS)
    )


def _endpoint(line: Line, at: int) -> Endpoint | None:
    """The endpoint of a server; None where it is no TCP port. What a variable hides is left open."""
    word = line.words[at]
    if is_elsewhere(line):
        return None
    if not word.open_variables:
        return endpoint(word.address)
    try:
        return endpoint(word.address, open_host=True)
    except Fault:
        # The port is a variable, or the whole word is.
        host, colon, _ = word.address.rpartition(":")
        if colon and "$" not in host:
            return endpoint(f"{host}:0")
        return Endpoint(word.address, None, False, "any", None, None)


def _faults(settings: Settings, found: Endpoint, circle: Circle, line: Line) -> Iterator[Fault]:
    if found.first_port != found.last_port:
        yield Fault("server-ports")
    checked = settings.flags.get("check", False)
    if checked and settings.values.get("track"):
        yield Fault("check-and-track")
    secure = settings.flags.get("ssl", False) or settings.flags.get("check-ssl", False)
    verify = settings.values.get("verify", "required" if circle.verify else "none")
    if secure and verify == "required" and "ca-file" not in settings.values:
        yield Fault("no-ca-file")
    if checked and found.first_port is None and not any(word.open_variables for word in line.words):
        tcp_connect = circle.probe.kind != "http" and circle.probe.port
        if not settings.number("port", 0) and not tcp_connect:
            yield Fault("probe-without-port")


def _template_names(words: Sequence[str], room: list[int]) -> list[str]:
    first, dash, last = words[2].partition("-")
    if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
        raise Fault("template-range", text=words[2])
    if len(words[2]) > 12:
        raise TooManyServersError
    low, high = (int(first), int(last)) if dash else (1, int(first))
    if high < 1 or low > high:
        raise Fault("template-range", text=words[2])
    room[0] -= high - low + 1
    if room[0] < 0:
        raise TooManyServersError
    return [f"{words[1]}{number}" for number in range(low, high + 1)]


def _check(settings: Settings, circle: Circle, line: Line) -> HealthCheck:
    if not settings.flags.get("check", False):
        return HealthCheck("none", span=line.span)
    probe = circle.probe
    # A connect rule decides by itself. Else check-ssl does; without it a probe uses TLS if the traffic does and
    # neither port nor addr leads it elsewhere.
    tls = probe.tls
    if tls is None:
        tls = settings.flags.get("check-ssl")
    if tls is None:
        elsewhere = "port" in settings.values or "addr" in settings.values
        tls = settings.flags.get("ssl", False) and not elsewhere
    kind = probe.kind
    if tls:
        kind = {"tcp": "tls", "http": "https"}.get(kind, kind)
    return HealthCheck(
        kind=kind,  # type: ignore[arg-type]
        interval=settings.time("inter") or 2000,
        timeout=circle.timeout,
        fall=settings.number("fall", 3),
        rise=settings.number("rise", 2),
        path=probe.path,
        method=probe.method,
        expect=probe.expect,
        port=probe.port or settings.number("port", 0) or None,
        verify=settings.values.get("verify", "required" if circle.verify else "none") == "required",
        span=line.span,
        fast_interval=settings.time("fastinter"),
        address=_address(settings.values.get("addr", "")),
    )


def _address(text: str) -> int | None:
    try:
        return parse_address(text)
    except ValueError:
        return None
