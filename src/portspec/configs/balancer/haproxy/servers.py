"""Server lines with what default-server lines and the pool's health check give them (configuration manual, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.balancer.haproxy.addresses import FILE_DESCRIPTORS, Endpoint, endpoint, is_socket
from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.places import Places
from portspec.configs.balancer.haproxy.probes import Probe
from portspec.configs.balancer.haproxy.sections import FORBIDDEN
from portspec.configs.balancer.haproxy.vocabulary import SERVER_FLAGS, SERVER_VALUES
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import HealthCheck, Member
from portspec.packets.addresses import parse_address
from portspec.records import NamedTuple
from portspec.source import Span

MOST_FROM_TEMPLATES = 100_000
"""Servers that the templates of one file may make; more are not read."""
TIMES = ("inter", "fastinter", "downinter")
BEFORE, PLACE = Member._fields.index("port") + 1, Member._fields.index("span")
"""Where, among the values of a member, those end that an address gives, and where its place stands."""
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
    """What the pool gives to each of its members: the probe, `timeout connect` and `timeout check`, and whether
    certificates are verified where the line does not say (`ssl-server-verify` of global)."""

    probe: Probe
    connect: int | None
    timeout: int | None
    verify: bool


class Kind(NamedTuple):
    """What server lines of the same options have in common: the member without name, address and place, the options,
    and what HAProxy refuses of them wherever they lead. `middle` and `rest` are the member's values around its place."""

    member: Member
    settings: Settings
    faults: list[Fault]
    middle: tuple[object, ...]
    rest: tuple[object, ...]

    @property
    def agent(self) -> bool:
        """Whether an agent on the server has a say in its state."""
        return self.settings.flags.get("agent-check", False)

    @property
    def cookie(self) -> bool:
        """Whether clients are tied to the server by a cookie."""
        return "cookie" in self.settings.values


class Made(NamedTuple):
    """What came of a server line: the members, what HAProxy refuses, and of which kind the line is."""

    members: list[Member]
    faults: list[Fault]
    kind: Kind | None = None


class Servers:
    """Reads the server lines of a file. Lines of the same options, below the same defaults, are of one kind."""

    def __init__(self) -> None:
        self.room = MOST_FROM_TEMPLATES
        self.tracking = False
        self.places = Places()
        self.circle = Circle(Probe("tcp"), None, None, verify=True)
        self.words: tuple[tuple[str, ...], ...] = ()
        self.settings = Settings({}, {})
        self.kinds: dict[tuple[str, ...], Kind] = {}
        self.known: dict[tuple[Circle, tuple[tuple[str, ...], ...]], dict[tuple[str, ...], Kind]] = {}

    def begin(self, circle: Circle, inherited: Sequence[Line]) -> None:
        """Start with the lines of another pool; what its defaults get wrong is told of where they stand."""
        self.circle, self.words, self.settings = circle, (), Settings({}, {})
        for line in inherited:
            self.settings.add(line.texts[1:])
            self.words += (line.texts[1:],)
        self.kinds = self.known.setdefault((circle, self.words), {})

    def default(self, words: tuple[str, ...]) -> list[Fault]:
        """Take over a default-server line. The answer is what HAProxy refuses of it."""
        faults = self.settings.add(words)
        self.words += (words,)
        self.kinds = self.known.setdefault((self.circle, self.words), {})
        return faults

    def plain(self, line: Line) -> Member | None:
        """The member of a server line that is written as most are, and of which there is nothing to say."""
        texts = line.texts
        kind = self.kinds.get(texts[3:])
        if kind is None or line.lexed or kind.faults or kind.agent or kind.cookie:
            return None
        name = texts[1]
        if not (name.isalnum() and name.isascii()) and FORBIDDEN.search(name):
            return None
        found = self.places.usual(texts[2])
        if found is None:
            return None
        # As _replace would, which takes thrice as long.
        return tuple.__new__(Member, (name, *found, *kind.middle, line.span, *kind.rest))

    def members(self, line: Line) -> Made:
        """The members of a server or server-template line, as far as they can be read, and what HAProxy refuses of it.

        Raises TooManyServersError.
        """
        texts = line.texts
        template = texts[0] == "server-template"
        needed = 4 if template else 3
        if len(texts) < needed:
            return Made([], [Fault("template-incomplete" if template else "server-incomplete")])
        kind = self.kinds.get(texts[needed:])
        if kind is None:
            kind = self.kinds[texts[needed:]] = self.kind(texts[needed:])
        faults = [*kind.faults]
        try:
            names = self.template_names(texts) if template else [texts[1]]
            endpoint = _endpoint(line, needed - 1)
        except Fault as fault:
            return Made([], [fault])
        if FORBIDDEN.search(texts[1]):
            faults.append(Fault("name-character", character=FORBIDDEN.findall(texts[1])[0], name=texts[1]))
        if endpoint is None:
            return Made([], faults)
        faults += _address_faults(kind.settings, endpoint, self.circle, line)
        made = kind.member._replace(
            host=endpoint.host,
            address=endpoint.address,
            port=endpoint.first_port or None,
            span=line.span,
            offset=endpoint.offset,
        )
        return Made([made._replace(name=name) for name in names], faults, kind)

    def kind(self, words: tuple[str, ...]) -> Kind:
        settings = self.settings.copy()
        faults = settings.add(words)
        faults += _option_faults(settings, self.circle)
        self.tracking = self.tracking or "track" in settings.values
        member = Member(
            name="",
            host="",
            address=None,
            port=None,
            backup=settings.flags.get("backup", False),
            disabled=settings.flags.get("disabled", False),
            weight=settings.number("weight", 1),
            send_proxy=any(flag.startswith("send-proxy") and on for flag, on in settings.flags.items()),
            tls=settings.flags.get("ssl", False),
            check=_check(settings, self.circle),
            span=Span(1),
            follows=settings.values.get("track", ""),
        )
        return Kind(member, settings, faults, member[BEFORE:PLACE], member[PLACE + 1 :])

    def template_names(self, words: Sequence[str]) -> list[str]:
        first, dash, last = words[2].partition("-")
        if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
            raise Fault("template-range", text=words[2])
        if len(words[2]) > 12:
            raise TooManyServersError
        low, high = (int(first), int(last)) if dash else (1, int(first))
        if high < 1 or low > high:
            raise Fault("template-range", text=words[2])
        self.room -= high - low + 1
        if self.room < 0:
            raise TooManyServersError
        return [f"{words[1]}{number}" for number in range(low, high + 1)]


