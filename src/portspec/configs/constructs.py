"""What each reader does with each construct of its format: the table that the site prints and that tests hold."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Construct(NamedTuple):
    """One construct. `exact`: its meaning is modelled; `unknown`: it is read, its meaning left open and named;
    `refused`: the file is refused with a message."""

    name: str
    treatment: Literal["exact", "unknown", "refused"]
    note: str = ""
