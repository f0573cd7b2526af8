"""Any two renderings of one cluster are equal, whatever their dialects: filters by packets, balancers by clients."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from render.clusters import CASES, Made, make
from render.random_clusters import random_cluster
from render.rendering import Rendered, balancers, dialects, plans

from portspec.compare.balancers import compare_balancers
from portspec.compare.filters import compare_filters
from portspec.compare.model import Way
from portspec.configs.balancer.model import Balancer
from portspec.configs.files import load
from portspec.configs.firewall.model import Ruleset
from portspec.configs.registry import read
from portspec.report.compare import as_text

FAMILY = {"ipv4": "IPv4", "ipv6": "IPv6"}


def model(folder: Path, rendered: Rendered) -> Ruleset | Balancer:
    path = rendered.write(folder)
    return read(load(str(path), rendered.path), rendered.format)


def differing_filters(folder: Path, made: Made) -> list[str]:
    """The comparisons of two renderings of one filter that say anything but equal."""
    wrong = []
    for name, place, plan in plans(made.policy(), made.cluster()):
        way: Way = "forward" if plan.forwards else "input"
        families = [FAMILY[family] for family in plan.families]
        made_of = [(one, model(folder, one)) for one in dialects(plan, name, place)]
        for (one, old), (other, new) in combinations(made_of, 2):
            assert isinstance(old, Ruleset)
            assert isinstance(new, Ruleset)
            if {one.path, other.path} == {f"{name}.ipv4.rules", f"{name}.ipv6.rules"}:
                continue  # one for each family
            found = compare_filters(old, new, ways=[way], families=families)
            if found.relation != "equal":
                wrong.append(f"{made.name} {one.path} {other.path}\n{as_text(found, 'en')}")
    return wrong


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.name)
def test_filters(made: Made, tmp_path: Path) -> None:
    assert differing_filters(tmp_path, made) == []


@pytest.mark.parametrize("seed", range(200, 216))
def test_filters_of_clusters_made_by_chance(seed: int, tmp_path: Path) -> None:
    assert differing_filters(tmp_path, random_cluster(seed)) == []


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.name)
def test_balancers(made: Made, tmp_path: Path) -> None:
    """HAProxy and nginx; keepalived's file only holds the addresses, so that beside the others it serves nobody."""
    models = {one.format: model(tmp_path, one) for one in balancers(made.policy(), made.cluster())}
    if not models:
        return
    haproxy, nginx, keepalived = (models[name] for name in ("haproxy", "nginx", "keepalived"))
    assert isinstance(haproxy, Balancer)
    assert isinstance(nginx, Balancer)
    assert isinstance(keepalived, Balancer)
    found = compare_balancers(haproxy, nginx)
    assert found.relation == "equal", as_text(found, "en")
    kinds = {one.change for one in compare_balancers(haproxy, keepalived).differences}
    assert kinds == {"closed"}


def test_a_difference_would_be_seen(tmp_path: Path) -> None:
    made = make("ha", "none", "v4", "install")
    name, place, plan = next(iter(plans(made.policy(), made.cluster())))
    nft, *_ = dialects(plan, name, place)
    old = model(tmp_path, nft)
    new = model(tmp_path / "spoilt", nft._replace(files={"": nft.files[""].replace("2379-2380", "2379-2381")}))
    assert isinstance(old, Ruleset)
    assert isinstance(new, Ruleset)
    assert compare_filters(old, new).relation == "more"
