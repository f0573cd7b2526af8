"""Files that are not yet a config: Jinja, Go and ERB templates, Terraform, and shell scripts that would write one."""

from __future__ import annotations

import re

from portspec.errors import InputError
from portspec.source import SourceText

TEMPLATE = re.compile(
    r"\{\{"  # Jinja, Go, Helm
    r"|\{%[-+]?[ \t]*(?:if|elif|else|endif|for|endfor|set|block|endblock|include|extends|import|from|macro|raw|with)\b"
    r"|\{#[^{}]{0,200}#\}"
    r"|<%[^<>]{0,200}%>|^[ \t]*<%"  # ERB; a log format has <% too, but does not close it
    r"|%\{[ \t]*(?:if|else|endif|for|endfor)\b|\$\{\w+[.(]"  # Terraform
    r"|\$\([A-Za-z_]|`[A-Za-z_][^`]{0,200}`"  # what a shell would run
    r"|^[ \t]*(?:sudo[ \t]+)?(?:cat|tee)\b.*<<"
)
SIGNS = ("{{", "{%", "{#", "<%", "%{", "${", "$(", "`", "<<")
SCRIPT = re.compile(r"#![ \t]*\S*(?:sh|python3?|perl|env)\b")
HINT = "render it first, then check the result"


def refuse_template(source: SourceText, number: int, text: str) -> None:
    """Raise InputError when a line is one of a template. What stands in a comment does not count."""
    if number == 1 and SCRIPT.match(text):
        raise InputError("this is a script, not what HAProxy reads", source.path, 1, 1, HINT)
    if not any(sign in text for sign in SIGNS):
        return
    found = TEMPLATE.search(text)
    if found is None or "#" in text[: found.start()]:
        return
    shown = found[0].strip()
    shown = shown if len(shown) <= 20 else shown[:20] + "…"
    message = f"this is a template ({shown}), not what HAProxy reads"
    raise InputError(message, source.path, number, found.start() + 1, HINT)
