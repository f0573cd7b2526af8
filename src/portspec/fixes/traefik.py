"""What to change in Traefik's files, YAML or TOML, one or several."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer
from portspec.configs.balancer.traefik.documents import is_toml
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.fixes import tables
from portspec.fixes.balancing import (
    REMOVED,
    donors,
    fresh,
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
from portspec.fixes.trees import Tree, at, mappings, replaced
from portspec.source import SourceText, Span
from portspec.yamlnodes import MappingNode, Node, ScalarNode, SequenceNode
from portspec.yamlsource import load_yaml

Proposals = Iterator[tuple[Edit, ...]]
Drafts = Iterator[list[tuple[Tree, Cut]]]


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Balancer):
        return
    trees = []
    for part, before in _parts(site.source):
        if is_toml(part):
            if isinstance(site.source, FolderText):
                continue
            yield from tables.propose(site, finding)
            return
        try:
            trees.append(Tree(part, load_yaml(part), before))
        except InputError:
            continue
    for draft in _drafts(site, trees, finding):
        yield tuple(edit for tree in trees for edit in edits(tree.source, [cut for one, cut in draft if one is tree]))


def _parts(source: SourceText) -> list[tuple[SourceText, int]]:
    """The files, each with the number of lines before it."""
    if isinstance(source, FolderText):
        return [(part, first - 1) for part, first in zip(source.parts, source.firsts, strict=True)]
    return [(source, 0)]


def _tree_of(trees: list[Tree], span: Span) -> Tree:
    return [tree for tree in trees if tree.before < span.line][-1]


def _drafts(site: Site, trees: list[Tree], finding: Finding) -> Drafts:
    code, span = finding.code, finding.span
    if code == "PS301":
        yield from _listener(site, trees, finding)
    if span is None or not trees:
        return
    tree = _tree_of(trees, span)
    found = member_at(site, finding)
    if found is not None:
        sequence, number = _item(tree, span)
        item = sequence.items[number]
        if code in REMOVED:
            yield [(tree, tree.taken(sequence, number))]
        elif code == "PS308":
            text = replaced(tree.shown(item), finding.values["found"], finding.port)
            yield [(tree, Cut(tree.start(item), tree.end(item), text))]
        elif code == "PS310":
            yield from _sooner(tree, span)
    elif code in ("PS305", "PS306"):
        yield from _members(site, trees, finding)


def _item(tree: Tree, span: Span) -> tuple[SequenceNode, int]:
    return [(node, int(key)) for node, key in tree.way(span) if isinstance(node, SequenceNode)][-1]


def _sooner(tree: Tree, span: Span) -> Drafts:
    """A server that fails is out soon enough."""
    balancer = next(
        (
            node.entries[str(key)].value
            for node, key in tree.way(span)
            if isinstance(node, MappingNode) and str(key).lower() == "loadbalancer"
        ),
        None,
    )
    check = at(balancer, "healthCheck")
    if isinstance(check, MappingNode):
        values = {"interval": "10s", "timeout": "5s", "failsThreshold": "1"}
        cuts = [tree.rewritten(check.entries[key].value, text) for key, text in values.items() if key in check.entries]
        yield [(tree, cut) for cut in cuts]


def _members(site: Site, trees: list[Tree], finding: Finding) -> Drafts:
    """A server as the others, for each machine that is missing."""
    assert finding.span is not None
    if finding.variant in ("idle", "disabled"):
        asleep = {host(one) for one in idle(site, finding)}
        assert isinstance(site.model, Balancer)
        names = {pool.name for pool in site.model.pools if asleep & {host(one) for one in pool.members}}
        for tree in trees:
            for share in mappings(tree.root):
                name, weight = at(share, "name"), at(share, "weight")
                if isinstance(name, ScalarNode) and name.text in names and isinstance(weight, ScalarNode):
                    yield [(tree, tree.rewritten(weight, "1"))]
        return
    pool = pool_at(site, finding.span)
    one = None if pool is None else like(pool)
    if one is None:
        return
    tree = _tree_of(trees, one.span)
    sequence, number = _item(tree, one.span)
    text = tree.item(sequence, number)
    texts = [
        replaced(replaced(text, host(one), f"[{address}]" if ":" in address else address), str(one.port), finding.port)
        for _, address in missing(site, finding)
    ]
    if texts:
        yield [(tree, tree.with_item(sequence, number, *texts))]


def _listener(site: Site, trees: list[Tree], finding: Finding) -> Drafts:
    """An entry point with its router and its service, as those of another port; or what is there, corrected."""
    values, span = finding.values, finding.span
    assert isinstance(site.model, Balancer)
    if span is not None and trees:
        tree = _tree_of(trees, span)
        step = tree.way(span)[-1]
        address = step[0].entries[str(step[1])].value if isinstance(step[0], MappingNode) else None
        if finding.variant == "elsewhere" and isinstance(address, ScalarNode):
            yield [(tree, tree.rewritten(address, address.text.replace(values["found"], values["address"], 1)))]
    entry = _entry_point(trees, finding.port)
    if entry is not None and isinstance(entry[2], ScalarNode) and entry[2].text.endswith("/udp"):
        yield [(entry[0], entry[0].rewritten(entry[2], entry[2].text.removesuffix("/udp")))]
    if entry is not None:
        yield from _routed(site, trees, entry[1], finding)
    if finding.variant in ("missing", "nowhere"):
        for _, pool, port in donors(site, finding):
            draft = _anew(site, trees, finding, pool.name, str(port), entry[1] if entry else "")
            if draft:
                yield draft


def _entry_point(trees: list[Tree], port: str) -> tuple[Tree, str, Node] | None:
    """The entry point that has a port, by its name and address."""
    for tree in trees:
        points = at(tree.root, "entryPoints")
        if isinstance(points, MappingNode):
            for name, entry in points.entries.items():
                address = at(entry.value, "address")
                if isinstance(address, ScalarNode) and address.text.removesuffix("/udp").endswith(f":{port}"):
                    return tree, name, address
    return None


def _routed(site: Site, trees: list[Tree], name: str, finding: Finding) -> Drafts:
    """The routers of an entry point lead every client to the service that has its port."""
    assert isinstance(site.model, Balancer)
    right = [pool.name for pool in pools_of(site, finding.port)]
    for tree in trees:
        routers = at(tree.root, "tcp", "routers")
        if not isinstance(routers, MappingNode):
            continue
        for entry in routers.entries.values():
            points, service, rule = (at(entry.value, key) for key in ("entryPoints", "service", "rule"))
            if not isinstance(points, SequenceNode) or [
                one.text for one in points.items if isinstance(one, ScalarNode)
            ] != [name]:
                continue
            if isinstance(service, ScalarNode) and len(right) == 1 and service.text != right[0]:
                yield [(tree, tree.rewritten(service, right[0]))]
            if isinstance(rule, ScalarNode) and rule.text != "HostSNI(`*`)":
                yield [(tree, tree.rewritten(rule, "HostSNI(`*`)"))]


def _anew(site: Site, trees: list[Tree], finding: Finding, pool: str, port: str, point: str) -> list[tuple[Tree, Cut]]:
    """An entry point, router and service as those of another port, as far as they are not there."""
    assert isinstance(site.model, Balancer)
    name = fresh(names(site), f"{finding.values['balancer']}-{finding.port}")
    right = [one.name for one in pools_of(site, finding.port)]
    other = _entry_point(trees, port)
    if other is None:
        return []
    draft: list[tuple[Tree, Cut]] = []
    waiting = _waiting(trees, right)
    name = waiting or name
    for tree in trees:
        points, routers, services = (
            at(tree.root, "entryPoints"),
            at(tree.root, "tcp", "routers"),
            at(tree.root, "tcp", "services"),
        )
        if not point and isinstance(points, MappingNode) and other[1] in points.entries:
            draft.append((tree, _copy(tree, points, other[1], name, {f":{port}": f":{finding.port}"})))
        if isinstance(routers, MappingNode) and not waiting:
            for key, entry in routers.entries.items():
                if _names(at(entry.value, "entryPoints")) == [other[1]]:
                    words = {other[1]: point or name, pool: right[0] if right else name}
                    draft.append((tree, _copy(tree, routers, key, name, words)))
                    break
        if not right and isinstance(services, MappingNode) and pool in services.entries:
            draft.append((tree, _copy(tree, services, pool, name, {f":{port}": f":{finding.port}"})))
    return draft


def _waiting(trees: list[Tree], right: list[str]) -> str:
    """The entry point that a router to the right service names and that is not there."""
    known = {
        name
        for tree in trees
        if isinstance(points := at(tree.root, "entryPoints"), MappingNode)
        for name in points.entries
    }
    for tree in trees:
        routers = at(tree.root, "tcp", "routers")
        for entry in routers.entries.values() if isinstance(routers, MappingNode) else ():
            names, service = _names(at(entry.value, "entryPoints")), at(entry.value, "service")
            if isinstance(service, ScalarNode) and service.text in right and len(names) == 1 and names[0] not in known:
                return names[0]
    return ""


def _names(node: Node | None) -> list[str]:
    return [one.text for one in node.items if isinstance(one, ScalarNode)] if isinstance(node, SequenceNode) else []


def _copy(tree: Tree, mapping: MappingNode, key: str, name: str, words: dict[str, str]) -> Cut:
    """An entry of one's own name, with some words written otherwise."""
    text = tree.entry(mapping, key)
    head, colon, rest = text.partition(":")
    for old, new in words.items():
        rest = rest.replace(old, new) if old.startswith(":") else replaced(rest, old, new)
    return tree.with_text(mapping, head.replace(key, name, 1) + colon + rest)
