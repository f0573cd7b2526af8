"""How long a member that fails stays is worked out for every balanced port, and shown in every report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from checks.standard import check_text
from jsonschema import Draft202012Validator
from running import REPOSITORY, portspec

from portspec.checks.haproxy_example import RIGHT
from portspec.checks.removal import Removal
from portspec.report.as_json import render as as_json
from portspec.report.as_text import render as as_text

SCHEMA = json.loads((REPOSITORY / "schema" / "check-report.schema.json").read_text())
PASSIVE = """\
stream {
  upstream api { server 192.168.22.201:6443; server 192.168.22.202:6443; }
  server { listen 192.168.22.10:6443; proxy_pass api; }
}
events { }
"""


def removals(text: str, config_format: str = "haproxy") -> dict[int, Removal]:
    return {one.port: one for one in check_text(text, config_format=config_format).removals}


def test_the_sample_leaves_in_twenty_seconds() -> None:
    found = removals(RIGHT)
    assert {port: (one.answering, one.silent, one.limit) for port, one in found.items()} == {
        6443: (20_000, 40_000, 30_000),
        22623: (3_000, 33_000, None),
        443: (3_000, 33_000, 45_000),
        80: (3_000, 33_000, 45_000),
    }


def test_the_slowest_member_of_all_pools_counts() -> None:
    text = RIGHT.replace(
        "192.168.22.203:6443 check check-ssl verify none inter 10s",
        "192.168.22.203:6443 check check-ssl verify none inter 12s",
    )
    one = removals(text)[6443]
    assert (one.answering, one.member) == (24_000, "master-2 (192.168.22.203)")


def test_a_member_that_is_not_probed_never_leaves() -> None:
    text = RIGHT.replace("server worker-1 192.168.22.212:443 check inter 1s", "server worker-1 192.168.22.212:443")
    one = removals(text)[443]
    assert (one.answering, one.silent, one.passive, one.member) == (None, None, False, "worker-1 (192.168.22.212)")


def test_a_passive_check_is_no_probe() -> None:
    one = removals(PASSIVE, "nginx")[6443]
    assert (one.answering, one.silent, one.passive) == (None, None, True)


SHOWN = {
    "en": [
        "a member that fails leaves the pools of config after: 6443: 20 s (silent 40 s); 22623, 80, 443: 3 s (silent 33 s)",
        "a member that fails leaves the pools of config after: 6443: only once clients have failed",
    ],
    "zh-TW": [
        "config 的後端移除故障成員所需的時間：6443：20 秒（無回應時 40 秒）；22623、80、443：3 秒（無回應時 33 秒）",
        "config 的後端移除故障成員所需的時間：6443：須等到用戶端連線失敗",
    ],
}


@pytest.mark.parametrize("lang", SHOWN)
def test_the_text_report_shows_it(lang: str) -> None:
    for (text, config_format), line in zip(((RIGHT, "haproxy"), (PASSIVE, "nginx")), SHOWN[lang], strict=True):
        report = as_text([check_text(text, config_format=config_format)], lang)
        assert "".join(line.split()) in "".join(report.split())


def test_the_json_report_shows_it() -> None:
    for text, config_format, probed in ((RIGHT, "haproxy", "actively"), (PASSIVE, "nginx", "passively")):
        document = json.loads(as_json([check_text(text, config_format=config_format)], "en"))
        assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)] == []
        assert document["balancers"][0]["probed"] == probed
    assert [
        one["port"] for one in json.loads(as_json([check_text(RIGHT, config_format="haproxy")], "en"))["balancers"]
    ] == ["6443", "22623", "80", "443"]


def test_a_filter_alone_has_none(tmp_path: Path) -> None:
    run = portspec(["check", "examples/upi-right/firewall/master.nft", "--format", "json"])
    assert json.loads(run.out)["balancers"] == []
    assert "leaves the pools" not in portspec(["check", "examples/upi-right/firewall/master.nft"]).out
