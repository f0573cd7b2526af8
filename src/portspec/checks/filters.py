"""The judge of one placed filter: answers about hops and exposure, each worked out once and shared by the checks."""

from __future__ import annotations

from typing import Literal

from portspec.checks.exposure import Exposure, exposures
from portspec.checks.finding import Step, Witness
from portspec.checks.hops import Hop, hops, inside
from portspec.cluster.model import Cluster, ConfigEntry
from portspec.configs.firewall.context import ACK, Context
from portspec.configs.firewall.evaluate import Answer, Judge
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import Packet, Replay, decisive, replay
from portspec.configs.firewall.shadows import Idle, idle
from portspec.configs.firewall.source_ports import CLIENT_PORT
from portspec.configs.firewall.ways import likely_way
from portspec.packets.boxes import V4_BOX, V6_BOX, Box
from portspec.packets.intervals import IntervalSet
from portspec.packets.ports import WITH_PORTS, split_point
from portspec.packets.witness import pick_packet
from portspec.policy.model import Policy
from portspec.records import NamedTuple
from portspec.source import Span

CLIENT_PORTS = IntervalSet.of(1024, 65535)
"""Source ports of an ordinary client: everything but the privileged ones (RFC 6056, section 3.2)."""

EPHEMERAL = IntervalSet((protocol << 16 | 32768, protocol << 16 | 65535) for protocol in WITH_PORTS)
"""Where clients take their ports from: Linux from 32768 on (ip_local_port_range), others from 49152 on (RFC 6335)."""


SMALL = 4096
"""Of 65,536 ports; as many as the node ports of services make, and some more."""


MOST_ASKED_AT_ONCE = 2_000
"""Rules of a filter of which all packets are asked about at once."""

MOST_TOGETHER = 5_000
"""Pieces into which the packets of several hops may fall when they are asked about at once."""


class HopAnswer(NamedTuple):
    """What the filter does with a hop's first packets and, where those get through, with the replies."""

    hop: Hop
    status: Literal["allowed", "blocked", "partly", "unknown"]
    first: Answer
    reply: Answer | None

    @property
    def lost(self) -> tuple[Box, ...]:
        """Replies that do not get through, to ports that a client may well have."""
        blocked = () if self.reply is None else self.reply.blocked
        return tuple(box for box in blocked if box.ports.overlaps(EPHEMERAL))


class Evidence(NamedTuple):
    """A witness with the place of the rule that decided about it, and of the rules that left it undecided."""

    witness: Witness
    span: Span | None
    blame: tuple[Span, ...]


