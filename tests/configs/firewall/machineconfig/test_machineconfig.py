"""MachineConfig and Butane objects: what their nftables file does, where its rules and errors stand, what is refused."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from configs.firewall.asking import asked
from configs.firewall.machineconfig.objects import (
    ENABLED,
    PATH,
    RULESET,
    UNIT,
    base64_of,
    butane,
    file,
    inline,
    machine_config,
    plain,
    unit,
    zipped,
)

from portspec.configs.files import load
from portspec.configs.firewall.machineconfig import read, sniff
from portspec.configs.firewall.machineconfig.constructs import CONSTRUCTS
from portspec.configs.firewall.nftables import read as read_nftables
from portspec.configs.firewall.trace import trace
from portspec.configs.registry import detect
from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlsource import load_yaml
from portspec.yamlsource import plain as plain_yaml

COUNT = int(os.environ.get("PORTSPEC_FUZZ", "4000")) // 4
LONGEST = 10.0
"""Seconds for a hostile file."""
SSH, TELNET = "input tcp port 22", "input tcp port 23"
INCLUDING = 'include "/etc/nftables/ports.nft"\n' + RULESET.replace("22", "$P")
LISTED = machine_config(file(plain(RULESET)))
HTTP = "https://example.com/nftables.conf"

ANSWERS: dict[str, tuple[str, dict[str, str]]] = {
    "source: data:,… (percent-encoded)": (machine_config(file(plain(RULESET))), {SSH: "accept 14", TELNET: "drop 14"}),
    "source: data:;base64,…": (machine_config(file(base64_of(RULESET))), {SSH: "accept 14"}),
    "a media type": (machine_config(file(base64_of(RULESET, "text/plain;charset=utf-8"))), {SSH: "accept 14"}),
    "compression: gzip": (machine_config(file(zipped(RULESET), more="compression: gzip")), {SSH: "accept 14", TELNET: "drop 14"}),
    "gzip in two parts": (
        machine_config(file(base64_of(gzip.compress(RULESET[:40].encode()) + gzip.compress(RULESET[40:].encode())), more="compression: gzip")),
        {SSH: "accept 14"}),
    "no compression": (machine_config(file(plain(RULESET), more='compression: ""')), {SSH: "accept 14"}),
    "inline: | (Butane)": (butane(inline()), {SSH: "accept 19", TELNET: "drop 20", "input tcp port 80": "drop 18"}),
    "inline with a mark of indentation": (butane(inline("\n" + RULESET, "|2-")), {SSH: "accept 20"}),
    "inline folded": (butane(inline("table inet t { chain c { type filter hook input priority 0; policy drop; }; }\n", ">")), {SSH: "drop 15"}),
    "inline in one line": (butane(f"        inline: {json.dumps(RULESET)}\n"), {SSH: "accept 15"}),
    "source in Butane": (butane(f"        source: {zipped(RULESET)}\n        compression: gzip\n"), {SSH: "accept 15"}),
    "the unit of the plugin": (machine_config(file(plain(RULESET)), unit()), {SSH: "accept 14"}),
    "a unit that loads another file": (
        machine_config(file(plain(RULESET), "/etc/fw.nft"), unit(UNIT.replace(PATH, "/etc/fw.nft"), "fw.service")), {SSH: "accept 14"}),
    "a drop-in that loads another file": (
        machine_config(
            file(plain(RULESET), "/etc/fw.nft") + file(plain("flush ruleset\n")),
            ENABLED.replace("enabled: true", 'enabled: true, dropins: [{name: a.conf, contents: "[Service]\\nExecStart=\\nExecStart=-/usr/sbin/nft -f /etc/fw.nft"}]')),
        {SSH: "accept 14"}),
    "a file that is known by its look": (machine_config(file(plain("# mine\n" + RULESET), "/opt/fw"), ""), {SSH: "accept 14"}),
    "other files beside it": (
        machine_config(file("data:;base64,AAECAw==", "/etc/key") + file(HTTP, "/etc/motd") + file(plain("server x"), "/etc/chrony.conf") + file(plain(RULESET))),
        {SSH: "accept 23"}),
    "include of another file of the object": (
        machine_config(file(plain(INCLUDING)) + file(plain("define P = 22\n"), "/etc/nftables/ports.nft")), {SSH: "accept 14"}),
    "two files, of which a unit loads one": (
        machine_config(file(plain(RULESET), "/etc/a.nft") + file(plain("flush ruleset\n"), "/etc/b.nft"), unit(UNIT.replace(PATH, "/etc/a.nft"))), {SSH: "accept 14"}),
    "List": (
        "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"{'- ' if not n else '  '}{line}\n" for n, line in enumerate(LISTED.splitlines())), {SSH: "accept 17"}),
    "several documents": ("---\nkind: ConfigMap\ndata: {a: b}\n--- # next\n" + LISTED, {SSH: "accept 18"}),
    "as JSON": (json.dumps(plain_yaml(load_yaml(SourceText("x", LISTED))), indent=1), {SSH: "accept 20"}),
    "no unit": (machine_config(file(plain(RULESET)), ""), {SSH: "accept 14"}),
}  # fmt: skip

AT = "file:12:9:"
DATA = "file:14:19:"
REFUSED: dict[str, tuple[str, str]] = {
    "source: https://…": (machine_config(file(HTTP)), f"{DATA} {PATH}: source: the contents are fetched from https: when a node starts, so they cannot be checked"),
    "a source that is no URL": (machine_config(file("nftables.conf")), f"{DATA} {PATH}: source: no data: URL, so they cannot be checked"),
    "no contents": (machine_config(f"      - path: {PATH}\n        mode: 384\n"), f"{AT} {PATH}: no contents"),
    "append": (machine_config(file(plain(RULESET)) + "        append:\n        - {source: 'data:,x'}\n"), "file:15:9: append: what stands before it on the node is not known"),
    "not base64": (machine_config(file("data:;base64,AA==A")), f"{DATA} {PATH}: source: not base64: excess data after padding"),
    "half a percent": (machine_config(file('"data:,a%2"')), f"{DATA} {PATH}: source: a % that no two hexadecimal digits follow"),
    "not gzip": (machine_config(file(plain(RULESET), more="compression: gzip")), f"{DATA} {PATH}: source: not gzip: error -3 while decompressing data: incorrect header check"),
    "gzip cut off": (machine_config(file(base64_of(gzip.compress(RULESET.encode())[:-9]), more="compression: gzip")), f"{DATA} {PATH}: source: what gzip packed is cut off"),
    "another compression": (machine_config(file(plain(RULESET), more="compression: xz")), f"{DATA} {PATH}: compression: 'xz' is not known"),
    "not UTF-8": (machine_config(file("data:,%ff")), f"{DATA} {PATH}:1:1: byte 0xff is not UTF-8"),
    "an empty file": (machine_config(file("data:,")), f"{DATA} {PATH}:1:1: the file is empty"),
    "an error in what is packed": (
        machine_config(file(zipped(RULESET.replace("accept", "acept")), more="compression: gzip")),
        f"{DATA} {PATH}:4:18: 'acept' is no match or statement that is known"),
    "an error in what is inline": (butane(inline(RULESET.replace("accept", "acept"))), "file:19:28: 'acept' is no match or statement that is known"),
    "a loop in what is packed": (
        machine_config(file(plain(RULESET.replace("22 accept", "22 jump d").replace("chain input", "chain d { jump d; }\n  chain input")))),
        f"{DATA} {PATH}:2: the jump to d closes a loop"),
    "no nftables file": (machine_config(file(plain("server x"), "/etc/chrony.conf")), "file:1:1: no nftables file in this object (98-nftables)"),
    "no files at all": (machine_config(""), "file:1:1: no nftables file in this object (98-nftables)"),
    "storage.trees (Butane)": (
        butane("        inline: x\n").replace(PATH, "/etc/motd") + "  trees:\n    - local: tree\n",
        "file:17:7: no nftables file under storage.files, and trees are not read"),
    "another object alone": ("kind: ConfigMap\ndata: {a: kind: MachineConfig}\n".replace("{a: kind: MachineConfig}", "{a: b}"), "file: no match"),
    "a unit that is masked": (
        machine_config(file(plain(RULESET)), ENABLED.replace("enabled: true", "mask: true")), "file:17:9: nftables.service is masked: what it loads never filters"),
    "a unit that is not enabled": (
        machine_config(file(plain(RULESET)), unit(more="enabled: false")), "file:17:9: nftables.service is not enabled: what it loads never filters"),
    "several files, none of them loaded": (
        machine_config(file(plain(RULESET), "/etc/a.nft") + file(plain(RULESET), "/etc/b.nft"), ""), "file:15:9: several nftables files: /etc/a.nft, /etc/b.nft"),
    "the same file twice": (machine_config(file(plain(RULESET)) + file(plain(RULESET))), f"file:15:9: {PATH} stands here twice"),
    "several objects with nftables files": (
        LISTED + "---\n" + machine_config(file(plain(RULESET)), role="worker", name="98-worker"),
        "file:19:1: several objects carry nftables files: 98-nftables and 98-worker"),
    "include of a file of the node": (machine_config(file(plain(INCLUDING))), f"{DATA} {PATH}:1:9: include: '/etc/nftables/ports.nft' is not among the files of this object"),
    "include of a pattern": (
        machine_config(file(plain(INCLUDING.replace("ports", "*")))), f"{DATA} {PATH}:1:9: include: which files of the node '/etc/nftables/*.nft' fits is not known"),
    "include of itself": (machine_config(file(plain(f'include "{PATH}"\n'))), f"{DATA} {PATH}:1:9: include: '{PATH}' is not among the files of this object"),
    "local outside the repository": (butane("        local: ../../etc/passwd\n"), "file:15:16: local: '../../etc/passwd' is outside the repository"),
    "local of an absolute path": (butane("        local: /etc/passwd\n"), "file:15:16: local: '/etc/passwd' is outside the repository"),
    "local that is missing": (butane("        local: nowhere.nft\n"), "file:15:16: local: file not found: 'nowhere.nft'"),
    "inline and source": (butane(f"        inline: x\n        source: {plain(RULESET)}\n"), f"file:12:7: {PATH}: expected one of inline, local and source in contents"),
    "a relative path": (machine_config(file(plain(RULESET), "nftables.conf")), "file:12:15: a file needs an absolute path"),
    "files that are no list": (machine_config("        a: b\n"), "file:12:9: files: expected a list"),
    "a file that is text": (machine_config("      - a\n"), "file:12:9: a file: expected a mapping"),
    "enabled that is a word": (machine_config(file(plain(RULESET)), ENABLED.replace("true", "yes")), "file:17:43: enabled: expected true or false, found 'yes'"),
    "YAML that is wrong": (machine_config(file(plain(RULESET))) + "a: [\n", "file:19:1: not valid YAML: expected the node content, but found '<stream end>'"),
    "a tag": (LISTED.replace("kind: MachineConfig", "kind: MachineConfig\nx: !!python/object:os.system a"), "file:3:4: tag tag:yaml.org,2002:python/object:os.system: tags are not read here"),
}  # fmt: skip


def test_the_table_of_constructs_is_proved() -> None:
    """`exact` rows have an answer of their name, `refused` ones an error."""
    for name, treatment, _ in CONSTRUCTS:
        assert name in (ANSWERS if treatment == "exact" else REFUSED), name


@pytest.mark.parametrize("name", ANSWERS)
def test_what_becomes_of_packets(name: str) -> None:
    text, expected = ANSWERS[name]
    assert {packet: asked(text, packet, format_="machineconfig") for packet in expected} == expected


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    text, message = REFUSED[name]
    if message == "file: no match":
        with pytest.raises(InputError, match="not a format that is read here"):
            detect(SourceText("file", text))
        message = "file:1:1: no MachineConfig or Butane object"
    with pytest.raises(InputError) as caught:
        read(SourceText("file", text))
    assert str(caught.value) == message


@pytest.mark.parametrize("text", [text for text, _ in ANSWERS.values()])
def test_it_is_told_from_other_formats(text: str) -> None:
    assert detect(SourceText("file", text)) == "machineconfig"


@pytest.mark.parametrize("text", [RULESET, "{}", "kind: Pod\n", "global\n", "*filter\nCOMMIT\n", "variant: spicy\n"])
def test_other_files_are_not_taken_for_one(text: str) -> None:
    assert sniff(text) == 0


@pytest.mark.parametrize("text", [machine_config(file(zipped(RULESET), more="compression: gzip")), butane(inline())])
def test_the_filter_is_that_of_the_file_itself(text: str) -> None:
    ours, theirs = read(SourceText("mc.yaml", text)), read_nftables(SourceText("x.nft", RULESET))
    assert ours.format == "machineconfig"
    assert ours.chains.keys() == theirs.chains.keys()
    for key, chain in ours.chains.items():
        there = theirs.chains[key]
        assert chain._replace(rules=(), span=there.span) == there._replace(rules=())
        assert [rule[:4] for rule in chain.rules] == [rule[:4] for rule in there.rules]


def test_a_rule_that_is_packed_is_quoted_with_its_line() -> None:
    ruleset = read(SourceText("mc.yaml", machine_config(file(zipped(RULESET), more="compression: gzip"))))
    span, text, _ = trace(ruleset, {"source": "10.0.0.1", "destination": "10.0.0.2", "port": 22}).replay.steps[-1]
    assert (span.line, span.column, span.within) == (14, 19, f"{PATH}:4")
    assert text == f"{PATH}:4: tcp dport 22 accept"


def test_every_rule_that_is_inline_has_its_own_place() -> None:
    source = SourceText("mc.yaml", butane(inline()))
    ruleset = read(source)
    for chain in ruleset.chains.values():
        for rule in chain.rules:
            here = source.line(rule.span.line)[rule.span.column - 1 : rule.span.end_column - 1]
            assert here.split()[0] in ("tcp", "log", "drop")
            assert rule.span.within == ""


def test_what_the_label_and_the_unit_say_is_noted() -> None:
    ruleset = read(SourceText("mc.yaml", machine_config(file(plain(RULESET)), "", role="worker")))
    assert [(note.message_key, dict(note.values), note.span.line) for note in ruleset.notes] == [
        ("machine-config-role", {"role": "worker", "name": "98-nftables"}, 5),
        ("machine-config-no-unit", {"path": PATH, "name": "98-nftables"}, 12),
    ]
    enabled = read(SourceText("mc.yaml", machine_config(file(plain(RULESET)))))
    assert [note.message_key for note in enabled.notes] == ["machine-config-role"]


def test_a_local_file_stands_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "site" / "nft").mkdir(parents=True)
    (tmp_path / "site" / "nft" / "master.nft").write_text(RULESET)
    (tmp_path / "site" / "fw.bu").write_text(butane("        local: nft/master.nft\n"))
    monkeypatch.chdir(tmp_path)
    ruleset = read(load("site/fw.bu", "site/fw.bu"))
    span, text, _ = trace(ruleset, {"source": "10.0.0.1", "destination": "10.0.0.2", "port": 22}).replay.steps[-1]
    assert (span.line, text) == (15, "site/nft/master.nft:4: tcp dport 22 accept")
    (tmp_path / "site" / "nft" / "master.nft").unlink()
    (tmp_path / "site" / "nft" / "master.nft").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="outside the repository"):
        read(load("site/fw.bu", "site/fw.bu"))


def bomb(size: int) -> str:
    return machine_config(file(zipped(b" " * size), more="compression: gzip"))


HOSTILE: dict[str, Callable[[], str]] = {
    "a gzip bomb": lambda: bomb(300_000_000),
    "a gzip bomb in a file that only looks like one": lambda: bomb(300_000_000).replace(PATH, "/etc/x"),
    "gzip in many parts": lambda: machine_config(file(base64_of(gzip.compress(b"") * 40_000), more="compression: gzip")),
    "many documents": lambda: "---\n" * 200_000 + LISTED,
    "many documents with a ruleset in each": lambda: ("---\n" + LISTED) * 90,
    "aliases that double": lambda: "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)) + LISTED,
    "lists in lists": lambda: LISTED + "x: " + "[" * 100_000,
    "a long unit": lambda: machine_config(file(plain(RULESET)), unit("[Service]\nExecStart=" + "/sbin/nft -f " * 70_000 + "\n")),
    "many units": lambda: machine_config(file(plain(RULESET)), ENABLED * 9_000),
    "many files": lambda: machine_config(file("data:,x", "/etc/x") * 9_000 + file(plain(RULESET))),
    "many percents": lambda: machine_config(file("data:," + "%20" * 300_000)),
    "a large ruleset": lambda: machine_config(file(base64_of(RULESET.replace("    tcp dport 22 accept\n", "    tcp dport 22 accept\n" * 40_000)))),
    "a large ruleset inline": lambda: butane(inline(RULESET.replace("    tcp dport 22 accept\n", "    tcp dport 22 accept\n" * 9_000))),
    "more than is read": lambda: LISTED + "# " + "x" * 5_000_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_object(name: str) -> None:
    text = HOSTILE[name]()
    begun = time.monotonic()
    tried(text)
    assert time.monotonic() - begun < LONGEST


def tried(text: str) -> bool:
    """Whether the reader accepts a text. Any exception but InputError with its place gets out."""
    try:
        read(SourceText("fuzz", text))
    except InputError as error:
        if not str(error).startswith("fuzz:"):
            raise ValueError(f"an error without its place: {error}") from error
        return False
    return True


def test_mutated_objects() -> None:
    rng = Random(1177)
    good = [text for text, _ in ANSWERS.values()]
    texts = [*good, *(text for text, _ in REFUSED.values())]
    accepted = 0
    for _ in range(COUNT):
        text = rng.choice(good if rng.random() < 0.8 else texts)
        for _ in range(rng.choice((1, 1, 2, 4))):
            at = rng.randrange(len(text))
            other = rng.choice(texts)
            start = rng.randrange(len(other))
            put = rng.choice(
                (
                    "",
                    "",
                    " ",
                    "\n",
                    ":",
                    "- ",
                    "%",
                    "|",
                    "\t",
                    "\0",
                    "\ud800",
                    "&a ",
                    "*a",
                    "!",
                    other[start : start + 40],
                )
            )
            text = text[:at] + put + text[at + rng.choice((0, 0, 1, 1, 3, 40)) :]
        accepted += tried(text)
    assert 0.05 < accepted / COUNT < 0.95
