"""Run a campaign against the kernel: `python tests/differential/campaign.py --rulesets 1000 --dialect nftables`.

Needs root, nft (Debian package nftables) and iptables (package iptables). `--seed N` alone repeats one ruleset.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from differential.runs import main

    sys.exit(main())
