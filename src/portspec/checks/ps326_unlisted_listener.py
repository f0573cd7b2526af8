"""PS326: the cluster's balancer publishes something that nobody has named."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.checks.api import Case, Check, Example, PlacedBalancer
from portspec.checks.balancers import NODES, Seat, balances, finding, listener_address, members_phrase, seat
from portspec.checks.finding import Finding, Severity
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.phrases import ports_phrase
from portspec.checks.ps315_health_port_published import HEALTH_PORT, LOOPBACK
from portspec.configs.balancer.model import Frontend, Listener, Pool
from portspec.packets.intervals import EMPTY, IntervalSet
from portspec.packets.ports import ports
from portspec.policy.model import Deny
from portspec.records import NamedTuple

INTERNAL = ("control-plane", "cluster")
"""Reaches of ports that no balancer may publish unless the policy balances them."""
TCP = 6
EVERY_PORT = 65535
MOST_RANGES = 3
"""Of a line that listens on many, how many are named."""


class _Opened(NamedTuple):
    """A port of a member that a listener opens, with who may reach it at most."""

    deny: Deny
    port: str


class _Machines(NamedTuple):
    """Who serves in a pool: whether anybody does, the cluster's machines, and one of each kind that is asked about by itself."""

    anybody: bool
    nodes: list[Seat]
    kinds: list[Seat]


class _Verdict(NamedTuple):
    """What is said of a listener: the sentence, how grave and how sure, its values."""

    variant: str
    severity: Severity
    certain: bool
    values: dict[str, str]
    opened: _Opened | None = None


def run(case: Case) -> Iterator[Finding]:
    """One finding per line that listens on ports that neither the policy nor the site's services name for a balancer."""
    named = _named(case)
    for placed in case.balancers:
        pools = {pool.name: pool for pool in placed.balancer.pools}
        known: dict[str, _Machines] = {}
        for frontend in placed.balancer.frontends:
            if frontend.disabled is None:
                yield from _of_frontend(case, placed, pools, known, frontend, named)


def _of_frontend(
    case: Case,
    placed: PlacedBalancer,
    pools: dict[str, Pool],
    known: dict[str, _Machines],
    frontend: Frontend,
    named: IntervalSet,
) -> Iterator[Finding]:
    by_line: dict[object, list[tuple[Listener, IntervalSet]]] = {}
    for listener in frontend.listeners:
        left = ports(TCP, listener.first_port, listener.last_port) - named
        address = listener_address(case.cluster, listener)
        if left and not (address is not None and address in LOOPBACK):
            by_line.setdefault((listener.span, address), []).append((listener, left))
    for found in by_line.values():
        listener, left = found[0]
        for _, more in found[1:]:
            left |= more
        led = _pools(pools, frontend, left)
        for pool in led:
            if pool.name not in known:
                known[pool.name] = _machines(case, pool)
        verdict = _judge(case, placed, [known[pool.name] for pool in led], listener, left)
        if verdict is None:
            continue
        made = finding(placed, None, "PS326", verdict.variant, verdict.severity, listener.span, certain=verdict.certain)
        whole = _whole(found, left)
        published = ports_phrase(whole, most=MOST_RANGES).replace("/tcp", "")
        values = {**made.values, "name": frontend.name, "published": published, **verdict.values}
        made = made._replace(values=values)
        opened = verdict.opened
        yield made if opened is None else made._replace(service=opened.deny.service, port=opened.port)


def _whole(found: list[tuple[Listener, IntervalSet]], left: IntervalSet) -> IntervalSet:
    """The ports as the line has them, if that is one range: those that are named would only cut it into pieces."""
    ranges = EMPTY
    for listener, _ in found:
        ranges |= ports(TCP, listener.first_port, listener.last_port)
    return ranges if len(ranges.spans) == 1 else left


def _named(case: Case) -> IntervalSet:
    """The ports that belong on a balancer. The router's health port is PS315's."""
    found = ports(TCP, HEALTH_PORT, HEALTH_PORT)
    for balance in case.policy.balances:
        found |= ports(TCP, balance.port, balance.port)
    for allow in case.policy.allows:
        if allow.target.endswith("-balancer"):
            found |= allow.ports
    for deny in case.policy.denies:
        if deny.holder.endswith("-balancer"):
            found |= deny.ports
    return found


