"""Keys of a `map` as questions: exact ones, names with an open end, regular expressions."""

from __future__ import annotations

import re
from typing import Literal

from portspec.configs.balancer.model import Term
from portspec.packets.addresses import parse_address
from portspec.packets.intervals import IntervalSet

LITERAL = r"((?:[A-Za-z0-9_-]|\\\.)+)"
EXACT = re.compile(rf"\^{LITERAL}\$")
ENDING = re.compile(rf"(?:\^\.[*+]|\^\(\.[*+]\)|\.\*|)\\\.{LITERAL}\$")
OPTIONAL_ENDING = re.compile(rf"\^(?:\(|\(\?:)\.[*+]\\\.\)\?{LITERAL}\$")
WILDCARD = re.compile(r"(?:\*\.|\.)(?:[^*.]+\.)*[^*.]+|(?:[^*.]+\.)+\*")
OTHER = Term("other")
Leaf = Literal["name", "port", "address", "other"]
"""What only the connection tells: the server name that a client asks for, the port that it connects to, its address."""


def is_open(key: str, *, hostnames: bool) -> bool:
    """Whether a key fits more than one value."""
    return key.startswith("~") or (hostnames and (key.startswith(("*.", ".")) or key.endswith(".*")))


def is_hostname(key: str) -> bool:
    """Whether nginx takes a key with an open end."""
    return key.startswith("~") or WILDCARD.fullmatch(key) is not None


def rank(key: str) -> tuple[int, int]:
    """In which order open keys are tried: names that begin openly, those that end openly, the longer ones first of each;
    then expressions, as they are written."""
    if key.startswith("~"):
        return 2, 0
    return (1 if key.endswith(".*") else 0), -len(key.removeprefix("*"))


def question(leaf: Leaf, key: str, *, is_open: bool) -> Term:
    """What a key asks of a connection. A server name that is not told has no names."""
    if leaf == "name":
        return _name(key, is_open=is_open)
    if leaf == "port" and not is_open and key.isascii() and key.isdigit() and len(key) <= 5:
        return Term("port", ports=((int(key), int(key)),))
    if leaf == "address" and not is_open:
        try:
            return Term("source", sources=IntervalSet.of(parse_address(key)))
        except ValueError:
            return Term("port")  # no client's address is written so
    return OTHER


def _name(key: str, *, is_open: bool) -> Term:
    if not key:
        return OTHER  # clients that tell no name
    if not is_open:
        return Term("server-name", names=frozenset({key.lower()}))
    if key.startswith("*."):
        return Term("server-name", names=frozenset({key[1:].lower()}))
    if key.startswith("."):
        return Term("server-name", names=frozenset({key[1:].lower(), key.lower()}))
    if key.startswith("~"):
        return Term("server-name", names=of_expression(key))
    return Term("server-name")


def of_expression(key: str) -> frozenset[str]:
    """The names that a key which is an expression fits; none where they cannot be written out."""
    pattern = key.removeprefix("~").removeprefix("*")
    for form, forms in ((EXACT, ("{}",)), (ENDING, (".{}",)), (OPTIONAL_ENDING, ("{}", ".{}"))):
        match = form.fullmatch(pattern)
        if match is not None:
            name = match[1].replace("\\", "").lower()
            return frozenset(one.format(name) for one in forms)
    return frozenset()
