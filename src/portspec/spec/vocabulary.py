"""The words of the spec that every later part shares: phases, reach, necessity, and texts in two languages."""

from __future__ import annotations

from typing import Literal

from portspec.texts import LANGUAGES, Text

__all__ = ["LANGUAGES", "NECESSITIES", "PHASES", "REACHES", "Necessity", "Phase", "Reach", "Text"]

Phase = Literal["install", "running"]
Reach = Literal["control-plane", "cluster", "site", "public"]
Necessity = Literal["required", "recommended", "optional"]

PHASES: tuple[Phase, ...] = ("install", "running")
REACHES: tuple[Reach, ...] = ("control-plane", "cluster", "site", "public")
NECESSITIES: tuple[Necessity, ...] = ("required", "recommended", "optional")
