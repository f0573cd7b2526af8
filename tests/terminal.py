"""A program on a terminal of its own, and somebody who answers its questions."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from running import REPOSITORY

SECONDS = 120.0
CTRL_C = b"\x03"
CTRL_D = b"\x04"


class Talk(NamedTuple):
    """The exit code, all that stood on the terminal, and the questions in their order."""

    code: int
    shown: str
    questions: tuple[str, ...]


def on_terminal(arguments: Sequence[str], folder: Path) -> tuple[int, int]:
    """Start portspec on a terminal of its own: the process, and our end of the terminal."""
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
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "portspec", *arguments], environment)
        finally:
            os._exit(127)
    return process, terminal


def parts(process: int, terminal: int, seconds: float = SECONDS) -> Iterator[bytes]:
    """What stands on the terminal, piece by piece, until the program closes it; one that takes too long is ended."""
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            if not select.select([terminal], [], [], 1.0)[0]:
                continue
            try:
                part = os.read(terminal, 65536)
            except OSError:  # how Linux says that the other end is closed
                return
            if not part:
                return
            yield part
        os.kill(process, signal.SIGKILL)
    finally:
        os.close(terminal)


def talk(arguments: Sequence[str], answers: Sequence[str | bytes], folder: Path, lang: str = "en") -> Talk:
    """Run portspec on a terminal; whenever a line ends with `]: ` the next answer is typed, after the last one the end of
    the input. A program that says nothing for too long is ended."""
    process, terminal = on_terminal([*arguments, "--lang", lang], folder)
    shown, left, questions = b"", [*answers, CTRL_D], []
    for part in parts(process, terminal):
        shown += part
        if shown.endswith(b"]: ") and left:
            questions.append(shown.decode(errors="replace").replace("\r\n", "\n").rpartition("\n")[2])
            answer = left.pop(0)
            os.write(terminal, answer if isinstance(answer, bytes) else answer.encode() + b"\n")
    _, status = os.waitpid(process, 0)
    return Talk(
        os.waitstatus_to_exitcode(status), shown.decode(errors="replace").replace("\r\n", "\n"), tuple(questions)
    )
