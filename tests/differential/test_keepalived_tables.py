"""What a real keepalived puts into the kernel, how it will probe, and what it says of a config, are what the model says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from conftest_programs import require_namespaces

from differential.keepalived_configs import generated
from differential.keepalived_live import Checker, Server, Service, Tables, config_test, tables
from portspec.configs.balancer.keepalived import read
from portspec.configs.balancer.model import Balancer, HealthCheck, Member, Pool
from portspec.errors import InputError
from portspec.packets.addresses import format_address
from portspec.source import SourceText

COUNT = int(os.environ.get("PORTSPEC_KEEPALIVED_CONFIGS", "240"))
SEED = int(os.environ.get("PORTSPEC_KEEPALIVED_SEED", "0"))
TCP = 6
PROBES = {"http": "HTTP_GET", "https": "SSL_GET", "tcp": "TCP_CHECK"}
LATER = frozenset({"no-group", "probe-port"})
"""What keepalived only says when it runs."""
OTHERS = frozenset({"SMTP_CHECK", "PING_CHECK", "DNS_CHECK", "MISC_CHECK", "UDP_CHECK"})


def model_of(text: str) -> Balancer:
    return read(SourceText("keepalived.conf", text))


def compared(text: str, folder: Path) -> list[str]:
    """Where the model and the running program differ."""
    model = model_of(text)
    if any(remark.kind == "refused" for remark in model.remarks) or re.search(r"\balpha\b", text):
        # With alpha no server is in the table before it has been probed.
        return []
    live = tables(text, folder)
    if any(
        remark.key == "value" and remark.values["keyword"] not in ("protocol", "weight") for remark in model.remarks
    ):
        # Of a time that it does not take keepalived says that it ignores it, and then keeps a part of it.
        return _services(model, live)
    return [*_services(model, live), *_checks(model, live)]


def _services(model: Balancer, live: Tables) -> list[str]:
    expected: dict[Service, set[Server]] = {}
    persistent: dict[Service, tuple[str, bool]] = {}
    shared: set[Service] = set()
    pools = {pool.name: pool for pool in model.pools}
    sorry = {member.host for pool in model.pools for member in pool.members if _sorry(model, member)}
    for frontend in model.frontends:
        pool = pools[frontend.name]
        for listener in frontend.listeners:
            port = listener.first_port if listener.first_port == listener.last_port else 0
            service = Service(TCP, listener.address_text, port, 0)
            expected.setdefault(service, set()).update(_servers(model, pool, port))
            sticky = any(kept.span.line != _scheduled(model, pool) for kept in pool.persistence)
            if service in persistent:
                shared.add(service)
            persistent[service] = (pool.balance, sticky)
    found = {
        service: servers for service, servers in live.servers.items() if service.protocol == TCP and not service.mark
    }
    wrong = []
    for service in sorted({*expected, *found}):
        told = {(server.address, server.port, server.weight) for server in expected.get(service, set())}
        real = {
            (one.address, one.port or service.port, one.weight)
            for one in found.get(service, ())
            if one.address not in sorry
        }
        if service not in expected or service not in found or told != real:
            wrong.append(f"{service}: model {sorted(told)}, kernel {sorted(real)}")
        elif service not in shared and persistent[service] != live.schedulers[service]:
            wrong.append(f"{service}: model {persistent[service]}, kernel {live.schedulers[service]}")
    return wrong


def _scheduled(model: Balancer, pool: Pool) -> int:
    """The line of the scheduler of a pool, where it alone ties clients to servers."""
    lines = [kept.span.line for kept in pool.persistence]
    text = model.source.line(lines[0]) if lines else ""
    return lines[0] if re.search(r"\b(?:sh|mh)\b", text) else 0


def _servers(model: Balancer, pool: Pool, port: int) -> set[Server]:
    return {_server(member, pool, port) for member in pool.members if not _sorry(model, member)}


def _sorry(model: Balancer, member: Member) -> bool:
    """Whether a member is a sorry server, which is in the kernel only while all others are out."""
    return "sorry_server" in model.source.line(member.span.line)


def _server(member: Member, pool: Pool, port: int) -> Server:
    return Server(member.host, member.port_for(port), pool.forwarding, member.weight)


def _checks(model: Balancer, live: Tables) -> list[str]:
    wrong = []
    for pool in model.pools:
        for member in pool.members:
            # Of a server that several virtual servers have, all checkers are printed alike.
            if sum(other.host == member.host for each in model.pools for other in each.members) > 1:
                continue
            real = [one for one in live.checkers if one.server.startswith(f"[{member.host}]:")]
            told = member.check
            if told.kind == "none":
                if real:
                    wrong.append(f"{member.host}: model unchecked, keepalived {real}")
            elif not any(_same(told, member, one) for one in real):
                wrong.append(f"{member.host}: model {told._replace(span=None)}, keepalived {real}")
    return wrong


def _same(told: HealthCheck, member: Member, real: Checker) -> bool:
    if real.kind != PROBES.get(told.kind, real.kind) or (told.kind == "other" and real.kind not in OTHERS):
        return False
    again = told.interval if told.fast_interval is None else told.fast_interval
    host, _, port = real.target.rpartition(":")
    where = host.strip("[]") in ("", member.host if told.address is None else format_address(told.address))
    # Without NAT keepalived prints the client's port for a server; its checkers ask the one that is written.
    expected = told.port if told.port is not None else member.port
    asked = expected is None or member.disabled or real.kind in ("PING_CHECK", "MISC_CHECK") or int(port) == expected
    times = (
        told.interval % real.interval == 0
        and real.retries == told.fall - 1
        and (real.timeout == told.timeout or real.kind == "MISC_CHECK")
    )
    return bool(where and asked and times and (told.fall == 1 or again % max(real.again, 1) == 0)) and (
        not told.path or real.path == told.path
    )


@pytest.mark.parametrize("part", range(6))
def test_generated_configs(part: int, tmp_path: Path) -> None:
    require_namespaces()
    served = 0
    for seed in range(SEED + part, SEED + COUNT, 6):
        text = generated(seed)
        wrong = compared(text, tmp_path)
        assert not wrong, (seed, text, wrong)
        served += any(frontend.listeners for frontend in model_of(text).frontends)
    assert served > COUNT / 6 * 0.5


@pytest.mark.parametrize("part", range(6))
def test_what_config_test_says_of_generated_configs(part: int, tmp_path: Path) -> None:
    outcomes = set()
    for seed in range(SEED + part, SEED + COUNT, 6):
        text = generated(seed)
        said = config_test(text, tmp_path)
        told = [one for one in model_of(text).remarks if one.kind != "unknown" and one.key not in LATER]
        assert said.good == (not told), (seed, text, said, told)
        outcomes.add(said.good)
    assert outcomes == {True, False}


def test_every_text_is_read_or_refused_with_its_place() -> None:
    with pytest.raises(InputError) as caught:
        model_of("\n  nothing here\n")
    assert (caught.value.line, caught.value.column) == (1, 1)
