"""`NamedTuple` at a tenth of the price: what `typing` has, for the records on the way of a check.

A class of `typing.NamedTuple` costs a tenth of a millisecond at import: each annotation is compiled to be looked at, and so is
the constructor. A check imports a hundred of these classes and makes records of half of them. Here annotations stay
the texts that they are, and a constructor is compiled when the first record of its class is made. All else is as in
`typing`, and type checkers are told that it is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - passed on
else:
    from collections import _tuplegetter, namedtuple

    class _Record(tuple):
        """What all records have."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012 - as in typing

        def __new__(cls, *values: Any, **named: Any) -> Any:
            # The first record of its class: from now on the class has a constructor of its own.
            made = namedtuple(cls.__name__, cls._fields, defaults=cls._field_defaults.values()).__new__  # noqa: PYI024
            cls.__new__ = staticmethod(made)
            return made(cls, *values, **named)

        @classmethod
        def _make(cls, values: Any) -> Any:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changed: Any) -> Any:
            made = self._make(map(changed.pop, self._fields, self))
            if changed:
                raise ValueError(f"Got unexpected field names: {list(changed)!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            shown = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{self.__class__.__name__}({shown})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    class _Maker(type):
        """Makes a class of records of a class statement."""

        def __new__(mcs, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default behind one that has one")
            for at, field in enumerate(fields):
                if field[0] == "_":
                    raise ValueError(f"{name}: a field's name begins with an underscore: {field!r}")
                body[field] = _tuplegetter(at, f"Alias for field number {at}")
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = defaults
            body.setdefault("__slots__", ())
            return type(name, (_Record,), body)

    def NamedTuple(*_: object) -> Any:  # noqa: N802 - the name that it has in typing
        """Stands for the base of a class of records; it is not called here."""
        raise TypeError("write class Name(NamedTuple)")

    NamedTuple.__mro_entries__ = lambda _: (type.__new__(_Maker, "NamedTuple", (), {}),)