class FilterJudge:
    """Answers about one filter at one place. Answers are computed when first asked for."""

    def __init__(
        self,
        path: str,
        ruleset: Ruleset,
        cluster: Cluster,
        policy: Policy,
        entry: ConfigEntry,
        *,
        thorough: bool = False,
    ) -> None:
        self.path = path
        self.ruleset = ruleset
        self.cluster = cluster
        self.policy = policy
        self.entry = entry
        self.thorough = thorough
        self.judge = Judge(ruleset, _small_stretches(policy))
        self._hops: list[HopAnswer] | None = None
        self._missing: list[str] = []
        self._exposures: list[Exposure] | None = None
        self._idle: Idle | None = None
        self._passing: dict[str, bool] = {}

    def hops(self) -> list[HopAnswer]:
        """The verdict of every hop that passes the filter in the cluster's phase."""
        if self._hops is None:
            found, missing = hops(self.policy, self.cluster, self.entry.at)
            stopped = [roles for path, roles in missing.items() if self._stops(path)]
            self._missing = list(dict.fromkeys(role for roles in stopped for role in roles))
            passed = self._passed(found)
            self._hops = [passed.get(id(hop)) or self._answer(hop) for hop in found]
        return self._hops

    def missing_roles(self) -> list[str]:
        """Roles whose addresses the cluster file lacks, so that hops to or from them are not judged, on ways where the
        filter stops anything at all."""
        self.hops()
        return self._missing

    def idle(self) -> Idle:
        """What of the filter has no effect."""
        if self._idle is None:
            self._idle = idle(self.ruleset, thorough=self.thorough)
        return self._idle

    def _answers_pass(self, path: str) -> bool:
        """Whether everything that belongs to a connection gets through, as in most filters: then no reply has to be
        asked about by itself. Where rules are many, to ask about everything takes longer than to ask about replies."""
        if path not in self._passing:
            self._passing[path] = False
            if sum(len(chain.rules) for chain in self.ruleset.chains.values()) <= MOST_ASKED_AT_ONCE:
                answer = self.judge.partition(path, [V4_BOX, V6_BOX], Context(state="established", tcp_flags=ACK))
                self._passing[path] = not answer.blocked and not answer.unknown
        return self._passing[path]

    def _stops(self, path: str) -> bool:
        """Whether the filter stops a packet of the families that the machines here have: an IPv4 cluster does not mind
        rules about IPv6."""
        context = Context(state="new")
        if not self.judge.stops(path, context):
            return False
        here = inside(self.cluster, self.entry.at)
        boxes = [box for box in (V4_BOX, V6_BOX) if not here or here.overlaps(box.destinations)]
        answer = self.judge.partition(path, boxes, context)
        return bool(answer.blocked or answer.unknown)

    def exposures(self) -> list[Exposure]:
        """What gets through beyond the reach of a port."""
        if self._exposures is None:
            self._exposures = exposures(self.policy, self.cluster, self.entry.at, self.judge, likely_way(self.ruleset))
        return self._exposures

    def evidence(self, path: str, box: Box, context: Context) -> Evidence:
        """A readable packet of the box, replayed by the naive evaluator."""
        source, destination, point = pick_packet(box)
        transport, port = split_point(point)
        source_port = None
        if point >> 16 in WITH_PORTS:
            ports = context.source_ports
            source_port = CLIENT_PORT if CLIENT_PORT in ports else ports.first
        packet = Packet(
            source=source,
            destination=destination,
            transport=transport,
            port=port,
            source_port=source_port,
            state=context.state,
        )
        result = replay(self.ruleset, path, packet)
        return self._evidence(packet, transport, port, result)

    def _evidence(self, packet: Packet, transport: str, port: int | None, result: Replay) -> Evidence:
        from portspec.packets.addresses import format_address

        steps = tuple(Step(self.path, span.line, text, outcome) for span, text, outcome in result.steps)
        witness = Witness(
            format_address(packet.source),
            format_address(packet.destination),
            transport,
            port,
            result.verdict,
            steps,
            packet.source_port,
        )
        decided = decisive(result.steps) if result.steps else None
        return Evidence(witness, decided, result.blame)

    def _passed(self, found: list[Hop]) -> dict[int, HopAnswer]:
        """The answers of hops that get through with their replies, by their identity, as far as one question tells it of many.

        A hundred hops are between ten pairs of roles, and of a right filter nearly all get through: what is between the same
        ends is asked about at once. Where anything of that is stopped or not known, or where so many ports at once fall into
        very many pieces, each hop is asked about by itself.
        """
        if sum(len(chain.rules) for chain in self.ruleset.chains.values()) > MOST_ASKED_AT_ONCE:
            return {}
        alike: dict[object, list[Hop]] = {}
        for hop in found:
            alike.setdefault((hop.path, tuple((box.sources, box.destinations) for box in hop.boxes)), []).append(hop)
        passed: dict[int, HopAnswer] = {}
        for hops_ in alike.values():
            path = hops_[0].path
            if len(hops_) < 2 or not self._answers_pass(hops_[0].reply_path):
                continue
            boxes = [
                box._replace(ports=IntervalSet.union(hop.boxes[at].ports for hop in hops_))
                for at, box in enumerate(hops_[0].boxes)
            ]
            context = Context(state="new", source_ports=CLIENT_PORTS)
            answer = self.judge.partition_of_few(path, boxes, context, MOST_TOGETHER)
            if answer is None or answer.blocked or answer.unknown:
                continue
            for hop in hops_:
                first = Answer(hop.boxes, (), ())
                passed[id(hop)] = HopAnswer(hop, "allowed", first, self._reply(hop, hop.boxes))
        return passed

    def _answer(self, hop: Hop) -> HopAnswer:
        first = self.judge.partition(hop.path, hop.boxes, Context(state="new", source_ports=CLIENT_PORTS))
        if first.blocked:
            status: Literal["allowed", "blocked", "partly", "unknown"] = (
                "partly" if first.allowed or first.unknown else "blocked"
            )
        else:
            status = "unknown" if first.unknown else "allowed"
        reply = None
        if first.allowed:
            reply = self._reply(hop, first.allowed)
        return HopAnswer(hop, status, first, reply)

    def _reply(self, hop: Hop, allowed: tuple[Box, ...]) -> Answer | None:
        """The replies to the first packets that got through: ends swapped, from the service's port to the client's."""
        ports = hop.flows[0].ports
        protocol = ports.first >> 16
        if protocol not in WITH_PORTS:
            return None
        back = IntervalSet.of(protocol << 16 | 1024, protocol << 16 | 65535)
        boxes = [Box(box.destinations, box.sources, back) for box in allowed]
        if self._answers_pass(hop.reply_path):
            return Answer(tuple(boxes), (), ())
        service_ports = IntervalSet((first & 65535, last & 65535) for first, last in ports)
        return self.judge.partition(
            hop.reply_path, boxes, Context(state="established", source_ports=service_ports, tcp_flags=ACK)
        )


def _small_stretches(policy: Policy) -> IntervalSet:
    """The points of the port line that the obligations ask about one by one, or a small part of the line at a time."""
    asked = [allow.ports for allow in policy.allows] + [deny.ports for deny in policy.denies]
    return IntervalSet(span for ports in asked if ports.size <= SMALL for span in ports.spans)
