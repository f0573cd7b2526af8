"""Where a frontend sends a connection: use_backend and default_backend (configuration manual, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.patterns import UnreadError
from portspec.configs.balancer.haproxy.questions import NAME_SENT, NEVER, OTHER, Asked, Questions
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Remark, Route, Term
from portspec.records import NamedTuple

LOOKED_UP = (
    r"%\[(req\.ssl_sni|req_ssl_sni|dst_port)(?:,lower)?,(map(?:_str|_end|_dom|_int)?)\(([^(),]+)(?:,([^(),]+))?\)\]\Z"
)
"""A backend by a map. Ends and parts of names stand beside whole ones: which entry comes first does not matter here."""
MOST_ALTERNATIVES = 64


class Reading(NamedTuple):
    """What decides how the conditions of a frontend are read.

    `waits`: the client's first bytes are there when a backend is chosen. `ends_tls`: whether HAProxy ends TLS on all
    listeners, on none, or (None) on some. `backends`: the names of those that the config holds.
    """

    questions: Questions
    waits: bool
    ends_tls: bool | None
    backends: Collection[str]


class Routing:
    """The routes of a frontend in the order in which they are tried, and what was remarked on the way: its use_backend
    lines in order, then `default` (the default_backend line that counts), else `last` (a listen section's servers)."""

    def __init__(self, own: Sequence[Line], default: Line | None, last: Route | None, reading: Reading) -> None:
        self.reading = reading
        self.routes: list[Route] = []
        self.remarks: list[Remark] = []
        self.told: set[str] = set()
        self.own = last.pool if last is not None else ""
        if default is not None and default.texts[1:2] == (self.own,):
            self.remarks.append(Fault("route-circle", name=self.own).at(default.span))
        elif default is not None and len(default.texts) > 1:
            last = Route(default.texts[1], "", default.span)
        self.last = None if default is not None and len(default.texts) < 2 else last
        for line in own:
            if line.texts[0] == "use_backend":
                try:
                    self.routes += self.resolved(self.route(line), line)
                except Fault as fault:
                    self.remarks.append(fault.at(line.span))
        if default is not None and len(default.texts) < 2:
            self.remarks.append(Fault("route-incomplete", keyword="default_backend").at(default.span))
        if self.last is not None:
            self.routes.append(self.last)

    def route(self, line: Line) -> Route:
        texts = line.texts
        if len(texts) < 2:
            raise Fault("route-incomplete", keyword="use_backend")
        if texts[1] == self.own:
            raise Fault("route-circle", name=self.own)
        if len(texts) == 2:
            return Route(texts[1], "", line.span)
        if texts[2] not in ("if", "unless"):
            raise Fault("condition-word", word=texts[2])
        return Route(
            pool=texts[1],
            condition=" ".join(texts[2:]),
            span=line.span,
            alternatives=tuple(
                tuple(self.term(one, line) for one in asked) for asked in self.reading.questions.condition(texts[3:])
            ),
            inverted=texts[2] == "unless",
        )

    def term(self, asked: Asked, line: Line) -> Term:
        """What an expression asks where backends are chosen; a server name that cannot be there is never the one asked for."""
        if asked.early and not self.reading.waits:
            self.tell("server-name-early", line)
            return OTHER._replace(negated=asked.term.negated)
        if asked.ended and self.reading.ends_tls is not True:
            if self.reading.ends_tls is None:
                return OTHER._replace(negated=asked.term.negated)
            self.tell("server-name-never", line)
            return NEVER._replace(negated=asked.term.negated)
        return asked.term

    def tell(self, key: str, line: Line, **values: str) -> None:
        """An unknown remark, of each kind once."""
        if key not in self.told:
            self.told.add(key)
            self.remarks.append(Remark("unknown", key, values, line.span))

    def resolved(self, route: Route, line: Line) -> Iterator[Route]:
        """The routes that a use_backend line makes: one, or one for each backend that its map names.

        Where a map names no backend that there is, the default backend takes the client, whatever lines follow; without
        one nobody does, and the route is left as it is written.
        """
        if "%[" not in route.pool:
            yield route
            return
        found = re.match(LOOKED_UP, route.pool)
        try:
            entries = self.reading.questions.files.entries(found[3]) if found else ()
        except UnreadError:
            entries = ()
        if found is None or not entries:
            yield route
            return
        keys: dict[str, list[str]] = {}
        for key, value in entries:
            keys.setdefault(value, []).append(key)
        for name, chosen in keys.items():
            term = self.by_key(found[1], chosen, line)
            if name in self.reading.backends:
                yield _narrowed(route, name, term)
            elif term is not None:
                self.tell("map-backend", line, backend=name, map=found[3])
                yield _narrowed(route, self.last.pool if self.last is not None else route.pool, term)
        otherwise = self.last.pool if self.last is not None else route.pool
        rest = found[4] if found[4] in self.reading.backends else otherwise
        if found[1] in NAME_SENT and rest != otherwise:
            # The default of a map is for names that are not in it; a client without a name is not looked up.
            named = self.term(Asked(Term("server-name", names=frozenset({""})), early=True), line)
            yield _narrowed(route, rest, named)
            rest = otherwise
        yield route._replace(pool=rest)

    def by_key(self, fetch: str, keys: Sequence[str], line: Line) -> Term | None:
        """The question whose answer is one of a map's keys; None when no key can be one."""
        if fetch in NAME_SENT:
            return self.term(Asked(Term("server-name", names=frozenset(map(str.lower, keys))), early=True), line)
        ports = tuple((int(key), int(key)) for key in keys if key.isascii() and key.isdigit() and len(key) < 6)
        return Term("port", ports=ports) if ports else None


def _narrowed(route: Route, pool: str, term: Term | None) -> Route:
    """The route for those of its clients whom a further term fits."""
    narrowing = NEVER if term is None else term
    alternatives = _negated(route.alternatives) if route.inverted else route.alternatives
    return route._replace(
        pool=pool,
        condition=route.condition or f"if {route.pool}",
        alternatives=tuple((*terms, narrowing) for terms in alternatives),
        inverted=False,
    )


def _negated(alternatives: tuple[tuple[Term, ...], ...]) -> tuple[tuple[Term, ...], ...]:
    """The condition that holds where none of the alternatives does: one term of each is not met."""
    count = 1
    for terms in alternatives:
        count *= len(terms)
    if count > MOST_ALTERNATIVES:
        return ((OTHER,),)
    found: list[tuple[Term, ...]] = [()]
    for terms in alternatives:
        found = [(*chosen, term._replace(negated=not term.negated)) for chosen in found for term in terms]
    return tuple(found)
