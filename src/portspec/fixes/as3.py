"""What to change in a declaration for F5's AS3."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.finding import Finding
from portspec.configs.balancer.model import Balancer, Pool
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
    pool_at,
    pools_of,
)
from portspec.fixes.edits import Edit
from portspec.fixes.redraft import Cut, edits
from portspec.fixes.site import Site
from portspec.fixes.trees import Tree, at, replaced
from portspec.source import Span
from portspec.yamlnodes import MappingNode, Node, ScalarNode, SequenceNode
from portspec.yamlsource import load_yaml

Proposals = Iterator[tuple[Edit, ...]]
Cuts = Iterator[list[Cut]]
FIRST, GROUP = 10, "priorityGroup"


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first."""
    if not isinstance(site.model, Balancer):
        return
    tree = Tree(site.source, load_yaml(site.source))
    for cuts in _cuts(site, tree, finding):
        yield edits(site.source, cuts)


def _cuts(site: Site, tree: Tree, finding: Finding) -> Cuts:
    code, span = finding.code, finding.span
    if code == "PS301":
        yield from _service(site, tree, finding)
    if span is None:
        return
    found = member_at(site, finding)
    if code in REMOVED and found is not None:
        yield [_without(tree, span)]
    elif code == "PS308" and found is not None:
        yield from _led(site, tree, found[0], finding.port)
        port = at(_group(tree, span), "servicePort")
        if isinstance(port, ScalarNode):
            yield [tree.rewritten(port, finding.port)]
    elif code == "PS314" and found is not None:
        yield from _ranked(tree, found[0], host(found[1]))
    elif code in ("PS305", "PS306"):
        yield from _members(site, tree, finding)
    elif code in ("PS309", "PS310") and found is not None:
        yield from _probe(site, tree, found[0], finding)
    elif code in ("PS311", "PS325"):
        yield from _kept(site, tree, finding)
    elif code == "PS302":
        yield from _plain(tree, span)


def _led(site: Site, tree: Tree, wrong: Pool, port: str) -> Cuts:
    """The service of a port leads to the pool that has it."""
    assert isinstance(site.model, Balancer)
    right = pools_of(site, port)
    for frontend in site.model.frontends:
        led = at(_owner(tree, frontend.span), "pool")
        listens = any(str(one.first_port) == port for one in frontend.listeners)
        if listens and len(right) == 1 and any(route.pool == wrong.name for route in frontend.routes):
            led = at(led, "use") or led
            if isinstance(led, ScalarNode):
                yield [tree.rewritten(led, right[0].name.rpartition("/")[2])]


def _lists(tree: Tree, span: Span) -> list[tuple[SequenceNode, int]]:
    return [(node, int(key)) for node, key in tree.way(span) if isinstance(node, SequenceNode)]


def _group(tree: Tree, span: Span) -> Node | None:
    """The member that a server is listed in: several servers of one port."""
    for node, key in tree.way(span):
        if isinstance(node, SequenceNode):
            return node.items[int(key)]
    return None


def _without(tree: Tree, span: Span) -> Cut:
    """A server goes; with its member, where it is alone in that."""
    lists = _lists(tree, span)
    servers, number = lists[-1]
    if len(servers.items) == 1 and len(lists) > 1 and len(lists[0][0].items) > 1:
        return tree.taken(*lists[0])
    return tree.taken(servers, number)


def _members(site: Site, tree: Tree, finding: Finding) -> Cuts:
    """A server beside the others, for each machine that is missing; a backup in a member of its own."""
    assert finding.span is not None
    if finding.variant in ("idle", "disabled"):
        for key in ("adminState", "enable"):
            cuts = []
            for member in idle(site, finding):
                group = _group(tree, member.span)
                if isinstance(group, MappingNode) and key in group.entries:
                    cuts.append(tree.without_entry(group, key))
            if cuts:
                yield cuts
        return
    pool = pool_at(site, finding.span)
    one = None if pool is None else like(pool)
    if one is None:
        return
    servers, number = _lists(tree, one.span)[-1]
    groups, which = _lists(tree, one.span)[0]
    text = tree.item(servers, number)
    texts = [replaced(replaced(text, host(one), address), one.name, name) for name, address in missing(site, finding)]
    whole = groups.items[which]
    if finding.code == "PS306" and isinstance(whole, MappingNode) and GROUP in whole.entries:
        said = [
            {"servicePort": int(finding.port), "servers": [{"name": name, "address": address}], "shareNodes": True}
            for name, address in missing(site, finding)
        ]
        yield [tree.with_item(groups, len(groups.items) - 1, *map(tree.in_brackets, said))]
    elif texts:
        yield [tree.with_item(servers, number, *texts)]


