"""HAProxy's configuration file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "haproxy"
KIND = "balancer"
SEVERAL = True
NAME = "HAProxy"

HEAD = 50_000
_SECTIONS = ("global", "defaults", "frontend", "backend", "listen")
_SECTION = r"(?m)^[ \t]*(?:global|defaults(?:[ \t].*)?|(?:frontend|backend|listen)[ \t]+\S.*)[ \t\r]*$"
_DIRECTIVE = (
    r"(?m)^[ \t]*(?:bind[ \t]|server[ \t]+\S+[ \t]+\S|(?:default|use)_backend[ \t]|mode[ \t]+(?:tcp|http)\b|balance[ \t]"
    r"|timeout[ \t]+[\w-]+[ \t])"
)


def sniff(text: str) -> int:
    """How surely this is a HAProxy config, 0 to 100."""
    head = text[:HEAD]
    # Every file is asked, and an expression costs more than to see that it cannot match.
    if not any(word in head for word in _SECTIONS) or not re.search(_SECTION, head):
        return 0
    return 95 if re.search(_DIRECTIVE, head) else 40


def read(source: SourceText) -> Balancer:
    """The load balancer that a file describes. Raises InputError with line and column."""
    from portspec.configs.balancer.haproxy.reader import read_balancer

    return read_balancer(source)
