"""`portspec pin`, and a check that goes by the lock: the same answer whatever the present spec says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from policy.small_spec import NEXT, SMALL, changed, present
from running import REPOSITORY, portspec

from portspec.cli import main

LOCKS = REPOSITORY / "tests" / "policy" / "locks"
EXAMPLE = REPOSITORY / "examples" / "upi-right"
COMPARED = ("code", "variant", "severity", "confidence", "path", "line", "service", "port")


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the cluster of `later`, without its lock, as the current folder."""
    folder = tmp_path / "cluster"
    shutil.copytree(LOCKS / "later", folder)
    (folder / "portspec.lock").unlink()
    monkeypatch.chdir(folder)
    return folder


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["check", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def findings(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said about the configs, without the sentences: those may become better."""
    return [
        {**{key: one[key] for key in COMPARED}, "verdict": (one["witness"] or {}).get("verdict")}
        for one in document["findings"]
        if not one["code"].startswith("PS5")
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in LOCKS.iterdir() if path.is_dir()))
def test_an_old_lock_gives_the_old_answer(name: str, tmp_path: Path) -> None:
    """By the real spec of today, by that of the day, and by one that does not know the release."""
    expected = json.loads((LOCKS / name / "expected.json").read_text(encoding="utf-8"))
    run = portspec(["check", "--format", "json", "--day", expected["day"]], cwd=LOCKS / name)
    assert run.err == ""
    assert run.code == 1
    document = json.loads(run.out)
    schema = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []
    assert findings(document) == expected["findings"]
    (cluster,) = document["clusters"]
    assert cluster["policy"] == {
        "digest": expected["digest"],
        "spec_version": expected["spec_version"],
        "lock": "portspec.lock",
    }
    assert [one["code"] for one in document["findings"] if one["code"].startswith("PS5")] == ["PS501"]


@pytest.mark.parametrize("name", ["old", "later"])
def test_the_spec_of_the_day_has_nothing_to_add(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = json.loads((LOCKS / name / "expected.json").read_text(encoding="utf-8"))
    monkeypatch.chdir(LOCKS / name)
    with present(SMALL, tmp_path):
        _, document = report(capsys, "--day", expected["day"])
        assert main(["pin", "--check"]) == 0
    assert findings(document) == expected["findings"]
    assert len(document["findings"]) == len(expected["findings"])
    assert capsys.readouterr().out.count("\n") == 1


def test_a_later_spec_says_what_it_would_decide_otherwise(
    cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with present(SMALL, tmp_path / "now"):
        assert main(["pin"]) == 0
        _, before = report(capsys, "--day", "2025-06-01") if not capsys.readouterr().err else (2, {})
    with present(changed(tmp_path / "next"), tmp_path / "then"):
        code, after = report(capsys, "--day", "2025-06-01")
        only = main(["check", "--select", "PS501", "--fail-on", "note"])
        told = capsys.readouterr().out
        assert main(["pin", "--check"]) == 0
        checked = capsys.readouterr().out
        without, free = report(capsys, "--no-lock", "--day", "2025-06-01")
        assert main(["pin"]) == 0
        pinned = capsys.readouterr().out
        again, renewed = report(capsys, "--day", "2025-06-01")
    assert findings(after) == findings(before)
    assert code == 1
    assert only == 0, "the note never weighs"
    assert (
        "portspec.lock: note PS501 pinned with spec 2025.1.0; spec 2026.5.0 would decide otherwise about "
        "9454/tcp, 22624/tcp, 22625/tcp (obligations: 1 more, 1 fewer, 1 changed)" in told
    )
    assert "help: portspec diff portspec.lock 4.18 shows what; portspec pin takes it over" in told
    assert "  spec 2026.5.0 would decide otherwise (obligations: 1 more, 1 fewer, 1 changed)\n" in checked
    assert "  against the lock before (obligations: 1 more, 1 fewer, 1 changed)\n" in pinned
    assert without == again == 1
    assert findings(free) == findings(renewed)
    assert "PS501" not in json.dumps([free, renewed])


def test_a_better_sentence_is_no_other_decision(
    cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with present(SMALL, tmp_path / "now"):
        assert main(["pin"]) == 0
    sentences = [one for one in NEXT if "purpose" in one[1] or "version" in one[0]]
    with present(changed(tmp_path / "next", sentences), tmp_path / "then"):
        assert main(["check", "--select", "PS501"]) == 0
    assert "PS501" not in capsys.readouterr().out


def test_the_service_of_the_site_is_taken_by_a_later_spec(
    cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with present(SMALL, tmp_path / "now"):
        assert main(["pin"]) == 0
    later = changed(
        tmp_path / "next",
        [
            ("services/host-services.yaml", "id: host-services", "id: backup"),
            ("services/host-services.yaml", "port: 22624", "port: 22625"),
        ],
    )
    (later / "services" / "host-services.yaml").rename(later / "services" / "backup.yaml")
    with present(later, tmp_path / "then"):
        assert main(["check", "--select", "PS501"]) == 0
    assert (
        "cannot decide about this cluster: services/backup.yaml:1:5: there is a service backup already"
        in capsys.readouterr().out
    )


def test_pinning_twice_writes_the_same(cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = cluster / "portspec.lock"
    with present(SMALL, tmp_path / "now"):
        assert main(["pin", "4.18"]) == 0
        first = lock.read_bytes()
        os.utime(lock, (1, 1))
        assert main(["pin", "--lang", "zh-TW"]) == 0
        assert lock.stat().st_mtime == 1, "what is right already is not written"
        lock.write_bytes(first.replace(b"required", b"optional"))
        assert main(["pin"]) == 0
    assert lock.read_bytes() == first
    assert sorted(path.name for path in cluster.iterdir()) == sorted(
        ["portspec.lock", "portspec.yaml", "firewall", "services", "expected.json"]
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("portspec.lock: OpenShift 4.18, spec 2025.1.0, 29 obligations, sha256:")
    assert lines[1].startswith("portspec.lock：未變更：OpenShift 4.18，規格 2025.1.0，29 項義務，sha256:")


def test_locks_of_many_clusters(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(EXAMPLE, tmp_path / name)
    run = portspec(["pin"], cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert [line.partition(":")[0] for line in run.out.splitlines()] == ["a/portspec.lock", "b/portspec.lock"]
    assert (tmp_path / "a" / "portspec.lock").read_bytes() == (tmp_path / "b" / "portspec.lock").read_bytes()
    with_lock, without = (portspec(["check", "a", *more], cwd=tmp_path) for more in ([], ["--no-lock"]))
    assert with_lock.out.replace("policy pinned by a/portspec.lock", "") != without.out
    kept = [
        line for line in with_lock.out.splitlines() if not line.startswith("policy pinned by a/portspec.lock, spec ")
    ]
    assert kept == without.out.splitlines()
    one = portspec(["pin", "--cluster", "a/portspec.yaml"], cwd=tmp_path)
    assert one.out.startswith("a/portspec.lock: unchanged: ")
    assert portspec(["check", "--jobs", "2"], cwd=tmp_path).err == ""


def edit(old: str, new: str, name: str = "portspec.lock") -> tuple[str, str, str]:
    return name, old, new


STALE = {
    "another release": (edit('release: "4.18"', 'release: "4.17"', "portspec.yaml"), "portspec.lock:4:1: the lock is stale: it pins OpenShift 4.18, portspec.yaml says 4.17\n  portspec pin writes it anew\n"),
    "another platform": (edit("phase:", "platform: baremetal\nphase:", "portspec.yaml"), "portspec.lock:{profile}:1: the lock is stale: it pins platform none, portspec.yaml says baremetal\n"),
    "another topology": (edit("phase:", "topology: compact\nphase:", "portspec.yaml"), "portspec.lock:{profile}:1: the lock is stale: it pins topology ha, portspec.yaml says compact\n"),
    "a feature": (edit("phase:", "features: [node-ports]\nphase:", "portspec.yaml"), "portspec.lock:{profile}:1: the lock is stale: it pins features none, portspec.yaml says node-ports\n"),
    "no services any more": (edit("services: [services/*.yaml]", "", "portspec.yaml"), "portspec.lock:6:1: the lock is stale: services of the site have changed since: services/backup.yaml\n"),
    "another service": (edit("port: 9777", "port: 9778", "services/backup.yaml"), "portspec.lock:6:1: the lock is stale: services of the site have changed since: services/backup.yaml\n"),
    "a service that is no YAML": (edit("ports:", "ports: [", "services/backup.yaml"), "services/backup.yaml:"),
    "a necessity": (edit('"necessity":"required"', '"necessity":"optional"'), "portspec.lock:"),
    "a sentence": (edit("The door to the cluster.", "A door."), "portspec.lock:"),
    "a later form": (edit('"lock":1', '"lock":2'), "portspec.lock:1:1: a lock of form 2; this portspec reads up to 1\n"),
    "half of it": (edit('"policy":{', ""), "portspec.lock:"),
}  # fmt: skip


@pytest.mark.parametrize("name", STALE)
def test_a_stale_or_edited_lock_is_refused(
    name: str, cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file, old, new), error = STALE[name]
    with present(SMALL, tmp_path / "now"):
        assert main(["pin"]) == 0
        capsys.readouterr()
        pinned = (cluster / "portspec.lock").read_text(encoding="utf-8").split("\n")
        profile = next(number for number, line in enumerate(pinned, 1) if line.startswith('"profile":'))
        text = (cluster / file).read_text(encoding="utf-8")
        assert old in text
        (cluster / file).write_text(text.replace(old, new), encoding="utf-8")
        for command in (["check"], ["check", "--format", "json"], ["pin", "--check"]):
            assert main(command) == 2, command
            out, err = capsys.readouterr()
            assert out == ""
            assert err.startswith(error.replace("{profile}", str(profile)))
            assert len(err.splitlines()) <= 2


def test_a_comment_in_a_service_makes_no_lock_stale(cluster: Path, tmp_path: Path) -> None:
    with present(SMALL, tmp_path / "now"):
        assert main(["pin"]) == 0
        path = cluster / "services" / "backup.yaml"
        path.write_text("# who asks: the backup team\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
        assert main(["pin", "--check"]) == 0
        assert main(["check"]) == 1


def test_a_lock_that_only_says_that_it_is_the_specs(
    cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole lock with all digests recomputed, by somebody who wants a port open: its spec is here, and says otherwise."""
    from portspec.checks.pinning import make_lock, open_cluster
    from portspec.policy.compile import finish
    from portspec.policy.lock import lock_text

    with present(SMALL, tmp_path / "now"):
        lock = make_lock(open_cluster("portspec.yaml", None))
        held = lock.policy
        allows = tuple(one._replace(necessity="optional") for one in held.allows)
        made = finish(
            held.release, held.spec_version, held.profile, allows, held.denies, held.balances, dict(held.services)
        )
        (cluster / "portspec.lock").write_text(lock_text(lock._replace(policy=made)), encoding="utf-8")
        assert main(["pin", "--check"]) == 2
        assert "this is not what portspec pin writes from the spec that the lock names" in capsys.readouterr().err
        (cluster / "portspec.lock").write_text(
            lock_text(lock._replace(policy=made, base=made.digest)), encoding="utf-8"
        )
        assert main(["check"]) == 2
        assert "the lock does not hold what spec 2025.1.0 says, which it names" in capsys.readouterr().err


@pytest.mark.parametrize("own", [(), ("backup",)], ids=["alone", "beside services of the site"])
@pytest.mark.parametrize("what", ["necessity", "dates"])
def test_a_forged_lock_of_the_present_spec_is_refused_whatever_it_is_stamped(
    what: str, own: tuple[str, ...], cluster: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every digest computed anew and another portspec's stamp: only compiling the policy again shows it."""
    from portspec.checks.pinning import make_lock, open_cluster
    from portspec.policy.compile import finish
    from portspec.policy.lock import lock_text

    if not own:
        file = cluster / "portspec.yaml"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith("services:")), encoding="utf-8")
    with present(SMALL, tmp_path / "now"):
        honest = make_lock(open_cluster("portspec.yaml", None))
        assert honest.own == own
        forged = honest._replace(stamp="sha256:" + "0" * 64)
        file = cluster / "portspec.lock"
        file.write_text(lock_text(forged), encoding="utf-8")
        assert main(["pin", "--check"]) == 0, "another portspec's stamp alone is no reason"
        if what == "dates":
            forged = forged._replace(lifecycle=honest.lifecycle._replace(support_ends="2099-01-01"))
        else:
            held = honest.policy
            allows = tuple(one._replace(necessity="optional") for one in held.allows)
            made = finish(
                held.release, held.spec_version, held.profile, allows, held.denies, held.balances, dict(held.services)
            )
            forged = forged._replace(policy=made, base=honest.base if own else made.digest)
        file.write_text(lock_text(forged), encoding="utf-8")
        capsys.readouterr()
        assert main(["pin", "--check"]) == 2
        assert "portspec.lock:2:1: the lock names spec 2025.1.0" in capsys.readouterr().err
        version = forged.policy._replace(spec_version="2024.1.0")
        file.write_text(lock_text(forged._replace(policy=version)), encoding="utf-8")
        assert main(["pin", "--check"]) == 0, "what another version said is not known here"
        told = capsys.readouterr().out
        assert ("spec 2025.1.0 would decide otherwise" in told) is (what == "necessity")


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 30)


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


