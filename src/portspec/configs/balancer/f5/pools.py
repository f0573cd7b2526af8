"""Pools, their members and nodes, lowered.

https://clouddocs.f5.com/cli/tmsh-reference/latest/modules/ltm/ltm_pool.html and
https://clouddocs.f5.com/api/icontrol-rest/APIRef_tm_ltm_node.html.
"""

from __future__ import annotations

from portspec.configs.balancer.f5.addresses import address, endpoint, plain
from portspec.configs.balancer.f5.assembly import Group, Server
from portspec.configs.balancer.f5.entries import Entry
from portspec.configs.balancer.f5.monitors import Monitors
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.f5.objects import Item, Objects, Thing, whole
from portspec.configs.balancer.model import HealthCheck
from portspec.source import Span

WEIGHTED = ("ratio", "dynamic-ratio", "weighted")


class Pools:
    """Lowers pools."""

    def __init__(self, objects: Objects, notes: Notes, monitors: Monitors) -> None:
        self.objects = objects
        self.notes = notes
        self.monitors = monitors

    def lowered(self, thing: Thing) -> Group:
        mode = thing.text("load-balancing-mode", "round-robin")
        named = any("fqdn" in item.properties for item in thing.items("members"))
        servers = [
            self.server(item, thing, weighted=mode.startswith(WEIGHTED))
            for item in thing.items("members")
            # What DNS answered is listed beside the member that asks; the name stands for it.
            if not (named and _text(item.properties.get("ephemeral")) == "true")
        ]
        return Group(thing.name, thing.short, tuple(servers), mode, thing.number("min-active-members", 0), thing.span)

    def server(self, item: Item, pool: Thing, *, weighted: bool) -> Server:
        span = self.notes.span(item.name.start, item.name.stop)
        found = endpoint(item.name.text)
        if found.port is None and "$" not in item.name.text:
            self.notes.remark("unknown", "service-name", span, name=found.port_text)
        folder = item.name.text.rpartition("/")[0]
        node = self.objects.find("node", f"{folder}/{found.host}" if folder else found.host, pool.name)
        host, own = self.host(item, found.host, node, span)
        ratio = whole(_text(item.properties.get("ratio")), 1)
        return Server(
            name=found.host,
            host=host,
            address=own,
            port=found.port or 0,
            priority=whole(_text(item.properties.get("priority-group")), 0),
            weight=max(ratio, 1) if weighted else 1,
            disabled=_is_out(item.properties) or (node is not None and _is_out(node.properties)),
            check=self.check(item, pool, node, span),
            span=span,
        )

    def host(self, item: Item, name: str, node: Thing | None, span: Span) -> tuple[str, int | None]:
        """The host and the address of a member: its own, else that of its node, else its name."""
        for properties in (item.properties, node.properties if node is not None else {}):
            text = plain(_text(properties.get("address")))
            if text and text not in ("any", "any6", "none"):
                return text, address(text)
            fqdn = properties.get("fqdn")
            if fqdn is not None and (named := fqdn.inner("name") or fqdn.inner("tm-name")) is not None:
                populate = fqdn.inner("autopopulate")
                if populate is not None and populate.text == "enabled":
                    self.notes.remark("unknown", "autopopulate", span, name=named.text)
                return named.text, None
        return name, address(name)

    def check(self, item: Item, pool: Thing, node: Thing | None, span: Span) -> HealthCheck:
        """What watches a member: its own monitor, else the pool's, else the node's."""
        rules: list[tuple[Entry | None, str]] = [
            (item.properties.get("monitor"), pool.name),
            (pool.properties.get("monitor"), pool.name),
        ]
        if node is not None:
            rules.append((node.properties.get("monitor"), node.name))
        for rule, beside in rules:
            found = self.monitors.watching(rule, beside, span)
            if found is not None and found.kind != "none":
                return found
        for default in self.objects.of("default-node-monitor"):
            found = self.monitors.watching(default.properties.get("rule"), default.name, span)
            if found is not None:
                return found
        return HealthCheck("none", span=span)


def _text(entry: Entry | None) -> str:
    return entry.text if entry is not None else ""


def _is_out(properties: dict[str, Entry]) -> bool:
    """Whether somebody took it out; what a monitor found (`down`, `monitor-enabled`) says nothing about the config."""
    return _text(properties.get("session")) == "user-disabled" or _text(properties.get("state")) == "user-down"
