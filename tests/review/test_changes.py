"""What a pull request is told, in repositories of git: the comment and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from printing import as_printed
from referencing import Registry, Resource
from review.changes import CHANGES, Change
from review.repositories import check, commit, git, repository, steady
from running import REPOSITORY

PRINTED = Path(__file__).parent / "printed"
SCHEMAS = [json.loads(path.read_text()) for path in sorted((REPOSITORY / "schema").glob("*.schema.json"))]
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS
)
REPORT = next(schema for schema in SCHEMAS if schema["$id"].endswith("check-report.schema.json"))


def made(change: Change, folder: Path) -> Path:
    """The repository with the change in its working tree."""
    repository(folder, change.example)
    if change.before is not None:
        change.before(folder / "cluster")
        commit(folder)
    change.make(folder / "cluster")
    return folder


def named(name: str) -> Change:
    return next(change for change in CHANGES if change.name == name)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_comment_and_the_exit_code(change: Change, tmp_path: Path) -> None:
    folder = made(change, tmp_path / "repository")
    run = check(folder, "--fail-on-new", "--format", "markdown")
    assert run.err == ""
    assert "portspec-base-" not in run.out
    as_printed(PRINTED / f"{change.name}.md", steady(run.out))
    assert run.code == change.code
    for text in change.says:
        assert text in run.out.replace("&#8203;", "").replace("\\_", "_"), text
    assert check(folder).code == change.plain


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_every_format_tells_of_it(change: Change, tmp_path: Path) -> None:
    folder = made(change, tmp_path / "repository")
    summary = tmp_path / "summary.md"
    outputs = [f"--output={name}={tmp_path / name}" for name in ("text", "json", "sarif", "junit", "gitlab")]
    run = check(folder, "--format", "github", *outputs, env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert run.err == ""
    assert not [path for path in tmp_path.glob("*") if path.is_file() and "portspec-base-" in path.read_text()]
    report = json.loads((tmp_path / "json").read_text())
    jsonschema.Draft202012Validator(REPORT, registry=REGISTRY).validate(report)
    delta = report["delta"]
    assert delta["worse"] == bool(change.code)
    assert delta["base"]["commit"] == git(folder, "rev-parse", "HEAD")
    assert run.out.splitlines()[0].startswith(("::error title=portspec --base::", "::notice title=portspec --base::"))
    assert delta["message"] in run.out
    assert delta["message"] in summary.read_text()
    text = (tmp_path / "text").read_text()
    assert text.splitlines()[1].strip() == delta["message"]
    if change.name in ("opens-22623", "blocks-etcd"):
        assert all(flow["message"] in text for cluster in delta["clusters"] for flow in cluster["flows"])
    for cluster in delta["clusters"]:
        for flow in cluster["flows"]:
            sides = flow["witness"]["old"]["verdict"], flow["witness"]["new"]["verdict"]
            assert flow["kind"] != "exposed" or sides[1] == ("accept" if flow["confidence"] == "certain" else "unknown")
            assert flow["kind"] != "blocked" or sides[1] in ("drop", "reject")
            assert not flow["by_filter"] or len({verdict == "accept" for verdict in sides}) == 2 or "unknown" in sides


def test_in_chinese(tmp_path: Path) -> None:
    folder = made(named("opens-22623"), tmp_path / "repository")
    as_printed(PRINTED / "opens-22623.zh-TW.txt", steady(check(folder, "--fail-on-new", "--lang", "zh-TW").out))


def test_as_text(tmp_path: Path) -> None:
    folder = made(named("opens-22623"), tmp_path / "repository")
    as_printed(PRINTED / "opens-22623.txt", steady(check(folder, "--fail-on-new").out))


def test_the_jobs_make_no_difference(tmp_path: Path) -> None:
    folder = made(named("adds-cluster"), tmp_path / "repository")
    one, two = (check(folder, "--jobs", jobs, "--format", "json").out for jobs in ("1", "2"))
    assert one == two
    assert len(json.loads(one)["delta"]["clusters"]) == 2


def test_from_another_folder_and_by_single_paths(tmp_path: Path) -> None:
    folder = made(named("opens-22623"), tmp_path / "repository")
    inside = check(folder / "cluster/lb", "..", "--format", "json")
    delta = json.loads(inside.out)["delta"]
    assert delta["clusters"][0]["path"] == "../portspec.yaml"
    assert delta["clusters"][0]["flows"][0]["witness"]["old"]["path"] == "../firewall/master.nft"
    single = json.loads(check(folder, "cluster/firewall/master.nft", "--format", "json").out)["delta"]
    assert [flow["kind"] for flow in single["clusters"][0]["flows"]] == ["exposed", "opened"]


def test_the_change_alone_decides(tmp_path: Path) -> None:
    """A repository that was wrong before, and a change that has nothing to do with it."""
    folder = repository(tmp_path / "repository", "upi-broken")
    (folder / "README.md").write_text("words\n")
    assert check(folder).code == 1
    assert check(folder, "--fail-on-new").code == 0


def test_codes_that_are_left_out_do_not_fail_it(tmp_path: Path) -> None:
    folder = made(named("opens-22623"), tmp_path / "repository")
    assert check(folder, "--fail-on-new", "--ignore", "PS201").code == 0
    assert check(folder, "--fail-on-new", "--select", "PS3").code == 0
    assert check(folder, "--fail-on-new", "--exit-zero").code == 0


def test_what_is_only_possible_may_pass(tmp_path: Path) -> None:
    folder = made(named("opens-perhaps"), tmp_path / "repository")
    assert check(folder, "--fail-on-new", "--unknown", "allow").code == 0
    assert check(folder, "--fail-on-new", "--fail-on", "error").code == 0
    assert check(folder, "--fail-on-new", "--fail-on", "error", "--unknown", "deny").code == 1


def test_a_baseline_accepts_what_is_new(tmp_path: Path) -> None:
    folder = made(named("forgets-bootstrap"), tmp_path / "repository")
    assert check(folder, "--fail-on-new", "--write-baseline", "baseline.json").code == 0
    assert check(folder, "--fail-on-new", "--baseline", "baseline.json").code == 0
    assert check(folder, "--fail-on-new").code == 1
