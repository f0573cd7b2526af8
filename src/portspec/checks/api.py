"""What a check is: its documentation, its sentences in both languages and its logic, in one module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from portspec.checks.finding import Finding
from portspec.checks.origin import NOWHERE, Origin
from portspec.cluster.model import BalancerPlace, Cluster, ConfigEntry, Unplaced
from portspec.policy.model import Phase, Policy, Text
from portspec.records import NamedTuple
from portspec.source import Span

if TYPE_CHECKING:
    from portspec.checks.balancers import Way
    from portspec.checks.filters import FilterJudge
    from portspec.configs.balancer.model import Balancer
    from portspec.configs.firewall.model import Ruleset


class Worked:
    """Answers about one balancer config, worked out when first asked for and shared by the checks (`checks.balancers`)."""

    __slots__ = ("pool_ways", "ways")

    def __init__(self) -> None:
        self.ways: list[Way] | None = None
        self.pool_ways: list[Way] | None = None


class PlacedBalancer(NamedTuple):
    """A balancer config with where it stands. `path` is how findings name the file."""

    path: str
    place: BalancerPlace | Unplaced
    balancer: Balancer
    worked: Worked


class PlacedFilter(NamedTuple):
    """A packet filter with where it is enforced, and the judge that answers questions about it."""

    path: str
    entry: ConfigEntry
    ruleset: Ruleset
    judge: FilterJudge


class Case(NamedTuple):
    """Everything that the checks of one cluster may look at. `day` is the day of the run, an ISO date."""

    policy: Policy
    cluster: Cluster
    balancers: tuple[PlacedBalancer, ...]
    filters: tuple[PlacedFilter, ...]
    day: str
    origin: Origin = NOWHERE

    @property
    def release_place(self) -> tuple[str, Span | None]:
        """Where the cluster file says the release; without one, the first config as a whole."""
        if self.cluster.bare:
            paths = [placed.path for placed in self.balancers] + [placed.path for placed in self.filters]
            return min(paths, default=""), None
        return self.cluster.path, self.cluster.spans.get("release")


class Example(NamedTuple):
    """A few lines of config for the check's page. `format` is a reader's name; `placement` says at what it stands
    (`balancer`, `host ROLE`, or `edge`: between whoever is outside and the balancers). An example about a cluster file or its lock has that file's name as its format.
    `beside` is a config that takes part."""

    format: str
    text: str
    placement: str = "balancer"
    phase: Phase = "install"
    beside: Example | None = None


class Check(NamedTuple):
    """One check. `messages` and `help` are keyed by the variant of the finding, then by language; the sentences are
    `str.format` templates over the finding's `values`. `run` yields findings."""

    code: str
    name: str
    title: Text
    rationale: Text
    messages: Mapping[str, Text]
    help: Mapping[str, Text]
    bad: Example
    good: Example
    run: Callable[[Case], Iterable[Finding]]
