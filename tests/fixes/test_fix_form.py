"""Fixes leave the form of a file as it is: line ends of Windows, a last line without one, tabs, comments; `--fix` twice does
nothing the second time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fixes import corpus
from fixes.fixing import DAY

from portspec.checks.fleet import Request, prepare, targets
from portspec.cli import main
from portspec.configs.folders import FolderText
from portspec.errors import InputError
from portspec.fixes.proving import check, fix_of, with_edits
from portspec.source import SourceText
from portspec.yamlsource import load_yaml, plain

CASES = Path(__file__).parent.parent / "checks" / "cases_balancer"
REQUEST = Request(None, None, None, DAY)
CHOSEN = (
    "ps301-missing", "ps305-some", "ps309-tcp", "ps304-nginx-in-an-included-file", "ps301-nginx-missing", "ps306-nginx-missing",
    "ps301-keepalived-missing", "ps309-keepalived-none", "ps314-keepalived-plain", "ps301-envoy-missing", "ps309-envoy-none",
    "ps314-envoy-same-priority", "ps325-envoy-round-robin", "ps301-traefik-missing", "ps305-traefik-missing-server",
    "ps317-traefik-toml-no-port", "ps301-as3-missing", "ps306-as3-missing", "ps314-as3-no-priorities", "ps301-f5-missing",
    "ps304-f5-node-lies", "ps314-f5-no-priorities", "ps309-f5-tmsh-no-monitor", "ps314-f5-tmsh-one-group", "ps325-f5-tmsh-no-persistence",
)  # fmt: skip
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "windows": lambda data: data.replace(b"\n", b"\r\n"),
    "no-last-end": lambda data: data.rstrip(b"\n"),
    "tabs": lambda data: data.replace(b"    ", b"\t"),
}
NO_TABS = ("envoy", "traefik", "ansible", "modules", "butane", "machineconfig")
"""YAML has no tabs."""


def sites(folder: Path) -> list[Path]:
    """Repositories with findings: balancers and filters of every dialect."""
    made = []
    for name in CHOSEN:
        made.append(folder / name)
        shutil.copytree(CASES / name, folder / name)
    for dialect in corpus.DIALECTS:
        made += [corpus.write(folder / f"{dialect}-{mistake}", dialect, mistake) for mistake in ("lost", "open")]
    return made


def configs(folder: Path) -> list[Path]:
    """The files that are fixed."""
    kept = ("portspec.yaml", "expected.txt")
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in kept]


def told(form: str, after: str, before: str) -> str:
    """What is wrong with the form of a file after a fix; empty when nothing is."""
    if form == "windows" and after.count("\n") != after.count("\r\n"):
        return "mixed line ends"
    if "\r\r" in after or (form != "windows" and "\r" in after):
        return "a stray carriage return"
    notes = [line for line in before.splitlines() if line.strip().startswith(("#", "<!--"))]
    if notes and [line for line in after.splitlines() if line in notes] != notes:
        return "a comment went"
    return ""


@pytest.mark.parametrize("form", FORMS)
def test_the_same_is_fixed_in_every_form(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[tuple[str, str]] = []
    for site in sites(tmp_path):
        if form == "tabs" and any(word in site.name for word in NO_TABS):
            continue
        monkeypatch.chdir(site)
        expected = _fixed(form, [])
        for path in configs(site):
            path.write_bytes(FORMS[form](path.read_bytes()))
        faults: list[str] = []
        found = _fixed(form, faults)
        # A file of HAProxy's without a last line end has one finding more, which is fixed too.
        more = [one for one in found if one not in expected]
        assert all(one == ("PS317", "haproxy.cut-off", True) for one in more), (site.name, more)
        assert [one for one in expected if one not in found] == [], site.name
        wrong += [(site.name, fault) for fault in faults]
    assert wrong == []


@pytest.mark.parametrize("indent", [2, None])
def test_json_in_many_lines_and_in_one(indent: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name in CHOSEN if "-envoy-" in name or "-as3-" in name] + [
        "ps309-as3-none",
        "ps302-as3-http",
        "ps311-envoy-source-ip",
    ]
    for name in names:
        shutil.copytree(CASES / name, tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        expected = _fixed("", [])
        for path in (Path("envoy.yaml"), Path("declaration.json")):
            if path.exists():
                root = plain(load_yaml(SourceText(path.name, path.read_text())))
                path.write_text(json.dumps(root, indent=indent) + "\n")
        assert sorted(_fixed("", [])) == sorted(expected), name


def _fixed(form: str, faults: list[str]) -> list[tuple[str, str, bool]]:
    found = []
    for target in targets(["."]):
        prepared = prepare(target, REQUEST)
        result = check(prepared, DAY)
        for finding in result.findings:
            fix = fix_of(finding, prepared, result, DAY)
            found.append((finding.code, finding.variant, fix is not None))
            if fix is None:
                continue
            changed = with_edits(prepared, fix.edits)
            pairs = [(one, other) for (_, one), (_, other) in zip(prepared.configs, changed.configs, strict=True)]
            for old, new in pairs:
                parts = (
                    zip(old.parts, new.parts, strict=True)
                    if isinstance(old, FolderText) and isinstance(new, FolderText)
                    else [(old, new)]
                )
                faults += [fault for one, other in parts if (fault := told(form, other.text, one.text))]
    return found


@pytest.mark.parametrize("dialect", corpus.DIALECTS)
def test_a_second_fix_changes_nothing(
    dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = corpus.write(tmp_path / "site", dialect, "lost")
    monkeypatch.chdir(site)
    files = {path: path.read_bytes() for path in configs(site)}
    assert main(["check", ".", "--day", DAY, "--fix"]) == 0
    assert "findings fixed in" in capsys.readouterr().out
    once = {path: path.read_bytes() for path in configs(site)}
    assert once != files
    assert once.keys() == files.keys(), "no file is left beside the others"
    assert main(["check", ".", "--day", DAY, "--fix"]) == 0
    assert "nothing was fixed" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in configs(site)} == once


def test_balancers_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in CHOSEN:
        shutil.copytree(CASES / name, tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        files = {path: path.read_bytes() for path in configs(tmp_path / name)}
        main(["check", ".", "--day", DAY, "--fix"])
        once = {path: path.read_bytes() for path in configs(tmp_path / name)}
        assert once != files, name
        main(["check", ".", "--day", DAY, "--fix"])
        assert {path: path.read_bytes() for path in configs(tmp_path / name)} == once, name
        capsys.readouterr()


def test_an_included_file_is_changed_and_the_one_that_includes_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = corpus.write(tmp_path / "site", "nftables-including", "open")
    monkeypatch.chdir(site)
    main(["check", ".", "--day", DAY, "--diff"])
    patch = capsys.readouterr().out
    assert "+++ b/tables.d/nodes.nft" in patch
    assert "main.nft" not in patch
    assert main(["check", ".", "--day", DAY, "--fix"]) == 0


def test_an_included_file_elsewhere_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the config includes is a link out of the repository: it is not read, so that nothing is changed."""
    site = corpus.write(tmp_path / "site", "nftables-including", "open")
    (site / "tables.d" / "nodes.nft").rename(tmp_path / "nodes.nft")
    (site / "tables.d" / "nodes.nft").symlink_to(tmp_path / "nodes.nft")
    monkeypatch.chdir(site)
    (target,) = targets(["."])
    with pytest.raises(InputError, match="repository"):
        check(prepare(target, REQUEST), DAY)