def dispatched(line: Line) -> tuple[list[Member], list[Fault]]:
    """The member of a `dispatch` line, which has no name and no options."""
    if len(line.texts) < 2:
        return [], [Fault("dispatch-incomplete")]
    try:
        found = endpoint(line.word(1).address, open_host=True)
    except Fault as fault:
        return [], [fault]
    check = HealthCheck("none")
    port = found.first_port or None
    return [Member("dispatch", found.host, found.address, port, False, False, 1, False, False, check, line.span)], []


def is_elsewhere(line: Line) -> bool:
    """Whether a server line leads to no TCP port of a machine: a socket, a file descriptor, a reverse connection."""
    at = 3 if line.texts[0] == "server-template" else 2
    if len(line.texts) <= at:
        return False
    address = line.word(at).address
    return is_socket(address) or address.startswith(FILE_DESCRIPTORS)


def _endpoint(line: Line, at: int) -> Endpoint | None:
    """The endpoint of a server; None where it is no TCP port. What a variable hides is left open."""
    word = line.word(at)
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


def _address_faults(settings: Settings, found: Endpoint, circle: Circle, line: Line) -> Iterator[Fault]:
    if found.first_port != found.last_port:
        yield Fault("server-ports")
    if settings.flags.get("check", False) and found.first_port is None:
        tcp_connect = circle.probe.kind != "http" and circle.probe.port
        if not (settings.number("port", 0) or tcp_connect or any(word.open_variables for word in line.words)):
            yield Fault("probe-without-port")


def _option_faults(settings: Settings, circle: Circle) -> Iterator[Fault]:
    if settings.flags.get("check", False) and settings.values.get("track"):
        yield Fault("check-and-track")
    secure = settings.flags.get("ssl", False) or settings.flags.get("check-ssl", False)
    verify = settings.values.get("verify", "required" if circle.verify else "none")
    if secure and verify == "required" and "ca-file" not in settings.values:
        yield Fault("no-ca-file")


def _check(settings: Settings, circle: Circle) -> HealthCheck:
    if not settings.flags.get("check", False):
        return HealthCheck("none")
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
    interval = settings.time("inter") or 2000
    # Without `timeout check` a probe has the interval for everything. With it, that much for the answer and, for the
    # connection, the smaller of the interval and `timeout connect`: a member that says nothing meets the longer of both.
    timeout = interval
    if circle.timeout is not None:
        timeout = max(circle.timeout, min(interval, circle.connect or interval))
    return HealthCheck(
        kind=kind,  # type: ignore[arg-type]
        interval=interval,
        timeout=timeout,
        fall=settings.number("fall", 3),
        rise=settings.number("rise", 2),
        path=probe.path,
        method=probe.method,
        expect=probe.expect,
        port=probe.port or settings.number("port", 0) or None,
        verify=settings.values.get("verify", "required" if circle.verify else "none") == "required",
        fast_interval=settings.time("fastinter"),
        address=_address(settings.values.get("addr", "")),
    )


def _address(text: str) -> int | None:
    try:
        return parse_address(text)
    except ValueError:
        return None
