"""keepalived: virtual servers of the kernel's IPVS, and the addresses that VRRP moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.balancer.model import Balancer
    from portspec.source import SourceText

FORMAT = "keepalived"
KIND = "balancer"


BEGINNINGS = (
    "vrrp_", "virtual_server", "global_defs", "static_", "include", "track_", "bfd_instance", "net_namespace", "instance",
    "linkbeat", "garp_group", "use_pid_dir", "SSL", "$", "@", "~SEQ", "~LST",
)  # fmt: skip
"""How the first line of a config begins. A playbook that carries one begins otherwise."""


def sniff(text: str) -> int:
    """How surely this is a config of keepalived, 0 to 100."""
    if "vrrp_" not in text and "virtual_server" not in text and "global_defs" not in text:
        return 0
    first = next((line for line in map(str.strip, text.split("\n")) if line and line[0] not in "#!"), "")
    if not first.startswith(BEGINNINGS):
        return 0
    import re

    block = r"vrrp_(?:instance|sync_group|script)|virtual_server(?:_group)?|static_ipaddress"
    named = rf"^[ \t]*(?:@\S+[ \t]+|~(?:SEQ|LST)\S*[ \t]+)*(?:{block})(?:[ \t]+[^\s=:]|[ \t]*\{{)"
    if re.search(named, text, re.MULTILINE):
        return 95
    return 60 if re.search(r"^[ \t]*global_defs[ \t]*\{?[ \t]*\r?$", text, re.MULTILINE) else 0


def read(source: SourceText) -> Balancer:
    """The load balancer that a file describes. Raises InputError with line and column."""
    from portspec.configs.balancer.keepalived.reader import read_balancer

    return read_balancer(source)
