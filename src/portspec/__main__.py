"""`python -m portspec`."""

from __future__ import annotations

from portspec.cli import run

if __name__ == "__main__":
    run()
