"""`portspec init` at a terminal: what it asks, what it takes for an answer, and how it is left."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from running import portspec
from terminal import CTRL_C, CTRL_D, talk

from portspec.cluster.load import load_cluster
from portspec.cluster.model import Cluster
from portspec.packets.addresses import format_addresses
from portspec.source import SourceText

HOSTS = "[masters]\nm0 ansible_host=192.0.2.11\n[workers]\nw0 ansible_host=192.0.2.21\n"
FILTER = "table inet f { chain i { type filter hook input priority 0; policy drop; } }\n"
EMPTY_LINE = ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hosts").write_text(HOSTS)
    return tmp_path


def loaded(folder: Path) -> Cluster:
    path = folder / "portspec.yaml"
    return load_cluster(SourceText(str(path), path.read_text(encoding="utf-8")), written=False)


QUESTIONS = {
    "en": (
        "OpenShift release [",
        "phase, install (the bootstrap host exists) or running [running]: ",
        "platform, as install-config.yaml has it [none]: ",
        "network plugin [OVNKubernetes]: ",
        "addresses of api-balancer (empty: leave it out) []: ",
        "addresses of ingress-balancer (empty: leave it out) []: ",
        "addresses of admin (empty: leave it out) []: ",
        "addresses of client (empty: leave it out) [0.0.0.0/0]: ",
    ),
    "zh-TW": (
        "OpenShift 版本 [",
        "階段：install（bootstrap 主機仍在）或 running [running]: ",
        "平台，同 install-config.yaml [none]: ",
        "網路外掛 [OVNKubernetes]: ",
        "api-balancer 的位址（留空則省略） []: ",
        "ingress-balancer 的位址（留空則省略） []: ",
        "admin 的位址（留空則省略） []: ",
        "client 的位址（留空則省略） [0.0.0.0/0]: ",
    ),
}


@pytest.mark.parametrize("lang", QUESTIONS)
def test_every_question_and_what_an_empty_line_means(lang: str, folder: Path) -> None:
    told = talk(["init"], [EMPTY_LINE] * len(QUESTIONS[lang]), folder, lang)
    assert told.code == 0, told.shown
    assert len(told.questions) == len(QUESTIONS[lang])
    for asked, expected in zip(told.questions, QUESTIONS[lang], strict=True):
        assert asked.startswith(expected)
    cluster = loaded(folder)
    assert (cluster.phase, cluster.profile.platform, cluster.profile.network) == ("running", "none", "OVNKubernetes")
    assert cluster.addresses("client").size == 2**32 - 2
    assert "api-balancer" not in cluster.roles
    # What nobody was asked is what --yes assumes.
    answered = (folder / "portspec.yaml").read_text().splitlines()
    assert portspec(["init", "--yes", "--force", "--lang", lang], cwd=folder).code == 0
    assumed = (folder / "portspec.yaml").read_text().splitlines()
    assert [line.partition("#")[0].rstrip() for line in answered] == [
        line.partition("#")[0].rstrip() for line in assumed
    ]


def test_answers_are_kept(folder: Path) -> None:
    (folder / "rules.nft").write_text(FILTER)
    answers = [
        "4.18", "install", "baremetal", "third-party", "192.0.2.10", "192.0.2.5, 2001:db8::5", "192.0.2.6",
        "10.0.0.0/8, 172.16.0.1-172.16.0.9", "198.51.100.0/24", "between",
    ]  # fmt: skip
    told = talk(["init"], answers, folder)
    assert told.code == 0, told.shown
    cluster = loaded(folder)
    assert (cluster.release, cluster.phase) == ("4.18", "install")
    assert (cluster.profile.platform, cluster.profile.network) == ("baremetal", "third-party")
    assert {role: format_addresses(found) for role, found in cluster.roles.items()} == {
        "bootstrap": "192.0.2.10",
        "control-plane": "192.0.2.11",
        "worker": "192.0.2.21",
        "api-balancer": "192.0.2.5, 2001:db8::5",
        "ingress-balancer": "192.0.2.6",
        "admin": "10.0.0.0/8, 172.16.0.1-172.16.0.9",
        "client": "198.51.100.0/24",
    }
    text = (folder / "portspec.yaml").read_text()
    assert "{path: rules.nft, at: {between: [[admin, client], [api-balancer, ingress-balancer]]}}" in text


class Wrong(NamedTuple):
    """An answer to one of the questions (counted from 0) that cannot be used, and what is told."""

    question: int
    answer: str | bytes
    told: str


WRONG = {
    "a release that nobody knows": Wrong(0, "4.99", "unknown release '4.99'"),
    "a patch release": Wrong(0, "4.18.3", "unknown release '4.18.3'"),
    "what would end the line in YAML": Wrong(0, '4.18"', "unknown release"),
    "no text": Wrong(0, b"\xff\xfe\n", r"unknown release '\\xff\\xfe'"),
    "an escape sequence": Wrong(0, "\x1b[31m", "unknown release"),
    "another phase": Wrong(1, "installing", "did you mean 'install'?"),
    "a platform in capitals": Wrong(2, "VSPHERE", "'VSPHERE' is not known"),
    "a plugin": Wrong(3, "ovn", "'ovn' is not known"),
    "a name for an address": Wrong(4, "lb.example", "not an IP address: 'lb.example'"),
    "one of two": Wrong(4, "192.0.2.5, x", "not an IP address: 'x'"),
    "host bits": Wrong(4, "192.0.2.5/24", "has host bits set"),
    "an IPv4-mapped address": Wrong(4, "::ffff:192.0.2.5", "IPv4-mapped"),
    "only commas": Wrong(4, ",,", "no address"),
    "brackets": Wrong(4, "[192.0.2.5]", "not an IP address"),
    "a range backwards": Wrong(5, "192.0.2.9-192.0.2.1", "192.0.2.9-192.0.2.1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_told_and_asked_again(name: str, folder: Path) -> None:
    case = WRONG[name]
    number = len(QUESTIONS["en"])
    answers: list[str | bytes] = [EMPTY_LINE] * number
    told = talk(["init"], [*answers[: case.question], case.answer, *answers[case.question :]], folder)
    assert told.code == 0, told.shown
    assert case.told in told.shown
    assert len(told.questions) == number + 1
    assert told.questions[case.question] == told.questions[case.question + 1]
    assert loaded(folder).release != ""


def test_an_address_of_another_node_is_asked_again(folder: Path) -> None:
    told = talk(["init", "--phase", "install"], ["", "", "", "192.0.2.11", "192.0.2.10", *[""] * 4], folder)
    assert told.code == 0, told.shown
    assert "192.0.2.11 is given to two node roles" in told.shown
    assert format_addresses(loaded(folder).addresses("bootstrap")) == "192.0.2.10"


PLACES = {
    "a word": ("somewhere", "is not known"),
    "a role without addresses": ("bootstrap", "bootstrap has no addresses"),
    "a balancer, for a packet filter": ("balancer", "is not known"),
    "YAML": ("{host: worker}", "is not known"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_is_none_is_asked_again(name: str, folder: Path) -> None:
    (folder / "rules.nft").write_text(FILTER)
    wrong, why = PLACES[name]
    told = talk(["init"], [*[""] * 8, wrong, "master"], folder)
    assert told.code == 0, told.shown
    assert why in told.shown
    assert "{path: rules.nft, at: {host: control-plane}}" in (folder / "portspec.yaml").read_text()


def test_a_name_of_a_file_does_nothing_to_the_terminal(folder: Path) -> None:
    (folder / "a\x1b[31mb\u202e.nft").write_text(FILTER)
    told = talk(["init"], [""] * 9, folder)
    assert told.code == 0
    assert r"where a\x1b[31mb\u202e.nft is enforced" in told.questions[8]
    assert "\x1b" not in told.shown
    assert "\u202e" not in told.shown


@pytest.mark.parametrize("answered", [0, 1, 5, 7])
@pytest.mark.parametrize(("key", "code"), [(CTRL_C, 130), (CTRL_D, 2)], ids=["Ctrl-C", "Ctrl-D"])
def test_who_leaves_finds_nothing_written(key: bytes, code: int, answered: int, folder: Path) -> None:
    told = talk(["init"], [*[EMPTY_LINE] * answered, key], folder)
    assert told.code == code
    assert len(told.questions) == answered + 1
    assert "Traceback" not in told.shown
    assert told.shown.endswith("\n")
    assert sorted(path.name for path in folder.iterdir()) == ["hosts"]


def test_who_leaves_keeps_what_was_there(folder: Path) -> None:
    (folder / "portspec.yaml").write_text("mine\n")
    assert talk(["init", "--force"], ["", CTRL_C], folder).code == 130
    assert (folder / "portspec.yaml").read_text() == "mine\n"


def test_files_that_contradict_each_other_are_told_before_anything_is_asked(folder: Path) -> None:
    for name, platform in (("install-config.yaml", "none"), ("other.yaml", "aws")):
        (folder / name).write_text(f"baseDomain: x.example\nplatform: {{{platform}: {{}}}}\n")
    told = talk(["init", "--from", "other.yaml"], [""] * 9, folder)
    assert (told.code, told.questions) == (2, ())
    assert "platform is none here, and aws in other.yaml:2" in told.shown
