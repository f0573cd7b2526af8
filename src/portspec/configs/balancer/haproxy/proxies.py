"""A proxy section while it is lowered: its lines by their keywords, inherited ones first, and what is remarked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from portspec.configs.balancer.haproxy.durations import milliseconds
from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.sections import Section
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Idle, Remark, StatsPage

MODES = frozenset({"tcp", "http", "log", "spop"})
SWITCHES = ("option", "no", "default")
STATS_SERVED = frozenset({"enable", "uri", "refresh", "realm", "auth", "admin", "show-legends"})


class Proxy:
    """One frontend, backend or listen section."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.inherited = section.base.by_keyword
        self.own: dict[str, list[Line]] = {}
        for line in section.lines:
            keyword = line.texts[0]
            if keyword in self.own:
                self.own[keyword].append(line)
            else:
                self.own[keyword] = [line]
        self.remarks: list[Remark] = []

    def of(self, keyword: str) -> list[Line]:
        """The lines of a keyword, inherited ones first."""
        own, inherited = self.own.get(keyword), self.inherited.get(keyword)
        return [*(inherited or ()), *(own or ())] if inherited else own or []

    def last(self, keyword: str) -> Line | None:
        """The line of a keyword that counts: the last one, own lines after inherited ones."""
        found = self.own.get(keyword) or self.inherited.get(keyword)
        return found[-1] if found else None

    def option(self, name: str) -> bool:
        """Whether an option is switched on: the last line that names it decides."""
        found = [line for keyword in SWITCHES for line in self.of(keyword) if name in line.texts[1:3]]
        return bool(found) and max(found, key=lambda line: line.number).texts[0] == "option"

    @property
    def mode(self) -> Literal["tcp", "http"]:
        """The mode; `mode` given twice: the last one wins."""
        line = self.last("mode")
        return "http" if line is not None and line.texts[1:2] == ("http",) else "tcp"

    def remark(self, kind: Literal["ignored", "unknown"], key: str, line: Line, **values: str) -> None:
        self.remarks.append(Remark(kind, key, values, line.span))

    def refuse(self, line: Line, *faults: Fault) -> None:
        self.remarks += [fault.at(line.span) for fault in faults]

    def disabled(self) -> Line | None:
        """The `disabled` line that counts, unless a later `enabled` takes it back."""
        if "disabled" not in self.own and "disabled" not in self.inherited:
            return None
        switches = sorted(self.of("disabled") + self.of("enabled"), key=lambda line: line.number)
        return switches[-1] if switches[-1].texts[0] == "disabled" else None

    def timeout(self, name: str) -> tuple[int, Line] | None:
        """The time that counts of a timeout; None when none is set, or one that is no time, or 0: for ever."""
        known = self.section.base.timeouts
        if "timeout" not in self.own and name in known:
            return known[name]
        found = [line for line in self.of("timeout") if line.texts[1:2] == (name,) and len(line.texts) > 2]
        time = milliseconds(found[-1].texts[2]) if found else None
        counts = (time, found[-1]) if time else None
        if "timeout" not in self.own:
            known[name] = counts
        return counts

    def idle(self, *names: str) -> Iterator[Idle]:
        """What cuts silent connections, by the first of some timeouts that is set."""
        for name in names:
            found = self.timeout(name)
            if found is not None:
                time, line = found
                yield Idle(f"timeout {name}", time, line.span, both_sides=name == "tunnel")
                return

    def remark_modes(self) -> None:
        """Words that are no mode."""
        for line in self.own.get("mode", ()):
            if line.texts[1:2] == () or line.texts[1] not in MODES:
                self.refuse(line, Fault("mode", mode=" ".join(line.texts[1:2])))

    def stats(self) -> Iterator[StatsPage]:
        """The statistics page, if the section has a line of its own that serves one."""
        served = [line for line in self.own.get("stats", ()) if line.texts[1:2] and line.texts[1] in STATS_SERVED]
        if not served:
            return
        if self.mode != "http":
            self.remark("ignored", "needs-http", served[0], keyword="stats")
            return
        found: Sequence[Line] = [line for line in self.of("stats") if len(line.texts) > 1]
        path = next(
            (line.texts[2] for line in found if line.texts[1] == "uri" and len(line.texts) > 2), "/haproxy?stats"
        )
        protected = any(line.texts[1] == "auth" for line in found)
        yield StatsPage(self.section.name, path, served[0].span, protected)
