"""Where policies come from: known releases and profiles only, and no YAML once the files are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portspec.cluster import vocabulary
from portspec.errors import InputError
from portspec.policy import store
from portspec.policy.cache import checkout_folder, content_key
from portspec.policy.model import Profile
from portspec.spec.releases import release_key

MINIMAL = Path(__file__).parents[1] / "spec" / "minimal"


def test_releases() -> None:
    """Oldest first, none missing in between; the newest is the last one that is out."""
    found = store.releases()
    assert found[:11] == tuple(f"4.{minor}" for minor in range(12, 23))
    assert sorted(found, key=release_key) == list(found)
    out = [name for name in found if not store.snapshot(name).release.preview]
    assert store.newest_release() == out[-1]


@pytest.mark.parametrize(
    ("release", "profile", "message", "hint"),
    [
        ("4.81", Profile(), "unknown release '4.81'; known: 4.12, 4.13, ", "did you mean 4.21?"),
        ("4.2", Profile(), "unknown release '4.2'; known: 4.12, ", "did you mean 4.20?"),
        ("../../etc", Profile(), "unknown release '../../etc'; known: ", ""),
        (".", Profile(), "unknown release '.'; known: ", ""),
        ("", Profile(), "unknown release ''; known: ", ""),
        ("4.18", Profile("vsfere"), "unknown platform 'vsfere' in 4.18; known: none, ", "did you mean vsphere?"),
        ("4.18", Profile(network="OpenShiftSDN"), "unknown network 'OpenShiftSDN' in 4.18; known: OVNKubernetes", ""),
        (
            "4.18",
            Profile(features=("assisted-installr",)),
            "unknown feature 'assisted-installr' in 4.18; known: ",
            "did you mean assisted-installer?",
        ),
    ],
)
def test_what_the_spec_does_not_know(release: str, profile: Profile, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        store.policy(release, profile)
    assert caught.value.message.startswith(message)
    assert caught.value.hint == hint


def test_a_plugin_that_is_gone_was_there_before() -> None:
    assert store.policy("4.16", Profile(network="OpenShiftSDN")).profile.network == "OpenShiftSDN"


def test_the_cluster_file_knows_the_same_profiles() -> None:
    known = store.snapshot("4.12")
    assert set(vocabulary.PLATFORMS) == set(known.platforms)
    assert set(vocabulary.NETWORKS) == set(known.networks)
    assert set(vocabulary.TOPOLOGIES) == set(known.topologies)
    assert set(vocabulary.ROLES) == set(known.roles)
    assert {alias: role.id for role in known.roles.values() for alias in role.aliases} == vocabulary.ROLE_ALIASES


def test_a_policy_is_read_without_a_yaml_or_schema_library() -> None:
    store.releases()
    script = (
        "import sys\nfrom portspec.policy.store import policy\nfrom portspec.policy.model import Profile\n"
        "policy('4.18', Profile())\n"
        "print([name for name in ('ruamel.yaml', 'jsonschema', 'portspec.spec.model', 'dataclasses') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_files_are_made_anew_when_the_spec_changes(tmp_path: Path) -> None:
    spec, cache = tmp_path / "spec", tmp_path / "cache"
    shutil.copytree(MINIMAL, spec)
    first = checkout_folder(str(spec), str(cache))
    assert checkout_folder(str(spec), str(cache)) == first
    changed = spec / "services" / "api.yaml"
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("kube-apiserver", "kube-apiserve2"), encoding="utf-8"
    )
    second = checkout_folder(str(spec), str(cache))
    assert second != first
    assert Path(second, "4.9", store.SNAPSHOT).is_file()
    assert sorted(os.listdir(cache)) == sorted({Path(first).name, Path(second).name})


def test_a_file_more_changes_the_key(tmp_path: Path) -> None:
    shutil.copytree(MINIMAL, tmp_path / "spec")
    before = content_key(str(tmp_path / "spec"))
    (tmp_path / "spec" / "services" / "more.yaml").touch()
    assert content_key(str(tmp_path / "spec")) != before


def test_a_cache_that_cannot_be_written_to(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    made = checkout_folder(str(MINIMAL), str(blocked / "cache"))
    assert Path(made, store.RELEASES).is_file()


def test_a_spec_that_is_wrong_leaves_nothing_behind(tmp_path: Path) -> None:
    shutil.copytree(MINIMAL, tmp_path / "spec")
    (tmp_path / "spec" / "roles.yaml").write_text("roles: 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"roles.yaml:1:8: roles: found 1; expected array"):
        checkout_folder(str(tmp_path / "spec"), str(tmp_path / "cache"))
    assert os.listdir(tmp_path / "cache") == []


def test_no_spec_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither a spec folder"):
        checkout_folder(str(tmp_path), str(tmp_path / "cache"))
