"""What a BIG-IP reader remarks while it reads, with the places."""

from __future__ import annotations

from typing import Literal

from portspec.configs.balancer.model import Remark
from portspec.source import SourceText, Span


class Notes:
    """The remarks about one file."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.remarks: list[Remark] = []
        self._told: set[tuple[str, Span]] = set()

    def remark(self, kind: Literal["refused", "ignored", "unknown"], key: str, span: Span, **values: str) -> None:
        """Remember a remark; of several about one place and matter the first one."""
        if (key, span) not in self._told:
            self._told.add((key, span))
            self.remarks.append(Remark(kind, key, values, span))

    def span(self, start: int, stop: int) -> Span:
        """The place of text[start:stop], as far as it lies in one line."""
        end = self.source.text.find("\n", start, stop)
        return self.source.span(start, end if end > start else max(stop if end < 0 else start + 1, start + 1))