def _judge(
    case: Case, placed: PlacedBalancer, led: list[_Machines], listener: Listener, left: IntervalSet
) -> _Verdict | None:
    for one in (one for machines in led for one in machines.kinds):
        opened = _internal(case, one, left)
        if opened is not None:
            values = {"member": members_phrase([one]), "inner": opened.port, "reach": opened.deny.reach}
            return _Verdict("internal", "error" if one.certain else "warning", one.certain, values, opened)
    nodes = [one for machines in led for one in machines.nodes]
    if nodes:
        certain = all(one.certain for one in nodes)
        return _Verdict("cluster", "warning", certain, {"members": members_phrase(nodes)})
    # Beside the cluster a balancer may serve others, at addresses of their own or at every address.
    address = listener_address(case.cluster, listener)
    if any(machines.anybody for machines in led) and address is not None and address in _own(case, placed):
        return _Verdict("beside", "note", certain=True, values={"address": listener.address_text})
    return None


def _machines(case: Case, pool: Pool) -> _Machines:
    found = [seat(case.cluster, member) for member in pool.members if member.serves]
    nodes = [one for one in found if NODES & set(one.roles)]
    kinds: dict[object, Seat] = {}
    for one in nodes:
        kinds.setdefault((one.roles, one.member.port, one.member.offset), one)
    return _Machines(bool(found), nodes, list(kinds.values()))


def _own(case: Case, placed: PlacedBalancer) -> IntervalSet:
    """The addresses of the cluster's balancers that a config serves."""
    own = EMPTY
    for balance in balances(case, placed):
        own |= case.cluster.addresses(f"{balance.balancer}-balancer")
    return own


def _pools(pools: dict[str, Pool], frontend: Frontend, left: IntervalSet) -> list[Pool]:
    """The pools that clients of the ports are led to. In a wide range, those of its first and last port are asked for."""
    found: dict[str, Pool] = {}
    for span in left:
        for port in span:
            for route in frontend.routes:
                holds = route.holds(port & EVERY_PORT)
                if holds is not False and route.pool in pools:
                    found[route.pool] = pools[route.pool]
                if holds:
                    break
    return list(found.values())


def _internal(case: Case, one: Seat, left: IntervalSet) -> _Opened | None:
    """The port of a member that only the cluster may reach, if one of those is published."""
    member = one.member
    if member.port is not None:
        reached = ports(TCP, member.port, member.port)
    else:
        reached = IntervalSet((first + member.offset, last + member.offset) for first, last in left)
    for deny in case.policy.denies:
        # Of a range, such as that of node ports, a site may mean to publish one; it has only to say so.
        ranged = deny.port is not None and "-" in deny.port
        held = deny.holder in one.roles and case.cluster.phase in deny.phases
        if held and deny.reach in INTERNAL and not ranged:
            opened = reached & deny.ports
            if opened:
                return _Opened(deny, str(opened.first & EVERY_PORT))
    return None


CHECK = Check(
    code="PS326",
    name="unlisted-listener",
    title={"en": "The balancer publishes what nobody has named", "zh-TW": "負載平衡器發布了未列名的服務"},
    rationale={
        "en": "What the cluster's balancer listens on is open to whoever reaches its address. Ports beside those of the API and of the applications belong in the site's services, so that firewalls and reviewers know of them; ports of the cluster's own machinery never belong there.",
        "zh-TW": "凡是能連到負載平衡器位址的人，都能使用它所監聽的連接埠。API 與應用程式以外的連接埠應列在站台的服務中，防火牆與審查者才會知道；叢集內部元件的連接埠則不應出現在這裡。",
    },
    messages={
        "internal": {
            "en": "frontend {name} publishes {inner} ({service_title}) of {member} on {published}; its widest audience is {reach}",
            "zh-TW": "前端 {name} 在 {published} 發布 {member} 的 {inner}（{service_title}）；其最大對象為 {reach}",
        },
        "cluster": {
            "en": "frontend {name} publishes {published} of {members}, which neither the policy nor a service of the site names",
            "zh-TW": "前端 {name} 發布 {members} 的 {published}，但政策與站台的服務都沒有列出",
        },
        "beside": {
            "en": "frontend {name} publishes {published} at {address}, the cluster's balancer address, for machines that are not the cluster's",
            "zh-TW": "前端 {name} 在叢集的負載平衡器位址 {address} 發布 {published}，供不屬於此叢集的機器使用",
        },
    },
    help={
        "internal": {"en": "remove the listener", "zh-TW": "移除此監聽"},
        "cluster": {
            "en": "remove it, or describe it in a file under `services:` with a flow via the balancer",
            "zh-TW": "將其移除，或在 `services:` 的檔案中描述，並加上經由負載平衡器的流量",
        },
        "beside": {
            "en": "give it an address of its own, or describe it in a file under `services:`",
            "zh-TW": "改用另一個位址，或在 `services:` 的檔案中描述",
        },
    },
    bad=Example(
        format="haproxy",
        text=RIGHT + "\nlisten files\n  bind 192.168.22.10:8443\n  server worker-0 192.168.22.211:8443 check\n",
    ),
    good=Example(format="haproxy", text=RIGHT),
    run=run,
)
