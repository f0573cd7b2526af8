"""Documents held against their JSON Schema; what is wrong comes back with line and column.

Only lint, the build and a site's own services come here: jsonschema takes longer to import than a whole check.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from referencing import Registry, Resource

from portspec.errors import InputError
from portspec.spec.load import Document
from portspec.yamlsource import MappingNode, Node, SequenceNode, find_span, plain

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHIPPED = os.path.join(_PACKAGE, "_schema")
"""The schemas of an installed wheel."""
CHECKOUT = os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "schema")

MOST_SHOWN = 60


def schema_folder() -> str:
    """Where the schemas are: in the package, or in the checkout that it runs from."""
    return SHIPPED if os.path.isdir(SHIPPED) else CHECKOUT


@cache
def schema(kind: str) -> dict[str, Any]:
    """The schema of a kind of document, such as `service`."""
    with open(os.path.join(schema_folder(), f"{kind}.schema.json"), encoding="utf-8") as stream:
        found: dict[str, Any] = json.load(stream)
    return found


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """A pattern as ECMA-262 means it: `$` is the end of the text. Python's `$` lets a line end follow."""
    meant = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(meant, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


@cache
def validator(kind: str) -> Draft202012Validator:
    """The validator of a kind of document, with the definitions that all schemas share."""
    common: Resource[Any] = Resource.from_contents(schema("common"))
    registry: Registry[Any] = Registry().with_resource("common.schema.json", common)
    made: Draft202012Validator = _Validator(schema(kind), registry=registry)
    return made


def check_documents(documents: list[Document]) -> list[InputError]:
    """What the schemas find wrong, in the order of the files."""
    return [error for document in documents for error in check_document(document)]


def check_document(document: Document) -> list[InputError]:
    """What the schema finds wrong in one document, in the order of its lines."""
    found = []
    for error in validator(document.kind).iter_errors(plain(document.root)):
        deepest = best_match([error]) or error
        for message, line, column in _told(deepest, document.root):
            found.append(InputError(message, document.path, line, column))
    return sorted(found, key=lambda error: (error.line, error.column, error.message))


def _told(error: ValidationError, root: Node) -> Iterator[tuple[str, int, int]]:
    """The message of an error with its place; one per key for unknown and missing keys."""
    path = list(error.absolute_path)
    span = find_span(root, path)
    where = _where(path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        node = _node(root, path)
        known = sorted(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
        for key in error.instance:
            if key not in known and isinstance(node, MappingNode):
                place = node.entries[key].key_span
                yield f"{where}unknown key {key!r}; known: {', '.join(known)}", place.line, place.column
        return
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = error.message.partition("'")[2].partition("'")[0]
        yield f"{where}the key {missing!r} is missing", span.line, span.column
        return
    yield where + _expectation(error), span.line, span.column


def _expectation(error: ValidationError) -> str:
    """What was found and what was expected, in words."""
    found = _shown(error.instance)
    wanted: Any = error.validator_value
    if error.validator == "enum":
        return f"found {found}; expected one of {', '.join(map(str, wanted))}"
    if error.validator == "const":
        return f"found {found}; expected {wanted!r}"
    if error.validator == "type":
        names = wanted if isinstance(wanted, str) else " or ".join(wanted)
        return f"found {found}; expected {names}"
    if error.validator == "pattern":
        return f"found {found}; expected {_described(error) or 'text that matches ' + str(wanted)}"
    if error.validator == "not":
        return f"found {found}; {_described(error) or 'expected nothing here'}"
    if error.validator == "anyOf":
        return f"found {found}; expected {_described(error) or 'another form'}"
    if error.validator == "minItems":
        return "an empty list; expected at least one"
    return error.message if len(error.message) <= 2 * MOST_SHOWN else f"found {found}; {error.validator} {wanted}"


def _described(error: ValidationError) -> str:
    """What the schema says about the place, as the continuation of a sentence."""
    described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    text = str(described).rstrip(".")
    return text[:1].lower() + text[1:]


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _where(path: list[str | int]) -> str:
    """`ports[0].flows[1]: `, empty at the top."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return f"{text}: " if text else ""


def _node(root: Node, path: list[str | int]) -> Node:
    node = root
    for step in path:
        if isinstance(node, MappingNode):
            node = node.entries[str(step)].value
        elif isinstance(node, SequenceNode):
            node = node.items[int(step)]
    return node
