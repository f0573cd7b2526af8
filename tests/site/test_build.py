"""`portspec build` and `mkdocs`: from a clean checkout, the same bytes each time, refusals that say what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from built_site import checkout, clean_checkout, environment, python, site

HEAVIEST = 400_000
"""Bytes of a page's HTML."""
WITHOUT = "import sys; sys.modules[{module!r}] = None; from {program} import {main}; sys.exit({main}({arguments!r}))"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_another_checkout_gives_the_same_bytes_whatever_lies_there(tmp_path: Path) -> None:
    other = clean_checkout(tmp_path / "elsewhere")
    shutil.copytree(checkout() / "dist", other / "dist")
    (other / "dist" / "site" / "stale.html").write_text("from a build before")
    stale = other / "docs" / "en" / "services" / "gone.md"
    stale.parent.mkdir(parents=True)
    stale.write_text("# A service that the spec no longer has\n")
    done = python(other, ["-m", "portspec", "build"], {"PYTHONHASHSEED": "7", "TZ": "Asia/Taipei", "LANG": "C"})
    assert (done.code, done.err) == (0, "")
    assert not stale.exists()
    first, second = contents(checkout() / "dist"), contents(other / "dist")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert [name for name, content in second.items() if str(other).encode() in content] == []


def test_mkdocs_alone_builds_the_same_site(tmp_path: Path) -> None:
    other = clean_checkout(tmp_path / "checkout")
    done = python(other, ["-m", "mkdocs", "build", "--strict"], {"NO_MKDOCS_2_WARNING": "1"})
    assert done.code == 0, done.err
    assert contents(other / "dist" / "site") == contents(site())


def test_no_page_is_heavy() -> None:
    heavy = {path.relative_to(site()).as_posix(): path.stat().st_size for path in site().rglob("*.html")}
    assert len(heavy) > 300
    assert {name: size for name, size in heavy.items() if size > HEAVIEST} == {}


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine.html").write_text("mine")
    done = python(checkout(), ["-m", "portspec", "build", "--output", str(tmp_path)])
    assert done.code == 2
    assert "holds site, which portspec did not write" in done.err
    assert contents(tmp_path) == {"site/mine.html": b"mine"}


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("mkdocs", "mkdocs"),
        ("material", "mkdocs-material"),
        ("mkdocs_static_i18n", "mkdocs-static-i18n"),
        ("jieba", "jieba"),
    ],
)
def test_build_names_what_is_not_installed(module: str, package: str, tmp_path: Path) -> None:
    arguments = ["build", "--output", str(tmp_path / "out")]
    code = WITHOUT.format(module=module, program="portspec.cli", main="main", arguments=arguments)
    done = python(checkout(), ["-c", code])
    assert done.code == 2
    said = f"the site does not build: {package} is not installed: pip install -e '.[docs]' in the checkout\n"
    assert done.err == said
    assert not (tmp_path / "out").exists()


def test_mkdocs_refuses_to_build_a_search_without_chinese_words(tmp_path: Path) -> None:
    arguments = ["build", "--site-dir", str(tmp_path / "site")]
    code = WITHOUT.format(module="jieba", program="mkdocs.__main__", main="cli", arguments=arguments)
    done = python(checkout(), ["-c", code], {"NO_MKDOCS_2_WARNING": "1"})
    assert done.code == 1
    assert "jieba is not installed, and without it the search finds no Chinese word" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "site" / "index.html").exists()


def test_a_broken_spec_is_named_with_its_line(tmp_path: Path) -> None:
    other = clean_checkout(tmp_path / "checkout")
    etcd = other / "spec" / "services" / "etcd.yaml"
    right = etcd.read_text(encoding="utf-8")
    etcd.write_text(right.replace("reach: control-plane", "reach: moon", 1), encoding="utf-8")
    for arguments in (["portspec", "build"], ["mkdocs", "build"]):
        done = python(other, ["-m", *arguments], {"NO_MKDOCS_2_WARNING": "1"})
        assert done.code == (2 if "portspec" in arguments else 1)
        assert "etcd.yaml:" in done.err
        assert "moon" in done.err
        assert "Traceback" not in done.err


def test_serve_rebuilds_when_the_spec_changes(tmp_path: Path) -> None:
    other = clean_checkout(tmp_path / "checkout")
    log = (tmp_path / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{_free_port()}"],
        cwd=other,
        env=environment(other) | {"NO_MKDOCS_2_WARNING": "1"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        address = _serving(tmp_path / "log")
        note = other / "spec" / "note.yaml"
        before = note.read_text(encoding="utf-8")
        assert "Statistics of the HAProxy router" in before
        assert "Statistics of the HAProxy router" in _fetch(f"{address}note.html")
        note.write_text(before.replace("Statistics of the HAProxy router", "Figures of the router"), encoding="utf-8")
        _wait(lambda: "Figures of the router" in _fetch(f"{address}note.html"))
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _serving(log: Path) -> str:
    """The address that the server names once it serves."""

    def named() -> str:
        return next((word for word in log.read_text().split() if word.startswith("http://127.0.0.1:")), "")

    _wait(lambda: bool(named()))
    return named()


def _fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=120) as answer:
        body: bytes = answer.read()
    return body.decode()


def _wait(holds: Callable[[], bool], patience: float = 120) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
