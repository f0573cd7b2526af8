"""Network namespaces without names: one thread that has left its network for a new one.

Sockets that the thread opens and programs that it starts live in the new network. When the thread ends and the
sockets are closed nothing refers to the namespace any more and the kernel takes it down, however the test ended.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

CLONE_NEWNET = 0x40000000
PROGRAM_TIMEOUT = 30.0

Result = TypeVar("Result")


class RefusedError(Exception):
    """A program ended with an error: its command, and what it printed."""


class Namespace:
    """A new, empty network namespace, from `with` to the end of its block."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, initializer=_leave_network, thread_name_prefix="namespace")
        self.thread_id = 0

    def __enter__(self) -> Self:
        self.thread_id = self.call(threading.get_native_id)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    def call(self, function: Callable[[], Result]) -> Result:
        """Call a function inside the namespace."""
        return self._thread.submit(function).result()

    def run(self, command: list[str], text: str = "") -> str:
        """Run a program inside the namespace with `text` as its input; its output. Raises RefusedError."""
        return self.call(lambda: run_program(command, text))

    def start(self, command: list[str]) -> subprocess.Popen[str]:
        """Start a program inside the namespace that is ended by its caller."""
        return self.call(lambda: subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))

    def write_sysctls(self, values: dict[str, int]) -> None:
        """Set kernel parameters, given by path under /proc/sys/net; one that this kernel lacks is passed over."""

        def write() -> None:
            for path, value in values.items():
                try:
                    with open(f"/proc/sys/net/{path}", "w", encoding="ascii") as file:
                        file.write(str(value))
                except FileNotFoundError:
                    continue

        self.call(write)


def run_program(command: list[str], text: str = "") -> str:
    """The output of a program. Raises RefusedError when it ends with an error."""
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, timeout=PROGRAM_TIMEOUT, env=_environment()
    )
    if done.returncode != 0:
        raise RefusedError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin", "LC_ALL": "C"}


def _leave_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"unshare: {os.strerror(number)}")
