"""The values of firewalld's files: ports, addresses, protocols, numbers; and errors that say where one is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from portspec.configs.firewall.firewalld.records import Address, Family, Ports
from portspec.configs.firewall.services import SERVICES
from portspec.configs.folders import FolderText, place
from portspec.errors import InputError
from portspec.packets.addresses import parse_address, parse_network
from portspec.packets.ports import protocol_number
from portspec.source import SourceText, Span

TRANSPORTS = ("tcp", "udp", "sctp", "dccp")
HIGHEST_PRIORITY = 32767
PREFIX_LENGTHS = {"ipv4": 32, "ipv6": 128}


class Source(NamedTuple):
    """One file of a config. Spans that leave it are counted in lines of the whole: `first` is that of its first line."""

    whole: FolderText
    part: SourceText
    first: int

    @property
    def text(self) -> str:
        """The file's text."""
        return self.part.text

    def lifted(self, span: Span) -> Span:
        """A span of this file as one of the whole."""
        more = self.first - 1
        return span._replace(line=span.line + more, end_line=span.end_line + more if span.end_line else 0)

    def error(self, span: Span, message: str, hint: str = "") -> InputError:
        """An error at a span of the whole."""
        return wrong(self.whole, span, message, hint)

    def fail(self, span: Span, message: str, hint: str = "") -> NoReturn:
        """Raise `error`."""
        raise self.error(span, message, hint)


def wrong(whole: FolderText, span: Span, message: str, hint: str = "") -> InputError:
    """An error at a span of the whole, in the words of the file that it lies in."""
    path, line = place(whole, span.line)
    return InputError(message, path, line, span.column, hint)


def nearest(text: str, known: Iterable[str]) -> str:
    """A hint: the name that was probably meant, or those that are known."""
    from difflib import get_close_matches

    names = list(known)
    close = get_close_matches(text[:80], names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"known: {', '.join(names)}" if len(names) <= 30 else ""


def ports(source: Source, text: str, transport: str, span: Span) -> Ports:
    """`80`, `8000-8010` or a name, of a transport with ports. Ends that stand upside down are turned, as firewalld does."""
    if transport not in TRANSPORTS:
        source.fail(
            span, f"protocol {transport!r} has no ports that firewalld filters", f"known: {', '.join(TRANSPORTS)}"
        )
    first, dash, last = text.strip().partition("-")
    if text.strip() in SERVICES:
        first, dash, last = str(SERVICES[text.strip()]), "", ""
    ends = [_port(source, end, text, span) for end in ((first, last) if dash else (first,))]
    return Ports(min(ends), max(ends), transport, span)


def _port(source: Source, word: str, text: str, span: Span) -> int:
    word = word.strip()
    if word in SERVICES:
        return SERVICES[word]
    if not (word.isascii() and word.isdigit()) or len(word) > 9 or int(word) > 65535:
        source.fail(span, f"{text[:60]!r} is no port", "expected a number, a range such as 2379-2380, or a name")
    return int(word)


def protocol(source: Source, text: str, span: Span) -> str:
    """A protocol's name or number, checked."""
    try:
        protocol_number(text)
    except ValueError:
        source.fail(span, f"unknown protocol {text[:60]!r}")
    return text


def address(source: Source, text: str, span: Span, *, negated: bool = False) -> Address:
    """An address, a network or a MAC address."""
    if is_mac(text):
        return Address("mac", text.upper(), negated, span)
    if family_of(text) is None:
        source.fail(
            span, f"{text[:60]!r} is no address", "expected an address, a network such as 10.0.0.0/8, or a MAC address"
        )
    return Address("address", text, negated, span)


def is_mac(text: str) -> bool:
    """Whether a text is a MAC address as firewalld knows them: `00:11:22:33:44:55`."""
    parts = text.split(":")
    digits = "0123456789abcdefABCDEF"
    return len(parts) == 6 and all(len(part) == 2 and part[0] in digits and part[1] in digits for part in parts)


def network(text: str) -> tuple[int, int]:
    """The points of an address or network; IPv6 may stand in brackets. Raises ValueError."""
    return parse_network(text.replace("[", "").replace("]", ""))


def family_of(text: str) -> Family | None:
    """The family of an address or network; None when it is neither."""
    try:
        network(text)
    except ValueError:
        return None
    return "ipv6" if ":" in text else "ipv4"


def single_address(source: Source, text: str, span: Span) -> str:
    """An address without a mask."""
    try:
        parse_address(text.strip("[]"))
    except ValueError:
        source.fail(span, f"{text[:60]!r} is no address", "expected a single address")
    return text


def number(source: Source, what: str, text: str, span: Span, *, most: int = HIGHEST_PRIORITY) -> int:
    """A whole number whose size is at most `most`, and -`most` - 1 on the other side."""
    digits = text.strip().removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 9:
        value = int(text)
        if -most - 1 <= value <= most:
            return value
    raise source.error(span, f"{what}: {text[:60]!r} is no number from {-most - 1} to {most}")


def family(source: Source, text: str, span: Span) -> Family:
    """`ipv4` or `ipv6`."""
    if text == "ipv4":
        return "ipv4"
    if text == "ipv6":
        return "ipv6"
    raise source.error(span, f"unknown family {text[:60]!r}", "known: ipv4, ipv6")
