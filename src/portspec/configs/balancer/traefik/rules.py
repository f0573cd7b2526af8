"""Rules of routers (https://doc.traefik.io/traefik/reference/routing-configuration/tcp/router/rules-and-priority/)."""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

from portspec.configs.balancer.model import Term
from portspec.packets.addresses import parse_network
from portspec.packets.intervals import IntervalSet

Condition = tuple[tuple[Term, ...], ...]
"""An OR of ANDs."""
TOKEN = re.compile(r'\s*(?:(&&|\|\||[!(),])|([A-Za-z]\w*)|`([^`]*)`|"((?:[^"\\]|\\.)*)")')
ALWAYS: Condition = ((),)
NEVER: Condition = ()
OTHER: Condition = ((Term("other"),),)
MOST_WAYS = 100
MOST_DEPTH = 30
TCP_MATCHERS = ("alpn", "clientip", "hostsni", "hostsniregexp")
HOST = re.compile(r"[\w.:*-]+", re.ASCII)


class RuleError(Exception):
    """A rule that Traefik does not take. `key` names the sentence that says why."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class DepthError(Exception):
    """A rule that is nested deeper than is read."""


class Rule(NamedTuple):
    """A rule. `names`: the server names that it asks for anywhere, `*` among them; `left_open`: matchers that are not read."""

    condition: Condition
    names: tuple[str, ...]
    left_open: tuple[str, ...]
    catches_all: bool
    several: bool


def parse(text: str, *, http: bool = False) -> Rule:
    """Read a rule. Raises RuleError."""
    try:
        return _Parser(text, http=http).whole()
    except DepthError:
        return Rule(OTHER, (), ("( )",), catches_all=False, several=False)


class _Parser:
    def __init__(self, text: str, *, http: bool) -> None:
        self.http = http
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.names: list[str] = []
        self.left_open: list[str] = []
        self.several = False
        self.matchers = 0
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise RuleError("rule", found=text[at : at + 20].strip() or text[at : at + 1])
            sign, word, raw, quoted = found.groups()
            kind = "sign" if sign else "word" if word else "text"
            self.tokens.append((kind, sign or word or (raw if raw is not None else re.sub(r"\\(.)", r"\1", quoted))))
            at = found.end()

    def whole(self) -> Rule:
        condition = self.either(negated=False, depth=0)
        if self.at < len(self.tokens):
            raise RuleError("rule", found=self.tokens[self.at][1])
        catches_all = self.matchers == 1 and self.names == ["*"]
        return Rule(condition, tuple(self.names), tuple(dict.fromkeys(self.left_open)), catches_all, self.several)

    def take(self, sign: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign):
            self.at += 1
            return True
        return False

    def either(self, *, negated: bool, depth: int) -> Condition:
        parts = [self.both(negated=negated, depth=depth)]
        while self.take("||"):
            parts.append(self.both(negated=negated, depth=depth))
        return self.all(parts) if negated else _any(parts)

    def both(self, *, negated: bool, depth: int) -> Condition:
        parts = [self.one(negated=negated, depth=depth)]
        while self.take("&&"):
            parts.append(self.one(negated=negated, depth=depth))
        return _any(parts) if negated else self.all(parts)

    def one(self, *, negated: bool, depth: int) -> Condition:
        if depth > MOST_DEPTH:
            raise DepthError
        if self.take("!"):
            return self.one(negated=not negated, depth=depth + 1)
        if self.take("("):
            inner = self.either(negated=negated, depth=depth + 1)
            if not self.take(")"):
                raise RuleError("rule", found=self.found())
            return inner
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != "word":
            raise RuleError("rule", found=self.found())
        name = self.tokens[self.at][1]
        self.at += 1
        return self.matcher(name, self.arguments(), negated=negated)

    def found(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else "end"

    def arguments(self) -> list[str]:
        if not self.take("("):
            raise RuleError("rule", found=self.found())
        found: list[str] = []
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "text":
            found.append(self.tokens[self.at][1])
            self.at += 1
            if not self.take(","):
                break
        if not self.take(")"):
            raise RuleError("rule", found=self.found())
        return found

    def matcher(self, name: str, arguments: list[str], *, negated: bool) -> Condition:
        self.matchers += 1
        lowered = name.lower()
        if not self.http and lowered not in TCP_MATCHERS:
            raise RuleError("matcher", name=name)
        if not self.http and not any(arguments):
            raise RuleError("rule-empty", name=name)
        self.several = self.several or (len(arguments) > 1 and not self.http)
        if lowered in ("hostsni", "host"):
            return self.named(arguments, negated=negated)
        if lowered == "clientip":
            sources = IntervalSet(_network(text) for text in arguments)
            return ((Term("source", negated, sources=sources),),)
        if not self.http:
            self.left_open.append(name)
        return OTHER

    def named(self, arguments: list[str], *, negated: bool) -> Condition:
        for name in arguments:
            if not self.http and name.isascii() and HOST.fullmatch(name) is None:
                raise RuleError("host", name=name)
        self.names += arguments
        if "*" in arguments:
            return NEVER if negated else ALWAYS
        names = frozenset(name.lower().removeprefix("*").rstrip(".") for name in arguments)
        return ((Term("server-name", negated, names=names),),)

    def all(self, parts: list[Condition]) -> Condition:
        ways = 1
        for part in parts:
            ways *= len(part)
            if ways > MOST_WAYS:
                self.left_open.append("&&")
                return OTHER
        return tuple(tuple(term for terms in one for term in terms) for one in product(*parts))


def _any(parts: list[Condition]) -> Condition:
    found = tuple(terms for part in parts for terms in part)
    return ALWAYS if () in found else found


def _network(text: str) -> tuple[int, int]:
    try:
        return parse_network(text)
    except ValueError:
        raise RuleError("range", text=text) from None
