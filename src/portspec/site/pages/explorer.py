"""The explorer: a page whose scripts (`docs/assets/explorer`) filter every flow of every release, and that is a plain
table of the newest release's flows where no script runs."""

from __future__ import annotations

import json
from typing import Any

from portspec.policy.flows import FlowRecord, flows
from portspec.policy.model import Profile
from portspec.site import markdown as md
from portspec.site.edition import Edition
from portspec.site.explorer.words import WORDS
from portspec.site.facts import phases, roles
from portspec.site.words import WORDS as SHARED
from portspec.spec.model import Snapshot
from portspec.spec.vocabulary import LANGUAGES

FULL_WIDTH = "---\nhide: [navigation, toc]\n---"
FOLDER = "assets/explorer"
"""Where the scripts are in the site, and the releases' data beside them."""
SCRIPTS = (
    "later.js", "flows.js", "csv.js", "xlsx.js", "state.js", "filter.js", "dom.js", "table.js", "answer.js", "request.js",
    "form.js", "explorer.js",
)  # fmt: skip
"""In the order in which they build on each other."""
URL = "explorer/index.html"
PLAIN = '<div class="ex-plain"'
"""Begins the plain table, in the Markdown and in the HTML."""


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/explorer/index.md: what is there without scripts."""
    words = WORDS[lang]
    return md.page(
        FULL_WIDTH,
        md.heading(1, words["title"], "port-explorer"),
        words["lead"],
        f'{PLAIN} markdown="1" data-search-exclude>',
        _plain(edition.newest, lang),
        "</div>",
    )


def with_scripts(html: str, edition: Edition, url: str) -> str:
    """The explorer's page with its scripts before the plain table, which they take the place of; any other as it is.

    `url` is the page's, from the site's top. The Markdown has no scripts, so that another generator can read it.
    """
    if not url.endswith(URL):
        return html
    lang = url.removesuffix(URL).rstrip("/") or LANGUAGES[0]
    assets = ("../" if lang == LANGUAGES[0] else "../../") + f"{FOLDER}/"
    added = (
        f'<link rel="stylesheet" href="{assets}explorer.css">',
        '<div id="explorer" class="explorer"></div>',
        f'<script type="application/json" id="explorer-page">{_inert(_given(edition, lang, assets))}</script>',
        *(f'<script src="{assets}{name}"></script>' for name in SCRIPTS),
    )
    before, plain, after = html.partition(PLAIN)
    return "\n".join((before, *added, plain + after))


def _given(edition: Edition, lang: str, assets: str) -> dict[str, Any]:
    """What the scripts are given."""
    names = ("plain", "plain-text", "lead")
    return {
        "lang": lang,
        "assets": assets,
        "top": "../",
        "newest": edition.newest.release.id,
        "releases": [
            {"id": name, "preview": snapshot.release.preview}
            for name, snapshot in reversed(list(edition.snapshots.items()))
        ],
        "words": {name: text for name, text in WORDS[lang].items() if name not in names},
    }


def _inert(given: Any) -> str:
    """JSON within a script element: nothing in it can end the element."""
    text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(snapshot: Snapshot, lang: str) -> str:
    words, shared, profile = WORDS[lang], SHARED[lang], Profile()
    columns = ("port", "service", "from", "to", "via", "necessity", "phases", "reach")
    rows = [_row(snapshot, record, lang) for record in flows(snapshot, profile)]
    text = words["plain-text"].format(
        platform=md.text(snapshot.platforms[profile.platform].title[lang]),
        network=md.text(snapshot.networks[profile.network][lang]),
    )
    return md.page(
        md.heading(2, words["plain"].format(release=snapshot.release.id), "plain"),
        text,
        md.table([shared[name] for name in columns], rows),
    ).rstrip()


def _row(snapshot: Snapshot, record: FlowRecord, lang: str) -> list[str]:
    shared = SHARED[lang]
    port = f"{record.port}/{record.transport}" if record.port else record.transport
    return [
        md.text(port),
        md.link(md.text(record.title[lang]), f"../services/{record.service}.md"),
        roles(snapshot, [record.sender], lang),
        roles(snapshot, [record.target], lang),
        md.text(snapshot.balancers[record.via].title[lang]) if record.via else shared["direct"],
        shared[record.necessity],
        phases(record.phases, lang),
        shared[record.reach],
    ]
