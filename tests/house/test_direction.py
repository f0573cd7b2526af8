"""The shape of the house: imports go one way, modules stay short, input is data and the network is not asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import REPOSITORY

SOURCE = REPOSITORY / "src" / "portspec"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST = 400
NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "asyncio", "requests", "urllib3", "socketserver"}
ADDRESS_TEXT = {"AF_INET", "AF_INET6", "inet_ntop", "inet_pton"}
"""Of `socket`, what turns addresses into text and back; it opens nothing."""
RUNS_INPUT = {"eval", "exec", "compile", "__import__"}
UNSAFE = {"pickle", "marshal", "shelve", "dill"}
FROM_OUR_OWN_CHILD = {("configs/firewall/halves.py", "marshal"), ("checks/forks.py", "pickle")}
"""What is unpacked there was packed by a process of ours, and came by a pipe."""

# What each part may import of the others, beside itself and the modules at the root.
MAY_IMPORT = {
    "packets": set[str](),
    "spec": set[str](),
    "policy": {"spec", "packets"},
    "configs": {"packets"},
    "cluster": {"packets", "policy", "configs"},
    "checks": {"spec", "policy", "packets", "configs", "cluster"},
    "compare": {"policy", "packets", "configs", "cluster", "checks"},
    "fixes": {"policy", "packets", "configs", "cluster", "checks"},
    "report": {"spec", "policy", "packets", "configs", "cluster", "checks", "compare"},
    "render": {"policy", "packets", "cluster", "checks"},
    "delivery": set[str](),
    "site": {"delivery", "spec", "policy", "packets", "configs", "cluster", "checks", "report", "render", "cli"},
    "cli": {
        "compare",
        "fixes",
        "delivery",
        "spec",
        "policy",
        "packets",
        "configs",
        "cluster",
        "checks",
        "report",
        "render",
        "site",
    },
}


ROOT = {"__init__": set[str](), "__main__": {"cli"}, "library": {"policy", "packets", "configs", "cluster", "checks"}}
"""What the modules beside the parts may import of them; the others nothing."""


def imports(path: Path) -> Iterator[tuple[str, set[str], int]]:
    """(module, names taken from it, line) of every import, also inside functions and by `import_module`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, set(), node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            names = {alias.name for alias in node.names}
            yield node.module or "", names, node.lineno
            if node.module == "portspec":
                yield from ((f"portspec.{name}", set(), node.lineno) for name in names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            first = node.args[0]
            start = first.values[0] if isinstance(first, ast.JoinedStr) else first
            if isinstance(start, ast.Constant):  # else it starts from a module that was found before
                yield str(start.value), set(), node.lineno


def against_the_arrow(source: Path, part: str) -> list[str]:
    """Imports of a part that lead where it may not look."""
    wrong = []
    for path in sorted((source / part).rglob("*.py")):
        for module, _, line in imports(path):
            words = module.split(".")
            if words[0] == "portspec" and len(words) > 1 and words[1] in MAY_IMPORT.keys() - MAY_IMPORT[part] - {part}:
                wrong.append(f"{path.relative_to(source)}:{line}: {module}")
    return wrong


def test_every_part_has_its_place() -> None:
    parts = {path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert parts == set(MAY_IMPORT)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_go_one_way(part: str) -> None:
    assert against_the_arrow(SOURCE, part) == []


AGAINST = {
    "import portspec.report.words": "import portspec.report.words",
    "from the part": "from portspec.report.words import WORDS",
    "from the package": "from portspec import report",
    "inside a function": "def f():\n    from portspec.report import words",
    "by name": "from importlib import import_module\nimport_module('portspec.report.words')",
    "by a made name": "from importlib import import_module\ndef f(x):\n    import_module(f'portspec.report.{x}')",
    "for types only": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from portspec.report import words",
}


@pytest.mark.parametrize("name", AGAINST)
def test_an_import_against_the_arrow_is_seen(name: str, tmp_path: Path) -> None:
    (tmp_path / "packets").mkdir()
    (tmp_path / "packets" / "sets.py").write_text(AGAINST[name] + "\n")
    assert against_the_arrow(tmp_path, "packets") != []


def test_the_modules_beside_the_parts_import_none_of_them() -> None:
    wrong = []
    for path in SOURCE.glob("*.py"):
        for module, _, line in imports(path):
            words = module.split(".")
            if words[0] == "portspec" and set(words[1:2]) & (MAY_IMPORT.keys() - ROOT.get(path.stem, set())):
                wrong.append(f"{path.name}:{line}: {module}")
    assert wrong == []


def test_no_module_is_long() -> None:
    assert {path.name: n for path in MODULES if (n := len(path.read_text().splitlines())) > LONGEST} == {}


def test_nothing_asks_the_network_or_unpacks_objects() -> None:
    wrong = []
    for path in MODULES:
        for module, names, line in imports(path):
            root = module.partition(".")[0]
            if (str(path.relative_to(SOURCE)), root) in FROM_OUR_OWN_CHILD:
                continue
            if root in UNSAFE or (root in NETWORK and not (root == "socket" and names and names <= ADDRESS_TEXT)):
                wrong.append(f"{path.relative_to(SOURCE)}:{line}: {module}")
    assert wrong == []


def test_input_is_never_run() -> None:
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            named = isinstance(node.func, ast.Name) and node.func.id in RUNS_INPUT
            if named or ast.unparse(node.func) in {"yaml.load", "yaml.unsafe_load", "os.system"}:
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno}: {ast.unparse(node.func)}")
    assert wrong == []
