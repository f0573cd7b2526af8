"""Envoy: a bootstrap file with static resources, in YAML or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "envoy"
KIND = "balancer"
NAME = "Envoy"


def sniff(text: str) -> int:
    """How surely this is a bootstrap file of Envoy, 0 to 100."""
    if not any(
        word in text for word in ("static_resources", "staticResources", "dynamic_resources", "dynamicResources")
    ):
        return 0
    import re

    # At the root: what a manifest carries as text is indented.
    if text.lstrip()[:1] == "{":
        named = re.search(r"""["'](static|dynamic)_?[rR]esources["']\s*:""", text)
    else:
        named = re.search(r"""(?m)^["']?(static|dynamic)_?[rR]esources["']?\s*:""", text)
    if named is None:
        return 0
    return 98 if re.search(r"\b(listeners|clusters|lds_config|cds_config|ads_config)\b", text) else 60


def read(source: SourceText) -> Balancer:
    """The load balancer that a bootstrap file describes. Raises InputError with line and column."""
    from portspec.configs.balancer.envoy.reader import read_balancer

    return read_balancer(source)
