"""Clusters made by chance: odd addresses, overlapping roles, missing ones."""

from __future__ import annotations

from random import Random

from render.clusters import PLATFORMS, Made

from portspec.errors import InputError

RELEASES = ("4.14", "4.16", "4.17", "4.18")
NODES = ("bootstrap", "control-plane", "worker")
OTHERS = ("admin", "dns", "ntp", "dhcp", "registry", "bmc", "provisioner", "vcenter", "esxi", "client", "internet")


def random_cluster(seed: int) -> Made:
    """A cluster that can be loaded. Its roles share addresses where the topology lets them."""
    random = Random(seed)
    while True:
        made = _draw(random, seed)
        try:
            made.cluster()
        except InputError:
            continue
        return made


def _draw(random: Random, seed: int) -> Made:
    topology = random.choice(("ha", "ha", "compact", "single-node"))
    platform = random.choice(PLATFORMS) if topology != "single-node" else random.choice(("none", "baremetal"))
    lines = [
        f'release: "{random.choice(RELEASES)}"',
        f"platform: {platform.strip('+')}",
        f"topology: {topology}",
        f"phase: {random.choice(('install', 'running'))}",
        *(["features: [user-managed-balancer]"] if platform.endswith("+") else []),
        "roles:",
    ]
    families = random.choice(((4,), (4,), (6,), (4, 6)))
    nodes = {role: _items(random, families, wide=False, net=20 + number) for number, role in enumerate(NODES)}
    if topology != "ha":
        nodes["worker"] = nodes["control-plane"]
    for role, items in nodes.items():
        if random.random() < 0.9 or role == "control-plane":
            lines.append(f"  {role}: [{', '.join(items)}]")
    api, ingress = (_items(random, families, wide=False, net=net) for net in (30, 31))
    lines.append(f"  api-balancer: [{', '.join(api)}]")
    lines.append(f"  ingress-balancer: [{', '.join(random.choice((api, ingress)))}]")
    for role in OTHERS:
        if random.random() < 0.6:
            everybody = [f'"{"0.0.0.0/0" if family == 4 else "::/0"}"' for family in families]
            open_to_all = role == "client" and random.random() < 0.6
            lines.append(f"  {role}: [{', '.join(everybody if open_to_all else _items(random, families, wide=True))}]")
    return Made(f"random-{seed}", "\n".join(lines) + "\n")


def _items(random: Random, families: tuple[int, ...], *, wide: bool, net: int = 0) -> list[str]:
    found: list[str] = []
    for family in families:
        count = random.randint(1, 7) if random.random() < 0.3 else 1
        found += [f'"{_item(random, family, wide=wide, net=net)}"' for _ in range(count)]
    return found


def _item(random: Random, family: int, *, wide: bool, net: int) -> str:
    low = random.randint(1, 60)
    high = low + random.choice((0, 0, 1, 2, 5))
    if family == 4:
        if wide:
            return random.choice(
                ("0.0.0.0/2", f"10.{low}.0.0/16", f"10.0.{low}.{high}", f"203.0.113.{low}-203.0.113.{high}")
            )
        return f"192.168.{net}.{low}" if low == high else f"192.168.{net}.{low}-192.168.{net}.{high}"
    if wide:
        return random.choice(("2400::/12", f"2001:db8:{low}::/48", f"2001:db8:ff::{low:x}", "fd00::/8"))
    return f"2001:db8:0:{net}::{low:x}" if low == high else f"2001:db8:0:{net}::{low:x}-2001:db8:0:{net}::{high:x}"
