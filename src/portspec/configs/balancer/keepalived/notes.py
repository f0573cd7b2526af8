"""What the reader remarks while it reads, with the places."""

from __future__ import annotations

from typing import Literal

from portspec.configs.balancer.model import Remark
from portspec.source import Span


class Notes:
    """The remarks about one config."""

    def __init__(self) -> None:
        self._remarks: dict[tuple[str, Span], Remark] = {}

    def remark(self, kind: Literal["refused", "ignored", "unknown"], key: str, span: Span, **values: str) -> None:
        """Remember a remark; of several about one place and matter the first one."""
        self._remarks.setdefault((key, span), Remark(kind, key, values, span))

    def sorted(self) -> tuple[Remark, ...]:
        """The remarks in the order of their lines."""
        return tuple(sorted(self._remarks.values(), key=lambda remark: (remark.span.line, remark.span.column)))
