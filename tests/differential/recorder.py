"""The recorder: a table of the testbed's own that writes down how far each packet came, and its state.

- Its first chain, before every other, notes that a packet has arrived, by the packet's number (see `wire`).
- Right after connection tracking another notes the connection state that the kernel gives the packet.
- The last, behind every other base chain of the path's end (input for packets to the host, postrouting for forwarded
  and outgoing ones), notes that the packet got there, and drops it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from differential.network import INTERFACES, OURS
from differential.probes import Probe

OPENER = 60000
"""Number of the packets that open connections; the recorder lets them go on."""

FIRST, BEFORE_TRACKING, AFTER_TRACKING, LAST = -2000000000, -201, -199, 2147483600


TABLE = "portspec_recorder"
KEYS = ((False, 4, "ip id"), (True, 6, "ip6 flowlabel"))
STATES = {1: "invalid", 2: "established", 4: "related", 8: "new", 64: "untracked"}
"""Connection states by the bits that nft prints for them."""

Number = tuple[bool, int]
"""A packet: whether it is IPv6, and its number."""


class Observation(NamedTuple):
    """What the kernel did with a probe: whether it went all the way, and the connection state that it had, None
    where the packet was dropped before the kernel looked."""

    accepted: bool
    state: str | None


class Record(NamedTuple):
    """Which packets arrived, the state that the kernel gave them, and which got to the end of their path."""

    arrived: set[Number]
    states: dict[Number, str]
    passed: set[Number]


def recorder(probes: Sequence[Probe], *, first: int = 1, trace: bool = False) -> str:
    """The recorder's table as text for nft; probes that want to be untracked are excused from tracking. `first` is the
    number of the first probe."""
    untracked: dict[bool, list[int]] = {False: [], True: []}
    for number, probe in enumerate(probes, first):
        if probe.state == "untracked":
            untracked[probe.v6].append(number)
    sets = "".join(
        f"set {name}{family} {{ typeof {key}{more}; size 65536; flags dynamic; }}\n"
        for _, family, key in KEYS
        for name, more in (("arrived", ""), ("states", " . ct state"), ("passed", ""))
    )
    noted = "".join(f"add @arrived{family} {{ {key} }}\n" for _, family, key in KEYS)
    noted += "meta nftrace set 1\n" if trace else ""
    excused = "".join(
        f"{key} {{ {', '.join(map(str, untracked[v6]))} }} notrack\n" for v6, _, key in KEYS if untracked[v6]
    )
    state = "".join(f"{key} != {OPENER} add @states{family} {{ {key} . ct state }}\n" for _, family, key in KEYS)
    last = "".join(f"{key} != {OPENER} add @passed{family} {{ {key} }} drop\n" for _, family, key in KEYS)
    return f"""table inet {TABLE}
delete table inet {TABLE}
table inet {TABLE} {{
{sets}
chain arriving {{ type filter hook ingress devices = {{ {", ".join(INTERFACES)} }} priority {FIRST}; {noted} }}
chain leaving {{ type filter hook output priority {FIRST}; meta mark != {OURS} drop; meta mark set 0; {noted} }}
chain excusing {{ type filter hook prerouting priority {BEFORE_TRACKING}; {excused} }}
chain excusing_leaving {{ type filter hook output priority {BEFORE_TRACKING}; {excused} }}
chain tracked {{ type filter hook prerouting priority {AFTER_TRACKING}; {state} }}
chain tracked_leaving {{ type filter hook output priority {AFTER_TRACKING}; {state} }}
chain at_input {{ type filter hook input priority {LAST}; {last} }}
chain at_postrouting {{ type filter hook postrouting priority {LAST}; {last} }}
}}
"""


def read_record(listed: str) -> Record:
    """What the recorder wrote down, from nft's listing of its table."""
    found: dict[str, list[str]] = {}
    for name, elements in re.findall(r"set (\w+) \{[^{}]*?elements = \{([^}]*)\}", listed):
        found[name] = [element.strip() for element in elements.split(",")]
    states: dict[Number, str] = {}
    for v6, family, _ in KEYS:
        for element in found.get(f"states{family}", ()):
            number, _, state = element.partition(" . ")
            states[v6, int(number, 0)] = STATES[int(state, 0)]
    return Record(_numbers(found, "arrived"), states, _numbers(found, "passed"))


def _numbers(found: dict[str, list[str]], name: str) -> set[Number]:
    return {(v6, int(text, 0)) for v6, family, _ in KEYS for text in found.get(f"{name}{family}", ())}
