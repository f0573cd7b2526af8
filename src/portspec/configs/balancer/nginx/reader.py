"""An nginx config as a load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portspec.configs.balancer.model import Balancer, Frontend
from portspec.configs.balancer.nginx.files import Includes
from portspec.configs.balancer.nginx.grammar import Grammar
from portspec.configs.balancer.nginx.listeners import Listening
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.pools import Pools
from portspec.configs.balancer.nginx.servers import Stream
from portspec.configs.balancer.nginx.vocabulary import MAIN
from portspec.configs.balancer.nginx.web import Web
from portspec.configs.balancer.nginx.words import Directive
from portspec.source import SourceText

INTO_STREAM = frozenset({"server", "upstream", "map", "geo", "split_clients"})
SAYS_HTTP = frozenset({"location", "root", "rewrite", "if", "server_tokens", "client_max_body_size"})
WORKER_CONNECTIONS = "512"
"""So many connections a process may have where nothing is said (ngx_core_module)."""
PARTS = frozenset({"stream", "http"})


def read_balancer(source: SourceText) -> Balancer:
    """Read a file with those that it includes. Raises InputError with line and column.

    A file that nginx.conf includes, at its top or into `stream` or `http`, is read as one.
    """
    notes = Notes()
    found = Includes(source, notes).directives()
    if not found:
        raise source.error("no directive: expected events, stream or http", 0)
    grammar = Grammar(notes, foreign=any(_foreign(line) for line in found))
    pools, listening = Pools(), Listening(notes)
    stream, web = Stream(notes, grammar, listening, pools), Web(notes, listening, pools)
    names = {line.name for line in found}
    if not names & set(MAIN) - {"include", "error_log"} and names & INTO_STREAM:
        frontends = tuple(web.frontends(found) if _is_http(found) else stream.frontends(found))
    else:
        frontends = tuple(_whole(found, grammar, stream, web, notes))
        _too_many_sockets(found, frontends, notes)
    return Balancer("nginx", source, frontends, tuple(pools.found.values()), notes.sorted())


def _whole(found: Sequence[Directive], grammar: Grammar, stream: Stream, web: Web, notes: Notes) -> Iterator[Frontend]:
    """The frontends of an nginx.conf."""
    for line in grammar.fitting("nginx.conf", found):
        if line.name == "events":
            grammar.fitting("events", line.block or ())
        elif line.name == "stream":
            yield from stream.frontends(line.block or ())
        elif line.name == "http":
            yield from web.frontends(line.block or ())
    names = {line.name for line in found}
    if "events" not in names and names - PARTS:
        # A file of nothing but `stream` is one that nginx.conf includes.
        notes.refused(found[0].span, "no-events")


def _too_many_sockets(found: Sequence[Directive], frontends: Sequence[Frontend], notes: Notes) -> None:
    """Refuse more sockets than a process may have connections (ngx_event_init_conf); those of UDP are not even counted."""
    sockets = {
        (one.address, one.address_text, one.family, one.first_port, one.last_port): one
        for frontend in frontends
        for one in frontend.listeners
    }
    count = sum(one.last_port - one.first_port + 1 for one in sockets.values())
    for events in (line for line in found if line.name == "events"):
        said = [line for line in events.block or () if line.name == "worker_connections" and line.texts]
        limit = said[-1].texts[0] if said else WORKER_CONNECTIONS
        if limit.isascii() and limit.isdigit() and count >= int(limit[:9]):
            notes.refused((said[-1] if said else events).span, "worker-connections", limit=limit, count=str(count))


def _foreign(line: Directive) -> bool:
    """Whether a line loads a module whose directives are not known here."""
    if line.name != "load_module" or not line.words:
        return False
    return not line.texts[0].rpartition("/")[2].startswith(("ngx_stream_module", "ngx_http_", "ngx_mail_module"))


def _is_http(found: Sequence[Directive]) -> bool:
    """Whether a file that is included somewhere belongs into `http`."""
    for line in found:
        inner = {one.name for one in line.block or ()}
        if line.name == "server" and inner & SAYS_HTTP:
            return True
        if any(one.name == "proxy_pass" and "://" in "".join(one.texts) for one in line.block or ()):
            return True
    return False
