"""What a change does to one cluster: flows, findings, and what was changed beside the rules.

A finding is the same in both versions where its code, its sentence and what that is filled with are the same, in the same
config; so it survives moved lines and renamed files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from portspec.checks.filters import FilterJudge
from portspec.checks.finding import MOVING, Finding, Place
from portspec.checks.fleet import Prepared
from portspec.checks.result import ClusterResult
from portspec.cluster.model import BalancerPlace, BetweenPlace, Cluster, ConfigEntry, HostPlace, Unplaced
from portspec.cluster.model import Place as At
from portspec.compare.flows import FlowChange, absent, flow_changes
from portspec.configs.firewall.model import Ruleset
from portspec.packets.addresses import format_addresses
from portspec.packets.intervals import EMPTY

BY_FLOWS = ("PS101", "PS201", "PS202", "PS203")
"""Codes of which the flows tell, with exact packets."""
Names = Callable[[str], str]
"""How a file of the base is named in reports."""


class Said(NamedTuple):
    """Something that changed beside the rules; `key` picks the sentence, `values` fill it in."""

    key: str
    values: Mapping[str, str]


class PlacedChange(NamedTuple):
    """The flows that change at one place. `old` and `new` are the files, empty where there is none."""

    place: str
    old: str
    new: str
    flows: tuple[FlowChange, ...]


class ClusterDelta(NamedTuple):
    """One cluster in two versions. `fresh` are findings that are new, accepted ones among them, `gone` those of the base that
    are no more; of these `wrong` and `right` are what no flow tells and nobody accepts.

    `error`: why the base could not be judged; then everything is new.
    """

    path: str
    result: ClusterResult
    said: tuple[Said, ...]
    places: tuple[PlacedChange, ...]
    wrong: tuple[Finding, ...]
    right: tuple[Finding, ...]
    error: str = ""
    fresh: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()

    @property
    def flows(self) -> Iterator[tuple[PlacedChange, FlowChange]]:
        """Every changed flow with its place."""
        return ((placed, change) for placed in self.places for change in placed.flows)


class Side(NamedTuple):
    """One version of a cluster: what was prepared, what was found, and its filters by entry."""

    prepared: Prepared
    result: ClusterResult
    filters: tuple[tuple[ConfigEntry, FilterJudge], ...]


def cluster_delta(old: Side | None, new: Side, names: Names, error: str = "") -> ClusterDelta:
    """Compare two versions of a cluster; `old` None: it is new, or (`error`) its base cannot be judged."""
    path = new.result.cluster.path
    if old is None:
        key = "cluster-unreadable" if error else "cluster-added"
        first = (Said(key, {"path": path, "error": error}),)
        everything = (*new.result.findings, *(accepted.finding for accepted in new.result.suppressed))
        return ClusterDelta(path, new.result, first, (), new.result.findings, (), error, everything)
    renamed = _renamed(old, new, names)
    places = tuple(_places(old, new, names))
    flows_told = {code for code in BY_FLOWS if new.filters or old.filters}
    fresh, gone = _findings(old.result, new.result, renamed, names)
    standing = {id(finding) for finding in new.result.findings}
    wrong = tuple(one for one in fresh if one.code not in flows_told and id(one) in standing)
    right = tuple(one for one in gone if one.code not in flows_told)
    said = tuple(_said(old, new, names))
    return ClusterDelta(path, new.result, said, accepted(places, new.result), wrong, right, "", fresh, gone)


def pairs(
    old: Sequence[ConfigEntry], new: Sequence[ConfigEntry], names: Names
) -> list[tuple[ConfigEntry | None, ConfigEntry | None]]:
    """Entries of both versions that are one: of the same file, else of the same place."""
    left = list(new)
    found: list[tuple[ConfigEntry | None, ConfigEntry | None]] = []
    tests: tuple[Callable[[ConfigEntry, ConfigEntry], bool], ...] = (
        lambda one, other: names(one.path) == other.path and place_words(one.at) == place_words(other.at),
        lambda one, other: names(one.path) == other.path,
        lambda one, other: place_words(one.at) == place_words(other.at),
    )
    waiting = list(old)
    for fits in tests:
        for one in list(waiting):
            match = next((other for other in left if fits(one, other)), None)
            if match is not None:
                waiting.remove(one)
                left.remove(match)
                found.append((one, match))
    return [*found, *((one, None) for one in waiting), *((None, other) for other in left)]


def _pairs(old: Side, new: Side, names: Names) -> list[tuple[ConfigEntry | None, ConfigEntry | None]]:
    """As `pairs`, of what was checked."""
    return pairs([entry for entry, _ in old.prepared.configs], [entry for entry, _ in new.prepared.configs], names)


def _renamed(old: Side, new: Side, names: Names) -> dict[str, str]:
    """New names of the base's files, by the names that the base's findings have."""
    found = {old.result.cluster.path: new.result.cluster.path} if old.result.cluster.path else {}
    for one, other in _pairs(old, new, names):
        if one is not None and other is not None:
            found[one.path] = other.path
            found.update(zip(one.beside, other.beside, strict=False))
    return found


def _places(old: Side, new: Side, names: Names) -> Iterator[PlacedChange]:
    before = dict(old.filters)
    after = dict(new.filters)
    for one, other in _pairs(old, new, names):
        mine, theirs = before.get(one) if one else None, after.get(other) if other else None
        if mine is None and theirs is None:
            continue
        entry = other or one
        assert entry is not None
        if mine is None:
            assert theirs is not None
            mine = _nothing(theirs, old, theirs.path)
        if theirs is None:
            if one is not None and not _stands(one.at, new.prepared.cluster):
                continue  # nobody is behind it any more
            theirs = _nothing(mine, new, names(mine.path))
        flows = tuple(_named(flow, names) for flow in flow_changes(mine, theirs))
        if flows:
            shown = names(one.path) if one is not None and one in before else ""
            there = other.path if other is not None and other in after else ""
            yield PlacedChange(place_words(entry.at), shown, there, flows)


def _named(flow: FlowChange, names: Names) -> FlowChange:
    old = flow.shown.old
    old = old._replace(path=names(old.path), text=names(old.text))
    return flow._replace(shown=flow.shown._replace(old=old))


def _nothing(like: FilterJudge, side: Side, path: str) -> FilterJudge:
    """No filter at the place that another version has one at, judged as that version asks."""
    cluster = side.prepared.cluster
    judge = absent(like, path)
    return FilterJudge(path, judge.ruleset, cluster, side.prepared.policy, _entry_in(like.entry, cluster))


def _entry_in(entry: ConfigEntry, cluster: Cluster) -> ConfigEntry:
    if isinstance(entry.at, HostPlace) and entry.at.role:
        return entry._replace(at=HostPlace(entry.at.role, cluster.addresses(entry.at.role)))
    return entry


def _stands(place: At, cluster: Cluster) -> bool:
    """Whether anything is left at a place."""
    if isinstance(place, HostPlace):
        gone = place.role == "bootstrap" and cluster.phase == "running"
        return not gone and (not place.role or bool(cluster.addresses(place.role)))
    return True


def place_words(place: At) -> str:
    """A place as the cluster file writes it."""
    if isinstance(place, HostPlace):
        return f"host {place.role or format_addresses(place.addresses)}"
    if isinstance(place, BetweenPlace):
        return f"between {', '.join(place.near)} | {', '.join(place.far)}"
    if isinstance(place, BalancerPlace):
        return f"balancer {', '.join(place.balancers)}"
    assert isinstance(place, Unplaced)
    return ""


def _findings(
    old: ClusterResult, new: ClusterResult, renamed: Mapping[str, str], names: Names
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that only the new version has, accepted ones behind the others, and those that only the old one has."""
    ours = {path: path for path in renamed.values()}
    theirs = (*old.findings, *(accepted.finding for accepted in old.suppressed))
    mine = (*new.findings, *(accepted.finding for accepted in new.suppressed))
    before = [_key(one, renamed, names) for one in theirs]
    after = [_key(one, ours, str) for one in mine]
    gone = _extra(old.findings, before[: len(old.findings)], after)
    return _extra(mine, after, before), tuple(_renamed_finding(one, names) for one in gone)


