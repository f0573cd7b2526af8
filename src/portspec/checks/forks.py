"""Many pieces of work over several processes, and their answers in order.

Each process begins as a copy of this one, with all that it has loaded by then. They draw shares of the work from one pipe,
so that none waits while another has a queue, and the shares grow smaller towards the end. Whatever a process does not
answer, because it met an error or was killed, this one does itself: an error is then raised here, where the work's order
has it, and the answers are the same however the work was divided.
"""

from __future__ import annotations

import copyreg
import io
import os
import pickle
import selectors
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar

Work = TypeVar("Work")
Answer = TypeVar("Answer")
Reducer = Callable[[Any], str | tuple[Any, ...]]
MOST_SHARES = 1024
"""Their numbers must fit in a pipe that nobody reads yet: a page, where the system is short of memory for pipes."""
LARGEST_SHARE = 8
"""Answers of one share are sent together, and what they have in common is sent once."""
TICKET = struct.Struct("=I")
HEADER = struct.Struct("=IQ")
"""The number of a share, and how many bytes its answers are."""
BLOCK = 1 << 18
ENDS = (signal.SIGINT, signal.SIGTERM)


class _Worker(NamedTuple):
    process: int
    answers: int
    received: bytearray


def can_divide() -> bool:
    """Whether this system makes copies of a process."""
    return hasattr(os, "fork")


def divided(
    call: Callable[[Work], Answer], work: Sequence[Work], jobs: int, reducers: Mapping[type, Reducer] | None = None
) -> Iterator[Answer]:
    """The answers for every piece of work in its order; up to `jobs` of them are made at a time. What `call` raises is
    raised. A call may depend on nothing but its piece of work and what was there before.

    `reducers` tell pickle how to send objects of a type (`copyreg`), where that takes less than a copy.
    """
    shares = shares_of(len(work), jobs)
    answers: dict[int, Sequence[Answer]] = {}
    with selectors.DefaultSelector() as waiting:
        workers = _start(_Answering(call, work, shares, {**copyreg.dispatch_table, **(reducers or {})}), jobs)
        try:
            for worker in workers:
                waiting.register(worker.answers, selectors.EVENT_READ, worker)
            for number, share in enumerate(shares):
                while number not in answers and waiting.get_map():
                    _receive(waiting, answers)
                if number in answers:
                    yield from answers.pop(number)
                else:
                    yield from map(call, work[share.start : share.stop])
        finally:
            _stop(workers)


def shares_of(size: int, jobs: int) -> list[range]:
    """How so many pieces of work are shared out: a fraction of what is left each time, so that all end together."""
    least = -(-size // MOST_SHARES)
    shares: list[range] = []
    at = 0
    while at < size:
        length = max(least, min(LARGEST_SHARE, (size - at) // (jobs * 4)), 1)
        shares.append(range(at, min(at + length, size)))
        at += length
    return shares


class _Answering(Generic[Work, Answer]):
    """What every process has before it begins."""

    def __init__(
        self,
        call: Callable[[Work], Answer],
        work: Sequence[Work],
        shares: Sequence[range],
        reducers: Mapping[type, Reducer],
    ) -> None:
        self.shares = shares
        self._call = call
        self._work = work
        self._reducers = reducers

    def message(self, number: int) -> bytes:
        """The answers of one share, as they are sent."""
        share = self.shares[number]
        body = io.BytesIO()
        pickler = pickle.Pickler(body, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = self._reducers
        pickler.dump([self._call(one) for one in self._work[share.start : share.stop]])
        return HEADER.pack(number, body.tell()) + body.getvalue()


def _start(answering: _Answering[Work, Answer], jobs: int) -> list[_Worker]:
    """Start the processes; fewer, or none, where the system does not give them."""
    workers: list[_Worker] = []
    shares = len(answering.shares)
    tickets, given = os.pipe()
    os.write(given, b"".join(map(TICKET.pack, range(shares))))
    os.close(given)
    # What waits in a buffer is this process's to write.
    sys.stdout.flush()
    sys.stderr.flush()
    for _ in range(min(jobs, shares)):
        answers, written = os.pipe()
        try:
            process = os.fork()
        except OSError:
            os.close(answers)
            os.close(written)
            break
        if process == 0:
            _work(answering, tickets, written, [answers, *(one.answers for one in workers)])
        os.close(written)
        workers.append(_Worker(process, answers, bytearray()))
    os.close(tickets)
    return workers


def _work(answering: _Answering[Work, Answer], tickets: int, written: int, others: Sequence[int]) -> NoReturn:
    """Answer one share after the other, until none is left or one fails; never comes back."""
    try:
        for sign in ENDS:
            signal.signal(sign, signal.SIG_DFL)
        # Held open here, a pipe would never tell another process that its reader is gone.
        for other in others:
            os.close(other)
        while ticket := os.read(tickets, TICKET.size):
            data = memoryview(answering.message(*TICKET.unpack(ticket)))
            while data:
                data = data[os.write(written, data) :]
    finally:
        os._exit(0)


def _receive(waiting: selectors.BaseSelector, answers: dict[int, Sequence[Answer]]) -> None:
    """Take what the processes have sent; who has no more to send is waited for no longer."""
    for key, _ in waiting.select():
        worker: _Worker = key.data
        data = os.read(worker.answers, BLOCK)
        if not data:
            waiting.unregister(worker.answers)
            continue
        received = worker.received
        received += data
        while len(received) >= HEADER.size:
            number, size = HEADER.unpack_from(received)
            end = HEADER.size + size
            if len(received) < end:
                break
            answers[number] = pickle.loads(bytes(received[HEADER.size : end]))  # noqa: S301 - from our own process
            del received[:end]


def _stop(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        os.close(worker.answers)
        with suppress(ProcessLookupError):
            os.kill(worker.process, signal.SIGTERM)
    for worker in workers:
        with suppress(ChildProcessError):
            os.waitpid(worker.process, 0)
