"""Random policies, written by aerleon in two dialects: `python aerleon_policies.py SEED COUNT` prints them as JSON lines.

aerleon logs as it goes and warns of its own code, so that the tests run it as a program of its own.
"""

from __future__ import annotations

import json
import logging
import random
import sys
from typing import Any, cast

NETWORKS = ("10.1.0.0/16", "10.1.2.0/24", "192.168.22.0/24", "192.168.22.200/32", "192.168.22.201/32", "192.168.22.202/31",
            "172.16.5.0/24", "198.51.100.7/32", "0.0.0.0/1")  # fmt: skip
PORTS = ("22", "80", "443", "2379-2380", "6443", "9000-9999", "10250", "22623-22624", "30000-32767", "6081", "53")
SETS = ("ADMIN", "CLUSTER", "MASTERS", "OTHERS")
SERVICES = ("ONE", "TWO", "THREE", "FOUR")


def definitions(pick: random.Random) -> dict[str, Any]:
    """Networks and services by name."""
    networks = {
        name: {"values": [{"address": one} for one in pick.sample(NETWORKS, pick.randint(1, 3))]} for name in SETS
    }
    services = {
        name: [{"protocol": protocol, "port": port} for port in pick.sample(PORTS, pick.randint(1, 3)) for protocol in ("tcp", "udp")]
        for name in SERVICES
    }  # fmt: skip
    return {"networks": networks, "services": services}


def policy(pick: random.Random) -> dict[str, Any]:
    """Terms over them, which end with a verdict for everything."""
    terms: list[dict[str, Any]] = []
    for number in range(pick.randint(2, 6)):
        term: dict[str, Any] = {"name": f"term-{number}", "action": pick.choice(("accept", "accept", "deny"))}
        if pick.random() < 0.7:
            term["source-address"] = pick.choice(SETS)
        if pick.random() < 0.5:
            term["destination-address"] = pick.choice(SETS)
        kind = pick.random()
        if kind < 0.7:
            term |= {"protocol": pick.choice(("tcp", "udp")), "destination-port": pick.choice(SERVICES)}
        elif kind < 0.8:
            term["protocol"] = "icmp"
        terms.append(term)
    terms.append({"name": "rest", "action": pick.choice(("accept", "deny"))})
    header = {"comment": "random", "targets": {"nftables": "inet INPUT", "speedway": "INPUT DROP inet"}}
    return {"filename": "random", "filters": [{"header": header, "terms": terms}]}


def main() -> None:
    from aerleon import api
    from aerleon.lib import naming

    logging.disable(logging.CRITICAL)
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for number in range(seed, seed + count):
        pick = random.Random(number)
        names = naming.Naming()
        names.ParseDefinitionsObject(definitions(pick), "random")
        written = api.Generate([cast("Any", policy(pick))], names) or {}
        by_dialect = {name.rpartition(".")[2]: text for name, text in written.items()}
        print(json.dumps({"seed": number, "nftables": by_dialect["nft"], "iptables": by_dialect["ipt"]}))


if __name__ == "__main__":
    main()
