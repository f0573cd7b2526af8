"""The openings of a filter: all that the hops ask for, next to nothing beside it, and no packet twice."""

from __future__ import annotations

from itertools import combinations

import pytest
from render.clusters import CASES, Made, make
from render.random_clusters import random_cluster
from render.rendering import plans

from portspec.checks.hops import hops
from portspec.cluster.model import BetweenPlace, HostPlace
from portspec.packets.addresses import ANY_V4, ANY_V6
from portspec.packets.boxes import Box, overlap, subtract_all
from portspec.packets.intervals import IntervalSet
from portspec.render.openings import UNIVERSE, Opening, openings, with_optional

MADE = [*CASES[::4], *(random_cluster(seed) for seed in range(300, 320))]


def box_of(opening: Opening) -> Box:
    """The packets of an opening."""
    there = UNIVERSE[opening.family] if opening.destinations is None else opening.destinations
    return Box(opening.sources, there, opening.ports)


def families(box: Box) -> list[Box]:
    """A box by families; a hop's never mixes them."""
    return [
        Box(box.sources & family, box.destinations & family, box.ports)
        for family in (ANY_V4, ANY_V6)
        if box.sources.overlaps(family) and box.destinations.overlaps(family)
    ]


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.name)
def test_every_hop_is_let_in(made: Made) -> None:
    policy, cluster = made.policy(), made.cluster()
    for name, _, plan in plans(policy, cluster):
        opened = [box_of(opening) for opening in plan.openings]
        path = "forward" if plan.forwards else "input"
        asked = [box for hop in hops(policy, cluster, plan.place)[0] if hop.path == path for box in hop.boxes]
        assert asked, name
        assert subtract_all(asked, opened) == []


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.name)
def test_no_packet_is_let_in_twice(made: Made) -> None:
    for _, _, plan in plans(made.policy(), made.cluster()):
        boxes = [box_of(opening) for opening in plan.openings]
        assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []


@pytest.mark.parametrize("made", MADE, ids=lambda made: made.name)
def test_sources_are_the_roles_that_ask(made: Made) -> None:
    """Beyond the hops only: a host's talk to itself, and all others where one role is everybody."""
    policy, cluster = made.policy(), made.cluster()
    for _, _, plan in plans(policy, cluster):
        if not isinstance(plan.place, HostPlace):
            continue
        asked = [box for hop in hops(policy, cluster, plan.place)[0] if hop.path == "input" for box in hop.boxes]
        for opening in plan.openings:
            if opening.from_anyone:
                assert {"client", "internet"} & set(opening.roles) or _is_broad(made, opening)
                continue
            here = Box(opening.sources, plan.place.addresses & UNIVERSE[opening.family], opening.ports)
            for box in subtract_all([here], asked):
                assert box.sources <= plan.place.addresses


def _is_broad(made: Made, opening: Opening) -> bool:
    universe = UNIVERSE[opening.family]
    theirs = [made.cluster().addresses(role) & universe for role in opening.roles]
    return any(addresses.size * 2 > universe.size for addresses in theirs)


def test_everybody_is_not_taken_for_the_site() -> None:
    """A second role of everybody, more specific in parts, keeps its outsiders apart."""
    made = make("ha", "none", "v4", "running")
    made = made._replace(head=made.head + "  internet: [203.0.113.0/24]\n")
    cluster = made.cluster()
    found = openings(made.policy(), cluster, HostPlace("ingress-balancer", cluster.addresses("ingress-balancer")))
    web = next(opening for opening in found if 6 << 16 | 443 in opening.ports)
    assert not web.from_anyone
    assert not web.sources.overlaps(cluster.addresses("internet"))


def test_optional_flows_come_on_request_only() -> None:
    made = make("ha", "none", "v4", "running")
    cluster, policy = made.cluster(), made.policy()
    place = HostPlace("worker", cluster.addresses("worker"))
    ssh, node_port = 6 << 16 | 22, 6 << 16 | 30001

    def points(found: list[Opening]) -> IntervalSet:
        return IntervalSet(span for opening in found for span in opening.ports)

    less = points(openings(policy, cluster, place))
    assert ssh not in less
    assert node_port not in less
    more = points(openings(with_optional(policy), cluster, place))
    assert ssh in more
    assert node_port in more


def test_a_range_of_one_role_behind_another() -> None:
    """Of two machines of a place only one serves a port: then the rule says where."""
    head = (
        'release: "4.18"\nroles:\n  control-plane: [10.0.0.1, 10.0.0.2]\n  worker: 10.0.0.9\n  api-balancer: 10.0.1.1\n'
    )
    cluster = Made("two", head + "  ingress-balancer: [10.0.1.1, 10.0.1.2]\n  client: 0.0.0.0/0\n").cluster()
    policy = make("ha", "none", "v4", "running").policy()
    place = HostPlace("ingress-balancer", cluster.addresses("ingress-balancer"))
    found = {opening.services: opening for opening in openings(policy, cluster, place)}
    assert found[("router",)].destinations is None
    mcs = found[("kube-apiserver", "machine-config-server")]
    assert mcs.destinations == cluster.addresses("api-balancer")


def test_what_passes_between_roles_names_both_ends() -> None:
    made = make("ha", "none", "dual", "running")
    cluster = made.cluster()
    place = BetweenPlace(("admin", "client"), ("api-balancer", "ingress-balancer"))
    for opening in openings(made.policy(), cluster, place):
        assert opening.destinations is not None
        assert opening.from_anyone == ("client" in opening.roles)
