"""Rejected here, dropped there: said beside the comparison, replayed, and no difference of its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

import jsonschema
import pytest
from compare.mutating import filter_of, read_or_none
from compare.test_filter_laws import generated
from running import REPOSITORY, portspec

from portspec.compare.filters import compare_filters
from portspec.compare.witnesses import packet_of
from portspec.configs.firewall.context import Context
from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.naive import replay
from portspec.configs.firewall.ways import WAYS
from portspec.report.compare import as_text

NFT = """\
table inet f {
  chain i {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    ip saddr 10.0.0.0/8 tcp dport 6443 accept
    %s
  }
}
"""
RULES = """\
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.0.0.0/8 -p tcp --dport 6443 -j ACCEPT
%s
COMMIT
"""


class Case(NamedTuple):
    old: str
    new: str
    told: tuple[str, ...]
    form: tuple[str, str] = ("nftables", "nftables")


REJECTS = "~ rejects what the old one drops (which does not count as a difference): "
DROPS = "~ drops what the old one rejects (which does not count as a difference): "
CASES = {
    "nothing": Case(NFT % "", NFT % "counter", ()),
    "everything else is told": Case(NFT % "", NFT % "reject", (REJECTS + "everything but",)),
    "nothing is told any more": Case(NFT % "reject", NFT % "", (DROPS,)),
    "a port": Case(NFT % "", NFT % "tcp dport 22 reject with tcp reset", (REJECTS + "22/tcp from anyone to any address",)),
    "another answer to the same": Case(NFT % "tcp dport 22 reject", NFT % "tcp dport 22 reject with tcp reset", ()),
    "both ways": Case(NFT % "tcp dport 22 reject", NFT % "tcp dport 23 reject", (REJECTS + "23/tcp", DROPS + "22/tcp")),
    "in another dialect": Case(
        RULES % "-A INPUT -p tcp --dport 22 -j REJECT", NFT % "", (DROPS + "22/tcp from any IPv4",), ("iptables", "nftables")
    ),
    "behind a match that is not modelled": Case(NFT % "", NFT % "limit rate 5/second reject", ()),
    "behind a rule that drops": Case(NFT % "", NFT % "tcp dport 22 drop\n tcp dport 22 reject", ()),
    "in a chain that is called": Case(
        NFT % "", NFT.replace("chain i", "chain no { reject; }\n chain i") % "udp dport 53 goto no", (REJECTS + "53/udp",)
    ),
    "where several chains decide": Case(
        NFT % "", (NFT % "reject") + "table inet g { chain i { type filter hook input priority 9; policy accept; } }\n", ()
    ),
    "an uneven comparison": Case(NFT % "tcp dport 22 drop", NFT % "tcp dport 22 reject\n tcp dport 80 accept", (REJECTS + "22/tcp",)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str) -> None:
    case = CASES[name]
    found = compare_filters(filter_of(case.old, case.form[0], "old"), filter_of(case.new, case.form[1], "new"))
    assert (found.relation == "equal") == (name != "an uneven comparison")
    lines = [line.strip() for line in as_text(found, "en").splitlines() if line.strip().startswith("~")]
    assert len(lines) == len(case.told), lines
    for line, told in zip(lines, case.told, strict=True):
        assert line.startswith(told)
    for way in found.ways:
        for one in way.refused:
            verdicts = (one.pair.old.verdict, one.pair.new.verdict)
            assert verdicts == (("drop", "reject") if one.refusal == "rejected" else ("reject", "drop"))


@pytest.mark.parametrize("kind", ["nftables", "iptables"])
def test_what_is_said_holds_for_packets_of_generated_filters(kind: str) -> None:
    """Some stops of a filter become rejections, or the reverse; every corner of what is said then fares as it says."""
    seen: Counter[str] = Counter()
    words = ("drop", "reject") if kind == "nftables" else ("-j DROP", "-j REJECT")
    for seed in range(30):
        text = generated(kind, seed).text
        rng = Random(seed)
        lines = [
            line.replace(*words) if rng.random() < 0.7 and "policy" not in line else line
            for line in text.splitlines(keepends=True)
        ]
        one, other = read_or_none(text, kind), read_or_none("".join(lines), kind)
        if one is not None and other is not None:
            seen.update(said_and_true(one, other))
            seen.update(said_and_true(other, one))
    assert min(seen["rejected"], seen["dropped"]) >= 5, seen


def said_and_true(old: Ruleset, new: Ruleset) -> list[str]:
    """What is said of two filters, after a packet of every box has been sent through both."""
    said = []
    for way in compare_filters(old, new).ways:
        for one in way.refused:
            shown = one.pair.packet
            context = Context(
                shown.state,
                in_interface=shown.in_interface,
                out_interface=shown.out_interface,
                tcp_flags=shown.tcp_flags,
            )
            for box in one.boxes:
                packet = packet_of(box, context)
                packet = packet._replace(source_port=shown.source_port if packet.source_port else None)
                verdicts = tuple(replay(each, way.way, packet).verdict for each in (old, new))
                assert verdicts == (("drop", "reject") if one.refusal == "rejected" else ("reject", "drop"))
                said.append(str(one.refusal))
    return said


def test_the_commands_word(tmp_path: Path) -> None:
    (tmp_path / "old.nft").write_text(NFT % "tcp dport 22 reject")
    (tmp_path / "new.nft").write_text(NFT % "")
    run = portspec(["compare", "old.nft", "new.nft", "--lang", "zh-TW"], cwd=tmp_path)
    assert run.code == 0
    assert "  ~ 舊的回絕（reject）、新的丟棄（drop），不計為差異：" in run.out
    told = json.loads(portspec(["compare", "old.nft", "new.nft", "--format", "json"], cwd=tmp_path).out)
    schema = json.loads((REPOSITORY / "schema" / "comparison.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(told)
    (one,) = told["ways"][0]["refused"]
    assert one["refusal"] == "dropped"
    assert (one["witness"]["old"]["verdict"], one["witness"]["new"]["verdict"]) == ("reject", "drop")
    assert {way["way"] for way in told["ways"]} <= set(WAYS)
