"""Which bits of a packet's mark the rules of a file change."""

from __future__ import annotations

import re

ALL = 0xFFFFFFFF
CHANGES = re.compile(
    r"--(?:(?P<set>set-x?mark|tproxy-mark|or-mark|xor-mark)[\s=]+(?P<value>[^\s/]+)(?:/(?P<mask>\S+))?"
    r"|and-mark[\s=]+(?P<kept>\S+)|(?P<other>restore-mark|map-mark|hmark-\w+))"
)


def changed_marks(text: str) -> int:
    """The bits that some rule may set or clear; what no rule changes is as it came from the wire: 0. `text` has the
    targets of all rules.

    Marks go on from table to table, so the whole file counts (iptables-extensions(8): MARK, CONNMARK, TPROXY, HMARK, SET).
    """
    if "mark" not in text:
        return 0
    found = 0
    for match in CHANGES.finditer(text):
        if match["kept"]:
            found |= ALL ^ _number(match["kept"], 0)
        elif match["set"]:
            value = _number(match["value"], ALL)
            whole = 0 if match["set"] in ("or-mark", "xor-mark") else ALL
            found |= value | (_number(match["mask"], ALL) if match["mask"] else whole)
        else:
            found = ALL
        if found == ALL:
            break
    return found


def _number(text: str, otherwise: int) -> int:
    try:
        return int(text, 0) & ALL
    except ValueError:
        return otherwise
