"""From the text of a declaration to the objects in it.

https://clouddocs.f5.com/products/extensions/f5-appsvcs-extension/latest/userguide/composing-a-declaration.html
"""

from __future__ import annotations

import re

from portspec.configs.balancer.as3.declared import Declaration, Declared, Place
from portspec.configs.balancer.as3.placed import Node, load_json
from portspec.configs.balancer.as3.vocabulary import RESERVED, TEMPLATES
from portspec.configs.balancer.f5.notes import Notes
from portspec.source import SourceText, Span

TEMPLATE = re.compile(r"\{\{|\{%|<%")
FREE_TEXT = frozenset(
    {"iRule", "script", "send", "receive", "receiveDown", "remark", "label", "policyString", "base64", "text"}
)
"""Strings that may hold what looks like a template."""
DEPLOYED = ("deploy", "dry-run")
THE_TENANT = "tenant"
"""The name of the tenant of a declaration of applications alone: the URL that it is posted to gives another."""


def declaration(source: SourceText, notes: Notes) -> Declaration:
    """The objects of a file. Raises InputError with line and column."""
    root = load_json(source)
    if not isinstance(root.value, dict):
        raise source.error("expected an object with a class AS3 or ADC", root.start)
    _refuse_templates(source, root)
    found = Declaration(notes)
    kind = root.items["class"].text if "class" in root.items else ""
    if kind == "AS3":
        root = _deployed(source, root)
    elif kind != "ADC" and not any(_class_of(node) == "Application" for node in root.items.values()):
        raise source.error("expected a class AS3 or ADC", root.start, "give the declaration that is posted to /declare")
    if "schemaVersion" not in root.items:
        notes.remark("refused", "missing", notes.span(root.start, root.start + 1), property="schemaVersion", what="ADC")
    if _class_of(root) == "ADC":
        for name, node in root.items.items():
            if name not in RESERVED:
                _tenant(found, name, node)
    else:
        _tenant(found, THE_TENANT, root)
    return found


def _deployed(source: SourceText, root: Node) -> Node:
    action = root.items.get("action")
    if action is not None and action.text not in DEPLOYED:
        raise source.error(f"the action {action.text[:40]!r} deploys nothing", action.start)
    inner = root.items.get("declaration")
    if inner is None or _class_of(inner) != "ADC":
        at = inner.start if inner is not None else root.start
        raise source.error("expected a declaration of class ADC in it", at)
    return inner


def _class_of(node: Node) -> str:
    return node.items["class"].text if "class" in node.items else ""


def _refuse_templates(source: SourceText, root: Node) -> None:
    for key, node in root.walk():
        if isinstance(node.value, str) and key not in FREE_TEXT:
            found = TEMPLATE.search(node.value)
            if found is not None:
                message = f"this is a template ({found[0]}), not an AS3 declaration"
                raise source.error(message, node.start, "render it first")


def _tenant(found: Declaration, name: str, node: Node) -> None:
    if not isinstance(node.value, dict):
        found.wrong(node, name, "object")
        return
    if _class_of(node) not in ("Tenant", "") or (_class_of(node) == "" and name not in ("Common", THE_TENANT)):
        found.notes.remark("refused", "class", found.key_span(node), name=name, wanted="Tenant")
        return
    disabled = _disabled(found, node, None)
    for key, inner in node.items.items():
        if isinstance(inner.value, dict) and _class_of(inner) == "Application":
            _application(found, name, key, inner, disabled)
        elif isinstance(inner.value, dict) and _class_of(inner) == "" and key not in RESERVED:
            found.notes.remark("refused", "class", found.key_span(inner), name=key, wanted="Application")


def _application(found: Declaration, tenant: str, name: str, node: Node, disabled: Span | None) -> None:
    disabled = _disabled(found, node, disabled)
    template = node.items.get("template")
    for key, inner in node.items.items():
        if not isinstance(inner.value, dict) or "class" not in inner.items:
            continue
        kind = _class_of(inner)
        place = Place(tenant, name, key)
        found.objects[place.path] = Declared(place, kind, inner, disabled)
        wanted = TEMPLATES.get(template.text) if template is not None and key == "serviceMain" else None
        if wanted is not None and template is not None and kind != wanted:
            span = found.span(template)
            found.notes.remark("refused", "template", span, template=template.text, wanted=wanted)
    if template is not None and template.text in TEMPLATES and "serviceMain" not in node.items:
        span = found.span(template)
        found.notes.remark("refused", "template", span, template=template.text, wanted=TEMPLATES[template.text])


def _disabled(found: Declaration, node: Node, outer: Span | None) -> Span | None:
    if outer is None and not found.truth(node, "enable", default=True):
        return found.span(node.items["enable"])
    return outer
