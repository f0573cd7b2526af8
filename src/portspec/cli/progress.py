"""How far a long check is: one line on a terminal, rewritten, and gone before anything else is printed."""

from __future__ import annotations

import time
from typing import TextIO

AFTER = 0.5
"""Seconds before anything is shown: most checks are over by then."""
EVERY = 0.1
CLEAR = "\r\x1b[K"
WORDS = {"en": "{done} of {all} clusters checked", "zh-TW": "已檢查 {done} / {all} 個叢集"}


class ProgressLine:
    """Writes how many clusters are done; at the last one it takes its line away."""

    def __init__(self, stream: TextIO, language: str) -> None:
        self._stream = stream
        self._words = WORDS[language]
        self._next = time.monotonic() + AFTER
        self._shown = False

    def __call__(self, done: int, every: int) -> None:
        """Tell that so many are done, of so many."""
        now = time.monotonic()
        if done < every and now >= self._next:
            self._write(CLEAR + self._words.format(done=done, all=every))
            self._shown, self._next = True, now + EVERY
        elif done == every:
            self.clear()

    def clear(self) -> None:
        """Take the line away, also where a check ends early."""
        if self._shown:
            self._write(CLEAR)
            self._shown = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
