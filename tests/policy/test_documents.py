"""Policies as documents: valid, the same everywhere, and no change without review."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

import pytest
from policy.profiles import PROFILES

from portspec.policy.canonical import digest
from portspec.policy.compile import compile_policy
from portspec.policy.flows import flows
from portspec.policy.model import PHASES, Profile
from portspec.policy.resolve import resolve
from portspec.policy.store import policy, releases, snapshot
from portspec.spec.load import assemble, load_spec
from portspec.spec.model import Snapshot
from portspec.spec.read import read_snapshot
from portspec.spec.validate import validator

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "digests.json"
REFRESH = "PORTSPEC_REFRESH=1 pytest tests/policy/test_documents.py"
UPDATE = os.environ.get("PORTSPEC_REFRESH") == "1"


def digests() -> dict[str, dict[str, str]]:
    return {
        release: {name: policy(release, profile).digest for name, profile in PROFILES.items()} for release in releases()
    }


def test_a_change_of_any_policy_is_seen() -> None:
    """Whoever pins a release sees these digests; a change of the spec that moves one is said in the changelog."""
    found = digests()
    if UPDATE:
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8")), f"if this is meant: {REFRESH}"


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
    ("program", "seed", "locale"),
    [
        (sys.executable, "0", "C"),
        (sys.executable, "4242", "zh_TW.Big5"),
        ("python3.11", "random", "C.UTF-8"),
        ("python3.12", "1", "tr_TR.UTF-8"),
        ("python3.13", "2", "POSIX"),
    ],
    ids=["seed 0", "seed 4242", "3.11", "3.12", "3.13"],
)
def test_digests_are_the_same_in_every_python(program: str, seed: str, locale: str) -> None:
    """Another hash seed, locale, Python: the files of this checkout are there, so no YAML library is needed."""
    assert releases()
    path = python(program)
    if path is None:
        pytest.skip(f"{program} is not here")
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    done = subprocess.run(
        [path, "-W", "error", "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == digests()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_and_records_does_not_matter(seed: int) -> None:
    """Whoever sorts a file of the spec, or lists a folder in another order, changes no policy."""
    spec = assemble(load_spec(str(ROOT / "spec")))
    order = random.Random(seed)
    for name in ("services", "roles", "balancers", "sources"):
        order.shuffle(spec[name])
    for service in spec["services"]:
        order.shuffle(service["ports"])
        for port in service["ports"]:
            order.shuffle(port["held_by"])
            if isinstance(port["flows"], list):
                order.shuffle(port["flows"])
    for release in ("4.12", "4.22"):
        known = read_snapshot(resolve(spec, release))
        for profile in PROFILES.values():
            assert compile_policy(known, profile).digest == policy(release, profile).digest, profile


def feature_sets(known: Snapshot) -> list[tuple[str, ...]]:
    """No feature, each alone, all of them, and some pairs: all sets together are too many."""
    names = tuple(sorted(known.features))
    pairs = random.Random(known.release.id).sample(list(combinations(names, 2)), min(6, len(names)))
    return [(), *((name,) for name in names), *pairs, names]


def mixed_profiles(known: Snapshot) -> list[Profile]:
    """Every platform, network plugin and topology together; and every set of features on two of these."""
    kinds = [Profile(*names) for names in product(known.platforms, known.networks, known.topologies)]
    some = [Profile(), *random.Random(known.release.id).sample(kinds, 1)]
    return kinds + [kind._replace(features=features) for kind in some for features in feature_sets(known)]


@pytest.mark.parametrize("release", releases())
def test_every_profile_has_a_policy_and_a_list_of_flows(release: str) -> None:
    """All platforms, network plugins, topologies, features and phases that a release knows."""
    known = snapshot(release)
    for profile in mixed_profiles(known):
        made = compile_policy(known, profile)
        assert made.allows
        assert made.denies
        for phase in (None, *PHASES):
            found = flows(known, profile, phase=phase)
            assert found
            for flow in found:
                assert flow.sender in known.roles
                assert flow.target in known.roles
                assert flow.phases
                assert flow.sources
                assert phase is None or phase in flow.phases
