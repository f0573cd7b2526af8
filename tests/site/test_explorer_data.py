"""What the explorer's scripts are given loses nothing that a profile's flows are made of, and its page has its words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from built_site import LANGUAGES, site
from running import REPOSITORY

from portspec.policy.flows import FlowRecord, flows
from portspec.policy.model import Profile
from portspec.policy.store import releases, snapshot
from portspec.site.edition import edition
from portspec.site.explorer.data import CALL, release, script
from portspec.site.explorer.words import WORDS
from portspec.site.pages.explorer import SCRIPTS, page
from portspec.spec.model import (
    BalancerSpec,
    Choice,
    Condition,
    Conflict,
    Flow,
    Holder,
    Platform,
    Port,
    Role,
    Service,
    Snapshot,
)

ASSETS = REPOSITORY / "docs" / "assets" / "explorer"
TEXT = {"en": "", "zh-TW": ""}
WORD = re.compile(r"""\bwords(?:\.(\w+)|\["([\w-]+)"\])""")
FAMILIES = {
    "answer-": ("answer-required", "answer-recommended", "answer-optional"),
    "only-": ("only-install", "only-running"),
    "reach-": ("reach-control-plane", "reach-cluster", "reach-site", "reach-public"),
    "kind-": ("kind-node", "kind-balancer", "kind-outside"),
    "part-": ("part-cluster", "part-question", "part-filters"),
    "duration-": ("duration-install", "duration-running", "duration-install-running"),
}
"""Words that scripts name by their beginning and a word of the spec."""


def choice(given: Any) -> Choice | None:
    return None if given is None else Choice(tuple(given.get("among", ())), tuple(given.get("without", ())))


def condition(given: Any) -> Condition | None:
    if given is None:
        return None
    platform, network, topology = (choice(given.get(name)) for name in ("platform", "network", "topology"))
    return Condition(platform, network, topology, tuple(given.get("features", ())), tuple(given.get("without", ())))


def conflicts(given: Any) -> tuple[Conflict, ...]:
    return tuple(Conflict(one["source"], one["text"]) for one in given)


def reread(given: Any, known: Snapshot) -> Snapshot:
    """A snapshot made of the data alone. What no flow is made of comes from elsewhere: it is empty."""
    lifetime = known.services["etcd"].ports[0].lifetime._replace(verified_through="99.0")
    stale = lifetime._replace(verified_through="4.0")

    def flow(one: Any) -> Flow:
        return Flow(
            tuple(one["senders"]), tuple(one.get("targets", ())), one.get("via"), one["necessity"], tuple(one["phases"]),
            condition(one.get("condition")), one.get("purpose"), None, tuple(one.get("sources", ())),
            conflicts(one.get("conflicts", ())), stale if one.get("carried") else lifetime,
        )  # fmt: skip

    def port(one: Any) -> Port:
        holders = tuple(
            Holder(
                one["role"],
                tuple(one["phases"]),
                condition(one.get("condition")),
                one.get("early", False),
                None,
                lifetime,
            )
            for one in one.get("holders", ())
        )
        return Port(
            one.get("port"), None, None, one["transport"], "", one["reach"], one["purpose"], None, condition(one.get("condition")),
            holders, (), tuple(map(flow, one["flows"])), tuple(one.get("sources", ())), (), conflicts(one.get("conflicts", ())), lifetime,
        )  # fmt: skip

    return known._replace(
        roles={
            name: Role(
                name,
                one["title"],
                one["kind"],
                "site",
                tuple(one["phases"]),
                condition(one.get("condition")),
                tuple(one.get("aliases", ())),
                TEXT,
            )
            for name, one in given["roles"].items()
        },
        platforms={
            name: Platform(name, one["title"], one["balancer"], "host-network")
            for name, one in given["platforms"].items()
        },
        balancers={
            name: BalancerSpec(name, one["title"], one["role"], None, ()) for name, one in given["balancers"].items()
        },
        services={
            one["id"]: Service(one["id"], one["title"], "", None, "normal", tuple(map(port, one["ports"])))
            for one in given["services"]
        },
    )


def told(records: tuple[FlowRecord, ...]) -> list[dict[str, Any]]:
    return [record.as_json() for record in records]


@pytest.mark.parametrize("name", releases())
def test_the_data_holds_every_profile(name: str) -> None:
    known = snapshot(name)
    text = script(known)
    assert text.isascii()
    given = json.loads(text.removeprefix(f"{CALL}(").removesuffix(")\n"))
    assert given == json.loads(json.dumps(release(known)))
    narrow = reread(given, known)
    for platform in known.platforms:
        for network in known.networks:
            for topology in known.topologies:
                every = tuple(sorted(known.features))
                for features in ((), every, every[::2], every[1::3]):
                    profile = Profile(platform, network, topology, features)
                    assert told(flows(narrow, profile)) == told(flows(known, profile)), profile
    assert given["features"].keys() == known.features.keys()


def test_the_site_has_the_data_of_every_release() -> None:
    for name in releases():
        assert (site() / "assets" / "explorer" / f"{name}.js").read_text(encoding="ascii") == script(snapshot(name))


def test_the_page_loads_every_script_there_is() -> None:
    assert {path.name for path in ASSETS.iterdir()} == {*SCRIPTS, "explorer.css"}
    for lang, folder in LANGUAGES.items():
        html = (site() / folder / "explorer" / "index.html").read_text(encoding="utf-8")
        assert re.findall(r'<script src="[./]*assets/explorer/([\w.]+)">', html) == list(SCRIPTS)
        assert "script" not in page(edition(), lang)


def test_both_languages_have_every_word_of_the_scripts() -> None:
    assert WORDS["en"].keys() == WORDS["zh-TW"].keys()
    wanted = {
        one or other for name in SCRIPTS for one, other in WORD.findall((ASSETS / name).read_text(encoding="utf-8"))
    }
    wanted |= {name for family in FAMILIES.values() for name in family}
    assert wanted <= WORDS["en"].keys()
    sentences = {name: text for name, text in WORDS["en"].items() if "{" in text}
    for name, text in sentences.items():
        places = re.findall(r"\{[\w-]+\}", text)
        assert sorted(places) == sorted(re.findall(r"\{[\w-]+\}", WORDS["zh-TW"][name])), name


def test_what_the_scripts_are_given_cannot_end_the_element_that_holds_it() -> None:
    for lang in LANGUAGES:
        html = (site() / LANGUAGES[lang] / "explorer" / "index.html").read_text(encoding="utf-8")
        (given,) = re.findall(r'<script type="application/json" id="explorer-page">(.*?)</script>', html, re.DOTALL)
        assert not set(given) & set("<>&")
        assert json.loads(given)["releases"][0]["id"] == releases()[-1]


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_make_no_markup_of_texts_and_ask_nobody(name: str) -> None:
    text = (ASSETS / name).read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser", text
    )
    assert not re.search(r"\bfetch\(|sendBeacon|WebSocket|EventSource|document\.cookie", text)
    assert len(text.splitlines()) < 260
