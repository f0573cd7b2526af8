"""Whether directives are known, stand where they may, and take what they are given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portspec.configs.balancer.nginx.durations import milliseconds
from portspec.configs.balancer.nginx.notes import Notes
from portspec.configs.balancer.nginx.vocabulary import (
    DECIDING,
    FORMS,
    MANY,
    NEWER,
    OF_HTTP,
    OTHER_MODULES,
    PLUS,
    SCRIPTS,
    Form,
)
from portspec.configs.balancer.nginx.words import Directive

SIZE = re.compile(r"\d{1,15}[kKmM]?\Z", re.ASCII)
NUMBER = re.compile(r"\d{1,15}\Z", re.ASCII)
LUA = ("_by_lua", "_by_lua_block", "_by_lua_file")


class Grammar:
    """The rules for the directives of one config. `foreign`: modules are loaded that are not known here."""

    def __init__(self, notes: Notes, *, foreign: bool) -> None:
        self.notes = notes
        self.foreign = foreign

    def fitting(self, where: str, block: Sequence[Directive]) -> list[Directive]:
        """The directives of a block that nginx takes there, which decide what it means."""
        found: list[Directive] = []
        seen: set[str] = set()
        for directive in block:
            form = FORMS[where].get(directive.name)
            if form is None:
                self.strange(where, directive)
            elif self.fits(directive, form):
                if form.once and directive.name in seen:
                    self.notes.refused(directive.span, "duplicate", name=directive.name)
                    continue
                seen.add(directive.name)
                found.append(directive)
        return found

    def strange(self, where: str, directive: Directive) -> None:
        """A directive that a block of nginx 1.22 does not know."""
        name, span = directive.name, directive.span
        if name in PLUS:
            self.notes.unknown(span, "plus", what=name)
        elif name in NEWER and where in ("stream", "server"):
            self.notes.unknown(span, "newer-deciding" if name in DECIDING else "newer", what=name, release=NEWER[name])
        elif name in SCRIPTS or name.endswith(LUA):
            self.notes.unknown(span, "script", what=name)
        elif name.startswith(OTHER_MODULES):
            return
        elif any(name in forms for forms in FORMS.values()) or name in OF_HTTP:
            self.notes.refused(span, "directive-misplaced", name=name, block=where)
        elif self.foreign:
            self.notes.unknown(span, "module", what=name)
        else:
            self.notes.refused(span, "directive-unknown", name=name)

    def fits(self, directive: Directive, form: Form) -> bool:
        """Whether a directive is given what it takes."""
        name, count = directive.name, len(directive.words)
        if form.block and directive.block is None:
            self.notes.refused(directive.span, "block", name=name)
        elif directive.block is not None and not form.block:
            self.notes.refused(directive.span, "no-block-here", name=name)
        elif not form.least <= count <= form.most:
            expected = str(form.least) if form.most == form.least else f"{form.least}-{form.most}"
            if form.most == MANY:
                expected = f"{form.least}+"
            self.notes.refused(directive.span, "arguments", name=name, expected=expected, count=str(count))
        else:
            return count != 1 or self.value(directive, form)
        return False

    def value(self, directive: Directive, form: Form) -> bool:
        """Whether the one argument of a directive is of its kind."""
        name, text = directive.name, directive.texts[0]
        if form.kind == "switch" and text.lower() not in ("on", "off"):
            self.notes.refused(directive.span, "switch", name=name, text=text)
        elif form.kind in ("time", "seconds") and milliseconds(text, whole_seconds=form.kind == "seconds") is None:
            self.notes.refused(directive.span, "time", text=text)
        elif form.kind == "number" and NUMBER.match(text) is None:
            self.notes.refused(directive.span, "number", name=name, text=text)
        elif form.kind == "size" and SIZE.match(text) is None:
            self.notes.refused(directive.span, "size", name=name, text=text)
        else:
            return True
        return False
