"""Which findings of a report a change adds, and which worsened flows no finding of it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from portspec.checks.finding import Finding
from portspec.compare.delta import ClusterDelta, PlacedChange
from portspec.compare.flows import WRONG, FlowChange
from portspec.compare.review import Delta
from portspec.report.setting import Setting


class Worse(NamedTuple):
    """A flow that a change exposes or blocks, with its cluster and place."""

    cluster: ClusterDelta
    placed: PlacedChange
    flow: FlowChange

    @property
    def path(self) -> str:
        """The file to show it at: the new one, or where there is none any more the old one."""
        return self.placed.new or self.placed.old or self.cluster.path


def is_new(delta: Delta) -> Callable[[Finding], bool]:
    """Whether a finding of the report is not in the base."""
    fresh = {id(finding) for cluster in delta.clusters for finding in cluster.fresh}
    return lambda finding: id(finding) in fresh


def fails(setting: Setting) -> Callable[[Finding], bool]:
    """Whether a finding fails the run: with --fail-on-new only one that the change adds."""
    if setting.delta is None or not setting.fail_on_new:
        return setting.weighs
    new = is_new(setting.delta)
    return lambda finding: setting.weighs(finding) and new(finding)


def worsened(delta: Delta) -> Iterator[Worse]:
    """Every flow that the change exposes or blocks."""
    for cluster in delta.clusters:
        for placed, flow in cluster.flows:
            if flow.kind in WRONG:
                yield Worse(cluster, placed, flow)


def untold(delta: Delta) -> Iterator[Worse]:
    """Those of them that no new finding tells: where no filter is named any more there is nothing to find."""
    for one in worsened(delta):
        told = {(each.code, each.service, each.port) for each in one.cluster.fresh if each.path == one.path}
        if not one.flow.accepted and (one.flow.code, one.flow.service, one.flow.port) not in told:
            yield one
