"""tekton/portspec-check.yaml: the Task for OpenShift Pipelines.

Tekton writes `$(params.…)` into a script as text, before a shell reads it; so parameters stand under `env` alone.
"""

from __future__ import annotations

from portspec.delivery.inputs import IMAGE, INPUTS, JUNIT, MARKDOWN, SARIF
from portspec.delivery.script import TRUST_OWN_CHECKOUT, check_script
from portspec.delivery.writing import MADE, literal, quoted


def step_script() -> str:
    """The script of the step. A step that fails leaves no results for what follows, so it fails only where asked."""
    return (
        "#!/bin/sh\nset -eu\n"
        'if [ "$PORTSPEC_REPORTS_BOUND" = true ]; then reports="$PORTSPEC_REPORTS"; else reports=$(mktemp -d); fi\n'
        + TRUST_OWN_CHECKOUT
        + check_script("text", (SARIF, JUNIT, MARKDOWN), "$reports")
        + 'printf %s "$code" > "$PORTSPEC_EXIT_CODE"\n'
        + 'if [ "$PORTSPEC_KEEP_GOING" = true ] && [ "$code" -eq 1 ]; then exit 0; fi\n'
        + 'exit "$code"\n'
    )


def task() -> str:
    """The file."""
    parameters = "".join(
        f"    - name: {one.name}\n      type: string\n      description: {quoted(one.meaning['en'])}\n"
        f"      default: {quoted(one.default)}\n"
        for one in INPUTS
    )
    variables = "".join(f"        - name: {one.variable}\n          value: $(params.{one.name})\n" for one in INPUTS)
    return f"""\
{MADE}apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: portspec-check
  labels:
    app.kubernetes.io/name: portspec
spec:
  description: Hold firewall and load-balancer configs against the OpenShift port matrix
  params:
{parameters}    - name: keep-going
      type: string
      description: "true: succeed in spite of findings, so that the next task reads the result exit-code"
      default: "false"
    - name: image
      type: string
      description: image made of the Containerfile, with its registry
      default: {quoted(IMAGE)}
  workspaces:
    - name: source
      description: the repository with the configs
      readOnly: true
    - name: reports
      description: where portspec.sarif, portspec.junit.xml and portspec.md are left
      optional: true
  results:
    - name: exit-code
      description: "0: nothing to report; 1: findings; 2: wrong use, or an input that cannot be read"
  steps:
    - name: check
      image: $(params.image)
      workingDir: $(workspaces.source.path)
      securityContext:
        allowPrivilegeEscalation: false
        runAsNonRoot: true
        capabilities: {{drop: [ALL]}}
      env:
{variables}        - name: PORTSPEC_KEEP_GOING
          value: $(params.keep-going)
        - name: PORTSPEC_REPORTS
          value: $(workspaces.reports.path)
        - name: PORTSPEC_REPORTS_BOUND
          value: $(workspaces.reports.bound)
        - name: PORTSPEC_EXIT_CODE
          value: $(results.exit-code.path)
      script: {literal(step_script(), 8)}"""
