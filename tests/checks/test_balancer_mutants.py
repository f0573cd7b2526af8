"""Mutants of the right example: every change to its HAProxy config that matters must be reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from running import REPOSITORY

from portspec.checks.run import check_cluster
from portspec.cluster.load import load_cluster
from portspec.configs.files import load
from portspec.policy.store import policy
from portspec.source import SourceText

EXAMPLE = REPOSITORY / "examples" / "upi-right"
TEXT = (EXAMPLE / "lb" / "haproxy.cfg").read_text()
LINES = TEXT.splitlines(keepends=True)
BALANCED = ("6443", "22623", "443", "80")


class Mutant(NamedTuple):
    """A change, the text that it gives, and the codes of which one must be reported."""

    name: str
    text: str
    codes: frozenset[str]


def with_line(number: int, *lines: str) -> str:
    return "".join([*LINES[:number], *lines, *LINES[number + 1 :]])


def mutants() -> Iterator[Mutant]:
    """Every mutant. A line's number is counted from 0 here."""
    section = ""
    for number, line in enumerate(LINES):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in ("listen", "defaults", "global"):
            section = words[-1]
        made = {"server": _server, "bind": _bind, "listen": _head, "option": _option, "balance": _balance}.get(words[0])
        if made is not None:
            for name, text, codes in made(number, line, section):
                yield Mutant(f"{number + 1} {name}", text, frozenset(codes.split()))
    yield Mutant("defaults in mode http", TEXT.replace("tcp\n", "http\n", 1), frozenset({"PS302"}))
    for side in ("client", "server"):
        timeout = re.compile(rf"timeout {side} +1m")
        yield Mutant(f"cuts at the {side}'s side", timeout.sub(f"timeout {side} 20s", TEXT), frozenset({"PS323"}))
    for port in (6443, 22623, 443, 80):
        yield Mutant(f"{port} moved to another section", moved(port), frozenset({"PS301", "PS308", "PS317"}))
    patient = re.sub(r"timeout check +10s", "timeout check 2m", TEXT)
    yield Mutant("probes that wait in vain", patient, frozenset({"PS319"}))
    yield Mutant("a head with a typing mistake", TEXT.replace("\nlisten api", "\nlisten: api"), frozenset({"PS317"}))
    yield Mutant("no line end", TEXT.rstrip("\n"), frozenset({"PS317"}))


def moved(port: int) -> str:
    """The text with the line that listens on a port in the section after its own, or in the first one."""
    bind = next(line for line in LINES if line.split()[:1] == ["bind"] and line.rstrip().endswith(f":{port}"))
    heads = [line for line in LINES if line.startswith("listen ")]
    own = [line for line in LINES[: LINES.index(bind)] if line.startswith("listen ")][-1]
    other = heads[(heads.index(own) + 1) % len(heads)]
    return TEXT.replace(bind, "").replace(other, other + bind)


Made = Iterator[tuple[str, str, str]]


def _server(number: int, line: str, section: str) -> Made:
    name, place = line.split()[1:3]
    address, port = place.split(":")
    bootstrap, api = "bootstrap" in name, "ingress" not in section
    gone = "PS306" if bootstrap else "PS305"
    yield "dropped", with_line(number), gone
    yield "commented out", with_line(number, "#" + line), gone
    yield "disabled", with_line(number, line.rstrip() + " disabled\n"), gone
    yield "at weight 0", with_line(number, re.sub(r" weight \d+", "", line).rstrip() + " weight 0\n"), gone
    for other in (*BALANCED, "8443"):
        if other != port:
            yield f"on {other}", with_line(number, line.replace(f":{port}", f":{other}")), "PS308"
    yield "a port further", with_line(number, line.replace(f":{port}", ":+1")), "PS308"
    yield "of a stranger", with_line(number, line.replace(address, "192.168.22.99")), "PS304"
    yield "twice under another name", with_line(number, line, line.replace(name, name + "-again")), "PS313"
    yield "twice under its name", with_line(number, line, line), "PS317"
    wrong = "192.168.22.211" if api else "192.168.22.201"
    yield "of the wrong role", with_line(number, line.replace(address, wrong)), "PS304"
    yield "without its check", with_line(number, re.sub(r" check(?=\s)", "", line)), "PS309"
    yield "with TLS of its own", with_line(number, line.rstrip() + " ssl verify none\n"), "PS303"
    yield "with an option that is none", with_line(number, line.rstrip() + " chekc\n"), "PS317"
    yield "without an address", with_line(number, f"  server {name}\n"), "PS317"
    if section.endswith("6443"):
        yield "checked without TLS", with_line(number, line.replace(" check-ssl", "")), "PS309"
        yield "checked at another port", with_line(number, line.rstrip() + " port 9999\n"), "PS309"
        yield "checked seldom", with_line(number, line.replace("inter 10s", "inter 60s")), "PS310"
        yield "checked patiently", with_line(number, line.replace("fall 2", "fall 9")), "PS310"
        yield "verified by nothing", with_line(number, line.replace(" verify none", "")), "PS317"
    if api:
        yield "spoken to by PROXY", with_line(number, line.rstrip() + " send-proxy\n"), "PS324"
        yield "spoken to by PROXY v2", with_line(number, line.rstrip() + " send-proxy-v2\n"), "PS324"
    else:
        yield "spoken to by PROXY", with_line(number, line.rstrip() + " send-proxy-v2-ssl\n"), "PS324"
    if bootstrap:
        yield "no backup", with_line(number, line.replace(" backup", "")), "PS314"


