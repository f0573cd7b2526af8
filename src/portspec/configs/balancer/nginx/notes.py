"""What the reader remarks while it reads, with the places."""

from __future__ import annotations

from portspec.configs.balancer.model import Remark
from portspec.source import Span


class Notes:
    """The remarks about one config."""

    def __init__(self) -> None:
        self._remarks: dict[tuple[str, Span], Remark] = {}

    def refused(self, span: Span, key: str, **values: str) -> None:
        """Remember what nginx refuses; of several remarks about one place and matter the first one."""
        self._remarks.setdefault((key, span), Remark("refused", key, values, span))

    def unknown(self, span: Span, key: str, **values: str) -> None:
        """Remember what is not modelled."""
        self._remarks.setdefault((key, span), Remark("unknown", key, values, span))

    def ignored(self, span: Span, key: str, **values: str) -> None:
        """Remember what nginx passes over."""
        self._remarks.setdefault((key, span), Remark("ignored", key, values, span))

    def sorted(self) -> tuple[Remark, ...]:
        """The remarks in the order of their lines."""
        return tuple(sorted(self._remarks.values(), key=lambda remark: (remark.span.line, remark.span.column)))
