"""The names of what is compared: a release, with a profile, in another folder, or a lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from policy.small_spec import SMALL, changed

from portspec.configs.files import load
from portspec.errors import InputError
from portspec.policy.lock import Lock, lock_text
from portspec.policy.model import Profile
from portspec.policy.sides import read_side, snapshot_of, take_apart
from portspec.policy.store import compiled, policy
from portspec.policy.support import Lifecycle

BASE = Profile("aws", "OVNKubernetes", "compact", ("ipsec",))
MEANT = {
    "4.18": (None, "4.18", BASE),
    "4.18:baremetal": (None, "4.18", BASE._replace(platform="baremetal")),
    "4.18:platform=baremetal": (None, "4.18", BASE._replace(platform="baremetal")),
    "4.18:topology=ha,features=b+a": (None, "4.18", BASE._replace(topology="ha", features=("a", "b"))),
    "4.18:none,network=third-party": (None, "4.18", BASE._replace(platform="none", network="third-party")),
    "4.18:features=+": (None, "4.18", BASE._replace(features=())),
    "a/spec@4.18:vsphere": ("a/spec", "4.18", BASE._replace(platform="vsphere")),
    "user@host/spec@4.18": ("user@host/spec", "4.18", BASE),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_a_name_means(name: str) -> None:
    asked = take_apart(name)
    assert (asked.folder, asked.release, asked.profile(BASE)) == MEANT[name]


WRONG = {
    "": "'' names nothing",
    ":baremetal": "':baremetal' names nothing",
    "4.18:": "'4.18:' names nothing",
    "@4.18": "'@4.18' names nothing",
    "spec@": "'spec@' names nothing",
    "4.18:aws,baremetal": "'4.18:aws,baremetal': 'baremetal' says nothing of a profile",
    "4.18:phase=install": "'4.18:phase=install': 'phase=install' says nothing of a profile",
    "4.18:topology=": "'4.18:topology=': 'topology=' says nothing of a profile",
    "4.18:aws,": "'4.18:aws,': '' says nothing of a profile",
    "4.18:aws,platform=none": "'4.18:aws,platform=none': platform is given twice",
    str(SMALL): "does not say which release of the spec",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_means_nothing(name: str) -> None:
    with pytest.raises(InputError) as caught:
        take_apart(name)
    assert WRONG[name] in caught.value.message
    assert caught.value.hint


UNKNOWN = {
    "4.99": "unknown release '4.99'; known: 4.12",
    "4.18:vsfere": "unknown platform 'vsfere' in 4.18",
    "4.18:features=telepathy": "unknown feature 'telepathy' in 4.18",
    f"{SMALL}@4.22": "unknown release '4.22'; known: 4.10, 4.17, 4.18",
    f"{SMALL}@4.18:aws": "unknown platform 'aws' in 4.18; known: none, baremetal",
    "nowhere@4.18": "cannot be read: No such file",
    "nowhere.lock": "No such file",
    "../../etc/passwd": "unknown release",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_side(name, Profile(), load)
    assert UNKNOWN[name] in caught.value.message


def test_a_spec_in_another_folder(tmp_path: Path) -> None:
    later = changed(tmp_path / "later")
    one, other = (read_side(f"{folder}@4.18", Profile(), load) for folder in (SMALL, later))
    assert (one.policy.spec_version, other.policy.spec_version) == ("2025.1.0", "2026.5.0")
    assert one.policy.digest != other.policy.digest
    (tmp_path / "later" / "roles.yaml").write_text("roles: 1\n")
    with pytest.raises(InputError, match="roles: found 1; expected array"):
        read_side(f"{later}@4.18", Profile(), load)


def test_a_lock_is_a_side_of_its_own(tmp_path: Path) -> None:
    made = compiled(snapshot_of(str(SMALL), "4.18"), Profile("baremetal"))
    dates = Lifecycle("2025-02-25", "2026-08-25", None, preview=False)
    lock = Lock("x", made, dates, made.digest, made.digest, (), ())
    path = tmp_path / "portspec.lock"
    path.write_text(lock_text(lock), encoding="utf-8")
    side = read_side(str(path), BASE, load)
    assert side.policy == made
    assert side.snapshot is None
    assert policy("4.18", Profile()).digest != made.digest
