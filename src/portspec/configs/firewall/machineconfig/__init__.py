"""MachineConfig and Butane objects that carry an nftables file to the nodes of a role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portspec.configs.firewall.model import Ruleset
    from portspec.source import SourceText

FORMAT = "machineconfig"
KIND = "firewall"

HEAD = 200_000
_OBJECT = r"""(?m)^[ \t]*(?:-[ \t]+)?["']?kind["']?:[ \t]*["']?MachineConfig["']?[ \t]*,?[ \t]*\r?$"""
_BUTANE = r"""(?m)^["']?variant["']?:[ \t]*["']?(?:openshift|fcos|rhcos|r4e|fiot|flatcar)\b"""
_FLOW = r"""["']?kind["']?:[ \t]*["']?MachineConfig["']?[ \t]*[,}]"""


def sniff(text: str) -> int:
    """How surely this is such an object, 0 to 100."""
    head = text[:HEAD]
    if "variant" in head and re.search(_BUTANE, head):
        return 100
    if "machineconfiguration.openshift.io/" in head and (re.search(_OBJECT, head) or re.search(_FLOW, head)):
        return 100
    return 0


def read(source: SourceText) -> Ruleset:
    """The packet filter of the nftables file that the objects carry. Raises InputError with line and column."""
    from portspec.configs.firewall.machineconfig.reader import read_objects

    return read_objects(source)
