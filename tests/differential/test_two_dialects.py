"""One filter in two dialects, written by others: both readers find the same packets.

iptables' own `iptables-restore-translate` turns random iptables rulesets into nftables; aerleon writes random policies as
both.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest_programs import require, require_module, require_namespaces

from differential import ipt_rulesets
from portspec.configs.firewall.bundles import boxes_of
from portspec.configs.firewall.context import ACK, SYN, Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.packets.boxes import V4_BOX, V6_BOX
from portspec.packets.intervals import IntervalSet
from portspec.packets.sets import PacketSet
from portspec.source import SourceText

TRANSLATED = 150
POLICIES = 60
COMMENT = re.compile(r' -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)')
MISTRANSLATED = re.compile(r"! --ports |--ports \S*:|-p udp .*! --[sd]port ")
"""What comes out meaning something else (iptables 1.8.9): a negation of --ports and of a UDP port is lost, and of a range of
--ports only its ends are left."""
NOT_TRANSLATED = "# -t"
"""How a rule begins that has no translation."""
CONTEXTS = (
    Context(source_ports=IntervalSet.of(40000), in_interface="eth0", out_interface="eth0"),
    Context(source_ports=IntervalSet.of(53), in_interface="ens3", out_interface="eth0"),
    Context(state="established", source_ports=IntervalSet.of(40000), in_interface="eth0", out_interface="eth0", tcp_flags=ACK),
    Context(state="related", source_ports=IntervalSet.of(68), in_interface="eth1", out_interface="eth0", tcp_flags=SYN | ACK),
    Context(state="invalid", source_ports=IntervalSet.of(1023), in_interface="eth0", out_interface="eth0", tcp_flags=0),
)  # fmt: skip


def filter_of(text: str, kind: str) -> Ruleset:
    """The filter of a text, which is one of the dialect."""
    found = read(SourceText(kind, text), kind)
    assert isinstance(found, Ruleset)
    return found


def accepted(ruleset: Ruleset, path: str, context: Context, *, v6: bool) -> tuple[PacketSet, PacketSet]:
    """The packets that get through for certain, and those that may."""
    found = Judge(ruleset).accepted(path, [V6_BOX if v6 else V4_BOX], context)
    return PacketSet(boxes_of(found.certain)), PacketSet(boxes_of(found.possible))


def translated(program: str, text: str, folder: Path) -> str:
    """What the program makes of an iptables ruleset; empty where it leaves out a rule, or nft does not take it."""
    path = folder / "rules"
    path.write_text(text)
    done = subprocess.run([program, "-f", str(path)], capture_output=True, text=True, timeout=60, check=True)
    if NOT_TRANSLATED in done.stdout:
        return ""
    nft = [require("nft", package="nftables"), "-c", "-f", "-"]
    taken = subprocess.run(
        ["unshare", "-n", *nft], input=done.stdout, text=True, capture_output=True, timeout=60, check=False
    )
    return "" if taken.returncode else done.stdout


def test_translated_rulesets_let_through_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    require_namespaces()
    counts: Counter[str] = Counter()
    seed = 0
    while counts["rulesets"] < TRANSLATED:
        dialect, made = ipt_rulesets.generate(500_000 + seed)
        seed += 1
        family = dialect.partition("-")[0]
        program = require(f"{family}-restore-translate", package="iptables")
        # A comment with quotes in it comes out as one that nft does not take.
        rules = COMMENT.sub("", made.text)
        text = "" if made.unsure or MISTRANSLATED.search(rules) else translated(program, rules, tmp_path)
        if not text:
            counts["left out"] += 1
            continue
        counts["rulesets"] += 1
        v6 = family == "ip6tables"
        ours, theirs = filter_of(rules, "iptables"), filter_of(text, "nftables")
        for context in CONTEXTS:
            one, other = (accepted(each, made.path, context, v6=v6) for each in (ours, theirs))
            assert one == other, (
                f"{rules}\n{text}\n{context}\n{(one[0] ^ other[0]).witness() if one[0] != other[0] else one}"
            )
            counts["compared"] += 1
            counts["something"] += bool(one[0]) and one[0] != PacketSet([V6_BOX if v6 else V4_BOX])
    with capsys.disabled():
        print(
            f"\ntranslated: {counts['rulesets']} rulesets, {counts['compared']} questions, 0 differ; {counts['left out']} not translated whole"
        )
    assert counts["something"] > counts["compared"] / 3


def policies() -> Iterator[dict[str, str]]:
    """Random policies of aerleon in both dialects."""
    require_module("aerleon")
    script = Path(__file__).parent / "aerleon_policies.py"
    done = subprocess.run(
        [sys.executable, str(script), "1", str(POLICIES)], capture_output=True, text=True, timeout=120, check=True
    )
    for line in done.stdout.splitlines():
        yield json.loads(line)


def test_policies_of_aerleon_let_in_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """New connections: what belongs to old ones, the two targets write down differently (nftables' accepts all of it)."""
    counts: Counter[str] = Counter()
    for written in policies():
        one, other = (
            accepted(filter_of(written[kind], kind), "input", CONTEXTS[0], v6=False)
            for kind in ("iptables", "nftables")
        )
        assert one == other, f"{written['iptables']}\n{written['nftables']}"
        counts["policies"] += 1
        counts["something"] += bool(one[0]) and one[0] != PacketSet([V4_BOX])
    with capsys.disabled():
        print(f"\naerleon: {counts['policies']} policies, 0 differ")
    assert counts["policies"] == POLICIES
    assert counts["something"] > POLICIES / 2
