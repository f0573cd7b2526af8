"""The explorer narrows a release to a profile in the browser as Python does: every release, many random profiles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from browser.chromium import Chromium, Tab
from browser.explorer_steps import as_script, fetch, profiles, show

from portspec.policy.flows import flows
from portspec.policy.store import policy, releases, snapshot
from portspec.report.flows import as_csv

PROFILES = 120
HASHES = """(async () => {
  const hex = bytes => [...new Uint8Array(bytes)].map(byte => byte.toString(16).padStart(2, "0")).join("")
  const hash = async words => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words)))
  return Promise.all(PROFILES.map(profile => hash(portspecExplorer.csv(portspecExplorer.flows(given, profile)))))
})()"""
LINES = """portspecExplorer.requestLines(given, portspecExplorer.flows(given, PROFILE)).flatMap(pair =>
  pair.lines.map(line => [pair.source, pair.target, line.transport, line.port ?? "", line.necessity, line.phases.join(" ")].join("|")))"""
RANK = ("required", "recommended", "optional")


@pytest.fixture(scope="module")
def explorer(chromium: Chromium, address: str) -> Iterator[Tab]:
    with chromium.tab() as fresh:
        show(fresh, address)
        yield fresh


@pytest.mark.parametrize("release", releases())
def test_the_browser_finds_the_flows_of_any_profile(release: str, explorer: Tab) -> None:
    known = snapshot(release)
    tried = profiles(known, PROFILES)
    fetch(explorer, release)
    found = explorer.evaluate(HASHES.replace("PROFILES", f"[{','.join(map(as_script, tried))}]"))
    expected = [as_csv(flows(known, profile)) for profile in tried]
    wrong = [n for n, text in enumerate(expected) if hashlib.sha256(text.encode()).hexdigest() != found[n]]
    for n in wrong[:1]:
        text = explorer.evaluate(f"portspecExplorer.csv(portspecExplorer.flows(given, {as_script(tried[n])}))")
        assert text.splitlines() == expected[n].splitlines(), tried[n]
    assert wrong == []
    assert len(set(expected)) > PROFILES / 3, "the profiles differ"


@pytest.mark.parametrize("release", releases()[::3])
def test_the_legs_of_a_request_are_those_that_a_policy_lets_through(release: str, explorer: Tab) -> None:
    known = snapshot(release)
    fetch(explorer, release)
    for profile in profiles(known, 12):
        found = explorer.evaluate(LINES.replace("PROFILE", as_script(profile)))
        expected: dict[tuple[str, str, str, str], tuple[int, set[str]]] = {}
        for allow in policy(release, profile).allows:
            key = (allow.source, allow.target, allow.transport, allow.port or "")
            rank, phases = expected.get(key, (len(RANK), set()))
            expected[key] = min(rank, RANK.index(allow.necessity)), phases | set(allow.phases)
        lines = ["|".join((*key, RANK[rank], " ".join(sorted(phases)))) for key, (rank, phases) in expected.items()]
        assert sorted(found) == sorted(lines), profile
