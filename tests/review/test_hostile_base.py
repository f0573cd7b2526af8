"""Hostile repositories: what git is given, what it must not run, and where no file may lead."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from report.hostile import COMMAND, EVIL, HARMFUL, MARKUP, NAMES
from report.many import result_of
from review.changes import opens
from review.repositories import check, commit, edit, git, repository
from running import portspec

from portspec.compare import base as base_files
from portspec.compare.base import base_of
from portspec.compare.delta import ClusterDelta
from portspec.compare.review import Delta
from portspec.errors import InputError
from portspec.report import as_github, as_markdown
from portspec.report.compare_delta import as_text
from portspec.report.setting import Setting

REVISIONS = {
    "an option": ("--upload-pack=touch owned", "is not a revision"),
    "a short option": ("-x", "is not a revision"),
    "a line break": ("HEAD\nHEAD", "is not a revision"),
    "unknown": ("nowhere", "no such commit in this repository"),
    "an escape sequence": ("\x1b[31mred", "no such commit in this repository"),
    "a file": ("HEAD:cluster/portspec.yaml", "no such commit in this repository"),
    "a folder": ("HEAD:cluster", "no such commit in this repository"),
    "a range": ("HEAD..HEAD", "no such commit in this repository"),
    "a file's name": ("cluster", "no such commit in this repository"),
}


@pytest.mark.parametrize("name", REVISIONS)
def test_a_revision_that_is_none(name: str, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    revision, error = REVISIONS[name]
    run = portspec(["check", f"--base={revision}"], cwd=folder)
    assert (run.code, run.out) == (2, "")
    assert error in run.err
    assert len(run.err.splitlines()) == 2
    assert not HARMFUL.search(run.err)
    assert not (folder / "owned").exists()


def test_an_empty_revision(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    run = portspec(["check", "--base", ""], cwd=folder)
    assert (run.code, run.out) == (2, "")


def test_no_repository(tmp_path: Path) -> None:
    shutil.copytree(repository(tmp_path / "repository") / "cluster", tmp_path / "alone")
    run = check(tmp_path / "alone")
    assert (run.code, run.out) == (2, "")
    assert "this is none" in run.err


def test_a_shallow_clone_without_the_base(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    first = git(folder, "rev-parse", "HEAD")
    (folder / "more").write_text("words\n")
    commit(folder, "more")
    git(tmp_path, "clone", "-q", "--depth", "1", folder.as_uri(), "clone")
    run = portspec(["check", "--base", first], cwd=tmp_path / "clone")
    assert (run.code, run.out) == (2, "")
    assert "shallow" in run.err
    assert portspec(["check", "--base", "HEAD", "--day", "2026-06-01"], cwd=tmp_path / "clone").code == 0


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    assert "needs --base" in portspec(["check", "--fail-on-new"], cwd=folder).err
    run = check(folder, "--handover")
    assert (run.code, run.out) == (2, "")


def test_git_runs_nothing(tmp_path: Path) -> None:
    """No hook, filter, text conversion, external diff, fsmonitor or pager; the index and the working tree are as they were."""
    folder = repository(tmp_path / "repository")
    owned = tmp_path / "owned"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {owned}\ncat\n")
    script.chmod(0o755)
    for key in (
        "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv", "diff.evil.command",
        "diff.external", "core.fsmonitor", "core.pager", "pager.ls-tree", "pager.cat-file", "core.alternateRefsCommand",
        "core.sshCommand", "core.gitProxy", "credential.helper", "uploadpack.packObjectsHook",
    ):  # fmt: skip
        git(folder, "config", key, str(script))
    for hook in ("post-checkout", "post-index-change", "pre-commit", "reference-transaction"):
        shutil.copy(script, folder / ".git/hooks" / hook)
    (folder / ".gitattributes").write_text("* filter=evil diff=evil export-subst export-ignore\n")
    before = (folder / ".git/index").read_bytes()
    opens(folder / "cluster")
    run = check(folder, env={"GIT_EXTERNAL_DIFF": str(script), "GIT_PAGER": str(script), "GIT_DIR": "/nowhere"})
    assert run.code == 1
    assert "newly exposed" in run.out
    assert not owned.exists()
    assert (folder / ".git/index").read_bytes() == before


LINKS = {
    "to a file of the tree": ("../shared/master.nft", True),
    "to a link to it": ("../shared/link.nft", True),
    "to a file outside": ("../../../outside.nft", False),
    "to an absolute path": ("/etc/passwd", False),
    "to itself": ("master.nft", False),
    "to a device": ("/dev/zero", False),
    "into the repository's own folder": ("../../.git/config", False),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_of_the_base_lead_to_files_of_its_tree_or_nowhere(name: str, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    target, readable = LINKS[name]
    config = folder / "cluster/firewall/master.nft"
    text = config.read_text()
    (folder / "cluster/shared").mkdir()
    (folder / "cluster/shared/master.nft").write_text(text)
    (folder / "cluster/shared/link.nft").symlink_to("master.nft")
    (tmp_path / "outside.nft").write_text(text)
    config.unlink()
    config.symlink_to(target)
    commit(folder, "a link")
    config.unlink()
    config.write_text(text)
    run = check(folder, "--fail-on-new")
    assert run.err == ""
    assert "root:" not in run.out
    assert ("cannot be judged" in run.out) == (not readable)
    assert run.code == 0


@pytest.mark.parametrize("path", ["..", ".", ".git", ".GIT", ""])
def test_names_that_lead_out_are_refused(path: str, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=b"x\n")
    inner = b"100644 owned\0" + bytes.fromhex(blob)
    tree = git(folder, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=inner)
    outer = b"40000 " + path.encode() + b"\0" + bytes.fromhex(tree)
    whole = git(folder, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=outer)
    made = git(folder, "commit-tree", whole, "-m", "evil")
    run = portspec(["check", "--base", made], cwd=folder)
    assert (run.code, run.out) == (2, "")
    assert not list(tmp_path.rglob("owned"))


def test_an_include_from_outside_is_not_read(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    config = folder / "cluster/firewall/master.nft"
    text = config.read_text()
    config.write_text('include "/etc/passwd"\n' + text)
    commit(folder, "an include")
    config.write_text(text)
    run = check(folder, "--fail-on-new")
    assert run.code == 0
    assert "root:" not in run.out + run.err
    assert "cannot be judged" in run.out


def test_the_change_itself_includes_a_file_from_outside(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    config = folder / "cluster/firewall/master.nft"
    config.write_text('include "/etc/passwd"\n' + config.read_text())
    run = check(folder, "--fail-on-new")
    assert (run.code, run.out) == (2, "")
    assert "root:" not in run.err


def outside_blocks(text: str) -> str:
    """A comment without what stands between fences, which no renderer reads as markup."""
    kept, fence = [], ""
    for line in text.split("\n"):
        opened = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif opened:
            fence = opened[0]
        else:
            kept.append(line)
    assert fence == ""
    return "\n".join(kept)


def harmless(text: str, where: str) -> None:
    """No escape sequence, no command of a runner but our own: those begin a line, which no string of JSON does."""
    assert not HARMFUL.search(text), where
    if where in ("json", "sarif", "gitlab"):
        assert not re.search(r"^\s*::", text, re.MULTILINE), where
    elif where != "github":
        assert not COMMAND.search(text), where


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_do_nothing(name: str, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    config = folder / "cluster/firewall" / NAMES[name]
    try:
        (folder / "cluster/firewall/master.nft").rename(config)
    except OSError:
        pytest.skip("this file system has no such names")
    quoted = NAMES[name].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    quoted = re.sub("[\x1b\u202e]", lambda match: f"\\u{ord(match[0]):04x}", quoted)
    text = (folder / "cluster/portspec.yaml").read_text()
    (folder / "cluster/portspec.yaml").write_text(
        text.replace("path: firewall/master.nft", f'path: "firewall/{quoted}"'), errors="surrogateescape"
    )
    commit(folder, "a name")
    edit(config, "ip saddr 192.168.22.10 tcp dport", "tcp dport")
    for shown in ("text", "markdown", "github", "json", "sarif", "junit", "gitlab"):
        run = check(folder, "--fail-on-new", "--format", shown)
        harmless(run.out + run.err, shown)
        if name == "no Unicode":  # no YAML can name it
            assert run.code == 2
            continue
        assert run.code == 1
        assert "22623" in run.out
        if shown == "markdown":
            assert "<img" not in outside_blocks(run.out)
            assert "@everyone" not in outside_blocks(run.out)
        if shown == "github":
            levels = re.findall(r"^::(\S+?)(?: |::)", run.out, re.MULTILINE)
            assert set(levels) <= {"error", "warning", "notice", "group", "endgroup"}


@pytest.mark.parametrize("evil", [EVIL, MARKUP, "::set-output name=x::y", "```\n", "</details><script>"], ids=range(5))
def test_lines_of_configs_do_nothing(evil: str, tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    config = folder / "cluster/firewall/master.nft"
    said = evil.replace('"', "").replace("\n", " ").replace("\\", "")
    edit(
        config,
        "ip saddr 192.168.22.10 tcp dport { 6443, 22623 } accept",
        f'tcp dport {{ 6443, 22623 }} accept comment "{said[:60]}" #{said}\n',
    )
    for shown in ("text", "markdown", "github", "junit"):
        run = check(folder, "--fail-on-new", "--format", shown)
        assert run.code in (1, 2)  # nft refuses some comments, and then so do we
        harmless(run.out + run.err, shown)
        if shown == "markdown":
            assert "<img" not in outside_blocks(run.out)
            assert "<script" not in outside_blocks(run.out)


def test_a_branch_with_a_hostile_name(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    name = "a`<img/src=x>@everyone#1|b"
    git(folder, "branch", name)
    opens(folder / "cluster")
    run = portspec(["check", "--base", name, "--format", "markdown"], cwd=folder)
    assert run.code == 1
    assert "<img" not in run.out
    assert "@everyone" not in run.out


@pytest.mark.parametrize("number", [1, 100, 10_000])
def test_so_many_findings_stay_within_what_platforms_take(number: int) -> None:
    result = result_of(number)
    one = ClusterDelta("portspec.yaml", result, (), (), result.findings, result.findings)
    delta = Delta("main", "0" * 40, (one,), (), ())
    for fail_on_new in (False, True):
        setting = Setting("en", delta=delta, fail_on_new=fail_on_new)
        comment = as_markdown.render([result], setting)
        assert len(comment) <= as_markdown.MOST_CHARACTERS
        assert f"new findings {number}" in comment
        assert comment.count("<details") == comment.count("</details>")
        assert len(as_text(delta, setting).splitlines()) < 500
        log = as_github.render([result], setting)
        assert len([line for line in log.splitlines() if line.startswith(("::error", "::warning", "::notice"))]) <= 32
        assert f"new findings {number}" in log


def test_a_tree_that_is_too_large_is_read_as_far_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = repository(tmp_path / "repository")
    (folder / "image.bin").write_bytes(os.urandom(200_000))
    commit(folder, "an image")
    monkeypatch.setattr(base_files, "MOST_BYTES", 100_000)
    with base_of(str(folder), "HEAD") as base:
        assert base.left_out == ("image.bin",)
        assert (Path(base.folder) / "cluster/portspec.yaml").is_file()
        assert not (Path(base.folder) / "image.bin").exists()
    assert not Path(base.folder).exists()
    monkeypatch.setattr(base_files, "MOST_FILES", 3)
    with pytest.raises(InputError, match="at most 3 are read"), base_of(str(folder), "HEAD"):
        pass


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert check(folder, env={"TMPDIR": str(temporary)}).code == 0
    (folder / "cluster/lb/haproxy.cfg").write_text("listen\n")
    assert check(folder, env={"TMPDIR": str(temporary)}).code == 2
    assert list(temporary.iterdir()) == []
