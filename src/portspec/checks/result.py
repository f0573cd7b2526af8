"""What a run found: data for the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from portspec.checks.finding import Finding
from portspec.checks.origin import NOWHERE, Origin
from portspec.cluster.model import Cluster
from portspec.policy.model import Policy, Text
from portspec.records import NamedTuple
from portspec.source import SourceText

if TYPE_CHECKING:
    from portspec.checks.removal import Removal

FileStatus = Literal["checked", "not-judged"]


class FileResult(NamedTuple):
    """One config file. `not-judged`: it was read, but the cluster file gives no obligation that it could meet."""

    path: str
    format: str
    status: FileStatus


Acceptance = Literal["comment", "cluster-file", "baseline"]
"""Where it is said that a finding is accepted."""


class Suppressed(NamedTuple):
    """A finding that the site accepts, with its reason: for a baseline, the path of its file."""

    finding: Finding
    reason: str
    where: Acceptance = "cluster-file"


class Replacement(NamedTuple):
    """Lines `line` to `end_line` - 1 (from 1) of a file that give way to `lines`, as a proved fix has it."""

    path: str
    line: int
    end_line: int
    lines: tuple[str, ...]


class ClusterResult(NamedTuple):
    """Everything about one cluster. `sources` holds the texts that findings point into, by path; `origin` is where the
    policy comes from; `removals` tell how long a member that fails stays in the pools of its balancers; `fixes` are proved changes by the finding's
    fingerprint, None unless they were asked for, and `unfixed` says why others have none; `mended` is what this run has fixed
    in the files, None where it was not to."""

    cluster: Cluster
    policy: Policy
    files: tuple[FileResult, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    sources: Mapping[str, SourceText]
    origin: Origin = NOWHERE
    removals: tuple[Removal, ...] = ()
    fixes: Mapping[str, tuple[Replacement, ...]] | None = None
    unfixed: Mapping[str, Text] | None = None
    mended: tuple[Finding, ...] | None = None

    def fix(self, finding: Finding) -> tuple[Replacement, ...]:
        """The proved change that takes a finding away; empty without one."""
        return () if self.fixes is None else self.fixes.get(finding.fingerprint, ())

    def why_unfixed(self, finding: Finding) -> Text | None:
        """Why a finding has no fix, where fixes were asked for."""
        return None if self.unfixed is None else self.unfixed.get(finding.fingerprint)
