"""action.yml: the composite GitHub Action.

Inputs reach the scripts in the environment alone. The program is installed from the action's own checkout (without a network:
from a folder of wheels) into an environment of its own, by a Python that does not look into the checked repository for modules (`-I`). Reports lie
outside that repository, where no link of a pull request can point them elsewhere.
"""

from __future__ import annotations

from portspec.delivery.inputs import INPUTS, MARKDOWN, SARIF
from portspec.delivery.script import check_script
from portspec.delivery.writing import MADE, literal, pairs, quoted

INSTALL = """\
environment="$RUNNER_TEMP/portspec-environment"
python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 11) and "portspec needs Python 3.11 or newer")'
python3 -I -m venv "$environment"
if [ -n "$PORTSPEC_WHEELHOUSE" ]; then
  set -- --no-index "--find-links=$PORTSPEC_WHEELHOUSE" portspec
else
  set -- "$PORTSPEC_ACTION"
fi
"$environment/bin/python" -I -m pip install --quiet --disable-pip-version-check "$@"
"""
WHEELHOUSE = "folder with the wheels of portspec and of what it needs; nothing is downloaded then"
OUTPUTS = {
    "exit-code": "0: nothing to report; 1: findings; 2: wrong use, or an input that cannot be read",
    "sarif": "path of the SARIF report; empty without one",
    "markdown": "path of the report for a comment; empty without one",
}


def check_step() -> str:
    """The script of the step that checks."""
    report = "".join(
        f'  if [ -f "$reports/{one.file}" ]; then printf \'{one.format}=%s\\n\' "$reports/{one.file}"; fi\n'
        for one in (SARIF, MARKDOWN)
    )
    return (
        'reports=$(mktemp -d "$RUNNER_TEMP/portspec-reports.XXXXXX")\n'
        + check_script(
            "github", (SARIF, MARKDOWN), "$reports", command='"$RUNNER_TEMP/portspec-environment/bin/portspec"'
        )
        + "{\n  printf 'exit-code=%s\\n' \"$code\"\n"
        + report
        + '} >> "$GITHUB_OUTPUT"\nexit "$code"\n'
    )


def action() -> str:
    """The file."""
    inputs = "".join(
        f"  {one.name}:\n" + pairs({"description": one.meaning["en"], "default": one.default}, 4) for one in INPUTS
    )
    outputs = "".join(
        f"  {name}:\n    description: {quoted(meaning)}\n    value: ${{{{ steps.check.outputs.{name} }}}}\n"
        for name, meaning in OUTPUTS.items()
    )
    variables = "".join(f"        {one.variable}: ${{{{ inputs.{one.name} }}}}\n" for one in INPUTS)
    return f"""\
{MADE}name: portspec
description: Hold firewall and load-balancer configs against the OpenShift port matrix
branding: {{icon: shield, color: gray-dark}}
inputs:
{inputs}  wheelhouse:
    description: {quoted(WHEELHOUSE)}
    default: ""
outputs:
{outputs}runs:
  using: composite
  steps:
    - name: Install portspec
      shell: bash
      env:
        PORTSPEC_ACTION: ${{{{ github.action_path }}}}
        PORTSPEC_WHEELHOUSE: ${{{{ inputs.wheelhouse }}}}
      run: {literal(INSTALL, 8)}    - name: Check
      id: check
      shell: bash
      env:
{variables}      run: {literal(check_step(), 8)}"""
