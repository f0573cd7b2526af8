"""The whole of `portspec build` beside `mkdocs build` on the finished Markdown: how much the generating costs.

Both build the same pages with the same theme and plugins. The second has the Markdown ready, and a navigation written
out, and runs none of our code. Run from a checkout: `python benchmarks/site_build.py [RUNS]`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pairs import paired

REPOSITORY = Path(__file__).resolve().parents[1]
LIMIT = 1.3
RUNS = 5
QUIET = {"NO_MKDOCS_2_WARNING": "1"}
NAVIGATION = "import json; from portspec.site.contents import navigation; from portspec.site.edition import edition; print(json.dumps(navigation(edition())))"

MKDOCS = (
    "import jieba, logging, sys; jieba.setLogLevel(logging.WARNING); from mkdocs.__main__ import cli; cli(sys.argv[1:])"
)
"""mkdocs, with the word cutter as quiet as it is in ours."""


def main(runs: int) -> int:
    """Print both times and their ratio; 1 when it is above the limit."""
    os.environ.update(QUIET)
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "portspec", "build", "--output", f"{folder}/ours"]
        # The first build leaves the finished Markdown in docs/.
        subprocess.run(ours, cwd=REPOSITORY, check=True, capture_output=True)
        config = REPOSITORY / ".site-build-benchmark.yml"
        try:
            config.write_text(finished(), encoding="utf-8")
            theirs = [sys.executable, "-c", MKDOCS, "build", "--quiet", "-f", str(config), "-d", f"{folder}/theirs"]
            found = paired(ours, theirs, runs, expected=(0,), cwd=str(REPOSITORY))
        finally:
            config.unlink(missing_ok=True)
        pages = sum(1 for _ in Path(folder, "ours", "site").rglob("*.html"))
        bare = sum(1 for _ in Path(folder, "theirs").rglob("*.html"))
    print(f"portspec build: {found.ours:.2f} s, {pages} pages, with API, policies, schemas and diagrams")
    print(f"mkdocs build on the finished Markdown: {found.theirs:.2f} s, {bare} pages")
    print(f"ratio, pair by pair over {runs} runs: {found.ratio:.2f} (limit {LIMIT})")
    return int(found.ratio > LIMIT or pages != bare)


def finished() -> str:
    """mkdocs.yml without our hooks, and with the navigation that they would set."""
    made = subprocess.run([sys.executable, "-c", NAVIGATION], cwd=REPOSITORY, check=True, capture_output=True)
    text = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^hooks:.*\n", "", text)
    text = re.sub(r"(?m)^watch:.*\n", "", text)
    return f"{text}\nnav: {json.dumps(json.loads(made.stdout), ensure_ascii=False)}\n"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
