"""Virtual servers with their real servers as frontends and pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from portspec.configs.balancer.keepalived.blocks import Entry
from portspec.configs.balancer.keepalived.groups import Address, Group
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.numbers import LAST_INT, LAST_U32, address, leading, port, whole
from portspec.configs.balancer.keepalived.probes import probes
from portspec.configs.balancer.keepalived.settings import LONGEST_PERSISTENCE, remark_values, taken
from portspec.configs.balancer.keepalived.vocabulary import (
    BY_DESTINATION,
    BY_SOURCE,
    DEFAULT_SCHEDULER,
    FAILOVER,
    METHODS,
    SCHEDULERS,
)
from portspec.configs.balancer.model import HealthCheck, Member, Persistence
from portspec.packets.addresses import format_address, is_v6
from portspec.source import Span


class Virtual(NamedTuple):
    """A virtual server: where it is served, and by whom. `unread`: the line that may stand for any port."""

    entry: Entry
    name: str
    protocol: str
    addresses: tuple[Address, ...]
    unread: Span | None
    scheduler: str
    forwarding: str
    members: tuple[Member, ...]
    persistence: tuple[Persistence, ...]


class _Where(NamedTuple):
    addresses: tuple[Address, ...]
    unread: Span | None
    marked: bool
    marks: bool = False


def virtual(entry: Entry, groups: Mapping[str, Group], notes: Notes) -> Virtual | None:
    """A virtual server; None for one that keepalived leaves out."""
    where = _where(entry, groups, notes)
    if where is None:
        return None
    remark_values(entry, notes)
    protocol = _protocol(entry, where, notes)
    scheduler = _word(entry, ("lvs_sched", "lb_algo"), SCHEDULERS)
    forwarding = METHODS.get(_word(entry, ("lvs_method", "lb_kind"), METHODS) or "NAT", "nat")
    servers = _Servers(entry, where, forwarding, notes).read()
    if not servers:
        if not any(one.name == "real_server" for one in entry.entries):
            notes.remark("ignored", "no-servers", entry.span)
        return None
    members = _ranked(servers) if scheduler == FAILOVER else servers
    _remark_choice(entry, scheduler, members, notes)
    return Virtual(
        entry, " ".join(entry.words[:2]), protocol, where.addresses, where.unread, scheduler or DEFAULT_SCHEDULER,
        _only([member.forwarding for member in members], forwarding, entry, notes),
        tuple(member.member for member in members), _persistence(entry, where, scheduler, notes),
    )  # fmt: skip


def _where(entry: Entry, groups: Mapping[str, Group], notes: Notes) -> _Where | None:
    words = entry.words
    if not words or (len(words) < 2 and words[0] in ("group", "fwmark")):
        notes.remark("refused", "incomplete", entry.span, keyword=" ".join([entry.name, *words]))
        return None
    if words[0] == "group":
        group = groups.get(words[1])
        if group is None:
            notes.remark("ignored", "no-group", entry.span, name=words[1])
            _Servers(entry, _Where((), None, marked=False), "nat", notes).read()
            remark_values(entry, notes)
            return None
        return _Where(group.addresses, group.unread, marked=group.marked, marks=group.marks)
    if words[0] == "fwmark":
        if whole(words[1], 0, LAST_U32) is None:
            notes.remark("ignored", "virtual-address", entry.span, text=" ".join(words[:2]))
            return None
        notes.remark("unknown", "mark", entry.span, mark=words[1])
        return _Where((), entry.span, marked=True, marks=True)
    try:
        point = address(words[0])
        number = _port(words)
    except ValueError:
        if not entry.line.variable:
            notes.remark("ignored", "virtual-address", entry.span, text=" ".join(words[:2]))
            return None
        notes.remark("unknown", "variable", entry.span, variable=entry.line.variable)
        return _Where((), entry.span, marked=False)
    return _Where((Address(point, words[0], number, entry.span),), None, marked=False)


def _port(words: tuple[str, ...]) -> int:
    """The port behind an address, 0 where none is written. Raises ValueError."""
    if len(words) < 2 or words[1] == "0":
        return 0
    number = port(words[1])
    if number is None:
        raise ValueError(words[1])
    return number


def _protocol(entry: Entry, where: _Where, notes: Notes) -> str:
    found = [
        setting
        for setting in entry.entries
        if setting.name == "protocol" and setting.words and setting.words[0].upper() in ("TCP", "UDP", "SCTP")
    ]
    if where.marked:
        if found:
            notes.remark("ignored", "mark-protocol", found[-1].span)
        return "TCP"
    if not found:
        notes.remark("ignored", "no-protocol", entry.span)
        return "UDP"
    return found[-1].words[0].upper()


def _word(entry: Entry, names: tuple[str, ...], known: object) -> str:
    """The last value of a setting that is one of those known; empty without one."""
    for setting in reversed(entry.entries):
        if setting.name in names and setting.words and setting.words[0] in known:  # type: ignore[operator]
            return setting.words[0]
    return ""


class _Server(NamedTuple):
    member: Member
    forwarding: str


class _Servers:
    """Reads the real servers and the sorry server of one virtual server."""

    def __init__(self, entry: Entry, where: _Where, forwarding: str, notes: Notes) -> None:
        self.entry = entry
        self.settings = taken(entry)
        weights = [leading(one.words[0]) for one in entry.entries if one.name == "weight" and one.words]
        self.usual = next((weight for weight in reversed(weights) if weight), 1)
        self.where = where
        self.forwarding = forwarding
        self.notes = notes
        self.family = is_v6(where.addresses[0].address) if where.addresses else None
        self.ports = {address.port for address in where.addresses}
        self.taken: dict[tuple[int | None, int], Entry] = {}

    def read(self) -> list[_Server]:
        found = [server for entry in self.entry.entries if entry.name == "real_server" and (server := self.real(entry))]
        sorry = self.entry.last("sorry_server")
        if found and sorry is not None and sorry.words:
            server = self.sorry(sorry)
            if server is not None:
                found.append(server)
        return found

    def real(self, entry: Entry) -> _Server | None:
        remark_values(entry, self.notes)
        at = self.place(entry)
        if at is None:
            return None
        point, number = at
        method = METHODS.get(_word(entry, ("lvs_method",), METHODS), self.forwarding)
        if not self.fits(entry, point, method):
            return None
        checked = probes(entry, self.settings, number, self.notes)
        member = self.member(entry, point, number, method, checked.check)
        first = self.taken.setdefault((point, number), entry)
        if first is not entry and point is not None:
            self.notes.remark("ignored", "server-twice", entry.span, line=str(first.span.line), server=entry.words[0])
            return None
        if checked.hopeless is not None:
            member = member._replace(disabled=True)
        return _Server(member._replace(weight=self.weight(entry)), method)

    def sorry(self, entry: Entry) -> _Server | None:
        at = self.place(entry)
        if at is None:
            return None
        point, number = at
        method = METHODS.get(_word(self.entry, ("sorry_server_lvs_method",), METHODS), self.forwarding)
        if not self.fits(entry, point, method):
            return None
        member = self.member(entry, point, number, method, HealthCheck("none", rise=1))
        return _Server(member._replace(backup=True, last_resort=True), method)

    def place(self, entry: Entry) -> tuple[int | None, int] | None:
        """The address and port of a server; no address where only the host knows it."""
        if not entry.words:
            self.notes.remark("refused", "incomplete", entry.span, keyword=entry.name)
            return None
        try:
            return address(entry.words[0]), _port(entry.words)
        except ValueError:
            if entry.line.variable:
                self.notes.remark("unknown", "variable", entry.span, variable=entry.line.variable)
                return None, (port(entry.words[1]) or 0 if len(entry.words) > 1 else 0)
            self.notes.remark("ignored", "server-address", entry.span, text=" ".join(entry.words[:2]))
            return None

    def fits(self, entry: Entry, point: int | None, method: str) -> bool:
        """Whether the address is of the virtual server's family; it need not be behind a tunnel."""
        if method == "tunnel" or point is None:
            return True
        if self.family is None:
            self.family = is_v6(point)
        if is_v6(point) != self.family:
            self.notes.remark("ignored", "family", entry.span, address=entry.words[0])
            return False
        return True

    def member(self, entry: Entry, point: int | None, number: int, method: str, check: HealthCheck) -> Member:
        """A server with the port that a client ends at: without translation that is always the client's own."""
        own: int | None = number or None
        if method != "nat":
            if number and (self.where.marks or any(number != port for port in self.ports)):
                self.notes.remark("ignored", "port-kept", entry.span, port=str(number))
                check = check._replace(port=check.port or (number if check.kind not in ("none", "other") else None))
            own = number if self.ports == {number} and number else None
        elif not number and len(self.ports) == 1:
            own = next(iter(self.ports)) or None
        host = entry.words[0] if point is None else format_address(point)
        return Member(
            name=host, host=host, address=point, port=own, backup=False, disabled=False, weight=1,
            send_proxy=False, tls=False, check=check, span=entry.span,
        )  # fmt: skip

    def weight(self, entry: Entry) -> int:
        """The weight of a server. Of one that keepalived does not take it keeps the digits at its beginning."""
        for setting in reversed(entry.entries):
            if setting.name == "weight" and setting.words and not setting.words[0].startswith("-"):
                return leading(setting.words[0])
        return self.usual


