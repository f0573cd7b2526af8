from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest_programs import require, require_namespaces

from differential.hosts import Hosts, hosts


@pytest.fixture(scope="session")
def judges() -> Iterator[Hosts]:
    """The kernel, ready to judge."""
    require_namespaces()
    require("ip", package="iproute2")
    require("nft", package="nftables")
    require("iptables-nft-restore", package="iptables")
    with hosts() as found:
        yield found
