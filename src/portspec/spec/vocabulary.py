"""The words of the spec that every later part shares: phases, reach, necessity, and texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Text = Mapping[str, str]
"""A sentence by language: `en` and `zh-TW`."""

Phase = Literal["install", "running"]
Reach = Literal["control-plane", "cluster", "site", "public"]
Necessity = Literal["required", "recommended", "optional"]

LANGUAGES = ("en", "zh-TW")
PHASES: tuple[Phase, ...] = ("install", "running")
REACHES: tuple[Reach, ...] = ("control-plane", "cluster", "site", "public")
NECESSITIES: tuple[Necessity, ...] = ("required", "recommended", "optional")
