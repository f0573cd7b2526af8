"""Work shared among processes: every answer once and in order, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portspec.checks.forks import LARGEST_SHARE, MOST_SHARES, divided, shares_of
from portspec.errors import InputError, UnknownNameError

HERE = os.getpid()


@given(size=st.integers(0, 40_000), jobs=st.integers(1, 256))
def test_shares_are_all_the_work_once_in_few_pieces(size: int, jobs: int) -> None:
    shares = shares_of(size, jobs)
    assert [number for share in shares for number in share] == list(range(size))
    assert all(shares)
    assert len(shares) <= MOST_SHARES
    if size <= MOST_SHARES:
        assert max(map(len, shares), default=0) <= LARGEST_SHARE
        assert len(shares) < 2 or len(shares[-1]) == 1


def square(number: int) -> int:
    return number * number


def killed_in_a_worker(number: int) -> int:
    if number % 7 == 3 and os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def leaves_a_worker(number: int) -> int:
    if os.getpid() != HERE:
        os._exit(1)
    return square(number)


def breaks_in_a_worker(number: int) -> int:
    if number == 5 and os.getpid() != HERE:
        raise MemoryError
    return square(number)


def much(number: int) -> str:
    """More than a pipe holds."""
    return str(number) * 100_000


CALLS: dict[str, Callable[[int], object]] = {
    "nothing happens": square,
    "a process is killed": killed_in_a_worker,
    "every process leaves": leaves_a_worker,
    "a process has no memory left": breaks_in_a_worker,
    "long answers": much,
    "an answer that does not go through a pipe": lambda number: (lambda: number) if os.getpid() != HERE else number,
}


@pytest.mark.parametrize("jobs", [1, 2, 5, 40])
@pytest.mark.parametrize("name", CALLS)
def test_every_answer_in_order(name: str, jobs: int) -> None:
    call = CALLS[name]
    assert list(divided(call, range(23), jobs)) == [call(number) for number in range(23)]


def test_a_system_that_gives_no_more_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    before = len(os.listdir("/dev/fd"))
    assert list(divided(square, range(9), 3)) == [square(number) for number in range(9)]
    assert len(os.listdir("/dev/fd")) == before


class UnpicklableError(Exception):
    def __init__(self, one: object, two: object) -> None:
        super().__init__(one)
        self.two = two


ERRORS = {
    "an input": InputError("is wrong", "a.cfg", 3, 4, hint="write it right"),
    "a name": UnknownNameError("release", "unknown release"),
    "a mistake of ours": UnpicklableError(1, lambda: 2),
    "an interrupt": KeyboardInterrupt(),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_raised_where_the_order_has_it(name: str) -> None:
    def fails(number: int) -> int:
        if number in (6, 17):
            raise ERRORS[name] if number == 6 else ValueError
        return number

    told: list[int] = []
    answers = divided(fails, range(30), 3)
    with pytest.raises(type(ERRORS[name])) as caught:
        told.extend(answers)
    assert caught.value is ERRORS[name]
    assert told == list(range(6))


def test_no_process_and_no_pipe_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    fork = os.fork

    def counted() -> int:
        process = fork()
        if process:
            started.append(process)
        return process

    def slow(number: int) -> int:
        if os.getpid() != HERE and number > 2:
            time.sleep(60)
        return number

    monkeypatch.setattr(os, "fork", counted)
    before = len(os.listdir("/dev/fd"))
    answers = divided(slow, range(50), 4)
    assert next(answers) == 0
    answers.close()  # type: ignore[attr-defined]
    assert len(started) == 4
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert len(os.listdir("/dev/fd")) == before
