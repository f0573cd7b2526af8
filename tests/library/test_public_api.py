"""The public API: its examples run, its surface is the written one, and the command line does not pay for it."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys

import pytest
from running import REPOSITORY, portspec

import portspec as package
from portspec import library

SURFACE = {
    "check": "(paths: 'Sequence[str]', *, release: 'str | None' = None, phase: 'Phase | None' = None, platform: 'str | "
    "None' = None, day: 'str | None' = None, use_lock: 'bool' = True, jobs: 'int' = 1) -> 'list[ClusterResult]'",
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


def test_importing_the_package_imports_nothing_of_it() -> None:
    script = "import sys, portspec; print([name for name in sys.modules if name.startswith('portspec.')])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
