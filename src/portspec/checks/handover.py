"""The phase walk: what of a cluster's files must change at which event of the handover, from bootstrap to running cluster.

The events and who serves which port until when are the spec's handover facts; what must change is worked out by checking the
same files for both phases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from portspec.checks.filters import FilterJudge
from portspec.checks.finding import Finding
from portspec.checks.fleet import Prepared, Request, Target, prepare, targets
from portspec.checks.hops import is_host
from portspec.checks.legs import NEW
from portspec.checks.result import ClusterResult
from portspec.checks.run import check_cluster
from portspec.checks.selection import Selection
from portspec.cluster.model import Cluster, ConfigEntry, HostPlace
from portspec.configs.balancer.model import Balancer
from portspec.configs.firewall.model import Ruleset
from portspec.configs.folders import FolderText, in_part
from portspec.configs.registry import read
from portspec.packets.addresses import parse_addresses
from portspec.packets.boxes import Box
from portspec.packets.intervals import IntervalSet
from portspec.policy.model import PHASES, Phase
from portspec.policy.store import snapshot
from portspec.policy.topology import holds
from portspec.source import SourceText, Span
from portspec.spec.model import HandoverEvent, HandoverVariant, Snapshot

BOOTSTRAP = "bootstrap"
LEFT_BEHIND = "PS307"
"""The check that tells of a bootstrap host left in a pool."""
UNUSED_IGNORE = "PS002"
"""An ignore that is for the other phase is no step."""
COMPLETE, HOST_MAY_GO, WORKERS = "bootstrap-complete", "etcd-member-removed", "workers-join"
"""Events of the spec's handover: what is reported, what has to be waited for besides, and the last one."""
OF_WORKERS = frozenset({"worker", "ingress-node", "windows-node", "ingress-balancer"})
STRANGERS = tuple(parse_addresses(text) for text in ("198.51.100.77", "2001:db8::77"))
"""Addresses of nobody (documentation, RFC 5737 and 3849): a rule that admits them is not about the bootstrap host."""

Moment = Literal["before", "bootstrap-complete", "workers-join"]
Kind = Literal["finding", "remove-member", "narrow-rule", "file-goes", "set-phase"]


class Step(NamedTuple):
    """One thing to change in one file.

    `kind` `finding`: what a check says, `finding` has it. `remove-member`: the bootstrap host leaves a pool, as
    `finding` says; `ends_with` is the event with which it stops serving the port. `narrow-rule`: a rule admits the bootstrap
    host's `flows`, which nobody needs any more. `file-goes`: the filter of the bootstrap host goes with it.
    `set-phase`: the cluster file still says that the cluster is being installed.
    """

    kind: Kind
    path: str
    span: Span | None
    finding: Finding | None = None
    ends_with: HandoverEvent | None = None
    flows: tuple[str, ...] = ()


class Stage(NamedTuple):
    """What has to be done by a moment. `events` are the spec's, in order; none before the installation, which is no
    stage of a cluster that runs."""

    moment: Moment
    events: tuple[HandoverEvent, ...]
    steps: tuple[Step, ...]


class Walk(NamedTuple):
    """The walk of one cluster. `now` is the result for its present phase; `variant` an installation that goes otherwise."""

    now: ClusterResult
    variant: HandoverVariant | None
    stages: tuple[Stage, ...]


def walk_all(paths: Sequence[str], request: Request) -> list[Walk]:
    """The walk of every cluster under the paths. Raises InputError as `fleet.check_all` does."""
    return [walk_target(target, request) for target in targets(paths)]


def select(walk: Walk, selection: Selection) -> Walk:
    """The walk with only the findings of selected codes; a step that is no finding stays."""
    stages = (
        stage._replace(
            steps=tuple(step for step in stage.steps if step.finding is None or selection.takes(step.finding.code))
        )
        for stage in walk.stages
    )
    return walk._replace(now=selection.apply(walk.now), stages=tuple(stages))


def walk_target(target: Target, request: Request) -> Walk:
    """The walk of one cluster."""
    prepared = prepare(target, request)
    models: dict[tuple[str, str | None], Ruleset | Balancer] = {}

    def once(source: SourceText, config_format: str | None) -> Ruleset | Balancer:
        key = (source.path, config_format)
        if key not in models:
            models[key] = read(source, config_format)
        return models[key]

    results: dict[Phase, ClusterResult] = {}
    for phase in PHASES:
        cluster = prepared.cluster._replace(phase=phase)
        results[phase] = check_cluster(
            prepared.policy,
            cluster,
            prepared.configs,
            request.day,
            prepared.source,
            reader=once,
            origin=prepared.origin,
            thorough=request.thorough,
        )
    filters = [
        (entry, model) for entry, source in prepared.configs if isinstance(model := once(source, entry.format), Ruleset)
    ]
    return _walk(prepared, results["install"], results["running"], filters)


