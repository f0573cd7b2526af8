"""YAML 1.2 read into nodes that know their place; nothing in a file can run code or grow without bound.

Values follow the core schema: `yes` is a string, `4.10` a float (whose `text` still says `4.10`), a date a string.
Tags, several documents, keys that are no scalars and duplicate keys are refused.

What most files are made of is read by `yamlquick`, which is there because importing a YAML library costs a third of
a whole check; whatever it does not know, and every error, is left to `yamlfull`. A test holds the two together.
"""

from __future__ import annotations

from portspec.errors import InputError
from portspec.source import SourceText
from portspec.yamlnodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, find_span, plain
from portspec.yamlquick import read_quick

__all__ = ["Entry", "MappingNode", "Node", "ScalarNode", "SequenceNode", "find_span", "load_yaml", "plain"]

MOST_CHARACTERS = 500_000


def load_yaml(source: SourceText) -> Node:
    """The one document of a file. An empty file is a null scalar. Raises InputError with line and column."""
    if len(source.text) > MOST_CHARACTERS:
        raise InputError(f"the file has {len(source.text)} characters; at most {MOST_CHARACTERS} are read", source.path)
    node = read_quick(source.text)
    if node is not None:
        return node
    from portspec.yamlfull import read_full

    return read_full(source)
