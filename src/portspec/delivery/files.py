"""Every committed file that is made of the table, by its path in the repository."""

from __future__ import annotations

from portspec.delivery import github, gitlab, precommit, tekton


def files() -> dict[str, str]:
    """The text of each."""
    return {
        "action.yml": github.action(),
        "templates/portspec.yml": gitlab.template(),
        "tekton/portspec-check.yaml": tekton.task(),
        ".pre-commit-hooks.yaml": precommit.manifest(),
    }
