"""Every check of a balancer in every dialect: a case that fails and one that passes, or the reason why there can be none.

What a dialect is: the format, and of F5's the two ways of writing it, files of the system and lists of commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from portspec.checks.registry import checks
from portspec.configs.files import load_config
from portspec.configs.registry import detect, readers

FOLDER = Path(__file__).parent / "cases_balancer"
DIALECTS = ("haproxy", "nginx", "keepalived", "f5", "f5-tmsh", "as3", "envoy", "traefik")
CODES = tuple(code for code in checks() if code.startswith("PS3"))
JOINT = ("PS320", "PS321", "PS322")
"""What is told at a line of a packet filter: the balancer beside it counts."""
FOUND = re.compile(r"^(\S[^:\n]*)(?::\d+)*: (?:error|warning|note)(?: \(possible\))? (PS3\d\d)", re.MULTILINE)
CONFIG = re.compile(r"^  - \{path: ([^,]+),", re.MULTILINE)
IGNORED = re.compile(r"\{code: (PS\d{3})")
TMSH = re.compile(r"^(?:tmsh )?create ", re.MULTILINE)

LAYER_4 = "LVS forwards packets: it knows neither HTTP nor TLS"
PROXY_BY_IRULE = "PROXY protocol takes an iRule, which is not read (PS316)"
SOURCE_OF_VIRTUAL = "a virtual server for some sources only stands beside others: PS316 says that it is not judged"
SINCE_LAST_ANSWER = "a monitor's timeout runs from the last good answer, whether a member is silent or answers badly"

NEVER_WRONG = {
    ("PS302", "keepalived"): LAYER_4,
    ("PS303", "keepalived"): LAYER_4,
    ("PS311", "traefik"): "Traefik keeps no client at one server of TCP",
    ("PS319", "as3"): SINCE_LAST_ANSWER,
    ("PS319", "f5"): SINCE_LAST_ANSWER,
    ("PS319", "f5-tmsh"): SINCE_LAST_ANSWER,
    ("PS323", "traefik"): "Traefik does not cut connections of TCP that are silent",
    ("PS324", "as3"): PROXY_BY_IRULE,
    ("PS324", "f5"): PROXY_BY_IRULE,
    ("PS324", "f5-tmsh"): PROXY_BY_IRULE,
    ("PS324", "keepalived"): "LVS forwards packets and says nothing in front of them",
    ("PS327", "as3"): SOURCE_OF_VIRTUAL,
    ("PS327", "keepalived"): "a virtual server takes every client; firewall marks are not read (PS316)",
}
"""Why a check finds nothing in a dialect, ever."""

NEVER_RIGHT = {
    ("PS309", "nginx"): "nginx probes nothing, and what NGINX Plus asks is HTTP in the clear",
    ("PS309", "traefik"): "Traefik connects to servers of TCP and cannot ask for /readyz over TLS",
    ("PS325", "traefik"): "Traefik keeps no client at one server of TCP",
}
"""Why a dialect cannot do as a check wants."""


def dialect(path: Path) -> str:
    """The dialect of a config, empty for one that is no balancer's."""
    source = load_config(str(path))
    found = detect(source)
    if readers()[found].KIND != "balancer":
        return ""
    return "f5-tmsh" if found == "f5" and TMSH.search(source.text) else found


def configs(folder: Path) -> dict[str, str]:
    """The configs of a case, by the path that its report has, with their dialect."""
    found: dict[str, str] = {}
    for cluster in sorted(folder.rglob("portspec.yaml")):
        for path in CONFIG.findall(cluster.read_text()):
            config = (cluster.parent / path).resolve()
            found[str(config.relative_to(folder.resolve()))] = dialect(config)
    return found


def failing(folder: Path) -> Iterator[tuple[str, str]]:
    """What a case's report finds: the checks, with the dialect of the balancer that they are about."""
    here = {path: name for path, name in configs(folder).items() if name}
    for path, code in FOUND.findall((folder / "expected.txt").read_text()):
        for config, name in here.items():
            # What is found in a file of several is told there.
            if code in JOINT or path == config or path.startswith(f"{config}/"):
                yield code, name


@cache
def failures() -> frozenset[tuple[str, str]]:
    """Every check and dialect that some case is wrong about."""
    return frozenset(one for path in FOLDER.iterdir() if path.is_dir() for one in failing(path))


@cache
def passes() -> frozenset[tuple[str, str]]:
    """Every check and dialect that some right case passes; a filter beside the balancer is needed for those on both."""
    found: set[tuple[str, str]] = set()
    for folder in FOLDER.glob("right-*"):
        let_go = {code for cluster in folder.rglob("portspec.yaml") for code in IGNORED.findall(cluster.read_text())}
        here = configs(folder).values()
        asked = [code for code in CODES if code not in let_go and ("" in here or code not in JOINT)]
        found |= {(code, name) for name in here if name for code in asked}
    return frozenset(found)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("code", CODES)
def test_a_case_fails_or_a_reason_says_why_none_can(code: str, name: str) -> None:
    assert ((code, name) in failures()) != ((code, name) in NEVER_WRONG)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("code", CODES)
def test_a_case_passes_or_a_reason_says_why_none_can(code: str, name: str) -> None:
    assert ((code, name) in passes()) != ((code, name) in NEVER_RIGHT)


def test_every_dialect_is_a_format_that_is_read() -> None:
    formats = {name for name, reader in readers().items() if reader.KIND == "balancer"}
    assert {name.partition("-")[0] for name in DIALECTS} == formats
