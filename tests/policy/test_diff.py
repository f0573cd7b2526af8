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
        assert (there.key, there.before, there.after, there.fields) == (home.key, home.after, home.before, home.fields)
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


def test_everything_is_new_beside_nothing() -> None:
    whole = facts_of(policy("4.18", Profile()))
    nothing = Facts({}, {}, {})
    difference = compare(nothing, whole)
    assert {one.kind for one in difference.flows} == {"added"}
    assert len(difference.flows) == len(whole.flows)
    assert apply(whole, compare(whole, nothing)) == nothing