def _extra(findings: Sequence[Finding], keys: Sequence[object], others: Sequence[object]) -> tuple[Finding, ...]:
    """The findings beyond those that the other version has as well, one for one."""
    known = Counter(others)
    found = []
    for finding, key in zip(findings, keys, strict=True):
        if known[key] > 0:
            known[key] -= 1
        else:
            found.append(finding)
    return tuple(found)


def _key(finding: Finding, renamed: Mapping[str, str], names: Names) -> object:
    """What makes a finding the same in both versions."""
    values = {key: value for key, value in finding.values.items() if key not in MOVING}
    for path, name in renamed.items():
        values = {key: name if value == path else value for key, value in values.items()}
    path = renamed.get(finding.path) or names(finding.path)
    return finding.code, finding.variant, path, finding.service, finding.port, tuple(sorted(values.items()))


def _renamed_finding(finding: Finding, names: Names) -> Finding:
    """A finding of the base with its files as reports name them."""
    values = {key: names(value) for key, value in finding.values.items()}
    related = tuple(Place(names(one.path), one.span) for one in finding.related)
    span = finding.span
    if span is not None and span.within:
        span = span._replace(within=names(span.within))
    return finding._replace(path=names(finding.path), span=span, values=values, related=related, witness=None)


def accepted(places: tuple[PlacedChange, ...], result: ClusterResult) -> tuple[PlacedChange, ...]:
    """The flows with the reason why the site accepts them, where it accepts every finding about them."""
    standing = {(one.code, one.service, one.port, one.path) for one in result.findings}
    reasons = {
        (one.finding.code, one.finding.service, one.finding.port, one.finding.path): one.reason
        for one in result.suppressed
    }
    found = []
    for placed in places:
        flows = []
        for change in placed.flows:
            key = (change.code, change.service, change.port, placed.new)
            reason = "" if key in standing else reasons.get(key, "")
            flows.append(change._replace(accepted=reason))
        found.append(placed._replace(flows=tuple(flows)))
    return tuple(found)


