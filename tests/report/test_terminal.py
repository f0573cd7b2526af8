"""Colours on a terminal, and only there."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest
from running import REPOSITORY, portspec

COMMAND = [sys.executable, "-m", "portspec", "check", "examples/upi-broken", "--select", "PS3"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(**more: str) -> str:
    """What a check prints when its output is a terminal."""
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src"), "LANG": "C.UTF-8", **more}
    with subprocess.Popen(COMMAND, cwd=REPOSITORY, env=environment, stdout=theirs, stdin=subprocess.DEVNULL):
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            parts.append(part)
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_a_terminal_gets_colours_and_otherwise_the_same_text() -> None:
    plain = portspec(COMMAND[3:]).out
    coloured = on_terminal(TERM="xterm")
    assert "\x1b[1;31merror PS302\x1b[0m" in coloured
    assert COLOUR.sub("", coloured) == plain
    assert "\x1b" not in plain


@pytest.mark.parametrize("more", [{"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_none_gets_none(more: dict[str, str]) -> None:
    assert on_terminal(**more) == portspec(COMMAND[3:]).out