def _ranked(servers: list[_Server]) -> list[_Server]:
    """With the scheduler `fo` the server with the highest weight takes every client."""
    highest = max(server.member.weight for server in servers if not server.member.backup)
    return [
        server._replace(member=server.member._replace(backup=server.member.backup or server.member.weight < highest))
        for server in servers
    ]


def _only(found: list[str], default: str, entry: Entry, notes: Notes) -> str:
    if len(set(found)) > 1:
        notes.remark("unknown", "several-methods", entry.span)
    return found[0] if found else default


def _remark_choice(entry: Entry, scheduler: str, servers: list[_Server], notes: Notes) -> None:
    """What decides which server a client gets, beyond the servers that are up."""
    if scheduler in BY_DESTINATION:
        setting = entry.last("lvs_sched", "lb_algo")
        notes.remark("unknown", "by-destination", setting.span if setting else entry.span, scheduler=scheduler)
    _remark_quorum(entry, servers, notes)


def _remark_quorum(entry: Entry, servers: list[_Server], notes: Notes) -> None:
    """When so little of the weights is left, the sorry server takes over."""
    setting = entry.last("quorum")
    number = whole(setting.words[0], 1, LAST_INT) if setting is not None and setting.words else None
    span = setting.span if setting is not None and number is not None else entry.span
    wanted = number or 1
    sorry = entry.last("sorry_server")
    total = sum(one.member.weight for one in servers if sorry is None or one.member.span != sorry.span)
    if wanted > total:
        notes.remark("ignored", "quorum-too-high", span, quorum=str(wanted), total=str(total))
    elif wanted > 1 and sorry is not None:
        notes.remark("unknown", "quorum", span, quorum=str(wanted))


def _persistence(entry: Entry, where: _Where, scheduler: str, notes: Notes) -> tuple[Persistence, ...]:
    found: list[Persistence] = []
    # With the client's port in the hash, connections of one client go to several servers.
    if scheduler in BY_SOURCE and entry.last(f"{scheduler}-port") is None:
        setting = entry.last("lvs_sched", "lb_algo")
        found.append(Persistence("source", setting.span if setting is not None else entry.span))
    for setting in reversed(entry.entries):
        timed = setting.name == "persistence_timeout" and (
            not setting.words or whole(setting.words[0], 1, LONGEST_PERSISTENCE) is not None
        )
        if timed or (setting.name == "persistence_granularity" and setting.words):
            found.append(Persistence("source", setting.span))
            break
    else:
        if any(not address.port for address in where.addresses):
            notes.remark("ignored", "needs-persistence", entry.span)
            found.append(Persistence("source", entry.span))
    return tuple(found)