def _ranked(tree: Tree, pool: Pool, backup: str) -> Cuts:
    """The members but one get a higher priority than that one."""
    cuts: dict[Cut, None] = {}
    for member in pool.members:
        group = _group(tree, member.span)
        if not isinstance(group, MappingNode):
            return
        if host(member) == backup:
            if GROUP in group.entries:
                cuts[tree.without_entry(group, GROUP)] = None
        elif GROUP in group.entries:
            cuts[tree.rewritten(group.entries[GROUP].value, str(FIRST))] = None
        else:
            cuts[tree.with_entry(group, "servicePort", GROUP, FIRST)] = None
    mapping = _owner(tree, pool.span)
    yield list(cuts)
    key = "minimumMembersActive"
    if isinstance(mapping, MappingNode):
        said = at(mapping, key)
        more = (
            tree.rewritten(said, "1") if isinstance(said, ScalarNode) else tree.with_entry(mapping, "members", key, 1)
        )
        yield [*cuts, more]


def _owner(tree: Tree, span: Span) -> Node | None:
    """The object whose name stands at a place."""
    node, key = tree.way(span)[-1]
    found = node.entries[str(key)].value if isinstance(node, MappingNode) else node.items[int(key)]
    return found if isinstance(found, MappingNode) else node


def _siblings(tree: Tree, span: Span) -> MappingNode | None:
    """The application that an object is declared in."""
    for node, key in reversed(tree.way(span)):
        if (
            isinstance(node, MappingNode)
            and isinstance(node.entries[str(key)].value, MappingNode)
            and _class(node) == "Application"
        ):
            return node
    return None


def _class(node: Node) -> str:
    said = at(node, "class")
    return said.text if isinstance(said, ScalarNode) else ""


def _monitor(site: Site, application: MappingNode, port: str) -> str:
    """The monitor of an application that asks what the sources ask for."""
    asked = health(site, port)
    for name, entry in application.entries.items():
        send, kind = at(entry.value, "send"), at(entry.value, "monitorType")
        if (
            asked is None
            or _class(entry.value) != "Monitor"
            or not isinstance(send, ScalarNode)
            or not isinstance(kind, ScalarNode)
        ):
            continue
        if kind.text == asked.kind and f" {asked.path} " in send.text:
            return name
    return ""


def _probe(site: Site, tree: Tree, pool: Pool, finding: Finding) -> Cuts:
    """The monitor that the servers answer truthfully, soon enough; made where the application has none."""
    application, owner = _siblings(tree, pool.span), _owner(tree, pool.span)
    asked = health(site, finding.port)
    if application is None or not isinstance(owner, MappingNode) or asked is None:
        return
    name = _monitor(site, application, finding.port)
    cuts: list[Cut] = []
    if name:
        monitor = application.entries[name].value
        assert isinstance(monitor, MappingNode)
        port = monitor.entries.get("targetPort")
        if finding.code == "PS309" and port is not None:
            cuts.append(tree.rewritten(port.value, str(asked.port)))
        for key, value in (("interval", 5), ("timeout", 16), ("receive", "200 OK")):
            said = monitor.entries.get(key)
            if said is None:
                cuts.append(tree.with_entry(monitor, "send", key, value))
            elif finding.code == "PS310" and isinstance(said.value, ScalarNode) and key != "receive":
                cuts.append(tree.rewritten(said.value, str(value)))
    else:
        name = fresh(set(application.entries), f"{asked.kind}_{finding.port}")
        made = {
            "class": "Monitor", "monitorType": asked.kind, "targetPort": asked.port,
            "send": f"GET {asked.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "receive": "200 OK", "interval": 5, "timeout": 16,
        }  # fmt: skip
        cuts.append(tree.with_entry(application, list(application.entries)[-1], name, made))
    if finding.code == "PS309":
        used, wanted = owner.entries.get("monitors"), [{"use": name}]
        if used is None:
            cuts.append(tree.with_entry(owner, "class", "monitors", wanted))
        elif not (isinstance(used.value, SequenceNode) and [_used(one) for one in used.value.items] == [name]):
            cuts.append(tree.entry_as(owner, "monitors", wanted))
    yield cuts


