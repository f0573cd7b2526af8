"""A bootstrap file of Envoy as a load balancer (api-v3/config/bootstrap/v3/bootstrap.proto)."""

from __future__ import annotations

from portspec.configs.balancer.envoy.addresses import socket_of
from portspec.configs.balancer.envoy.clusters import pool
from portspec.configs.balancer.envoy.fields import Message
from portspec.configs.balancer.envoy.filters import Handling, Share
from portspec.configs.balancer.envoy.listeners import frontends
from portspec.configs.balancer.envoy.vocabulary import (
    ADMIN,
    BOOTSTRAP,
    CLUSTER,
    HASHING,
    LISTENER,
    STATIC,
)
from portspec.configs.balancer.f5.notes import Notes
from portspec.configs.balancer.model import Balancer, Frontend, Persistence, Pool, StatsPage
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import MappingNode, load_yaml

TEMPLATES = ("{{", "{%", "${")
HASHED = {name.lower().replace("_", "-") for name in HASHING}


def read_balancer(source: SourceText) -> Balancer:
    """Read a file whole. Raises InputError with line and column."""
    root = load_yaml(_plain(source))
    if not isinstance(root, MappingNode):
        raise InputError("expected a mapping with static_resources", source.path, root.span.line, root.span.column)
    return _Reader(source, root).balancer()


def _plain(source: SourceText) -> SourceText:
    """The text as it is given to the YAML parser: in JSON tabs are blanks, which they are not in YAML."""
    for template in TEMPLATES:
        at = source.text.find(template)
        # JSON closes and opens no two braces without a key between them; YAML may hold ${…} in a comment.
        if at >= 0 and "#" not in source.text[source.text.rfind("\n", 0, at) + 1 : at]:
            raise source.error(f"this is a template ({template}), not a config of Envoy", at, "render it first")
    if source.text.lstrip()[:1] == "{":
        return SourceText(source.path, source.text.replace("\t", " "))
    return source


class _Reader:
    def __init__(self, source: SourceText, root: MappingNode) -> None:
        self.source = source
        self.notes = Notes(source)
        self.root = Message(self.notes, root, BOOTSTRAP)
        self.pools: dict[str, Pool] = {}
        self.names: set[str] = set()
        self.frontends: list[Frontend] = []
        self.stats: list[StatsPage] = []

    def balancer(self) -> Balancer:
        static = self.root.message("static_resources", STATIC)
        for cluster in static.messages("clusters", CLUSTER):
            made, name = pool(cluster), cluster.text("name")
            if name in self.names:
                self.notes.remark("refused", "duplicate-cluster", cluster.key_span("name"), name=name)
            elif made is not None:
                self.pools[name] = made
            self.names.add(name)
        for listener in static.messages("listeners", LISTENER):
            self.frontends += frontends(listener, self.pool_for)
        self.remark_shared()
        if "admin" in self.root:
            self.admin(self.root.message("admin", ADMIN))
        if "dynamic_resources" in self.root:
            self.notes.remark("unknown", "dynamic", self.root.key_span("dynamic_resources"))
        remarks = sorted(self.notes.remarks, key=lambda remark: (remark.span.line, remark.span.column))
        return Balancer(
            "envoy", self.source, tuple(self.frontends), tuple(self.pools.values()), tuple(remarks), tuple(self.stats)
        )

    def pool_for(self, made: Handling) -> str:
        """The pool that clients of a chain get to: that of its cluster, or one of several by their weights.

        Empty where they get to none: Envoy closes connections for a cluster that is not there.
        """
        there = [share for share in made.shares if self.is_there(share)]
        if not there:
            return ""
        name = there[0].cluster
        if made.mode == "tcp":
            if len(there) > 1:
                name = self.weighted(there)
            self.tie(name, made)
        return name

    def is_there(self, share: Share) -> bool:
        """Whether a cluster is in the file, or may be delivered."""
        if share.cluster in self.names:
            return True
        delivered = "dynamic_resources" in self.root
        if delivered:
            self.notes.remark("unknown", "cluster-elsewhere", share.span, name=share.cluster)
        else:
            self.notes.remark("ignored", "no-cluster", share.span, name=share.cluster)
        return delivered

    def weighted(self, shares: list[Share]) -> str:
        """A pool of the members of several clusters, each with the share of its cluster."""
        known = [(self.pools[share.cluster], share) for share in shares if share.cluster in self.pools]
        name = ", ".join(share.cluster for share in shares)
        members = tuple(
            member._replace(weight=member.weight * share.weight) for one, share in known for member in one.members
        )
        if known:
            self.pools.setdefault(name, known[0][0]._replace(name=name, members=members, span=shares[0].span))
        return name

    def tie(self, name: str, made: Handling) -> None:
        """What ties clients to members: a hash of their address, where the algorithm goes by hashes."""
        if made.hash_policy is None or name not in self.pools:
            return
        found = self.pools[name]
        if found.balance not in HASHED:
            self.notes.remark("ignored", "hash-policy", made.hash_policy, cluster=name, policy=found.balance)
        elif not found.persistence:
            self.pools[name] = found._replace(persistence=(Persistence("hash_policy source_ip", made.hash_policy),))

    def remark_shared(self) -> None:
        """Two listeners of one address and port: Envoy refuses the second one."""
        taken: dict[tuple[str, int], tuple[str, int]] = {}
        for frontend in self.frontends:
            owner = frontend.name.partition(" (")[0]
            for listener in frontend.listeners:
                key = (listener.address_text, listener.first_port)
                first = taken.setdefault(key, (owner, frontend.span.line))
                if first != (owner, frontend.span.line) and listener.first_port:
                    address = f"{listener.address_text}:{listener.first_port}"
                    self.notes.remark("refused", "shared", listener.span, address=address, line=str(first[1]))

    def admin(self, admin: Message) -> None:
        """The administration interface: it asks for no password, and stops the program on request."""
        socket = socket_of(admin) if "address" in admin else None
        if socket is None or socket.port is None:
            return
        span = self.root.key_span("admin")
        self.frontends.append(Frontend("admin", "http", (socket.listener(),), (), span, mode_span=span))
        self.stats.append(StatsPage("admin", "/", span))
