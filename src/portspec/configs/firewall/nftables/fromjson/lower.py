"""From a JSON ruleset to the model."""

from __future__ import annotations

from portspec.configs.firewall.model import Ruleset
from portspec.configs.firewall.nftables.fromjson.document import JsonDocument
from portspec.configs.firewall.nftables.fromjson.text import JsonText
from portspec.configs.firewall.nftables.lower import lowered
from portspec.errors import InputError
from portspec.source import SourceText


def read_json(source: SourceText) -> Ruleset:
    """Read a JSON ruleset whole. Raises InputError with the line and column of the value that is wrong."""
    text = JsonText(source)
    marks = '"mangle"' in source.text
    try:
        return lowered(JsonDocument(text).read(), marks=marks)
    except InputError as error:
        if text.failed is None:
            raise
        again = JsonText(source)
        try:
            lowered(JsonDocument(again, text.failed).read(), marks=marks)
        except InputError as finer:
            raise finer from None
        raise error from None
