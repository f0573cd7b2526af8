"""The audience of a range: without the ports in it that have an audience of their own, on that holder, as long."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest
from policy.profiles import PROFILES
from policy.small_spec import changed

from portspec.packets.intervals import EMPTY
from portspec.policy.compile import finish
from portspec.policy.model import PHASES, Deny, Profile
from portspec.policy.record import port_points, read_policy
from portspec.policy.sides import snapshot_of
from portspec.policy.store import compiled, policy, releases


def deny(port: str | None, holder: str = "worker", transport: str = "tcp", phases: tuple[str, ...] = PHASES) -> Deny:
    name = f"deny:s:{port}/{transport}:{holder}:{'+'.join(phases)}"
    points = port_points(port, transport)
    return Deny(name, "s", port, transport, points, holder, "cluster", "normal", phases, ())  # type: ignore[arg-type]


def told_apart(*denies: Deny) -> dict[str, tuple[str, ...]]:
    """By id, what `finish` keeps apart."""
    made = finish("4.18", "1", Profile(), (), denies, (), {})
    return {one.id: one.apart for one in made.denies}


RANGE = deny("9000-9999")
CASES: dict[str, tuple[tuple[Deny, ...], tuple[str, ...]]] = {
    "nothing else": ((), ()),
    "a port in it": ((deny("9100"),), ("9100",)),
    "both ends": ((deny("9000"), deny("9999")), ("9000", "9999")),
    "beside it": ((deny("8999"), deny("10000")), ()),
    "in the order of the numbers": ((deny("9500"), deny("9100"), deny("9200-9299")), ("9100", "9200-9299", "9500")),
    "a range in it and a port in that": ((deny("9100-9200"), deny("9150")), ("9100-9200", "9150")),
    "a range that overlaps": ((deny("8000-9100"),), ()),
    "a range around it": ((deny("8000-10000"),), ()),
    "on another holder": ((deny("9100", "control-plane"),), ()),
    "of another transport": ((deny("9100", transport="udp"), deny(None, transport="icmp")), ()),
    "in one phase only": ((deny("9100", phases=("install",)),), ()),
    "in one phase each": ((deny("9100", phases=("install",)), deny("9100", phases=("running",))), ()),
}
"""What stands beside a range on the same holder, and what is told apart from the range."""


@pytest.mark.parametrize("name", CASES)
def test_what_a_range_goes_without(name: str) -> None:
    others, apart = CASES[name]
    assert told_apart(RANGE, *others)[RANGE.id] == apart
    assert told_apart(*reversed(others), RANGE)[RANGE.id] == apart, "in whatever order"


def test_a_range_of_one_phase_goes_without_a_port_of_both() -> None:
    short = deny("9000-9999", phases=("install",))
    assert told_apart(short, deny("9100"))[short.id] == ("9100",)


def test_nothing_is_lost_and_nothing_is_twice() -> None:
    """The range without them and what is apart are disjoint, and together the whole range."""
    order = random.Random(5)
    for _ in range(60):
        inside = [str(order.randint(9000, 9999)) for _ in range(order.randint(0, 4))]
        starts = [order.randint(9000, 9990) for _ in range(order.randint(0, 2))]
        inside += [f"{start}-{order.randint(start + 1, 9999)}" for start in starts]
        others = {port: deny(port) for port in inside}
        made = finish("4.18", "1", Profile(), (), (RANGE, *others.values()), (), {})
        (whole,) = [one for one in made.denies if one.id == RANGE.id]
        taken = EMPTY
        for port in whole.apart:
            taken = taken | port_points(port, "tcp")
        assert not whole.ports & taken
        assert whole.ports | taken == port_points("9000-9999", "tcp")
        assert set(whole.apart) == set(others)


def test_of_the_small_spec(tmp_path: Path) -> None:
    """9454 came with 4.18, on the control plane alone; 9100 is of both all along; nothing narrower is left out."""
    folder = changed(tmp_path / "spec", ())
    for release, apart in (("4.17", ("9100",)), ("4.18", ("9100", "9454"))):
        made = compiled(snapshot_of(str(folder), release), Profile())
        found = {one.holder: one for one in made.denies if one.port == "9000-9999"}
        assert found["control-plane"].apart == apart
        assert found["worker"].apart == ("9100",)


@pytest.mark.parametrize(("release", "name"), list(product(releases()[::4], PROFILES)))
def test_a_document_gives_the_same_ports_back(release: str, name: str) -> None:
    made = policy(release, PROFILES[name])
    purposes = {one.id: one.purpose for one in made.allows}
    services = {key: one._asdict() for key, one in made.services.items()}
    back = read_policy(made.document, made.spec_version, made.digest, purposes, services)
    assert [(one.id, one.ports, one.apart) for one in back.denies] == [
        (one.id, one.ports, one.apart) for one in made.denies
    ]
    assert any(one.apart for one in made.denies)
