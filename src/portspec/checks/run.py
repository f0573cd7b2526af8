"""Check one cluster: a pure function of the policy, the cluster file, the texts of its configs and the day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from portspec.checks import ignores
from portspec.checks.api import Case, PlacedBalancer, PlacedFilter, Worked
from portspec.checks.filters import FilterJudge
from portspec.checks.finding import Finding
from portspec.checks.origin import NOWHERE, Origin
from portspec.checks.parts import in_files, with_files
from portspec.checks.registry import checks
from portspec.checks.result import ClusterResult, FileResult
from portspec.cluster.model import BalancerPlace, Cluster, ConfigEntry, HostPlace, Unplaced
from portspec.configs.balancer.model import Balancer
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import FolderText
from portspec.configs.registry import read
from portspec.errors import InputError
from portspec.policy.model import Policy
from portspec.source import SourceText

if TYPE_CHECKING:
    from portspec.checks.removal import Removal

SEVERITIES = ("error", "warning", "note")


def check_cluster(
    policy: Policy,
    cluster: Cluster,
    configs: Sequence[tuple[ConfigEntry, SourceText]],
    day: str,
    cluster_source: SourceText | None = None,
    reader: Callable[[SourceText, str | None], Ruleset | Balancer] = read,
    origin: Origin = NOWHERE,
    *,
    thorough: bool = False,
) -> ClusterResult:
    """Read every config, run every check, take out what the site accepts.

    `configs` pairs each entry of the cluster file with its text; `day` is an ISO date; `cluster_source` is the cluster file's own text,
    for findings that point into it; `origin` is where the policy comes from; `thorough` looks at every rule's effect in filters of any size. Raises InputError for a config that cannot be read whole.
    """
    balancers: list[PlacedBalancer] = []
    filters: list[PlacedFilter] = []
    formats: dict[str, str] = {}
    for entry, source in configs:
        model = reader(source, entry.format)
        formats[source.path] = model.format
        if isinstance(model, Balancer):
            balancers.append(PlacedBalancer(source.path, _balancer_place(entry, cluster, source), model, Worked()))
        else:
            judge = FilterJudge(source.path, model, cluster, policy, entry, thorough=thorough)
            filters.append(PlacedFilter(source.path, entry, model, judge))
    case = Case(policy, cluster, tuple(balancers), tuple(filters), day, origin)
    sources = {source.path: source for _, source in configs}
    found = [finding for check in checks().values() for finding in check.run(case)]
    models = [(placed.path, placed.ruleset.source) for placed in filters]
    models += [(placed.path, placed.balancer.source) for placed in balancers]
    wholes = {path: text for path, text in models if isinstance(text, FolderText)}
    if wholes:
        sources = with_files(sources, wholes)
        found = [in_files(finding, wholes) for finding in found]
    standing, suppressed = ignores.apply(found, cluster, sources, day)
    if cluster_source is not None:
        sources[cluster_source.path] = cluster_source
    return ClusterResult(
        cluster,
        policy,
        _files(formats, filters),
        tuple(sorted(standing, key=_order)),
        tuple(suppressed),
        sources,
        origin,
        _removals(case),
    )


def _removals(case: Case) -> tuple[Removal, ...]:
    if not case.balancers:
        return ()
    from portspec.checks.removal import removals

    return removals(case)


def _balancer_place(entry: ConfigEntry, cluster: Cluster, source: SourceText) -> BalancerPlace | Unplaced:
    place = entry.at
    if isinstance(place, BalancerPlace | Unplaced):
        return place
    if isinstance(place, HostPlace) and place.role.endswith("-balancer"):
        return BalancerPlace((place.role.removesuffix("-balancer"),))
    line, column = (entry.span.line, entry.span.column) if entry.span else (0, 0)
    raise InputError(
        f"{source.path} is a load balancer's config, but `at` does not place it at a balancer",
        cluster.path,
        line,
        column,
        "write `at: balancer`, `at: {balancer: api}` or `at: {balancer: ingress}`",
    )


def _files(formats: Mapping[str, str], filters: Sequence[PlacedFilter]) -> tuple[FileResult, ...]:
    idle = {placed.path for placed in filters if isinstance(placed.entry.at, BalancerPlace)}
    return tuple(FileResult(path, name, "not-judged" if path in idle else "checked") for path, name in formats.items())


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (
        finding.path,
        SEVERITIES.index(finding.severity),
        span.line if span else 0,
        span.column if span else 0,
        finding.code,
        finding.variant,
        sorted(finding.values.items()),
    )
