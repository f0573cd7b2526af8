"""`portspec check --handover`: what must change in which file at which event, and what the exit code says of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from running import REPOSITORY, portspec

from portspec.checks.fleet import Request
from portspec.checks.handover import Walk, walk_all
from portspec.policy.store import snapshot

EXAMPLES = REPOSITORY / "examples"
DAY = "2026-11-23"
REQUEST = Request(None, None, None, DAY)
SCHEMAS = {
    name: json.loads((REPOSITORY / "schema" / f"{name}.schema.json").read_text())
    for name in ("handover-report", "check-report")
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"].rpartition("/")[0] + f"/{name}.schema.json", Resource.from_contents(schema))
    for name, schema in SCHEMAS.items()
)


class Told(NamedTuple):
    """A step, in short."""

    moment: str
    kind: str
    path: str
    line: int | None


def told(walk: Walk) -> list[Told]:
    return [
        Told(stage.moment, step.kind, step.path, step.span.line if step.span else None)
        for stage in walk.stages
        for step in stage.steps
    ]


def example(name: str, tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """A copy of an example with passages of its files replaced."""
    shutil.copytree(EXAMPLES / name, tmp_path / name)
    for path, old, new in changes:
        file = tmp_path / name / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    return tmp_path / name


def walked(folder: Path, monkeypatch: pytest.MonkeyPatch, request: Request = REQUEST) -> Walk:
    monkeypatch.chdir(folder)
    (walk,) = walk_all(["."], request)
    return walk


def test_the_right_example_changes_only_what_the_handover_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = walked(EXAMPLES / "upi-right", monkeypatch)
    after = "bootstrap-complete"
    assert told(walk) == [
        Told(after, "remove-member", "lb/haproxy.cfg", 24),
        Told(after, "remove-member", "lb/haproxy.cfg", 31),
        Told(after, "file-goes", "firewall/bootstrap.nft", None),
        Told(after, "narrow-rule", "firewall/master.nft", 29),
        Told(after, "narrow-rule", "firewall/master.nft", 34),
        Told(after, "narrow-rule", "firewall/balancer.nft", 17),
        Told(after, "set-phase", "portspec.yaml", 5),
    ]


def test_a_step_says_with_which_event_the_bootstrap_host_stops_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = walked(EXAMPLES / "upi-right", monkeypatch)
    handover = snapshot("4.18").handover
    ends = {str(one.port): one.ends_with for one in handover.ports}
    steps = [step for stage in walk.stages for step in stage.steps if step.ends_with and step.finding]
    assert {step.finding.port: step.ends_with.id for step in steps if step.finding and step.ends_with} == {
        "6443": ends["6443"],
        "22623": ends["22623"],
    }
    (stage,) = [stage for stage in walk.stages if stage.moment == "bootstrap-complete"]
    assert [event.id for event in stage.events] == ["bootstrap-complete", "etcd-member-removed"]


def test_after_all_steps_the_running_cluster_has_no_finding(tmp_path: Path) -> None:
    """The checklist is whole: whoever follows it has files that are right for the phase that comes."""
    folder = example("upi-right", tmp_path, ("portspec.yaml", "phase: install", "phase: running"))
    balancer = folder / "lb" / "haproxy.cfg"
    lines = balancer.read_text().splitlines(keepends=True)
    balancer.write_text("".join(line for number, line in enumerate(lines, 1) if number not in (24, 31)))
    (folder / "firewall" / "bootstrap.nft").unlink()
    cluster = folder / "portspec.yaml"
    cluster.write_text(
        "".join(line for line in cluster.read_text().splitlines(keepends=True) if "bootstrap.nft" not in line)
    )
    master = folder / "firewall" / "master.nft"
    master.write_text(
        master.read_text().replace("192.168.22.200, 192.168.22.201", "192.168.22.201").replace(".200-", ".201-")
    )
    guard = folder / "firewall" / "balancer.nft"
    guard.write_text(guard.read_text().replace(".200-", ".201-"))
    run = portspec(["check", "--day", DAY, "--fail-on", "note"], cwd=folder)
    assert run.code == 0, run.out
    after = portspec(["check", "--handover", "--day", DAY], cwd=folder)
    assert after.code == 0
    assert "[ ]" not in after.out
    assert "0 steps" in after.out


BY_WHEN = {
    "a control-plane node that is missing": (
        ("lb/haproxy.cfg", "  server ocp-master-2 192.168.22.203:22623 check inter 1s\n", ""),
        ("before", "PS305"),
    ),
    "the bootstrap host is missing": (
        ("lb/haproxy.cfg", "  server ocp-bootstrap 192.168.22.200:22623 check inter 1s backup\n", ""),
        ("before", "PS306"),
    ),
    "a worker on the wrong port": (
        ("lb/haproxy.cfg", "ocp-worker-1 192.168.22.212:443", "ocp-worker-1 192.168.22.212:8443"),
        ("workers-join", "PS308"),
    ),
    "workers do not get their config": (
        ("firewall/balancer.nft", "ip saddr $machines tcp dport 22623", "ip saddr 192.168.22.200-192.168.22.203 tcp dport 22623"),
        ("workers-join", "PS101"),
    ),
    "nobody gets to the API": (
        ("firewall/master.nft", "ip saddr 192.168.22.10 tcp dport { 6443, 22623 }", "ip saddr 192.168.22.10 tcp dport 22623"),
        ("before", "PS320"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_WHEN)
def test_a_finding_is_due_when_it_first_matters(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change, (moment, code) = BY_WHEN[name]
    walk = walked(example("upi-right", tmp_path, change), monkeypatch)
    found = {
        (stage.moment, step.finding.code)
        for stage in walk.stages
        for step in stage.steps
        if step.kind == "finding" and step.finding is not None
    }
    assert (moment, code) in found
    assert {moment for moment, other in found if other == code} == {moment}, "no finding is told twice"


def test_a_cluster_that_runs_has_nothing_to_do_before_the_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = example("upi-right", tmp_path, ("portspec.yaml", "phase: install", "phase: running"))
    walk = walked(folder, monkeypatch)
    assert [stage.moment for stage in walk.stages] == ["bootstrap-complete", "workers-join"]
    assert [one.kind for one in told(walk)].count("remove-member") == 2
    assert portspec(["check", "--handover"], cwd=folder).code == 1, "what is overdue weighs"


def test_a_single_node_without_a_bootstrap_host_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "node.nft").write_text(
        "table inet f {\n  chain input {\n    type filter hook input priority 0; policy accept;\n  }\n}\n"
    )
    (tmp_path / "portspec.yaml").write_text(
        'release: "4.18"\ntopology: single-node\nfeatures: [bootstrap-in-place]\n'
        "roles:\n  control-plane: 192.168.22.201\nconfigs:\n  - {path: node.nft, at: {host: control-plane}}\n"
    )
    run = portspec(["check", "--handover", "--fail-on", "never", "--format", "json"], cwd=tmp_path)
    (cluster,) = json.loads(run.out)["clusters"]
    assert cluster["variant"] == "bootstrap-in-place"
    assert not [step for stage in cluster["stages"] for step in stage["steps"] if step["kind"] != "finding"]


def test_without_a_cluster_file_names_tell() -> None:
    config = "examples/upi-right/lb/haproxy.cfg"
    run = portspec(["check", config, "--release", "4.18", "--phase", "install", "--handover"])
    assert run.code == 0  # the cluster file of the example names it
    assert f"{config}:24: remove ocp-bootstrap" in run.out


def test_bare_configs_are_walked(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "upi-right" / "lb" / "haproxy.cfg", tmp_path / "haproxy.cfg")
    run = portspec(["check", "haproxy.cfg", "--release", "4.18", "--phase", "install", "--handover"], cwd=tmp_path)
    assert run.code == 0
    assert run.out.count("[ ] haproxy.cfg:") == 2
    assert "handover without a cluster file" in run.out


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("name", ["upi-right", "upi-broken"])
def test_the_json_fits_its_schema(name: str, lang: str) -> None:
    run = portspec(["check", f"examples/{name}", "--handover", "--format", "json", "--lang", lang])
    document = json.loads(run.out)
    errors = Draft202012Validator(SCHEMAS["handover-report"], registry=REGISTRY).iter_errors(document)
    assert [error.message for error in errors] == []
    assert document["clusters"][0]["phase"] == "install"


@pytest.mark.parametrize("name", ["upi-right", "upi-broken"])
def test_the_exit_code_is_that_of_a_check_of_the_present_phase(name: str) -> None:
    for options in ([], ["--phase", "running"], ["--fail-on", "never"], ["--ignore", "PS"], ["--select", "PS307"]):
        walked_code = portspec(["check", f"examples/{name}", "--handover", *options]).code
        assert walked_code == portspec(["check", f"examples/{name}", *options]).code, options


REFUSED = {
    "a report": ["--format", "sarif"],
    "a file": ["--output", "report.txt"],
    "a baseline": ["--write-baseline", "baseline.json"],
    "short": ["--concise"],
    "counted": ["--statistics"],
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_go_with_a_checklist_is_refused(name: str, tmp_path: Path) -> None:
    run = portspec(["check", str(EXAMPLES / "upi-right"), "--handover", *REFUSED[name]], cwd=tmp_path)
    assert run.code == 2
    assert run.err.startswith("--handover does not go with --")
    assert not list(tmp_path.iterdir())


def test_the_checklist_in_chinese() -> None:
    run = portspec(["check", "examples/upi-right", "--handover", "--lang", "zh-TW"])
    assert "從6443（KubernetesAPI伺服器）的後端移除ocp-bootstrap(192.168.22.200)" in "".join(run.out.split())
    assert "7 個步驟" in run.out
