"""Groups of virtual addresses: `virtual_server_group`."""

from __future__ import annotations

from typing import NamedTuple

from portspec.configs.balancer.keepalived.blocks import Entry
from portspec.configs.balancer.keepalived.lines import Line
from portspec.configs.balancer.keepalived.notes import Notes
from portspec.configs.balancer.keepalived.numbers import LAST_U32, port, whole
from portspec.packets.addresses import is_v6, parse_address, parse_network
from portspec.source import Span

MOST_ADDRESSES = 1024


class Address(NamedTuple):
    """One virtual address; `port` 0 stands for every port."""

    address: int
    text: str
    port: int
    span: Span


class Group(NamedTuple):
    """The addresses of a group; `unread` is a line whose addresses are not known or too many. `marks`: it holds firewall
    marks; `marked`: and nothing else."""

    addresses: tuple[Address, ...]
    unread: Span | None
    marks: bool
    marked: bool


def grouped(entry: Entry, notes: Notes) -> Group:
    """A group's lines."""
    found: list[Address] = []
    unread: Span | None = None
    marks = others = 0
    for line in entry.values:
        if line.words[0] == "fwmark":
            if _mark(line, notes):
                unread = line.span
                marks += 1
            continue
        span = _range(line, notes)
        number = _port(line)
        if span is None or number is None:
            if line.variable:
                notes.remark("unknown", "variable", line.span, variable=line.variable)
                unread = line.span
            else:
                notes.remark("ignored", "group-entry", line.span, text=" ".join(line.words[:2]))
            continue
        first, last = span
        others += 1
        if last - first + len(found) >= MOST_ADDRESSES:
            notes.remark("unknown", "group-size", line.span, most=str(MOST_ADDRESSES))
            unread = line.span
            continue
        text = line.words[0]
        found += [Address(address, text, number, line.span) for address in range(first, last + 1)]
    return Group(tuple(found), unread, marks=marks > 0, marked=marks > 0 and not others)


def _mark(line: Line, notes: Notes) -> bool:
    if len(line.words) < 2:
        notes.remark("refused", "incomplete", line.span, keyword="fwmark")
        return False
    if whole(line.words[1], 0, LAST_U32) is None:
        notes.remark("ignored", "group-entry", line.span, text=" ".join(line.words[:2]))
        return False
    notes.remark("unknown", "mark", line.span, mark=line.words[1])
    return True


def _port(line: Line) -> int | None:
    if len(line.words) < 2 or line.words[1] == "0":
        return 0
    return port(line.words[1])


def _range(line: Line, notes: Notes) -> tuple[int, int] | None:
    """The first and last address of `ADDRESS`, `ADDRESS-LAST`, `ADDRESS-ADDRESS` or `ADDRESS/LENGTH`."""
    text = line.words[0]
    head, dash, tail = text.partition("-")
    try:
        if "/" in text:
            return parse_network(text)
        first = parse_address(head)
        if not dash:
            return first, first
        last = _last(first, tail)
    except ValueError:
        return None
    if last <= first or is_v6(first) != is_v6(last):
        return None
    if not is_v6(first) and first >> 8 != last >> 8:
        notes.remark("unknown", "range-octet", line.span, range=text)
    return first, last


def _last(first: int, text: str) -> int:
    if "." in text or ":" in text:
        return parse_address(text)
    if is_v6(first):
        number = int(text, 16) if text.isalnum() and text.isascii() and len(text) <= 4 else -1
        number = number if number >= 0 else first & 0xFFFF
        return first & ~0xFFFF | number
    number = whole(text, 0, 255) or 0
    return first & ~0xFF | number
