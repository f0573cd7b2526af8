"""nginx: its stream module, and what its http module listens on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "nginx"
KIND = "balancer"


def sniff(text: str) -> int:
    """How surely this is a config of nginx, 0 to 100."""
    if "{" not in text or not any(word in text for word in ("stream", "upstream", "proxy_pass", "listen", "events")):
        return 0
    import re

    block = r"(?m)^[ \t]*(?:stream|http|events|server|upstream[ \t]+\S+|location[ \t][^{;\n]+)[ \t\r\n]*\{"
    if not re.search(block, text):
        return 0
    directive = r"(?m)(?:^|[{;])[ \t]*(?:listen|proxy_pass|worker_connections|server_name|ssl_preread)[ \t]+[^;{}\n]+;"
    # Its lines look like those of HAProxy as well, which has no braces.
    return 98 if re.search(directive, text) else 30


def read(source: SourceText) -> Balancer:
    """The load balancer that a file describes. Raises InputError with line and column."""
    from portspec.configs.balancer.nginx.reader import read_balancer

    return read_balancer(source)