def _bind(number: int, line: str, section: str) -> Made:
    address, port = line.split()[1].split(":")
    yield "dropped", with_line(number), "PS301"
    yield "commented out", with_line(number, "#" + line), "PS301"
    for other in (*BALANCED, "9999"):
        if other != port:
            yield f"on {other}", with_line(number, line.replace(f":{port}", f":{other}")), "PS301"
    yield "at a stranger's address", with_line(number, line.replace(address, "192.168.22.99")), "PS301"
    yield "without a port", with_line(number, f"  bind {address}\n"), "PS301"
    yield "on a socket", with_line(number, "  bind /run/api.sock\n"), "PS301"
    yield "disabled", with_line(number, line, "  disabled\n"), "PS301"
    yield "with TLS", with_line(number, line.rstrip() + " ssl crt /etc/a.pem\n"), "PS303"
    if port == "22623":
        yield "published", with_line(number, line, f"  bind 203.0.113.5:{port}\n"), "PS312"
    yield "in mode http", with_line(number, line, "  mode http\n"), "PS302"
    yield "that expects PROXY", with_line(number, line.rstrip() + " accept-proxy\n"), "PS324"
    yield "moved to another port beside", with_line(number, line, f"  bind {address}:8443\n"), "PS326"
    yield "of a range", with_line(number, line, f"  bind {address}:30000-30010\n"), "PS326"
    yield "led to another pool", with_line(number, line, "  default_backend nowhere\n"), "PS317"


def _head(number: int, line: str, section: str) -> Made:
    yield "named twice", TEXT + f"\n{line}  bind 192.168.22.10:9999\n", "PS317"
    yield "made a backend", with_line(number, line.replace("listen", "backend")), "PS301"
    yield "made a frontend", with_line(number, line.replace("listen", "frontend")), "PS301 PS317"
    yield "with the address behind it", with_line(number, line.rstrip() + " 192.168.22.10:9998\n"), "PS317"
    yield "from defaults that are not there", with_line(number, line.rstrip() + " from nothing\n"), "PS317"


def _option(number: int, line: str, section: str) -> Made:
    if "httpchk" in line:
        yield "dropped", with_line(number), "PS309"
        yield "asks for liveness", with_line(number, line.replace("/readyz", "/livez")), "PS309"
        yield "asks for nothing", with_line(number, "  option httpchk\n"), "PS309"
        yield "becomes a rule alone", with_line(number, "  http-check expect status 200\n"), "PS309"
        yield "is taken back", with_line(number, line, "  option tcp-check\n"), "PS309"
        yield "misspelt", with_line(number, line.replace("httpchk", "httpcheck")), "PS317"


def _balance(number: int, line: str, section: str) -> Made:
    yield "misspelt", with_line(number, line.replace("balance ", "balance x")), "PS317"
    if "ingress" in section:
        yield "by connections", with_line(number, "  balance leastconn\n"), "PS325"
        yield "dropped", with_line(number), "PS325"
    if "ingress" not in section:
        yield "by source", with_line(number, "  balance source\n"), "PS311"
        yield "by stick table", with_line(number, "  stick-table type ip size 1m\n", "  stick on src\n"), "PS311"


@pytest.fixture(scope="module")
def reported() -> dict[str, set[str]]:
    """What is reported of each mutant."""
    cluster = load_cluster(
        load(str(EXAMPLE / "portspec.yaml"), str(EXAMPLE / "portspec.yaml")), release=None, phase=None
    )
    entry = next(entry for entry in cluster.configs if entry.path.endswith("haproxy.cfg"))
    compiled = policy(cluster.release, cluster.profile)
    found: dict[str, set[str]] = {}
    for mutant in (Mutant("none", TEXT, frozenset()), *mutants()):
        source = SourceText("haproxy.cfg", mutant.text)
        result = check_cluster(compiled, cluster, [(entry, source)], "2026-11-23")
        found[mutant.name] = {finding.code for finding in result.findings}
    return found


def test_every_mutant_that_matters_is_reported(reported: dict[str, set[str]]) -> None:
    made = list(mutants())
    assert len({mutant.name for mutant in made}) == len(made)
    assert all(mutant.text != TEXT for mutant in made)
    survivors = {mutant.name: reported[mutant.name] for mutant in made if not mutant.codes & reported[mutant.name]}
    print(f"{len(made)} mutants of the HAProxy example, {len(made) - len(survivors)} reported as they should be")
    assert survivors == {}
    assert len(made) > 250


def test_the_example_itself_has_no_finding(reported: dict[str, set[str]]) -> None:
    assert reported["none"] == set()
