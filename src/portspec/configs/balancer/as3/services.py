"""Services of a declaration: the virtual servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from portspec.configs.balancer.as3.declared import Declaration, Declared
from portspec.configs.balancer.as3.placed import Node
from portspec.configs.balancer.as3.vocabulary import BUILT_IN_IDLE, SERVICES, TURNING_AWAY, ServiceClass
from portspec.configs.balancer.f5.addresses import ANY, address, plain
from portspec.configs.balancer.f5.assembly import FIRST_PORT, LAST_PORT, Turn, Virtual
from portspec.configs.balancer.f5.virtuals import POOLS
from portspec.configs.balancer.model import Idle, Listener, Persistence
from portspec.source import Span

EVERYBODY = frozenset({"0.0.0.0/0", "::/0", "0.0.0.0", "::", "any", "any6"})  # noqa: S104


class Services:
    """Lowers services."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.named: dict[str, tuple[str, ...]] = {}

    def lowered(self, found: Declared) -> Iterator[Virtual]:
        """A service; a Service_HTTPS makes a second virtual server that sends clients of port 80 to it."""
        read, node, class_ = self.declaration, found.node, SERVICES[found.kind]
        if read.text(node, "layer4", class_.layer4) not in ("tcp", "any"):
            return
        if read.text(node, "virtualType", "standard") != "standard":
            return
        tls = "serverTLS" in node.items
        if found.kind == "Service_HTTPS" and not tls:
            read.notes.remark("refused", "missing", read.key_span(node), property="serverTLS", what=found.kind)
        ports = self.ports(found, class_)
        listeners = tuple(self.listeners(found, ports, tls=tls))
        if self.forwarding(node) == "direct" and listeners and listeners[0].everywhere:
            # Packets go on to where they were sent, by way of a member: a router's default route.
            return
        self.remark_clients(node)
        pool = self.pool(found)
        client_idle, server_idle = self.idle(found, class_)
        yield Virtual(
            name=found.place.shown,
            listeners=listeners,
            mode="http" if class_.http else "tcp",
            span=read.key_span(node),
            pool=pool,
            pool_span=read.span(node.items["pool"]) if "pool" in node.items else None,
            mode_span=read.span(node.items["class"]) if class_.http else None,
            turns=tuple(self.turns(found)),
            persistence=tuple(self.persistence(found, class_)),
            forwarding=self.forwarding(node),
            keeps_port=not read.truth(node, "translateServerPort", default=True),
            server_tls="clientTLS" in node.items,
            client_idle=client_idle,
            server_idle=server_idle,
            disabled=self.disabled(found),
        )
        redirects = found.kind == "Service_HTTPS" and read.truth(node, "redirect80", default=True)
        if redirects and ports != (80, 80):
            moved = tuple(one._replace(first_port=80, last_port=80, tls=False) for one in listeners)
            yield Virtual(
                f"{found.place.shown}-Redirect-",
                moved,
                "http",
                read.key_span(node),
                mode_span=read.span(node.items["class"]),
                disabled=self.disabled(found),
            )

    def ports(self, found: Declared, class_: ServiceClass) -> tuple[int, int]:
        """The port it listens on; 0 is every port."""
        read, node = self.declaration, found.node
        if "virtualPort" not in node.items and not class_.port and found.kind != "Service_Generic":
            span = read.key_span(node)
            read.notes.remark("refused", "missing", span, property="virtualPort", what=found.kind)
        port = read.whole(node, "virtualPort", class_.port)
        return (port, port) if port else (FIRST_PORT, LAST_PORT)

    def listeners(self, found: Declared, ports: tuple[int, int], *, tls: bool) -> Iterator[Listener]:
        read, node = self.declaration, found.node
        if "virtualAddresses" not in node.items:
            span = read.key_span(node)
            read.notes.remark("refused", "missing", span, property="virtualAddresses", what=found.kind)
        for one in read.array(node, "virtualAddresses"):
            target = one
            if isinstance(one.value, list):
                if not one.elements:
                    continue
                target = one.elements[0]
                self.remark_source(one.elements[1:])
            text, span = self.address_of(target, found), read.span(target)
            if text is not None:
                yield self.listener(text, ports, span, tls=tls)

    def address_of(self, node: Node, found: Declared) -> str | None:
        """The text of a virtual address; None where it is not to be read."""
        if isinstance(node.value, str):
            return node.text
        named = self.declaration.followed(node, found.place, "Service_Address")
        if isinstance(named, Declared):
            return self.declaration.text(named.node, "virtualAddress")
        if named == "elsewhere":
            name = node.items["bigip"].text
            self.declaration.notes.remark("unknown", "address-elsewhere", self.declaration.span(node), name=name)
            return name
        return None

    def listener(self, text: str, ports: tuple[int, int], span: Span, *, tls: bool) -> Listener:
        host = plain(text)
        family: Literal["any", "ip4", "ip6"] = "ip6" if ":" in host or host == "any6" else "ip4"
        if host in ANY:
            return Listener(None, "*", *ports, tls, False, span, family)
        name, _, length = host.partition("/")
        point = address(name)
        if point is None:
            if not host.startswith("/"):
                self.declaration.notes.remark("refused", "address", span, text=text)
            return Listener(None, host, *ports, tls, False, span)
        if length not in ("", "32", "128"):
            self.declaration.notes.remark("unknown", "network", span, network=host)
            return Listener(None, host, *ports, tls, False, span, family)
        return Listener(point, name, *ports, tls, False, span)

    def disabled(self, found: Declared) -> Span | None:
        """What takes it out of service."""
        read, node = self.declaration, found.node
        if found.disabled is not None:
            return found.disabled
        if not read.truth(node, "enable", default=True):
            return read.span(node.items["enable"])
        if read.text(node, "adminState", "enable") == "disable":
            return read.span(node.items["adminState"])
        return None

    # What is not worked out

    def remark_source(self, nodes: list[Node]) -> None:
        for node in nodes:
            if node.text and node.text not in EVERYBODY:
                self.declaration.notes.remark("unknown", "clients", self.declaration.span(node), source=node.text)

    def remark_clients(self, node: Node) -> None:
        read = self.declaration
        for key in ("allowVlans", "rejectVlans"):
            if key in node.items:
                names = [
                    one.text or one.items["bigip"].text if "bigip" in one.items else one.text
                    for one in read.array(node, key)
                ]
                read.notes.remark("unknown", "vlans", read.span(node.items[key]), vlans=", ".join(names) or "none")
        for key in TURNING_AWAY:
            if key in node.items and node.items[key].value != 0:
                read.notes.remark("unknown", "turned-away", read.span(node.items[key]), property=key)

    def pool(self, found: Declared) -> str:
        """The path of its pool; empty when it has none."""
        node = found.node.items.get("pool")
        target = self.declaration.followed(node, found.place, "Pool")
        if isinstance(target, Declared):
            return target.place.path
        if node is None:
            return ""
        if target == "elsewhere":
            name = node.items["bigip"].text
            self.declaration.notes.remark("unknown", "pool-elsewhere", self.declaration.span(node), pool=name)
            return name or "(pool)"
        return node.text or "(pool)"

    def turns(self, found: Declared) -> Iterator[Turn]:
        """What iRules and policies turn aside: whom is not worked out, but the pools that they name are found."""
        read, node = self.declaration, found.node
        for one in read.array(node, "iRules"):
            target = read.followed(one, found.place, "iRule")
            name = one.text or next((inner.text for inner in one.items.values()), "")
            read.notes.remark("unknown", "irule", read.span(one), name=name)
            pools = self.pools_of(target) if isinstance(target, Declared) else ()
            yield Turn(f"iRule {name}", pools, read.span(one))
        policies = node.items.get("policyEndpoint")
        for one in [] if policies is None else policies.elements or [policies]:
            target = read.followed(one, found.place, "Endpoint_Policy")
            name = one.text or next((inner.text for inner in one.items.values()), "")
            read.notes.remark("unknown", "policy", read.span(one), name=name)
            pools = self.pools_of(target) if isinstance(target, Declared) else ()
            yield Turn(f"policy {name}", pools, read.span(one))

    def pools_of(self, target: Declared) -> tuple[str, ...]:
        """The pools that a rule or a policy names."""
        if target.place.path not in self.named:
            names = self.names_in_rule(target) if target.kind == "iRule" else self.names_in_policy(target)
            found = (self.declaration.pointed(name, target.place, "Pool") for name in dict.fromkeys(names))
            self.named[target.place.path] = tuple(one.place.path for one in found if one is not None)
        return self.named[target.place.path]

    def names_in_rule(self, target: Declared) -> Iterator[str]:
        text = target.node.items.get("iRule")
        yield from POOLS.findall(text.text) if text is not None else []

    def names_in_policy(self, target: Declared) -> Iterator[str]:
        for key, node in target.node.walk():
            if key == "pool":
                yield node.text or (node.items["use"].text if "use" in node.items else "")

    # How connections are treated

    def persistence(self, found: Declared, class_: ServiceClass) -> Iterator[Persistence]:
        """What ties clients to members; a class persists by its default where nothing is written."""
        read, node = self.declaration, found.node
        if "persistenceMethods" not in node.items:
            if class_.persistence:
                kind = f"persistenceMethods {class_.persistence} (default)"
                yield Persistence(kind, read.span(node.items["class"]))
            return
        for one in read.array(node, "persistenceMethods"):
            target = read.followed(one, found.place, "Persist") if one.items else None
            kind = one.text
            if isinstance(target, Declared):
                kind = read.text(target.node, "persistenceMethod")
            elif one.items:
                kind = next(iter(one.items.values())).text
            yield Persistence(kind or "persistence", read.span(one))

    def forwarding(self, node: Node) -> Literal["proxy", "nat", "direct"]:
        if not self.declaration.truth(node, "translateServerAddress", default=True):
            return "direct"
        snat = node.items.get("snat")
        return "nat" if snat is not None and snat.text == "none" else "proxy"

    def idle(self, found: Declared, class_: ServiceClass) -> tuple[tuple[Idle, ...], tuple[Idle, ...]]:
        """What cuts silent connections, on the clients' and on the members' side."""
        if not class_.profile:
            return (), ()
        node = found.node.items.get(class_.profile)
        if node is not None and "ingress" in node.items:
            return self.idle_of(node.items["ingress"], found), self.idle_of(node.items.get("egress"), found)
        both = self.idle_of(node, found, "basic" if class_.profile == "profileL4" else "normal")
        return both, both

    def idle_of(self, node: Node | None, found: Declared, default: str = "normal") -> tuple[Idle, ...]:
        read = self.declaration
        name = default if node is None else node.text
        if name:
            seconds = BUILT_IN_IDLE.get(name)
            return (Idle("idleTimeout", seconds * 1000, None),) if seconds is not None else ()
        target = read.followed(node, found.place, "TCP_Profile", "L4_Profile")
        if target == "elsewhere" and node is not None:
            named = node.items["bigip"].text
            read.notes.remark("unknown", "profile-elsewhere", read.span(node), name=named)
        if not isinstance(target, Declared):
            return ()
        if "idleTimeout" not in target.node.items:
            # The schema tells the default of a TCP_Profile.
            return (Idle("idleTimeout", 300_000, None),) if target.kind == "TCP_Profile" else ()
        seconds = read.whole(target.node, "idleTimeout", 300, -1, 86400)
        return (Idle("idleTimeout", max(seconds, 0) * 1000, read.span(target.node.items["idleTimeout"])),)
