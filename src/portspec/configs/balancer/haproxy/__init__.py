"""HAProxy's configuration file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "haproxy"
KIND = "balancer"

HEAD = 50_000
_SECTION = re.compile(
    r"^[ \t]*(?:global|defaults(?:[ \t].*)?|(?:frontend|backend|listen)[ \t]+\S.*)[ \t\r]*$", re.MULTILINE
)
_DIRECTIVE = re.compile(
    r"^[ \t]*(?:bind[ \t]|server[ \t]+\S+[ \t]+\S|(?:default|use)_backend[ \t]|mode[ \t]+(?:tcp|http)\b|balance[ \t]"
    r"|timeout[ \t]+[\w-]+[ \t])",
    re.MULTILINE,
)


def sniff(text: str) -> int:
    """How surely this is a HAProxy config, 0 to 100."""
    head = text[:HEAD]
    sections = len(_SECTION.findall(head))
    if not sections:
        return 0
    return 95 if _DIRECTIVE.search(head) else 40


def read(source: SourceText) -> Balancer:
    """The load balancer that a file describes. Raises InputError with line and column."""
    from portspec.configs.balancer.haproxy.reader import read_balancer

    return read_balancer(source)
