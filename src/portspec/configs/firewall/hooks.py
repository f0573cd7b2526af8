"""The way of a packet through the hooks of netfilter."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.configs.firewall.model import Hook

HOOKS: Mapping[str, tuple[Hook, ...]] = {
    "input": ("prerouting", "input"),
    "forward": ("prerouting", "forward", "postrouting"),
    "output": ("output", "postrouting"),
    "prerouting": ("prerouting",),
    "postrouting": ("postrouting",),
}
"""Hooks by way: a packet for the host, one through it, one from it; or one hook alone."""
