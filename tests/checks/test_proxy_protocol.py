"""The PROXY protocol is for two who both speak it: to members, and between a balancer and the one in front of it."""

from __future__ import annotations

from checks.standard import HOSTS, ROLES, check_text

from portspec.checks.examples import DAY
from portspec.checks.finding import Finding
from portspec.checks.haproxy_example import RIGHT
from portspec.checks.run import check_cluster
from portspec.cluster.model import BalancerPlace, Cluster, ConfigEntry, Unplaced
from portspec.packets.addresses import parse_addresses
from portspec.policy.model import Profile
from portspec.policy.store import policy
from portspec.source import SourceText

FRONT = """\
defaults
  mode tcp
  timeout connect 10s
  timeout client 1m
  timeout server 1m

listen api
  bind 192.168.22.9:6443
  server inner 192.168.22.10:6443 check{options}
"""
EXPECTING = RIGHT.replace("bind 192.168.22.10:6443", "bind 192.168.22.10:6443 accept-proxy")


def of_both(front: str, back: str) -> list[Finding]:
    """What is said of the PROXY protocol where two balancers stand one behind the other."""
    roles = {**ROLES, "api-balancer": parse_addresses("192.168.22.9-192.168.22.10")}
    texts = {"front.cfg": front, "back.cfg": back}
    entries = tuple(ConfigEntry(path, BalancerPlace(("api",)), "haproxy", None) for path in texts)
    cluster = Cluster("portspec.yaml", "", "4.18", Profile(), "install", roles, HOSTS, entries, ())
    configs = [(entry, SourceText(entry.path, texts[entry.path])) for entry in entries]
    result = check_cluster(policy("4.18", Profile()), cluster, configs, DAY)
    return [one for one in result.findings if one.code == "PS324"]


def test_two_balancers_that_both_speak_it() -> None:
    assert of_both(FRONT.format(options=" send-proxy"), EXPECTING) == []


def test_one_in_front_that_does_not() -> None:
    (found,) = of_both(FRONT.format(options=""), EXPECTING)
    assert (found.path, found.variant, found.severity, found.confidence) == ("back.cfg", "listener", "error", "certain")


def test_one_in_front_that_speaks_it_to_another_port() -> None:
    front = FRONT.format(options=" send-proxy").replace("192.168.22.10:6443", "192.168.22.10:443")
    assert [one.variant for one in of_both(front, EXPECTING)] == ["listener"]


def test_a_listener_at_an_address_that_is_not_the_clusters_may_have_something_in_front() -> None:
    text = EXPECTING.replace(
        "bind 192.168.22.10:6443 accept-proxy", "bind 192.168.22.10:6443\n  bind 10.9.9.9:6443 accept-proxy"
    )
    (found,) = (one for one in check_text(text, config_format="haproxy").findings if one.code == "PS324")
    assert (found.severity, found.confidence) == ("warning", "possible")


def test_without_a_cluster_file_it_may_have_too() -> None:
    entry = ConfigEntry("haproxy.cfg", Unplaced(), "haproxy", None)
    cluster = Cluster("", "", "4.18", Profile(), "install", {}, {}, (entry,), ())
    result = check_cluster(policy("4.18", Profile()), cluster, [(entry, SourceText("haproxy.cfg", EXPECTING))], DAY)
    assert [(one.severity, one.confidence) for one in result.findings if one.code == "PS324"] == [
        ("warning", "possible")
    ]