def _used(node: Node) -> str:
    said = at(node, "use")
    return said.text if isinstance(said, ScalarNode) else ""


def _kept(site: Site, tree: Tree, finding: Finding) -> Cuts:
    """Clients of the applications stay at one member, those of the API do not."""
    assert isinstance(site.model, Balancer)
    assert finding.span is not None
    pool = finding.values["pool"]
    for frontend in site.model.frontends:
        if all(route.pool != pool for route in frontend.routes):
            continue
        service = _owner(tree, frontend.span)
        if not isinstance(service, MappingNode):
            continue
        key = "persistenceMethods"
        if finding.code == "PS325":
            yield [tree.entry_as(service, key, ["source-address"])] if key in service.entries else []
        elif key in service.entries:
            yield [tree.entry_as(service, key, [])]
        else:
            yield [tree.with_entry(service, list(service.entries)[-1], key, [])]


def _plain(tree: Tree, span: Span) -> Cuts:
    """A service of HTTP becomes one of TCP."""
    node, key = tree.way(span)[-1]
    if not isinstance(node, MappingNode) or key != "class":
        return
    cuts = [tree.rewritten(node.entries["class"].value, "Service_L4")]
    yield cuts
    for name in ("profileHTTP", "serverTLS", "redirect80"):
        if name in node.entries:
            cuts = [*cuts, tree.without_entry(node, name)]
            yield cuts


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
        return
    for one in node.items if isinstance(node, SequenceNode) else [entry.value for entry in node.entries.values()]:
        yield from _scalars(one)


def _service(site: Site, tree: Tree, finding: Finding) -> Cuts:
    """A service with its pool as those of another port, or what is there, corrected."""
    assert isinstance(site.model, Balancer)
    values, span = finding.values, finding.span
    if span is not None and finding.variant == "disabled":
        node, key = tree.way(span)[-1]
        if isinstance(node, MappingNode):
            yield [tree.without_entry(node, str(key))]
    if span is not None and finding.variant == "elsewhere":
        node, key = tree.way(span)[-1]
        value = node.entries[str(key)].value if isinstance(node, MappingNode) else node.items[int(key)]
        if isinstance(value, ScalarNode):
            yield [tree.rewritten(value, value.text.replace(values["found"], values["address"], 1))]
        held = [one for one in _scalars(tree.root) if one.text == values["found"]]
        yield [tree.rewritten(one, values["address"]) for one in held]
    if finding.variant not in ("missing", "nowhere"):
        return
    right = pools_of(site, finding.port)
    for frontend, pool, port in donors(site, finding):
        application = _siblings(tree, frontend.span)
        if application is None or application is not _siblings(tree, pool.span):
            continue
        service, servers = (one.rpartition("/")[2] for one in (frontend.name, pool.name))
        name = fresh(set(application.entries), f"{values['balancer']}_{finding.port}")
        led = right[0].name.rpartition("/")[2] if len(right) == 1 else f"{name}_pool"
        text = replaced(replaced(tree.entry(application, service), str(port), finding.port), servers, led)
        texts = [text.replace(f'"{service}"', f'"{name}"', 1)]
        if len(right) != 1:
            text = replaced(tree.entry(application, servers), str(port), finding.port)
            old, new = (_monitor(site, application, which) for which in (str(port), finding.port))
            if old and new:
                text = replaced(text, old, new)
            texts.append(text.replace(f'"{servers}"', f'"{led}"', 1))
        first = tree.with_text(application, texts[0])
        more = [tree.with_text(application, one).text for one in texts[1:]]
        yield [first._replace(text="".join([first.text, *more]))]
