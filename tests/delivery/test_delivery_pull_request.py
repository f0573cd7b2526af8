"""A pull request in a real repository, checked by the scripts of all three platforms: what the reviewer gets, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from delivery.platforms import PLATFORMS, Done, run, search_path
from delivery.test_delivery_scripts import REAL
from report.test_gitlab import issues
from report.test_junit import valid as valid_junit
from report.test_sarif import valid as valid_sarif
from review.changes import forgets, moves, opens, reorders
from review.repositories import commit, git, repository

BASE = {"base": "origin/main", "fail-on-new": "true"}
CHANGES = {
    "opens 22623 to the world": (opens, 1, "22623/tcp (Machine Config Server) on control-plane is newly open"),
    "forgets the bootstrap member": (forgets, 1, "PS306"),
    "only reorders rules": (reorders, 0, "this change opens, blocks and breaks nothing"),
    "moves a file": (moves, 0, "this change opens, blocks and breaks nothing"),
}
every = pytest.mark.parametrize("platform", PLATFORMS)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of a server's repository on a branch, as a runner checks it out; the server's main has gone on since."""
    server = repository(tmp_path / "server")
    git(tmp_path, "clone", "-q", server.as_uri(), "workspace")
    (server / "README.md").write_text("words\n")
    commit(server, "somebody else's change")
    workspace = tmp_path / "workspace"
    git(workspace, "fetch", "-q")
    git(workspace, "checkout", "-q", "-b", "topic")
    return workspace


def checked(platform: str, workspace: Path, **given: str) -> Done:
    temporary = workspace.parent / "temporary"
    programs = temporary / "portspec-environment" / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    (programs / "portspec").write_text(REAL)
    (programs / "portspec").chmod(0o755)
    return run(platform, {"path": "cluster", **BASE, **given}, workspace, temporary, search_path(programs))


@every
@pytest.mark.parametrize("name", CHANGES)
def test_the_reviewer_is_told(platform: str, name: str, checkout: Path) -> None:
    change, code, told = CHANGES[name]
    change(checkout / "cluster")
    commit(checkout, name)
    done = checked(platform, checkout)
    assert done.code == code, done.err
    assert done.reports is not None
    comment = (done.reports / "portspec.md").read_text(encoding="utf-8")
    assert told in comment
    assert comment.startswith(f"<!-- portspec report -->\n### {'❌' if code else '✅'} portspec: this change ")
    assert "since it was branched off from origin/main" in comment
    assert "README" not in comment
    for path in done.reports.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".sarif":
            log = json.loads(text)
            valid_sarif(log)
            assert ("new" in {one["baselineState"] for one in log["runs"][0]["results"]}) == bool(code)
        elif path.name.endswith("junit.xml"):
            assert (int(valid_junit(text).attrib["failures"]) > 0) == bool(code)
        elif path.name.endswith("gitlab.json"):
            assert bool(issues(text)) == bool(code)
    if platform == "github":
        assert (told in (checkout.parent / "temporary" / "summary").read_text(encoding="utf-8")) or not code
        assert done.out.startswith("::error title=portspec --base::" if code else "::notice title=portspec --base::")


@every
def test_a_base_that_was_not_fetched_is_wrong_use(platform: str, checkout: Path) -> None:
    done = checked(platform, checkout, base="origin/release-9")
    assert done.code == 2
    assert "origin/release-9: no such commit in this repository" in done.out + done.err


@every
def test_findings_that_were_there_fail_nothing(platform: str, checkout: Path) -> None:
    opens(checkout / "cluster")
    commit(checkout, "open")
    git(checkout, "push", "-q", "origin", "topic:old")
    git(checkout, "fetch", "-q")
    (checkout / "README.txt").write_text("words\n")
    commit(checkout, "words")
    assert checked(platform, checkout, base="origin/old").code == 0
    assert checked(platform, checkout, base="origin/old", **{"fail-on-new": "false"}).code == 1
