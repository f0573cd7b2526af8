"""Mutants of the right configs of every balancer format, made in their text: every change that matters must be reported.

What is wrong may be told as a finding or as an input error: a file that cannot be read whole is not right either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from portspec.checks.origin import present_policy
from portspec.checks.run import check_cluster
from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster, ConfigEntry
from portspec.configs.files import load
from portspec.errors import InputError
from portspec.source import SourceText

FOLDER = Path(__file__).parent / "cases_balancer"
DAY = "2026-11-23"
PORTS = ("6443", "22623", "443", "80")
MEMBER = re.compile(r"192\.168\.22\.(?:20[0-3]|21[1-3])(?!\d)")
PORT = re.compile(r"(?<![\w./-])(?:6443|22623|443|80)(?![\w./-])")
"""A port that stands by itself or after a colon, and is no part of a name."""
CONFIG = re.compile(r"^  - \{path: ([^,]+),", re.MULTILINE)
HARMLESS = (
    r"192\.168\.(?:23|33)\.",  # another cluster's
    r"[:.]\d+:8443(?: check)?$",  # a service of the site's own
    r"check inter 1s port 22623",  # the probe of the Machine Config Server, which the sources only recommend
)
"""Lines, in whatever format, of which a change does nothing to this cluster."""
STRANGER = "192.168.22.99"


class Format(NamedTuple):
    """A right config, and what is changed in it beside addresses and ports: patterns with what takes their place.

    `harmless` are lines (as patterns) of which a change does nothing: each with its reason.
    """

    case: str
    path: str
    changes: tuple[tuple[str, str, str], ...]
    harmless: tuple[tuple[str, str], ...] = ()


FORMATS = {
    "nginx": Format(
        "right-nginx",
        "nginx.conf",
        (
            ("member dropped", r"\n +server [\d.:]+( backup)?;", ""),
            ("member commented out", r"\n( +server [\d.:]+( backup)?;)", r"\n#\1"),
            ("member down", r"(server [\d.]+:\d+)( backup)?;", r"\1 down;"),
            ("bootstrap no backup", r" backup;", ";"),
            ("listener dropped", r"\n +listen [\d.:]+;", ""),
            ("ends TLS", r"(listen [\d.:]+);", r"\1 ssl;"),
            ("expects PROXY", r"(listen [\d.:]+);", r"\1 proxy_protocol;"),
            ("takes UDP", r"(listen [\d.:]+);", r"\1 udp;"),
            ("leads elsewhere", r"proxy_pass [\w-]+;", "proxy_pass nowhere;"),
            ("sends PROXY", r"(proxy_pass [\w-]+;)", r"\1 proxy_protocol on;"),
            ("speaks TLS", r"(proxy_pass [\w-]+;)", r"\1 proxy_ssl on;"),
            ("cuts", r"(proxy_pass api;)", r"\1 proxy_timeout 20s;"),
            ("no persistence", r"\n +hash \$remote_addr consistent;", ""),
            ("ties the API", r"(upstream (?:api|machine-config) \{)", r"\1 hash $remote_addr;"),
            ("handles HTTP", r"stream \{", "http {"),
        ),
    ),
    "keepalived": Format(
        "right-keepalived",
        "keepalived.conf",
        (
            ("member dropped", r"\n  real_server [\d. ]+ \{(?:\n    .*)+\n  \}", ""),
            ("bootstrap dropped", r"\n  sorry_server .*", ""),
            ("bootstrap commented out", r"\n(  sorry_server .*)", r"\n#\1"),
            ("member at weight 0", r"(real_server [\d. ]+ \{)", r"\1\n    weight 0"),
            ("asks for liveness", r"/readyz", "/livez"),
            ("asks in the clear", r"SSL_GET( \{\n +url \{\n +path /readyz)", r"HTTP_GET\1"),
            (
                "only connects",
                r"SSL_GET \{\n +url \{\n +path /readyz\n +status_code 200\n +\}\n +\}",
                "TCP_CHECK {\n    }",
            ),
            ("probe dropped", r"SSL_GET \{\n +url \{\n +path /readyz\n +status_code 200\n +\}\n +\}", ""),
            (
                "probes seldom",
                r"delay_loop 5\n(?=(?:.*\n){4,8}  sorry_server 192\.168\.22\.200 6443)",
                "delay_loop 60\n",
            ),
            ("ties the API", r"(virtual_server 192\.168\.22\.10 (?:6443|22623) \{)", r"\1\n  persistence_timeout 60"),
            ("takes UDP", r"protocol TCP", "protocol UDP"),
            ("no balancer address", r"\n    192\.168\.22\.10/24", "\n    192.168.22.77/24"),
        ),
    ),
    "f5": Format(
        "right-f5",
        "bigip.conf",
        (
            (
                "member forced down",
                r"session monitor-enabled\n( +)state up",
                r"session user-disabled\n\1state user-down",
            ),
            ("member dropped", r"\n        /ocp/ocp-\w+-?\d?:\d+ \{(?:\n            .*)+\n        \}", ""),
            ("probe dropped", r"\n    monitor /ocp/[\w-]+", ""),
            ("asks for liveness", r"/readyz", "/livez"),
            ("another monitor", r"monitor /ocp/ocp-api-readyz", "monitor /Common/tcp"),
            ("slow", r"timeout 16(?=\n\}\nltm monitor https /ocp/ocp-mcs)", "timeout 60"),
            ("virtual off", r"(ltm virtual /ocp/ocp-\w+ \{)", r"\1\n    disabled"),
            ("handles HTTP", r"/ocp/fastl4-long \{ \}", "/Common/http { }"),
            ("no persistence", r"\n    persist \{(?:\n        .*)+\n    \}", ""),
            (
                "ties the API",
                r"(ltm virtual /ocp/ocp-(?:api|mcs) \{)",
                r"\1\n    persist { /Common/source_addr { default yes } }",
            ),
            ("leads elsewhere", r"\n    pool /ocp/ocp-(\w+)\n    profiles", "\n    pool /ocp/nowhere\n    profiles"),
            ("cuts", r"idle-timeout 3600", "idle-timeout 20"),
        ),
        (
            (r": {5}address 192", "of a node; the members have addresses of their own, which count"),
            (r"ltm virtual-address", "the destinations of the virtual servers have the address in their names"),
            (r"destination \*:22623", "the probe of the Machine Config Server, which the sources only recommend"),
            (r"vs-index", "a number that the system gives"),
        ),
    ),
    "tmsh": Format(
        "right-f5-tmsh",
        "setup.sh",
        (
            ("member dropped", r" 192\.168\.22\.2\d\d:\d+(?: \{ priority-group 10 \})?", ""),
            ("probe dropped", r" monitor (?:api-readyz|mcs-healthz|router-ready)(?= *\n)", ""),
            ("asks for liveness", r"/readyz", "/livez"),
            ("handles HTTP", r"profiles add \{ fastl4-long \}", "profiles add { http }"),
            ("virtual off", r"(create ltm virtual ocp-\w+)", r"\1 disabled"),
            ("leads elsewhere", r"(ip-protocol tcp[ \\\n]+)pool ocp-\w+", r"\1pool nowhere"),
            (
                "ties the API",
                r"(destination 192\.168\.22\.10:(?:6443|22623))",
                r"\1 persist replace-all-with { source_addr }",
            ),
            ("no persistence", r" persist replace-all-with \{ source_addr(?: \{ default yes \})? \}", ""),
            ("cuts", r"idle-timeout 3600", "idle-timeout 20"),
        ),
        ((r"destination \*:22623", "the probe of the Machine Config Server, which the sources only recommend"),),
    ),
    "as3": Format(
        "right-as3",
        "declaration.json",
        (
            ("handles HTTP", r'"Service_L4"', '"Service_HTTP"'),
            ("asks for liveness", r"/readyz", "/livez"),
            ("leads elsewhere", r'"pool": "\w+"', '"pool": "nowhere"'),
            ("member off", r'("servicePort": \d+)', r'\1, "adminState": "offline"'),
            ("member dropped", r'\{ "name": "ocp-[\w-]+", "address": "[\d.]+" \},\n +', ""),
            (
                "bootstrap dropped",
                r' \{\n +"servicePort": \d+,\n +"servers": \[\n +\{ "name": "ocp-bootstrap".*\n +\],\n +"shareNodes": true\n +\},',
                "",
            ),
            ("probe dropped", r'"monitors": \[\n +\{ "use": "\w+" \}\n +\],\n +', ""),
            ("service off", r'("class": "Service_L4",)', r'\1 "enable": false,'),
            ("ties the API", r'"persistenceMethods": \[\]', '"persistenceMethods": ["source-address"]'),
            ("no persistence", r'("pool": "https?_pool",)', r'\1 "persistenceMethods": [],'),
            ("cuts", r'"idleTimeout": 3600', '"idleTimeout": 20'),
        ),
        ((r'"targetPort": 22623', "the probe of the Machine Config Server, which the sources only recommend"),),
    ),
    "envoy": Format(
        "right-envoy",
        "envoy.yaml",
        (
            ("member dropped", r"\n +- endpoint: .*", ""),
            ("member commented out", r"\n( +- endpoint: .*)", r"\n#\1"),
            ("member draining", r"(- endpoint: .*)", r"\1\n          health_status: DRAINING"),
            (
                "probe seldom",
                r"interval: 5s\n( +no_traffic_interval: 5s\n +timeout: 5s\n +unhealthy_threshold: 3\n +healthy_threshold: 2\n +transport_socket_match_criteria: \{probe: true\}\n +http_health_check: \{path: /readyz)",
                r"interval: 60s\n\1",
            ),
            ("asks for liveness", r"/readyz", "/livez"),
            ("only connects", r"http_health_check: \{path: /readyz\}", "tcp_health_check: {}"),
            ("leads elsewhere", r"\n          cluster: [\w-]+", "\n          cluster: nowhere"),
            ("no persistence", r"\n +hash_policy: .*", ""),
            ("cuts", r"(cluster: api\n +idle_timeout:) 14400s", r"\1 20s"),
        ),
    ),
    "traefik": Format(
        "right-traefik-toml-install",
        "traefik.toml",
        (
            ("leads elsewhere", r'service = "[\w-]+"', 'service = "nowhere"'),
            ("member dropped", r'\n\[\[tcp\.services\.[\w-]+\.loadBalancer\.servers\]\]\naddress = "[\d.:]+"', ""),
            ("member commented out", r"\n(\[\[tcp\.services\..*)\n(address = .*)", r"\n#\1\n#\2"),
            ("probes seldom", r'(tcp\.services\.api\.loadBalancer\.healthCheck\]\ninterval = )"10s"', r'\1"60s"'),
            ("ends TLS", r"passthrough = true", "passthrough = false"),
            # Behind TLS, the name may be the one that this cluster is asked for by.
            (
                "for one name",
                r'HostSNI\(`\*`\)(?="\nservice = "[\w-]+"\n(?!\[tcp\.routers\.[\w-]+\.tls\]))',
                "HostSNI(`x.example`)",
            ),
            ("on no entry point", r'entryPoints = \["[\w-]+"\]', 'entryPoints = ["nowhere"]'),
            (
                "sends PROXY",
                r"\[(tcp\.services\.[\w-]+\.loadBalancer)\.healthCheck\]",
                r"[\1.proxyProtocol]\nversion = 2\n[\1.healthCheck]",
            ),
            ("router dropped", r"\n\[tcp\.routers\.[\w-]+\]\n(?:[a-z].*\n)+", "\n"),
        ),
    ),
}


class Mutant(NamedTuple):
    """A change and the text that it gives; `line` is where it was made."""

    name: str
    text: str
    line: str


def mutants(text: str) -> Iterator[Mutant]:
    """The mutants of a text in any format: of each address and port."""
    for match in MEMBER.finditer(text):
        yield _mutant("stranger", text, match, STRANGER)
        for last in ("201", "202", "211"):
            other = f"192.168.22.{last}"
            if other != match[0]:
                yield _mutant(f"is {other}", text, match, other)
    for match in re.finditer(r"192\.168\.22\.10(?!\d)", text):
        yield _mutant("listens elsewhere", text, match, STRANGER)
    for match in PORT.finditer(text):
        for port in (*PORTS, "8443"):
            if port != match[0]:
                yield _mutant(f"port {port}", text, match, port)


def changes(known: Format, text: str) -> Iterator[Mutant]:
    """The mutants that a format has of its own."""
    for name, pattern, instead in known.changes:
        found = list(re.finditer(pattern, text))
        assert found, f"{name}: nothing to change"
        for match in found:
            yield _mutant(name, text, match, match.expand(instead))


def _mutant(name: str, text: str, match: re.Match[str], instead: str) -> Mutant:
    start = match.start() + (1 if match[0].startswith("\n") else 0)
    line = text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
    return Mutant(
        f"{text.count(chr(10), 0, start) + 1} {name}", text[: match.start()] + instead + text[match.end() :], line
    )


def reported(cluster: Cluster, entries: list[tuple[ConfigEntry, SourceText]]) -> set[str]:
    """The codes that are reported, or that the input is refused. That an ignore is no longer needed says little."""
    try:
        result = check_cluster(present_policy(cluster), cluster, entries, DAY)
    except InputError:
        return {"refused"}
    return {finding.code for finding in result.findings if finding.code >= "PS2"}


def survivors(folder: Path, made: Callable[[str], Iterator[Mutant]], harmless: Iterable[str]) -> tuple[int, list[str]]:
    """How many mutants that matter there are of the right config in a folder, and those of which nothing is said."""
    cluster = load_cluster(load("portspec.yaml", "portspec.yaml"), release=None, phase=None)
    (entry,) = cluster.configs
    source = load(entry.path, entry.path)
    assert reported(cluster, [(entry, source)]) == set(), folder
    found = [
        mutant
        for mutant in made(source.text)
        if not any(re.search(pattern, f"{mutant.name}: {mutant.line}") for pattern in harmless)
    ]
    assert all(mutant.text != source.text for mutant in found)
    return len(found), [
        f"{mutant.name}: {mutant.line.strip()}"
        for mutant in found
        if not reported(cluster, [(entry, SourceText(entry.path, mutant.text))])
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_mutant_that_matters_is_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = FORMATS[name]
    monkeypatch.chdir(FOLDER / known.case)

    def made(text: str) -> Iterator[Mutant]:
        yield from mutants(text)
        yield from changes(known, text)

    count, left = survivors(FOLDER / known.case, made, [pattern for pattern, _ in known.harmless])
    print(f"{count} mutants of the {name} config, {count - len(left)} reported")
    assert left == []
    assert count > 100


def one_file(folder: Path) -> bool:
    """Whether a right cluster has one config, of one file in which its members stand."""
    cluster = folder / "portspec.yaml"
    paths = CONFIG.findall(cluster.read_text()) if cluster.exists() else []
    file = folder / paths[0] if len(paths) == 1 else folder
    return file.is_file() and MEMBER.search(file.read_text()) is not None


OTHERS = sorted(
    path.name
    for path in FOLDER.glob("right-*")
    if one_file(path) and path.name not in {known.case for known in FORMATS.values()}
)
"""Every other right cluster of one config; whoever adds one has its mutants tried."""


@pytest.mark.parametrize("name", OTHERS)
def test_addresses_and_ports_of_every_right_config_matter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER / name)
    harmless = [pattern for known in FORMATS.values() for pattern, _ in known.harmless]
    count, left = survivors(FOLDER / name, mutants, [*harmless, *HARMLESS])
    assert left == []
    assert count > 10
