"""A short campaign of the fuzzer, and the texts that once broke the reader or that were made to."""

from __future__ import annotations

import pytest
from configs.firewall.iptables.fuzz import campaign, outcome
from configs.firewall.iptables.rule_cases import HEAD


def test_a_model_or_an_input_error() -> None:
    found = campaign(4000, "test")
    assert found.total() == 4000
    assert min(found["read"], found["refused"]) > 500, "most mutations must be small for both to happen"


def deep(count: int) -> str:
    """Chains that jump one into the other."""
    chains = "".join(f":c{number} - [0:0]\n" for number in range(count))
    jumps = "".join(f"-A c{number} -j c{number + 1}\n" for number in range(count - 1))
    return f"{HEAD}{chains}-A INPUT -p udp -j c0\n{jumps}COMMIT\n"


MADE = {
    "empty": "",
    "a byte order mark": "\ufeff" + HEAD + "COMMIT\n",
    "only line ends": "\r\n" * 1000,
    "carriage returns alone": HEAD.replace("\n", "\r") + "COMMIT\r",
    "digits that are none": f"{HEAD}-A INPUT -p icmp --icmp-type ² -j ACCEPT\nCOMMIT\n",
    "a long number": f"{HEAD}-A INPUT -p icmp --icmp-type {'1' * 5000} -j ACCEPT\nCOMMIT\n",
    "a long mark": f"{HEAD}-A INPUT -m mark --mark {'1' * 5000} -j ACCEPT\nCOMMIT\n",
    "a long prefix": f"{HEAD}-A INPUT -s 10.0.0.0/{'1' * 5000} -j ACCEPT\nCOMMIT\n",
    "a long protocol": f"{HEAD}-A INPUT -p {'1' * 5000} -j ACCEPT\nCOMMIT\n",
    "a long list of addresses": f"{HEAD}-A INPUT -s {','.join(f'10.0.{n >> 8}.{n & 255}' for n in range(4000))} -j ACCEPT\nCOMMIT\n",
    "open quotes": f"{HEAD}-A INPUT -m comment --comment {chr(34)}{chr(92) + chr(34)}{'x' * 60_000}\nCOMMIT\n",
    "escaped quotes": f"{HEAD}-A INPUT -m comment --comment {(chr(92) + chr(34)) * 30_000} -j ACCEPT\nCOMMIT\n",
    "quotes": f"{HEAD}-A INPUT -m comment --comment {chr(34) * 60_001} -j ACCEPT\nCOMMIT\n",
    "negations": f"{HEAD}-A INPUT {'! ' * 30_000} -j ACCEPT\nCOMMIT\n",
    "blanks": f"{HEAD}-A INPUT{' ' * 60_000}-j ACCEPT\nCOMMIT\n",
    "interfaces": f"{HEAD}-A INPUT{' -i e' * 12_000} -j ACCEPT\nCOMMIT\n",
    "states": f"{HEAD}-A INPUT -m conntrack --ctstate {'NEW,' * 15_000}NEW -j ACCEPT\nCOMMIT\n",
    "matches": f"{HEAD}-A INPUT{' -m tcp' * 9_000} -p tcp -j ACCEPT\nCOMMIT\n",
    "many chains": HEAD + "".join(f":chain{number} - [0:0]\n" for number in range(20_000)) + "COMMIT\n",
    "deep jumps": deep(150),
    "stars": "*" * 60_000,
    "tables": "*filter\n" * 2000,
    "ten megabytes on one line": f"{HEAD}-A INPUT -m comment --comment {'x' * 10_000_000} -j ACCEPT\nCOMMIT\n",
}


@pytest.mark.parametrize("name", MADE)
def test_made_to_break(name: str) -> None:
    assert outcome(MADE[name]) in ("read", "refused")
