"""The API's own output held against the public schemas, before it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from portspec.spec.validate import schema_folder


class InvalidDocumentError(Exception):
    """A document that its public schema refuses: portspec is wrong, not what it was given."""


class Documents:
    """Holds documents against schemas.

    Releases and profiles have most of their records in common: of sixty thousand only a thousand differ. So what stands
    in a list, or under a name, is judged once per schema; its verdict depends on nothing else.
    """

    def __init__(self) -> None:
        self._registry = Registry[Any]().with_resources(
            (path.name, DRAFT202012.create_resource(_without_dialect(json.loads(path.read_bytes()))))
            for path in sorted(Path(schema_folder()).glob("*.schema.json"))
        )
        self._right: set[tuple[int, str]] = set()
        self._validators: dict[str, Any] = {}
        self._kind = extend(Draft202012Validator, {"items": self._items, "properties": self._properties})  # type: ignore[no-untyped-call]

    def checked(self, reference: str, document: Any) -> Any:
        """The document, if the schema takes it. `reference` is a schema's file, with a place in it if need be.

        Raises InvalidDocumentError that names the schema and the place.
        """
        if reference not in self._validators:
            self._validators[reference] = self._kind({"$ref": reference}, registry=self._registry)
        for error in self._validators[reference].iter_errors(document):
            raise InvalidDocumentError(f"{reference}: {error.json_path}: {error.message}")
        return document

    def _items(self, validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if validator.is_type(instance, "array"):
            first = len(schema.get("prefixItems", ()))
            for number, item in enumerate(instance[first:], first):
                yield from self._judged(validator, item, items, number, None)

    def _properties(self, validator: Any, properties: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        del schema
        if validator.is_type(instance, "object"):
            for name, expected in properties.items():
                if name in instance:
                    yield from self._judged(validator, instance[name], expected, name, name)

    def _judged(
        self, validator: Any, instance: Any, schema: Any, place: str | int, schema_place: str | None
    ) -> Iterator[ValidationError]:
        # The schemas live as long as this object does, so that an identity stands for one of them only.
        key = (id(schema), json.dumps(instance))
        if key in self._right:
            return
        errors = list(validator.descend(instance, schema, path=place, schema_path=schema_place))
        if not errors:
            self._right.add(key)
        yield from errors


def _without_dialect(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that does not name its dialect: one that does is judged by that dialect's own class, not by ours."""
    return {key: value for key, value in schema.items() if key != "$schema"}
