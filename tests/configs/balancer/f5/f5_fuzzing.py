"""BIG-IP configs that nobody would write."""

from __future__ import annotations

import random
from pathlib import Path

from configs.balancer import damaging
from configs.balancer.casefiles import load
from running import REPOSITORY

from portspec.configs.balancer import f5
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError

REPORTS = REPOSITORY / "tests/checks/cases_balancer"
SEEDS = [case.text for case in load(Path(__file__).parent / "cases")] + [
    (REPORTS / name).read_text()
    for name in ("right-f5/bigip.conf", "right-f5-tmsh/setup.sh", "ps316-f5-irule/bigip.conf")
]
WORDS = [
    "ltm", "sys", "net", "cli", "script", "create", "modify", "delete", "tmsh", "tmsh -c", "list", "virtual", "pool", "node",
    "monitor", "https", "http", "tcp", "inband", "profile", "client-ssl", "fastl4", "persistence", "rule", "policy",
    "virtual-address", "members", "add", "replace-all-with", "all", "none", "default", "min", "1", "of", "and", "destination",
    "192.168.22.10:6443", "/Common/x", "/a/b/c", "m0:6443", "any:0", "*:*", "*.http", "::1.80", "%1", "10.0.0.1%2:80",
    "10.0.0.0/8:80", "[::1]:80", "mask", "any", "profiles", "persist", "rules", "policies", "vlans", "vlans-enabled",
    "disabled", "enabled", "ip-forward", "source", "translate-address", "translate-port", "address", "fqdn", "name",
    "autopopulate", "session", "user-disabled", "state", "user-down", "priority-group", "min-active-members", "ratio", "send",
    '"GET /readyz HTTP/1.1\\r\\n"', "recv", "200", "|", "[", "interval", "timeout", "up-interval", "idle-timeout", "indefinite",
    "defaults-from", "{", "}", "{ }", "{}", "{{", "{%", "\"", "'", "\\", "\\\n", ";", "#", "$X", "${X}", "$(x", "for", "if",
    "99999999999999999999", "-1", "65536", "٣", "²", "é", "\t", "\r", "\v", "\x85", "",
]  # fmt: skip


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    return damaging.outcome(f5, "bigip.conf", text)


def damaged(random_one: random.Random) -> str:
    """A config with some of its words, lines and characters changed."""
    return damaging.damaged_lines(random_one, SEEDS, WORDS)