PREPARED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a directory": (lambda path: path.mkdir(), "portspec.lock: is a directory"),
    "a pipe": (os.mkfifo, "portspec.lock: is not a regular file"),
    "a link to nowhere": (lambda path: path.symlink_to("nowhere"), "portspec.lock: No such file"),
    "a link outside": (lambda path: path.symlink_to("/dev/zero"), "portspec.lock: is a link that leads out of the repository"),
    "huge": (sparse, "portspec.lock: has 1073741824 bytes"),
    "empty": (lambda path: path.touch(), "portspec.lock:1:1: the file is empty"),
    "binary": (binary, "portspec.lock:1:1: a NUL byte"),
}  # fmt: skip


@pytest.mark.parametrize("name", PREPARED)
def test_a_lock_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "x")
    prepare, error = PREPARED[name]
    prepare(tmp_path / "x" / "portspec.lock")
    for command in (["check"], ["pin", "--check"]):
        run = portspec(command, cwd=tmp_path / "x", timeout=30)
        assert (run.code, run.out) == (2, "")
        assert run.err.startswith(error), run.err


WRONG = {
    "no cluster file": (["pin", "--cluster", "empty"], "empty: nothing to check: no portspec.yaml here or below"),
    "a single config": (["pin", "--cluster", "x/lb/haproxy.cfg"], "x/lb/haproxy.cfg: --cluster takes a portspec.yaml, or a folder"),
    "another release": (["pin", "4.17"], "x/portspec.yaml:2:10: this cluster file is for OpenShift 4.18, not 4.17"),
    "no release": (["pin", "latest"], "x/portspec.yaml:2:10: this cluster file is for OpenShift 4.18, not latest"),
    "no lock": (["pin", "--check"], "x/portspec.lock: there is no lock\n  portspec pin writes it"),
    "the lock by itself": (["check", "x", "--release", "4.17"], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copytree(EXAMPLE, tmp_path / "x")
    arguments, error = WRONG[name]
    run = portspec(arguments, cwd=tmp_path)
    if error:
        assert (run.code, run.out) == (2, "")
        assert run.err.startswith(error), run.err
    else:
        assert run.err == ""
        assert run.code < 2
    assert not (tmp_path / "x" / "portspec.lock").exists()


def test_a_release_of_the_command_line_and_a_lock(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "x")
    assert portspec(["pin"], cwd=tmp_path).code == 0
    same, other = (portspec(["check", "--release", release], cwd=tmp_path) for release in ("4.18", "4.19"))
    assert same.err == ""
    assert "policy pinned by x/portspec.lock" in same.out
    assert (other.code, other.out) == (2, "")
    assert "it pins OpenShift 4.18, --release says 4.19\n  leave --release out, or use --no-lock" in other.err
    assert portspec(["check", "--release", "4.19", "--no-lock"], cwd=tmp_path).err == ""


def test_nothing_of_the_lock_is_imported_without_one(tmp_path: Path) -> None:
    """A check that has no lock pays nothing for locks."""
    shutil.copytree(EXAMPLE, tmp_path / "x")
    script = (
        "import sys\nfrom portspec.cli import main\nmain(['check', 'x/lb/haproxy.cfg'])\n"
        "print([name for name in sorted(sys.modules) if name.rpartition('.')[2] in "
        "('pinned', 'pinning', 'lock', 'diff', 'sides', 'live', 'matrix', 'changes', 'output', 'upgrade', 'hashlib')])"
    )
    import subprocess
    import sys

    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
