"""templates/portspec.yml: the GitLab CI job.

A runner uploads artifacts from the checked folder alone, so the reports lie there; what a merge request put in their
place is removed first.
"""

from __future__ import annotations

from portspec.delivery.inputs import CODE_QUALITY, IMAGE, INPUTS, JUNIT, MARKDOWN
from portspec.delivery.script import TRUST_OWN_CHECKOUT, check_script
from portspec.delivery.writing import MADE, literal, pairs

FOLDER = "portspec-reports"


def job_script() -> str:
    """The script of the job."""
    return (
        f"rm -rf -- {FOLDER}\nmkdir {FOLDER}\n"
        + TRUST_OWN_CHECKOUT
        + check_script("text", (CODE_QUALITY, JUNIT, MARKDOWN), FOLDER)
        + 'exit "$code"\n'
    )


def template() -> str:
    """The file."""
    variables = {one.variable: one.default for one in INPUTS}
    return f"""\
{MADE}portspec:
  stage: test
  image:
    name: $PORTSPEC_IMAGE
    entrypoint: [""]
  variables:
    GIT_DEPTH: "0" # PORTSPEC_BASE may be any revision
{pairs({"PORTSPEC_IMAGE": IMAGE}, 4)}{pairs(variables, 4)}  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - {literal(job_script(), 6)}  artifacts:
    when: always
    expire_in: 30 days
    paths: [{FOLDER}/]
    reports:
      codequality: {FOLDER}/{CODE_QUALITY.file}
      junit: {FOLDER}/{JUNIT.file}
"""
