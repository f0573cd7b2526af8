"""Bad input is a normal case: one clear error with its place, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from running import portspec

CLUSTER = """\
release: "4.18"
phase: install
roles:
  bootstrap: 192.168.22.200
  control-plane: [192.168.22.201, 192.168.22.202, 192.168.22.203]
  worker: 192.168.22.211-192.168.22.213
  api-balancer: 192.168.22.10
configs:
  - {path: fw.nft, at: {host: control-plane}}
"""
FILTER = "table inet filter {\n chain input {\n  type filter hook input priority 0; policy accept;\n }\n}\n"
HAPROXY = "frontend api\n  bind *:6443\n  mode tcp\n  default_backend api\nbackend api\n  server a 192.168.22.201:6443 check\n"
IPTABLES = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 6443 -j ACCEPT\nCOMMIT\n"


class Bad(NamedTuple):
    name: str
    error: str  # the beginning of standard error
    cluster: str = CLUSTER
    config: bytes = FILTER.encode()
    prepare: Callable[[Path], None] | None = None


def cluster(old: str, new: str) -> str:
    assert old in CLUSTER
    return CLUSTER.replace(old, new, 1)


def outside(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder.parent / "outside.nft").write_text(FILTER)


def link_outside(folder: Path) -> None:
    outside(folder)
    (folder / "fw.nft").unlink()
    (folder / "fw.nft").symlink_to("../outside.nft")


def remove(folder: Path) -> None:
    (folder / "fw.nft").unlink()


def directory(folder: Path) -> None:
    remove(folder)
    (folder / "fw.nft").mkdir()


def fifo(folder: Path) -> None:
    remove(folder)
    os.mkfifo(folder / "fw.nft")


def unix_socket(folder: Path) -> None:
    remove(folder)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(folder / "fw.nft"))


def device(folder: Path) -> None:
    remove(folder)
    (folder / "fw.nft").symlink_to("/dev/zero")


def folder_link(folder: Path) -> None:
    outside(folder)
    (folder / "ports").symlink_to("..")


def cluster_fifo(folder: Path) -> None:
    (folder / "portspec.yaml").unlink()
    os.mkfifo(folder / "portspec.yaml")


def second_cluster_file(folder: Path) -> None:
    (folder / "portspec.yml").write_text(CLUSTER)


def cluster_link(folder: Path) -> None:
    (folder / "portspec.yaml").rename(folder.parent / "portspec.yaml")
    (folder / "portspec.yaml").symlink_to("../portspec.yaml")


def link_loop(folder: Path) -> None:
    remove(folder)
    (folder / "fw.nft").symlink_to("fw.nft")


BILLION_LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)

CASES = [
    # configs
    Bad("config is empty", "fw.nft", config=b""),
    Bad("config is blank", "fw.nft:", config=b"\n\n  \n"),
    Bad("config is binary", "fw.nft:1:", config=bytes(range(256)) * 8),
    Bad("config is truncated", "fw.nft:", config=FILTER.encode()[:60]),
    Bad("config is one line of 10 MB", "fw.nft", config=b"x" * 10_000_000),
    Bad("config has a NUL", "fw.nft:2:1: ", config=b"table inet x {\n\0}\n"),
    Bad("config is no UTF-8", "fw.nft:2:3: ", config=b"table inet x {\n# \xff\xfe\n}\n"),
    Bad("config is of no known format", "fw.nft: ", config=b"hello\nworld\n"),
    Bad("config is a template", "fw.nft:", config=b"table inet {{ name }} {\n}\n"),
    Bad("haproxy template", "fw.nft:", config=HAPROXY.replace("*:6443", "{{ vip }}:6443").encode()),
    Bad("iptables without COMMIT", "fw.nft:", config=IPTABLES.replace("COMMIT\n", "").encode()),
    Bad("iptables -L output", "fw.nft:", config=b"Chain INPUT (policy DROP)\ntarget     prot opt source               destination\nACCEPT     tcp  --  0.0.0.0/0            0.0.0.0/0            tcp dpt:22\n"),
    Bad("config is deeply nested", "fw.nft:", config=b"{" * 100_000),
    Bad("config is UTF-16", "fw.nft:1:1: the file is UTF-16\n  save the file as UTF-8", config=FILTER.encode("utf-16")),
    Bad("config is UTF-16 without a mark", "fw.nft:1:1: a NUL byte", config=FILTER.encode("utf-16-be")),
    Bad("config is UTF-32", "fw.nft:1:1: the file is UTF-16", config=FILTER.encode("utf-32")),
    Bad("config is 10 MB of blanks", "fw.nft:", config=b" " * 10_000_000),
    Bad("config is 10 MB of braces", "fw.nft:1:", config=b"table inet x " + b"{" * 10_000_000),
    Bad("haproxy line of 10 MB", "fw.nft:2:", cluster("{host: control-plane}", "balancer"), b"frontend x\n bind " + b":6443," * 1_600_000),
    Bad("iptables line of 10 MB", "fw.nft:2:", config=b"*filter\n-A INPUT -m multiport --dports " + b"80," * 3_000_000),
    Bad("config is the cluster file", "portspec.yaml: not a format that is read here", cluster("fw.nft", "portspec.yaml")),
    Bad("config is a sparse file of 1 GB", "fw.nft: has 1073741824 bytes; at most 67108864 are read", prepare=lambda folder: os.truncate(folder / "fw.nft", 1 << 30)),
    Bad("config is a sparse file of 60 MB", "fw.nft:6:1: a NUL byte", prepare=lambda folder: os.truncate(folder / "fw.nft", 60 << 20)),
    # the cluster file
    Bad("cluster file is empty", "portspec.yaml:1:1: the file is empty", cluster=""),
    Bad("cluster file is comments", "portspec.yaml:1:1: cluster file: expected a mapping, found nothing", cluster="# nothing\n"),
    Bad("cluster file is a list", "portspec.yaml:1:1: cluster file: expected a mapping, found a list", cluster="- a\n"),
    Bad("cluster file is a word", "portspec.yaml:1:1: cluster file: expected a mapping, found 'hello'", cluster="hello\n"),
    Bad("cluster file is huge", "portspec.yaml: has 1073741824 bytes", prepare=lambda folder: os.truncate(folder / "portspec.yaml", 1 << 30)),
    Bad("cluster file is long", "portspec.yaml: the file has 6", cluster=CLUSTER + "#" + "x" * 600_000),
    Bad("cluster file is a pipe", "portspec.yaml: is not a regular file", prepare=cluster_fifo),
    Bad("cluster file links outside", "portspec.yaml: is a link that leads out of the repository", prepare=cluster_link),
    Bad("two cluster files", "portspec.yaml: portspec.yml lies beside it; which one is meant?", prepare=second_cluster_file),
    Bad("tabs", "portspec.yaml:4:1: not valid YAML: found character '\\t'", CLUSTER.replace("  ", "\t")),
    Bad("unknown key", "portspec.yaml:2:1: cluster file: unknown key 'phse'\n  did you mean 'phase'?", cluster("phase:", "phse:")),
    Bad("missing key", "portspec.yaml:1:1: cluster file: the key 'release' is missing", cluster('release: "4.18"\n', "")),
    Bad("duplicate key", "portspec.yaml:3:1: duplicate key 'phase'", cluster("phase: install", "phase: install\nphase: running")),
    Bad("unknown role", "portspec.yaml:6:3: unknown role 'wroker'\n  did you mean 'worker'?", cluster("worker:", "wroker:")),
    Bad("role given twice by alias", "portspec.yaml:6:3: role 'control-plane' is given twice", cluster("  worker:", "  master: 192.168.22.9\n  worker:")),
    Bad("role without addresses", "portspec.yaml:4:12: role bootstrap: expected a list, found nothing", cluster(" 192.168.22.200", "")),
    Bad("role with an empty list", "portspec.yaml:4:14: role bootstrap: no addresses", cluster("192.168.22.200", "[]")),
    Bad("not an address", "portspec.yaml:4:14: role bootstrap: not an IP address: '192.168.22.300'", cluster("22.200", "22.300")),
    Bad("prefix too long", "portspec.yaml:4:14: role bootstrap: prefix length 33 is more than 32", cluster("22.200", "22.200/33")),
    Bad("prefix length below zero", "portspec.yaml:4:14: role bootstrap: not an IP address: '192.168.22.200/' (in", cluster("22.200", "22.200/-1")),
    Bad("host bits", "portspec.yaml:4:14: role bootstrap: 192.168.22.200/24 has host bits set\n  write 192.168.22.200 or 192.168.22.0/24", cluster("22.200", "22.200/24")),
    Bad("leading zeros", "portspec.yaml:4:14: role bootstrap: not an IP address: '192.168.022.200'", cluster("22.200", "022.200")),
    Bad("zone", "portspec.yaml:4:14: role bootstrap: not an IP address: 'fe80::1%eth0'", cluster("192.168.22.200", "fe80::1%eth0")),
    Bad("IPv4-mapped", "portspec.yaml:4:14: role bootstrap: ::ffff:192.168.22.200 is an IPv4-mapped", cluster("192.168.22.200", '"::ffff:192.168.22.200"')),
    Bad("a name for an address", "portspec.yaml:4:14: role bootstrap: not an IP address: 'bootstrap.lab.example'", cluster("192.168.22.200", "bootstrap.lab.example")),
    Bad("an address of escapes", "portspec.yaml:4:14: role bootstrap: not an IP address: '1\\x1b[31m'", cluster("192.168.22.200", '"1\\x1b[31m"')),
    Bad("a role is left with nothing", "portspec.yaml:6:11: role worker: no address is left", cluster("worker: 192.168.22.211-192.168.22.213", "worker: 192.168.22.201-192.168.22.203")),
    Bad("range upside down", "portspec.yaml:6:11: role worker: range upside down: 192.168.22.213 is after 192.168.22.211", cluster("192.168.22.211-192.168.22.213", "192.168.22.213-192.168.22.211")),
    Bad("range of two families", "portspec.yaml:6:11: role worker: the ends of the range are of two families", cluster("-192.168.22.213", "-2001:db8::1")),
    Bad("same address in two node roles", "portspec.yaml:5:35: 192.168.22.200 is given to two node roles, bootstrap and control-plane", cluster("192.168.22.202", "192.168.22.200")),
    Bad("unknown release", "portspec.yaml:1:10: unknown release '4.99'; known: 4.12", cluster("4.18", "4.99")),
    Bad("release is a patch release", "portspec.yaml:1:10: unknown release '4.18.3'; known: 4.12", cluster("4.18", "4.18.3")),
    Bad("release that lost its zero", "portspec.yaml:1:10: unknown release '4.2'; known: 4.12", cluster('"4.18"', "4.2")),
    Bad("release is a path", "portspec.yaml:1:10: unknown release '../..'; known: 4.12", cluster("4.18", "../..")),
    Bad("release is infinite", "portspec.yaml:1:10: unknown release '9e999'; known: 4.12", cluster('"4.18"', "9e999")),
    Bad("release of 5000 digits", "portspec.yaml:1:10: unknown release '9999", cluster('"4.18"', "9" * 5000)),
    Bad("release is a list", "portspec.yaml:1:10: release: expected text, found a list", cluster('"4.18"', "[4.18]")),
    Bad("network that the release lacks", "portspec.yaml:2:10: unknown network 'OpenShiftSDN' in 4.18", cluster("phase: install", "network: OpenShiftSDN")),
    Bad("unknown feature", "portspec.yaml:2:11: unknown feature 'telepathy' in 4.18", cluster("phase: install", "features: [telepathy]")),
    Bad("phase is true", "portspec.yaml:2:8: phase: 'true' is not known", cluster("phase: install", "phase: true")),
    Bad("release is no release", "portspec.yaml:1:10: unknown release 'latest'; known: 4.12", cluster("4.18", "latest")),
    Bad("unknown phase", "portspec.yaml:2:8: phase: 'instal' is not known\n  did you mean 'install'?", cluster("phase: install", "phase: instal")),
    Bad("unknown platform", "portspec.yaml:2:11: platform: 'baremetall' is not known\n  did you mean 'baremetal'?", cluster("phase: install", "platform: baremetall")),
    Bad("tag that would run code", "portspec.yaml:2:8: tag tag:yaml.org,2002:python/object/apply:os.system", cluster("phase: install", "phase: !!python/object/apply:os.system [id]")),
    Bad("alias bomb", "portspec.yaml:", BILLION_LAUGHS + CLUSTER),
    Bad("deep nesting", "portspec.yaml:1:", "[" * 50_000),
    Bad("alias inside itself", "portspec.yaml:1:", "a: &a [*a]\n" + CLUSTER),
    Bad("two documents", "portspec.yaml:10:1: a second YAML document", CLUSTER + "---\n{}\n"),
    Bad("not YAML", "portspec.yaml:2:", 'release: "4.18\n'),
    Bad("no configs", "portspec.yaml:8:8: configs: expected a list, found nothing", CLUSTER.partition("configs:")[0] + "configs:\n"),
    Bad("empty configs", "portspec.yaml:8:10: configs: nothing to check", CLUSTER.partition("configs:")[0] + "configs: []\n"),
    Bad("config without a place", "portspec.yaml:9:5: config: the key 'at' is missing", cluster(", at: {host: control-plane}", "")),
    Bad("place that is none", "portspec.yaml:9:24: at: 'everywhere' is no place", cluster("{host: control-plane}", "everywhere")),
    Bad("place at an unknown role", "portspec.yaml:9:31: host: 'contrl-plane' is neither a role nor an address", cluster("host: control-plane", "host: contrl-plane")),
    Bad("place at a role without addresses", "portspec.yaml:9:31: role admin has no addresses", cluster("host: control-plane", "host: admin")),
    Bad("between one side", "portspec.yaml:9:34: between: expected two lists of roles, found 1", cluster("host: control-plane", "between: [[worker]]")),
    Bad("between a role and itself", "portspec.yaml:9:34: between: worker stands on both sides", cluster("host: control-plane", "between: [[worker], [worker]]")),
    Bad("unknown format", "portspec.yaml:9:", cluster("{path: fw.nft,", "{path: fw.nft, format: nftable,")),
    Bad("balancer placed at a host", "portspec.yaml:9:5: fw.nft is a load balancer's config", config=HAPROXY.encode()),
    Bad("the same config at the same place", "portspec.yaml:10:5: fw.nft is named for this place already, in line 9", CLUSTER + "  - {path: ./fw.nft, at: {host: master}}\n"),
    Bad("place at a mapped address", "portspec.yaml:9:31: host: ::ffff:192.168.22.201 is an IPv4-mapped", cluster("host: control-plane", 'host: "::ffff:192.168.22.201"')),
    Bad("configs twice", "portspec.yaml:10:1: duplicate key 'configs'; it is set in line 8 already", CLUSTER + "configs: []\n"),
    Bad("host name twice", "portspec.yaml:8:21: host A is given twice", cluster("configs:\n", "hosts: {a: 1.2.3.4, A: 1.2.3.5}\nconfigs:\n")),
    Bad("ignore until the 30th of February", "portspec.yaml:11:37: until: '2027-02-30' is not a day", CLUSTER + "ignore:\n  - {code: PS301, reason: x, until: 2027-02-30}\n"),
    Bad("ignore without a reason", "portspec.yaml:11:5: ignore: the key 'reason' is missing", CLUSTER + "ignore:\n  - {code: PS301}\n"),
    Bad("ignore of no code", "portspec.yaml:11:12: code: 'E501' is not a code", CLUSTER + "ignore:\n  - {code: E501, reason: x}\n"),
    Bad("ignore until no day", "portspec.yaml:11:37: until: 'soon' is not a day", CLUSTER + "ignore:\n  - {code: PS301, reason: x, until: soon}\n"),
    Bad("host without an address", "portspec.yaml:3:10: host a: not an IP address: 'b'", cluster("roles:", "hosts:\n  a:     b\nroles:").replace('phase: install\n', "", 1)),
    Bad("services that are not there", "portspec.yaml:10:12: 'ports/*.yaml' names no file", CLUSTER + "services: [ports/*.yaml]\n"),
    Bad("services outside", "portspec.yaml:10:12: '../outside.nft' is outside the repository", CLUSTER + "services: [../outside.nft]\n", prepare=outside),
    Bad("services that are no YAML", "fw.nft:1:", CLUSTER + "services: [fw.nft]\n"),
    # paths
    Bad("config's name is a command", "portspec.yaml:9:12: 'fw\\x1b[31m\\n:\\:error::x': No such file", cluster("fw.nft", '"fw\\x1b[31m\\n::error::x"')),
    Bad("config's name has a NUL", "portspec.yaml:9:12: 'fw\\x00' is not a relative path", cluster("fw.nft", '"fw\\0"')),
    Bad("config's name is half a character", "portspec.yaml:9:12: half a surrogate pair", cluster("fw.nft", '"\\uD800"')),
    Bad("config's name is too long", "portspec.yaml:9:12: 'aaaa", cluster("fw.nft", "a" * 5000)),
    Bad("config is in the folder above", "portspec.yaml:9:12: '..' is outside the repository", cluster("fw.nft", "..")),
    Bad("config is a socket", "portspec.yaml:9:12: 'fw.nft' is not a regular file", prepare=unix_socket),
    Bad("config links to a device", "portspec.yaml:9:12: 'fw.nft' is outside the repository", prepare=device),
    Bad("config lies in a folder that links outside", "portspec.yaml:9:12: 'ports/outside.nft' is outside the repository", cluster("fw.nft", "ports/outside.nft"), prepare=folder_link),
    Bad("config is missing", "portspec.yaml:9:12: 'fw.nft': No such file or directory", prepare=remove),
    Bad("config is a directory", "portspec.yaml:9:12: 'fw.nft' is a directory; expected a file", prepare=directory),
    Bad("config is a pipe", "portspec.yaml:9:12: 'fw.nft' is not a regular file", prepare=fifo),
    Bad("config links to itself", "portspec.yaml:9:12: 'fw.nft': ", prepare=link_loop),
    Bad("config is outside", "portspec.yaml:9:12: '../outside.nft' is outside the repository", cluster("fw.nft", "../outside.nft"), prepare=outside),
    Bad("config is absolute", "portspec.yaml:9:12: '/etc/passwd' is not a relative path", cluster("fw.nft", "/etc/passwd")),
    Bad("config links outside", "portspec.yaml:9:12: 'fw.nft' is outside the repository", prepare=link_outside),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_bad_input(case: Bad, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "portspec.yaml").write_text(case.cluster)
    (folder / "fw.nft").write_bytes(case.config)
    if case.prepare is not None:
        case.prepare(folder)
    run = portspec(["check", "--output", "report.txt"], cwd=folder, timeout=30)
    assert run.err.startswith(case.error), run.err
    assert run.code == 2
    assert "Traceback" not in run.err
    assert len(run.err.splitlines()) <= 2, "one error, and at most one line of help"
    assert len(run.err) < 2000
    assert run.out == ""
    assert not (folder / "report.txt").exists()


ODD = {
    "byte order marks": (CLUSTER.encode("utf-8-sig"), FILTER.encode("utf-8-sig")),
    "carriage returns": (CLUSTER.replace("\n", "\r\n").encode(), FILTER.replace("\n", "\r\n").encode()),
    "no final newline": (CLUSTER.rstrip().encode(), FILTER.rstrip().encode()),
    "a release as a number": (cluster('"4.18"', "4.18").encode(), FILTER.encode()),
    "a marker of the document": (b"---\n" + CLUSTER.encode() + b"...\n", FILTER.encode()),
    "anchors": (cluster("[192.168.22.201, 192.168.22.202, 192.168.22.203]", "&nodes [192.168.22.201, 192.168.22.202, 192.168.22.203]").encode(), FILTER.encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_input_is_read_like_any_other(name: str, tmp_path: Path) -> None:
    findings = []
    for cluster_file, config in (ODD[name], (CLUSTER.encode(), FILTER.encode())):
        (tmp_path / "portspec.yaml").write_bytes(cluster_file)
        (tmp_path / "fw.nft").write_bytes(config)
        run = portspec(["check", "--format", "json"], cwd=tmp_path)
        assert (run.code, run.err) == (1, "")
        findings.append(json.loads(run.out)["findings"])
    assert findings[0] == findings[1]


ARGUMENTS = {
    "nothing to check": (["check", "."], ".: nothing to check"),
    "a file that is not there": (["check", "missing.cfg", "--release", "4.18"], "missing.cfg: "),
    "a bare config without a release": (["check", "bare.nft"], "bare.nft: no portspec.yaml names this file"),
    "an unknown release": (["check", "bare.nft", "--release", "3.11"], "unknown release '3.11'; known: 4.12"),
    "an unknown code": (["check", "bare.nft", "--release", "4.18", "--select", "PS999"], "--select: no check has the code"),
    "no code": (["check", "bare.nft", "--release", "4.18", "--ignore", ","], "--ignore: no code given"),
    "no day": (["check", "bare.nft", "--release", "4.18", "--day", "soon"], "--day: 'soon' is not a day"),
    "a report into nowhere": (["check", "bare.nft", "--release", "4.18", "--output", "no/where"], "no/where: cannot write"),
    "trace of a balancer": (["trace", "lb.cfg", "--from", "192.0.2.1", "--to", "192.0.2.2", "--port", "1"], "lb.cfg: this is a load balancer's config"),
    "trace without ends": (["trace", "bare.nft", "--port", "1"], "trace needs --from and --to"),
    "trace from no address": (["trace", "bare.nft", "--from", "a", "--to", "192.0.2.2", "--port", "1"], "source: not an IP address"),
    "trace between families": (["trace", "bare.nft", "--from", "192.0.2.1", "--to", "2001:db8::1", "--port", "1"], "source and destination are of two families"),
    "trace of no packets": (["trace", "bare.nft", "--packets", "empty.jsonl"], "empty.jsonl"),
    "trace of no JSON": (["trace", "bare.nft", "--packets", "lb.cfg"], "lb.cfg:1:1: not a JSON object"),
    "an unknown check": (["explain", "PS999"], "no check has the code 'PS999'"),
    "an unknown port": (["show", "1"], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_wrong_use(name: str, tmp_path: Path) -> None:
    (tmp_path / "bare.nft").write_text(FILTER)
    (tmp_path / "lb.cfg").write_text(HAPROXY)
    (tmp_path / "empty.jsonl").write_text("\n")
    arguments, error = ARGUMENTS[name]
    run = portspec(arguments, cwd=tmp_path)
    assert run.err.startswith(error), run.err
    assert run.code == 2
    assert "Traceback" not in run.err
    assert run.out == ""
