"""The schemas: what each describes, and its topmost keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portspec.site import markdown as md
from portspec.spec.validate import schema_folder

ENDING = ".schema.json"
WRITTEN = ("cluster", "service")
KEPT = ("lock", "policy", "api")
OF_SPEC = (
    "releases", "roles", "profiles", "balancers", "handover", "note", "exclusions", "sources", "glossary", "version",
    "common",
)  # fmt: skip
WORDS = {
    "en": {
        "title": "Schemas",
        "lead": "Every form that is read or written has a JSON Schema (2020-12) in the folder `schema/`; the "
        "[API](api.md#schemas) carries them too. An editor that is given one completes and checks while you type: "
        "[Editors](../guides/editors.md).",
        "written": "What you write",
        "printed": "What portspec prints",
        "kept": "What is kept and published",
        "spec": "The spec itself",
        "key": "Key",
        "type": "Type",
        "meaning": "Meaning",
        "required": "required",
        "parts": "Parts, each described on its own: {names}",
    },
    "zh-TW": {
        "title": "Schema",
        "lead": "所有讀寫的格式都有 JSON Schema（2020-12），放在資料夾 `schema/`；[API](api.md#schemas) 也一併提供。"
        "編輯器取得 schema 之後，輸入時就能補完與檢查：[編輯器](../guides/editors.md)。說明文字以英文列出。",
        "written": "由您撰寫",
        "printed": "由 portspec 輸出",
        "kept": "保存與發布",
        "spec": "規格本身",
        "key": "鍵",
        "type": "型別",
        "meaning": "說明",
        "required": "必填",
        "parts": "個別描述的部分：{names}",
    },
}


def page(lang: str) -> str:
    """docs/LANG/reference/schemas.md."""
    words = WORDS[lang]
    found = {path.name.removesuffix(ENDING): path for path in sorted(Path(schema_folder()).glob(f"*{ENDING}"))}
    grouped = {
        "written": [name for name in WRITTEN if name in found],
        "printed": [name for name in found if name not in (*WRITTEN, *KEPT, *OF_SPEC)],
        "kept": [name for name in KEPT if name in found],
        "spec": [name for name in OF_SPEC if name in found],
    }
    parts = [
        md.front_matter(boost=0.5, words=("JSON Schema",)),
        md.heading(1, words["title"], "schemas"),
        words["lead"],
    ]
    for group, names in grouped.items():
        parts.append(md.heading(2, words[group], group))
        for name in names:
            parts += _schema(name, json.loads(found[name].read_text(encoding="utf-8")), lang)
    return md.page(*parts)


def _schema(name: str, schema: dict[str, Any], lang: str) -> Iterator[str]:
    words = WORDS[lang]
    yield md.heading(3, md.code(f"{name}{ENDING}"), f"schema-{name}")
    yield f"**{md.text(schema['title'])}.** {md.text(schema.get('description', ''))}".rstrip()
    required = schema.get("required", ())
    rows = [
        [
            md.code(key) + (f" ({words['required']})" if key in required else ""),
            md.text(kind(found)),
            md.text(found.get("description", "")),
        ]
        for key, found in schema.get("properties", {}).items()
    ]
    if rows:
        yield md.table([words["key"], words["type"], words["meaning"]], rows)
    elif schema.get("$defs"):
        names = ", ".join(md.code(part) for part in schema["$defs"])
        yield words["parts"].format(names=names)


def kind(found: dict[str, Any]) -> str:
    """What a value may be, in few words: `string`, `array of finding`, `"install" or "running"`."""
    if "const" in found:
        return f"`{json.dumps(found['const'])}`"
    if "enum" in found:
        return " or ".join(f"`{json.dumps(value)}`" for value in found["enum"])
    if "$ref" in found:
        return str(found["$ref"]).rpartition("/")[2].removesuffix(ENDING)
    for word in ("anyOf", "oneOf"):
        if word in found:
            return " or ".join(dict.fromkeys(kind(one) for one in found[word]))
    types = found.get("type", "any")
    named = " or ".join(types) if isinstance(types, list) else str(types)
    items = found.get("items")
    return f"{named} of {kind(items)}" if named == "array" and isinstance(items, dict) else named
