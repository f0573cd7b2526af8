"""What to change in Envoy's bootstrap file, YAML or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer, Member, Pool
from portspec.fixes.balancing import (
    REMOVED,
    donors,
    fresh,
    health,
    host,
    idle,
    like,
    member_at,
    missing,
    names,
    pool_at,
    pools_of,
)
from portspec.fixes.edits import Edit
from portspec.fixes.redraft import Cut, edits
from portspec.fixes.site import Site
from portspec.fixes.trees import Step, Tree, at, mappings, replaced
from portspec.source import Span
from portspec.yamlnodes import MappingNode, Node, ScalarNode, SequenceNode
from portspec.yamlsource import load_yaml

Proposals = Iterator[tuple[Edit, ...]]
TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
CADENCE = {
    "interval": "5s",
    "no_traffic_interval": "5s",
    "timeout": "5s",
    "unhealthy_threshold": 3,
    "healthy_threshold": 2,
}
INSPECTOR = "type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"
PROBE = "portspec-probe"


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Balancer):
        return
    tree = Tree(site.source, load_yaml(site.source))
    for cuts in _cuts(site, tree, finding):
        yield edits(site.source, cuts)


def _cuts(site: Site, tree: Tree, finding: Finding) -> Iterator[list[Cut]]:
    code, span = finding.code, finding.span
    if code == "PS301":
        yield from _listener(site, tree, finding)
    if span is None or span.within:
        return
    found = member_at(site, finding)
    if code in REMOVED:
        yield [_without(tree, span)]
    elif code == "PS308" and found is not None:
        sequence, number = _sequences(tree.way(span))[-1]
        item = sequence.items[number]
        text = replaced(tree.shown(item), finding.values["found"], finding.port)
        yield [Cut(tree.start(item), tree.end(item), text)]
    elif code == "PS314" and found is not None:
        sequence, number = _sequences(tree.way(span))[-1]
        yield [_without(tree, span), _backup(tree, span, [tree.item(sequence, number)])]
    elif code in ("PS305", "PS306"):
        yield from _members(site, tree, finding)
    elif code in ("PS309", "PS310") and found is not None:
        yield from _probe(site, tree, found[1], finding.port)
    elif code == "PS311":
        way = tree.way(span)
        for mapping, key in reversed(way):
            if key == "hash_policy" and isinstance(mapping, MappingNode):
                yield [tree.without_entry(mapping, key)]
    elif code == "PS325":
        yield from _kept(site, tree, finding)


def _sequences(way: list[Step]) -> list[tuple[SequenceNode, int]]:
    """The lists on a way, with the number of the item in each."""
    return [(node, int(key)) for node, key in way if isinstance(node, SequenceNode)]


def _without(tree: Tree, span: Span) -> Cut:
    """An endpoint goes; with its group, where it is alone in that."""
    *_, (groups, group), (endpoints, number) = _sequences(tree.way(span))
    if len(endpoints.items) == 1 and len(groups.items) > 1:
        return tree.taken(groups, group)
    return tree.taken(endpoints, number)


def _backup(tree: Tree, span: Span, items: list[str]) -> Cut:
    """A group of endpoints that get clients once all others are out, behind the last group."""
    groups = _sequences(tree.way(span))[-2][0]
    last = len(groups.items) - 1
    if tree.flows(groups):
        pairs = [("priority", "1"), ("lb_endpoints", f"[{', '.join(items)}]")]
        quoted = (
            tree.text[tree.start(groups) : tree.end(groups)].find('"priority"') >= 0 or tree.text.lstrip()[0] == "{"
        )
        shown = ", ".join(f'"{key}": {value}' if quoted else f"{key}: {value}" for key, value in pairs)
        return tree.with_item(groups, last, f"{{{shown}}}")
    item = tree.item(groups, last)
    indent = item[: len(item) - len(item.lstrip())]
    body = "".join(one if one.startswith(" ") else f"{indent}  - {one}\n" for one in items)
    return tree.with_item(groups, last, f"{indent}- priority: 1\n{indent}  lb_endpoints:\n{body}")


def _members(site: Site, tree: Tree, finding: Finding) -> Iterator[list[Cut]]:
    """An endpoint as those of the other members, for each machine that is missing."""
    assert finding.span is not None
    if finding.variant in ("idle", "disabled"):
        for key in ("health_status", "load_balancing_weight"):
            cuts = []
            for member in idle(site, finding):
                sequence, number = _sequences(tree.way(member.span))[-1]
                item = sequence.items[number]
                holders = [one for one in (item, at(item, "endpoint")) if isinstance(one, MappingNode)]
                cuts += [tree.without_entry(one, key) for one in holders if key in one.entries]
            if cuts:
                yield cuts
        return
    pool = pool_at(site, finding.span)
    one = None if pool is None else like(pool)
    if one is None:
        return
    sequence, number = _sequences(tree.way(one.span))[-1]
    text = tree.item(sequence, number)
    texts = [replaced(text, host(one), address) for _, address in missing(site, finding)]
    if finding.code == "PS306" and texts:
        yield [_backup(tree, one.span, texts)]
    if texts:
        yield [tree.with_item(sequence, number, *texts)]


def _cluster(tree: Tree, member: Member) -> MappingNode | None:
    """The cluster that an endpoint belongs to."""
    for node, key in tree.way(member.span):
        if isinstance(node, SequenceNode):
            found = node.items[int(key)]
            return found if isinstance(found, MappingNode) and "load_assignment" in found.entries else None
    return None


def _probe(site: Site, tree: Tree, member: Member, port: str) -> Iterator[list[Cut]]:
    """The probe that the servers answer truthfully, soon enough."""
    cluster, asked = _cluster(tree, member), health(site, port)
    if cluster is None or asked is None:
        return
    said: dict[str, object] = dict(CADENCE)
    cuts = []
    if asked.kind == "https" and "transport_socket" not in cluster.entries:
        criteria: object = {PROBE: True}
        known = at(cluster, "transport_socket_matches", 0, "match")
        if isinstance(known, MappingNode):
            criteria = {
                key: entry.value.value for key, entry in known.entries.items() if isinstance(entry.value, ScalarNode)
            }
        else:
            socket = {"name": "envoy.transport_sockets.tls", "typed_config": {"@type": TLS}}
            match = {"name": PROBE, "match": criteria, "transport_socket": socket}
            cuts.append(_entry(tree, cluster, "name", "transport_socket_matches", [match]))
        said["transport_socket_match_criteria"] = criteria
    said["http_health_check"] = {"path": asked.path}
    if "health_checks" in cluster.entries:
        cuts.append(tree.entry_as(cluster, "health_checks", [said]))
    else:
        cuts.append(_entry(tree, cluster, "name", "health_checks", [said]))
    yield cuts
    if "common_lb_config" not in cluster.entries:
        panic = {"healthy_panic_threshold": {"value": 0}}
        yield [*cuts, _entry(tree, cluster, "name", "common_lb_config", panic)]


def _entry(tree: Tree, mapping: MappingNode, behind: str, key: str, value: object) -> Cut:
    return tree.with_entry(mapping, behind, key, value)


def _proxies(node: Node, name: str) -> Iterator[MappingNode]:
    """The filters that lead to a cluster."""
    if isinstance(node, MappingNode):
        led = node.entries.get("cluster")
        if (
            led is not None
            and isinstance(led.value, ScalarNode)
            and led.value.text == name
            and "stat_prefix" in node.entries
        ):
            yield node
        for entry in node.entries.values():
            yield from _proxies(entry.value, name)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _proxies(item, name)


def _kept(site: Site, tree: Tree, finding: Finding) -> Iterator[list[Cut]]:
    """A client stays at the member that its address picks."""
    assert finding.span is not None
    pool = pool_at(site, finding.span)
    cluster = None if pool is None or not pool.members else _cluster(tree, pool.members[0])
    if pool is None or cluster is None:
        return
    policy = cluster.entries.get("lb_policy")
    cuts = [_entry(tree, cluster, "name", "lb_policy", "MAGLEV")] if policy is None else []
    if policy is not None and isinstance(policy.value, ScalarNode) and policy.value.text not in ("MAGLEV", "RING_HASH"):
        cuts.append(tree.rewritten(policy.value, "MAGLEV"))
    proxies = [one for one in _proxies(tree.root, pool.name) if "hash_policy" not in one.entries]
    cuts += [_entry(tree, one, "cluster", "hash_policy", [{"source_ip": {}}]) for one in proxies]
    yield cuts


def _listener(site: Site, tree: Tree, finding: Finding) -> Iterator[list[Cut]]:
    """A listener with its cluster, as those of another port; or the one that is there, corrected."""
    values, span = finding.values, finding.span
    way = [] if span is None or span.within else tree.way(span)
    listener = next((node.items[int(key)] for node, key in way if isinstance(node, SequenceNode)), None)
    if finding.variant == "elsewhere":
        address = at(listener, "address", "socket_address", "address")
        if isinstance(address, ScalarNode):
            yield [tree.rewritten(address, values["address"])]
    elif finding.variant == "disabled" and isinstance(listener, MappingNode) and "bind_to_port" in listener.entries:
        yield [tree.without_entry(listener, "bind_to_port")]
    elif finding.variant in ("missing", "nowhere"):
        there = _at_port(tree, finding.port)
        if listener is None and there is not None:
            # Two listeners of one address Envoy refuses; this one leads nobody anywhere, for want of the name's reader.
            if "listener_filters" not in there.entries:
                made = [{"name": "envoy.filters.listener.tls_inspector", "typed_config": {"@type": INSPECTOR}}]
                yield [_entry(tree, there, "address", "listener_filters", made)]
            return
        for frontend, pool, port in donors(site, finding):
            cuts = list(_written_anew(site, tree, finding, listener, frontend.span, pool, port))
            if cuts:
                yield cuts


def _at_port(tree: Tree, port: str) -> MappingNode | None:
    """The listener that has a port, whether clients get anywhere by it or not."""
    listeners = at(tree.root, "static_resources", "listeners")
    for one in listeners.items if isinstance(listeners, SequenceNode) else ():
        said = at(one, "address", "socket_address", "port_value")
        if isinstance(one, MappingNode) and isinstance(said, ScalarNode) and said.text == port:
            return one
    return None


def _written_anew(
    site: Site, tree: Tree, finding: Finding, listener: Node | None, span: Span, pool: Pool, port: int
) -> Iterator[Cut]:
    """A listener (where there is none) and a cluster, written like those of another port."""
    assert isinstance(site.model, Balancer)
    name = fresh(names(site), f"{finding.values['balancer']}-{finding.port}")
    if listener is not None:
        led = [entry for node in mappings(listener) if (entry := node.entries.get("cluster"))]
        if len(led) != 1 or not isinstance(led[0].value, ScalarNode):
            return
        right = pools_of(site, finding.port)
        if len(right) == 1:
            yield tree.rewritten(led[0].value, right[0].name)
            return
        name = led[0].value.text
    else:
        sequence, number = _sequences(tree.way(span))[0]
        text = replaced(replaced(tree.item(sequence, number), str(port), finding.port), pool.name, name)
        own = at(sequence.items[number], "name")
        if isinstance(own, ScalarNode):
            text = replaced(text, own.text, name)
        yield tree.with_item(sequence, len(sequence.items) - 1, text)
    sequence, number = _sequences(tree.way(pool.span))[0]
    text = replaced(replaced(tree.item(sequence, number), str(port), finding.port), pool.name, name)
    old, new = health(site, str(port)), health(site, finding.port)
    if old is not None and new is not None:
        text = text.replace(f"path: {old.path}", f"path: {new.path}").replace(f'"{old.path}"', f'"{new.path}"')
    yield tree.with_item(sequence, len(sequence.items) - 1, text)
