"""What HAProxy refuses."""

from __future__ import annotations

from portspec.configs.balancer.model import Remark
from portspec.source import Span


class Fault(ValueError):  # noqa: N818
    """What HAProxy refuses of a line: the key of the remark, and its values. Gathered, or raised."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def at(self, span: Span) -> Remark:
        """The remark about it."""
        return Remark("refused", self.key, self.values, span)
