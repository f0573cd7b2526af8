"""One filter in every dialect lets exactly the same packets through, new ones and those of connections."""

from __future__ import annotations

from pathlib import Path

import pytest
from render.clusters import CASES, Made, make
from render.random_clusters import random_cluster
from render.rendering import Rendered, dialects, plans

from portspec.configs.files import load
from portspec.configs.firewall.context import ACK, Context
from portspec.configs.firewall.evaluate import Judge
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.packets.boxes import V4_BOX, V6_BOX, Box, subtract_all
from portspec.render.openings import Family

BOX: dict[Family, Box] = {"ipv4": V4_BOX, "ipv6": V6_BOX}
CONTEXTS = {
    "new": Context(),
    "reply": Context(state="established", tcp_flags=ACK),
    "related": Context(state="related"),
    "invalid": Context(state="invalid"),
}


def judged(folder: Path, rendered: Rendered) -> Judge:
    """The judge of a config that was written out and read again."""
    path = rendered.write(folder)
    model = read(load(str(path), rendered.path), rendered.format)
    assert isinstance(model, Ruleset)
    return Judge(model)


def passing(judge: Judge, path: str, family: Family, context: Context) -> tuple[Box, ...]:
    """What gets through; nothing may be unknown."""
    answer = judge.partition(path, [BOX[family]], context)
    assert not answer.unknown
    return answer.allowed


def differences(folder: Path, made: Made) -> list[str]:
    """Where two dialects of one filter differ."""
    wrong = []
    for name, place, plan in plans(made.policy(), made.cluster()):
        path = "forward" if plan.forwards else "input"
        first, *others = [(one, judged(folder, one)) for one in dialects(plan, name, place)]
        for family in plan.families:
            for state, context in CONTEXTS.items():
                wanted = passing(first[1], path, family, context)
                assert wanted
                for one, judge in others:
                    if state == "invalid" and one.format == "firewalld":
                        assert passing(judge, path, family, context) == ()  # what firewalld drops before any zone
                        continue
                    if not judge.sees(path, BOX[family].sources):
                        assert one.format == "iptables"
                        continue
                    found = passing(judge, path, family, context)
                    if subtract_all(found, wanted) or subtract_all(wanted, found):
                        more, less = subtract_all(found, wanted)[:1], subtract_all(wanted, found)[:1]
                        wrong.append(f"{made.name} {one.path} {family} {state}: more {more}, less {less}")
    return wrong


@pytest.mark.parametrize("made", CASES[::3], ids=lambda made: made.name)
def test_dialects_agree(made: Made, tmp_path: Path) -> None:
    assert differences(tmp_path, made) == []


@pytest.mark.parametrize("seed", range(100, 106))
def test_dialects_agree_on_clusters_made_by_chance(seed: int, tmp_path: Path) -> None:
    assert differences(tmp_path, random_cluster(seed)) == []


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    made = make("ha", "none", "v4", "install")
    _, place, plan = next(iter(plans(made.policy(), made.cluster())))
    nft, rules, *_ = dialects(plan, "host", place)
    spoilt = nft._replace(files={"": nft.files[""].replace("2379-2380", "2379-2381")})
    assert spoilt != nft
    one, other = (passing(judged(tmp_path, config), "input", "ipv4", CONTEXTS["new"]) for config in (spoilt, rules))
    assert subtract_all(one, other)
    assert not subtract_all(other, one)