def _walk(
    prepared: Prepared, install: ClusterResult, running: ClusterResult, filters: list[tuple[ConfigEntry, Ruleset]]
) -> Walk:
    known = snapshot(prepared.policy.release)
    profile = prepared.cluster.profile
    variant = next(
        (one for one in known.handover.variants if one.condition is not None and holds(one.condition, profile)), None
    )
    own_filters = {entry.path for entry, _ in filters if _of_bootstrap(prepared.cluster, entry)}
    begun = prepared.cluster.phase == "running"
    seen = set() if begun else {_subject(finding) for finding in install.findings}
    steps: dict[Moment, list[Step]] = {"before": [], "bootstrap-complete": [], "workers-join": []}
    for finding in () if begun else install.findings:
        late = _about_workers(prepared.cluster, finding)
        steps["workers-join" if late else "before"].append(Step("finding", finding.path, finding.span, finding))
    for finding in running.findings:
        if finding.code == LEFT_BEHIND:
            ends_with = _ends_with(known, finding.port)
            steps["bootstrap-complete"].append(Step("remove-member", finding.path, finding.span, finding, ends_with))
        elif (
            _subject(finding) not in seen
            and finding.path not in own_filters
            and (begun or finding.code != UNUSED_IGNORE)
        ):
            late = _about_workers(prepared.cluster, finding)
            moment: Moment = "workers-join" if late else "bootstrap-complete"
            steps[moment].append(Step("finding", finding.path, finding.span, finding))
    if variant is None:
        steps["bootstrap-complete"] += _of_filters(prepared, filters)
    steps["bootstrap-complete"] += _of_cluster_file(prepared)
    now = running if prepared.cluster.phase == "running" else install
    events = [event for event in known.handover.events if variant is None or event.id not in variant.without]
    by_moment: dict[Moment, tuple[str, ...]] = {
        **({} if begun else {"before": ()}),
        "bootstrap-complete": (COMPLETE, HOST_MAY_GO),
        "workers-join": (WORKERS,),
    }
    stages = (
        Stage(moment, tuple(event for event in events if event.id in ids), tuple(steps[moment]))
        for moment, ids in by_moment.items()
    )
    return Walk(now, variant, tuple(stages))


def _subject(finding: Finding) -> tuple[object, ...]:
    """What a finding is about: its values may name the roles of the phase."""
    return finding.code, finding.path, finding.span, finding.service, finding.port


def _of_bootstrap(cluster: Cluster, entry: ConfigEntry) -> bool:
    """Whether a filter is the bootstrap host's own."""
    return isinstance(entry.at, HostPlace) and is_host(cluster, entry.at, BOOTSTRAP)


def _about_workers(cluster: Cluster, finding: Finding) -> bool:
    """Whether a finding matters only once workers are there: it is about the applications or a machine that joins later."""
    if not cluster.addresses("worker") and not cluster.bare:
        return False
    values = finding.values
    if values.get("balancer") == "ingress":
        return True
    ends = {values[key] for key in ("source", "target") if key in values}
    return bool(ends & OF_WORKERS)


def _ends_with(known: Snapshot, port: str) -> HandoverEvent | None:
    """The event with which the bootstrap host stops serving a port."""
    ends = next((one.ends_with for one in known.handover.ports if str(one.port) == port), None)
    return next((event for event in known.handover.events if event.id == ends), None)


def _of_filters(prepared: Prepared, filters: Iterable[tuple[ConfigEntry, Ruleset]]) -> Iterator[Step]:
    """Rules that admit the bootstrap host, and the filter that it has of its own."""
    installing = prepared.cluster._replace(phase="install")
    for entry, ruleset in filters:
        if _of_bootstrap(installing, entry):
            yield Step("file-goes", entry.path, None)
            continue
        judge = FilterJudge(entry.path, ruleset, installing, prepared.policy, entry)
        found: dict[tuple[str, Span], dict[str, None]] = {}
        for answer in judge.hops():
            hop = answer.hop
            if BOOTSTRAP not in (hop.source, hop.target) or not answer.first.allowed:
                continue
            box = answer.first.allowed[0]
            if _admits_strangers(judge, hop.path, box, sender=hop.source == BOOTSTRAP):
                continue
            span = judge.evidence(hop.path, box, NEW).span
            if span is not None:
                flow = hop.flows[0]
                traffic = f"{flow.port}/{flow.transport}" if flow.port else flow.transport
                place = _in_file(ruleset, entry.path, span)
                found.setdefault(place, {})[f"{traffic} {hop.source} → {hop.target}"] = None
        for (path, span), flows in sorted(found.items(), key=lambda item: (item[0][0], item[0][1].line)):
            yield Step("narrow-rule", path, span, flows=tuple(flows))


def _admits_strangers(judge: FilterJudge, path: str, box: Box, *, sender: bool) -> bool:
    """Whether a filter admits the same from (or to) anybody, so that its rule is not about the bootstrap host."""
    end = box.sources if sender else box.destinations
    stranger = STRANGERS[0] if end.first in _FIRST_FAMILY else STRANGERS[1]
    asked = box._replace(sources=stranger) if sender else box._replace(destinations=stranger)
    return bool(judge.judge.partition(path, [asked], NEW).allowed)


_FIRST_FAMILY: IntervalSet = parse_addresses("0.0.0.0/0")


def _in_file(ruleset: Ruleset, path: str, span: Span) -> tuple[str, Span]:
    if isinstance(ruleset.source, FolderText):
        found, within = in_part(ruleset.source, span)
        return found, within or span
    return path, span


def _of_cluster_file(prepared: Prepared) -> Iterator[Step]:
    """The phase, where the cluster file says that the cluster is being installed."""
    if prepared.source is None:
        return
    from portspec.yamlsource import MappingNode, ScalarNode, load_yaml

    root = load_yaml(prepared.source)
    entry = root.entries.get("phase") if isinstance(root, MappingNode) else None
    if entry is not None and isinstance(entry.value, ScalarNode) and entry.value.text == "install":
        yield Step("set-phase", prepared.cluster.path, entry.value.span)
