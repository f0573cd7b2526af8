"""Long lists of addresses in braces: blocklists and allowlists of 100,000 elements, read all at once.

In such a list one element is like another: addresses, prefixes and ranges with commas between them, as nft prints them and as
people paste them. To take it apart word by word costs ten times what all else about the file does. So the lexer makes one word
of the kind `list` of it, whose text is that of the list, and `addresses` reads that at once. Whoever compares with anything
but addresses takes the list apart with `opened`, and whatever here says None is read word by word as ever: this module
decides how fast a list is read, never what it means.
"""

from __future__ import annotations

import re

from portspec.configs.firewall.address_columns import ends, without_masks
from portspec.configs.firewall.nftables.lexer import Token, words_of
from portspec.configs.firewall.nftables.texts import Words, elements
from portspec.packets.addresses import V4_LAST, parse_addresses
from portspec.packets.intervals import IntervalSet
from portspec.source import SourceText

EXTRAS = re.compile(r" (?:timeout|expires|counter|comment|limit) [^,]*+")
"""What stands behind the value of an element; no comma is in it, or the lexer would not have taken it for one."""
COMMA = Token("symbol", ",", 0, 0)
REMARK = re.compile(r"#[^\n]*+")


def opened(parts: list[Words]) -> list[Words]:
    """Elements, each long list of them taken apart."""
    if all(part[0].kind != "list" for part in parts):
        return parts
    return [one for part in parts for one in (_taken_apart(part[0]) if part[0].kind == "list" else (part,))]


def _taken_apart(word: Token) -> list[Words]:
    words = words_of(SourceText("", ""), word.text, bulk=False)
    return elements([each._replace(start=word.start, stop=word.stop) for each in words if each.kind != "end"])


def words_of_list(text: str) -> str:
    """The words of a list as messages show them: with a blank between any two."""
    if '"' in text:
        return " ".join(word.text for part in _taken_apart(Token("list", text, 0, 0)) for word in (*part, COMMA))
    return " ".join(REMARK.sub("", text).replace(",", " , ").split())


def addresses(text: str, *, v6: bool) -> IntervalSet | None:
    """The addresses of a list; None where one of them is not of this family, or no address, prefix or range at all."""
    if "#" in text:
        text = REMARK.sub("", text)
    if "e" in text:  # every extra has an e in its name, and so have some addresses
        text = EXTRAS.sub("", text)
    texts = text.replace(",", " ").split()
    if v6:
        # An address costs the same alone as in a crowd: it is read by a call of the system's library.
        try:
            found = IntervalSet(span for one in dict.fromkeys(texts) for span in parse_addresses(one))
        except ValueError:
            return None
        return found if found.spans and found.first > V4_LAST else None
    return _v4(texts)


def _v4(texts: list[str]) -> IntervalSet | None:
    lows = highs = texts
    if "-" in "".join(texts):
        pairs = [text.partition("-") for text in texts]
        if any(dash and ("/" in low or "/" in high) for low, dash, high in pairs):
            return None
        lows = [low for low, _, _ in pairs]
        highs = [high or low for low, _, high in pairs]
    heads, masks = without_masks(lows, v6=False) if "/" in "".join(lows) else (lows, [None])
    masked = any(masks)
    read = ends(heads, masks if masked else [None] * len(heads), v6=False)
    if read.bad:
        return None
    firsts, lasts = read.firsts, read.lasts
    if highs is not texts:
        tails, masks = without_masks(highs, v6=False)
        upper = ends(tails, masks, v6=False)
        if upper.bad or any(first > last for first, last in zip(firsts, upper.lasts, strict=True)):
            return None
        lasts = upper.lasts
    return IntervalSet.of_ends(firsts, lasts if masked or highs is not texts else firsts)
