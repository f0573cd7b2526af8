"""Sections of a HAProxy config, and what they inherit (configuration manual, 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.probes import Probe, Starts
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Remark
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.records import NamedTuple
from portspec.source import SourceText

PROXIES = frozenset({"defaults", "frontend", "backend", "listen"})
OTHERS = frozenset({
    "global", "resolvers", "peers", "userlist", "mailers", "cache", "ring", "program", "http-errors", "fcgi-app",
    "crt-store", "traces", "log-forward", "log-profile", "acme", "namespace_list",
})  # fmt: skip
HEADS = PROXIES | OTHERS
FORBIDDEN = re.compile(r"[^A-Za-z0-9_.:-]")
"""What no name of a proxy or server may hold."""
INHERITED = frozenset({
    "balance", "cookie", "default-server", "default_backend", "disabled", "enabled", "http-check", "mode", "no",
    "option", "persist", "stats", "tcp-check", "tcp-request", "timeout", "transparent",
})  # fmt: skip
"""Keywords that a proxy takes over from its defaults and that the model has a place for."""
MOST_INHERITED = 1_000_000
"""Lines that all sections together may take over: long defaults under thousands of sections would take minutes."""


class Inheritance:
    """What a section starts from: the lines of its defaults, the outermost first, the same by their keywords, and where
    the scripts of its health checks begin in them. `probe` and `timeouts` are what those lines alone make, once
    somebody has asked."""

    __slots__ = ("by_keyword", "lines", "probe", "starts", "timeouts")

    def __init__(self, lines: list[Line], starts: Starts) -> None:
        self.lines = lines
        self.starts = starts
        self.probe: Probe | None = None
        self.timeouts: dict[str, tuple[int, Line] | None] = {}
        self.by_keyword: dict[str, list[Line]] = {}
        for line in lines:
            self.by_keyword.setdefault(line.texts[0], []).append(line)


class Section(NamedTuple):
    """One section: its kind, its name, its head line, its lines, and what it starts from. The word behind the name
    where an address once stood is `stray`, None mostly."""

    kind: str
    name: str
    head: Line
    lines: list[Line]
    base: Inheritance
    stray: int | None = None


class Sections:
    """Gathers lines into sections. Anonymous defaults hold for what follows, up to the next; `from` names others."""

    def __init__(self, source: SourceText, remarks: list[Remark]) -> None:
        self.source = source
        self.inherited = 0
        self.found: list[Section] = []
        self.remarks = remarks
        self.named: dict[str, list[Section]] = {}
        self.defaults: Section | None = None
        self.handed_down: dict[int, Inheritance] = {}
        self.nothing = Inheritance([], Starts())

    def gather(self, lines: Iterable[Line]) -> list[Section]:
        """The sections in order; remarks about what HAProxy refuses are added to the list."""
        # Every file of a folder begins outside of any section.
        firsts = list(self.source.firsts[1:]) if isinstance(self.source, FolderText) else []
        add: Callable[[Line], object] = self.outside
        for line in lines:
            kind = line.texts[0]
            if firsts and line.number >= firsts[0]:
                firsts = [first for first in firsts if first > line.number]
                add = self.outside
            if kind in HEADS:
                self.begin(kind, line)
                add = self.found[-1].lines.append
            else:
                add(line)
        return self.found

    def outside(self, line: Line) -> None:
        self.refuse(line, Fault("no-section", keyword=line.texts[0]))

    def refuse(self, line: Line, fault: Fault) -> None:
        self.remarks.append(fault.at(line.span))

    def begin(self, kind: str, line: Line) -> None:
        texts = line.texts
        name = texts[1] if len(texts) > 1 else ""
        if kind not in PROXIES:
            self.found.append(Section(kind, name, line, [], self.nothing))
            return
        if kind == "defaults" and name == "from":
            name = ""
        at = 2 if kind != "defaults" or name else 1
        parent, stray = None if kind == "defaults" else self.defaults, None
        if len(texts) > at and texts[at] == "from":
            parent = self.parent(line, texts[at + 1] if len(texts) > at + 1 else "")
        elif kind != "defaults" and len(texts) > 2:
            stray = 2
        if kind != "defaults" and not name:
            self.refuse(line, Fault("name-missing", section=kind))
        elif not (name.isalnum() and name.isascii()) and FORBIDDEN.search(name):
            self.refuse(line, Fault("name-character", character=FORBIDDEN.findall(name)[0], name=name))
        section = Section(kind, name, line, [], self.nothing if parent is None else self.inheritance(parent), stray)
        self.found.append(section)
        if kind == "defaults":
            self.defaults = section
            if name:
                self.named.setdefault(name, []).append(section)

    def parent(self, line: Line, wanted: str) -> Section | None:
        fitting = self.named.get(wanted, [])
        if not fitting:
            self.refuse(line, Fault("no-such-defaults", name=wanted))
            return None
        if len(fitting) > 1:
            first, second = (str(section.head.number) for section in fitting[:2])
            self.refuse(line, Fault("ambiguous-defaults", name=wanted, line=first, other_line=second))
        return fitting[-1]

    def inheritance(self, parent: Section) -> Inheritance:
        """What a defaults section hands down; made once, shared by all that start from it."""
        key = id(parent)
        if key not in self.handed_down:
            own = [line for line in parent.lines if line.texts[0] in INHERITED]
            above = parent.base.lines
            self.handed_down[key] = Inheritance(above + own, parent.base.starts.below(len(above), own))
        found = self.handed_down[key]
        self.inherited += len(found.lines)
        if self.inherited > MOST_INHERITED:
            message = f"the sections inherit more than {MOST_INHERITED} lines from their defaults"
            raise InputError(message, self.source.path, parent.head.number, 1)
        return found
