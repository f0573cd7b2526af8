"""What both generators hand over: a ruleset as text and the packets to ask about."""

from __future__ import annotations

from typing import NamedTuple

from differential.probes import Path, Probe


class Generated(NamedTuple):
    """A ruleset made from a seed, with its probes. `unsure` says that it holds constructs which portspec answers with
    `unknown`; without them every verdict must be certain."""

    seed: int
    text: str
    path: Path
    probes: tuple[Probe, ...]
    unsure: bool
