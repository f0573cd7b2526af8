"""Statements without a verdict (`counter`, `log`, `limit`, …): their words are read one by one, so that a slip behind
them is told and not swallowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portspec.configs.firewall.nftables.cursor import Cursor
from portspec.configs.firewall.nftables.values import Wrong

LEVELS = frozenset({"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit"})
LOG_FLAGS = frozenset({"all", "tcp", "ip", "skuid", "ether", "sequence", "options"})
UNITS = frozenset({"second", "minute", "hour", "day", "week"})
SIZES = frozenset({"bytes", "kbytes", "mbytes", "packets"})


def _number(cursor: Cursor, what: str) -> None:
    word = cursor.take(what)
    if not word.text.isdigit():
        raise Wrong(word, f"expected {what}, found {word.text!r}")


def _one_of(cursor: Cursor, known: frozenset[str], what: str) -> None:
    word = cursor.take(what)
    if word.text not in known:
        raise Wrong(word, f"{word.text!r} is no {what}", f"known: {', '.join(sorted(known))}")


def _named(cursor: Cursor) -> bool:
    """`name x`, an object of the table; taken when it stands here."""
    if cursor.peek() != "name":
        return False
    cursor.at += 1
    cursor.expression()  # a name, or a map that gives one
    return True


def counter(cursor: Cursor) -> None:
    """`counter`, `counter packets 0 bytes 0`, `counter name x`."""
    if _named(cursor):
        return
    for what in ("packets", "bytes"):
        if cursor.peek() == what:
            cursor.at += 1
            _number(cursor, f"a number of {what}")


def log(cursor: Cursor) -> None:
    """`log prefix "x" level warn flags all group 2 snaplen 10 queue-threshold 3`."""
    while True:
        option = cursor.peek()
        if option not in ("prefix", "level", "flags", "group", "snaplen", "queue-threshold"):
            return
        cursor.at += 1
        if option == "prefix":
            cursor.take("a text")
        elif option == "level":
            _one_of(cursor, LEVELS, "log level")
        elif option == "flags":
            _one_of(cursor, LOG_FLAGS, "log flag")
            while cursor.peek() == "," or cursor.peek() in ("sequence", "options"):
                if cursor.peek() == ",":
                    cursor.at += 1
                _one_of(cursor, LOG_FLAGS, "log flag")
        else:
            _number(cursor, f"a number behind {option}")


def limit(cursor: Cursor) -> None:
    """`limit rate over 10 mbytes/second burst 5 packets`, `limit name x`."""
    if _named(cursor):
        return
    word = cursor.take("rate")
    if word.text != "rate":
        raise Wrong(word, f"expected rate, found {word.text!r}")
    if cursor.peek() in ("over", "until"):
        cursor.at += 1
    rate = cursor.take("a rate such as 5/second")
    text = rate.text
    while "/" not in text or text.endswith("/"):
        word = cursor.take("a unit of time such as /second")
        if "/" not in text + word.text and word.text not in SIZES:
            raise Wrong(word, f"expected a rate such as 5/second, found {word.text!r}")
        text += word.text
    amount, _, unit = text.partition("/")
    if not amount[:1].isdigit() or unit not in UNITS:
        raise Wrong(rate, f"{text!r} is no rate", "expected a rate such as 5/second or 10 mbytes/minute")
    if cursor.peek() == "burst":
        cursor.at += 1
        _number(cursor, "a burst")
        _one_of(cursor, SIZES, "unit of a burst")


def quota(cursor: Cursor) -> None:
    """`quota over 25 mbytes used 3 kbytes`, `quota name x`."""
    if _named(cursor):
        return
    if cursor.peek() in ("over", "until"):
        cursor.at += 1
    for used in (False, True):
        if used:
            if cursor.peek() != "used":
                return
            cursor.at += 1
        _number(cursor, "a quota")
        _one_of(cursor, SIZES, "unit of a quota")


def meter(cursor: Cursor) -> None:
    """`meter x size 100 { ip saddr limit rate 10/second }`."""
    cursor.take("the name of a meter")
    if cursor.peek() == "size":
        cursor.at += 1
        _number(cursor, "a size")
    cursor.braces()


def flow(cursor: Cursor) -> None:
    """`flow add @f`: later packets of the connection pass by the hooks of forwarding. The rule goes on only for a
    packet whose connection can."""
    word = cursor.take("add")
    if word.text not in ("add", "offload"):
        raise Wrong(word, f"expected add, found {word.text!r}")
    table = cursor.take("a flowtable")
    if not table.text.startswith("@"):
        raise Wrong(table, f"expected a flowtable such as @f, found {table.text!r}")


def dup(cursor: Cursor) -> None:
    """`dup to 192.0.2.1 device eth0`: a copy goes elsewhere, the packet itself goes on."""
    cursor.take("to")
    cursor.right_side()
    if cursor.peek() == "device":
        cursor.at += 1
        cursor.take("a device")


def reset(cursor: Cursor) -> None:
    """`reset tcp option timestamp`: takes an option out of the packet."""
    word = cursor.take("tcp option")
    if word.text != "tcp" or cursor.take("option").text != "option":
        raise Wrong(word, f"expected tcp option, found {word.text!r}")
    cursor.take("an option such as timestamp")


def last(cursor: Cursor) -> None:
    """`last`, `last used never`, `last used 3m2s`: when a packet got here."""
    if cursor.peek() == "used":
        cursor.at += 1
        cursor.take("a time, or never")


ASIDES: Mapping[str, Callable[[Cursor], None]] = {
    "counter": counter, "log": log, "flow": flow, "dup": dup, "limit": limit, "quota": quota, "meter": meter,
    "reset": reset, "last": last,
}  # fmt: skip
"""What reads the words behind each of them."""
