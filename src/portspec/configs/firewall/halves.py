"""Two halves of one piece of work at a time, the second one in a child process where that is possible."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any


def in_halves(work: Callable[..., Any], first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, Any]:
    """`work` of the arguments for each half. What it returns must be plain data: numbers, texts, bytes, None, and
    tuples, lists and dicts of them. A child that fails is no error: its half is then done here."""
    child = _start(work, second) if _processors() > 1 else None
    done = work(*first)
    other = None if child is None else _collect(*child)
    return done, work(*second) if other is None else other


def _processors() -> int:
    """How many processors this process may use; 1 where there is no fork."""
    if not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def _start(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[int, int] | None:
    """The child's process and the end of the pipe that its result comes from; None when there cannot be one."""
    import marshal

    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    try:
        process = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if process:
        os.close(writing)
        return process, reading
    # The child never returns, lest it flush what the parent has written or run its cleanup.
    code = 1
    try:
        os.close(reading)
        with open(writing, "wb") as stream:
            stream.write(marshal.dumps(work(*arguments)))
        code = 0
    finally:
        os._exit(code)


def _collect(process: int, reading: int) -> Any:
    import marshal

    with open(reading, "rb") as stream:
        content = stream.read()
    _, status = os.waitpid(process, 0)
    return marshal.loads(content) if status == 0 else None  # noqa: S302 # from our own child
