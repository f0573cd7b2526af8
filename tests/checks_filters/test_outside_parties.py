"""PS001: parties outside that the cluster file gives no addresses matter only to a filter that stops what goes to them."""

from __future__ import annotations

import pytest
from checks.standard import check_text

LETS_ALL_IN = "type filter hook input priority filter; policy accept;"
OUT = "type filter hook output priority filter;"

CASES = {
    "nothing stops what goes out": (f"{OUT} policy accept;", False),
    "what goes out is stopped": (f"{OUT} policy drop; ct state established accept", True),
    "a part of IPv4 is stopped": (f"{OUT} policy accept; ip daddr 198.51.100.0/24 drop", True),
    "only IPv6 is stopped, which the cluster does not have": (
        f"{OUT} policy accept; ip6 daddr {{ ::/96, 2002::/24 }} reject with icmpv6 addr-unreachable",
        False,
    ),
    "a rule that is not read may stop something": (f"{OUT} policy accept; quota over 1 mbytes drop", True),
}


@pytest.mark.parametrize("name", CASES)
def test_the_note_about_roles_without_addresses(name: str) -> None:
    out, told = CASES[name]
    text = f"table inet filter {{ chain in {{ {LETS_ALL_IN} }} chain out {{ {out} }} }}\n"
    found = check_text(text, "host control-plane", config_format="nftables").findings
    assert any(finding.code == "PS001" and finding.variant == "roles" for finding in found) == told
