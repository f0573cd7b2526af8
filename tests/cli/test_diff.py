"""`portspec diff`: the reports word for word (`printed/`), their schemas, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from policy.small_spec import SMALL, changed, present
from printing import as_printed
from referencing import Registry, Resource
from running import REPOSITORY, Run, portspec

from portspec.cli import main

PRINTED = Path(__file__).parent / "printed"
LOCKS = REPOSITORY / "tests" / "policy" / "locks"
MATRICES = REPOSITORY / "tests" / "policy" / "matrices"
EXAMPLE = REPOSITORY / "examples" / "upi-broken"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two versions of the small spec, a cluster pinned by the older one, and matrices."""
    root = tmp_path_factory.mktemp("home")
    shutil.copytree(SMALL, root / "old")
    changed(root / "new")
    shutil.copytree(LOCKS / "later", root / "cluster")
    shutil.copytree(MATRICES, root / "matrices")
    shutil.copytree(EXAMPLE, root / "example")
    return root


SHOWN = {
    "releases": ["old@4.17", "old@4.18"],
    "profiles": ["old@4.18", "old@4.18:baremetal,topology=compact,features=node-ports"],
    "versions": ["old@4.18", "new@4.18"],
    "back": ["old@4.18", "old@4.17"],
    "lock": ["cluster/portspec.lock", "new@4.18"],
    "nothing": ["old@4.18:none", "old@4.18"],
}


@pytest.mark.parametrize("form", ["text.en", "text.zh-TW", "markdown.en", "markdown.zh-TW"])
@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(name: str, form: str, home: Path) -> None:
    kind, lang = form.split(".")
    run = portspec(["diff", *SHOWN[name], "--format", kind, "--lang", lang], cwd=home)
    assert (run.code, run.err) == (0, "")
    as_printed(PRINTED / f"diff-{name}.{lang}.{'md' if kind == 'markdown' else 'txt'}", run.out)


def registry() -> Registry[Any]:
    schemas = {path.name: json.loads(path.read_text()) for path in (REPOSITORY / "schema").glob("*.schema.json")}
    return Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in schemas.items())


