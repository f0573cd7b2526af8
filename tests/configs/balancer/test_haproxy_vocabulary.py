"""The reader's words against the real program's own list of them."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest_programs import require

from portspec.configs.balancer.haproxy import vocabulary

ENTRY = re.compile(r"\t(bind <addr>|server <name> <addr>|option)?[ ]?(?:ssl )?([\w-]+)(?: (\+-?\d))?")


@pytest.fixture(scope="module")
def listed() -> dict[str, set[tuple[str, bool]]]:
    """The words by kind (`bind`, `server`, `option`), each with whether a value follows."""
    program = require("haproxy", package="haproxy")
    command = [program, "-dKcfg", "-q", "-c", "-f", "/dev/null"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found: dict[str, set[tuple[str, bool]]] = {"bind": set(), "server": set(), "option": set()}
    for line in (done.stdout + done.stderr).splitlines():
        match = ENTRY.match(line)
        if match is not None and match[1]:
            found[match[1].split()[0]].add((match[2], match[3] is not None))
    return found


def test_options_of_bind_are_known_with_their_values(listed: dict[str, set[tuple[str, bool]]]) -> None:
    assert len(listed["bind"]) > 40
    for word, valued in listed["bind"] - {("ssl", False)}:
        assert (word in vocabulary.BIND_VALUES) == valued, word
        assert (word in vocabulary.BIND_FLAGS) != valued, word


def test_options_of_server_are_known_with_their_values(listed: dict[str, set[tuple[str, bool]]]) -> None:
    assert len(listed["server"]) > 70
    for word, valued in listed["server"] - {("usesrc", False)}:  # usesrc stands behind source, and takes a value there
        assert (word in vocabulary.SERVER_VALUES) == valued, word
        assert (word in vocabulary.SERVER_FLAGS) != valued, word


def test_options_of_proxies_are_known(listed: dict[str, set[tuple[str, bool]]]) -> None:
    words = {word for word, _ in listed["option"]}
    assert len(words) > 30
    assert words <= vocabulary.OPTIONS
