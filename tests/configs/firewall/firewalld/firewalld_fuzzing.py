"""Random and mutated firewalld configs."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from configs.firewall.firewalld.folders_of_text import source
from configs.firewall.firewalld.test_firewalld_constructs import PROOFS
from differential.handwritten import files

from portspec.configs.firewall.firewalld import read
from portspec.configs.firewall.naive import Packet, replay
from portspec.errors import InputError
from portspec.packets.addresses import parse_address

TEXTS: tuple[str, ...] = (
    *(text for text, expected in PROOFS.values() if not any(": " in answer for answer in expected.values())),
    *(path.read_text(encoding="utf-8") for path in files("firewalld")),
)
WORDS = (
    *dict.fromkeys(" ".join(TEXTS).replace('"', ' " ').replace("<", " <").split()),
    "<", ">", "/>", "</", '"', "'", "&", "&amp;", "&lt;", "&#0;", "&#x41;", "&x;", "<!--", "-->", "<![CDATA[", "]]>", "<?x?>",
    "<!DOCTYPE zone>", "ä", "٣", "²", "\t", "\x1b", "-1", "65536", "99999999999999999999", "1-", "-", "::", "0/0", "10.0.0.0/33",
    "10.0.0.0/0.0.0.255", "[::1]", "::/129", "1_0", "0x", "rule", "limit", "NOT", "=", "toaddr=", "HOST", "ANY", "ipset:s",
    "%%REJECT%%", "== zones/x.xml", "== ipsets/s.xml", "== firewalld.conf",
)  # fmt: skip
"""What mutations put in: every word of the good configs, and what parsers stumble over."""

PACKETS = (
    ("input", Packet(parse_address("10.1.2.3"), parse_address("192.168.22.5"), 6, 22, source_port=40000)),
    ("forward", Packet(parse_address("2001:db8::1"), parse_address("2001:db8::2"), 17, None, state="established")),
    ("output", Packet(parse_address("192.168.22.5"), parse_address("10.1.2.3"), 1, None, out_interface="eth0")),
)


def inputs(seed: int, count: int) -> Iterator[str]:
    """Texts of a seed, most of them a good config with a few changes."""
    rng = Random(seed)
    for _ in range(count):
        text = rng.choice(TEXTS)
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            text = _changed(rng, text)
        yield text


def _changed(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    until = min(len(text), at + rng.choice((1, 1, 2, 5, 20, 200)))
    change = rng.randrange(7)
    if change == 0:
        return text[:at] + text[until:]
    if change == 1:
        return text[:at] + text[at:until] * 2 + text[until:]
    if change == 2:
        return text[:at] + rng.choice(WORDS) + text[at:]
    if change == 3:
        lines = text.split("\n")
        del lines[rng.randrange(len(lines))]
        return "\n".join(lines)
    if change == 4:
        lines = text.split("\n")
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(rng.choice(TEXTS).split("\n")))
        return "\n".join(lines)
    parts = text.split('"')
    where = rng.randrange(len(parts))
    parts[where] = rng.choice(WORDS) if change == 5 else rng.choice(parts)
    return '"'.join(parts)


def tried(text: str) -> bool:
    """Whether a config is read; then it is asked about packets. Any exception but InputError is a bug."""
    try:
        ruleset = read(source(text))
    except InputError as error:
        told = (bool(error.message), error.path.startswith(("fw", "(")))
        if told != (True, True):
            raise AssertionError(repr(error)) from None
        return False
    for path, packet in PACKETS:
        assert replay(ruleset, path, packet).verdict in ("accept", "drop", "reject", "unknown")
    return True
