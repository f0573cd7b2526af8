"""Profiles that differ in what a policy says."""

from __future__ import annotations

from portspec.policy.model import Profile

PROFILES = {
    "none": Profile(),
    "compact": Profile(topology="compact"),
    "single-node": Profile(topology="single-node"),
    "baremetal": Profile("baremetal"),
    "baremetal with its own balancer": Profile("baremetal", features=("user-managed-balancer",)),
    "aws": Profile("aws"),
    "gcp": Profile("gcp"),
    "assisted": Profile(features=("assisted-installer",)),
}
