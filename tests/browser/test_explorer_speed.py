"""How much the explorer's first view weighs, and how soon a keystroke shows. Run with -s for the figures."""

from __future__ import annotations

import gzip
import statistics
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from browser.chromium import Chromium, Tab
from browser.explorer_steps import show
from browser.serving import served
from browser.test_search import look_for
from built_site import LANGUAGES, site

BUDGET = 200_000
"""Bytes on the wire until the rows are there, everything of the theme included."""
KEYSTROKE = 50.0
"""Milliseconds from the input event to the frame that shows it; the bound below leaves room for a busy machine."""
ROOM = 4

TYPED = """(async () => {
  const field = document.querySelector(".explorer input[type=search]")
  const took = []
  for (const words of WORDS) {
    await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)))
    field.value = words
    const start = performance.now()
    field.dispatchEvent(new InputEvent("input", {bubbles: true}))
    document.querySelector(".explorer").getBoundingClientRect()
    const handled = performance.now() - start
    await new Promise(resolve => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0) }))
    took.push([handled, performance.now() - start])
  }
  return took
})()"""
WORDS = [
    "2",
    "22",
    "226",
    "2262",
    "22623",
    "",
    "e",
    "et",
    "etc",
    "etcd",
    "etc",
    "et",
    "e",
    "",
    "機",
    "機器",
    "機器設定",
    "",
]


class _Packed(SimpleHTTPRequestHandler):
    """A server that packs texts, as the ones do that sites are published on."""

    sent: dict[str, int] = {}  # noqa: RUF012 - one server at a time

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        packed = path.suffix in {".html", ".js", ".css", ".json", ".svg"}
        content = gzip.compress(path.read_bytes(), 6) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(content)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.sent[self.path] = len(content)
        self.wfile.write(content)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_view_is_light(lang: str, chromium: Chromium) -> None:
    with served(site(), _Packed) as address, chromium.tab() as fresh:
        _Packed.sent.clear()
        fresh.size(1440, 900)
        show(fresh, address, {"release": "4.18"}, lang)
        fresh.evaluate("new Promise(resolve => setTimeout(resolve, 500))")
        sent = dict(_Packed.sent)
    for path, size in sorted(sent.items(), key=lambda one: -one[1]):
        print(f"{size:8} {path}")
    data = [path for path in sent if "/assets/explorer/" in path and path[-4].isdigit()]
    print(f"{sum(sent.values()):8} in all")
    assert [path.rpartition("/")[2] for path in data] == ["4.18.js"], "one release's data"
    assert sum(sent.values()) < BUDGET


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_search_comes_when_it_is_wanted(lang: str, chromium: Chromium) -> None:
    with served(site(), _Packed) as address, chromium.tab() as fresh:
        _Packed.sent.clear()
        fresh.size(1440, 900)
        show(fresh, address, {"release": "4.18"}, lang)
        assert not any(path.endswith("search_index.json") for path in _Packed.sent)
        found = look_for(fresh, "22623")
        assert found[0] == f"{address}{LANGUAGES[lang]}services/machine-config-server.html"
        assert sum(path.endswith("search_index.json") for path in _Packed.sent) == 1
        assert fresh.settled()[1] == ()


@pytest.mark.parametrize("group", ["", "service"])
def test_a_keystroke_shows_at_once(group: str, tab: Tab, address: str) -> None:
    tab.size(1440, 900)
    show(tab, address, {"release": "4.18", **({"group": group} if group else {})})
    took = tab.evaluate(TYPED.replace("WORDS", repr(WORDS)))
    handled, painted = (sorted(one[n] for one in took) for n in (0, 1))
    for name, values in (("handled and laid out", handled), ("painted", painted)):
        print(f"{name}: median {statistics.median(values):.1f} ms, longest {values[-1]:.1f} ms, of {len(values)}")
    assert statistics.median(handled) < KEYSTROKE
    assert handled[-1] < KEYSTROKE * ROOM
