"""The laws of the difference between policies, and what it says of a small spec, word for word."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy.profiles import PROFILES

from portspec.policy.comparison import compare_sides
from portspec.policy.diff import apply, compare
from portspec.policy.facts import (
    AudienceFact,
    AudienceKey,
    BalanceFact,
    BalanceKey,
    Facts,
    FlowFact,
    FlowKey,
    facts_of,
)
from portspec.policy.flows import flows
from portspec.policy.model import PHASES, Profile
from portspec.policy.sides import Side
from portspec.policy.store import policy, releases, snapshot
from portspec.report import diff as report
from portspec.spec.vocabulary import NECESSITIES, REACHES

EVERY = sorted(product(releases(), PROFILES))
names = st.sampled_from(["a", "b", "c"])
ports = st.sampled_from([None, "22", "9000-9999"])
flow_facts = st.builds(FlowFact, st.sampled_from(NECESSITIES), st.sampled_from([PHASES, PHASES[:1]]))
audience_facts = st.builds(AudienceFact, st.sampled_from(REACHES), st.just(PHASES), st.just("high"))
some = st.sampled_from([(), ("a",), ("a", "b")])
balance_facts = st.builds(BalanceFact, names, some, some, some, names, names, names)
facts = st.builds(
    Facts,
    st.dictionaries(st.builds(FlowKey, names, ports, names, names, names, st.none() | names), flow_facts, max_size=6),
    st.dictionaries(st.builds(AudienceKey, names, ports, names, names), audience_facts, max_size=6),
    st.dictionaries(st.builds(BalanceKey, names, st.just("22"), names, names), balance_facts, max_size=6),
)


@settings(max_examples=200, deadline=None)
@given(facts, facts)
def test_a_difference_leads_from_one_to_the_other(first: Facts, second: Facts) -> None:
    difference = compare(first, second)
    assert apply(first, difference) == second
    assert bool(difference) is (first != second)
    assert not compare(first, first)
    back = compare(second, first)
    assert apply(second, back) == first
    for there, home in zip(difference.flows, back.flows, strict=True):
        assert (there.old or there.key, there.before) == (home.key, home.after)
        assert (there.key, there.after, there.fields) == (home.old or home.key, home.before, home.fields)
        assert (there.kind == "changed") is bool(there.fields)
    if difference:
        with pytest.raises(ValueError, match="is not what the difference was made from"):
            apply(second, difference)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EVERY), st.sampled_from(EVERY))
def test_and_so_it_does_between_all_releases_and_profiles(first: tuple[str, str], second: tuple[str, str]) -> None:
    one, other = (facts_of(policy(release, PROFILES[name])) for release, name in (first, second))
    assert apply(one, compare(one, other)) == other


@pytest.mark.parametrize("release", releases())
def test_nothing_differs_from_itself(release: str) -> None:
    for profile in PROFILES.values():
        side = Side(release, policy(release, profile), snapshot(release), None)
        assert compare_sides(side, side).ports == ()


@pytest.mark.parametrize("release", releases())
def test_the_facts_of_a_policy_are_the_flows_of_its_spec(release: str) -> None:
    """Two ways from the spec to a list of flows, and they agree: by the policy's hops, and by the flows themselves."""
    for profile in PROFILES.values():
        listed = {
            FlowKey(one.service, one.port, one.transport, one.sender, one.target, one.via): FlowFact(
                one.necessity, one.phases
            )
            for one in flows(snapshot(release), profile)
        }
        assert facts_of(policy(release, profile)).flows == listed, profile


API = FlowKey("api", "6443", "tcp", "worker", "control-plane", "api")
DIRECT = API._replace(via=None)
MUST, MAY = FlowFact("required", PHASES), FlowFact("optional", PHASES)
WAYS: dict[str, tuple[dict[FlowKey, FlowFact], dict[FlowKey, FlowFact], list[tuple[str, tuple[str, ...]]]]] = {
    "another way": ({API: MUST}, {DIRECT: MUST}, [("changed", ("via",))]),
    "another way, less binding": ({API: MUST}, {DIRECT: MAY}, [("changed", ("via", "necessity"))]),
    "another balancer": ({API: MUST}, {API._replace(via="ingress"): MUST}, [("changed", ("via",))]),
    "one way more": ({API: MUST}, {API: MUST, DIRECT: MUST}, [("added", ())]),
    "two ways into one": (
        {API: MUST, API._replace(via="ingress"): MUST},
        {DIRECT: MUST},
        [("added", ()), ("removed", ()), ("removed", ())],
    ),
    "one stays, otherwise, and one moves": (
        {API: MUST, DIRECT: MUST},
        {API._replace(via="ingress"): MUST, DIRECT: MAY},
        [("changed", ("necessity",)), ("changed", ("via",))],
    ),
    "another sender": ({API: MUST}, {DIRECT._replace(sender="admin"): MUST}, [("added", ()), ("removed", ())]),
}
"""Flows before and after, and the changes between, in order."""


@pytest.mark.parametrize("name", WAYS)
def test_a_flow_that_takes_another_way_is_one_change(name: str) -> None:
    before, after, told = WAYS[name]
    first, second = Facts(before, {}, {}), Facts(after, {}, {})
    difference = compare(first, second)
    assert [(one.kind, one.fields) for one in difference.flows] == told
    assert apply(first, difference) == second
    assert apply(second, compare(second, first)) == first
    with pytest.raises(ValueError, match="is not what the difference was made from"):
        apply(Facts({**before, **after}, {}, {}), difference)


def test_a_change_of_way_as_text_and_as_json() -> None:
    """22623 is fetched through the balancer where the site has one, else from the nodes that hold its address."""
    sides = [Side(name, policy("4.15", Profile(name)), snapshot("4.15"), None) for name in ("none", "baremetal")]
    found = compare_sides(sides[0], sides[1])
    text = report.as_text(found, "en").replace("\n      ", " ")
    assert "  ~ flow worker → control-plane: way through api → direct\n" in text.split("22623/tcp")[1]
    assert "~ 流量 worker → control-plane：路徑 經由 api → 直接連線" in report.as_text(found, "zh-TW")
    assert r"~ flow worker → control-plane: way through api → direct" in report.as_markdown(found, "en")
    (port,) = [one for one in report.document(found)["ports"] if one["port"] == "22623"]
    (flow,) = [one for one in port["flows"] if one["from"] == "worker"]
    assert (flow["change"], flow["fields"], flow["via_before"], flow["via"]) == ("changed", ["via"], "api", None)
    assert flow["before"] == flow["after"]
    ways = [(one.change.key, one.change.old) for port in found.ports for one in port.flows if one.change.old]
    assert {old.via for _, old in ways} == {"api", "ingress"}
    kept = {key._replace(via=None) for key, _ in ways}
    for one in (one.change for port in found.ports for one in port.flows):
        assert one.kind != "removed" or one.key._replace(via=None) not in kept


def test_everything_is_new_beside_nothing() -> None:
    whole = facts_of(policy("4.18", Profile()))
    nothing = Facts({}, {}, {})
    difference = compare(nothing, whole)
    assert {one.kind for one in difference.flows} == {"added"}
    assert len(difference.flows) == len(whole.flows)
    assert apply(whole, compare(whole, nothing)) == nothing
