"""The hand-written loader and the schema that editors use accept and refuse the same cluster files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from cluster.clusters import CONFIGS, cluster_of, document
from running import REPOSITORY, portspec

from portspec.cluster.load import load_cluster
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

VALIDATOR = jsonschema.Draft202012Validator(json.loads((REPOSITORY / "schema" / "cluster.schema.json").read_text()))


def at(place: str, more: str = "") -> str:
    return document(
        "roles: {control-plane: 192.0.2.1, worker: 192.0.2.2, api-balancer: 192.0.2.9, admin: 10.0.0.0/8}\n",
        f"configs:\n  - {{path: fw.nft, at: {place}{more}}}\n",
    )


def ignore(entry: str) -> str:
    return document(more=f"ignore:\n  - {entry}\n")


GOOD = {
    "the least": document(),
    "flow style": '{release: "4.18", roles: {master: 192.0.2.1}, configs: [{path: fw.nft, at: {host: master}}]}\n',
    "release as a number": document(release="release: 4.18\n"),
    **{f"platform {name}": document(more=f"platform: {name}\n") for name in ("none", "baremetal", "external")},
    **{f"network {name}": document(more=f"network: {name}\n") for name in ("OpenShiftSDN", "third-party")},
    **{f"topology {name}": document(more=f"topology: {name}\n") for name in ("ha", "compact", "single-node")},
    **{f"phase {name}": document(more=f"phase: {name}\n") for name in ("install", "running")},
    "features": document(more="features: [user-managed-balancer]\n"),
    "no features": document(more="features: []\n"),
    "lists of addresses": document("roles:\n  control-plane: [192.0.2.1, 192.0.2.8/29]\n"),
    "no hosts": document(more="hosts: {}\n"),
    "hosts": document(more="hosts: {a: 192.0.2.1}\n"),
    "at balancer": at("balancer"),
    "at the API's balancer": at("{balancer: api}"),
    "at an address": at("{host: 192.0.2.1}"),
    "at an IPv6 address": at('{host: "2001:db8::1"}'),
    "between": at("{between: [[admin], [control-plane, worker]]}"),
    "between, one role a side": at("{between: [admin, worker]}"),
    "a format": at("{host: worker}", ", format: nftables"),
    "with another file": at("balancer", ", with: [lb.cfg]"),
    "ignore": ignore("{code: PS214, path: lb/haproxy.cfg, reason: a, until: 2027-03-01}"),
    "ignore with a quoted day": ignore('{code: PS214, reason: a, until: "2027-03-01"}'),
    "no ignores": document(more="ignore: []\n"),
    "no services": document(more="services: []\n"),
}

BAD = {
    "a list": "- a\n",
    "text": "release\n",
    "unknown key": document(more="relase: a\n"),
    "no release": document(release=""),
    "no roles": document(roles=""),
    "no configs": document(configs=""),
    "release is nothing": document(release="release:\n"),
    "release is a list": document(release="release: [4.18]\n"),
    "platform": document(more="platform: metal\n"),
    "platform in capitals": document(more="platform: AWS\n"),
    "network": document(more="network: Calico\n"),
    "topology": document(more="topology: tiny\n"),
    "phase": document(more="phase: day2\n"),
    "phase is nothing": document(more="phase:\n"),
    "features is text": document(more="features: a\n"),
    "feature is a mapping": document(more="features: [{a: b}]\n"),
    "features twice": document(more="features: [a, a]\n"),
    "roles is a list": document("roles: [192.0.2.1]\n"),
    "unknown role": document("roles: {control-plane: 192.0.2.1, wrker: 192.0.2.2}\n"),
    "role is nothing": document("roles: {control-plane: }\n"),
    "role is a mapping": document("roles: {control-plane: {a: 192.0.2.1}}\n"),
    "role is an empty list": document("roles: {control-plane: []}\n"),
    "role is an empty text": document('roles: {control-plane: ""}\n'),
    "role is a list of lists": document("roles: {control-plane: [[192.0.2.1]]}\n"),
    "role is a number": document("roles: {control-plane: 192}\n"),
    "hosts is a list": document(more="hosts: [a]\n"),
    "host is nothing": document(more="hosts: {a: }\n"),
    "host is a list": document(more="hosts: {a: [192.0.2.1]}\n"),
    "configs is a mapping": document(configs="configs: {path: fw.nft, at: balancer}\n"),
    "configs is empty": document(configs="configs: []\n"),
    "config is text": document(configs="configs: [fw.nft]\n"),
    "config without a path": document(configs="configs: [{at: balancer}]\n"),
    "config without a place": document(configs="configs: [{path: fw.nft}]\n"),
    "config with another key": at("balancer", ", fmt: nftables"),
    "path is nothing": document(configs="configs: [{path: , at: balancer}]\n"),
    "path is a list": document(configs="configs: [{path: [fw.nft], at: balancer}]\n"),
    "with text": at("balancer", ", with: lb.cfg"),
    "with nothing": at("balancer", ", with: []"),
    "format is nothing": at("balancer", ", format: "),
    "at another word": at("balancers"),
    "at nothing": at(""),
    "at a list": at("[balancer]"),
    "at an empty mapping": at("{}"),
    "at two keys": at("{host: worker, balancer: api}"),
    "at another key": at("{hosts: worker}"),
    "at another balancer": at("{balancer: apps}"),
    "at a list of hosts": at("{host: [worker]}"),
    "between one side": at("{between: [[admin]]}"),
    "between three sides": at("{between: [[admin], [worker], [control-plane]]}"),
    "between an empty side": at("{between: [[admin], []]}"),
    "between unknown roles": at("{between: [[admins], [worker]]}"),
    "between text": at("{between: admin}"),
    "services is text": document(more="services: ports/a.yaml\n"),
    "service is nothing": document(more="services: [~]\n"),
    "ignore is a mapping": document(more="ignore: {code: PS214, reason: a}\n"),
    "ignore without a code": ignore("{reason: a}"),
    "ignore without a reason": ignore("{code: PS214}"),
    "ignore with an empty reason": ignore('{code: PS214, reason: ""}'),
    "ignore with another key": ignore("{code: PS214, reason: a, untill: 2027-03-01}"),
    "code in small letters": ignore("{code: ps214, reason: a}"),
    "code of a group": ignore("{code: PS2, reason: a}"),
    "code with other digits": ignore('{code: "PS٢١٤", reason: a}'),
    "day without dashes": ignore('{code: PS214, reason: a, until: "20270301"}'),
    "day as a week": ignore("{code: PS214, reason: a, until: 2027-W10-1}"),
    "day is a month": ignore("{code: PS214, reason: a, until: 2027-03}"),
}

# What no schema can say: these pass it, and only the loader refuses them.
BEYOND_A_SCHEMA = {
    "a blank is no text": (ignore('{code: PS214, reason: " "}'), "expected text, found nothing"),
    "no address": (document("roles: {control-plane: here}\n"), "not an IP address"),
    "no address of a host": (document(more="hosts: {a: b}\n"), "not an IP address"),
    "no such day": (ignore("{code: PS214, reason: a, until: 2027-02-30}"), "is not a day"),
    "a role and its alias": (document("roles: {master: 192.0.2.1, control-plane: 192.0.2.2}\n"), "given twice"),
    "an address of two nodes": (document("roles: {control-plane: 192.0.2.1, worker: 192.0.2.1}\n"), "two node roles"),
    "a place without addresses": (at("{host: bmc}"), "has no addresses"),
    "a place that is no role": (at("{host: somewhere}"), "neither a role nor an address"),
    "a role on both sides": (at("{between: [[admin], [admin]]}"), "on both sides"),
    "no such file": (document(configs=CONFIGS.replace("fw.nft", "no.nft")), "No such file"),
    "no such file beside": (at("balancer", ", with: [no.cfg]"), "No such file"),
    "no such services": (document(more="services: [no/*.yaml]\n"), "names no file"),
    "no such format": (at("balancer", ", format: pf"), "is not known"),
}

# The loader leaves the release to the policy, which knows the releases; `check` refuses these.
LEFT_TO_THE_POLICY = {name: document(release=f"release: {name}\n") for name in ("true", "latest", "4.18.1", "v4.18")}


def accepted(text: str, folder: Path) -> str:
    """Empty when the loader accepts the text, else its message."""
    try:
        cluster_of(folder, text)
    except InputError as error:
        return error.message
    return ""


def schema_accepts(text: str) -> bool:
    return bool(VALIDATOR.is_valid(plain(load_yaml(SourceText("portspec.yaml", text)))))


@pytest.mark.parametrize("name", GOOD)
def test_both_accept(name: str, tmp_path: Path) -> None:
    assert accepted(GOOD[name], tmp_path) == ""
    assert schema_accepts(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_both_refuse(name: str, tmp_path: Path) -> None:
    assert accepted(BAD[name], tmp_path) != ""
    assert not schema_accepts(BAD[name])


@pytest.mark.parametrize("name", BEYOND_A_SCHEMA)
def test_the_loader_knows_more(name: str, tmp_path: Path) -> None:
    text, message = BEYOND_A_SCHEMA[name]
    assert message in accepted(text, tmp_path)
    assert schema_accepts(text)


@pytest.mark.parametrize("name", LEFT_TO_THE_POLICY)
def test_a_release_that_is_none_is_refused_by_the_policy(name: str, tmp_path: Path) -> None:
    assert accepted(LEFT_TO_THE_POLICY[name], tmp_path) == ""
    assert not schema_accepts(LEFT_TO_THE_POLICY[name])
    run = portspec(["check"], cwd=tmp_path)
    assert (run.code, run.err.startswith(f"portspec.yaml:1:10: unknown release '{name}'")) == (2, True), run.err


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "examples").rglob("portspec.yaml")), ids=lambda path: path.parent.name
)
def test_both_accept_the_examples(path: Path) -> None:
    source = SourceText(str(path), path.read_text())
    assert load_cluster(source).configs
    assert schema_accepts(source.text)
