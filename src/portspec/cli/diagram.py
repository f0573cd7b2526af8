"""`portspec diagram`: the handover as a picture of characters."""

from __future__ import annotations

import argparse
import sys

from portspec.policy.store import newest_release, snapshot
from portspec.site.diagram import STYLES, handover_diagram


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("which", choices=("handover",), help="handover: from the bootstrap host to the control plane")
    parser.add_argument("--release", metavar="X.Y", help="OpenShift release, e.g. 4.18 (default: the newest)")
    parser.add_argument("--style", choices=STYLES, default="unicode", help="lines to draw with (default: unicode)")


def run(options: argparse.Namespace) -> int:
    """Print the diagram."""
    known = snapshot(options.release or newest_release())
    sys.stdout.write(handover_diagram(known.handover, options.lang, options.style))
    return 0
