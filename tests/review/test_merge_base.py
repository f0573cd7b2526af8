"""`--base REV` means what a pull request means: what was changed since the branch left REV, whatever happened there since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from review.changes import forgets, opens
from review.repositories import commit, edit, git, repository
from running import Run, portspec


def against(folder: Path, revision: str, *words: str) -> Run:
    return portspec(["check", "--base", revision, "--day", "2026-06-01", *words], cwd=folder)


def delta(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.out)["delta"]
    return found


def diverged(folder: Path) -> str:
    """A branch `topic` beside `main`, which was mended after it was branched off; the commit where it was."""
    repository(folder)
    opens(folder / "cluster")
    start = commit(folder, "open")
    git(folder, "checkout", "-q", "-b", "topic")
    (folder / "README.md").write_text("words\n")
    commit(folder, "words")
    git(folder, "checkout", "-q", "main")
    edit(
        folder / "cluster/firewall/master.nft",
        "tcp dport { 6443, 22623 }",
        "ip saddr 192.168.22.10 tcp dport { 6443, 22623 }",
    )
    commit(folder, "mended")
    git(folder, "checkout", "-q", "topic")
    return start


def test_what_happened_to_the_base_since_is_not_the_change(tmp_path: Path) -> None:
    start = diverged(tmp_path / "repository")
    folder = tmp_path / "repository"
    run = against(folder, "main", "--fail-on-new", "--format", "json")
    found = delta(run)
    assert (run.code, found["worse"], found["summary"]["exposed"]) == (0, False, 0)
    assert found["base"] == {"revision": "main", "commit": start, "is": "merge-base"}
    text = against(folder, "main", "--fail-on-new").out
    assert text.startswith(f"What this change does, since it was branched off from main ({start[:12]})\n")
    chinese = against(folder, "main", "--lang", "zh-TW").out
    assert chinese.startswith(f"這次變更的影響，相對於從 main 分支出來的那個提交（{start[:12]}）\n")


def test_what_the_branch_does_is(tmp_path: Path) -> None:
    diverged(tmp_path / "repository")
    folder = tmp_path / "repository"
    forgets(folder / "cluster")
    assert against(folder, "main", "--fail-on-new").code == 1
    commit(folder, "committed")
    assert against(folder, "main", "--fail-on-new").code == 1


def test_a_revision_that_was_branched_off_from_is_itself(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    start = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", "-b", "topic")
    opens(folder / "cluster")
    commit(folder, "open")
    run = against(folder, "main", "--fail-on-new", "--format", "json")
    assert delta(run)["base"] == {"revision": "main", "commit": start, "is": "revision"}
    assert run.code == 1


def test_a_merge_that_a_platform_has_checked_out(tmp_path: Path) -> None:
    """GitHub checks out the merge of the branch into the base: its first parent is what the change is held against."""
    diverged(tmp_path / "repository")
    folder = tmp_path / "repository"
    git(folder, "checkout", "-q", "--detach", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "topic")
    found = delta(against(folder, "main", "--format", "json"))
    assert found["base"]["commit"] == git(folder, "rev-parse", "main")
    assert found["summary"] == {"exposed": 0, "blocked": 0, "wrong": 0, "right": 0, "accepted": 0}


@pytest.mark.parametrize("why", ["shallow", "unrelated"])
def test_without_a_common_ancestor_it_is_the_revision_itself(why: str, tmp_path: Path) -> None:
    diverged(tmp_path / "repository")
    folder = tmp_path / "repository"
    if why == "shallow":
        git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", folder.as_uri(), "clone")
        folder = tmp_path / "clone"
        revision = "origin/main"
    else:
        git(folder, "checkout", "-q", "--orphan", "other")
        commit(folder, "from nothing")
        revision = "main"
    run = against(folder, revision, "--format", "json")
    found = delta(run)
    assert found["base"]["is"] == "no-common-ancestor"
    assert found["base"]["commit"] == git(folder, "rev-parse", revision)
    assert found["summary"]["exposed"] == 1
    text = against(folder, revision).out
    assert f"no common ancestor with {revision} is here" in text


def test_a_repository_without_a_commit_of_its_own(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    git(folder, "symbolic-ref", "HEAD", "refs/heads/unborn")
    found = delta(against(folder, "main", "--format", "json"))
    assert found["base"]["is"] == "no-common-ancestor"
    assert found["summary"]["exposed"] == 0


def test_the_help_says_so() -> None:
    told = " ".join(portspec(["check", "--help"]).out.split())
    assert "their merge base, as a pull request means it" in told
