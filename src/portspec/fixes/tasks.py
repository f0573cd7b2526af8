"""What to change in Ansible tasks of the modules iptables and firewalld: tasks go, come, or are for some sources alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

from portspec.checks.audience import audience
from portspec.checks.finding import Finding
from portspec.cluster.model import HostPlace
from portspec.fixes import firewalld
from portspec.fixes.edits import Edit
from portspec.fixes.redraft import Cut, edits
from portspec.fixes.site import Site, addresses_of
from portspec.fixes.trees import Tree
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.prefixes import prefixes
from portspec.policy.model import Reach
from portspec.source import Span
from portspec.yamlnodes import MappingNode, SequenceNode, plain
from portspec.yamlsource import load_yaml

Proposals = Iterator[tuple[Edit, ...]]
Params = dict[str, object]
MODULES = frozenset({"iptables", "firewalld"})
KEPT = ("zone", "permanent", "immediate", "offline")
"""What a new task of firewalld has of the one that it stands beside."""


class Task(NamedTuple):
    """A task: the list that it is in, its number there, the module by its own name, and the parameters."""

    tasks: SequenceNode
    number: int
    module: str
    params: Params

    @property
    def short(self) -> str:
        """The module without its collection."""
        return self.module.rpartition(".")[2]


def propose(site: Site, finding: Finding) -> Proposals:
    """Changes that may take a finding away, the best one first; none where its line is of no such task."""
    assert finding.span is not None
    tree = Tree(site.source, load_yaml(site.source))
    task = _task_at(tree, finding)
    if task is None:
        return
    if finding.code == "PS101":
        made = _admitting(site, finding, task)
        yield edits(site.source, [_beside(tree, task, made)] if made else [])
    elif finding.code in ("PS201", "PS202"):
        made = _narrowed(site, finding, task)
        if made:
            gone = tree.taken(task.tasks, task.number)
            yield edits(site.source, [Cut(gone.start, gone.end, "".join(_written(tree, task, one) for one in made))])
    if finding.code == "PS201" or finding.code in firewalld.REMOVED:
        yield edits(site.source, [tree.taken(task.tasks, task.number)])


def _task_at(tree: Tree, finding: Finding) -> Task | None:
    assert finding.span is not None
    found = None
    # Only the line of a command is known where it stands in a task.
    end = Span(finding.span.line, len(tree.source.line(finding.span.line)) + 1)
    for node, key in tree.way(end):
        if isinstance(node, SequenceNode):
            found = _task(node, int(key)) or found
    return found


def _task(tasks: SequenceNode, number: int) -> Task | None:
    item = tasks.items[number]
    for name, entry in item.entries.items() if isinstance(item, MappingNode) else ():
        if name.rpartition(".")[2] in MODULES and isinstance(entry.value, MappingNode):
            return Task(tasks, number, name, dict(plain(entry.value)))
    return None


def _written(tree: Tree, task: Task, params: Params) -> str:
    """A task as the others of its list are written, in one line."""
    item = tree.item(task.tasks, task.number)
    indent = item[: len(item) - len(item.lstrip())]
    return f"{indent}- {task.module}: {tree.in_brackets(params)}\n"


def _beside(tree: Tree, task: Task, made: list[Params]) -> Cut:
    """New tasks before the one that turns packets away, or behind the last one that lets any in."""
    texts = [_written(tree, task, one) for one in made]
    if "policy" not in task.params and task.short == "iptables":
        start = tree.taken(task.tasks, task.number).start
        return Cut(start, start, "".join(texts))
    last = task.number
    for number in range(len(task.tasks.items)):
        one = _task(task.tasks, number)
        if one is not None and one.short == task.short and one.params.get("chain") == task.params.get("chain"):
            last = number
    return tree.with_item(task.tasks, last, *texts)


def _admitting(site: Site, finding: Finding, task: Task) -> list[Params]:
    """The parameters of tasks that admit a hop."""
    values = finding.values
    if task.short == "firewalld":
        kept = {key: task.params[key] for key in KEPT if key in task.params}
        return [{"rich_rule": one.rich(), **kept, "state": "enabled"} for one in firewalld.rules(site, finding)]
    made: list[Params] = []
    senders, receivers = addresses_of(site.cluster, values["source"]), addresses_of(site.cluster, values["target"])
    for version, universe in (("ipv4", ANY_V4), ("ipv6", ANY_V6)):
        theirs, ours = senders & universe, receivers & universe
        own = isinstance(site.entry.at, HostPlace) and ours <= site.entry.at.addresses
        for source in prefixes(theirs) if ours else []:
            for target in [""] if own else prefixes(ours):
                said: Params = {
                    "chain": str(task.params.get("chain", "INPUT")),
                    "protocol": values["transport"],
                    "source": source,
                }
                said |= {"destination": target} if target else {}
                said |= {"destination_port": values["port"].replace("-", ":")} if values["port"] != "-" else {}
                made.append({**said, "jump": "ACCEPT"} | ({"ip_version": "ipv6"} if version == "ipv6" else {}))
    return made


def _narrowed(site: Site, finding: Finding, task: Task) -> list[Params]:
    """The parameters of a task once for each part of an audience; what else it lets in stays."""
    values, params = finding.values, task.params
    port, _, transport = values.get("ports", "").partition("/")
    port, transport = values.get("port", port), values.get("transport", transport)
    wanted = audience(site.cluster, cast("Reach", values.get("reach", "site")))
    if task.short == "firewalld":
        element = (
            f'service name="{params["service"]}"'
            if "service" in params
            else f'port port="{port}" protocol="{transport}"'
        )
        kept = {key: params[key] for key in KEPT if key in params}
        known = {"service", "port"} & params.keys()
        return (
            [{"rich_rule": one.rich(), **kept, "state": "enabled"} for one in firewalld.narrowed(wanted, element)]
            if known
            else []
        )
    if {"source", "src_range"} & params.keys() or params.get("ip_version") == "ipv6":
        return []
    listed = params.get("destination_ports")
    said = {key: value for key, value in params.items() if key != "destination_ports"}
    made: list[Params] = []
    if isinstance(listed, list):
        left = [one for one in listed if str(one) != port]
        if len(left) == len(listed):
            return []
        made = [{**said, "destination_ports": left}] if left else []
        said["destination_port"] = port
    elif str(params.get("destination_port", "")) != port:
        return []
    return [*made, *({**said, "source": one} for one in prefixes(wanted & ANY_V4))]