def _said(old: Side, new: Side, names: Names) -> Iterator[Said]:
    """What changed beside the rules."""
    one, other = old.prepared.cluster, new.prepared.cluster
    if one.path and names(one.path) != other.path:
        yield Said("cluster-moved", {"old": names(one.path), "new": other.path})
    profiles = old.prepared.policy.profile, new.prepared.policy.profile
    facts = {
        "release": (old.prepared.policy.release, new.prepared.policy.release),
        "phase": (one.phase, other.phase),
        "platform": (profiles[0].platform, profiles[1].platform),
        "network": (profiles[0].network, profiles[1].network),
        "topology": (profiles[0].topology, profiles[1].topology),
        "features": (", ".join(profiles[0].features) or "-", ", ".join(profiles[1].features) or "-"),
    }
    for key, (before, after) in facts.items():
        if before != after:
            yield Said("changed", {"what": key, "old": before, "new": after})
    yield from _roles(one, other)
    locks = old.prepared.origin.lock, new.prepared.origin.lock
    if (locks[0] is None) != (locks[1] is None):
        lock = locks[1] or locks[0]
        assert lock is not None
        yield Said("lock-added" if locks[0] is None else "lock-removed", {"path": names(lock.path)})
    same_facts = all(before == after for before, after in facts.values())
    if same_facts and old.prepared.policy.digest != new.prepared.policy.digest:
        specs = old.prepared.policy.spec_version, new.prepared.policy.spec_version
        yield Said("policy", {"old": specs[0], "new": specs[1]})
    yield from _configs(old, new, names)


def _roles(old: Cluster, new: Cluster) -> Iterator[Said]:
    for role in dict.fromkeys((*old.roles, *new.roles)):
        before, after = old.addresses(role), new.addresses(role)
        if before != after and not _gave_way(role, old, new):
            shown = {"old": format_addresses(before) or "-", "new": format_addresses(after) or "-"}
            yield Said("role", {"role": role, **shown})


def _gave_way(role: str, old: Cluster, new: Cluster) -> bool:
    """Whether the addresses of a role changed only because more specific ones of another role did."""
    size = (old.addresses(role) | new.addresses(role)).size
    turned = EMPTY
    for other in dict.fromkeys((*old.roles, *new.roles)):
        before, after = old.addresses(other), new.addresses(other)
        if other != role and (before | after).size < size:
            turned |= (before - after) | (after - before)
    before, after = old.addresses(role), new.addresses(role)
    return bool(before and after) and (before - after) | (after - before) <= turned


def _configs(old: Side, new: Side, names: Names) -> Iterator[Said]:
    filters = {entry for entry, _ in (*old.filters, *new.filters)}
    for one, other in _pairs(old, new, names):
        if one is None and other is not None:
            yield Said("config-added", {"path": other.path, "place": place_words(other.at)})
        elif other is None and one is not None:
            key = "filter-removed" if one in filters else "config-removed"
            yield Said(key, {"path": names(one.path), "place": place_words(one.at)})
        elif one is not None and other is not None:
            inside = (
                _inside(names(one.path), names(old.prepared.cluster.folder)),
                _inside(other.path, new.prepared.cluster.folder),
            )
            if inside[0] != inside[1]:
                yield Said("config-renamed", {"old": names(one.path), "new": other.path})
            if place_words(one.at) != place_words(other.at):
                yield Said(
                    "config-moved", {"path": other.path, "old": place_words(one.at), "new": place_words(other.at)}
                )
    formats = {names(file.path): file.format for file in old.result.files}
    for file in new.result.files:
        before_format = formats.get(file.path)
        if before_format is not None and before_format != file.format:
            yield Said("config-format", {"path": file.path, "old": before_format, "new": file.format})


def _inside(path: str, folder: str) -> str:
    """A path as the cluster file writes it: where the whole folder moved, it stays."""
    return path.removeprefix(f"{folder}/") if folder not in ("", ".") else path


def filters_of(prepared: Prepared, read: Callable[..., object]) -> tuple[tuple[ConfigEntry, FilterJudge], ...]:
    """The packet filters of a cluster with a judge for each."""
    found = []
    for entry, source in prepared.configs:
        model = read(source, entry.format)
        if isinstance(model, Ruleset) and not isinstance(entry.at, BalancerPlace):
            found.append((entry, FilterJudge(source.path, model, prepared.cluster, prepared.policy, entry)))
    return tuple(found)
