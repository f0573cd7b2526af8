"""Where a frontend sends a connection: use_backend, default_backend, and the ACLs that they ask."""

from __future__ import annotations

from portspec.configs.balancer.haproxy.sections import Section
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Route

SNI = frozenset({"req_ssl_sni", "req.ssl_sni", "ssl_fc_sni"})
MATCHED = frozenset({"str", "end", "dom", "beg", "sub"})


def routes(section: Section, lines: list[Line]) -> tuple[Route, ...]:
    """The routes in the order in which they are tried; a listen section leads to its own servers last."""
    acls = _acls(lines)
    found = [_route(line, acls) for line in section.lines if line.texts[0] == "use_backend" and len(line.texts) > 1]
    default = None
    for line in lines:
        if line.texts[0] == "default_backend" and len(line.texts) > 1:
            default = line
    if default is not None:
        found.append(Route(default.texts[1], "", None, default.span))
    elif section.kind == "listen":
        found.append(Route(section.name, "", None, section.head.span))
    return tuple(found)


def _acls(lines: list[Line]) -> dict[str, frozenset[str] | None]:
    """Named ACLs: the server names that they ask for, None for every other question. Lines of one name are an OR."""
    found: dict[str, frozenset[str] | None] = {}
    for line in lines:
        texts = line.texts
        if texts[0] != "acl" or len(texts) < 4:
            continue
        names = _server_names(texts[2:])
        before = found.get(texts[1], frozenset())
        found[texts[1]] = None if names is None or before is None else before | names
    return found


def _server_names(texts: list[str]) -> frozenset[str] | None:
    """The names of an SNI question; None when it is another question."""
    fetch = texts[0].partition(",")[0]
    if fetch not in SNI:
        return None
    names: list[str] = []
    at = 1
    while at < len(texts):
        word = texts[at]
        if word == "-m":
            if texts[at + 1 : at + 2] and texts[at + 1] not in MATCHED:
                return None
            at += 2
        elif word == "-f":
            return None
        elif word in ("-i", "--", "-n"):
            at += 1
        else:
            names.append(word.lower())
            at += 1
    return frozenset(names)


def _route(line: Line, acls: dict[str, frozenset[str] | None]) -> Route:
    texts = line.texts
    condition = " ".join(texts[2:])
    if len(texts) < 4:
        return Route(texts[1], condition, None, line.span)
    names: frozenset[str] | None = None
    terms = texts[3:]
    if texts[2] == "if" and terms[0] == "{" and terms[-1] == "}" and terms.count("{") == 1:
        names = _server_names(terms[1:-1])
    elif texts[2] == "if" and all(term in acls or term in ("||", "or") for term in terms):
        asked = [acls[term] for term in terms if term in acls]
        # Terms side by side are an AND; with SNI questions alone either reading names the same servers.
        if all(part is not None for part in asked):
            names = frozenset(name for part in asked if part is not None for name in part)
    return Route(texts[1], condition, names, line.span)
