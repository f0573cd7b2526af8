"""`portspec explain`: the page of one check, or the list of all."""

from __future__ import annotations

import argparse

from portspec.checks.registry import checks
from portspec.errors import InputError

HEADINGS = {
    "en": {"why": "Why it matters", "says": "What it says", "mend": "How to mend it", "bad": "Bad", "good": "Good"},
    "zh-TW": {"why": "為何重要", "says": "訊息", "mend": "如何修正", "bad": "錯誤範例", "good": "正確範例"},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="e.g. PS301 (default: list all)")


def run(options: argparse.Namespace) -> int:
    """Print one check or the list."""
    if options.code is None:
        for check in checks().values():
            print(f"{check.code}  {check.title[options.lang]}")
        return 0
    code = options.code.upper()
    if code not in checks():
        raise InputError(f"no check has the code {options.code!r}", hint="portspec explain lists the codes")
    print(page(code, options.lang))
    return 0


def page(code: str, lang: str) -> str:
    """The check's page as text."""
    check = checks()[code]
    words = HEADINGS[lang]
    lines = [f"{check.code} {check.name}: {check.title[lang]}", "", words["why"], f"  {check.rationale[lang]}", ""]
    lines.append(words["says"])
    lines += [f"  {message[lang]}" for message in check.messages.values()]
    lines += ["", words["mend"]]
    lines += [f"  {text}" for text in dict.fromkeys(entry[lang] for entry in check.help.values())]
    for heading, example in ((words["bad"], check.bad), (words["good"], check.good)):
        lines += ["", f"{heading} ({example.format}, at: {example.placement})"]
        lines += [f"  {line}" for line in example.text.splitlines()]
    return "\n".join(lines)
