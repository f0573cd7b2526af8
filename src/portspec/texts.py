"""Texts in every language that the project speaks."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "zh-TW")

Text = Mapping[str, str]
"""A sentence by language: `en` and `zh-TW`."""
