"""A check over several processes on a terminal: its line of progress, and what is left when somebody presses Ctrl-C."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from running import REPOSITORY
from terminal import CTRL_C, on_terminal, parts

CLUSTERS = 400


def descendants(process: int) -> set[int]:
    """The processes that one has started and that still run."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return {int(word) for word in listed.read_text().split()} if listed.exists() else set()


def test_an_interrupt_ends_every_process_and_prints_nothing(tmp_path: Path) -> None:
    if not Path("/proc/self/task").is_dir() or not hasattr(os, "fork"):
        pytest.skip("no list of processes to look at")
    for number in range(CLUSTERS):
        shutil.copytree(REPOSITORY / "examples" / "upi-broken", tmp_path / f"c{number}")
    process, terminal = on_terminal(["check", str(tmp_path), "--jobs", "3", "--lang", "en"], REPOSITORY)
    shown, started = b"", set[int]()
    for part in parts(process, terminal):
        shown += part
        if b"clusters checked" in part and not started:
            started = descendants(process)
            os.write(terminal, CTRL_C)
    _, status = os.waitpid(process, 0)
    text = shown.decode()
    assert os.waitstatus_to_exitcode(status) == 130, text[-500:]
    assert 1 <= len(started) <= 3
    for one in started:
        with pytest.raises(ProcessLookupError):
            os.kill(one, 0)
    assert f" of {CLUSTERS} clusters checked" in text
    assert "Traceback" not in text
    assert "PS304" not in text
