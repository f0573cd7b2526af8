"""Where a frontend sends a connection: use_backend, default_backend, and the ACLs that they ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Remark, Route, Term

SNI = frozenset({"req_ssl_sni", "req.ssl_sni", "ssl_fc_sni"})
MATCHED = frozenset({"str", "end", "dom", "beg", "sub"})
OPERATORS = {"eq": (0, 0), "ge": (0, 65535), "gt": (1, 65535), "le": (-65535, 0), "lt": (-65535, -1)}
"""What an integer operator adds to its operand: the lowest and the highest number that fits, before clipping."""
OTHER = Term("other")
PREDEFINED = {
    "TRUE": Term("port", ports=((0, 65535),)),
    "FALSE": Term("port"),
    **dict.fromkeys(
        ("HTTP", "HTTP_1.0", "HTTP_1.1", "HTTP_2.0", "HTTP_3.0", "HTTP_CONTENT", "HTTP_URL_ABS", "HTTP_URL_SLASH",
         "HTTP_URL_STAR", "LOCALHOST", "METH_CONNECT", "METH_DELETE", "METH_GET", "METH_HEAD", "METH_OPTIONS",
         "METH_POST", "METH_PUT", "METH_TRACE", "RDP_COOKIE", "REQ_CONTENT", "WAIT_END"), OTHER),
}  # fmt: skip
"""ACLs that HAProxy defines (configuration manual, 7.4)."""


class Routing(NamedTuple):
    """The routes in the order in which they are tried, and what was remarked on the way."""

    routes: tuple[Route, ...]
    remarks: tuple[Remark, ...]


def routing(own: Sequence[Line], default: Line | None, last: Route | None) -> Routing:
    """The routes of a frontend: its use_backend lines in order, then `default` (the default_backend line that
    counts), else `last` (a listen section's own servers)."""
    acls = _acls(own)
    found: list[Route] = []
    remarks: list[Remark] = []
    for line in own:
        if line.texts[0] == "use_backend":
            try:
                found.append(_route(line, acls))
            except Fault as fault:
                remarks.append(fault.at(line.span))
    if default is not None and len(default.texts) > 1:
        found.append(Route(default.texts[1], "", default.span))
    elif default is not None:
        remarks.append(Fault("route-incomplete", keyword="default_backend").at(default.span))
    elif last is not None:
        found.append(last)
    return Routing(tuple(found), tuple(remarks))


def _acls(lines: Sequence[Line]) -> dict[str, Term]:
    """Named ACLs. Lines of one name are an OR."""
    found: dict[str, list[Term]] = {}
    for line in lines:
        if line.texts[0] == "acl" and len(line.texts) >= 3:
            found.setdefault(line.texts[1], []).append(_question(line.texts[2:]))
    return {name: _any_of(terms) for name, terms in found.items()}


def _any_of(terms: Sequence[Term]) -> Term:
    kind = terms[0].kind
    if any(term.kind != kind for term in terms) or kind == "other":
        return OTHER
    ports = dict.fromkeys(part for term in terms for part in term.ports)
    return Term(kind, ports=tuple(ports), names=frozenset().union(*(term.names for term in terms)))


def _question(texts: Sequence[str]) -> Term:
    """One ACL expression: what it asks, as far as the model has a place for it."""
    fetch, converters, _ = texts[0].partition(",")
    patterns = list(texts[1:])
    if fetch == "dst_port" and not converters:
        ports = _port_ranges(patterns)
        return OTHER if ports is None else Term("port", ports=ports)
    if fetch in SNI:
        names = _server_names(patterns)
        return OTHER if names is None else Term("server-name", names=names)
    return OTHER


def _port_ranges(patterns: list[str]) -> tuple[tuple[int, int], ...] | None:
    found: list[tuple[int, int]] = []
    low, high = OPERATORS["eq"]
    at = 0
    while at < len(patterns):
        word = patterns[at]
        at += 1
        if word == "-m" and patterns[at : at + 1] == ["int"]:
            at += 1
        elif word in OPERATORS:
            low, high = OPERATORS[word]
        elif word in ("-i", "-n", "--"):
            continue
        else:
            first, colon, last = word.replace("-", ":").partition(":")
            if not (first.isascii() and first.isdigit() and len(first) < 6):
                return None
            if colon and not (last.isascii() and last.isdigit() and len(last) < 6):
                return None
            start, end = int(first), int(last) if colon else int(first)
            found.append((max(0, start + low), min(65535, end + high)))
    return tuple(found)


def _server_names(patterns: list[str]) -> frozenset[str] | None:
    """The names of an SNI question; None when they stand elsewhere or are matched in another way."""
    names: list[str] = []
    at = 0
    while at < len(patterns):
        word = patterns[at]
        at += 1
        if word == "-m":
            if at >= len(patterns) or patterns[at] not in MATCHED:
                return None
            at += 1
        elif word in ("-f", "-M"):
            return None
        elif word not in ("-i", "--", "-n"):
            names.append(word.lower())
    return frozenset(names)


def _route(line: Line, acls: dict[str, Term]) -> Route:
    texts = line.texts
    if len(texts) < 2:
        raise Fault("route-incomplete", keyword="use_backend")
    if len(texts) == 2:
        return Route(texts[1], "", line.span)
    if texts[2] not in ("if", "unless"):
        raise Fault("condition-word", word=texts[2])
    return Route(
        pool=texts[1],
        condition=" ".join(texts[2:]),
        span=line.span,
        alternatives=_alternatives(texts[3:], acls),
        inverted=texts[2] == "unless",
    )


def _alternatives(texts: Sequence[str], acls: dict[str, Term]) -> tuple[tuple[Term, ...], ...]:
    """A condition as an OR of ANDs: terms side by side are an AND, `or` and `||` separate them."""
    found: list[tuple[Term, ...]] = []
    terms: list[Term] = []
    negated = False
    at = 0
    while at < len(texts):
        word = texts[at]
        at += 1
        while word.startswith("!"):
            negated, word = not negated, word[1:]
        if not word:
            continue
        if word in ("or", "||"):
            found.append(tuple(terms))
            terms = []
            continue
        if word == "{":
            end = texts.index("}", at) if "}" in texts[at:] else -1
            if end < 0:
                raise Fault("acl-open")
            term = _question(texts[at:end]) if end > at else OTHER
            at = end + 1
        elif word in acls:
            term = acls[word]
        elif word in PREDEFINED:
            term = PREDEFINED[word]
        else:
            raise Fault("no-such-acl", acl=word)
        terms.append(term._replace(negated=negated))
        negated = False
    found.append(tuple(terms))
    return tuple(found)
