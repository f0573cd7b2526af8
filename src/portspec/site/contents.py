"""Every generated page by its path, and the navigation over all pages."""

from __future__ import annotations

from typing import Any

from portspec.checks.registry import checks
from portspec.site.edition import Edition, traffic
from portspec.site.pages import api as api_pages
from portspec.site.pages import checks as check_pages
from portspec.site.pages import (
    commands,
    delivery,
    dialects,
    exclusions,
    explorer,
    handover,
    home,
    note,
    numbers,
    reference,
    release,
    role,
    schemas,
    service,
    upgrade,
)
from portspec.site.upgrades import differences

FOLDERS = ("explorer", "services", "roles", "releases", "upgrades", "checks", "reference")
"""Folders under a language's top folder that hold generated pages only."""


def generated_pages(edition: Edition, lang: str) -> dict[str, str]:
    """The Markdown of every generated page by its path under the language's top folder."""
    flows, steps = traffic(edition), differences(edition)
    pages = {
        "index.md": home.page(edition, lang),
        "ports.md": numbers.page(edition, lang),
        "note.md": note.page(edition, lang),
        "handover.md": handover.page(edition, lang),
        "explorer/index.md": explorer.page(edition, lang),
        "services/index.md": service.index(edition, lang),
        "roles/index.md": role.index(edition, flows, lang),
        "releases/index.md": release.index(edition, lang),
        "upgrades/index.md": upgrade.index(steps, lang),
        "checks/index.md": check_pages.index(lang),
        "reference/command-line.md": commands.page(lang),
        "reference/pipeline-inputs.md": delivery.page(lang),
        "reference/constructs.md": dialects.page(lang),
        "reference/schemas.md": schemas.page(lang),
        "reference/api.md": api_pages.page(edition, lang),
        "reference/api-changes.md": api_pages.changes_page(lang),
        "reference/conflicts.md": reference.conflicts_page(edition, lang),
        "reference/exclusions.md": exclusions.page(edition, lang),
        "reference/sources.md": reference.sources_page(edition, lang),
    }
    pages |= {f"services/{one.id}.md": service.page(edition, one, lang) for one in edition.services().values()}
    pages |= {f"roles/{one.id}.md": role.page(edition, flows, one, lang) for one in role.all_roles(edition).values()}
    pages |= {f"upgrades/{pair.name}.md": upgrade.page(edition, pair, found, lang) for pair, found in steps.items()}
    pages |= {f"releases/{name}.md": release.page(edition, one, steps, lang) for name, one in edition.snapshots.items()}
    pages |= {f"checks/{code}.md": check_pages.page(check, lang) for code, check in checks().items()}
    return pages


def navigation(edition: Edition) -> list[Any]:
    """The `nav` of mkdocs.yml. Titles of pages come from their first heading; those of sections and of the first page
    are translated in mkdocs.yml."""
    return [
        {"Home": "index.md"},
        {"Explorer": "explorer/index.md"},
        {
            "Guides": [
                "guides/first-check.md",
                "guides/upi-bare-metal.md",
                "guides/cluster-file.md",
                "guides/own-services.md",
                "guides/pin-and-upgrade.md",
                "guides/pipelines.md",
                "guides/offline.md",
                "guides/editors.md",
                "guides/library.md",
                "guides/add-a-release.md",
                "guides/add-a-reader.md",
            ]
        },
        {"The ports": ["ports.md", "note.md", "handover.md"]},
        {"Services": ["services/index.md"]},
        {"Roles": ["roles/index.md"]},
        {
            "Releases": [
                "releases/index.md",
                "upgrades/index.md",
                *(f"releases/{name}.md" for name in reversed(edition.releases)),
            ]
        },
        {"Checks": ["checks/index.md", *(f"checks/{code}.md" for code in checks())]},
        {
            "Reference": [
                "reference/command-line.md",
                "reference/pipeline-inputs.md",
                "reference/constructs.md",
                "reference/schemas.md",
                "reference/api.md",
                "reference/api-changes.md",
                "reference/conflicts.md",
                "reference/exclusions.md",
                "reference/sources.md",
                "evidence.md",
            ]
        },
    ]
