"""`python -m portspec`."""

from __future__ import annotations

import sys

from portspec.cli import main

if __name__ == "__main__":
    sys.exit(main())
