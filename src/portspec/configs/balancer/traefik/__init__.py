"""Traefik 2 and 3: the file provider's configuration and the entry points, in YAML or TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "traefik"
KIND = "balancer"
NAME = "Traefik"


def sniff(text: str) -> int:
    """How surely this is a configuration of Traefik, 0 to 100."""
    lowered = text.lower()
    if "entrypoints" not in lowered and not ("routers" in lowered and "services" in lowered):
        return 0
    import re

    # At the root: what a manifest or a compose file carries is indented.
    if re.search(r"(?m)^(?:[\"']?entrypoints[\"']?[ \t]*[:.=]|[ \t]*\[[ \t]*entrypoints[ \t]*[.\]])", lowered):
        return 96
    if re.search(r"(?m)^[ \t]*\[\[?[ \t]*(?:tcp|http|udp)[ \t]*\.[ \t]*(?:routers|services)\b", lowered):
        return 96
    section = re.search(r"(?m)^[\"']?(?:tcp|http|udp)[\"']?[ \t]*:", lowered)
    within = re.search(r"(?m)^[ \t]+[\"']?(?:routers|services)[\"']?[ \t]*:", lowered)
    return 96 if section and within and ("rule" in lowered or "loadbalancer" in lowered) else 0


def read(source: SourceText) -> Balancer:
    """The load balancer that a file, or a folder of files, describes. Raises InputError with line and column."""
    from portspec.configs.balancer.traefik.reader import read_balancer

    return read_balancer(source)
