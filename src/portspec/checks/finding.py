"""What a check reports. Data only: the sentences are made in `report/` from the check's own message table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from portspec.records import NamedTuple
from portspec.source import Span

Severity = Literal["error", "warning", "note"]
Confidence = Literal["certain", "possible"]


MOVING = frozenset({"rule", "count", "line", "other_line", "config", "files"})
"""Values that change when other lines of the file do, the number of a line, how many findings are told as one, or with the
folder that a run starts in: the paths of other files."""


class Step(NamedTuple):
    """One rule that the witness met on its way: where it stands, and what it did."""

    path: str
    line: int
    text: str
    outcome: str


class Witness(NamedTuple):
    """One concrete packet that shows the finding, with the rules it met.

    Addresses are text; the ports are None where the transport has none; `verdict` is what the filter does with it.
    """

    source: str
    destination: str
    transport: str
    port: int | None
    verdict: str = ""
    steps: tuple[Step, ...] = ()
    source_port: int | None = None


class Place(NamedTuple):
    """A place that takes part in a finding."""

    path: str
    span: Span | None


class Finding(NamedTuple):
    """One finding. `variant` picks the sentence from the check's table, `values` fill it in.

    `values` that a translation must name differently (role names, necessity words) are given as ids; the report
    translates them. `span` None: the finding is about the whole file.
    """

    code: str
    variant: str
    severity: Severity
    confidence: Confidence
    path: str
    span: Span | None
    values: Mapping[str, str]
    service: str = ""
    port: str = ""
    witness: Witness | None = None
    related: tuple[Place, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Identifies the finding across runs; it does not move when lines do (16 hex digits)."""
        import hashlib

        parts = [self.code, self.variant, self.path, self.service, self.port]
        parts += [f"{key}={value}" for key, value in sorted(self.values.items()) if key not in MOVING]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]
