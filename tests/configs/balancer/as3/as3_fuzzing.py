"""AS3 declarations that nobody would write."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from configs.balancer import damaging
from configs.balancer.casefiles import load
from running import REPOSITORY

from portspec.configs.balancer import as3
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError

REPORTS = REPOSITORY / "tests/checks/cases_balancer"
CASES = load(Path(__file__).parent / "cases")
RIGHT = [
    (REPORTS / name / "declaration.json").read_text()
    for name in ("right-as3", "right-as3-adc-alone", "ps301-as3-redirect")
]
SEEDS = [case.text for case in CASES] + RIGHT
TREES = [json.loads(text) for text in [case.text for case in CASES if case.file != "errors"] + RIGHT]
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 80, 6443, 65536, 10**30, 1.5, "", "all", "tcp", "https", "none", "192.168.22.10", "10.0.0.0/8",
    "::", "::1", "0.0.0.0", "10.0.0.1%3", "/t/a/x", "/@/@/api_pool", "@", "api_pool", "Pool", "Service_TCP", "Service_HTTPS",
    "Monitor", "Tenant", "Application", "ADC", "٣", "²", "\x00", "a\nb", "GET /readyz HTTP/1.1", "{{ x }}", [], {}, [[]], [{}],
    {"use": "x"}, {"use": 1}, {"bigip": "/Common/x"}, {"bigip": []}, ["a", "b"], [["192.168.22.10", "10.0.0.0/8"]],
    {"class": "Pool"}, {"class": 1},
]  # fmt: skip
KEYS = [
    "class", "pool", "members", "monitors", "virtualAddresses", "virtualPort", "servicePort", "serverAddresses", "servers",
    "address", "name", "use", "bigip", "persistenceMethods", "enable", "adminState", "template", "iRules", "policyEndpoint",
    "profileL4", "profileTCP", "ingress", "idleTimeout", "snat", "monitorType", "send", "receive", "interval", "timeout",
    "upInterval", "targetPort", "targetAddress", "minimumMonitors", "minimumMembersActive", "priorityGroup", "ratio", "rateLimit",
    "addressDiscovery", "hostname", "autoPopulate", "layer4", "virtualType", "redirect80", "serverTLS", "action", "declaration",
    "schemaVersion", "allowVlans", "trafficGroup", "arpEnabled", "x", "",
]  # fmt: skip
BITS = ['"', "{", "}", "[", "]", ",", ":", "\\", "\\u", "null", "1e999", "-", "{{", "{%", "\n", "\x00", "é", "//", '""']


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    return damaging.outcome(as3, "as3.json", text)


def damaged(random_one: random.Random) -> str:
    """A declaration with some of its values, keys or characters changed."""
    if random_one.random() < 0.7:
        tree = damaging.damaged_tree(random_one, TREES, KEYS, VALUES)
        return json.dumps(tree, indent=random_one.choice([None, 1]), ensure_ascii=random_one.random() < 0.5) + "\n"
    return damaging.damaged_characters(random_one, SEEDS, BITS)
