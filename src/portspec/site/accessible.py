"""What the theme's HTML lacks for whoever hears a page or moves by keyboard: names for its dialog and its lists of links.

What only the theme's script makes is mended by `docs/assets/site.js`.
"""

from __future__ import annotations

import re

DIALOG = re.compile(r'(<div class="md-search" data-md-component="search" role="dialog")>')
SEARCH = re.compile(r'<input type="text" class="md-search__input" name="query" (aria-label="[^"]*")')
SECTION = re.compile(
    r'(<nav class="md-nav" data-md-level="\d+") aria-labelledby="(?P<label>[^"]+)"(?P<rest>[^>]*>\s*)'
    r'(?P<title><label class="md-nav__title".*?</label>)',
    re.DOTALL,
)
LABEL = re.compile(
    r'(<label class="md-nav__link[^"]*" for="[^"]*" id="(?P<id>[^"]+)"[^>]*>)(?P<body>.*?)</label>', re.DOTALL
)
TAG = re.compile(r"<[^>]+>")
HIDDEN = '<span class="only-heard">{words}</span>'
"""Words that are read out and not drawn; the style sheet knows the class."""


def accessible(html: str) -> str:
    """A finished page in which the search dialog and each section of the navigation has a name of its own."""
    named = SEARCH.search(html)
    if named:
        html = DIALOG.sub(lambda found: f"{found[1]} {named[1]}>", html)
    titles = {found["label"]: _words(found["title"]) for found in SECTION.finditer(html)}
    labels = {found["id"] for found in LABEL.finditer(html)}
    html = LABEL.sub(lambda found: _labelled(found, titles), html)
    # A section of one page has no label that its list could be named by.
    return SECTION.sub(lambda found: found[0] if found["label"] in labels else _named(found), html)


def _labelled(label: re.Match[str], titles: dict[str, str]) -> str:
    """The label of a section whose name stands in a link beside it, with the name in it."""
    if _words(label["body"]) or label["id"] not in titles:
        return label[0]
    return f"{label[1]}{HIDDEN.format(words=titles[label['id']])}{label['body']}</label>"


def _named(section: re.Match[str]) -> str:
    words = _words(section["title"]).replace('"', "&quot;")
    return f'{section[1]} aria-label="{words}"{section["rest"]}{section["title"]}'


def _words(html: str) -> str:
    return " ".join(TAG.sub("", html).split())
