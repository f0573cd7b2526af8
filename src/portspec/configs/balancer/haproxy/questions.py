"""ACL expressions as terms of a condition (configuration manual, 7): as far as the model has a place for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portspec.configs.balancer.haproxy.faults import Fault
from portspec.configs.balancer.haproxy.patterns import MOST_PATTERNS, PatternFiles, UnreadError
from portspec.configs.balancer.haproxy.words import Line
from portspec.configs.balancer.model import Term
from portspec.packets.addresses import parse_network
from portspec.packets.intervals import IntervalSet
from portspec.records import NamedTuple

NAME_SENT = frozenset({"req_ssl_sni", "req.ssl_sni"})
"""Fetches of the name in a client's first bytes, which have to have come."""
NAME_AGREED = "ssl_fc_sni"
"""The fetch of the name of a TLS session that HAProxy itself ends."""
MATCHED = frozenset({"str", "end", "dom", "beg", "sub"})
OPERATORS = {"eq": (0, 0), "ge": (0, 65535), "gt": (1, 65535), "le": (-65535, 0), "lt": (-65535, -1)}
"""What an integer operator adds to its operand: the lowest and the highest number that fits, before clipping."""
OTHER = Term("other")
NEVER = Term("port")
PREDEFINED = {
    "TRUE": Term("port", ports=((0, 65535),)),
    "FALSE": NEVER,
    "LOCALHOST": Term("source", sources=IntervalSet((parse_network("127.0.0.0/8"), parse_network("::1")))),
    **dict.fromkeys(
        ("HTTP", "HTTP_1.0", "HTTP_1.1", "HTTP_2.0", "HTTP_3.0", "HTTP_CONTENT", "HTTP_URL_ABS", "HTTP_URL_SLASH",
         "HTTP_URL_STAR", "METH_CONNECT", "METH_DELETE", "METH_GET", "METH_HEAD", "METH_OPTIONS",
         "METH_POST", "METH_PUT", "METH_TRACE", "RDP_COOKIE", "REQ_CONTENT", "WAIT_END"), OTHER),
}  # fmt: skip
"""ACLs that HAProxy defines (configuration manual, 7.4)."""


class Asked(NamedTuple):
    """One expression: its term, and whether it asks for the TLS server name, in one of two ways.

    `early`: of the client's first bytes. `ended`: of a TLS session that HAProxy ends.
    """

    term: Term
    early: bool = False
    ended: bool = False


class Questions:
    """The ACLs of a section, by name. Raises Fault where HAProxy refuses one that is asked."""

    def __init__(self, lines: Sequence[Line], files: PatternFiles) -> None:
        self.files = files
        self.named: dict[str, list[Line]] = {}
        for line in lines:
            if line.texts[0] == "acl" and len(line.texts) >= 3:
                self.named.setdefault(line.texts[1], []).append(line)
        self.known: dict[str, Asked] = {}

    def called(self, name: str) -> Asked:
        """An ACL by its name; its lines are an OR."""
        if name not in self.known:
            if name in self.named:
                self.known[name] = _any_of([self.asked(line.texts[2:]) for line in self.named[name]])
            elif name in PREDEFINED:
                self.known[name] = Asked(PREDEFINED[name])
            else:
                raise Fault("no-such-acl", acl=name)
        return self.known[name]

    def condition(self, texts: Sequence[str]) -> tuple[tuple[Asked, ...], ...]:
        """A condition as an OR of ANDs: terms side by side are an AND, `or` and `||` separate them."""
        found: list[tuple[Asked, ...]] = []
        terms: list[Asked] = []
        negated = False
        at = 0
        while at < len(texts):
            word = texts[at]
            at += 1
            marks = len(word) - len(word.lstrip("!"))
            negated, word = negated != (marks % 2 == 1), word[marks:]
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
                asked = self.asked(texts[at:end]) if end > at else Asked(OTHER)
                at = end + 1
            else:
                asked = self.called(word)
            terms.append(asked._replace(term=asked.term._replace(negated=negated)))
            negated = False
        found.append(tuple(terms))
        return tuple(found)

    def asked(self, texts: Sequence[str]) -> Asked:
        """One expression: what it asks."""
        fetch, converters, _ = texts[0].partition(",")
        flags, patterns, read = self.split(texts[1:])
        if fetch == "dst_port" and not converters:
            ports = _port_ranges(flags, patterns) if read else None
            return Asked(OTHER if ports is None else Term("port", ports=ports))
        if fetch == "src" and not converters:
            sources = _sources(patterns) if read and flags.get("-m", "ip") == "ip" else None
            return Asked(OTHER if sources is None else Term("source", sources=sources))
        if fetch in NAME_SENT or fetch == NAME_AGREED:
            by_name = read and flags.get("-m", "str") in MATCHED
            term = Term("server-name", names=frozenset(map(str.lower, patterns))) if by_name else OTHER
            return Asked(term, early=fetch in NAME_SENT, ended=fetch == NAME_AGREED)
        return Asked(OTHER)

    def split(self, texts: Sequence[str]) -> tuple[Mapping[str, str], list[str], bool]:
        """The flags with their values, the patterns, and whether all of those could be read."""
        flags: dict[str, str] = {}
        patterns: list[str] = []
        read = True
        at = 0
        while at < len(texts):
            word = texts[at]
            at += 1
            if word == "--":
                patterns += texts[at:]
                break
            if word in ("-m", "-M", "-f", "-u") and at < len(texts):
                flags[word] = texts[at]
                if word == "-f":
                    try:
                        patterns += [pattern for pattern, _ in self.files.entries(texts[at])]
                    except UnreadError:
                        read = False
                at += 1
            elif word in ("-i", "-n"):
                flags[word] = ""
            else:
                patterns.append(word)
        return flags, patterns, read and "-M" not in flags and len(patterns) <= MOST_PATTERNS


def _any_of(asked: Sequence[Asked]) -> Asked:
    first = asked[0]
    if len(asked) == 1:
        return first
    early, ended = any(one.early for one in asked), any(one.ended for one in asked)
    terms = [one.term for one in asked]
    if any(term.kind != first.term.kind for term in terms) or first.term.kind == "other":
        return Asked(OTHER, early, ended)
    ports = dict.fromkeys(part for term in terms for part in term.ports)
    names = frozenset().union(*(term.names for term in terms))
    sources = IntervalSet(span for term in terms for span in term.sources)
    return Asked(Term(first.term.kind, ports=tuple(ports), names=names, sources=sources), early, ended)


def _port_ranges(flags: Mapping[str, str], patterns: Sequence[str]) -> tuple[tuple[int, int], ...] | None:
    if flags.get("-m", "int") != "int":
        return None
    found: list[tuple[int, int]] = []
    low, high = OPERATORS["eq"]
    for word in patterns:
        if word in OPERATORS:
            low, high = OPERATORS[word]
            continue
        first, colon, last = word.replace("-", ":").partition(":")
        if not (first.isascii() and first.isdigit() and len(first) < 6):
            return None
        if colon and not (last.isascii() and last.isdigit() and len(last) < 6):
            return None
        start, end = int(first), int(last) if colon else int(first)
        if start > end:
            raise Fault("acl-range", text=word)
        found.append((max(0, start + low), min(65535, end + high)))
    return tuple(found)


def _sources(patterns: Sequence[str]) -> IntervalSet | None:
    """The addresses of a question for the source; None when one is written so that it is not read here."""
    found: list[tuple[int, int]] = []
    for text in patterns:
        try:
            found.append(parse_network(text))
        except ValueError:
            # Short forms such as 10/8 are taken as inet_aton takes them; names are not.
            return None
    return IntervalSet(found)
