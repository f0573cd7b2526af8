"""Configurations that nobody would write."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from configs.balancer import damaging
from configs.balancer.casefiles import load

from portspec.configs.balancer import traefik
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

BITS = [
    "{", "}", "[", "]", "[[", "]]", ":", ": ", "=", " = ", ".", ",", "-", "- ", '"', "'", "`", '"""', "\n", "\n  ", "#", "&a ", "*a", "<<: *a",
    "!!x ", "|", "||", "&&", "!", "(", ")", "\t", "é", "\x00", "\ud800", "0x10", "1979-05-27", "-1", "1e9", "99999999999999999999", "true",
    "null", "~", "10s", "1h1m", "HostSNI(", "ClientIP(`10.0.0.0/8`)", "@file", "@docker",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 65536, 10**30, 0.5, "", "*", ":6443", "10.0.0.1:1", "[::]:1", ":1/udp", "x" * 300, "1s", "1h1m1.5s", [], {}, [[]],
    [{}], {"x": {}}, "a,b", ["a"], [None], "HostSNI(`*`)", "!(HostSNI(`a`) || ClientIP(`::/0`)) && ALPN(`h2`)", "api@internal", "a@file",
    {"weighted": {"services": [{"name": "api"}]}}, {"<<": {"address": ":1"}},
]  # fmt: skip


def _trees(texts: list[str]) -> list[Any]:
    """Those of the texts that are YAML."""
    found = []
    for text in texts:
        try:
            found.append(plain(load_yaml(SourceText("traefik.yml", text.replace("\t", " ")))))
        except InputError:
            continue
    return found


TEXTS = [case.text for case in load(Path(__file__).parent / "cases")]
TREES = _trees(TEXTS)
KEYS = sorted({key for tree in TREES for _, key in damaging.places(tree) if isinstance(key, str)})


def damaged(random_one: random.Random) -> str:
    """A file with some of its values, keys or characters changed."""
    if random_one.random() < 0.6:
        return json.dumps(damaging.damaged_tree(random_one, TREES, KEYS, VALUES)) + "\n"
    return damaging.damaged_characters(random_one, TEXTS, BITS)


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    return damaging.outcome(traefik, "traefik", text)