def wrong(name: str, document: Any) -> list[str]:
    validator = Draft202012Validator({"$ref": f"{name}.schema.json"}, registry=registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def as_document(run: Run) -> Any:
    assert (run.code, run.err) == (0, "")
    return json.loads(run.out)


@pytest.mark.parametrize("sides", [*SHOWN.values(), ["4.12", "4.22"], ["4.18", "4.18:aws"]], ids=" ".join)
def test_json_fulfils_its_schema_and_says_what_the_text_says(sides: list[str], home: Path) -> None:
    found = as_document(portspec(["diff", *sides, "--format", "json"], cwd=home))
    assert wrong("diff", found) == []
    told = portspec(["diff", *sides, "--format", "json", "--lang", "zh-TW"], cwd=home)
    assert json.loads(told.out) == found, "the same in every language"
    text = portspec(["diff", *sides], cwd=home).out
    for port in found["ports"]:
        name = f"{port['port']}/{port['transport']}" if port["port"] else port["transport"]
        assert f" {name}  {port['service']}: " in text
    assert sum(found["summary"].values()) == len(found["ports"])


def test_json_of_the_small_spec(home: Path) -> None:
    """One fact of each kind, whole."""
    found = as_document(portspec(["diff", "old@4.17", "old@4.18", "--format", "json"], cwd=home))
    ports = {port["port"]: port for port in found["ports"]}
    assert list(ports) == ["6443", "8080", "9100", "9454"]
    assert [port["change"] for port in found["ports"]] == ["changed", "removed", "changed", "added"]
    (flow,) = ports["9454"]["flows"]
    assert flow == {
        "change": "added",
        "before": None,
        "after": {"necessity": "required", "phases": ["install", "running"]},
        "fields": [],
        "from": "worker",
        "to": "control-plane",
        "via": None,
        "within": [{"service": "host-services", "port": "9000-9999", "necessity": "recommended"}],
    }
    assert ports["9454"]["history"][0]["sources"] == ["changes"]
    assert [one["fields"] for one in ports["9100"]["audiences"]] == [["reach"], ["reach"]]
    assert [one["fields"] for one in ports["6443"]["flows"]] == [["necessity"], ["necessity"]]
    (balancer,) = ports["6443"]["balancers"]
    assert balancer["fields"] == ["health"]


def test_shared_options_are_for_both_sides(home: Path) -> None:
    shared = portspec(["diff", "old@4.17", "old@4.18", "--platform", "baremetal", "--feature", "node-ports"], cwd=home)
    spelled = portspec(["diff", *(f"old@{one}:baremetal,features=node-ports" for one in ("4.17", "4.18"))], cwd=home)
    assert shared.out == spelled.out
    mixed = portspec(["diff", "old@4.18:none", "old@4.18", "--platform", "baremetal"], cwd=home)
    assert mixed.out == portspec(["diff", "old@4.18", "old@4.18:baremetal"], cwd=home).out


def test_a_lock_lends_its_profile(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "x")
    cluster = tmp_path / "x" / "portspec.yaml"
    cluster.write_text(cluster.read_text().replace("platform: none", "platform: none\ntopology: compact"))
    text = cluster.read_text()
    assert "topology: compact" in text
    assert portspec(["pin"], cwd=tmp_path).code == 0
    assert portspec(["diff", "x/portspec.lock", "4.18"], cwd=tmp_path).out.endswith("\nnothing differs\n")
    assert not portspec(["diff", "x/portspec.lock", "4.18:topology=ha"], cwd=tmp_path).out.endswith("nothing differs\n")


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_what_an_upgrade_means(kind: str, lang: str, home: Path) -> None:
    arguments = ["diff", "--cluster", "cluster/portspec.yaml", "new@4.17", "--format", kind, "--lang", lang]
    run = portspec([*arguments, "--day", "2025-06-01"], cwd=home)
    assert (run.code, run.err) == (0, "")
    as_printed(PRINTED / f"upgrade.{lang}.{'md' if kind == 'markdown' else 'txt'}", run.out)


def test_an_upgrade_as_json(home: Path) -> None:
    arguments = ["diff", "--cluster", "cluster/portspec.yaml", "new@4.17", "--format", "json"]
    found = as_document(portspec([*arguments, "--day", "2025-06-01"], cwd=home))
    assert wrong("upgrade", found) == []
    assert (found["before"], found["after"]) == ("4.18", "4.17")
    assert found["policies"]["before"]["lock"] == "cluster/portspec.lock"
    codes = {part: [(one["code"], one["port"]) for one in found[part]] for part in ("first", "later", "settled")}
    assert codes == {"first": [], "later": [("PS201", "8080")], "settled": [("PS202", None)]}
    assert found["staying"] == 2
    services = {port["service"] for port in found["policies"]["ports"]}
    assert "backup" not in services, "what the site has of its own stays"
    assert portspec([*arguments, "--exit-code"], cwd=home).code == 0, "nothing has to change before"


def test_an_upgrade_of_the_same_release_changes_nothing(home: Path) -> None:
    run = portspec(["diff", "--cluster", "example/portspec.yaml", "4.18", "--format", "json"], cwd=home)
    found = as_document(run)
    assert [found[part] for part in ("first", "later", "settled")] == [[], [], []]
    assert found["policies"]["ports"] == []
    assert found["staying"] > 10


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_a_live_matrix(kind: str, lang: str, home: Path) -> None:
    """The real spec moves, so the words are those of a matrix that no spec knows."""
    (home / "odd.csv").write_text(
        "Direction,Protocol,Port,Namespace,Service,Pod,Container,NodeGroup,Optional\n"
        "ingress,TCP,6443,openshift-kube-apiserver,apiserver,,,master,true\n"
        "Ingress,TCP,61234,x|y,<b>one*,,,worker,\n"
        "Ingress,UDP,,,,,,worker,true\n"
        "Egress,UDP,123,,ntp,,,worker,true\n"
    )
    arguments = ["diff", "--matrix", "odd.csv", "--release", "4.18", "--format", kind, "--lang", lang]
    run = portspec(arguments, cwd=home)
    assert (run.code, run.err) == (0, "")
    assert "61234/tcp" in run.out
    told = {
        "en": ["egress rows, not compared: 1", "passed over: 1", "spec not optional"],
        "zh-TW": ["未比對的 egress：1 列", "略過沒有連接埠的資料：1 列", "規格為非選用"],
    }
    assert all(words in run.out for words in told[lang])
    if kind == "markdown":
        assert "<b>" not in run.out.replace("\\<b\\>", "")
        assert "x\\|y" in run.out
    assert portspec([*arguments, "--exit-code"], cwd=home).code == 1


@pytest.mark.parametrize("path", sorted(path.name for path in MATRICES.iterdir()))
def test_a_live_matrix_as_json(path: str, home: Path) -> None:
    arguments = ["diff", "--matrix", f"matrices/{path}", "--release", "4.18", "--platform", "baremetal"]
    found = as_document(portspec([*arguments, "--format", "json"], cwd=home))
    assert wrong("matrix-diff", found) == []
    assert found["matrix"] == {"path": f"matrices/{path}", "form": path.rpartition(".")[2], "rows": 8}
    assert found["summary"]["unknown"] == len(found["unknown"])
    assert found["summary"]["egress"] == 1


def test_the_plugins_csv_and_the_specs_agree(home: Path) -> None:
    made = portspec(["ports", "--format", "commatrix", "--release", "4.20", "--output", "made.csv"], cwd=home)
    assert (made.code, made.out, made.err) == (0, "", "")
    run = portspec(["diff", "--matrix", "made.csv", "--release", "4.20", "--exit-code"], cwd=home)
    assert (run.code, run.err) == (0, "")


def test_exit_codes(home: Path) -> None:
    same, other = ["diff", "old@4.18", "old@4.18"], ["diff", "old@4.17", "old@4.18"]
    assert [portspec(one, cwd=home).code for one in (same, other)] == [0, 0]
    assert [portspec([*one, "--exit-code"], cwd=home).code for one in (same, other)] == [0, 1]


def test_a_report_into_a_file(home: Path) -> None:
    plain = portspec(["diff", "old@4.17", "old@4.18"], cwd=home).out
    run = portspec(["diff", "old@4.17", "old@4.18", "--output", "report.txt"], cwd=home)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert (home / "report.txt").read_text(encoding="utf-8") == plain


USE = "write portspec diff 4.17 4.18, portspec diff --cluster portspec.yaml 4.18, or "
WRONG = {
    "no side": (["diff"], "expected two sides, found 0\n  " + USE),
    "one side": (["diff", "4.18"], "expected two sides, found 1\n  " + USE),
    "three sides": (["diff", "4.17", "4.18", "4.19"], "expected two sides, found 3\n  "),
    "an unknown release": (["diff", "4.17", "4.81"], "unknown release '4.81'; known: 4.12"),
    "an unknown platform of the options": (["diff", "4.17", "4.18", "--platform", "vsfere"], "unknown platform 'vsfere' in 4.17"),
    "a network that one of them lacks": (["diff", "4.16", "4.18", "--network", "OpenShiftSDN"], "unknown network 'OpenShiftSDN' in 4.18"),
    "a folder without a release": (["diff", "old", "old@4.18"], "'old' does not say which release of the spec\n  write old@4.18"),
    "no such folder": (["diff", "olld@4.17", "old@4.18"], "olld/version.yaml: cannot be read: No such file"),
    "a spec that is wrong": (["diff", "bad@4.17", "old@4.18"], "bad/roles.yaml:1:8: roles: found 1; expected array"),
    "a lock that was edited": (["diff", "edited.lock", "4.18"], "edited.lock:"),
    "a lock that is not there": (["diff", "no.lock", "4.18"], "no.lock: No such file"),
    "escapes": (["diff", "\x1b[31m", "4.18"], "unknown release '\\x1b[31m'"),
    "a release without a matrix": (["diff", "4.17", "4.18", "--release", "4.18"], "--release belongs to --matrix"),
    "two questions": (["diff", "--cluster", "x", "--matrix", "y"], "--cluster and --matrix are two questions"),
    "a matrix and a side": (["diff", "4.18", "--matrix", "matrices/docs.csv"], "--matrix compares with --release, not with a side"),
    "a matrix that is none": (["diff", "--matrix", "cluster/firewall/master.nft"], "cluster/firewall/master.nft:"),
    "a matrix that is not there": (["diff", "--matrix", "no.csv"], "no.csv: No such file"),
    "a matrix that is a folder": (["diff", "--matrix", "matrices"], "matrices: is a directory; expected a file"),
    "a matrix that is huge": (["diff", "--matrix", "huge.csv"], "huge.csv: has 1073741824 bytes; at most 4194304 are read"),
    "a matrix with a wrong row": (["diff", "--matrix", "wrong.csv"], "wrong.csv:3:13: port: found 'x'; expected a port such as 443"),
    "a matrix of an unknown release": (["diff", "--matrix", "matrices/docs.csv", "--release", "4.2"], "unknown release '4.2'"),
    "an upgrade to nowhere": (["diff", "--cluster", "cluster/portspec.yaml"], "--cluster takes one release, the one to upgrade to"),
    "an upgrade to a lock": (["diff", "--cluster", "cluster/portspec.yaml", "cluster/portspec.lock"], "cluster/portspec.lock: an upgrade goes to a release"),
    "an upgrade to another profile": (["diff", "--cluster", "cluster/portspec.yaml", "4.18:baremetal"], "4.18:baremetal: the cluster file says the profile"),
    "an upgrade with a profile": (["diff", "--cluster", "cluster/portspec.yaml", "4.18", "--platform", "aws"], "cluster/portspec.yaml: the cluster file says the profile"),
    "an upgrade of no cluster": (["diff", "--cluster", "cluster/firewall/master.nft", "4.18"], "cluster/firewall/master.nft:"),
    "a day that is none": (["diff", "--cluster", "cluster/portspec.yaml", "4.18", "--day", "soon"], "--day: 'soon' is not a day"),
    "a report into nowhere": (["diff", "4.17", "4.18", "--output", "no/where"], "no/where: cannot write the report"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use(name: str, home: Path) -> None:
    if not (home / "bad").exists():
        shutil.copytree(home / "old", home / "bad")
        (home / "bad" / "roles.yaml").write_text("roles: 1\n")
        lock = (home / "cluster" / "portspec.lock").read_text(encoding="utf-8")
        (home / "edited.lock").write_text(lock.replace("required", "optional"), encoding="utf-8")
        (home / "huge.csv").touch()
        os.truncate(home / "huge.csv", 1 << 30)
        header = (home / "matrices" / "docs.csv").read_text().splitlines()[0]
        (home / "wrong.csv").write_text(f"{header}\nIngress,TCP,22,,,,,master,true\nIngress,TCP,x,,,,,master,true\n")
    arguments, error = WRONG[name]
    run = portspec(arguments, cwd=home, timeout=30)
    assert run.err.startswith(error), run.err
    assert (run.code, run.out) == (2, "")
    assert "Traceback" not in run.err
    assert len(run.err.splitlines()) <= 2


def narrow(home: Path, folder: Path) -> Path:
    """The cluster without its lock, for the release before, and with a filter that lets no monitor be asked."""
    shutil.copytree(home / "cluster", folder)
    (folder / "portspec.lock").unlink()
    cluster = folder / "portspec.yaml"
    cluster.write_text(cluster.read_text().replace("4.18", "4.17").replace("services: [services/*.yaml]\n", ""))
    path = folder / "firewall" / "master.nft"
    kept = [line for line in path.read_text().splitlines() if "9000-9999" not in line]
    path.write_text(
        "\n".join(kept).replace("tcp dport 8080", "ip saddr 192.168.22.211-192.168.22.213 tcp dport 8080") + "\n"
    )
    return folder


def test_what_has_to_change_before_an_upgrade(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow(home, tmp_path / "cluster")
    monkeypatch.chdir(tmp_path)
    arguments = ["diff", "--cluster", "cluster/portspec.yaml", "4.18", "--exit-code", "--format"]
    with present(SMALL, tmp_path / "now"):
        assert main([*arguments, "json"]) == 1
        found = json.loads(capsys.readouterr().out)
        assert main([*arguments, "text"]) == 1
        text = capsys.readouterr().out
    assert wrong("upgrade", found) == []
    assert [(one["code"], one["port"], one["severity"]) for one in found["first"]] == [("PS101", "9454", "error")]
    assert found["first"][0]["line"] == 3
    assert found["later"] == found["settled"] == []
    assert "To change before the upgrade:\n\ncluster/firewall/master.nft:3:5: error PS101 9454/tcp from worker" in text


@pytest.mark.parametrize("form", ["text.en", "text.zh-TW", "markdown.en", "markdown.zh-TW"])
def test_a_live_matrix_beside_the_small_spec(
    form: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, lang = form.split(".")
    monkeypatch.chdir(home)
    with present(SMALL, tmp_path):
        assert (
            main(["diff", "--matrix", "matrices/plugin-new.csv", "--release", "4.18", "--format", kind, "--lang", lang])
            == 0
        )
    as_printed(PRINTED / f"matrix.{lang}.{'md' if kind == 'markdown' else 'txt'}", capsys.readouterr().out)
