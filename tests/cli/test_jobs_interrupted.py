"""A check over several processes on a terminal: its line of progress, and what is left when somebody presses Ctrl-C."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from running import REPOSITORY

SECONDS = 40.0
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
    command = [sys.executable, "-m", "portspec", "check", str(tmp_path), "--jobs", "3", "--lang", "en"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY / "src"),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
    }
    process, terminal = pty.fork()
    if process == 0:
        try:
            # Who runs the tests behind another program may have told them to ignore it, and a child inherits that.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(sys.executable, command, environment)
        finally:
            os._exit(127)
    shown, started, until = b"", set[int](), time.monotonic() + SECONDS
    try:
        while time.monotonic() < until:
            if not select.select([terminal], [], [], 1.0)[0]:
                continue
            try:
                part = os.read(terminal, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            shown += part
            if b"clusters checked" in part and not started:
                started = descendants(process)
                os.write(terminal, b"\x03")
        else:
            os.kill(process, signal.SIGKILL)
    finally:
        os.close(terminal)
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
