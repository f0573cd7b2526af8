"""What the tests of the explorer share: its address, its data in the browser, the profiles that they try."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from browser.chromium import Tab
from built_site import LANGUAGES

from portspec.policy.model import Profile
from portspec.spec.model import Snapshot

READY = "document.querySelector('.ex-count')?.textContent"
COUNT = "document.querySelectorAll('.ex-table tbody tr:not(.ex-group)').length"


def show(tab: Tab, address: str, query: Mapping[str, str] | None = None, lang: str = "en") -> None:
    """Open the explorer and wait until it shows something."""
    tab.open(f"{address}{LANGUAGES[lang]}explorer/index.html" + (f"?{urlencode(query)}" if query else ""))
    tab.until(READY)


def fetch(tab: Tab, release: str) -> None:
    """Have a release's data in the page, beside what is shown, as `window.given`."""
    tab.evaluate(f"""new Promise((resolve, reject) => {{
        const take = portspecExplorer.take
        portspecExplorer.take = given => {{ window.given = given; take(given) }}
        const script = document.createElement("script")
        script.src = "../assets/explorer/{release}.js"
        script.onload = resolve
        script.onerror = reject
        document.head.append(script)
    }})""")


def profiles(snapshot: Snapshot, count: int) -> list[Profile]:
    """Random profiles of a release, the same in every run: few features, many, and none."""
    chance = random.Random(snapshot.release.id)
    found = []
    for _ in range(count):
        features = chance.sample(sorted(snapshot.features), chance.choice((0, 1, 2, 3, 8, len(snapshot.features) // 2)))
        found.append(
            Profile(
                chance.choice(sorted(snapshot.platforms)),
                chance.choice(sorted(snapshot.networks)),
                chance.choice(sorted(snapshot.topologies)),
                tuple(sorted(features)),
            )
        )
    return found


def as_script(profile: Profile) -> str:
    """A profile as the scripts take it."""
    return json.dumps({**profile._asdict(), "features": list(profile.features)})


def rows(tab: Tab) -> list[list[str]]:
    """The cells of the rows on show."""
    found: Any = tab.evaluate("""[...document.querySelectorAll('.ex-table tbody tr:not(.ex-group)')]
        .map(row => [...row.cells].map(cell => cell.textContent.trim()))""")
    return [list(row) for row in found]


def click(tab: Tab, words: str) -> None:
    """Press the button that says these words."""
    tab.evaluate(
        f"[...document.querySelectorAll('.explorer button')].find(one => one.textContent === {words!r}).click()"
    )


def choose(tab: Tab, name: str, value: str) -> None:
    """Choose a value that a field offers."""
    tab.evaluate(f"""(() => {{
        const select = document.querySelector(".explorer select[name={name}]")
        select.value = {value!r}
        if (select.value !== {value!r}) throw new Error("not offered: {name} {value}")
        select.dispatchEvent(new Event("change", {{bubbles: true}}))
    }})()""")


def write(tab: Tab, words: str) -> None:
    """Put words into the search field."""
    tab.evaluate(f"""(() => {{
        const field = document.querySelector(".explorer input[type=search]")
        field.value = {words!r}
        field.dispatchEvent(new Event("input", {{bubbles: true}}))
    }})()""")


def listed(tab: Tab) -> str:
    """What a download of the list as CSV would hold."""
    made: str = tab.evaluate("""(() => {
        let made
        const save = portspecExplorer.save
        portspecExplorer.save = content => { made = content }
        document.querySelector(".ex-exports button[aria-label*=CSV]").click()
        portspecExplorer.save = save
        return made
    })()""")
    return made
