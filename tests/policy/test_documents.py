"""Policies as documents: valid, the same everywhere, and no change without review."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from policy.profiles import PROFILES

from portspec.policy.canonical import digest
from portspec.policy.compile import compile_policy
from portspec.policy.model import Profile
from portspec.policy.store import policy, releases, snapshot
from portspec.spec.validate import validator

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "digests.json"
UPDATE = os.environ.get("PORTSPEC_UPDATE_EXPECTED") == "1"


def digests() -> dict[str, dict[str, str]]:
    return {
        release: {name: policy(release, profile).digest for name, profile in PROFILES.items()} for release in releases()
    }


def test_a_change_of_any_policy_is_seen() -> None:
    """`PORTSPEC_UPDATE_EXPECTED=1 pytest tests/policy/test_documents.py` accepts the new digests."""
    found = digests()
    if UPDATE:
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("release", releases())
def test_every_document_fulfils_the_schema(release: str) -> None:
    for profile in PROFILES.values():
        made = policy(release, profile)
        assert [error.message for error in validator("policy").iter_errors(json.loads(json.dumps(made.document)))] == []
        assert made.digest == digest(made.document)
        ids = [allow.id for allow in made.allows] + [deny.id for deny in made.denies]
        ids += [balance.id for balance in made.balances]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("platform", sorted(snapshot("4.18").platforms))
@pytest.mark.parametrize("topology", ["ha", "compact", "single-node"])
def test_what_was_compiled_beforehand_is_what_is_compiled_now(platform: str, topology: str) -> None:
    profile = Profile(platform, topology=topology)
    assert policy("4.18", profile) == compile_policy(snapshot("4.18"), profile)


def python(program: str) -> str | None:
    """A Python that runs: on the path, or among pyenv's versions (whose shim on the path may be switched off)."""
    pyenv = sorted(Path.home().glob(f".pyenv/versions/*/bin/{program}"))
    for path in (shutil.which(program), *map(str, pyenv)):
        if path is not None and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            return path
    return None


SCRIPT = """
import json, sys
from portspec.policy.compile import compile_policy
from portspec.policy.store import policy, releases, snapshot
from policy.profiles import PROFILES
found = {}
for release in releases():
    found[release] = {}
    for name, profile in PROFILES.items():
        made = compile_policy(snapshot(release), profile)
        assert made.digest == policy(release, profile).digest
        found[release][name] = made.digest
print(json.dumps(found))
"""


@pytest.mark.parametrize(
    ("program", "seed"),
    [(sys.executable, "0"), (sys.executable, "4242"), ("python3.12", "1"), ("python3.13", "2")],
    ids=["seed 0", "seed 4242", "3.12", "3.13"],
)
def test_digests_are_the_same_in_every_python(program: str, seed: str) -> None:
    """Another hash seed, another Python: the files of this checkout are there, so no YAML library is needed."""
    assert releases()
    path = python(program)
    if path is None:
        pytest.skip(f"{program} is not here")
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    done = subprocess.run(
        [path, "-W", "error", "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == digests()
