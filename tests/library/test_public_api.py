"""The public API: its examples run, its surface is the written one, and the command line does not pay for it."""

from __future__ import annotations

import doctest
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import REPOSITORY, portspec

import portspec as package
from portspec import library

SURFACE = {
    "check": "(paths: 'Sequence[str]', *, release: 'str | None' = None, phase: 'Phase | None' = None, platform: 'str | "
    "None' = None, day: 'str | None' = None, use_lock: 'bool' = True, hygiene: 'bool' = False, jobs: 'int' = 1, "
    "progress: 'Callable[[int, int], None] | None' = None) -> 'list[ClusterResult]'",
    "load_cluster": "(path: 'str', *, release: 'str | None' = None, phase: 'Phase | None' = None) -> 'Cluster'",
    "load_policy": "(release: 'str', *, platform: 'str' = 'none', network: 'str' = 'OVNKubernetes', topology: 'str' = "
    "'ha', features: 'Sequence[str]' = ()) -> 'Policy'",
    "read_config": "(path: 'str', format: 'str | None' = None) -> 'Ruleset | Balancer'",
    "releases": "() -> 'tuple[str, ...]'",
    "trace": "(ruleset: 'Ruleset', source: 'str', destination: 'str', *, transport: 'str' = 'tcp', port: 'int | None' = "
    "None, **more: 'object') -> 'Trace'",
}
TYPES = {"Balancer", "Cluster", "ClusterResult", "Finding", "InputError", "Policy", "Profile", "Ruleset", "Trace"}


def test_the_surface_is_the_written_one() -> None:
    assert set(package.__all__) == {*SURFACE, *TYPES, "__version__"}
    assert set(library.__all__) == {*SURFACE, *TYPES}
    assert {name: str(inspect.signature(getattr(package, name))) for name in SURFACE} == SURFACE
    assert all(isinstance(getattr(package, name), type) for name in TYPES)


def test_the_examples_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    found = doctest.testmod(library, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert found.failed == 0
    assert found.attempted >= len(SURFACE)


def test_another_name_is_unknown() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(package, "nothing")  # noqa: B009 - mypy knows that there is none


def test_a_check_says_what_the_command_line_does(monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    monkeypatch.chdir(REPOSITORY)
    (result,) = package.check(["examples/upi-broken"], day="2026-11-01")
    told = json.loads(portspec(["check", "examples/upi-broken", "--format", "json", "--day", "2026-11-01"]).out)
    assert {one.code for one in result.findings} >= {one["code"] for one in told["findings"]} != set()


CLIENT = """
from portspec import Balancer, ClusterResult, InputError, Policy, Ruleset, check, load_cluster, load_policy, read_config, trace


def worst(paths: list[str]) -> str:
    try:
        results: list[ClusterResult] = check(paths, jobs=2, progress=lambda done, all: None)
    except InputError as error:
        return f"{error.path}:{error.line}: {error.message}"
    codes: set[str] = {finding.code for result in results for finding in result.findings}
    return max(codes, default="")


def verdict(path: str) -> str:
    config: Ruleset | Balancer = read_config(path)
    if isinstance(config, Balancer):
        return ", ".join(pool.name for pool in config.pools)
    return str(trace(config, "192.0.2.1", "192.0.2.2", port=22623, state="new").answer()["verdict"])


policy: Policy = load_policy("4.18")
phase: str = load_cluster("portspec.yaml").phase
"""
WRONG = {
    "jobs=2": ('jobs="2"', "arg-type"),
    "check(paths,": ("check(7,", "arg-type"),
    "finding.code for": ("finding.cod for", "attr-defined"),
    'load_policy("4.18")': ("load_policy(4.18)", "arg-type"),
    "port=22623": ('port="22623"', "arg-type"),
}
"""Mistakes of a client that its type checker must see, and how mypy calls them."""


def mypy(program: str, folder: Path) -> str:
    """What mypy says of a program that uses the package as it is installed."""
    (folder / "client.py").write_text(program)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--cache-dir",
        str(folder / "cache"),
        "client.py",
    ]
    environment = {"PATH": os.environ["PATH"], "MYPYPATH": "", "HOME": str(folder)}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert run.stderr == ""
    return run.stdout


def test_a_client_is_typed(tmp_path: Path) -> None:
    assert mypy(CLIENT, tmp_path) == ""
    wrong = CLIENT
    for right, (mistake, _) in WRONG.items():
        assert right in wrong
        wrong = wrong.replace(right, mistake, 1)
    told = mypy(wrong, tmp_path)
    assert sorted(re.findall(r"\[([a-z-]+)\]$", told, re.MULTILINE)) == sorted(code for _, code in WRONG.values())


def test_the_client_runs(tmp_path: Path) -> None:
    script = CLIENT.replace("portspec.yaml", "examples/upi-right/portspec.yaml")
    script += 'print(worst(["examples/upi-broken"]), verdict("examples/upi-right/firewall/master.nft"), phase)\n'
    run = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert run.stdout == "PS325 drop install\n"


def test_the_command_line_is_built_on_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What the library is made to say is what the commands tell."""
    from portspec.cli import main

    monkeypatch.chdir(REPOSITORY)
    (right,) = package.check(["examples/upi-right"], day="2026-11-01")
    monkeypatch.setattr(library, "check", lambda *_, **__: [right])
    assert main(["check", "examples/upi-broken", "--day", "2026-11-01", "--concise"]) == 0
    monkeypatch.setattr("portspec.cli.trace.trace", lambda *_, **more: pytest.fail(f"asked: {more['port']}"))
    with pytest.raises(pytest.fail.Exception, match="asked: 22623"):
        main(
            [
                "trace",
                "examples/upi-right/firewall/master.nft",
                "--from",
                "192.0.2.1",
                "--to",
                "192.0.2.2",
                "--port",
                "22623",
            ]
        )


def test_a_record_is_imported_when_it_is_asked_for() -> None:
    script = "import sys, portspec.library; print(sorted(name for name in sys.modules if name.startswith('portspec.')))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "['portspec.errors', 'portspec.library']\n"


def test_importing_the_package_imports_nothing_of_it() -> None:
    script = "import sys, portspec; print([name for name in sys.modules if name.startswith('portspec.')])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
